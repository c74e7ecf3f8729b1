using System.Text;
using NfIpsec.Base.Ports;

namespace NfIpsec.Tests.ConsoleRoom.Fakes
{
    /// <summary>A terminal made of a byte array and a string.</summary>
    public sealed class RecordingConsole : ConsolePort
    {
        private readonly bool _interactive;
        private readonly StringBuilder _output = new StringBuilder();
        private byte[] _input = new byte[0];
        private int _at;

        public RecordingConsole(bool interactive)
        {
            _interactive = interactive;
        }

        public override bool Interactive
        {
            get { return _interactive; }
        }

        /// <summary>What the other end types; behind it the terminal is gone.</summary>
        public void Type(byte[] input)
        {
            _input = input;
            _at = 0;
        }

        public void Type(string input)
        {
            Type(Encoding.UTF8.GetBytes(input));
        }

        /// <summary>Everything written since the last call.</summary>
        public string Take()
        {
            string text = _output.ToString();
            _output.Clear();
            return text;
        }

        public override int ReadByte()
        {
            return _at < _input.Length ? _input[_at++] : -1;
        }

        public override void Write(string text)
        {
            _output.Append(text);
        }
    }
}
