using System.Collections;

namespace NfIpsec.Console.Grammar
{
    /// <summary>What may stand at the end of a half-typed line, from the same table as the parser.</summary>
    public sealed class Completion
    {
        private readonly Parser _parser;

        public Completion(Parser parser)
        {
            _parser = parser;
        }

        /// <summary>Every word that could take the place of the last, unfinished word of <paramref name="head"/>.</summary>
        public string[] Candidates(string head)
        {
            ArrayList found = new ArrayList();
            string[] words = Words(head);
            int last = words.Length - 1;
            int used;
            Command command = _parser.Find(words, last, out used);
            if (command == null)
            {
                AddCommandWords(found, words, last);
            }
            else if (last >= used)
            {
                AddArguments(found, command, words, used, last);
            }
            string[] result = new string[found.Count];
            for (int i = 0; i < result.Length; i++)
            {
                result[i] = (string)found[i];
            }
            return result;
        }

        // The last word may be empty; blanks before it are one.
        private static string[] Words(string head)
        {
            ArrayList words = new ArrayList();
            int start = 0;
            for (int i = 0; i <= head.Length; i++)
            {
                if (i == head.Length || head[i] == ' ')
                {
                    if (i > start || i == head.Length)
                    {
                        words.Add(head.Substring(start, i - start));
                    }
                    start = i + 1;
                }
            }
            string[] result = new string[words.Count];
            for (int i = 0; i < result.Length; i++)
            {
                result[i] = (string)words[i];
            }
            return result;
        }

        private void AddCommandWords(ArrayList found, string[] words, int last)
        {
            Command[] commands = _parser.Commands;
            for (int i = 0; i < commands.Length; i++)
            {
                string[] name = commands[i].Words;
                if (last == 0 || (last == 1 && name.Length > 1 && name[0] == words[0].ToLower()))
                {
                    AddIfFits(found, name[last], words[last].ToLower());
                }
            }
        }

        private static void AddArguments(ArrayList found, Command command, string[] words, int used, int last)
        {
            Option before = last > used ? OptionOf(command, words[last - 1]) : null;
            if (before != null && !before.IsSwitch)
            {
                AddChoices(found, before.Choices, words[last]);
                return;
            }
            for (int i = 0; i < command.Options.Length; i++)
            {
                string text = "-" + command.Options[i].Letter;
                if (!Contains(words, used, last, text))
                {
                    AddIfFits(found, text, words[last]);
                }
            }
        }

        // A value may be a comma-separated list: its last item is completed.
        private static void AddChoices(ArrayList found, string[] choices, string word)
        {
            int comma = word.LastIndexOf(',');
            string done = word.Substring(0, comma + 1);
            for (int i = 0; choices != null && i < choices.Length; i++)
            {
                AddIfFits(found, done + choices[i], word);
            }
        }

        private static Option OptionOf(Command command, string word)
        {
            int at = word.Length == 2 && word[0] == '-' ? command.Find(word[1]) : -1;
            return at < 0 ? null : command.Options[at];
        }

        private static bool Contains(string[] words, int from, int to, string text)
        {
            for (int i = from; i < to; i++)
            {
                if (words[i] == text)
                {
                    return true;
                }
            }
            return false;
        }

        private static void AddIfFits(ArrayList found, string candidate, string word)
        {
            if (candidate.Length >= word.Length && candidate.Substring(0, word.Length).ToLower() == word.ToLower() && found.IndexOf(candidate) < 0)
            {
                found.Add(candidate);
            }
        }
    }
}
