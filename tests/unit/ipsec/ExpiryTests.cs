using nanoFramework.TestFramework;
using NfIpsec.Base;
using NfIpsec.Ipsec.Management;
using NfIpsec.Ipsec.Message;
using NfIpsec.Ipsec.Policy;
using NfIpsec.Ipsec.Sa;

namespace NfIpsec.Tests.IpsecRoom
{
    [TestClass]
    public class ExpiryTests
    {
        private static Bench Listening(SaRequest request, out IpsecSession session)
        {
            Bench bench = Bench.Started();
            bench.Events.Open = true;
            SecurityPolicy policy = bench.SecureTcp(0);
            session = bench.AddSession(policy, request);
            int[] drain = new int[EventQueue.Words];
            while (bench.Events.Take(drain))
            {
            }
            return bench;
        }

        private static void AssertEvent(Bench bench, int type, int detail)
        {
            int[] found = new int[EventQueue.Words];
            Assert.IsTrue(bench.Events.Take(found), "an event");
            Assert.AreEqual(type, found[EventQueue.Type]);
            Assert.AreEqual(detail, found[EventQueue.Detail]);
            Assert.AreEqual(Bench.LocalSpi, found[EventQueue.InboundSpi]);
            Assert.AreEqual(Bench.RemoteSpi, found[EventQueue.OutboundSpi]);
        }

        private static void Tick(Bench bench, long now)
        {
            bench.Clock.Time = now;
            for (int slot = bench.Sad.Timers.PopDue(now); slot >= 0; slot = bench.Sad.Timers.PopDue(now))
            {
                bench.Expiry.Due(bench.Sad.Slots[slot], now);
            }
        }

        [TestMethod]
        public void TimeRunsOutSoftlyAndThenHard()
        {
            SaRequest request = Bench.Request();
            request.LifeSeconds = 100;
            Bench bench = Listening(request, out IpsecSession session);
            long start = bench.Clock.Time;
            Tick(bench, start + 89999);
            Assert.AreEqual(0, bench.Events.Count);
            Tick(bench, start + 90000);
            AssertEvent(bench, MessageType.SA_EXPIRED, 0);
            Tick(bench, start + 99999);
            Assert.AreEqual(0, bench.Events.Count, "soft expiry is told once");
            Assert.AreEqual(1, bench.Sad.Count);
            Tick(bench, start + 100000);
            AssertEvent(bench, MessageType.SA_EXPIRED, 1);
            Assert.AreEqual(0, bench.Sad.Count);
            Assert.AreEqual(0, bench.Packets.LiveTransforms);
        }

        [TestMethod]
        public void AManualSaStaysAndStops()
        {
            SaRequest request = Bench.Request();
            request.LifeSeconds = 100;
            request.Manual = true;
            Bench bench = Listening(request, out IpsecSession session);
            Tick(bench, bench.Clock.Time + 90000);
            Tick(bench, bench.Clock.Time + 10000);
            Assert.AreEqual(1, bench.Sad.Count);
            bench.Outbound.Handle(bench.TcpOut(session.Policy));
            Assert.AreEqual(0, bench.Packets.Sent);
            Assert.AreEqual(1, bench.Tally.Xe[Status.XE_BAD_SESS_ERR]);
            bench.Inbound.Handle(Bench.EspIn(Bench.LocalSpi, 1));
            Assert.AreEqual(0, bench.Packets.Opens);
            Assert.AreEqual(2, bench.Tally.Xe[Status.XE_BAD_SESS_ERR]);
        }

        [TestMethod]
        public void PacketsRunOut()
        {
            SaRequest request = Bench.Request();
            request.LifePackets = 10;
            Bench bench = Listening(request, out IpsecSession session);
            for (int i = 0; i < 9; i++)
            {
                bench.Outbound.Handle(bench.TcpOut(session.Policy));
            }
            Assert.AreEqual(0, bench.Events.Count);
            bench.Outbound.Handle(bench.TcpOut(session.Policy));
            AssertEvent(bench, MessageType.SA_EXPIRED, 0);
            Assert.AreEqual(10, bench.Packets.Sent);
            bench.Outbound.Handle(bench.TcpOut(session.Policy));
            Assert.AreEqual(10, bench.Packets.Sent);
            Assert.AreEqual(1, bench.Tally.Xe[Status.XE_BAD_SESS_ERR]);
            Tick(bench, bench.Clock.Time);
            AssertEvent(bench, MessageType.SA_EXPIRED, 1);
            Assert.AreEqual(0, bench.Sad.Count, "an SA of the key daemon goes");
        }

        [TestMethod]
        public void BytesRunOutInBothDirections()
        {
            SaRequest request = Bench.Request();
            request.LifeBytes = 1000;
            Bench bench = Listening(request, out IpsecSession session);
            bench.Packets.Inner = Bench.TcpIn();
            for (int i = 0; i < 12; i++)
            {
                bench.Outbound.Handle(bench.TcpOut(session.Policy));
                bench.Inbound.Handle(Bench.EspIn(Bench.LocalSpi, i + 1));
            }
            Assert.AreEqual(10, bench.Packets.Sent);
            Assert.AreEqual(10, bench.Packets.Delivered);
            Assert.AreEqual(2, bench.Events.Count, "each direction told its soft expiry once");
        }

