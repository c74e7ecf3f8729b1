namespace NfIpsec.Base.Bytes
{
    /// <summary>Numbers in network order. The caller has checked the bounds.</summary>
    public static class BigEndian
    {
        public static int Read16(byte[] src, int at)
        {
            return src[at] << 8 | src[at + 1];
        }

        public static int Read32(byte[] src, int at)
        {
            return src[at] << 24 | src[at + 1] << 16 | src[at + 2] << 8 | src[at + 3];
        }

        public static long Read64(byte[] src, int at)
        {
            return (long)Read32(src, at) << 32 | (uint)Read32(src, at + 4);
        }

        public static void Write16(byte[] dst, int at, int value)
        {
            dst[at] = (byte)(value >> 8);
            dst[at + 1] = (byte)value;
        }

        public static void Write32(byte[] dst, int at, int value)
        {
            dst[at] = (byte)(value >> 24);
            dst[at + 1] = (byte)(value >> 16);
            dst[at + 2] = (byte)(value >> 8);
            dst[at + 3] = (byte)value;
        }

        public static void Write64(byte[] dst, int at, long value)
        {
            Write32(dst, at, (int)(value >> 32));
            Write32(dst, at + 4, (int)value);
        }
    }
}
