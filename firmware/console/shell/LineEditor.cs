using System.Text;
using NfIpsec.Console.Grammar;

namespace NfIpsec.Console.Shell
{
    /// <summary>Editing of one line on a person's terminal: bytes in, finished lines and echo out. Knows no port and no thread.</summary>
    /// <remarks>Keys: arrows, Home, End, Delete, backspace, Tab, Ctrl-A B C D E F H K L N P U W.</remarks>
    public sealed class LineEditor
    {
        public const int Nothing = 0, Line = 1, Interrupt = 2, EndOfInput = 3;

        private const int CtrlA = 1, CtrlB = 2, CtrlC = 3, CtrlD = 4, CtrlE = 5, CtrlF = 6, Backspace = 8, Tab = 9, LineFeed = 10, CtrlK = 11;
        private const int CtrlL = 12, Return = 13, CtrlN = 14, CtrlP = 16, CtrlU = 21, CtrlW = 23, Escape = 27, Delete = 127;

        private readonly string _prompt;
        private readonly Completion _completion;
        private readonly History _history = new History();
        private readonly byte[] _bytes = new byte[LineText.Max];
        private readonly LineText _check = new LineText();
        private readonly StringBuilder _echo = new StringBuilder();
        private int _length;
        private int _cursor;
        private int _lost;            // bytes that found no room
        private int _bad = -1;        // the first byte that is no text, and where it came
        private int _badAt;
        private bool _afterReturn;
        private int _escape;      // 0 none, 1 after ESC, 2 in ESC [ or ESC O
        private int _parameter;

        public LineEditor(string prompt, Completion completion)
        {
            _prompt = prompt;
            _completion = completion;
        }

        /// <summary>What the terminal shall show since the last call.</summary>
        public string TakeEcho()
        {
            string text = _echo.ToString();
            _echo.Clear();
            return text;
        }

        /// <summary>Takes one byte: Nothing, Line (call <see cref="TakeLine"/>), Interrupt (Ctrl-C) or EndOfInput (Ctrl-D on an empty line).</summary>
        public int Feed(int b)
        {
            bool second = _afterReturn && b == LineFeed;
            _afterReturn = b == Return;
            if (second)
            {
                return Nothing;
            }
            if (_escape != 0)
            {
                FeedEscape(b);
                return Nothing;
            }
            if (b >= 32 && b < 127)
            {
                Insert((byte)b);
                return Nothing;
            }
            return FeedControl(b);
        }

        /// <summary>The finished line, or null with what is wrong with it. The editor is empty afterwards.</summary>
        public string TakeLine(out string error)
        {
            _check.Clear();
            for (int i = 0; i < _length + _lost; i++)
            {
                if (_bad >= 0 && i == _badAt)
                {
                    _check.Add((byte)_bad);
                }
                _check.Add(i < _length ? _bytes[i] : (byte)' ');
            }
            if (_bad >= 0 && _badAt >= _length + _lost)
            {
                _check.Add((byte)_bad);
            }
            string text = _check.Take(out error);
            if (text != null)
            {
                _history.Add(text);
            }
            Clear();
            return text;
        }

        private int FeedControl(int b)
        {
            switch (b)
            {
                case Return:
                case LineFeed:
                    _echo.Append("\r\n");
                    return Line;
                case CtrlC:
                    _echo.Append("^C\r\n");
                    Clear();
                    return Interrupt;
                case CtrlD:
                    if (_length == 0)
                    {
                        return EndOfInput;
                    }
                    DeleteAt(_cursor);
                    return Nothing;
                case Tab:
                    Complete();
                    return Nothing;
                case Escape:
                    _escape = 1;
                    return Nothing;
            }
            if (!FeedMotion(b) && (b == 0 || b > Delete) && _bad < 0)
            {
                _bad = b;
                _badAt = _cursor;
                _echo.Append('\a');
            }
            return Nothing;
        }

        private bool FeedMotion(int b)
        {
            switch (b)
            {
                case Backspace:
                case Delete:
                    if (_cursor > 0)
                    {
                        MoveTo(_cursor - 1);
                        DeleteAt(_cursor);
                    }
                    return true;
                case CtrlA:
                    MoveTo(0);
                    return true;
                case CtrlB:
                    MoveTo(_cursor - 1);
                    return true;
                case CtrlE:
                    MoveTo(_length);
                    return true;
                case CtrlF:
                    MoveTo(_cursor + 1);
                    return true;
                case CtrlK:
                    Replace(Text(_cursor));
                    return true;
                case CtrlL:
                    Redraw();
                    return true;
                case CtrlN:
                    Replace(_history.Newer());
                    return true;
                case CtrlP:
                    Replace(_history.Older());
                    return true;
                case CtrlU:
                    Replace("");
                    return true;
                case CtrlW:
                    DeleteWord();
                    return true;
            }
            return false;
        }

        private void FeedEscape(int b)
        {
            if (_escape == 1)
            {
                _escape = b == '[' || b == 'O' ? 2 : 0;
                _parameter = 0;
                return;
            }
            if (b >= '0' && b <= '9')
            {
                _parameter = (_parameter * 10 + b - '0') % 1000;
                return;
            }
            if (b == ';')
            {
                return;
            }
            _escape = 0;
            FeedKey(b);
        }

