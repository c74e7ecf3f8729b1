using System;
using NfIpsec.Console.Shell;

namespace NfIpsec.Console.Commands
{
    /// <summary>A file of commands being executed: gives one line after the other.</summary>
    public sealed class Script
    {
        public readonly string Name;
        private readonly byte[] _bytes;
        private readonly LineText _line = new LineText();
        private int _at;
        private int _number;

        public Script(string name, byte[] bytes)
        {
            Name = name;
            _bytes = bytes;
            bool mark = bytes.Length >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF;
            _at = mark ? 3 : 0;
        }

        public bool AtEnd
        {
            get { return _at >= _bytes.Length; }
        }

        /// <summary>"name:line: ", for what is said about the line taken last.</summary>
        public string Place
        {
            get { return Name + ":" + _number.ToString() + ": "; }
        }

        /// <summary>Zeroes the lines not taken, for a file that ends early: they may hold keys.</summary>
        public void Wipe()
        {
            Array.Clear(_bytes, 0, _bytes.Length);
            _at = _bytes.Length;
        }

        /// <summary>The next line, which is zeroed in the file's bytes; its Error says why it cannot be executed. LF, CR LF and CR end a line.</summary>
        public PostedLine Take()
        {
            while (_at < _bytes.Length && _bytes[_at] != '\n' && _bytes[_at] != '\r')
            {
                _line.Add(_bytes[_at]);
                _bytes[_at++] = 0;
            }
            if (_at + 1 < _bytes.Length && _bytes[_at] == '\r' && _bytes[_at + 1] == '\n')
            {
                _at++;
            }
            _at++;
            _number++;
            string error;
            string text = _line.Take(out error);
            return new PostedLine(text, error);
        }
    }
}
