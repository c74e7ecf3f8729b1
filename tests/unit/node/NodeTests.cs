using nanoFramework.TestFramework;
using NfIpsec.Base.Ports;
using NfIpsec.Console;
using NfIpsec.Native;
using NfIpsec.Node;
using NfIpsec.Tests.ConsoleRoom.Fakes;

namespace NfIpsec.Tests.NodeRoom
{
    /// <summary>The node's thread: start-up, bounded slices, and faults that end nothing.</summary>
    [TestClass]
    public class NodeTests
    {
        private ScriptedPackets _packets;
        private SetClock _clock;
        private MemoryFiles _files;
        private RecordingConsole _console;
        private IpsecNode _node;
        private int _started;

        [TestMethod]
        public void TheStartFileWaitsForAnAddress()
        {
            Build(false);
            _files.Put("ike_rc", "ipsec policy -n p -t DROP -p any -s any -d any\nfrob\n");
            Poll(3);
            Assert.AreEqual(0, _node.Admin.PolicyCount);
            _packets.GiveAddresses(true, false);
            _packets.Event(PacketInfo.Interface, 0, 0);
            Poll(5);
            Assert.AreEqual(1, _node.Admin.PolicyCount);
            Assert.AreEqual(1, _started);
            Assert.IsTrue(_node.IsStarted);
            Assert.AreEqual("ike_rc:2: error: 'frob': unknown command; help lists the commands\n-> \n", _console.Take());
        }

        [TestMethod]
        public void WithIpv6ItWaitsForAnAddressBeyondTheLink()
        {
            Build(true);
            _packets.GiveAddresses(true, false);
            Poll(3);
            Assert.AreEqual(0, _started);
            _packets.GiveAddresses(true, true);
            _clock.Time += 1000;
            Poll(3);
            Assert.AreEqual(1, _started);
        }

        [TestMethod]
        public void ItDoesNotWaitForever()
        {
            Build(true);
            Poll(3);
            _clock.Time += IpsecNode.AddressWaitMs - 1;
            Poll(3);
            Assert.AreEqual(0, _started);
            _clock.Time += 1001;
            Poll(3);
            Assert.AreEqual(1, _started);
            Assert.Contains("ike_rc: no such file; nothing passes until policies are added", _console.Take());
        }

        [TestMethod]
        public void EventsAreTakenInBoundedSlices()
        {
            Build(false);
            for (int i = 0; i < 40; i++)
            {
                _packets.Event(PacketInfo.Echo, i, 1);
            }
            _node.Poll(_clock.Time);
            Assert.AreEqual(24, _packets.EventsLeft);
            _node.Poll(_clock.Time);
            Assert.AreEqual(8, _packets.EventsLeft);
        }

        [TestMethod]
        public void AnIkeDatagramIsGivenBackBecauseNobodyAnswersIt()
        {
            Build(false);
            _packets.Event(PacketInfo.Datagram, 0, 0);
            _node.Poll(_clock.Time);
            Assert.AreEqual(1, _packets.Put3[PacketPort.Release]);
        }

        [TestMethod]
        public void AFaultIsCountedSaidAndTheNodeGoesOn()
        {
            Build(false);
            _packets.GiveAddresses(true, false);
            _packets.Throws = true;
            Poll(3);
            Assert.AreEqual(3, _node.Faults);
            string said = _console.Take();
            Assert.Contains("internal error 1: ", said);
            Assert.Contains("internal error 2: ", said);
            Assert.DoesNotContains("internal error 3: ", said, "said for powers of two only");
            _packets.Throws = false;
            Poll(3);
            Assert.IsTrue(_node.IsStarted);
        }

        [TestMethod]
        public void ItWorksWithoutAConsole()
        {
            Build(false);
            _node.Commands = null;
            _packets.GiveAddresses(true, false);
            Poll(3);
            Assert.IsTrue(_node.IsStarted);
            Assert.AreEqual(long.MaxValue, _node.NextDue);
        }

        [TestMethod]
        public void StopEndsRun()
        {
            Build(false);
            _node.Stop();
            _node.Run();
            Assert.AreEqual(1, _packets.Wakes);
        }

#if IKE_DEBUG
        // Wireshark's table: one row a direction; the names are those of its esp_sa.
        [TestMethod]
        [DataRow("AES128-CBC", "000102030405060708090a0b0c0d0e0f", "HMAC-SHA-1", "000102030405060708090a0b0c0d0e0f10111213", "AES-CBC [RFC3602]", "HMAC-SHA-1-96 [RFC2404]")]
        [DataRow("3DES-CBC", "000102030405060708090a0b0c0d0e0f1011121314151617", "HMAC-SHA-1", "000102030405060708090a0b0c0d0e0f10111213", "TripleDES-CBC [RFC2451]", "HMAC-SHA-1-96 [RFC2404]")]
        public void EverySaIsInTheKeyLog(string cipher, string cipherKey, string auth, string authKey, string cipherName, string authName)
        {
            Build(false);
            _packets.GiveAddresses(true, false);
            string ends = " -p tcp -m transport -r 10.0.0.78 -s 10.0.0.77 -d 10.0.0.78";
            _files.Put("ike_rc", "ipsec legacy on\nipsec policy -n p -t ESP -e " + cipher + " -a " + auth + ends + "\n"
                + "ipsec addsa -e " + cipher + " -f " + cipherKey + " -g " + cipherKey + " -a " + auth + " -b " + authKey + " -c " + authKey + " -w 1001 -x 2001" + ends + "\n");
            Poll(5);
            string keys = "\"" + cipherName + "\",\"0x" + cipherKey + "\",\"" + authName + "\",\"0x" + authKey + "\"\n";
            Assert.AreEqual("\"IPv4\",\"10.0.0.77\",\"10.0.0.78\",\"0x00002001\"," + keys
                + "\"IPv4\",\"10.0.0.78\",\"10.0.0.77\",\"0x00001001\"," + keys, _files.Text("esp_sa"));
        }
#endif

        private void Build(bool ip6)
        {
            CryptoNative.Start();
            _packets = new ScriptedPackets();
            _clock = new SetClock();
            _files = new MemoryFiles();
            _console = new RecordingConsole(false);
            _started = 0;
            NodePorts ports = new NodePorts();
            ports.Packets = _packets;
            ports.Clock = _clock;
            ports.Files = _files;
            ports.KeyLog = _files;
            ports.WaitForIp6 = ip6;
            _node = new IpsecNode(ports);
            _node.Commands = new Runner(_node.Admin, _packets, _files, new ScriptedStreams(), _console, true);
            _node.Started = CountStart;
        }

        private void CountStart()
        {
            _started++;
        }

        private void Poll(int times)
        {
            for (int i = 0; i < times; i++)
            {
                _node.Poll(_clock.Time);
            }
        }
    }
}
