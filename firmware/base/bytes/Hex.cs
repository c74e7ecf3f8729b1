using System.Text;

namespace NfIpsec.Base.Bytes
{
    /// <summary>Hexadecimal text, either case in, lower case out.</summary>
    public static class Hex
    {
        private const string Digits = "0123456789abcdef";

        /// <summary>Value of one digit, or -1.</summary>
        public static int Digit(char c)
        {
            if (c >= '0' && c <= '9')
            {
                return c - '0';
            }
            if (c >= 'a' && c <= 'f')
            {
                return c - 'a' + 10;
            }
            return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
        }

        /// <summary>The bytes of an even number of digits, with or without 0x in front; null when the text is anything else.</summary>
        public static byte[] Parse(string text)
        {
            int start = HasPrefix(text) ? 2 : 0;
            int digits = text == null ? 1 : text.Length - start;
            if (digits == 0 || (digits & 1) != 0)
            {
                return null;
            }
            byte[] bytes = new byte[digits / 2];
            for (int i = 0; i < bytes.Length; i++)
            {
                int high = Digit(text[start + 2 * i]);
                int low = Digit(text[start + 2 * i + 1]);
                if (high < 0 || low < 0)
                {
                    return null;
                }
                bytes[i] = (byte)(high << 4 | low);
            }
            return bytes;
        }

        /// <summary>A number of one to eight digits, with or without 0x in front. False when the text is anything else.</summary>
        public static bool TryParse32(string text, out int value)
        {
            value = 0;
            int start = HasPrefix(text) ? 2 : 0;
            if (text == null || text.Length == start || text.Length - start > 8)
            {
                return false;
            }
            for (int i = start; i < text.Length; i++)
            {
                int digit = Digit(text[i]);
                if (digit < 0)
                {
                    return false;
                }
                value = value << 4 | digit;
            }
            return true;
        }

        private static bool HasPrefix(string text)
        {
            return text != null && text.Length >= 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
        }

        public static string Format(byte[] src, int offset, int length)
        {
            StringBuilder text = new StringBuilder(length * 2);
            for (int i = offset; i < offset + length; i++)
            {
                text.Append(Digits[src[i] >> 4]);
                text.Append(Digits[src[i] & 15]);
            }
            return text.ToString();
        }

        /// <summary>Eight digits.</summary>
        public static string Format32(int value)
        {
            char[] text = new char[8];
            for (int i = 7; i >= 0; i--)
            {
                text[i] = Digits[value & 15];
                value >>= 4;
            }
            return new string(text);
        }
    }
}