        // 90 % of the lifetime, or up to 10 % of it earlier; jitter of 65535 is one 256th short of all.
        [TestMethod]
        [DataRow(0, 90000, 90)]
        [DataRow(32768, 85000, 85)]
        [DataRow(65535, 80039, 80)]
        public void SoftEndsAreJittered(int jitter, int milliseconds, int count)
        {
            SaRequest request = Bench.Request();
            request.LifeSeconds = 100;
            request.LifePackets = 100;
            Bench bench = Bench.Started();
            bench.Events.Open = true;
            bench.Random.Jitter = jitter;
            IpsecSession session = bench.AddSession(bench.SecureTcp(0), request);
            Assert.AreEqual(bench.Clock.Time + milliseconds, session.SoftAt);
            Assert.AreEqual((long)count, session.Outbound.PacketAlert);
            Assert.AreEqual(bench.Clock.Time + 100000, session.HardAt);
        }

        [TestMethod]
        public void TheSoftLimitOfTheLargestNumbersDoesNotOverflow()
        {
            int[] jitters = { 0, 255 };
            for (int i = 0; i < jitters.Length; i++)
            {
                long soft = Base.Timer.SoftLimit.Of(long.MaxValue, jitters[i]);
                Assert.IsTrue(soft > long.MaxValue / 100 * 79 && soft <= long.MaxValue / 100 * 91, soft.ToString());
            }
            Assert.AreEqual(0L, Base.Timer.SoftLimit.Of(0, 0));
            Assert.AreEqual(9L, Base.Timer.SoftLimit.Of(10, 0));
        }

        // Packets run out, and the queue is full at that moment.
        [TestMethod]
        public void SoftExpiryByCountIsToldAgainWhenTheQueueWasFull()
        {
            SaRequest request = Bench.Request();
            request.LifePackets = 10;
            Bench bench = Listening(request, out IpsecSession session);
            while (bench.Events.Note(MessageType.SA_DELETED, 0, 0, 0, 0))
            {
            }
            for (int i = 0; i < 10; i++)
            {
                bench.Outbound.Handle(bench.TcpOut(session.Policy));
            }
            Assert.AreEqual(10, bench.Packets.Sent);
            Tick(bench, bench.Clock.Time);
            int[] drain = new int[EventQueue.Words];
            while (bench.Events.Take(drain))
            {
                Assert.AreEqual(MessageType.SA_DELETED, drain[EventQueue.Type]);
            }
            Tick(bench, bench.Clock.Time + 999);
            Assert.AreEqual(0, bench.Events.Count);
            Tick(bench, bench.Clock.Time + 1);
            AssertEvent(bench, MessageType.SA_EXPIRED, 0);
            Tick(bench, bench.Clock.Time + 10000);
            Assert.AreEqual(0, bench.Events.Count, "once");
        }

        // Nothing passes any more, but the SA goes only when the daemon can know.
        [TestMethod]
        public void HardExpiryIsToldAgainWhenTheQueueWasFull()
        {
            SaRequest request = Bench.Request();
            request.LifeSeconds = 100;
            Bench bench = Listening(request, out IpsecSession session);
            while (bench.Events.Note(MessageType.SA_DELETED, 0, 0, 0, 0))
            {
            }
            Tick(bench, bench.Clock.Time + 100000);
            Assert.AreEqual(1, bench.Sad.Count);
            bench.Outbound.Handle(bench.TcpOut(session.Policy));
            bench.Inbound.Handle(Bench.EspIn(Bench.LocalSpi, 1));
            Assert.AreEqual(0, bench.Packets.Sent + bench.Packets.Opens);
            int[] drain = new int[EventQueue.Words];
            while (bench.Events.Take(drain))
            {
            }
            Tick(bench, bench.Clock.Time + 1000);
            AssertEvent(bench, MessageType.SA_EXPIRED, 1);
            Assert.AreEqual(0, bench.Sad.Count);
        }

        [TestMethod]
        public void SoftExpiryIsToldAgainWhenTheQueueWasFull()
        {
            SaRequest request = Bench.Request();
            request.LifeSeconds = 100;
            Bench bench = Listening(request, out IpsecSession session);
            while (bench.Events.Note(MessageType.SA_DELETED, 0, 0, 0, 0))
            {
            }
            long start = bench.Clock.Time;
            Tick(bench, start + 90000);
            Assert.IsFalse(session.SoftExpired);
            int[] drain = new int[EventQueue.Words];
            while (bench.Events.Take(drain))
            {
            }
            Tick(bench, start + 91000);
            AssertEvent(bench, MessageType.SA_EXPIRED, 0);
            Assert.IsTrue(session.SoftExpired);
        }

        // Deletions are made at once, as many as there are sessions; the daemon learns of each when it takes what came before.
        [TestMethod]
        public void DeletionsAreToldWhenTheQueueHasRoomAgain()
        {
            Bench bench = Listening(Bench.Request(), out IpsecSession session);
            int spi = session.InboundSpi;
            int spid = session.Policy.Spid;
            while (bench.Events.Note(MessageType.POLICY_ADDED, 0, 0, 0, 0))
            {
            }
            int lost = bench.Events.Lost;
            bench.Databases.RemoveAllSessions();
            Assert.AreEqual(0, bench.Sad.Count);
            Assert.AreEqual(lost, bench.Events.Lost);
            int[] drain = new int[EventQueue.Words];
            for (int i = 0; i < Limits.MaxEvents; i++)
            {
                Assert.IsTrue(bench.Events.Take(drain));
                Assert.AreEqual(MessageType.POLICY_ADDED, drain[EventQueue.Type]);
            }
            Assert.IsTrue(bench.Events.Take(drain));
            Assert.AreEqual(MessageType.SA_DELETED, drain[EventQueue.Type]);
            Assert.AreEqual(spid, drain[EventQueue.Spid]);
            Assert.AreEqual(spi, drain[EventQueue.InboundSpi]);
            Assert.IsFalse(bench.Events.Take(drain), "once");
        }
    }
}
