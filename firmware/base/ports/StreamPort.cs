namespace NfIpsec.Base.Ports
{
    /// <summary>TCP test traffic of the console (tcp listen, tcp send): System.Net sockets on a board, lwIP's netconn on the
    /// virtual board. Calls start the work in a thread of its own; results are polled.</summary>
    public abstract class StreamPort
    {
        /// <summary>Accepts connections on the port until stopped; 0 or a Status code.</summary>
        public abstract int Listen(int port);

        /// <summary>Connects, sends that many bytes of a fixed pattern and closes; 0 or a Status code.</summary>
        public abstract int Send(int[] address, int port, int bytes);

        /// <summary>The next finished transfer as one line of text (direction, peer, bytes, SHA-256, milliseconds, or the error),
        /// or null.</summary>
        public abstract string Poll();
    }
}
