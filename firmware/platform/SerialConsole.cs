using System;
using System.IO.Ports;
using System.Text;
using System.Threading;
using NfIpsec.Base.Ports;

namespace NfIpsec.Platform
{
    /// <summary>The console on a serial port. Output goes through a bounded queue and a thread of its own: a slow terminal never
    /// holds packets up for long; what finds no room in time is lost and said to be.</summary>
    public sealed class SerialConsole : ConsolePort
    {
        private const int QueueBytes = 4096, ChunkBytes = 256, RoomWaitMs = 100;

        private readonly SerialPort _port;
        private readonly AutoResetEvent _arrived = new AutoResetEvent(false);
        private readonly AutoResetEvent _written = new AutoResetEvent(false);
        private readonly AutoResetEvent _room = new AutoResetEvent(false);
        private readonly object _gate = new object();
        private readonly byte[] _queue = new byte[QueueBytes];
        private readonly byte[] _one = new byte[1];
        private int _first;
        private int _count;
        private bool _overflow;

        /// <param name="name">"COM1", "COM2" ...; on ESP32 the pins must have been assigned before.</param>
        /// <param name="baud">Bits per second; 8 data bits, no parity, 1 stop bit.</param>
        public SerialConsole(string name, int baud)
        {
            _port = new SerialPort(name, baud);
            _port.ReadTimeout = 100;
            _port.DataReceived += OnData;
            _port.Open();
            new Thread(WriteLoop).Start();
        }

        public override bool Interactive
        {
            get { return true; }
        }

        public override int ReadByte()
        {
            while (_port.BytesToRead == 0)
            {
                _arrived.WaitOne();
            }
            return _port.Read(_one, 0, 1) == 1 ? _one[0] : 0;
        }

        public override void Write(string text)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            bool queued = TryQueue(bytes);
            while (!queued && _room.WaitOne(RoomWaitMs, false))
            {
                queued = TryQueue(bytes);
            }
            if (!queued)
            {
                _overflow = true;
            }
            _written.Set();
        }

        private bool TryQueue(byte[] bytes)
        {
            lock (_gate)
            {
                if (_count + bytes.Length > QueueBytes)
                {
                    return false;
                }
                for (int i = 0; i < bytes.Length; i++)
                {
                    _queue[(_first + _count++) % QueueBytes] = bytes[i];
                }
                return true;
            }
        }

        private void OnData(object sender, SerialDataReceivedEventArgs e)
        {
            _arrived.Set();
        }

        private void WriteLoop()
        {
            byte[] chunk = new byte[ChunkBytes];
            while (true)
            {
                int n = TakeChunk(chunk);
                if (n == 0)
                {
                    _written.WaitOne();
                    continue;
                }
                try
                {
                    _port.Write(chunk, 0, n);
                }
                catch (Exception)
                {
                    // A terminal that does not take what it is sent loses it.
                }
            }
        }

        private int TakeChunk(byte[] chunk)
        {
            lock (_gate)
            {
                int n = _count < ChunkBytes ? _count : ChunkBytes;
                for (int i = 0; i < n; i++)
                {
                    chunk[i] = _queue[_first];
                    _first = (_first + 1) % QueueBytes;
                }
                _count -= n;
                _room.Set();
                if (n == 0 && _overflow)
                {
                    _overflow = false;
                    byte[] note = Encoding.UTF8.GetBytes("\r\n[output lost]\r\n");
                    Array.Copy(note, 0, chunk, 0, note.Length);
                    n = note.Length;
                }
                return n;
            }
        }
    }
}
