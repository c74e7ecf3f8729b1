namespace NfIpsec.Console.Grammar
{
    /// <summary>A line taken apart by the table: the command, its form, the options given. Or <see cref="Error"/>.</summary>
    public sealed class Parsed
    {
        public Command Command;
        public int Form;
        public string[] Operands;
        public int OperandCount;
        /// <summary>One line that names the option, the offending text and what was expected; null when all is well.</summary>
        public string Error;

        internal bool[] Given;
        internal string[] Values;

        public bool Has(char letter)
        {
            int at = Command.Find(letter);
            return at >= 0 && Given[at];
        }

        /// <summary>The option's value, or null when it was not given.</summary>
        public string Value(char letter)
        {
            int at = Command.Find(letter);
            return at >= 0 && Given[at] ? Values[at] : null;
        }

        /// <summary>The operand, or null when it was not given.</summary>
        public string Operand(int at)
        {
            return at < OperandCount ? Operands[at] : null;
        }
    }
}
