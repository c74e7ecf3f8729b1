using nanoFramework.TestFramework;
using NfIpsec.Base;
using NfIpsec.Base.Algorithm;
using NfIpsec.Base.Ports;
using NfIpsec.Ipsec.Management;
using NfIpsec.Ipsec.Policy;
using NfIpsec.Ipsec.Sa;
using NfIpsec.Native;

namespace NfIpsec.Tests.IpsecRoom
{
    /// <summary>The management API: what it accepts, and what it says of everything else.</summary>
    [TestClass]
    public class IpsecAdminTests
    {
        private const int Esp = PolicyFlags.SP_PROTO_ESP;
        private const int Tunnel = PolicyAction.IPSEC_POLICY_SECURE_TUNNEL, Transport = PolicyAction.IPSEC_POLICY_SECURE_TRANSPORT;
        private const int AesCbc = 12, TripleDes = 3, Gcm = 20, Null = 11, Sha1 = 2, Sha256 = 12;

        [Setup]
        public void Start()
        {
            Assert.IsTrue(CryptoNative.Start() >= 0, "CryptoNative.Start");
        }

        private static int AddManual(Bench bench, int mode, string remote, int encryption, int keyBytes, int integrity, int macBytes, int inbound, int outbound)
        {
            byte[] key = new byte[keyBytes];
            byte[] mac = new byte[macBytes];
            for (int i = 0; i < keyBytes; i++)
            {
                key[i] = (byte)(i * 7 + 1);
            }
            return bench.Admin.IPSecAdminAddManualSA2(mode, 6, "10.0.0.77", "10.0.0.78", remote, Esp, 4, encryption, keyBytes, key, key,
                integrity, macBytes, mac, mac, inbound, outbound, 0, 0, out int spid);
        }

        private static int AddGood(Bench bench)
        {
            return AddManual(bench, Transport, "10.0.0.78", AesCbc, 16, Sha256, 32, Bench.LocalSpi, Bench.RemoteSpi);
        }

        [TestMethod]
        public void NothingWorksBeforeInit()
        {
            Bench bench = new Bench();
            int spid = 0;
            Assert.AreEqual(Status.NFI_NOT_STARTED, bench.Admin.IPSecAdminAddBypassPolicy("any", "any", 0, 7));
            Assert.AreEqual(Status.NFI_NOT_STARTED, bench.Admin.IPSecAdminAddPolicy(Transport, 6, "any", "any", "10.0.0.78", Esp, 4, ref spid));
            Assert.AreEqual(Status.NFI_NOT_STARTED, AddGood(bench));
            Assert.AreEqual(Status.NFI_NOT_STARTED, bench.Admin.IPSecAdminDeletePolicy(1));
            Assert.AreEqual(Status.NFI_NOT_STARTED, bench.Admin.IPSecAdminDeleteSA(1));
            Assert.AreEqual(Status.NFI_NOT_STARTED, bench.Admin.IPSecAdminFlushAll());
            Assert.AreEqual(Status.NFI_NOT_STARTED, bench.Admin.IPSecAdminFlushSAD());
            Assert.AreEqual(0, bench.Packets.Commits);
        }

        [TestMethod]
        public void InitPutsAnEmptyTableInForceOnce()
        {
            Bench bench = Bench.Started();
            Assert.AreEqual(Status.XE_OK, bench.Admin.IPSecInit());
            Assert.AreEqual(1, bench.Packets.Commits);
            Assert.AreEqual(0, bench.Packets.RowCount());
        }

