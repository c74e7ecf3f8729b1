using nanoFramework.TestFramework;
using NfIpsec.Base;
using NfIpsec.Base.Address;
using NfIpsec.Base.Algorithm;
using NfIpsec.Base.Ports;
using NfIpsec.Ipsec.Management;
using NfIpsec.Ipsec.Policy;

namespace NfIpsec.Tests.IpsecRoom
{
    [TestClass]
    public class SpdTests
    {
        private const int Bypass = PolicyAction.IPSEC_POLICY_BYPASS, Drop = PolicyAction.IPSEC_POLICY_DROP;

        [TestMethod]
        public void PriorityDecidesAndThenAge()
        {
            Bench bench = Bench.Started();
            int[] priorities = { 4, 7, 1, 4, 2 };
            int[] spids = new int[priorities.Length];
            for (int i = 0; i < priorities.Length; i++)
            {
                spids[i] = bench.AddPolicy(Drop, "any", "10.0.0." + i.ToString(), 0, priorities[i], 0).Spid;
            }
            int[] expected = { spids[2], spids[4], spids[0], spids[3], spids[1] };
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.AreEqual(expected[i], bench.Spd.InOrder(i).Spid);
                Assert.IsTrue(i == 0 || bench.Spd.InOrder(i - 1).Order < bench.Spd.InOrder(i).Order);
            }
            Assert.IsNull(bench.Spd.InOrder(expected.Length));
            Assert.IsNull(bench.Spd.InOrder(-1));
        }

        [TestMethod]
        public void APolicyIsInForceWhenAddReturnsAndGoneWhenRemoveDoes()
        {
            Bench bench = Bench.Started();
            int before = bench.Packets.Commits;
            SecurityPolicy policy = bench.AddPolicy(Drop, "10.0.0.0/24,7", "10.0.1.1-10.0.1.9", 17, 3, 0);
            int[] row = bench.Packets.Rows[policy.Slot];
            Assert.AreEqual(VerdictRow.Drop, row[VerdictRow.Action]);
            Assert.AreEqual(policy.Order, row[VerdictRow.Order]);
            Assert.AreEqual(4, row[VerdictRow.Version]);
            Assert.AreEqual(17, row[VerdictRow.Protocol]);
            Assert.AreEqual("10.0.0.0", IpAddress.Format(row, VerdictRow.LocalLow));
            Assert.AreEqual("10.0.0.255", IpAddress.Format(row, VerdictRow.LocalHigh));
            Assert.AreEqual("10.0.1.1", IpAddress.Format(row, VerdictRow.RemoteLow));
            Assert.AreEqual("10.0.1.9", IpAddress.Format(row, VerdictRow.RemoteHigh));
            Assert.AreEqual(7, row[VerdictRow.LocalPort]);
            Assert.AreEqual(0, row[VerdictRow.RemotePort]);
            Assert.AreEqual(before + 1, bench.Packets.Commits);
            Assert.AreEqual(bench.Packets.Generation, bench.Spd.Generation);
            Assert.AreEqual(Status.XE_OK, bench.Databases.RemovePolicy(policy));
            Assert.AreEqual(0, bench.Packets.RowCount());
            Assert.IsNull(bench.Spd.Find(policy.Spid));
        }

        [TestMethod]
        public void ARefusedCommitLeavesEverythingAsItWas()
        {
            Bench bench = Bench.Started();
            SecurityPolicy kept = bench.AddPolicy(Drop, "any", "10.0.0.1", 0, 4, 0);
            int generation = bench.Spd.Generation;
            bench.Packets.CommitResult = -Status.XE_NOMEM;
            SecurityPolicy refused = new SecurityPolicy(Bypass, Bench.Id("any", 0), Bench.Id("any", 0), 0, null, 0, 1);
            Assert.AreEqual(Status.XE_NOMEM, bench.Spd.Add(refused, 0));
            Assert.AreEqual(Status.XE_NOMEM, bench.Databases.RemovePolicy(kept));
            Assert.AreEqual(-Status.XE_NOMEM, bench.Spd.RemoveAll(new SecurityPolicy[Limits.MaxPolicies]));
            Assert.AreEqual(1, bench.Spd.Count);
            Assert.AreEqual(generation, bench.Spd.Generation);
            bench.Packets.CommitResult = 0;
            Assert.AreEqual(Status.XE_OK, bench.Databases.RemovePolicy(kept));
            Assert.AreEqual(0, bench.Packets.RowCount(), "the refused row must not come in with the next commit");
        }

