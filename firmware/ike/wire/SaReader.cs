using NfIpsec.Base.Bytes;

namespace NfIpsec.Ike.Wire
{
    /// <summary>Walks the proposals and transforms of an SA payload. No object per transform: the fields are those of the one the walk
    /// stands at.
    /// <code>
    ///   if (reader.Open(bytes, offset, length) == WireStatus.Ok)
    ///       while (reader.NextProposal())
    ///           while (reader.NextTransform()) { ... }
    /// </code></summary>
    public sealed class SaReader
    {
        private const int KeyLengthAttribute = SaPayload.ShortAttribute | 14;

        private byte[] _bytes;
        private int _first, _end, _proposal, _proposalEnd, _transform;

        /// <summary>The proposal. <see cref="SpiAt"/>: place in the bytes given to Open; <see cref="SpiLength"/>: 0, 4 or 8 bytes.</summary>
        public int Number, Protocol, SpiAt, SpiLength, TransformCount;

        /// <summary>The transform. <see cref="KeyBits"/>: 0 where it gives none.</summary>
        public int Type, Id, KeyBits;

        /// <summary>False for a transform with an attribute that we do not know, or one that makes no sense: it must not be chosen
        /// (RFC 7296 3.3.6).</summary>
        public bool Usable;

        /// <summary>Checks all of it and stands before the first proposal.</summary>
        /// <returns>A <see cref="WireStatus"/>.</returns>
        public int Open(byte[] src, int offset, int length)
        {
            int status = SaPayload.Check(src, offset, length);
            _bytes = src;
            _first = offset;
            _end = status == WireStatus.Ok ? offset + length : offset;
            Rewind();
            return status;
        }

        /// <summary>Stands before the first proposal again.</summary>
        public void Rewind()
        {
            _proposalEnd = _first;
            _transform = _first;
        }

        public bool NextProposal()
        {
            int at = _proposalEnd;
            if (at >= _end)
            {
                return false;
            }
            _proposal = at;
            _proposalEnd = at + BigEndian.Read16(_bytes, at + 2);
            Number = _bytes[at + 4];
            Protocol = _bytes[at + 5];
            SpiLength = _bytes[at + 6];
            SpiAt = at + SaPayload.HeaderSize;
            TransformCount = _bytes[at + 7];
            RewindTransforms();
            return true;
        }

        /// <summary>Stands before the first transform of the proposal again.</summary>
        public void RewindTransforms()
        {
            _transform = _proposal + SaPayload.HeaderSize + SpiLength;
        }

        public bool NextTransform()
        {
            int at = _transform;
            if (at >= _proposalEnd)
            {
                return false;
            }
            int size = BigEndian.Read16(_bytes, at + 2);
            Type = _bytes[at + 4];
            Id = BigEndian.Read16(_bytes, at + 6);
            ReadAttributes(at + SaPayload.HeaderSize, at + size);
            _transform = at + size;
            return true;
        }

        // Key Length is the one attribute there is, two bytes in the short form, at most once (RFC 7296 3.3.5).
        private void ReadAttributes(int at, int end)
        {
            KeyBits = 0;
            Usable = true;
            while (at < end)
            {
                int value = BigEndian.Read16(_bytes, at + 2);
                bool good = BigEndian.Read16(_bytes, at) == KeyLengthAttribute && KeyBits == 0 && value != 0;
                Usable = Usable && good;
                KeyBits = good ? value : KeyBits;
                at += SaPayload.AttributeLength(_bytes, at);
            }
        }

        /// <summary>SPI of an AH or ESP proposal.</summary>
        public int ChildSpi
        {
            get { return SpiLength == ProtocolId.ChildSpiSize ? BigEndian.Read32(_bytes, SpiAt) : 0; }
        }

        /// <summary>SPI of an IKE proposal, 0 when it has none.</summary>
        public long IkeSpi
        {
            get { return SpiLength == ProtocolId.IkeSpiSize ? BigEndian.Read64(_bytes, SpiAt) : 0; }
        }
    }
}