        // source, destination, protocol, remote, action, flags, priority -> code, and what the sentence names
        [TestMethod]
        [DataRow("10.0.0.x", "any", 6, "10.0.0.78", 4, 2, 4, Status.XE_BAD_ADDR_RANGE, "10.0.0.x")]
        [DataRow("any", "hosts", 6, "10.0.0.78", 4, 2, 4, Status.XE_BAD_ID_TYPE, "destination 'hosts'")]
        [DataRow("any,x", "any", 6, "10.0.0.78", 4, 2, 4, Status.XE_BAD_PORT_NUMBER, "any,x")]
        [DataRow("any", "any6", 6, "10.0.0.78", 4, 2, 4, Status.XE_BAD_ADDR_RANGE, "any6")]
        [DataRow("any", "any", 256, "10.0.0.78", 4, 2, 4, Status.XE_BAD_PARAM, "protocol 256")]
        [DataRow("any", "any", -1, "10.0.0.78", 4, 2, 4, Status.XE_BAD_PARAM, "protocol -1")]
        [DataRow("any", "any", 6, "nobody", 4, 2, 4, Status.XE_BAD_ADDR_RANGE, "'nobody'")]
        [DataRow("any", "any", 6, "0.0.0.0", 4, 2, 4, Status.XE_BAD_PARAM, "remote endpoint")]
        [DataRow("any", "any", 6, "2001:db8::1", 4, 2, 4, Status.XE_BAD_ADDR_RANGE, "2001:db8::1")]
        [DataRow("any", "any", 6, "10.0.0.78", 0, 2, 4, Status.XE_BAD_PARAM, "policy 0")]
        [DataRow("any", "any", 6, "10.0.0.78", 5, 2, 4, Status.XE_BAD_PARAM, "policy 5")]
        [DataRow("any", "any", 6, "10.0.0.78", 4, 2, 0, Status.XE_BAD_PARAM, "priority 0")]
        [DataRow("any", "any", 6, "10.0.0.78", 4, 2, 8, Status.XE_BAD_PARAM, "priority 8")]
        [DataRow("any", "any", 6, "10.0.0.78", 4, 0, 4, Status.XE_BAD_PARAM, "SP_PROTO_ESP")]
        [DataRow("any", "any", 6, "10.0.0.78", 4, 2 + 32 + 64, 4, Status.XE_BAD_PARAM, "SP_DF_COPY")]
        [DataRow("any", "any", 6, "10.0.0.78", 4, 0x80002, 4, Status.XE_BAD_PARAM, "flags")]
        public void AWrongPolicyIsRefusedWithItsReason(string source, string destination, int protocol, string remote, int action, int flags, int priority, int expected, string named)
        {
            Bench bench = Bench.Started();
            int spid = 0;
            Assert.AreEqual(expected, bench.Admin.IPSecAdminAddPolicy(action, protocol, source, destination, remote, flags, priority, ref spid), bench.Admin.LastError);
            Assert.Contains(named, bench.Admin.LastError);
            Assert.AreEqual(0, bench.Admin.PolicyCount);
            Assert.AreEqual(0, spid);
            Assert.AreEqual(1, bench.Packets.Commits);
            Assert.AreEqual(1, bench.Tally.Xe[expected], "each code is a counter");
        }

        [TestMethod]
        public void ATunnelWithoutARemoteEndpointIsRefused()
        {
            Bench bench = Bench.Started();
            int spid = 0;
            Assert.AreEqual(Status.XE_BAD_PARAM, bench.Admin.IPSecAdminAddPolicy(4, 6, "any", "any", null, 2, 4, ref spid));
            Assert.Contains("remote endpoint", bench.Admin.LastError);
            Assert.AreEqual(0, bench.Admin.PolicyCount);
        }

        [TestMethod]
        public void ATunnelStartsFromTheAddressThatFits()
        {
            Bench bench = Bench.Started();
            bench.Packets.Interfaces = new int[][] { Bench.InterfaceWith("192.168.1.5", 24), Bench.InterfaceWith("10.0.0.77", 24), Bench.InterfaceWith("fe80::5", 64), Bench.InterfaceWith("2001:db8::77", 64) };
            string[] sources = { "192.168.1.5", "10.9.0.0/16", "any", "any6", "10.9.0.0/16" };
            string[] remotes = { "172.16.0.1", "10.0.0.78", "172.16.0.1", "2001:db8:1::1", "fe80::9" };
            string[] expected = { "192.168.1.5", "10.0.0.77", "192.168.1.5", "2001:db8::77", "fe80::5" };
            PolicyView view = new PolicyView();
            for (int i = 0; i < sources.Length; i++)
            {
                int spid = 0;
                string destination = sources[i] == "any6" ? "any6" : "any";
                Assert.AreEqual(Status.XE_OK, bench.Admin.IPSecAdminAddPolicy(Tunnel, i + 1, sources[i], destination, remotes[i], Esp, 4, ref spid), bench.Admin.LastError);
                Assert.IsTrue(bench.Admin.GetPolicyById(spid, view));
                Assert.AreEqual(expected[i], view.Local, "case " + i.ToString());
                Assert.AreEqual(remotes[i], view.Gateway);
            }
            bench.Packets.Interfaces = new int[0][];
            int none = 0;
            Assert.AreEqual(Status.XE_BAD_PARAM, bench.Admin.IPSecAdminAddPolicy(Tunnel, 50, "any", "any", "10.0.0.78", Esp, 4, ref none));
            Assert.Contains("no interface has an IPv4 address", bench.Admin.LastError);
        }

