using System.Text;

namespace NfIpsec.Console.Grammar
{
    /// <summary>Reads a line by the table of commands. Options stand in any order; nothing is done on an error.</summary>
    public sealed class Parser
    {
        private readonly Command[] _commands;
        private readonly string _absent;
        private readonly string[] _shortWords;
        private readonly string[] _fullWords;

        /// <param name="absent">First words, parted by blanks, of commands that are left out of this build with IKE.</param>
        /// <param name="shortWords">Abbreviations: first words that stand for the two words at the same place of <paramref name="fullWords"/>.</param>
        public Parser(Command[] commands, string absent, string[] shortWords, string[] fullWords)
        {
            _commands = commands;
            _absent = " " + absent + " ";
            _shortWords = shortWords;
            _fullWords = fullWords;
        }

        public Command[] Commands
        {
            get { return _commands; }
        }

        /// <summary>Takes a line apart. An empty line or a comment gives a result without command and without error.</summary>
        public Parsed Parse(string line)
        {
            Tokens tokens = Tokens.Split(line);
            Parsed parsed = new Parsed();
            parsed.Error = tokens.Error;
            if (tokens.Error != null || tokens.Count == 0)
            {
                return parsed;
            }
            int at = FindCommand(tokens, parsed);
            if (parsed.Error == null)
            {
                ReadOptions(tokens, at, parsed);
            }
            if (parsed.Error == null)
            {
                CheckForm(parsed);
            }
            return parsed;
        }

        /// <summary>The command that the words name, or null. <paramref name="used"/> is how many words that took.</summary>
        public Command Find(string[] words, int count, out int used)
        {
            used = 0;
            if (count == 0)
            {
                return null;
            }
            string first = words[0].ToLower();
            string second = count > 1 ? words[1].ToLower() : "";
            int words1 = 1;
            int alias = IndexOf(_shortWords, first);
            if (alias >= 0)
            {
                string[] full = _fullWords[alias].Split(' ');
                first = full[0];
                second = full[1];
                words1 = 0;
            }
            for (int i = 0; i < _commands.Length; i++)
            {
                string[] name = _commands[i].Words;
                if (name[0] == first && (name.Length == 1 || name[1] == second))
                {
                    used = name.Length == 1 ? 1 : words1 + 1;
                    return _commands[i];
                }
            }
            return null;
        }

        private int FindCommand(Tokens tokens, Parsed parsed)
        {
            int used;
            parsed.Command = Find(tokens.Items, tokens.Count, out used);
            if (parsed.Command != null)
            {
                return used;
            }
            string first = tokens.Items[0].ToLower();
            string seconds = SecondWords(first);
            if (_absent.IndexOf(" " + first + " ") >= 0)
            {
                string two = tokens.Count > 1 && first != "remote" ? " " + tokens.Items[1] : "";
                parsed.Error = "'" + tokens.Items[0] + two + "': IKE is not in this build (IKE_V2, IKEv2_MENUS); keys are set by hand: help ipsec addsa";
            }
            else if (seconds.Length == 0)
            {
                parsed.Error = "'" + tokens.Items[0] + "': unknown command; help lists the commands";
            }
            else
            {
                string text = tokens.Count > 1 ? ": '" + tokens.Items[1] + "'" : "";
                parsed.Error = tokens.Items[0] + text + ": expected one of " + seconds;
            }
            return 0;
        }

        private string SecondWords(string first)
        {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < _commands.Length; i++)
            {
                string[] name = _commands[i].Words;
                if (name.Length > 1 && name[0] == first)
                {
                    text.Append(text.Length == 0 ? "" : " ").Append(name[1]);
                }
            }
            return text.ToString();
        }

        private static void ReadOptions(Tokens tokens, int at, Parsed parsed)
        {
            Command command = parsed.Command;
            parsed.Given = new bool[command.Options.Length];
            parsed.Values = new string[command.Options.Length];
            parsed.Operands = new string[command.Operands.Length];
            while (at < tokens.Count && parsed.Error == null)
            {
                string text = tokens.Items[at];
                at = IsOption(text) ? ReadOption(tokens, at, parsed) : ReadOperand(text, at, parsed);
            }
        }

