using System.Threading;
using NfIpsec.Base.Ports;
using NfIpsec.Console.Grammar;

namespace NfIpsec.Console.Shell
{
    /// <summary>The console's thread: reads bytes, makes lines, posts them. It never touches the node's state; the answers are
    /// written by the node's thread.</summary>
    public sealed class Terminal
    {
        public const string Prompt = "-> ";

        private const int CtrlC = 3, LineFeed = 10, Return = 13;
        private const int RoomWaitMs = 50;

        private readonly ConsolePort _port;
        private readonly LineQueue _queue;
        private readonly PacketPort _node;
        private readonly LineEditor _editor;
        private readonly LineText _plain = new LineText();
        private bool _afterReturn;

        /// <param name="node">Woken when a line was posted.</param>
        public Terminal(ConsolePort port, LineQueue queue, PacketPort node, Completion completion)
        {
            _port = port;
            _queue = queue;
            _node = node;
            _editor = new LineEditor(Prompt, completion);
        }

        /// <summary>Starts the thread.</summary>
        public void Start()
        {
            new Thread(Run).Start();
        }

        /// <summary>The thread's body: until the terminal is gone.</summary>
        public void Run()
        {
            int b = _port.ReadByte();
            while (b >= 0 && Feed(b))
            {
                b = _port.ReadByte();
            }
            if (_plain.Length > 0)
            {
                PostPlain();
            }
            _queue.End();
            _node.Wake();
        }

        /// <summary>Takes one byte; false when it ends the input.</summary>
        public bool Feed(int b)
        {
            return _port.Interactive ? FeedEditor(b) : FeedPlain(b);
        }

        private bool FeedEditor(int b)
        {
            int what = _editor.Feed(b);
            string echo = _editor.TakeEcho();
            if (echo.Length > 0)
            {
                _port.Write(echo);
            }
            if (what == LineEditor.Line)
            {
                string error;
                string text = _editor.TakeLine(out error);
                Post(text, error);
            }
            else if (what == LineEditor.Interrupt)
            {
                Interrupt();
            }
            return what != LineEditor.EndOfInput;
        }

        // A program on the other end: no echo, no editing; both line ends are understood.
        private bool FeedPlain(int b)
        {
            bool second = _afterReturn && b == LineFeed;
            _afterReturn = b == Return;
            if (second)
            {
                return true;
            }
            if (b == Return || b == LineFeed)
            {
                PostPlain();
            }
            else if (b == CtrlC)
            {
                _plain.Clear();
                Interrupt();
            }
            else
            {
                _plain.Add((byte)b);
            }
            return true;
        }

        private void PostPlain()
        {
            string error;
            string text = _plain.Take(out error);
            Post(text, error);
        }

        private void Interrupt()
        {
            _queue.Interrupt();
            _node.Wake();
        }

        private void Post(string text, string error)
        {
            PostedLine line = new PostedLine(text, error);
            while (!_queue.TryPost(line))
            {
                _queue.WaitForRoom(RoomWaitMs);
            }
            _node.Wake();
        }
    }
}
