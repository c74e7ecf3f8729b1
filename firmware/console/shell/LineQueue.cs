using System.Threading;

namespace NfIpsec.Console.Shell
{
    /// <summary>Lines on their way from the console's thread to the node's thread: bounded, in order, none lost.</summary>
    public sealed class LineQueue
    {
        public const int Capacity = 8;

        private readonly PostedLine[] _lines = new PostedLine[Capacity];
        private readonly AutoResetEvent _room = new AutoResetEvent(false);
        private readonly object _gate = new object();
        private int _first;
        private int _count;
        private bool _interrupted;
        private bool _ended;

        /// <summary>True when Take or TakeInterrupt would give something.</summary>
        public bool Waiting
        {
            get
            {
                lock (_gate)
                {
                    return _count > 0 || _interrupted;
                }
            }
        }

        public bool Interrupted
        {
            get
            {
                lock (_gate)
                {
                    return _interrupted;
                }
            }
        }

        /// <summary>False when full.</summary>
        public bool TryPost(PostedLine line)
        {
            lock (_gate)
            {
                if (_count == Capacity)
                {
                    return false;
                }
                _lines[(_first + _count++) % Capacity] = line;
                return true;
            }
        }

        /// <summary>Waits for a line to be taken, at most that long.</summary>
        public void WaitForRoom(int milliseconds)
        {
            _room.WaitOne(milliseconds, false);
        }

        /// <summary>Ctrl-C: lines not yet taken are dropped, as on any terminal.</summary>
        public void Interrupt()
        {
            lock (_gate)
            {
                _interrupted = true;
                DropAll();
            }
            _room.Set();
        }

        /// <summary>The terminal is gone; the lines before are still executed.</summary>
        public void End()
        {
            lock (_gate)
            {
                _ended = true;
            }
        }

        /// <summary>The next line, or null.</summary>
        public PostedLine Take()
        {
            PostedLine line = null;
            lock (_gate)
            {
                if (_count > 0)
                {
                    line = _lines[_first];
                    _lines[_first] = null;
                    _first = (_first + 1) % Capacity;
                    _count--;
                }
            }
            if (line != null)
            {
                _room.Set();
            }
            return line;
        }

        /// <summary>True once for each Ctrl-C.</summary>
        public bool TakeInterrupt()
        {
            lock (_gate)
            {
                bool interrupted = _interrupted;
                _interrupted = false;
                return interrupted;
            }
        }

        public bool Ended
        {
            get
            {
                lock (_gate)
                {
                    return _ended && _count == 0;
                }
            }
        }

        private void DropAll()
        {
            for (int i = 0; i < Capacity; i++)
            {
                _lines[i] = null;
            }
            _count = 0;
        }
    }
}
