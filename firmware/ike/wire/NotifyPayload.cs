using NfIpsec.Base.Bytes;

namespace NfIpsec.Ike.Wire
{
    /// <summary>Notify (RFC 7296 3.10).
    /// <code>
    ///  0                   1                   2                   3
    ///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// |  Protocol ID  |   SPI Size    |      Notify Message Type      |
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// ~                Security Parameter Index (SPI)                 ~
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// ~                       Notification Data                       ~
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// </code></summary>
    public static class NotifyPayload
    {
        /// <summary>Bytes of the body before the SPI.</summary>
        public const int SpiAt = 4;

        /// <summary>A cookie has 1 to 64 bytes (RFC 7296 2.6), a hash of NAT detection 20 (2.23).</summary>
        public const int CookieLongest = 64, NatHashSize = 20;

        private const int Any = 0xffff;

        // type, least and most bytes of data
        private static readonly int[] s_data =
        {
            NotifyType.UnsupportedCriticalPayload, 1, 1,
            NotifyType.InvalidKePayload, 2, 2,
            NotifyType.Cookie, 1, CookieLongest,
            NotifyType.NatDetectionSourceIp, NatHashSize, NatHashSize,
            NotifyType.NatDetectionDestinationIp, NatHashSize, NatHashSize,
            NotifyType.SetWindowSize, 4, 4,
            NotifyType.SignatureHashAlgorithms, 2, Any,
            NotifyType.AuthLifetime, 4, 4,
            NotifyType.AdditionalIp4Address, 4, 4,
            NotifyType.AdditionalIp6Address, 16, 16,
            NotifyType.Cookie2, 8, 64,
        };

        /// <summary>An SPI has the size of its protocol's or is absent; REKEY_SA names an AH or ESP SA; data of known types have
        /// their length.</summary>
        public static int Check(byte[] src, int at, int length)
        {
            if (length < SpiAt)
            {
                return WireStatus.BadPayload;
            }
            int spi = SpiLength(src, at);
            int data = length - SpiAt - spi;
            bool good = data >= 0 && (spi == 0 || spi == ProtocolId.SpiSize(src[at])) && DataFits(Type(src, at), data);
            return good && (Type(src, at) != NotifyType.RekeySa || NamesChild(src, at)) ? WireStatus.Ok : WireStatus.BadPayload;
        }

        private static bool NamesChild(byte[] src, int at)
        {
            return ProtocolId.IsChild(src[at]) && SpiLength(src, at) == ProtocolId.ChildSpiSize;
        }

        private static bool DataFits(int type, int data)
        {
            for (int i = 0; i < s_data.Length; i += 3)
            {
                if (s_data[i] == type)
                {
                    return data >= s_data[i + 1] && data <= s_data[i + 2];
                }
            }
            return true;
        }

        public static int Protocol(byte[] src, int at)
        {
            return src[at];
        }

        /// <summary>Bytes: 0, 4 for AH and ESP, 8 for IKE.</summary>
        public static int SpiLength(byte[] src, int at)
        {
            return src[at + 1];
        }

        public static int Type(byte[] src, int at)
        {
            return BigEndian.Read16(src, at + 2);
        }

        /// <summary>The SPI of AH or ESP; 0 when the notify names none of them.</summary>
        public static int ChildSpi(byte[] src, int at)
        {
            return NamesChild(src, at) ? BigEndian.Read32(src, at + SpiAt) : 0;
        }

        /// <summary>First byte of the data.</summary>
        public static int DataAt(byte[] src, int at)
        {
            return at + SpiAt + SpiLength(src, at);
        }

        /// <param name="length">Of the body.</param>
        public static int DataLength(byte[] src, int at, int length)
        {
            return length - SpiAt - SpiLength(src, at);
        }

        /// <summary>Place of the first notify of a type in a checked index, or PayloadIndex.None.</summary>
        public static int Find(PayloadIndex index, int type)
        {
            return Search(index, index.Find(PayloadType.Notify), type);
        }

        /// <summary>Place of the next one of the same type.</summary>
        public static int Next(PayloadIndex index, int place)
        {
            return Search(index, index.Next(place), Type(index.Bytes, index.Offset[place]));
        }

        /// <summary>Type of the first error in a checked index, or 0.</summary>
        public static int FirstError(PayloadIndex index)
        {
            for (int i = index.Find(PayloadType.Notify); i != PayloadIndex.None; i = index.Next(i))
            {
                int type = Type(index.Bytes, index.Offset[i]);
                if (NotifyType.IsError(type))
                {
                    return type;
                }
            }
            return 0;
        }

        private static int Search(PayloadIndex index, int place, int type)
        {
            while (place != PayloadIndex.None && Type(index.Bytes, index.Offset[place]) != type)
            {
                place = index.Next(place);
            }
            return place;
        }

        /// <summary>A notify about the message or the IKE SA it came in: no protocol, no SPI.</summary>
        /// <param name="data">May be null when length is 0.</param>
        public static void Write(MessageWriter writer, int type, byte[] data, int offset, int length)
        {
            Open(writer, type);
            writer.Write(data, offset, length);
        }

        /// <summary>The same without data, or with data that is written next.</summary>
        public static void Open(MessageWriter writer, int type)
        {
            writer.Payload(PayloadType.Notify);
            writer.Write32(type);
        }

        /// <summary>INVALID_KE_PAYLOAD: the group we want.</summary>
        public static void WriteGroup(MessageWriter writer, int group)
        {
            Open(writer, NotifyType.InvalidKePayload);
            writer.Write16(group);
        }

        /// <summary>A notify about an AH or ESP SA.</summary>
        public static void WriteChild(MessageWriter writer, int type, int protocol, int spi)
        {
            writer.Payload(PayloadType.Notify);
            writer.Write32(protocol << 24 | ProtocolId.ChildSpiSize << 16 | type);
            writer.Write32(spi);
        }
    }
}
