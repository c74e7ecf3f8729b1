using NfIpsec.Base;
using NfIpsec.Base.Crypto;
using NfIpsec.Base.Ports;
using NfIpsec.Console;
using NfIpsec.Ike.Session;
using NfIpsec.Ipsec;
using NfIpsec.Native;

namespace NfIpsec.Tests.ConsoleRoom.Fakes
{
    /// <summary>A console over a real IPsec module whose packet port, clock, files and streams are the test's.</summary>
    public sealed class ConsoleBench
    {
        public readonly ScriptedPackets Packets = new ScriptedPackets();
        public readonly SetClock Clock = new SetClock();
        public readonly MemoryFiles Files = new MemoryFiles();
        public readonly ScriptedStreams Streams = new ScriptedStreams();
        public readonly RecordingConsole Console = new RecordingConsole(false);
        public readonly IpsecModule Ipsec;
        public readonly IkeModule Ike;
        public readonly RecordingGeneration Generation = new RecordingGeneration();
        public readonly Runner Runner;

        public ConsoleBench()
        {
            CryptoNative.Start();
            Packets.GiveAddresses(true, true);
            Ipsec = new IpsecModule(Packets, Clock, new NativeRandom());
            Ipsec.Admin.IPSecInit();
            IkePorts ports = new IkePorts();
            ports.Packets = Packets;
            ports.Clock = Clock;
            Ike = new IkeModule(ports, Ipsec.Admin, Ipsec.Messages);
            Ike.Add(Generation);
            Runner = new Runner(Ipsec.Admin, Ike.Admin, Packets, Files, Streams, Console, true);
        }

        /// <summary>Executes a line as if it stood in a file and gives what was said, without the last line end.</summary>
        public string Do(string line)
        {
            Console.Take();
            Runner.Execute(line, Clock.Now);
            return Trim(Console.Take());
        }

        /// <summary>Posts a line as the terminal does.</summary>
        public void Post(string line)
        {
            Runner.Queue.TryPost(new NfIpsec.Console.Shell.PostedLine(line, null));
        }

        /// <summary>Lets the console work and gives what it said.</summary>
        public string Poll()
        {
            Runner.Poll(Clock.Now);
            return Console.Take();
        }

        private static string Trim(string text)
        {
            return text.EndsWith("\n") ? text.Substring(0, text.Length - 1) : text;
        }
    }
}
