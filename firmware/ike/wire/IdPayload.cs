namespace NfIpsec.Ike.Wire
{
    /// <summary>Identification (RFC 7296 3.5). The whole body is what AUTH covers (2.15).
    /// <code>
    ///  0                   1                   2                   3
    ///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// |   ID Type     |                 RESERVED                      |
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// |                   Identification Data                         |
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// </code></summary>
    public static class IdPayload
    {
        public const int IPv4 = 1, Fqdn = 2, Rfc822 = 3, IPv6 = 5, DerDn = 9, DerGn = 10, KeyId = 11;

        /// <summary>RFC 7619: nobody in particular.</summary>
        public const int Null = 13;

        /// <summary>Bytes of the body before the data, which fills the rest.</summary>
        public const int DataAt = 4;

        private const int Space = 0x20, Rubout = 0x7f;

        /// <summary>Lengths of the types we know; names without control characters, which would end a name early in a log or a
        /// comparison. Types we do not know match nobody.</summary>
        public static int Check(byte[] src, int at, int length)
        {
            int data = length - DataAt;
            return data >= 0 && LengthFits(src[at], data) && (!IsName(src[at]) || IsText(src, at + DataAt, data)) ? WireStatus.Ok : WireStatus.BadPayload;
        }

        private static bool LengthFits(int type, int data)
        {
            switch (type)
            {
                case IPv4:
                    return data == 4;
                case IPv6:
                    return data == 16;
                case Null:
                    return data == 0;
                default:
                    return type != 0 && data > 0;
            }
        }

        private static bool IsName(int type)
        {
            return type == Fqdn || type == Rfc822;
        }

        private static bool IsText(byte[] src, int at, int length)
        {
            for (int i = at; i < at + length; i++)
            {
                if (src[i] <= Space || src[i] == Rubout)
                {
                    return false;
                }
            }
            return true;
        }

        public static int Type(byte[] src, int at)
        {
            return src[at];
        }

        /// <param name="payload">IdInitiator or IdResponder.</param>
        public static void Write(MessageWriter writer, int payload, int type, byte[] data, int offset, int length)
        {
            writer.Payload(payload);
            writer.Write32(type << 24);
            writer.Write(data, offset, length);
        }
    }
}
