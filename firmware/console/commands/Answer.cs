using NfIpsec.Base.Ports;
using NfIpsec.Console.Grammar;
using NfIpsec.Console.Names;

namespace NfIpsec.Console.Commands
{
    /// <summary>Where commands write: lines for the terminal. While a file is executed, errors carry its name and line number.</summary>
    public sealed class Answer
    {
        private readonly ConsolePort _port;
        private readonly string _lineEnd;

        /// <summary>Stands before an error: "ike_rc:3: " while a file is executed, else empty.</summary>
        public string Place = "";

        /// <summary>Errors since the start.</summary>
        public int Errors;

        public Answer(ConsolePort port)
        {
            _port = port;
            _lineEnd = port.Interactive ? "\r\n" : "\n";
        }

        public void Line(string text)
        {
            _port.Write(text + _lineEnd);
        }

        /// <summary>One line; what looks like a key in it is not repeated.</summary>
        public void Error(string text)
        {
            Errors++;
            _port.Write(Place + "error: " + KeyText.Hide(text) + _lineEnd);
        }

        public void Warning(string text)
        {
            _port.Write(Place + "warning: " + KeyText.Hide(text) + _lineEnd);
        }

        /// <summary>A confirmation: said to whoever typed the command, not for each line of a file.</summary>
        public void Note(string text)
        {
            if (Place.Length == 0)
            {
                Line(text);
            }
        }

        /// <summary>An error of the management interface: its code, and its sentence when it has one.</summary>
        public void Refused(Parsed parsed, int status, string why)
        {
            string reason = why == null || why.Length == 0 ? StatusText.Explain(status) : why + " (" + StatusText.Name(status) + ")";
            Error(parsed.Command.Name + ": " + reason);
        }

        /// <summary>A prompt; for a program, which reads lines, it is a line of its own.</summary>
        public void Prompt()
        {
            _port.Write(_port.Interactive ? Shell.Terminal.Prompt : Shell.Terminal.Prompt + "\n");
        }

        /// <summary>A line that comes by itself, perhaps while a person is typing.</summary>
        /// <param name="busy">True while a command runs: then no prompt stands on the terminal.</param>
        public void Aside(string text, bool busy)
        {
            if (_port.Interactive && !busy)
            {
                _port.Write("\r\n" + text + _lineEnd + Shell.Terminal.Prompt);
            }
            else
            {
                Line(text);
            }
        }
    }
}