        [TestMethod]
        public void OneCallMakesPolicyAndSa()
        {
            Bench bench = Bench.Started();
            Assert.AreEqual(Status.XE_OK, AddGood(bench), bench.Admin.LastError);
            PolicyView policy = new PolicyView();
            SessionView session = new SessionView();
            Assert.IsTrue(bench.Admin.GetPolicy(0, policy));
            Assert.IsTrue((policy.Flags & PolicyFlags.SP_KEYNEG_MANUAL) != 0);
            Assert.AreEqual("10.0.0.77", policy.SourceShown);
            Assert.AreEqual("10.0.0.78", policy.Gateway);
            Assert.IsTrue(bench.Admin.GetSession(0, session));
            Assert.IsFalse(bench.Admin.GetSession(1, session));
            Assert.AreEqual(policy.Spid, session.Spid);
            Assert.AreEqual(policy.Session, session.Slot);
            Assert.AreEqual(Bench.LocalSpi, session.InboundSpi);
            Assert.AreEqual(Bench.RemoteSpi, session.OutboundSpi);
            Assert.AreEqual(603, session.CreateTime);
            Assert.AreEqual(-1, session.HardIn);
            Assert.AreEqual(Algorithms.Aes128Cbc, session.Encryption);
            Assert.AreEqual(Algorithms.HmacSha256, session.Integrity);
            Assert.AreEqual(16, session.EncryptionKeyBytes);
            Assert.AreEqual(32, session.IntegrityKeyBytes);
            Assert.AreEqual(0, session.ReplayWindow, "off by default for manual SAs");
        }

        [TestMethod]
        public void AnSaGoesToThePolicyThatHasItsSelectors()
        {
            Bench bench = Bench.Started();
            int spid = 42;
            Assert.AreEqual(Status.XE_OK, bench.Admin.IPSecAdminAddPolicy(Transport, 6, "10.0.0.77", "10.0.0.78", "10.0.0.78", Esp | PolicyFlags.SP_CHECK_REPLAY, 4, ref spid));
            Assert.AreEqual(42, spid);
            Assert.AreEqual(Status.XE_OK, AddManual(bench, 0, null, AesCbc, 32, Sha1, 20, Bench.LocalSpi, Bench.RemoteSpi), bench.Admin.LastError);
            Assert.AreEqual(1, bench.Admin.PolicyCount);
            SessionView session = new SessionView();
            Assert.IsTrue(bench.Admin.GetSession(0, session));
            Assert.AreEqual(42, session.Spid);
            Assert.AreEqual(Limits.DefaultReplayWindow, session.ReplayWindow);
        }

        [TestMethod]
        [DataRow(3, "10.0.0.78", "another mode")]
        [DataRow(4, "10.0.0.79", "10.0.0.79")]
        [DataRow(4, "10.0.0.78", "delete it first")]
        public void AConflictWithWhatExistsIsNamed(int mode, string remote, string named)
        {
            Bench bench = Bench.Started();
            Assert.AreEqual(Status.XE_OK, AddGood(bench));
            Assert.AreEqual(Status.XE_EXIST, AddManual(bench, mode, remote, AesCbc, 16, Sha256, 32, 0x1002, 0x2002));
            Assert.Contains(named, bench.Admin.LastError);
            Assert.AreEqual(1, bench.Admin.PolicyCount);
            Assert.AreEqual(1, bench.Admin.SessionCount);
        }

