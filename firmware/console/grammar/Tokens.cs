using System.Text;
using NfIpsec.Base;

namespace NfIpsec.Console.Grammar
{
    /// <summary>Splits a line into words. Double quotes hold blanks together; # at the start of a word begins a comment.</summary>
    public sealed class Tokens
    {
        public const int Max = Limits.MaxWords;

        public readonly string[] Items = new string[Max];
        public int Count;
        /// <summary>What is wrong with the line, or null.</summary>
        public string Error;

        public static Tokens Split(string line)
        {
            Tokens tokens = new Tokens();
            int at = 0;
            while (tokens.Error == null && at < line.Length)
            {
                char c = line[at];
                if (c == ' ' || c == '\t')
                {
                    at++;
                }
                else if (c == '#')
                {
                    break;
                }
                else
                {
                    at = tokens.Take(line, at);
                }
            }
            tokens.JoinLoneDash();
            return tokens;
        }

        private int Take(string line, int at)
        {
            StringBuilder word = new StringBuilder();
            int quote = -1;
            while (at < line.Length && (quote >= 0 || (line[at] != ' ' && line[at] != '\t')))
            {
                if (line[at] == '"')
                {
                    quote = quote < 0 ? at : -1;
                }
                else
                {
                    word.Append(line[at]);
                }
                at++;
            }
            if (quote >= 0)
            {
                Error = "the quote at column " + (quote + 1).ToString() + " is not closed";
            }
            else if (Count == Max)
            {
                Error = "more than " + Max.ToString() + " words in one line";
            }
            else
            {
                Items[Count++] = word.ToString();
            }
            return at;
        }

        // A long line of a printed manual may break between the dash and its letter; joined again it reads "- h".
        private void JoinLoneDash()
        {
            int to = 0;
            for (int i = 0; i < Count; i++)
            {
                bool lone = Items[i] == "-" && i + 1 < Count && Items[i + 1].Length == 1;
                Items[to++] = lone ? "-" + Items[++i] : Items[i];
            }
            Count = to;
        }
    }
}
