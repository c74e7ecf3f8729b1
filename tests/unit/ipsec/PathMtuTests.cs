using nanoFramework.TestFramework;
using NfIpsec.Base;
using NfIpsec.Base.Address;
using NfIpsec.Base.Algorithm;
using NfIpsec.Base.Ports;
using NfIpsec.Ipsec.Engine;
using NfIpsec.Ipsec.Management;
using NfIpsec.Ipsec.Policy;
using NfIpsec.Ipsec.Sa;

namespace NfIpsec.Tests.IpsecRoom
{
    /// <summary>What ICMP may say of a path, whom it is believed, and for how long (RFC 4301 8.2, RFC 1191, RFC 8201).</summary>
    [TestClass]
    public class PathMtuTests
    {
        private static SecurityPolicy With(Bench bench)
        {
            SecurityPolicy policy = bench.SecureTcp(PolicyFlags.SP_KEYNEG_MANUAL);
            bench.AddSession(policy);
            return policy;
        }

        private static PathMtu PathsOf(Bench bench)
        {
            return new PathMtu(bench.Spd, bench.Sad, bench.Tfc, bench.Clock);
        }

        private static int[] Said(string peer, int spi, int mtu, int length)
        {
            int[] info = new int[PacketInfo.Words];
            IpAddress address = IpAddress.Parse(peer);
            info[PacketInfo.Kind] = PacketInfo.PathMtu;
            info[PacketInfo.Version] = address.Version;
            info[PacketInfo.Spi] = spi;
            info[PacketInfo.Detail] = mtu;
            info[PacketInfo.Detail2] = length;
            IpAddress.Copy(address.Words, 0, info, PacketInfo.Destination);
            return info;
        }

        private static int Row(Bench bench, SecurityPolicy policy)
        {
            return bench.Packets.Rows[policy.Slot][VerdictRow.Mtu];
        }

        [TestMethod]
        [DataRow("10.0.0.78", Bench.RemoteSpi, 1400, 1500, 1400)]
        [DataRow("10.0.0.78", Bench.RemoteSpi, 68, 1500, 576)]            // the floor
        [DataRow("10.0.0.78", Bench.RemoteSpi, 0, 1500, 1492)]            // a router that names none: RFC 1191 7.1
        [DataRow("10.0.0.78", Bench.RemoteSpi, 0, 1492, 1006)]
        [DataRow("10.0.0.78", Bench.RemoteSpi, 0, 1006, 576)]
        [DataRow("10.0.0.78", Bench.RemoteSpi, 1500, 1500, 0)]            // the packet was no longer than that
        [DataRow("10.0.0.78", Bench.RemoteSpi, 1400, 576, 0)]
        [DataRow("10.0.0.78", Bench.LocalSpi, 1400, 1500, 0)]             // the SPI is none of the peer's
        [DataRow("10.0.0.79", Bench.RemoteSpi, 1400, 1500, 0)]            // the peer is another
        public void OnlyALiveSpiOfThePeerLowersThePathMtu(string peer, int spi, int mtu, int length, int expected)
        {
            Bench bench = Bench.Started();
            SecurityPolicy policy = With(bench);
            PathsOf(bench).Report(Said(peer, spi, mtu, length));
            Assert.AreEqual(expected, Row(bench, policy));
            Assert.AreEqual(bench.Packets.Generation, bench.Spd.Generation);
        }

        // What passes with padding shrinks with the path, and grows again when the report is forgotten.
        [TestMethod]
        public void PaddingKeepsToThePathThatIsKnownNow()
        {
            Bench bench = Bench.Started();
            SecurityPolicy policy = bench.SecureTcp(PolicyFlags.SP_TX_TFC_PADDING);
            IpsecSession session = bench.AddSession(policy);
            int before = session.Outbound.TfcRoom;
            PathMtu paths = PathsOf(bench);
            paths.Report(Said("10.0.0.78", Bench.RemoteSpi, 1400, 1500));
            Assert.AreEqual(before - 100, session.Outbound.TfcRoom);
            paths.Poll(bench.Clock.Time + Limits.PathMtuMs);
            Assert.AreEqual(before, session.Outbound.TfcRoom);
        }

        // A router sees the outermost header: AH's SPI, where the peer gave its ESP another.
        [TestMethod]
        [DataRow(0x3001, 1400)]
        [DataRow(Bench.RemoteSpi, 0)]
        public void WithAhOutsideItsSpiCounts(int spi, int expected)
        {
            Bench bench = Bench.Started();
            SecurityPolicy policy = bench.SecureTcp(PolicyFlags.SP_KEYNEG_MANUAL | PolicyFlags.SP_PROTO_AH);
            SaRequest request = Bench.Request();
            request.AhIntegrity = Algorithms.HmacSha256;
            request.OutboundAhSpi = 0x3001;
            bench.AddSession(policy, request);
            PathsOf(bench).Report(Said("10.0.0.78", spi, 1400, 1500));
            Assert.AreEqual(expected, Row(bench, policy));
        }

