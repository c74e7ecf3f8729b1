using NfIpsec.Console.Names;

namespace NfIpsec.Console.Shell
{
    /// <summary>The last lines typed, newest first. Lines that may hold keys are not kept.</summary>
    public sealed class History
    {
        public const int Depth = 16;

        private readonly string[] _lines = new string[Depth];
        private int _next;
        private int _count;
        private int _back;

        public void Add(string line)
        {
            _back = 0;
            if (line.Length == 0 || KeyText.IsIn(line) || (_count > 0 && Line(1) == line))
            {
                return;
            }
            _lines[_next] = line;
            _next = (_next + 1) % Depth;
            _count = _count < Depth ? _count + 1 : Depth;
        }

        /// <summary>One line further back, or null at the oldest.</summary>
        public string Older()
        {
            if (_back == _count)
            {
                return null;
            }
            return Line(++_back);
        }

        /// <summary>One line nearer; the empty line in front of the newest; null when already there.</summary>
        public string Newer()
        {
            if (_back == 0)
            {
                return null;
            }
            return --_back == 0 ? "" : Line(_back);
        }

        private string Line(int back)
        {
            return _lines[(_next + Depth - back) % Depth];
        }
    }
}
