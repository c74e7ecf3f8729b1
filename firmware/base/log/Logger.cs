using NfIpsec.Base.Ports;

namespace NfIpsec.Base.Log
{
    /// <summary>Lets lines up to its level through to the port. Never given a key, nor text that holds one. Not for the packet
    /// path: counters serve there.</summary>
    public sealed class Logger
    {
        private readonly LogPort _port;

        public int Level = LogLevel.Warning;

        /// <param name="port">null: nothing is written.</param>
        public Logger(LogPort port)
        {
            _port = port;
        }

        /// <summary>To be asked before an expensive line is put together.</summary>
        public bool Wants(int level)
        {
            return _port != null && level <= Level;
        }

        public void Write(int level, string text)
        {
            if (Wants(level))
            {
                _port.Write(level, text);
            }
        }
    }
}
