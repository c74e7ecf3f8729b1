namespace NfIpsec.Ike.Wire
{
    /// <summary>Authentication (RFC 7296 3.8).
    /// <code>
    ///  0                   1                   2                   3
    ///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// | Auth Method   |                RESERVED                       |
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// |                      Authentication Data                      |
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// </code></summary>
    public static class AuthPayload
    {
        public const int RsaSignature = 1, SharedKey = 2, DssSignature = 3, EcdsaSha256 = 9, EcdsaSha384 = 10, EcdsaSha512 = 11;

        /// <summary>RFC 7619 and RFC 7427.</summary>
        public const int Null = 13, DigitalSignature = 14;

        /// <summary>Bytes of the body before the data, which fills the rest.</summary>
        public const int DataAt = 4;

        public static int Check(byte[] src, int at, int length)
        {
            return length > DataAt && src[at] != 0 ? WireStatus.Ok : WireStatus.BadPayload;
        }

        public static int Method(byte[] src, int at)
        {
            return src[at];
        }

        public static void Write(MessageWriter writer, int method, byte[] data, int offset, int length)
        {
            Open(writer, method);
            writer.Write(data, offset, length);
        }

        /// <summary>For data that is computed in place: Skip comes next.</summary>
        public static void Open(MessageWriter writer, int method)
        {
            writer.Payload(PayloadType.Authentication);
            writer.Write32(method << 24);
        }
    }
}