        // encryption number, key bytes, integrity number, key bytes, SPIs -> code, and what the sentence names; counter modes: THREATS 41
        [TestMethod]
        [DataRow(12, 20, 12, 32, 0x1001, 0x2001, Status.XE_BAD_PARAM, "expected 16 or 24 or 32 bytes")]
        [DataRow(12, 16, 12, 31, 0x1001, 0x2001, Status.XE_BAD_PARAM, "authentication key of 31 bytes")]
        [DataRow(99, 16, 12, 32, 0x1001, 0x2001, Status.XE_UNKNOWN_ALGORITHM, "encryption algorithm 99")]
        [DataRow(12, 16, 4, 16, 0x1001, 0x2001, Status.XE_UNKNOWN_ALGORITHM, "authentication algorithm 4")]
        [DataRow(12, 16, 1, 16, 0x1001, 0x2001, Status.XE_UNKNOWN_ALGORITHM, "'HMAC-MD5' is a legacy algorithm")]
        [DataRow(12, 16, 9, 16, 0x1001, 0x2001, Status.XE_UNKNOWN_ALGORITHM, "'AES128-GMAC'")]
        [DataRow(13, 16, 12, 32, 0x1001, 0x2001, Status.XE_UNKNOWN_ALGORITHM, "'AES128-CTR': counter-mode")]
        [DataRow(28, 32, 0, 0, 0x1001, 0x2001, Status.XE_UNKNOWN_ALGORITHM, "'CHACHA20-POLY1305': counter-mode")]
        [DataRow(21, 16, 0, 0, 0x1001, 0x2001, Status.XE_UNKNOWN_ALGORITHM, "'AES128-GMAC': counter-mode")]
        [DataRow(20, 16, 0, 0, 0x1001, 0x2001, Status.XE_UNKNOWN_ALGORITHM, "RFC 8221")]
        [DataRow(20, 32, 12, 32, 0x1001, 0x2001, Status.XE_UNKNOWN_ALGORITHM, "AES256-GCM16")]
        [DataRow(3, 24, 12, 32, 0x1001, 0x2001, Status.XE_UNKNOWN_ALGORITHM, "ipsec legacy on")]
        [DataRow(12, 16, 0, 0, 0x1001, 0x2001, Status.XE_UNKNOWN_ALGORITHM, "without an authentication algorithm")]
        [DataRow(11, 0, 0, 0, 0x1001, 0x2001, Status.XE_UNKNOWN_ALGORITHM, "without an authentication algorithm")]
        [DataRow(12, 16, 12, 32, 255, 0x2001, Status.XE_BAD_ESP_SPI, "'000000ff'")]
        [DataRow(12, 16, 12, 32, 0x1001, 0, Status.XE_BAD_ESP_SPI, "'00000000'")]
        public void AWrongSaIsRefusedWithItsReasonAndLeavesNoPolicy(int encryption, int keyBytes, int integrity, int macBytes, int inbound, int outbound, int expected, string named)
        {
            Bench bench = Bench.Started();
            int handles = CryptoNative.HandleCount();
            Assert.AreEqual(expected, AddManual(bench, Transport, "10.0.0.78", encryption, keyBytes, integrity, macBytes, inbound, outbound), bench.Admin.LastError);
            Assert.Contains(named, bench.Admin.LastError);
            Assert.AreEqual(0, bench.Admin.PolicyCount);
            Assert.AreEqual(0, bench.Admin.SessionCount);
            Assert.AreEqual(0, bench.Packets.RowCount());
            Assert.AreEqual(handles, CryptoNative.HandleCount(), "no key is left behind");
        }

        [TestMethod]
        public void KeysMustBeThereAndHaveTheLengthThatIsClaimed()
        {
            Bench bench = Bench.Started();
            int spid = 0;
            Assert.AreEqual(Status.XE_OK, bench.Admin.IPSecAdminAddPolicy(Transport, 6, "any", "any", "10.0.0.78", Esp, 4, ref spid));
            int handles = CryptoNative.HandleCount();
            byte[] k16 = new byte[16];
            byte[] k20 = new byte[20];
            Assert.AreEqual(Status.XE_BAD_PARAM, bench.Admin.IPSecMgmtAddSA(spid, AesCbc, 16, null, k16, Sha1, 20, k20, k20, 0x1001, 0x2001, 0, 0));
            Assert.Contains("incoming encryption key of 0 bytes", bench.Admin.LastError);
            Assert.AreEqual(Status.XE_BAD_PARAM, bench.Admin.IPSecMgmtAddSA(spid, AesCbc, 16, k16, k16, Sha1, 20, k20, k16, 0x1001, 0x2001, 0, 0));
            Assert.Contains("outgoing authentication key of 16 bytes", bench.Admin.LastError);
            Assert.AreEqual(handles, CryptoNative.HandleCount(), "no key is left behind");
        }

