using System.Text;

namespace NfIpsec.Console.Grammar
{
    /// <summary>One command of the table: its words, options and operands. Parser, help and completion read nothing else.</summary>
    public sealed class Command
    {
        public readonly int Id;
        /// <summary>The words that name it, in lower case.</summary>
        public readonly string[] Words;
        public readonly string Summary;
        public readonly Option[] Options;
        /// <summary>Names of what stands without a letter, in order.</summary>
        public readonly string[] Operands;
        /// <summary>How many of them must be there.</summary>
        public readonly int Needed;
        public readonly int Forms;
        public readonly string Example;

        public Command(int id, string words, string summary, Option[] options, string[] operands, int needed, int forms, string example)
        {
            Id = id;
            Words = words.Split(' ');
            Summary = summary;
            Options = options;
            Operands = operands;
            Needed = needed;
            Forms = forms;
            Example = example;
        }

        public string Name
        {
            get { return Words.Length == 1 ? Words[0] : Words[0] + " " + Words[1]; }
        }

        /// <summary>Index of the option in <see cref="Options"/>, or -1.</summary>
        public int Find(char letter)
        {
            for (int i = 0; i < Options.Length; i++)
            {
                if (Options[i].Letter == letter)
                {
                    return i;
                }
            }
            return -1;
        }

        /// <summary>One line of usage for a form, made from the table.</summary>
        public string Usage(int form)
        {
            StringBuilder text = new StringBuilder(Name);
            for (int i = 0; i < Options.Length; i++)
            {
                AppendOption(text, Options[i], form);
            }
            for (int i = 0; i < Operands.Length; i++)
            {
                text.Append(i < Needed ? " " + Operands[i] : " [" + Operands[i] + "]");
            }
            return text.ToString();
        }

        private static void AppendOption(StringBuilder text, Option option, int form)
        {
            int bit = 1 << form;
            if ((option.Allowed & bit) == 0)
            {
                return;
            }
            bool required = (option.Required & bit) != 0;
            text.Append(required ? " " : " [").Append(option.ToString()).Append(required ? "" : "]");
        }
    }
}