        [TestMethod]
        [DataRow(1279, 0)]
        [DataRow(1280, 1280)]
        [DataRow(1400, 1400)]
        public void IPv6NeverGoesBelow1280(int mtu, int expected)
        {
            Bench bench = Bench.Started();
            int spid = 0;
            Assert.AreEqual(Status.XE_OK, bench.Admin.IPSecAdminAddPolicy(PolicyAction.IPSEC_POLICY_SECURE_TUNNEL, 0, "10.1.0.0/24", "10.2.0.0/24",
                "2001:db8::78", PolicyFlags.SP_PROTO_ESP | PolicyFlags.SP_KEYNEG_MANUAL, 4, ref spid));
            SecurityPolicy policy = bench.Spd.Find(spid);
            bench.AddSession(policy);
            PathsOf(bench).Report(Said("2001:db8::78", Bench.RemoteSpi, mtu, 1500));
            Assert.AreEqual(expected, Row(bench, policy));
        }

        [TestMethod]
        public void ItOnlyFallsAndIsForgottenAfterTenMinutes()
        {
            Bench bench = Bench.Started();
            SecurityPolicy policy = With(bench);
            PathMtu paths = PathsOf(bench);
            Assert.AreEqual(long.MaxValue, paths.NextDue);
            paths.Report(Said("10.0.0.78", Bench.RemoteSpi, 1300, 1500));
            paths.Report(Said("10.0.0.78", Bench.RemoteSpi, 1400, 1500));
            Assert.AreEqual(1300, Row(bench, policy));
            long due = bench.Clock.Now + Limits.PathMtuMs;
            Assert.AreEqual(due, paths.NextDue);
            paths.Poll(due - 1);
            Assert.AreEqual(1300, Row(bench, policy));
            paths.Poll(due);
            Assert.AreEqual(0, Row(bench, policy));
            Assert.AreEqual(long.MaxValue, paths.NextDue);
        }

        [TestMethod]
        public void APolicyThatWentTakesItsPathAlong()
        {
            Bench bench = Bench.Started();
            SecurityPolicy policy = With(bench);
            PathMtu paths = PathsOf(bench);
            paths.Report(Said("10.0.0.78", Bench.RemoteSpi, 1300, 1500));
            bench.Databases.RemovePolicy(policy);
            SecurityPolicy other = bench.SecureTcp(PolicyFlags.SP_KEYNEG_MANUAL);
            Assert.AreEqual(0, Row(bench, other));
            paths.Poll(paths.NextDue);
            Assert.AreEqual(long.MaxValue, paths.NextDue);
        }

        [TestMethod]
        [DataRow(575, Status.XE_BAD_PARAM, 0)]
        [DataRow(576, Status.XE_OK, 576)]
        [DataRow(1400, Status.XE_OK, 1400)]
        [DataRow(65536, Status.XE_BAD_PARAM, 0)]
        public void TheConfiguredOneIsInForceAtOnce(int mtu, int status, int expected)
        {
            Bench bench = Bench.Started();
            SecurityPolicy policy = With(bench);
            PolicyOptions options = new PolicyOptions();
            options.Mtu = mtu;
            Assert.AreEqual(status, bench.Admin.IPSecMgmtSetPolicyOptions(policy.Spid, options));
            Assert.AreEqual(expected, Row(bench, policy));
            PathMtu paths = PathsOf(bench);
            paths.Report(Said("10.0.0.78", Bench.RemoteSpi, 1450, 1500));
            Assert.AreEqual(expected == 0 ? 1450 : expected, Row(bench, policy));
            paths.Report(Said("10.0.0.78", Bench.RemoteSpi, 576, 1500));
            Assert.AreEqual(576, Row(bench, policy));
        }

        // RFC 3948 2.1: eight bytes, and they may come until it is known that they do not.
        [TestMethod]
        [DataRow(PolicyFlags.SP_KEYNEG_MANUAL, 0, 73, 57)]
        [DataRow(0, 0, 81, 57)]
        [DataRow(0, 4500, 81, 65)]
        public void TheOverheadHasRoomForUdp(int flags, int port, int before, int after)
        {
            Bench bench = Bench.Started();
            SecurityPolicy policy = bench.SecureTcp(flags);
            Assert.AreEqual(before, bench.Packets.Rows[policy.Slot][VerdictRow.Overhead]);
            SaRequest request = Bench.Request();
            request.Manual = (flags & PolicyFlags.SP_KEYNEG_MANUAL) != 0;
            request.EncapLocal = request.EncapRemote = port;
            bench.AddSession(policy, request);
            Assert.AreEqual(after, bench.Packets.Rows[policy.Slot][VerdictRow.Overhead]);
        }
    }
}