        [TestMethod]
        public void BypassPoliciesThatAreHeldDropUntilAllAreReleased()
        {
            Bench bench = Bench.Started();
            SecurityPolicy before = bench.AddPolicy(Bypass, "any", "10.0.9.9", 0, 4, 0);
            bench.Admin.HoldClear();
            SecurityPolicy wide = bench.AddPolicy(Bypass, "any", "any", 0, 7, 0);
            SecurityPolicy secure = bench.SecureTcp(0);
            Assert.AreEqual(VerdictRow.Bypass, bench.Packets.Rows[before.Slot][VerdictRow.Action], "in force before");
            Assert.AreEqual(VerdictRow.Drop, bench.Packets.Rows[wide.Slot][VerdictRow.Action]);
            Assert.AreEqual(VerdictRow.Secure, bench.Packets.Rows[secure.Slot][VerdictRow.Action]);
            bench.Packets.CommitResult = -Status.NFI_BUSY;
            Assert.AreEqual(Status.NFI_BUSY, bench.Admin.ReleaseClear());
            Assert.IsTrue(bench.Admin.ClearHeld, "a refused swap leaves them held");
            bench.Packets.CommitResult = 0;
            bench.AddPolicy(Drop, "any", "10.0.9.8", 0, 4, 0);
            Assert.AreEqual(VerdictRow.Drop, bench.Packets.Rows[wide.Slot][VerdictRow.Action], "nor does the next swap take them along");
            int commits = bench.Packets.Commits;
            Assert.AreEqual(Status.XE_OK, bench.Admin.ReleaseClear());
            Assert.AreEqual(commits + 1, bench.Packets.Commits);
            Assert.AreEqual(VerdictRow.Bypass, bench.Packets.Rows[wide.Slot][VerdictRow.Action]);
        }

        [TestMethod]
        public void ARefusedRowAddsNothing()
        {
            Bench bench = Bench.Started();
            bench.Packets.StageResult = -Status.XE_OUT_OF_POLICIES;
            SecurityPolicy policy = new SecurityPolicy(Bypass, Bench.Id("any", 0), Bench.Id("any", 0), 0, null, 0, 1);
            Assert.AreEqual(Status.XE_OUT_OF_POLICIES, bench.Spd.Add(policy, 0));
            Assert.AreEqual(0, bench.Spd.Count);
        }

        [TestMethod]
        public void AllGoInOneSwapButTheBuiltIn()
        {
            Bench bench = Bench.Started();
            bench.AddPolicy(Bypass, "any,500", "any", 17, 2, PolicyFlags.BuiltIn);
            for (int i = 1; i <= 5; i++)
            {
                bench.AddPolicy(Drop, "any", "10.0.0." + i.ToString(), 0, 4, 0);
            }
            int commits = bench.Packets.Commits;
            Assert.AreEqual(Status.XE_OK, bench.Databases.RemoveAllPolicies());
            Assert.AreEqual(commits + 1, bench.Packets.Commits);
            Assert.AreEqual(1, bench.Spd.Count);
            Assert.AreEqual(1, bench.Packets.RowCount());
        }

