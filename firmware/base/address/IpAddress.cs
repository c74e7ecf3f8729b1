using System.Text;
using NfIpsec.Base.Bytes;

namespace NfIpsec.Base.Address
{
    /// <summary>One address as four words in host order, most significant first; IPv4 is ::ffff:a.b.c.d. The static members work
    /// on such words anywhere in an array, as packet descriptions and rows hold them.</summary>
    public sealed class IpAddress
    {
        public const int WordCount = 4;

        /// <summary>Word 2 of every IPv4 address.</summary>
        public const int Mapped = 0xffff;

        public readonly int[] Words = new int[WordCount];

        /// <summary>The address, or null when the text is not one.</summary>
        public static IpAddress Parse(string text)
        {
            TextScanner scanner = new TextScanner(text);
            IpAddress address = new IpAddress();
            return Read(scanner, address.Words, 0) == Status.XE_OK && scanner.AtEnd ? address : null;
        }

        public static IpAddress FromWords(int[] src, int at)
        {
            IpAddress address = new IpAddress();
            Copy(src, at, address.Words, 0);
            return address;
        }

        /// <summary>From network order: 4 bytes, or 16.</summary>
        /// <param name="version">4 or 6: how many bytes there are.</param>
        public static IpAddress FromBytes(byte[] src, int offset, int version)
        {
            IpAddress address = new IpAddress();
            int first = version == 4 ? WordCount - 1 : 0;
            address.Words[2] = version == 4 ? Mapped : 0;
            for (int i = first; i < WordCount; i++)
            {
                address.Words[i] = BigEndian.Read32(src, offset + 4 * (i - first));
            }
            return address;
        }

        /// <summary>In network order: 4 bytes, or 16.</summary>
        public void ToBytes(byte[] dst, int offset)
        {
            int first = Version == 4 ? WordCount - 1 : 0;
            for (int i = first; i < WordCount; i++)
            {
                BigEndian.Write32(dst, offset + 4 * (i - first), Words[i]);
            }
        }

        /// <summary>No single host on a network has it: loopback, multicast, broadcast, link-local of IPv6, 0.x.x.x (RFC 6890, RFC 4291
        /// 2.4).</summary>
        public bool IsSpecial
        {
            get
            {
                uint first = (uint)Words[Version == 4 ? 3 : 0] >> 24;
                if (Version == 4)
                {
                    return first == 0 || first == 127 || first >= 224;
                }
                bool loopback = Words[0] == 0 && Words[1] == 0 && Words[2] == 0 && (uint)Words[3] <= 1;
                return first == 0xff || loopback || (uint)Words[0] >> 22 == 0xfe80u >> 6;
            }
        }

        public int Version
        {
            get { return VersionOf(Words, 0); }
        }

        /// <summary>True for 0.0.0.0 and ::, which name nobody.</summary>
        public bool IsUnspecified
        {
            get { return Words[3] == 0 && Words[0] == 0 && Words[1] == 0 && (Words[2] == 0 || Words[2] == Mapped); }
        }

        public override string ToString()
        {
            return Format(Words, 0);
        }

        public static int VersionOf(int[] words, int at)
        {
            return words[at] == 0 && words[at + 1] == 0 && words[at + 2] == Mapped ? 4 : 6;
        }

        public static bool Same(int[] a, int aAt, int[] b, int bAt)
        {
            return a[aAt + 3] == b[bAt + 3] && a[aAt + 2] == b[bAt + 2] && a[aAt + 1] == b[bAt + 1] && a[aAt] == b[bAt];
        }

        public static void Copy(int[] src, int srcAt, int[] dst, int dstAt)
        {
            dst[dstAt] = src[srcAt];
            dst[dstAt + 1] = src[srcAt + 1];
            dst[dstAt + 2] = src[srcAt + 2];
            dst[dstAt + 3] = src[srcAt + 3];
        }

