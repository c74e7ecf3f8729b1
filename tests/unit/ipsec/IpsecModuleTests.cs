using nanoFramework.TestFramework;
using NfIpsec.Base;
using NfIpsec.Base.Ports;
using NfIpsec.Ipsec;
using NfIpsec.Ipsec.Management;
using NfIpsec.Ipsec.Message;
using NfIpsec.Native;

namespace NfIpsec.Tests.IpsecRoom
{
    [TestClass]
    public class IpsecModuleTests
    {
        private sealed class Seen : PacketReceiver
        {
            public int Datagrams, Interfaces, Sequence, Microseconds;

            public override void Datagram(int[] info)
            {
                Datagrams++;
            }

            public override void InterfaceChanged(int[] info)
            {
                Interfaces++;
            }

            public override void Echo(int sequence, int microseconds)
            {
                Sequence = sequence;
                Microseconds = microseconds;
            }
        }

        private sealed class Faulty : PacketReceiver
        {
            public override void Datagram(int[] info)
            {
                throw new System.InvalidOperationException("the test's own fault");
            }

            public override void InterfaceChanged(int[] info)
            {
            }

            public override void Echo(int sequence, int microseconds)
            {
            }
        }

        // A buffer lost with every fault would end the traffic of one direction after a few.
        [TestMethod]
        public void AFaultCostsThePacketAtHandAndNotItsBuffer()
        {
            ScriptedPackets packets = new ScriptedPackets();
            IpsecModule module = new IpsecModule(packets, new StillClock(), new CountingRandom());
            module.Receiver = new Faulty();
            packets.Queue(Bench.Info(PacketInfo.Datagram, "10.0.0.78", "10.0.0.77", 17, 500, 500));
            bool thrown = false;
            try
            {
                module.TakePackets(4);
            }
            catch (System.InvalidOperationException)
            {
                thrown = true;
            }
            Assert.IsTrue(thrown);
            module.Recover();
            module.Recover();
            Assert.AreEqual(1, packets.Released);
            Assert.AreEqual(0, module.TakePackets(4));
            module.Recover();
            Assert.AreEqual(1, packets.Released, "nothing was at hand");
        }

        [Setup]
        public void Start()
        {
            Assert.IsTrue(CryptoNative.Start() >= 0, "CryptoNative.Start");
        }

        private static IpsecModule Started(ScriptedPackets packets, StillClock clock)
        {
            IpsecModule module = new IpsecModule(packets, clock, new CountingRandom());
            Assert.AreEqual(Status.XE_OK, module.Admin.IPSecInit());
            return module;
        }

        private static int[] Event(int kind)
        {
            int[] info = new int[PacketInfo.Words];
            info[PacketInfo.Kind] = kind;
            info[PacketInfo.Slot] = 6;
            info[PacketInfo.Detail] = 17;
            info[PacketInfo.Detail2] = 2500;
            return info;
        }

        [TestMethod]
        public void APacketTakesThreePortCallsThereAndBack()
        {
            ScriptedPackets packets = new ScriptedPackets();
            IpsecModule module = Started(packets, new StillClock());
            byte[] key = new byte[16];
            byte[] mac = new byte[32];
            Assert.AreEqual(Status.XE_OK, module.Admin.IPSecAdminAddManualSA2(PolicyAction.IPSEC_POLICY_SECURE_TRANSPORT, 6, "10.0.0.77", "10.0.0.78", "10.0.0.78",
                PolicyFlags.SP_PROTO_ESP, 4, 12, 16, key, key, 12, 32, mac, mac, 0x1001, 0x2001, 0, 0, out int spid));
            int[] outbound = Bench.Info(PacketInfo.Outbound, "10.0.0.77", "10.0.0.78", 6, 40000, 5001);
            outbound[PacketInfo.Row] = 0;
            outbound[PacketInfo.Generation] = packets.Generation;
            packets.Inner = Bench.TcpIn();
            packets.Queue(outbound);
            packets.Queue(Bench.EspIn(0x1001, 1));
            packets.Calls = 0;
            Assert.AreEqual(1, module.TakePackets(1), "the budget is kept");
            Assert.AreEqual(3, packets.Calls);
            Assert.AreEqual(1, packets.Sent);
            Assert.AreEqual(1, module.TakePackets(10));
            Assert.AreEqual(1, packets.Delivered);
            Assert.AreEqual(Status.XE_OK, module.Admin.IPSecAdminFlushAll());
        }