        private static int ReadOperand(string text, int at, Parsed parsed)
        {
            Command command = parsed.Command;
            if (parsed.OperandCount == command.Operands.Length)
            {
                parsed.Error = command.Name + ": '" + text + "': expected " + (command.Options.Length == 0 ? "nothing more" : "an option, one of " + Letters(command));
            }
            else
            {
                parsed.Operands[parsed.OperandCount++] = text;
            }
            return at + 1;
        }

        private static int ReadOption(Tokens tokens, int at, Parsed parsed)
        {
            Command command = parsed.Command;
            string text = tokens.Items[at];
            int index = command.Find(text[1]);
            if (index < 0)
            {
                parsed.Error = command.Name + ": '" + text + "': unknown option; expected " + (command.Options.Length == 0 ? "none" : "one of " + Letters(command));
                return at;
            }
            Option option = command.Options[index];
            if (parsed.Given[index])
            {
                parsed.Error = command.Name + ": -" + option.Letter + ": given twice";
                return at;
            }
            parsed.Given[index] = true;
            return option.IsSwitch ? ReadSwitch(text, option, at, parsed) : ReadValue(tokens, at, index, parsed);
        }

        private static int ReadSwitch(string text, Option option, int at, Parsed parsed)
        {
            if (text.Length > 2)
            {
                parsed.Error = parsed.Command.Name + ": '" + text + "': -" + option.Letter + " takes no value";
            }
            else if (option.Selects != 0 && parsed.Form == 0)
            {
                parsed.Form = option.Selects;
            }
            return at + 1;
        }

        private static int ReadValue(Tokens tokens, int at, int index, Parsed parsed)
        {
            Option option = parsed.Command.Options[index];
            string text = tokens.Items[at];
            if (text.Length > 2)
            {
                parsed.Values[index] = text.Substring(2);
            }
            else if (at + 1 < tokens.Count && !IsOption(tokens.Items[at + 1]))
            {
                parsed.Values[index] = tokens.Items[++at];
            }
            else
            {
                parsed.Error = parsed.Command.Name + ": -" + option.Letter + ": expected " + option.Argument + " behind it (" + option.Help + ")";
            }
            if (option.Selects != 0 && parsed.Form == 0)
            {
                parsed.Form = option.Selects;
            }
            return at + 1;
        }

        private static void CheckForm(Parsed parsed)
        {
            Command command = parsed.Command;
            int bit = 1 << parsed.Form;
            for (int i = 0; i < command.Options.Length && parsed.Error == null; i++)
            {
                Option option = command.Options[i];
                if (parsed.Given[i] && (option.Allowed & bit) == 0)
                {
                    parsed.Error = command.Name + ": -" + option.Letter + ": cannot stand here; expected " + command.Usage(parsed.Form);
                }
                else if (!parsed.Given[i] && (option.Required & bit) != 0)
                {
                    parsed.Error = command.Name + ": -" + option.Letter + " is missing; expected " + option.ToString() + " (" + option.Help + ")";
                }
            }
            if (parsed.Error == null && parsed.OperandCount < command.Needed)
            {
                parsed.Error = command.Name + ": " + command.Operands[parsed.OperandCount] + " is missing; expected " + command.Usage(0);
            }
        }

        private static bool IsOption(string text)
        {
            return text.Length > 1 && text[0] == '-' && IsLetter(text[1]);
        }

        private static bool IsLetter(char c)
        {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        }

        private static string Letters(Command command)
        {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < command.Options.Length; i++)
            {
                text.Append(i == 0 ? "-" : " -").Append(command.Options[i].Letter);
            }
            return text.ToString();
        }

        private static int IndexOf(string[] list, string text)
        {
            for (int i = 0; i < list.Length; i++)
            {
                if (list[i] == text)
                {
                    return i;
                }
            }
            return -1;
        }
    }
}
