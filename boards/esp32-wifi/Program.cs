using System.Threading;
using nanoFramework.Hardware.Esp32;
using nanoFramework.Networking;
using NfIpsec.Base.Ports;
using NfIpsec.Node;
using NfIpsec.Platform;
using NfIpsec.Product;

namespace NfIpsec.Boards.Esp32Wifi
{
    /// <summary>An ESP32 on Wi-Fi: console on COM2, files on the internal drive.</summary>
    public static class Program
    {
        private const int ConsoleTx = 17, ConsoleRx = 16, ConsoleBaud = 115200;
        private const int RetryMs = 10000;

        public static void Main()
        {
            // First of all: from here on nothing passes that no policy allows.
            int attached = ShimPackets.Attach();
            Configuration.SetPinFunction(ConsoleTx, DeviceFunction.COM2_TX);
            Configuration.SetPinFunction(ConsoleRx, DeviceFunction.COM2_RX);
            ConsolePort console = new SerialConsole("COM2", ConsoleBaud);
            if (attached != 0)
            {
                console.Write("the packet shim does not start, status " + attached.ToString() + "; the network stays off\r\n");
                Thread.Sleep(Timeout.Infinite);
            }
            PacketPort packets = new ShimPackets();
            NodePorts ports = new NodePorts();
            ports.Packets = packets;
            ports.Clock = new BoardClock();
            ports.Files = new BoardFiles("I:\\");
            IpsecProduct product = new IpsecProduct(ports, new SocketStreams(packets), console, false);
            NetworkState network = new NetworkState(packets);
            new Thread(Connect).Start();
            product.Run();
        }

        // The credentials are those stored in the board's network configuration.
        private static void Connect()
        {
            while (!WifiNetworkHelper.Reconnect())
            {
                Thread.Sleep(RetryMs);
            }
        }
    }
}
