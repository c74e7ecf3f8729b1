namespace NfIpsec.Base.Bytes
{
    /// <summary>A reading position in a short text. Nothing in it throws: a read that does not fit answers false or -1 and leaves
    /// the position where it was.</summary>
    public sealed class TextScanner
    {
        private readonly string _text;
        private int _at;

        public TextScanner(string text)
        {
            _text = text == null ? "" : text;
        }

        public int At
        {
            get { return _at; }
            set { _at = value < 0 ? 0 : value > _text.Length ? _text.Length : value; }
        }

        public bool AtEnd
        {
            get { return _at >= _text.Length; }
        }

        /// <summary>The next character, or a space at the end.</summary>
        public char Next
        {
            get { return _at < _text.Length ? _text[_at] : ' '; }
        }

        /// <summary>Steps over that character.</summary>
        public bool Take(char c)
        {
            if (_at >= _text.Length || _text[_at] != c)
            {
                return false;
            }
            _at++;
            return true;
        }

        /// <summary>A decimal number of at most nine digits without sign, or -1.</summary>
        public int TakeNumber()
        {
            int start = _at;
            int value = 0;
            while (_at < _text.Length && _text[_at] >= '0' && _text[_at] <= '9' && _at - start < 10)
            {
                value = value * 10 + (_text[_at] - '0');
                _at++;
            }
            if (_at > start && _at - start < 10)
            {
                return value;
            }
            _at = start;
            return -1;
        }

        /// <summary>A hexadecimal number of at most four digits, or -1.</summary>
        public int TakeHex16()
        {
            int start = _at;
            int value = 0;
            while (_at < _text.Length && Hex.Digit(_text[_at]) >= 0)
            {
                value = value << 4 | Hex.Digit(_text[_at]);
                if (++_at - start > 4)
                {
                    _at = start;
                    return -1;
                }
            }
            return _at > start ? value : -1;
        }

        /// <summary>What is left, for a message.</summary>
        public string Rest
        {
            get { return _text.Substring(_at); }
        }
    }
}
