using NfIpsec.Base.Bytes;

namespace NfIpsec.Ike.Wire
{
    /// <summary>The header of every IKE message (RFC 7296 3.1).
    /// <code>
    ///  0                   1                   2                   3
    ///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// |                       IKE SA Initiator's SPI                  |
    /// |                                                               |
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// |                       IKE SA Responder's SPI                  |
    /// |                                                               |
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// |  Next Payload | MjVer | MnVer | Exchange Type |     Flags     |
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// |                          Message ID                           |
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// |                            Length                             |
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// </code></summary>
    public sealed class IkeHeader
    {
        /// <summary>Bytes.</summary>
        public const int Size = 28;

        /// <summary>Bits of <see cref="Flags"/>.</summary>
        public const int FlagInitiator = 0x08, FlagVersion = 0x10, FlagResponse = 0x20;

        /// <summary>Version 2.0, both halves.</summary>
        public const int Version2 = 0x20;

        /// <summary>Places of fields, from the start of the message.</summary>
        public const int NextPayloadAt = 16, VersionAt = 17, ExchangeAt = 18, FlagsAt = 19, MessageIdAt = 20, LengthAt = 24;

        public long InitiatorSpi, ResponderSpi;
        public int NextPayload, Exchange, Flags;

        /// <summary>Unsigned.</summary>
        public int MessageId;

        /// <summary>Of the whole message, bytes.</summary>
        public int Length;

        /// <summary>The sender is the original initiator of the IKE SA.</summary>
        public bool FromInitiator
        {
            get { return (Flags & FlagInitiator) != 0; }
        }

        public bool IsResponse
        {
            get { return (Flags & FlagResponse) != 0; }
        }

        /// <summary>The major version of what may be a message, or -1 when it is too short: tells which generation shall read it.</summary>
        public static int MajorVersion(byte[] src, int offset, int length)
        {
            return Fits(src, offset, length) ? src[offset + VersionAt] >> 4 : -1;
        }

        /// <summary>Reads the header of a datagram, the non-ESP marker already taken off.</summary>
        /// <returns>A <see cref="WireStatus"/>; the fields hold only when it is Ok or HigherVersion.</returns>
        public int Read(byte[] src, int offset, int length)
        {
            if (!Fits(src, offset, length) || BigEndian.Read32(src, offset + LengthAt) != length)
            {
                return WireStatus.BadHeader;
            }
            InitiatorSpi = BigEndian.Read64(src, offset);
            ResponderSpi = BigEndian.Read64(src, offset + 8);
            NextPayload = src[offset + NextPayloadAt];
            Exchange = src[offset + ExchangeAt];
            Flags = src[offset + FlagsAt];
            MessageId = BigEndian.Read32(src, offset + MessageIdAt);
            Length = length;
            return InitiatorSpi == 0 ? WireStatus.BadHeader : VersionStatus(src[offset + VersionAt] >> 4);
        }

        // The minor version is ignored (RFC 7296 2.5).
        private static int VersionStatus(int major)
        {
            if (major == Version2 >> 4)
            {
                return WireStatus.Ok;
            }
            return major > Version2 >> 4 ? WireStatus.HigherVersion : WireStatus.OtherVersion;
        }

        private static bool Fits(byte[] src, int offset, int length)
        {
            return src != null && offset >= 0 && length >= Size && length <= WireLimits.MaxMessage && offset <= src.Length - length;
        }
    }
}