        [TestMethod]
        public void LegacyAlgorithmsWorkOnceAllowed()
        {
            Bench bench = Bench.Started();
            bench.Admin.LegacyAllowed = true;
            Assert.AreEqual(Status.XE_OK, AddManual(bench, Transport, "10.0.0.78", TripleDes, 24, Sha1, 20, 0x1001, 0x2001), bench.Admin.LastError);
        }

        [TestMethod]
        public void NullEncryptionWithIntegrityIsAnSa()
        {
            Bench bench = Bench.Started();
            Assert.AreEqual(Status.XE_OK, AddManual(bench, Transport, "10.0.0.78", Null, 0, Sha256, 32, 0x1001, 0x2001), bench.Admin.LastError);
        }

        [TestMethod]
        public void DeletingFreesEveryKey()
        {
            Bench bench = Bench.Started();
            int handles = CryptoNative.HandleCount();
            Assert.AreEqual(Status.XE_OK, AddGood(bench));
            Assert.AreEqual(Status.XE_OK, bench.Admin.IPSecAdminDeleteSABySelectors("10.0.0.77", "10.0.0.78", 6));
            Assert.AreEqual(Status.XE_SA_NOT_FOUND, bench.Admin.IPSecAdminDeleteSABySelectors("10.0.0.77", "10.0.0.78", 6));
            Assert.AreEqual(Status.XE_POLICY_NOT_FOUND, bench.Admin.IPSecAdminDeleteSABySelectors("10.0.0.77", "10.0.0.78", 17));
            Assert.AreEqual(handles, CryptoNative.HandleCount());
            Assert.AreEqual(Status.XE_OK, AddGood(bench), "the SPI is free again");
            Assert.AreEqual(Status.XE_OK, bench.Admin.IPSecAdminFlushAll());
            Assert.AreEqual(0, bench.Admin.PolicyCount);
            Assert.AreEqual(0, bench.Admin.SessionCount);
            Assert.AreEqual(handles, CryptoNative.HandleCount());
            Assert.AreEqual(0, bench.Packets.LiveTransforms);
        }

        [TestMethod]
        public void ABuiltInPolicyStays()
        {
            Bench bench = Bench.Started();
            SecurityPolicy policy = bench.AddPolicy(PolicyAction.IPSEC_POLICY_BYPASS, "any,500", "any", 17, 2, PolicyFlags.BuiltIn);
            Assert.AreEqual(Status.XE_BAD_PARAM, bench.Admin.IPSecAdminDeletePolicy(policy.Spid));
            Assert.AreEqual(Status.XE_OK, bench.Admin.IPSecAdminFlushAll());
            Assert.AreEqual(1, bench.Admin.PolicyCount);
            Assert.AreEqual(0, bench.Admin.FindPolicy("any,500", "any", 17), "and no SA is added to it");
        }

        [TestMethod]
        public void CountersOfBothSidesAreAdded()
        {
            Bench bench = Bench.Started();
            bench.Outbound.Handle(bench.TcpOut(null));
            int[] counters = new int[PacketCounters.Words];
            Assert.AreEqual(Status.XE_OK, bench.Admin.ReadCounters(counters));
            Assert.AreEqual(6, counters[PacketCounters.Xe + Status.XE_POLICY_NOT_FOUND]);
            Assert.AreEqual(7, counters[PacketCounters.Sent]);
            Assert.AreEqual(Status.XE_BAD_PARAM, bench.Admin.ReadCounters(new int[3]));
            Assert.AreEqual(Status.XE_BAD_PARAM, bench.Admin.ReadCounters(null));
        }

