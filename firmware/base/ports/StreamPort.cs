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

        /// <summary>The next finished transfer as one line, or null: "tcp sent PEER N bytes sha256 HEX N ms", "tcp received ..." or
        /// "tcp failed PEER after N bytes: REASON (N ms)". The port wakes the node's thread when there is one.</summary>
        public abstract string Poll();
    }
}