        private void FeedKey(int b)
        {
            switch (b)
            {
                case 'A':
                    Replace(_history.Older());
                    break;
                case 'B':
                    Replace(_history.Newer());
                    break;
                case 'C':
                    MoveTo(_cursor + 1);
                    break;
                case 'D':
                    MoveTo(_cursor - 1);
                    break;
                case 'H':
                    MoveTo(0);
                    break;
                case 'F':
                    MoveTo(_length);
                    break;
                case '~':
                    FeedNumberedKey();
                    break;
            }
        }

        private void FeedNumberedKey()
        {
            if (_parameter == 3)
            {
                DeleteAt(_cursor);
            }
            else if (_parameter == 1 || _parameter == 7)
            {
                MoveTo(0);
            }
            else if (_parameter == 4 || _parameter == 8)
            {
                MoveTo(_length);
            }
        }

        private void Insert(byte b)
        {
            if (_length == LineText.Max)
            {
                // Remembered, so that a pasted line is refused as a whole and never executed in part.
                _lost++;
                _echo.Append('\a');
                return;
            }
            for (int i = _length; i > _cursor; i--)
            {
                _bytes[i] = _bytes[i - 1];
            }
            _bytes[_cursor++] = b;
            _length++;
            _echo.Append((char)b);
            ShowTail(0);
        }

        private void DeleteAt(int at)
        {
            if (at >= _length)
            {
                return;
            }
            for (int i = at; i < _length - 1; i++)
            {
                _bytes[i] = _bytes[i + 1];
            }
            _length--;
            ShowTail(1);
        }

        private void DeleteWord()
        {
            int from = _cursor;
            while (from > 0 && _bytes[from - 1] == ' ')
            {
                from--;
            }
            while (from > 0 && _bytes[from - 1] != ' ')
            {
                from--;
            }
            while (_cursor > from)
            {
                MoveTo(_cursor - 1);
                DeleteAt(_cursor);
            }
        }

        private void MoveTo(int at)
        {
            at = at < 0 ? 0 : at > _length ? _length : at;
            for (; _cursor > at; _cursor--)
            {
                _echo.Append('\b');
            }
            for (; _cursor < at; _cursor++)
            {
                _echo.Append((char)_bytes[_cursor]);
            }
        }

        // Writes what stands behind the cursor again, blanks over what was there, and goes back.
        private void ShowTail(int blanks)
        {
            for (int i = _cursor; i < _length; i++)
            {
                _echo.Append((char)_bytes[i]);
            }
            _echo.Append(' ', blanks);
            _echo.Append('\b', _length - _cursor + blanks);
        }

        private void Replace(string text)
        {
            if (text == null)
            {
                return;
            }
            MoveTo(0);
            int old = _length;
            _length = 0;
            for (int i = 0; i < text.Length && i < LineText.Max; i++)
            {
                _bytes[_length++] = (byte)text[i];
            }
            ShowTail(old > _length ? old - _length : 0);
            MoveTo(_length);
        }

        private void Redraw()
        {
            _echo.Append("\r\n").Append(_prompt);
            int at = _cursor;
            _cursor = 0;
            MoveTo(_length);
            MoveTo(at);
        }

        private void Complete()
        {
            string head = Text(_cursor);
            string word = head.Substring(head.LastIndexOf(' ') + 1);
            string[] found = _completion.Candidates(head);
            if (found.Length == 0)
            {
                _echo.Append('\a');
                return;
            }
            string common = Common(found);
            if (common.Length > word.Length)
            {
                Type(word.Length, common);
            }
            else if (found.Length > 1)
            {
                List(found);
            }
            if (found.Length == 1)
            {
                Insert((byte)' ');
            }
        }

        private void Type(int typed, string common)
        {
            for (int i = 0; i < typed; i++)
            {
                MoveTo(_cursor - 1);
                DeleteAt(_cursor);
            }
            for (int i = 0; i < common.Length; i++)
            {
                Insert((byte)common[i]);
            }
        }

        private void List(string[] found)
        {
            _echo.Append("\r\n");
            for (int i = 0; i < found.Length; i++)
            {
                _echo.Append(i == 0 ? "" : "  ").Append(found[i]);
            }
            Redraw();
        }

        private static string Common(string[] found)
        {
            string common = found[0];
            for (int i = 1; i < found.Length; i++)
            {
                int n = 0;
                while (n < common.Length && n < found[i].Length && common[n] == found[i][n])
                {
                    n++;
                }
                common = common.Substring(0, n);
            }
            return common;
        }

        private string Text(int length)
        {
            return Encoding.UTF8.GetString(_bytes, 0, length);
        }

        private void Clear()
        {
            for (int i = 0; i < LineText.Max; i++)
            {
                _bytes[i] = 0;
            }
            _length = 0;
            _cursor = 0;
            _lost = 0;
            _bad = -1;
        }
    }
}