        // THREATS 42
        [TestMethod]
        public void BeforeTheFirstPolicyAndAfterTheLastEverythingIsDropped()
        {
            ScriptedPackets packets = new ScriptedPackets();
            IpsecModule module = Started(packets, new StillClock());
            int[] clear = Bench.Info(PacketInfo.Outbound, "10.0.0.77", "10.0.0.78", 6, 1, 2);
            packets.Queue(clear);
            module.TakePackets(1);
            Assert.AreEqual(Status.XE_OK, module.Admin.IPSecAdminAddBypassPolicy("any", "any", 0, 7));
            Assert.AreEqual(Status.XE_OK, module.Admin.IPSecAdminFlushAll());
            packets.Queue(clear);
            module.TakePackets(1);
            Assert.AreEqual(0, packets.Sent);
            Assert.AreEqual(2, packets.Released);
        }

        [TestMethod]
        public void WhatIsNoPacketGoesToTheReceiver()
        {
            ScriptedPackets packets = new ScriptedPackets();
            IpsecModule module = Started(packets, new StillClock());
            Seen seen = new Seen();
            module.Receiver = seen;
            packets.Queue(Event(PacketInfo.Datagram));
            packets.Queue(Event(PacketInfo.Interface));
            packets.Queue(Event(PacketInfo.Echo));
            Assert.AreEqual(3, module.TakePackets(10));
            Assert.AreEqual(1, seen.Datagrams);
            Assert.AreEqual(1, seen.Interfaces);
            Assert.AreEqual(17, seen.Sequence);
            Assert.AreEqual(2500, seen.Microseconds);
            Assert.AreEqual(0, packets.Released, "the slot is the receiver's");
        }

        [TestMethod]
        public void WithoutReceiverADatagramIsDropped()
        {
            ScriptedPackets packets = new ScriptedPackets();
            IpsecModule module = Started(packets, new StillClock());
            packets.Queue(Event(PacketInfo.Datagram));
            packets.Queue(Event(PacketInfo.Interface));
            packets.Queue(Event(PacketInfo.Echo));
            Assert.AreEqual(3, module.TakePackets(10));
            Assert.AreEqual(1, packets.Released);
            Assert.AreEqual(6, packets.LastSlot);
            int[] counters = new int[PacketCounters.Words];
            module.Admin.ReadCounters(counters);
            Assert.AreEqual(6, counters[Status.XE_POLICY_NOT_FOUND], "five of the port's, one of ours");
        }

        [TestMethod]
        public void NothingIsDueUntilSomethingIs()
        {
            ScriptedPackets packets = new ScriptedPackets();
            StillClock clock = new StillClock();
            IpsecModule module = Started(packets, clock);
            Assert.AreEqual(long.MaxValue, module.NextDue);
            int spid = 0;
            Assert.AreEqual(Status.XE_OK, module.Admin.IPSecAdminAddPolicy(PolicyAction.IPSEC_POLICY_SECURE_TRANSPORT, 6, "10.0.0.77", "10.0.0.78", "10.0.0.78", PolicyFlags.SP_PROTO_ESP, 4, ref spid));
            PolicyOptions options = new PolicyOptions();
            options.LifeSeconds = 100;
            Assert.AreEqual(Status.XE_OK, module.Admin.IPSecMgmtSetPolicyOptions(spid, options));
            byte[] key = new byte[16];
            byte[] mac = new byte[32];
            Assert.AreEqual(Status.XE_OK, module.Admin.IPSecMgmtAddSA(spid, 12, 16, key, key, 12, 32, mac, mac, 0x1001, 0x2001, 0, 0));
            Assert.AreEqual(clock.Time + 90000, module.NextDue);
            module.Poll(clock.Time + 90000);
            Assert.AreEqual(clock.Time + 100000, module.NextDue);
            module.Poll(clock.Time + 100000);
            Assert.AreEqual(long.MaxValue, module.NextDue, "a manual SA is stopped and waits for nothing");
            SessionView view = new SessionView();
            Assert.IsTrue(module.Admin.GetSession(0, view));
            Assert.IsTrue(view.Stopped);
            Assert.AreEqual(Status.XE_OK, module.Admin.IPSecAdminFlushAll());
        }

        [TestMethod]
        public void EventsAreDueAtOnce()
        {
            ScriptedPackets packets = new ScriptedPackets();
            StillClock clock = new StillClock();
            IpsecModule module = Started(packets, clock);
            EventLog log = new EventLog();
            byte[] request = new byte[MessageHeader.Size];
            MessageHeader.Write(request, MessageType.APP_REGISTER, MessageHeader.Ike, MessageHeader.Ipsec, 1, 0, 0);
            module.Messages.Send(request, request.Length, new byte[Limits.MaxMessage], log);
            Assert.AreEqual(Status.XE_OK, module.Admin.IPSecAdminAddBypassPolicy("any", "any", 0, 7));
            Assert.AreEqual(0L, module.NextDue);
            module.Poll(clock.Time);
            Assert.AreEqual(1, log.Count);
            Assert.AreEqual(long.MaxValue, module.NextDue);
        }
    }
}
