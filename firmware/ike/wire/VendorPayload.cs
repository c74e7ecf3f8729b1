namespace NfIpsec.Ike.Wire
{
    /// <summary>Vendor ID (RFC 7296 3.12): the body is the id, of any length.
    /// <code>
    ///  0                   1                   2                   3
    ///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// |                        Vendor ID (VID)                        |
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// </code></summary>
    public static class VendorPayload
    {
        public static bool Is(byte[] src, int at, int length, byte[] id)
        {
            if (length != id.Length)
            {
                return false;
            }
            for (int i = 0; i < length; i++)
            {
                if (src[at + i] != id[i])
                {
                    return false;
                }
            }
            return true;
        }

        public static void Write(MessageWriter writer, byte[] id)
        {
            writer.Payload(PayloadType.VendorId);
            writer.Write(id, 0, id.Length);
        }
    }
}
