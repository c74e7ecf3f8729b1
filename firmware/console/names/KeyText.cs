using System.Text;
using NfIpsec.Base.Bytes;

namespace NfIpsec.Console.Names
{
    /// <summary>Tells text that may be a key, so that no error repeats it and no history keeps it.</summary>
    internal static class KeyText
    {
        // No address, SPI or name of an algorithm has so many hexadecimal digits in a row, and no number so many decimal ones; the
        // shortest key has more.
        private const int Run = 12, DecimalRun = 24;

        private const string Instead = "(hidden)";

        /// <summary>The text with every long run of hexadecimal digits taken out.</summary>
        public static string Hide(string text)
        {
            int from = Find(text, 0, out int length);
            if (from < 0)
            {
                return text;
            }
            StringBuilder shown = new StringBuilder();
            int at = 0;
            while (from >= 0)
            {
                shown.Append(text.Substring(at, from - at)).Append(Instead);
                at = from + length;
                from = Find(text, at, out length);
            }
            return shown.Append(text.Substring(at)).ToString();
        }

        /// <summary>True for a line that carries a key or a password, or was meant to.</summary>
        public static bool IsIn(string line)
        {
            string lower = line.ToLower();
            return lower.IndexOf("addsa") >= 0 || lower.IndexOf("psk") >= 0 || lower.IndexOf("secret") >= 0 || Find(line, 0, out int length) >= 0;
        }

        // Where the first long run at or behind `at` begins, -1 when there is none.
        private static int Find(string text, int at, out int length)
        {
            length = 0;
            int letters = 0;
            for (; at < text.Length; at++)
            {
                int digit = Hex.Digit(text[at]);
                length = digit >= 0 ? length + 1 : 0;
                letters = digit < 0 ? 0 : digit > 9 ? letters + 1 : letters;
                bool ends = at + 1 == text.Length || Hex.Digit(text[at + 1]) < 0;
                if (ends && length >= (letters > 0 ? Run : DecimalRun))
                {
                    return at + 1 - length;
                }
            }
            return -1;
        }
    }
}