        [TestMethod]
        public void TheDatabaseIsBoundedAndRecovers()
        {
            Bench bench = Bench.Started();
            for (int i = 0; i < Limits.MaxPolicies; i++)
            {
                bench.AddPolicy(Drop, "any", "10.0." + (i / 256).ToString() + "." + (i % 256).ToString(), 0, 4, 0);
            }
            SecurityPolicy more = new SecurityPolicy(Drop, Bench.Id("any", 0), Bench.Id("any", 0), 0, null, 0, 4);
            Assert.AreEqual(Status.XE_OUT_OF_POLICIES, bench.Spd.Add(more, 0));
            Assert.AreEqual(Limits.MaxPolicies, bench.Spd.Count);
            Assert.AreEqual(Status.XE_OK, bench.Databases.RemovePolicy(bench.Spd.InOrder(5)));
            Assert.AreEqual(Status.XE_OK, bench.Spd.Add(more, 0));
            Assert.AreEqual(5, more.Slot, "the free slot is used again");
        }

        [TestMethod]
        public void AnIdIsGivenOrMadeAndNeverTwice()
        {
            Bench bench = Bench.Started();
            SecurityPolicy a = new SecurityPolicy(Drop, Bench.Id("any", 0), Bench.Id("10.0.0.1", 0), 0, null, 0, 4);
            SecurityPolicy b = new SecurityPolicy(Drop, Bench.Id("any", 0), Bench.Id("10.0.0.2", 0), 0, null, 0, 4);
            SecurityPolicy c = new SecurityPolicy(Drop, Bench.Id("any", 0), Bench.Id("10.0.0.3", 0), 0, null, 0, 4);
            Assert.AreEqual(Status.XE_OK, bench.Spd.Add(a, 2));
            Assert.AreEqual(Status.XE_EXIST, bench.Spd.Add(b, 2));
            Assert.AreEqual(Status.XE_OK, bench.Spd.Add(b, 0));
            Assert.AreEqual(Status.XE_OK, bench.Spd.Add(c, 0));
            Assert.AreEqual(1, b.Spid);
            Assert.AreEqual(3, c.Spid);
            Assert.AreSame(c, bench.Spd.Find(3));
        }

        [TestMethod]
        public void ATwinOfTheSamePriorityIsRefused()
        {
            Bench bench = Bench.Started();
            bench.AddPolicy(Drop, "any", "10.0.0.1", 6, 4, 0);
            SecurityPolicy twin = new SecurityPolicy(Bypass, Bench.Id("any", 6), Bench.Id("10.0.0.1", 6), 0, null, 0, 4);
            SecurityPolicy stronger = new SecurityPolicy(Bypass, Bench.Id("any", 6), Bench.Id("10.0.0.1", 6), 0, null, 0, 3);
            Assert.AreEqual(Status.XE_EXIST, bench.Spd.Add(twin, 0));
            Assert.AreEqual(Status.XE_OK, bench.Spd.Add(stronger, 0));
            Assert.AreSame(stronger, bench.Spd.FindSame(twin.Selector));
        }

        [TestMethod]
        public void APolicyIsShadowedOnlyByAStrongerOneThatDoesNotSecure()
        {
            Bench bench = Bench.Started();
            SecurityPolicy secure = bench.SecureTcp(0);
            Assert.IsFalse(secure.Shadowed);
            bench.AddPolicy(Drop, "any", "any", 17, 1, 0);
            bench.AddPolicy(Drop, "any", "any", 0, 5, 0);
            Assert.IsFalse(secure.Shadowed, "another protocol, and a weaker one");
            SecurityPolicy drop = bench.AddPolicy(Drop, "any", "10.0.0.0/24", 0, 3, 0);
            Assert.IsTrue(secure.Shadowed);
            Assert.AreEqual(Status.XE_OK, bench.Databases.RemovePolicy(drop));
            Assert.IsFalse(secure.Shadowed);
        }