        /// <summary>Below, equal, above: -1, 0, 1, as unsigned 128-bit numbers.</summary>
        public static int Compare(int[] a, int aAt, int[] b, int bAt)
        {
            for (int i = 0; i < WordCount; i++)
            {
                if (a[aAt + i] != b[bAt + i])
                {
                    return (uint)a[aAt + i] < (uint)b[bAt + i] ? -1 : 1;
                }
            }
            return 0;
        }

        /// <summary>First and last address of the prefix, in place of an address inside it.</summary>
        /// <param name="bits">Of 128: an IPv4 prefix length plus 96.</param>
        public static void PrefixRange(int[] low, int lowAt, int[] high, int highAt, int bits)
        {
            for (int i = 0; i < WordCount; i++)
            {
                int mask = MaskWord(bits, i);
                int word = low[lowAt + i] & mask;
                low[lowAt + i] = word;
                high[highAt + i] = word | ~mask;
            }
        }

        /// <summary>Word 0 to 3 of the mask with that many leading ones (0..128).</summary>
        public static int MaskWord(int bits, int word)
        {
            bits -= word * 32;
            return bits <= 0 ? 0 : bits >= 32 ? -1 : -1 << (32 - bits);
        }

        /// <summary>How many leading bits (0..128) two addresses share.</summary>
        public static int CommonBits(int[] a, int aAt, int[] b, int bAt)
        {
            for (int i = 0; i < WordCount; i++)
            {
                int difference = a[aAt + i] ^ b[bAt + i];
                if (difference != 0)
                {
                    int bits = i * 32;
                    while (difference > 0)
                    {
                        difference <<= 1;
                        bits++;
                    }
                    return bits;
                }
            }
            return 128;
        }

        /// <summary>Prefix length of a contiguous IPv4 mask, or -1.</summary>
        public static int MaskBits(int mask)
        {
            for (int bits = 0; bits <= 32; bits++)
            {
                if (MaskWord(bits, 0) == mask)
                {
                    return bits;
                }
            }
            return -1;
        }

        /// <summary>Reads an address and leaves the scanner behind it. XE_BAD_ID_TYPE: it does not begin like an address;
        /// XE_BAD_ADDR_RANGE: it does, and is none.</summary>
        public static int Read(TextScanner scanner, int[] words, int at)
        {
            int start = scanner.At;
            int status = LooksLikeIPv6(scanner) ? ReadIPv6(scanner, words, at) : ReadIPv4(scanner, words, at);
            if (status != Status.XE_OK)
            {
                scanner.At = start;
            }
            return status;
        }

        private static bool LooksLikeIPv6(TextScanner scanner)
        {
            int start = scanner.At;
            bool colon = scanner.Next == ':' || (scanner.TakeHex16() >= 0 && scanner.Next == ':');
            scanner.At = start;
            return colon;
        }

        private static int ReadIPv4(TextScanner scanner, int[] words, int at)
        {
            int value = 0;
            for (int i = 0; i < 4; i++)
            {
                if (i > 0 && !scanner.Take('.'))
                {
                    return i == 1 ? Status.XE_BAD_ID_TYPE : Status.XE_BAD_ADDR_RANGE;
                }
                int part = scanner.TakeNumber();
                if (part < 0 || part > 255)
                {
                    return part < 0 && i == 0 ? Status.XE_BAD_ID_TYPE : Status.XE_BAD_ADDR_RANGE;
                }
                value = value << 8 | part;
            }
            words[at] = 0;
            words[at + 1] = 0;
            words[at + 2] = Mapped;
            words[at + 3] = value;
            return Status.XE_OK;
        }

