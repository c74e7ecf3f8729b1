using nanoFramework.TestFramework;
using NfIpsec.Base.Ports;
using NfIpsec.Native;
using NfIpsec.Node;
using NfIpsec.Product;
using NfIpsec.Tests.ConsoleRoom.Fakes;

namespace NfIpsec.Tests.NodeRoom
{
    /// <summary>The node's thread: start-up, bounded slices, and faults that end nothing.</summary>
    [TestClass]
    public class NodeTests
    {
        private static ScriptedPackets s_packets;
        private static SetClock s_clock;
        private static MemoryFiles s_files;
        private static RecordingConsole s_console;
        private static IpsecNode s_node;
        private static int s_started;

        // The reference's 4.4: UDP to the IKE port of every address, and neighbour discovery where there is IPv6.
#if IKE_V2
        private const string Own4 = "2 17 10.0.0.77,500 any;2 17 10.0.0.77,4500 any;", Own6 = "2 17 fd00::77,500 any6;2 17 fd00::77,4500 any6;";
        private const int OwnPolicies4 = 2;
#else
        private const string Own4 = "", Own6 = "";
        private const int OwnPolicies4 = 0;
#endif
        private const string Neighbours = "2 58 any6,133 any6;2 58 any6,134 any6;2 58 any6,135 any6;2 58 any6,136 any6;";

        [TestMethod]
        public void TheStartFileWaitsForAnAddress()
        {
            Build(false);
            s_files.Put("ike_rc", "ipsec policy -n p -t DROP -p any -s any -d any\nfrob\n");
            Poll(3);
            Assert.AreEqual(0, s_node.Admin.PolicyCount);
            s_packets.GiveAddresses(true, false);
            s_packets.Event(PacketInfo.Interface, 0, 0);
            Poll(5);
            Assert.AreEqual(1 + OwnPolicies4, s_node.Admin.PolicyCount, "and IKE's own");
            Assert.AreEqual(1, s_started);
            Assert.IsTrue(s_node.IsStarted);
            Assert.AreEqual("ike_rc:2: error: 'frob': unknown command; help lists the commands\n-> \n", s_console.Take());
        }

        [TestMethod]
        public void WithIpv6ItWaitsForAnAddressBeyondTheLink()
        {
            Build(true);
            s_packets.GiveAddresses(true, false);
            Poll(3);
            Assert.AreEqual(0, s_started);
            s_packets.GiveAddresses(true, true);
            s_clock.Time += 1000;
            Poll(3);
            Assert.AreEqual(1, s_started);
        }

        [TestMethod]
        public void ItDoesNotWaitForever()
        {
            Build(true);
            Poll(3);
            s_clock.Time += IpsecNode.AddressWaitMs - 1;
            Poll(3);
            Assert.AreEqual(0, s_started);
            s_clock.Time += 1001;
            Poll(3);
            Assert.AreEqual(1, s_started);
            Assert.Contains("ike_rc: no such file; nothing passes until policies are added", s_console.Take());
        }

        [TestMethod]
        public void EventsAreTakenInBoundedSlices()
        {
            Build(false);
            for (int i = 0; i < 40; i++)
            {
                s_packets.Event(PacketInfo.Echo, i, 1);
            }
            s_node.Poll(s_clock.Time);
            Assert.AreEqual(24, s_packets.EventsLeft);
            s_node.Poll(s_clock.Time);
            Assert.AreEqual(8, s_packets.EventsLeft);
        }

        [TestMethod]
        public void AnIkeDatagramThatCannotBeReadIsGivenBack()
        {
            Build(false);
            s_packets.Event(PacketInfo.Datagram, 0, 0);
            s_node.Poll(s_clock.Time);
            Assert.AreEqual(1, s_packets.Put3[PacketPort.Release]);
        }

        [TestMethod]
        public void AFaultIsCountedSaidAndTheNodeGoesOn()
        {
            Build(false);
            s_packets.GiveAddresses(true, false);
            s_packets.Throws = true;
            Poll(3);
            Assert.AreEqual(3, s_node.Faults);
            string said = s_console.Take();
            Assert.Contains("internal error 1: ", said);
            Assert.Contains("internal error 2: ", said);
            Assert.DoesNotContains("internal error 3: ", said, "said for powers of two only");
            s_packets.Throws = false;
            Poll(3);
            Assert.IsTrue(s_node.IsStarted);
        }

        [TestMethod]
        public void ItWorksWithoutAConsole()
        {
            Build(false);
            s_node.Commands = null;
            s_packets.GiveAddresses(true, false);
            Poll(3);
            Assert.IsTrue(s_node.IsStarted);
            Assert.AreEqual(long.MaxValue, s_node.NextDue);
        }

        [TestMethod]
        public void IkesPortsAndNeighbourDiscoveryAreBypassed()
        {
            Build(true);
            s_packets.GiveAddresses(true, true);
            Poll(3);
            string expected = Own4 + Own6 + Neighbours;
            Assert.AreEqual(expected, Policies(), "and nothing wider: no test bypass");
            s_node.Commands.RunFile("ike_rc");
            s_node.Admin.IPSecAdminFlushAll();
            Assert.AreEqual(expected, Policies(), "flushes leave them");
        }

