namespace NfIpsec.Console.Grammar
{
    /// <summary>One option of a command: a letter, the name of its value (null: a switch), and in which forms it may or must stand.</summary>
    /// <remarks>A command has up to eight forms (add, view, delete ...). Form n is bit 1 &lt;&lt; n; form 0 is taken unless an
    /// option that selects another is given.</remarks>
    public sealed class Option
    {
        public readonly char Letter;
        /// <summary>What stands behind the letter, as help shows it; null for a switch.</summary>
        public readonly string Argument;
        public readonly string Help;
        /// <summary>Bit per form in which the option may be given.</summary>
        public readonly int Allowed;
        /// <summary>Bit per form in which it must be given.</summary>
        public readonly int Required;
        /// <summary>The form this option selects, 0 none.</summary>
        public readonly int Selects;
        /// <summary>Words that complete the value; null when there is no list.</summary>
        public readonly string[] Choices;

        public Option(char letter, string argument, string help, int allowed, int required, int selects, string[] choices)
        {
            Letter = letter;
            Argument = argument;
            Help = help;
            Allowed = allowed;
            Required = required;
            Selects = selects;
            Choices = choices;
        }

        public bool IsSwitch
        {
            get { return Argument == null; }
        }

        public override string ToString()
        {
            return IsSwitch ? "-" + Letter : "-" + Letter + " " + Argument;
        }
    }
}
