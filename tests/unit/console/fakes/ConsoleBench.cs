using NfIpsec.Base.Crypto;
using NfIpsec.Base.Ports;
using NfIpsec.Base;
using NfIpsec.Console;
using NfIpsec.Ipsec;
using NfIpsec.Native;
#if IKE_V2
using NfIpsec.Ike.Session;
using NfIpsec.IkeConsole;
#endif

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
#if IKE_V2
        public readonly IkeModule Ike;
        public readonly RecordingGeneration Generation = new RecordingGeneration();
#endif
        public readonly Runner Runner;

        public ConsoleBench() : this(true)
        {
        }

        /// <param name="ike">False: the console has no commands of IKE, whatever the build has.</param>
        public ConsoleBench(bool ike)
        {
            CryptoNative.Start();
            Packets.GiveAddresses(true, true);
            Ipsec = new IpsecModule(Packets, Clock, new NativeRandom());
            Ipsec.Admin.IPSecInit();
            CommandModule module = null;
#if IKE_V2
            IkePorts ports = new IkePorts();
            ports.Packets = Packets;
            ports.Clock = Clock;
            ports.Files = Files;
            ports.Jobs = new NativeJobs();
            Ike = new IkeModule(ports, Ipsec.Admin, Ipsec.Messages);
            Ike.Add(Generation);
            module = ike ? new IkeCommands(Ipsec.Admin, Ike.Admin, Files) : null;
#endif
            Runner = new Runner(Ipsec.Admin, module, Packets, Files, Streams, Console, true);
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