        [TestMethod]
        public void OptionsApplyToTheNextSa()
        {
            Bench bench = Bench.Started();
            int spid = 0;
            Assert.AreEqual(Status.XE_OK, bench.Admin.IPSecAdminAddPolicy(Transport, 6, "10.0.0.77", "10.0.0.78", "10.0.0.78", Esp | PolicyFlags.SP_CHECK_REPLAY, 4, ref spid));
            PolicyOptions options = new PolicyOptions();
            options.ReplayWindow = 100;
            Assert.AreEqual(Status.XE_BAD_PARAM, bench.Admin.IPSecMgmtSetPolicyOptions(spid, options));
            options.ReplayWindow = 256;
            options.LifeSeconds = 3600;
            Assert.AreEqual(Status.XE_OK, bench.Admin.IPSecMgmtSetPolicyOptions(spid, options));
            Assert.AreEqual(Status.XE_POLICY_NOT_FOUND, bench.Admin.IPSecMgmtSetPolicyOptions(spid + 1, options));
            Assert.AreEqual(Status.XE_OK, AddGood(bench), bench.Admin.LastError);
            bench.Clock.Time += 161000;
            SessionView session = new SessionView();
            Assert.IsTrue(bench.Admin.GetSession(0, session));
            Assert.AreEqual(256, session.ReplayWindow);
            Assert.AreEqual(3600, session.Life);
            Assert.AreEqual(3439, session.HardIn);
            Assert.AreEqual(3079, session.SoftIn);
        }

#if IKE_DEBUG
        [TestMethod]
        public void DebugBuildsShowTheKeysOfManualSas()
        {
            Bench bench = Bench.Started();
            Assert.AreEqual(Status.XE_OK, AddGood(bench));
            Assert.AreEqual("01080f161d242b323940474e555c636a", bench.Admin.ShowKey(0, true, false));
            Assert.AreEqual(64, bench.Admin.ShowKey(0, false, true).Length);
            Assert.IsNull(bench.Admin.ShowKey(1, false, true));
            Assert.IsNull(bench.Admin.ShowKey(-1, false, true));
            Assert.AreEqual(Status.XE_OK, bench.Admin.IPSecAdminFlushSAD());
            bench.Admin.KeepKeys = false;
            Assert.AreEqual(Status.XE_OK, AddManual(bench, 0, null, AesCbc, 16, Sha256, 32, 0x1001, 0x2001));
            Assert.IsNull(bench.Admin.ShowKey(0, true, false));
        }
#endif

        // The address the tunnel starts from goes: it takes the other one, and asks for keys again.
        [TestMethod]
        [DataRow(false)]
        [DataRow(true)]
        public void ATunnelFollowsOurAddresses(bool manual)
        {
            Bench bench = Bench.Started();
            bench.Events.Open = true;
            int spid = 0;
            int flags = PolicyFlags.SP_PROTO_ESP | (manual ? PolicyFlags.SP_KEYNEG_MANUAL : 0);
            Assert.AreEqual(Status.XE_OK, bench.Admin.IPSecAdminAddPolicy(PolicyAction.IPSEC_POLICY_SECURE_TUNNEL, 6, "any", "any", "10.0.0.78", flags, 4, ref spid));
            SecurityPolicy policy = bench.Spd.Find(spid);
            Assert.AreEqual("10.0.0.77", policy.Local.ToString());
            SaRequest request = Bench.Request();
            request.Manual = manual;
            bench.AddSession(policy, request);
            bench.Admin.RefreshLocalEndpoints();
            Assert.AreEqual(1, bench.Sad.Count, "nothing changed");
            bench.Packets.Interfaces[0] = Bench.InterfaceWith("10.0.0.99", 24);
            bench.Admin.RefreshLocalEndpoints();
            Assert.AreEqual("10.0.0.99", policy.Local.ToString());
            Assert.AreEqual(manual ? 1 : 0, bench.Sad.Count);
            bench.Packets.Interfaces = new int[0][];
            bench.Admin.RefreshLocalEndpoints();
            Assert.AreEqual("10.0.0.99", policy.Local.ToString(), "without any address it stays");
            if (!manual)
            {
                bench.Outbound.Handle(bench.TcpOut(policy));
                Assert.AreEqual(0, bench.Packets.Sent, "nothing leaves without keys");
                Assert.AreEqual(1, policy.Protection.Held);
                bench.Packets.Interfaces = new int[][] { Bench.InterfaceWith("10.0.0.99", 24) };
                bench.AddSession(policy);
                Assert.AreEqual("10.0.0.99", NfIpsec.Base.Address.IpAddress.Format(bench.Packets.LastConfig, Base.Ports.TransformConfig.Local));
            }
        }
    }
}
