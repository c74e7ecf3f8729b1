using System;
using NfIpsec.Base.Bytes;

namespace NfIpsec.Ike.Wire
{
    /// <summary>Where the payloads of a message stand. One pass follows the chain of generic headers (RFC 7296 3.2) from its first type
    /// to exactly the last byte; each step takes at least four bytes, so no chain can loop. Reused from message to message: reading
    /// allocates nothing.
    /// <code>
    ///  0                   1                   2                   3
    ///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// | Next Payload  |C|  RESERVED   |         Payload Length        |
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// </code></summary>
    /// <remarks>A message has one index for what stands in clear and another for what SK held.</remarks>
    public sealed class PayloadIndex
    {
        /// <summary>Generic header, bytes.</summary>
        public const int HeaderSize = 4;

        /// <summary>No such payload.</summary>
        public const int None = -1;

        private const int CriticalBit = 0x80;

        /// <summary>By payload, in the order of the message: type, critical bit (0 or 1), first byte of the body in
        /// <see cref="Bytes"/>, length of the body.</summary>
        public readonly byte[] Type = new byte[WireLimits.MaxPayloads], Critical = new byte[WireLimits.MaxPayloads];
        public readonly ushort[] Offset = new ushort[WireLimits.MaxPayloads], Length = new ushort[WireLimits.MaxPayloads];

        private readonly byte[] _counts = new byte[PayloadType.Last - PayloadType.First + 1];

        /// <summary>What was read; not a copy.</summary>
        public byte[] Bytes;

        /// <summary>Payloads; 0 after a read that failed.</summary>
        public int Count;

        /// <summary>Payloads of a known type.</summary>
        public int Known;

        /// <summary>The first unknown type that is marked critical, or 0.</summary>
        public int UnknownCritical;

        /// <summary>These payloads came out of SK.</summary>
        public bool Inner;

        /// <summary>The type that SK names as first inside it.</summary>
        public int InnerFirst;

        /// <summary>Which form of its exchange the message has: set by <see cref="PayloadRules.Check"/>.</summary>
        public int Shape;

        /// <summary>Reads what follows the header.</summary>
        /// <param name="offset">Where the header starts.</param>
        /// <param name="header">Read from there with result Ok.</param>
        /// <returns>A <see cref="WireStatus"/>.</returns>
        public int ReadMessage(byte[] src, int offset, IkeHeader header)
        {
            return Read(src, offset + IkeHeader.Size, header.Length - IkeHeader.Size, header.NextPayload, false);
        }

        /// <summary>The same index over a copy of the bytes: for work that outlasts the buffer of a message.</summary>
        public PayloadIndex Copy()
        {
            PayloadIndex copy = new PayloadIndex();
            copy.Bytes = new byte[Bytes.Length];
            System.Array.Copy(Bytes, 0, copy.Bytes, 0, Bytes.Length);
            copy.Inner = Inner;
            copy.Count = Count;
            copy.Known = Known;
            copy.Shape = Shape;
            copy.InnerFirst = InnerFirst;
            System.Array.Copy(Type, 0, copy.Type, 0, Count);
            System.Array.Copy(Offset, 0, copy.Offset, 0, Count);
            System.Array.Copy(Length, 0, copy.Length, 0, Count);
            System.Array.Copy(_counts, 0, copy._counts, 0, _counts.Length);
            return copy;
        }

        /// <summary>Reads the payloads that SK held, once its integrity has been found good and its padding is off.</summary>
        /// <param name="firstType"><see cref="InnerFirst"/> of the index of the message.</param>
        /// <returns>A <see cref="WireStatus"/>.</returns>
        public int ReadInner(byte[] src, int offset, int length, int firstType)
        {
            return Read(src, offset, length, firstType, true);
        }

        private int Read(byte[] src, int offset, int length, int firstType, bool inner)
        {
            Reset(src, inner);
            if (src == null || offset < 0 || length < 0 || offset > src.Length - length || offset + length > ushort.MaxValue)
            {
                return WireStatus.BadChain;
            }
            int status = Follow(src, offset, offset + length, firstType);
            if (status != WireStatus.Ok)
            {
                Reset(null, inner);
            }
            return status;
        }

        private void Reset(byte[] src, bool inner)
        {
            Bytes = src;
            Inner = inner;
            Count = 0;
            Known = 0;
            UnknownCritical = 0;
            InnerFirst = PayloadType.None;
            Shape = PayloadRules.NoShape;
            Array.Clear(_counts, 0, _counts.Length);
        }

        private int Follow(byte[] src, int at, int end, int type)
        {
            while (type != PayloadType.None)
            {
                int size = end - at < HeaderSize ? 0 : BigEndian.Read16(src, at + 2);
                if (size < HeaderSize || size > end - at || type < PayloadType.First || (Inner && PayloadType.IsEncrypted(type)))
                {
                    return WireStatus.BadChain;
                }
                if (Count == WireLimits.MaxPayloads)
                {
                    return WireStatus.TooMany;
                }
                Add(type, at, size);
                type = src[at];
                at += size;
                if (PayloadType.IsEncrypted(Type[Count - 1]))
                {
                    // SK is the last payload; its next payload is the first inside it (RFC 7296 3.14).
                    InnerFirst = type;
                    type = PayloadType.None;
                }
            }
            return at == end ? WireStatus.Ok : WireStatus.BadChain;
        }

        private void Add(int type, int at, int size)
        {
            bool critical = (Bytes[at + 1] & CriticalBit) != 0;
            Type[Count] = (byte)type;
            Critical[Count] = (byte)(critical ? 1 : 0);
            Offset[Count] = (ushort)(at + HeaderSize);
            Length[Count] = (ushort)(size - HeaderSize);
            Count++;
            if (PayloadType.IsKnown(type))
            {
                Known++;
                _counts[type - PayloadType.First]++;
            }
            else if (critical && UnknownCritical == 0)
            {
                UnknownCritical = type;
            }
        }

        /// <summary>Place of the first payload of a type, or <see cref="None"/>.</summary>
        public int Find(int type)
        {
            return Search(type, 0);
        }

        /// <summary>Place of the next payload of the same type, or <see cref="None"/>.</summary>
        public int Next(int place)
        {
            return Search(Type[place], place + 1);
        }

        private int Search(int type, int from)
        {
            for (int i = from; i < Count; i++)
            {
                if (Type[i] == type)
                {
                    return i;
                }
            }
            return None;
        }

        /// <summary>How many payloads of a known type there are.</summary>
        public int CountOf(int type)
        {
            return PayloadType.IsKnown(type) ? _counts[type - PayloadType.First] : 0;
        }

        /// <summary>Where the generic header of a payload starts, counted from the start of the message: as SkOpen wants it.</summary>
        /// <param name="messageOffset">Where the message starts in <see cref="Bytes"/>.</param>
        public int HeaderAt(int place, int messageOffset)
        {
            return Offset[place] - HeaderSize - messageOffset;
        }
    }
}
