using System.Text;

namespace NfIpsec.X509
{
    /// <summary>An X.501 Name as DER, as identities and certificates carry it (RFC 5280 4.1.2.4):
    /// <code>
    /// SEQUENCE OF SET OF SEQUENCE { OBJECT IDENTIFIER, string }
    /// </code>
    /// Bounds come first: nothing is read behind a length that lies, and the depth is the three levels that there are.</summary>
    public static class DistinguishedName
    {
        private const int Sequence = 0x30, Set = 0x31, Oid = 0x06;

        // Object identifiers and their names in text (RFC 4514 3, and e-mail's of RFC 2985).
        private static readonly string[] s_names = { "CN", "SN", "SERIALNUMBER", "C", "L", "ST", "STREET", "O", "OU", "UID", "DC", "E" };
        private static readonly string[] s_oids =
        {
            "550403", "550404", "550405", "550406", "550407", "550408", "550409", "55040a", "55040b", "0992268993f22c640101", "0992268993f22c640119",
            "2a864886f70d010901"
        };

        /// <summary>Well formed, with at least one attribute.</summary>
        public static bool IsSound(byte[] src, int offset, int length)
        {
            return Text(src, offset, length) != null;
        }

        /// <summary>The same attributes in the same order, without regard to case and string type (RFC 5280 7.1). False for what is not
        /// sound.</summary>
        public static bool Same(byte[] a, int aOffset, int aLength, byte[] b, int bOffset, int bLength)
        {
            string one = Text(a, aOffset, aLength);
            return one != null && IsText(one, Text(b, bOffset, bLength));
        }

        /// <summary>The Name is what the text says: "C=DE,O=Example,CN=board", in the order of the Name.</summary>
        public static bool IsText(string text, string other)
        {
            return text != null && other != null && text.ToLower() == other.ToLower();
        }

        /// <summary>"C=DE,O=Example,CN=board"; null when it is no sound Name. A comma, plus sign or backslash in a value stands behind a
        /// backslash, an octet that is not printable in ASCII as a backslash and two digits.</summary>
        public static string Text(byte[] src, int offset, int length)
        {
            StringBuilder text = new StringBuilder();
            int end = Header(src, offset, offset + length, Sequence, out int at);
            if (end != offset + length || at == end)
            {
                return null;
            }
            while (at < end)
            {
                int setEnd = Header(src, at, end, Set, out int inner);
                if (setEnd < 0 || inner == setEnd || !AppendSet(text, src, inner, setEnd))
                {
                    return null;
                }
                at = setEnd;
            }
            return text.ToString();
        }

        private static bool AppendSet(StringBuilder text, byte[] src, int at, int end)
        {
            string separator = text.Length == 0 ? "" : ",";
            while (at < end)
            {
                int attributeEnd = Header(src, at, end, Sequence, out int inner);
                int oidEnd = attributeEnd < 0 ? -1 : Header(src, inner, attributeEnd, Oid, out inner);
                if (oidEnd < 0 || oidEnd == inner)
                {
                    return false;
                }
                text.Append(separator).Append(NameOf(src, inner, oidEnd)).Append('=');
                int valueEnd = Header(src, oidEnd, attributeEnd, 0, out int value);
                if (valueEnd != attributeEnd)
                {
                    return false;
                }
                AppendValue(text, src, value, valueEnd);
                separator = "+";
                at = attributeEnd;
            }
            return true;
        }

        private static string NameOf(byte[] src, int at, int end)
        {
            string oid = Base.Bytes.Hex.Format(src, at, end - at);
            for (int i = 0; i < s_oids.Length; i++)
            {
                if (s_oids[i] == oid)
                {
                    return s_names[i];
                }
            }
            return "#" + oid;
        }

        private static void AppendValue(StringBuilder text, byte[] src, int at, int end)
        {
            for (int i = at; i < end; i++)
            {
                char one = (char)src[i];
                if (one < ' ' || one > '~')
                {
                    text.Append('\\').Append(Base.Bytes.Hex.Format(src, i, 1));
                }
                else
                {
                    text.Append(one == ',' || one == '+' || one == '\\' ? "\\" : "").Append(one);
                }
            }
        }

        // The end of the element at a place, and where its contents begin; -1 for another tag (0: any), a length that does not fit, or
        // one that is not as short as can be.
        private static int Header(byte[] src, int at, int end, int tag, out int contents)
        {
            contents = at + 2;
            if (end - at < 2 || end > src.Length || (tag != 0 && src[at] != tag))
            {
                return -1;
            }
            int length = src[at + 1];
            if (length >= 0x80)
            {
                int octets = length & 0x7f;
                if (octets < 1 || octets > 2 || end - contents < octets)
                {
                    return -1;
                }
                length = octets == 1 ? src[contents] : src[contents] << 8 | src[contents + 1];
                contents += octets;
                if (length < (octets == 1 ? 0x80 : 0x100))
                {
                    return -1;
                }
            }
            return length > end - contents ? -1 : contents + length;
        }
    }
}
