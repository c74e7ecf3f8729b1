using System.Threading;
using NfIpsec.Base.Ports;
using NfIpsec.Console;
using NfIpsec.Console.Grammar;
using NfIpsec.Console.Shell;
using NfIpsec.Node;
using NfIpsec.Platform;

namespace NfIpsec.Boards.Stm32Eth
{
    /// <summary>An STM32F769I-DISCO on Ethernet: console on COM6 (Arduino pins D1 and D0), files on the SD card.</summary>
    public static class Program
    {
        private const int ConsoleBaud = 115200;

        public static void Main()
        {
            // First of all: from here on nothing passes that no policy allows.
            int attached = ShimPackets.Attach();
            ConsolePort console = new SerialConsole("COM6", ConsoleBaud);
            if (attached != 0)
            {
                console.Write("the packet shim does not start, status " + attached.ToString() + "; the network stays off\r\n");
                Thread.Sleep(Timeout.Infinite);
            }
            PacketPort packets = new ShimPackets();
            NodePorts ports = new NodePorts();
            ports.Packets = packets;
            ports.Clock = new BoardClock();
            ports.Files = new BoardFiles("D:\\");
            IpsecNode node = new IpsecNode(ports);
            NetworkState network = new NetworkState(packets);
            Runner runner = new Runner(node.Admin, node.Ike, packets, ports.Files, new SocketStreams(packets), console, false);
            node.Commands = runner;
            new Terminal(console, runner.Queue, packets, new Completion(runner.Parser)).Start();
            if (!NetworkState.UseFixedAddress("10.0.0.78", "255.255.255.0", "10.0.0.1"))
            {
                console.Write("no network interface\r\n");
            }
            node.Run();
        }
    }
}