        [TestMethod]
        public void TheBypassesFollowTheAddresses()
        {
            Build(false);
            s_packets.GiveAddresses(true, true);
            Poll(3);
            s_packets.GiveAddresses(true, false);
            s_packets.Event(PacketInfo.Interface, 0, 0);
            Poll(1);
            Assert.AreEqual(Own4, Policies());
            s_packets.GiveAddresses(false, false);
            s_packets.Event(PacketInfo.Interface, 0, 0);
            Poll(1);
            Assert.AreEqual("", Policies());
        }

        [TestMethod]
        public void ABypassThatCannotBeInstalledIsSaidOnceAndTriedAgain()
        {
            Build(false);
            Poll(1);
            s_packets.CommitResult = -NfIpsec.Base.Status.NFI_BUSY;
            s_packets.GiveAddresses(true, true);
            s_packets.Event(PacketInfo.Interface, 0, 0);
            Poll(1);
            Assert.Contains("a built-in bypass policy cannot be installed: ", s_console.Take());
            s_packets.CommitResult = 0;
            s_clock.Time += 1000;
            Poll(1);
            Assert.DoesNotContains("bypass policy", s_console.Take());
            Assert.AreEqual(Own4 + Own6 + Neighbours, Policies());
        }

#if IKE_V2
        [TestMethod]
        public void APolicyUsedWithoutItsRemoteIsSaidAtTheConsole()
        {
            Build(false);
            s_packets.GiveAddresses(true, false);
            s_files.Put("ike_rc", "ipsec policy -n p -g nobody -t ESP -e AES128-GCM16 -m transport -p tcp -r 10.0.0.78 -s 10.0.0.77 -d 10.0.0.78\n");
            Poll(5);
            s_console.Take();
            s_packets.Packet(0x0A00004D, 0x0A00004E, 6);
            Poll(3);
            Assert.Contains("ike: peer 'nobody' of policy 'p': the policy names a remote that is not configured: add its 'ike remote' line (with -w)", s_console.Take());
        }
#endif

        private static string Policies()
        {
            NfIpsec.Ipsec.Management.PolicyView view = new NfIpsec.Ipsec.Management.PolicyView();
            string text = "";
            for (int i = 0; s_node.Admin.GetPolicy(i, view); i++)
            {
                text += view.Priority.ToString() + " " + view.Protocol.ToString() + " " + view.Source + " " + view.Destination + ";";
            }
            return text;
        }

        [TestMethod]
        public void StopEndsRun()
        {
            Build(false);
            s_node.Stop();
            s_node.Run();
            Assert.AreEqual(1, s_packets.Wakes);
        }

#if IKE_DEBUG
        // Wireshark's table: one row a direction; the names are those of its esp_sa.
        [TestMethod]
        [DataRow("AES128-CBC", "000102030405060708090a0b0c0d0e0f", "HMAC-SHA-1", "000102030405060708090a0b0c0d0e0f10111213", "AES-CBC [RFC3602]", "HMAC-SHA-1-96 [RFC2404]")]
        [DataRow("3DES-CBC", "000102030405060708090a0b0c0d0e0f1011121314151617", "HMAC-SHA-1", "000102030405060708090a0b0c0d0e0f10111213", "TripleDES-CBC [RFC2451]", "HMAC-SHA-1-96 [RFC2404]")]
        public void EverySaIsInTheKeyLog(string cipher, string cipherKey, string auth, string authKey, string cipherName, string authName)
        {
            Build(false);
            s_packets.GiveAddresses(true, false);
            string ends = " -p tcp -m transport -r 10.0.0.78 -s 10.0.0.77 -d 10.0.0.78";
            s_files.Put("ike_rc", "ipsec legacy on\nipsec policy -n p -t ESP -e " + cipher + " -a " + auth + ends + "\n"
                + "ipsec addsa -e " + cipher + " -f " + cipherKey + " -g " + cipherKey + " -a " + auth + " -b " + authKey + " -c " + authKey + " -w 1001 -x 2001" + ends + "\n");
            Poll(5);
            string keys = "\"" + cipherName + "\",\"0x" + cipherKey + "\",\"" + authName + "\",\"0x" + authKey + "\"\n";
            Assert.AreEqual("\"IPv4\",\"10.0.0.77\",\"10.0.0.78\",\"0x00002001\"," + keys
                + "\"IPv4\",\"10.0.0.78\",\"10.0.0.77\",\"0x00001001\"," + keys, s_files.Text("esp_sa"));
        }
#endif

        private static void Build(bool ip6)
        {
            CryptoNative.Start();
            s_packets = new ScriptedPackets();
            s_clock = new SetClock();
            s_files = new MemoryFiles();
            s_console = new RecordingConsole(false);
            s_started = 0;
            NodePorts ports = new NodePorts();
            ports.Packets = s_packets;
            ports.Clock = s_clock;
            ports.Files = s_files;
            ports.KeyLog = s_files;
            ports.WaitForIp6 = ip6;
            s_node = new IpsecProduct(ports, new ScriptedStreams(), s_console, true).Node;
            s_node.Started = CountStart;
        }

        private static void CountStart()
        {
            s_started++;
        }

        private static void Poll(int times)
        {
            for (int i = 0; i < times; i++)
            {
                s_node.Poll(s_clock.Time);
            }
        }
    }
}
