using System.Text;
using NfIpsec.Base;

namespace NfIpsec.Console.Shell
{
    /// <summary>One line of bytes on its way to becoming text: collected, bounded, checked. Nothing of a bad line is executed.</summary>
    /// <remarks>A NUL would silently end a string on the board, so it is judged here, on the bytes.</remarks>
    public sealed class LineText
    {
        /// <summary>The longest line that is accepted, in bytes (MAXCMD).</summary>
        public const int Max = Limits.MaxLine;

        private readonly byte[] _bytes = new byte[Max];
        private int _length;
        private int _received;
        private int _badAt;
        private int _bad;

        public int Length
        {
            get { return _received; }
        }

        public void Clear()
        {
            // Lines may hold keys.
            for (int i = 0; i < _length; i++)
            {
                _bytes[i] = 0;
            }
            _length = 0;
            _received = 0;
            _badAt = 0;
        }

        public void Add(byte b)
        {
            _received++;
            bool text = (b >= 32 && b < 127) || b == 9;
            if (!text && _badAt == 0)
            {
                _badAt = _received;
                _bad = b;
            }
            if (_length < Max && text)
            {
                _bytes[_length++] = b;
            }
        }

        /// <summary>The line, or null with <paramref name="error"/> saying what is wrong with it.</summary>
        public string Take(out string error)
        {
            string text = Encoding.UTF8.GetString(_bytes, 0, _length);
            bool comment = text.TrimStart(' ', '\t').StartsWith("#");
            error = comment ? null : Judge();
            Clear();
            return error != null ? null : comment ? "" : text;
        }

        private string Judge()
        {
            if (_badAt != 0)
            {
                return "column " + _badAt.ToString() + " holds " + (_bad == 0 ? "NUL" : "byte 0x" + _bad.ToString("X2"))
                    + "; expected printable ASCII; the line was not executed";
            }
            if (_received > Max)
            {
                return "the line has " + _received.ToString() + " characters; expected at most " + Max.ToString() + "; it was not executed";
            }
            return null;
        }
    }
}
