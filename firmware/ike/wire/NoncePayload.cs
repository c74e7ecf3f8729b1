namespace NfIpsec.Ike.Wire
{
    /// <summary>Nonce (RFC 7296 3.9): the body is the nonce.
    /// <code>
    ///  0                   1                   2                   3
    ///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// |                            Nonce Data                         |
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// </code></summary>
    public static class NoncePayload
    {
        /// <summary>Bytes (RFC 7296 3.9).</summary>
        public const int Shortest = 16, Longest = 256;

        public static int Check(int length)
        {
            return length >= Shortest && length <= Longest ? WireStatus.Ok : WireStatus.BadPayload;
        }

        public static void Write(MessageWriter writer, byte[] nonce, int offset, int length)
        {
            writer.Payload(PayloadType.Nonce);
            writer.Write(nonce, offset, length);
        }
    }
}