        // RFC 4291 2.2: up to eight groups, one :: for a run of zeros, the last 32 bits may be dotted.
        private static int ReadIPv6(TextScanner scanner, int[] words, int at)
        {
            int[] groups = new int[8];
            int count = 0;
            int gap = -1;
            if (scanner.Take(':'))
            {
                if (!scanner.Take(':'))
                {
                    return Status.XE_BAD_ADDR_RANGE;
                }
                gap = 0;
            }
            bool more = gap < 0 || Hex.Digit(scanner.Next) >= 0;
            while (more)
            {
                int added = ReadGroup(scanner, groups, count);
                if (added == 0)
                {
                    return Status.XE_BAD_ADDR_RANGE;
                }
                count += added;
                more = added == 1 && scanner.Take(':');
                if (more && scanner.Take(':'))
                {
                    if (gap >= 0)
                    {
                        return Status.XE_BAD_ADDR_RANGE;
                    }
                    gap = count;
                    more = Hex.Digit(scanner.Next) >= 0;
                }
            }
            return Spread(groups, count, gap, words, at) ? Status.XE_OK : Status.XE_BAD_ADDR_RANGE;
        }

        // Returns how many groups were read: 1, 2 for a dotted tail, 0 for an error.
        private static int ReadGroup(TextScanner scanner, int[] groups, int count)
        {
            int start = scanner.At;
            int group = scanner.TakeHex16();
            if (group < 0 || count >= 8)
            {
                return 0;
            }
            if (scanner.Next != '.')
            {
                groups[count] = group;
                return 1;
            }
            scanner.At = start;
            int[] tail = new int[WordCount];
            if (count > 6 || ReadIPv4(scanner, tail, 0) != Status.XE_OK)
            {
                return 0;
            }
            groups[count] = (tail[3] >> 16) & 0xffff;
            groups[count + 1] = tail[3] & 0xffff;
            return 2;
        }

        private static bool Spread(int[] groups, int count, int gap, int[] words, int at)
        {
            if (gap < 0 ? count != 8 : count > 7)
            {
                return false;
            }
            for (int i = 0; i < WordCount; i++)
            {
                words[at + i] = 0;
            }
            for (int i = 0; i < count; i++)
            {
                int place = gap >= 0 && i >= gap ? 8 - count + i : i;
                words[at + place / 2] |= groups[i] << ((place & 1) == 0 ? 16 : 0);
            }
            return true;
        }

        /// <summary>RFC 5952 text; dotted for IPv4.</summary>
        public static string Format(int[] words, int at)
        {
            StringBuilder text = new StringBuilder(40);
            if (VersionOf(words, at) == 4)
            {
                AppendIPv4(text, words[at + 3]);
            }
            else
            {
                AppendIPv6(text, words, at);
            }
            return text.ToString();
        }

        private static void AppendIPv4(StringBuilder text, int value)
        {
            for (int shift = 24; shift >= 0; shift -= 8)
            {
                text.Append((value >> shift) & 255);
                if (shift > 0)
                {
                    text.Append('.');
                }
            }
        }

        private static void AppendIPv6(StringBuilder text, int[] words, int at)
        {
            int length = LongestZeros(words, at) & 15;
            int start = LongestZeros(words, at) >> 4;
            for (int i = 0; i < 8; i++)
            {
                if (length > 1 && i == start)
                {
                    text.Append("::");
                    i += length - 1;
                    continue;
                }
                if (i > 0 && !(length > 1 && i == start + length))
                {
                    text.Append(':');
                }
                AppendGroup(text, Group(words, at, i));
            }
        }

        private static int Group(int[] words, int at, int i)
        {
            return (words[at + i / 2] >> ((i & 1) == 0 ? 16 : 0)) & 0xffff;
        }

        private static void AppendGroup(StringBuilder text, int group)
        {
            string digits = Hex.Format32(group);
            int first = 4;
            while (first < 7 && digits[first] == '0')
            {
                first++;
            }
            text.Append(digits.Substring(first));
        }

        // The first of the longest runs of zero groups: start in the high bits, length in the low four.
        private static int LongestZeros(int[] words, int at)
        {
            int best = 0;
            int run = 0;
            for (int i = 0; i < 8; i++)
            {
                run = Group(words, at, i) == 0 ? run + 1 : 0;
                if (run > (best & 15))
                {
                    best = (i + 1 - run) << 4 | run;
                }
            }
            return best;
        }
    }
}
