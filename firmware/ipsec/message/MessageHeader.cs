namespace NfIpsec.Ipsec.Message
{
    /// <summary>The header of every message, in host order (little-endian on every target):
    /// <code>
    ///  0      1     2     3          4          8        10       12
    /// +------+-----+-----+----------+----------+--------+--------+---------+
    /// | type | src | dst | reserved | sequence | length | status | padding |
    /// +------+-----+-----+----------+----------+--------+--------+---------+ 16
    /// </code>
    /// length is that of the data behind it, in bytes; reserved is zero; status is zero in a request.</summary>
    public static class MessageHeader
    {
        public const int Type = 0, Src = 1, Dst = 2, Reserved = 3, Sequence = 4, Length = 8, Status = 10, Padding = 12, Size = 16;

        /// <summary>Originators and targets.</summary>
        public const int Ipsec = 1, Ike = 2, Admin = 3;

        public static int Read16(byte[] src, int at)
        {
            return src[at] | src[at + 1] << 8;
        }

        public static int Read32(byte[] src, int at)
        {
            return Read16(src, at) | Read16(src, at + 2) << 16;
        }

        public static void Write16(byte[] dst, int at, int value)
        {
            dst[at] = (byte)value;
            dst[at + 1] = (byte)(value >> 8);
        }

        public static void Write32(byte[] dst, int at, int value)
        {
            Write16(dst, at, value);
            Write16(dst, at + 2, value >> 16);
        }

        public static void Write(byte[] dst, int type, int src, int target, int sequence, int length, int status)
        {
            dst[Type] = (byte)type;
            dst[Src] = (byte)src;
            dst[Dst] = (byte)target;
            dst[Reserved] = 0;
            Write32(dst, Sequence, sequence);
            Write16(dst, Length, length);
            Write16(dst, Status, status);
            Write32(dst, Padding, 0);
        }
    }
}
