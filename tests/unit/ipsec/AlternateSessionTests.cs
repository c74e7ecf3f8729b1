using nanoFramework.TestFramework;
using NfIpsec.Base;
using NfIpsec.Base.Ports;
using NfIpsec.Ipsec.Management;
using NfIpsec.Ipsec.Message;
using NfIpsec.Ipsec.Policy;
using NfIpsec.Ipsec.Sa;

namespace NfIpsec.Tests.IpsecRoom
{
    /// <summary>While rekeying a policy has two sessions: the new one sends, both are accepted, and whichever goes, nothing is lost
    /// (RFC 7296 2.8).</summary>
    [TestClass]
    public class AlternateSessionTests
    {
        private const int First = 0x1001, Second = 0x1002, Third = 0x1003, Fourth = 0x1004, Fifth = 0x1005;

        private static IpsecSession Add(Bench bench, SecurityPolicy policy, int spi)
        {
            SaRequest request = Bench.Request();
            request.InboundSpi = spi;
            request.OutboundSpi = spi + 0x1000;
            return bench.AddSession(policy, request);
        }

        private static Bench Rekeying(out SecurityPolicy policy)
        {
            Bench bench = Bench.Started();
            bench.Events.Open = true;
            policy = bench.SecureTcp(PolicyFlags.SP_CHECK_REPLAY);
            Add(bench, policy, First);
            Add(bench, policy, Second);
            bench.Packets.Inner = Bench.TcpIn();
            return bench;
        }

        private static void AssertAccepted(Bench bench, int spi, int sequence, bool expected)
        {
            int before = bench.Packets.Delivered;
            bench.Inbound.Handle(Bench.EspIn(spi, sequence));
            Assert.AreEqual(before + (expected ? 1 : 0), bench.Packets.Delivered, "SPI " + spi.ToString());
        }

        private static void AssertSends(Bench bench, SecurityPolicy policy, IpsecSession session)
        {
            int before = bench.Packets.Sent;
            bench.Outbound.Handle(bench.TcpOut(policy));
            Assert.AreEqual(before + 1, bench.Packets.Sent);
            Assert.AreEqual(session.Outbound.Transform, bench.Packets.LastTransform);
        }

        [TestMethod]
        public void TheNewOneSendsAtOnceAndBothAreAccepted()
        {
            Bench bench = Rekeying(out SecurityPolicy policy);
            AssertSends(bench, policy, bench.Sad.Find(Second));
            AssertAccepted(bench, First, 1, true);
            AssertAccepted(bench, Second, 1, true);
            AssertAccepted(bench, First, 2, true);
        }

        // Which goes, by DELETE_SPIs; which sends and is accepted then.
        [TestMethod]
        [DataRow(First, Second)]
        [DataRow(Second, First)]
        public void WhicheverIsDeletedTheOtherGoesOn(int deleted, int left)
        {
            Bench bench = Rekeying(out SecurityPolicy policy);
            AssertSends(bench, policy, bench.Sad.Find(Second));
            Assert.IsTrue(bench.Databases.RemoveSpi(deleted));
            Assert.AreEqual(bench.Sad.Find(left), policy.Session);
            Assert.IsNull(policy.Alternate);
            AssertSends(bench, policy, bench.Sad.Find(left));
            AssertAccepted(bench, left, 1, true);
            AssertAccepted(bench, deleted, 1, false);
            Assert.IsTrue(bench.Databases.RemoveSpi(left));
            Assert.IsNull(policy.Session);
            Assert.AreEqual(0, bench.Packets.LiveTransforms);
        }

        [TestMethod]
        public void TheOlderOneExpiresWithoutALoss()
        {
            Bench bench = Bench.Started();
            bench.Events.Open = true;
            SecurityPolicy policy = bench.SecureTcp(0);
            SaRequest request = Bench.Request();
            request.LifeSeconds = 100;
            bench.AddSession(policy, request);
            bench.Packets.Inner = Bench.TcpIn();
            IpsecSession newer = Add(bench, policy, Second);
            AssertAccepted(bench, First, 1, true);
            bench.Clock.Time += 100000;
            bench.Expiry.Due(bench.Sad.Find(First), bench.Clock.Time);
            AssertAccepted(bench, First, 2, false);
            AssertAccepted(bench, Second, 1, true);
            AssertSends(bench, policy, newer);
            Assert.IsNull(policy.Alternate);
        }

