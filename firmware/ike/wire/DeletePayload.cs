using NfIpsec.Base.Bytes;

namespace NfIpsec.Ike.Wire
{
    /// <summary>Delete (RFC 7296 3.11): the IKE SA the message came in, or SPIs of AH or ESP as its sender receives on.
    /// <code>
    ///  0                   1                   2                   3
    ///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// | Protocol ID   |   SPI Size    |          Num of SPIs          |
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// ~               Security Parameter Index(es) (SPI)              ~
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// </code></summary>
    public static class DeletePayload
    {
        private const int SpisAt = 4;

        public static int Check(byte[] src, int at, int length)
        {
            if (length < SpisAt)
            {
                return WireStatus.BadPayload;
            }
            int count = Count(src, at);
            bool ike = src[at] == ProtocolId.Ike && src[at + 1] == 0 && count == 0 && length == SpisAt;
            bool child = ProtocolId.IsChild(src[at]) && src[at + 1] == ProtocolId.ChildSpiSize && count > 0 && length == SpisAt + count * ProtocolId.ChildSpiSize;
            return ike || child ? WireStatus.Ok : WireStatus.BadPayload;
        }

        public static int Protocol(byte[] src, int at)
        {
            return src[at];
        }

        /// <summary>SPIs; 0 for an IKE SA.</summary>
        public static int Count(byte[] src, int at)
        {
            return BigEndian.Read16(src, at + 2);
        }

        /// <summary>SPI number i, from 0.</summary>
        public static int Spi(byte[] src, int at, int i)
        {
            return BigEndian.Read32(src, at + SpisAt + i * ProtocolId.ChildSpiSize);
        }

        public static void WriteIke(MessageWriter writer)
        {
            writer.Payload(PayloadType.Delete);
            writer.Write32(ProtocolId.Ike << 24);
        }

        public static void WriteChild(MessageWriter writer, int protocol, int spi)
        {
            OpenChild(writer, protocol, 1);
            writer.Write32(spi);
        }

        /// <summary>Opens a delete of count SPIs, which are written next with Write32.</summary>
        public static void OpenChild(MessageWriter writer, int protocol, int count)
        {
            writer.Payload(PayloadType.Delete);
            writer.Write32(protocol << 24 | ProtocolId.ChildSpiSize << 16 | count);
        }
    }
}
