using NfIpsec.Console.Grammar;

namespace NfIpsec.Console.Commands
{
    /// <summary>help: everything it says comes from the table of commands.</summary>
    public sealed class HelpCommand
    {
        private const int NameWidth = 16, OptionWidth = 20;

        private readonly Parser _parser;
        private readonly Answer _answer;

        public HelpCommand(Parser parser, Answer answer)
        {
            _parser = parser;
            _answer = answer;
        }

        public void Execute(Parsed parsed)
        {
            if (parsed.OperandCount == 0)
            {
                List("");
                return;
            }
            string[] words = new string[] { parsed.Operand(0), parsed.Operand(1) == null ? "" : parsed.Operand(1) };
            int used;
            Command command = _parser.Find(words, parsed.OperandCount, out used);
            if (command != null && used == parsed.OperandCount)
            {
                Explain(command);
            }
            else if (parsed.OperandCount > 1 || !List(words[0].ToLower()))
            {
                string name = words[1].Length == 0 ? words[0] : words[0] + " " + words[1];
                _answer.Error("help: '" + name + "': expected a command; help lists them");
            }
        }

        private bool List(string first)
        {
            bool any = false;
            Command[] commands = _parser.Commands;
            for (int i = 0; i < commands.Length; i++)
            {
                if (first.Length == 0 || commands[i].Words[0] == first)
                {
                    _answer.Line(commands[i].Name.PadRight(NameWidth) + commands[i].Summary);
                    any = true;
                }
            }
            return any;
        }

        private void Explain(Command command)
        {
            _answer.Line(command.Name + " - " + command.Summary);
            for (int form = 0; form < command.Forms; form++)
            {
                _answer.Line("  " + command.Usage(form));
            }
            for (int i = 0; i < command.Options.Length; i++)
            {
                _answer.Line("  " + command.Options[i].ToString().PadRight(OptionWidth) + command.Options[i].Help);
            }
            _answer.Line("example: " + command.Example);
        }
    }
}
