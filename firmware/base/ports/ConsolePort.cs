namespace NfIpsec.Base.Ports
{
    /// <summary>A terminal: a serial port on a board, standard input and output or a pty on the virtual board.</summary>
    public abstract class ConsolePort
    {
        /// <summary>Blocks until a byte arrives; -1 when the terminal is gone.</summary>
        public abstract int ReadByte();

        public abstract void Write(string text);

        /// <summary>True when the other end is a person's terminal that wants echo and line editing.</summary>
        public abstract bool Interactive { get; }
    }
}