        [TestMethod]
        public void AFifthOneTakesThePlaceOfTheOldestAndTheDaemonIsTold()
        {
            Bench bench = Rekeying(out SecurityPolicy policy);
            Add(bench, policy, Third);
            Add(bench, policy, Fourth);
            int[] seen = new int[EventQueue.Words];
            while (bench.Events.Take(seen))
            {
            }
            IpsecSession fifth = Add(bench, policy, Fifth);
            Assert.IsTrue(bench.Events.Take(seen));
            Assert.AreEqual(MessageType.SA_DELETED, seen[EventQueue.Type]);
            Assert.AreEqual(First, seen[EventQueue.InboundSpi]);
            Assert.AreEqual(First + 0x1000, seen[EventQueue.OutboundSpi]);
            Assert.IsFalse(bench.Events.Take(seen));
            Assert.AreEqual(fifth, policy.Session);
            Assert.AreEqual(bench.Sad.Find(Fourth), policy.Alternate);
            AssertAccepted(bench, First, 1, false);
            AssertAccepted(bench, Second, 1, true);
            AssertAccepted(bench, Third, 1, true);
            AssertAccepted(bench, Fifth, 1, true);
            Assert.AreEqual(Limits.MaxPolicySessions, bench.Sad.Count);
            Assert.AreEqual(2 * Limits.MaxPolicySessions, bench.Packets.LiveTransforms);
        }

        // RFC 7296 2.8: who answers a rekeying sends under the old SA until a packet comes under the new one, or the old one is deleted.
        [TestMethod]
        [DataRow(true)]
        [DataRow(false)]
        public void OneThatStandsBySendsFromItsFirstPacketOrWhenTheOtherGoes(bool packet)
        {
            Bench bench = Rekeying(out SecurityPolicy policy);
            Assert.IsTrue(bench.Databases.StandBack(Second, true));
            AssertSends(bench, policy, bench.Sad.Find(First));
            AssertAccepted(bench, First, 1, true);
            AssertSends(bench, policy, bench.Sad.Find(First));
            if (packet)
            {
                AssertAccepted(bench, Second, 1, true);
                Assert.AreEqual(bench.Sad.Find(First), policy.Alternate);
            }
            else
            {
                Assert.IsTrue(bench.Databases.RemoveSpi(First));
            }
            AssertSends(bench, policy, bench.Sad.Find(Second));
        }

        // A packet that does not verify shows nothing.
        [TestMethod]
        public void AForgedPacketDoesNotEndTheStandby()
        {
            Bench bench = Rekeying(out SecurityPolicy policy);
            Assert.IsTrue(bench.Databases.StandBack(Second, true));
            bench.Packets.OpenResult = -Status.XE_ESP_DIGEST_MISMATCH;
            AssertAccepted(bench, Second, 1, false);
            AssertSends(bench, policy, bench.Sad.Find(First));
        }

        // The redundant one of two successors (RFC 7296 2.8.1): accepted until it is deleted, and never used to send again.
        [TestMethod]
        public void OneThatStandsBackForGoodIsOnlyAccepted()
        {
            Bench bench = Rekeying(out SecurityPolicy policy);
            Add(bench, policy, Third);
            Assert.IsTrue(bench.Databases.StandBack(Third, false));
            AssertSends(bench, policy, bench.Sad.Find(Second));
            AssertAccepted(bench, Third, 1, true);
            AssertSends(bench, policy, bench.Sad.Find(Second));
            Assert.IsTrue(bench.Databases.RemoveSpi(Third));
            AssertSends(bench, policy, bench.Sad.Find(Second));
            Assert.IsTrue(bench.Databases.RemoveSpi(First));
            Assert.IsTrue(bench.Databases.StandBack(Second, false));
            AssertSends(bench, policy, bench.Sad.Find(Second));
            Assert.IsFalse(bench.Databases.StandBack(Third, false));
        }

        [TestMethod]
        public void ASuccessorThatIsRefusedChangesNothing()
        {
            Bench bench = Rekeying(out SecurityPolicy policy);
            bench.Packets.CreateResult = -Status.XE_NOMEM;
            SaRequest request = Bench.Request();
            request.InboundSpi = Third;
            Assert.IsNull(bench.Databases.AddSession(policy, request, out int status));
            Assert.AreEqual(Status.XE_NOMEM, status);
            AssertSends(bench, policy, bench.Sad.Find(Second));
            AssertAccepted(bench, First, 1, true);
            AssertAccepted(bench, Second, 1, true);
        }
    }
}
