using System.Collections;
using NfIpsec.Base.Ports;

namespace NfIpsec.Tests.ConsoleRoom.Fakes
{
    /// <summary>A stream port that only remembers, and reports what the test says.</summary>
    public sealed class ScriptedStreams : StreamPort
    {
        public int Port, Bytes, Result;
        public readonly Queue Lines = new Queue();

        public override int Listen(int port)
        {
            Port = port;
            return Result;
        }

        public override int Send(int[] address, int port, int bytes)
        {
            Port = port;
            Bytes = bytes;
            return Result;
        }

        public override string Poll()
        {
            return Lines.Count == 0 ? null : (string)Lines.Dequeue();
        }
    }
}
