using System.Threading;
using NfIpsec.Base.Ports;
using NfIpsec.Node;
using NfIpsec.Platform;
using NfIpsec.Product;

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
            IpsecProduct product = new IpsecProduct(ports, new SocketStreams(packets), console, false);
            NetworkState network = new NetworkState(packets);
            if (!NetworkState.UseFixedAddress("10.0.0.78", "255.255.255.0", "10.0.0.1"))
            {
                console.Write("no network interface\r\n");
            }
            product.Run();
        }
    }
}