        // outer header + SPI and sequence number 8 + IV + longest padding + trailer 2 + ICV (RFC 4303 2)
        [TestMethod]
        [DataRow(true, Algorithms.Aes128Cbc, Algorithms.HmacSha256, 0, 20 + 8 + 16 + 15 + 2 + 16)]
        [DataRow(false, Algorithms.Aes128Cbc, Algorithms.HmacSha256, 0, 8 + 16 + 15 + 2 + 16)]
        [DataRow(false, Algorithms.TripleDesCbc, Algorithms.HmacSha384, 0, 8 + 8 + 7 + 2 + 24)]
        [DataRow(false, Algorithms.TripleDesCbc, Algorithms.HmacSha384, PolicyFlags.SP_AUTH_SHA2_ICV_SHORT, 8 + 8 + 7 + 2 + 12)]
        [DataRow(false, Algorithms.Null, Algorithms.HmacSha1, 0, 8 + 0 + 3 + 2 + 12)]
        [DataRow(true, Algorithms.Aes256Gcm16, -1, 0, 20 + 8 + 8 + 3 + 2 + 16)]
        [DataRow(true, -1, -1, 0, 20 + 8 + 16 + 15 + 2 + 32)]
        public void OverheadIsTheMostThatEspAdds(bool tunnel, int encryption, int integrity, int flags, int expected)
        {
            int action = tunnel ? PolicyAction.IPSEC_POLICY_SECURE_TUNNEL : PolicyAction.IPSEC_POLICY_SECURE_TRANSPORT;
            SecurityPolicy policy = new SecurityPolicy(action, Bench.Id("any", 0), Bench.Id("any", 0), 0, IpAddress.Parse("10.0.0.78"), flags | PolicyFlags.SP_PROTO_ESP, 4);
            Assert.AreEqual(expected, Spd.Overhead(policy, encryption, integrity, Algorithms.None));
        }

        // outer header + 12 + ICV, to a multiple of 4, in IPv6 of 8 (RFC 4302 2.2), and with ESP what ESP adds
        [TestMethod]
        [DataRow(false, "any", "10.0.0.78", PolicyFlags.SP_PROTO_AH, Algorithms.HmacSha256, 28)]
        [DataRow(false, "any6", "2001:db8::78", PolicyFlags.SP_PROTO_AH, Algorithms.HmacSha256, 32)]
        [DataRow(false, "any6", "2001:db8::78", PolicyFlags.SP_PROTO_AH, Algorithms.HmacSha1, 24)]
        [DataRow(true, "any6", "10.0.0.78", PolicyFlags.SP_PROTO_AH, Algorithms.HmacSha384, 20 + 36)]
        [DataRow(true, "any", "2001:db8::78", PolicyFlags.SP_PROTO_AH, Algorithms.HmacSha384, 40 + 40)]
        [DataRow(false, "any", "10.0.0.78", PolicyFlags.SP_PROTO_AH | PolicyFlags.SP_AUTH_SHA2_ICV_SHORT, Algorithms.HmacSha512, 24)]
        [DataRow(true, "any", "2001:db8::78", PolicyFlags.SP_PROTO_AH, -1, 40 + 48)]
        [DataRow(false, "any", "10.0.0.78", PolicyFlags.SP_PROTO_AH | PolicyFlags.SP_PROTO_ESP, Algorithms.HmacSha256, 28 + 8 + 16 + 15 + 2 + 16)]
        public void OverheadCountsAh(bool tunnel, string source, string remote, int flags, int integrity, int expected)
        {
            int action = tunnel ? PolicyAction.IPSEC_POLICY_SECURE_TUNNEL : PolicyAction.IPSEC_POLICY_SECURE_TRANSPORT;
            SecurityPolicy policy = new SecurityPolicy(action, Bench.Id(source, 0), Bench.Id(source, 0), 0, IpAddress.Parse(remote), flags, 4);
            Assert.AreEqual(expected, Spd.Overhead(policy, Algorithms.Aes128Cbc, Algorithms.HmacSha256, integrity));
        }

        [TestMethod]
        public void TheRowLearnsTheOverheadOfTheAlgorithms()
        {
            Bench bench = Bench.Started();
            SecurityPolicy policy = bench.SecureTcp(PolicyFlags.SP_KEYNEG_MANUAL);
            Assert.AreEqual(73, bench.Packets.Rows[policy.Slot][VerdictRow.Overhead]);
            bench.AddSession(policy);
            Assert.AreEqual(57, bench.Packets.Rows[policy.Slot][VerdictRow.Overhead]);
            Assert.AreEqual(bench.Packets.Generation, bench.Spd.Generation);
        }
    }
}
