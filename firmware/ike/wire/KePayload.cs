using NfIpsec.Base.Bytes;

namespace NfIpsec.Ike.Wire
{
    /// <summary>Key Exchange (RFC 7296 3.4). Whether the value fits its group is for the arithmetic to say (RFC 6989).
    /// <code>
    ///  0                   1                   2                   3
    ///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// |   Diffie-Hellman Group Num    |           RESERVED            |
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// |                       Key Exchange Data                       |
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// </code></summary>
    public static class KePayload
    {
        /// <summary>Bytes of the body before the public value, which fills the rest.</summary>
        public const int DataAt = 4;

        /// <summary>Group 0 is NONE and has no value.</summary>
        public static int Check(byte[] src, int at, int length)
        {
            return length > DataAt && Group(src, at) != 0 ? WireStatus.Ok : WireStatus.BadPayload;
        }

        /// <summary>Transform id of type 4.</summary>
        public static int Group(byte[] src, int at)
        {
            return BigEndian.Read16(src, at);
        }

        /// <summary>The public value, big-endian, padded to the group's length by the caller.</summary>
        public static void Write(MessageWriter writer, int group, byte[] value, int offset, int length)
        {
            writer.Payload(PayloadType.KeyExchange);
            writer.Write32(group << 16);
            writer.Write(value, offset, length);
        }
    }
}
