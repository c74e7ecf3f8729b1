using nanoFramework.TestFramework;
using NfIpsec.Base;
using NfIpsec.Base.Ports;
using NfIpsec.Ipsec.Management;
using NfIpsec.Native;
using NfIpsec.Node;
using NfIpsec.Product;
using NfIpsec.Tests.ConsoleRoom.Fakes;

namespace NfIpsec.Tests.NodeRoom
{
    /// <summary>The product under every choice of build-time options: what is left out is not asked for.</summary>
    [TestClass]
    public class ProductTests
    {
        // Numbers of IANA's registry for IKEv2.
        private const int AesCbc = 12, Sha256 = 12;

        private static ScriptedPackets s_packets;
        private static SetClock s_clock;

        [TestMethod]
        public void ItHasWhatTheOptionsSay()
        {
            IpsecProduct product = Started();
            bool ike = false, console = false;
#if IKE_V2
            ike = true;
#endif
#if INCLUDE_CLI
            console = true;
#endif
            Assert.AreEqual(0, product.Node.Status);
            Assert.AreEqual(ike, product.Node.Keys != null);
            Assert.AreEqual(console, product.Node.Commands != null);
            Assert.AreEqual(0, product.Node.Faults);
        }

        // A board's Program needs neither a console nor IKE: policy and keys through the management API.
        [TestMethod]
        public void KeysByHandThroughTheManagementApi()
        {
            IpsecProduct product = Started();
            IpsecAdmin admin = product.Node.Admin;
            int spid = 0;
            int flags = PolicyFlags.SP_PROTO_ESP | PolicyFlags.SP_KEYNEG_MANUAL | PolicyFlags.SP_CHECK_REPLAY;
            Assert.AreEqual(Status.XE_OK, admin.IPSecAdminAddPolicy(PolicyAction.IPSEC_POLICY_SECURE_TRANSPORT, 6, "10.0.0.77", "10.0.0.78", "10.0.0.78", flags, 4, ref spid), admin.LastError);
            byte[] cipher = new byte[16], integrity = new byte[32];
            Assert.AreEqual(Status.XE_OK, admin.IPSecMgmtAddSA(spid, AesCbc, 16, cipher, cipher, Sha256, 32, integrity, integrity, 0x1001, 0x2001, 0, 0), admin.LastError);
            s_packets.Packet(0x0A00004D, 0x0A00004E, 6);
            product.Node.Poll(s_clock.Time);
            Assert.AreEqual(1, s_packets.Put3[PacketPort.Send], "sealed and sent");
            Assert.AreEqual(0, product.Node.Faults);
        }

        // Nobody listens at IKE's ports without IKE: what comes there is given back.
        [TestMethod]
        public void AnIkeDatagramIsGivenBack()
        {
            IpsecProduct product = Started();
            s_packets.Event(PacketInfo.Datagram, 0, 0);
            product.Node.Poll(s_clock.Time);
            Assert.AreEqual(1, s_packets.Put3[PacketPort.Release]);
            Assert.AreEqual(0, product.Node.Faults);
        }

        private static IpsecProduct Started()
        {
            CryptoNative.Start();
            s_packets = new ScriptedPackets();
            s_clock = new SetClock();
            s_packets.GiveAddresses(true, false);
            NodePorts ports = new NodePorts();
            ports.Packets = s_packets;
            ports.Clock = s_clock;
            ports.Files = new MemoryFiles();
            IpsecProduct product = new IpsecProduct(ports, new ScriptedStreams(), new RecordingConsole(false), false);
            for (int i = 0; i < 3; i++)
            {
                product.Node.Poll(s_clock.Time);
            }
            Assert.IsTrue(product.Node.IsStarted);
            return product;
        }
    }
}
