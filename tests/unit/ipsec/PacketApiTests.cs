using nanoFramework.TestFramework;
using NfIpsec.Base;
using NfIpsec.Base.Ports;
using NfIpsec.Ipsec;
using NfIpsec.Ipsec.Management;
using NfIpsec.Ipsec.Policy;

namespace NfIpsec.Tests.IpsecRoom
{
    /// <summary>The Packet API as the reference describes it.</summary>
    [TestClass]
    public class PacketApiTests
    {
        private const int Bypass = PolicyAction.IPSEC_POLICY_BYPASS, Drop = PolicyAction.IPSEC_POLICY_DROP, Transport = PolicyAction.IPSEC_POLICY_SECURE_TRANSPORT;

        private sealed class Results : PacketDone
        {
            public int Encapsulated, Decapsulated, LastStatus, LastPolicy;
            public object LastContext;
            public Packet LastSource, LastDestination;

            public override void EncapsulateDone(Request request)
            {
                Encapsulated++;
                Note(request);
            }

            public override void DecapsulateDone(Request request)
            {
                Decapsulated++;
                Note(request);
            }

            private void Note(Request request)
            {
                LastStatus = request.Status;
                LastPolicy = request.Policy;
                LastContext = request.Context;
                LastSource = request.Source;
                LastDestination = request.Destination;
            }
        }

        private static Packet PacketIn(Bench bench, int slot, int[] info)
        {
            bench.Packets.SetDescription(slot, info);
            return new Packet(bench.Packets, slot);
        }

        [TestMethod]
        public void ACallBeforeInitIsAnError()
        {
            Bench bench = new Bench();
            Packet packet = PacketIn(bench, 4, bench.TcpOut(null));
            Assert.AreEqual(Status.NFI_NOT_STARTED, bench.Api.PacketGetPolicy(packet, 1, out int policy, out SecurityPolicy entry));
            Assert.AreEqual(Status.NFI_NOT_STARTED, bench.Api.PacketEncapsulate(packet, 1, null));
            Assert.AreEqual(Status.NFI_NOT_STARTED, bench.Api.PacketEncapsulateSync(ref packet, 1, out policy));
            Assert.IsNull(packet);
            Assert.AreEqual(Drop, policy);
            Assert.AreEqual(1, bench.Packets.Released);
        }

        [TestMethod]
        public void BypassAndDropLeaveThePacket()
        {
            int[] actions = { Bypass, Drop };
            for (int i = 0; i < actions.Length; i++)
            {
                Bench bench = Bench.Started();
                bench.AddPolicy(actions[i], "any", "any", 0, 4, 0);
                Packet before = PacketIn(bench, 4, bench.TcpOut(null));
                Packet packet = before;
                Assert.AreEqual(Status.XE_OK, bench.Api.PacketEncapsulateSync(ref packet, 1, out int policy));
                Assert.AreEqual(actions[i], policy);
                Assert.AreSame(before, packet);
                bench.Packets.SetDescription(4, Bench.TcpIn());
                Assert.AreEqual(Status.XE_OK, bench.Api.PacketDecapsulateSync(ref packet, 1, out policy));
                Assert.AreEqual(actions[i], policy);
                Assert.AreSame(before, packet);
            }
        }

        [TestMethod]
        public void SecureGivesANewPacketThatPassesUntouchedTheSecondTime()
        {
            Bench bench = Bench.Started();
            bench.AddSession(bench.SecureTcp(0));
            Packet before = PacketIn(bench, 4, bench.TcpOut(null));
            Packet packet = before;
            Assert.AreEqual(Status.XE_OK, bench.Api.PacketEncapsulateSync(ref packet, 1, out int policy));
            Assert.AreEqual(Transport, policy);
            Assert.AreNotSame(before, packet);
            Assert.AreEqual(4, packet.Slot);
            Assert.IsTrue(before.Slot < 0, "the old one owns nothing any more");
            Assert.AreEqual(1, bench.Packets.Seals);
            Packet again = packet;
            Assert.AreEqual(Status.XE_OK, bench.Api.PacketEncapsulateSync(ref again, 1, out policy));
            Assert.AreEqual(Bypass, policy);
            Assert.AreSame(packet, again);
            Assert.AreEqual(1, bench.Packets.Seals, "a forwarded packet is never processed twice");
        }

        [TestMethod]
        public void AnOpenedPacketIsNew()
        {
            Bench bench = Bench.Started();
            bench.AddSession(bench.SecureTcp(0));
            bench.Packets.Inner = Bench.TcpIn();
            Packet before = PacketIn(bench, 4, Bench.EspIn(Bench.LocalSpi, 1));
            Packet packet = before;
            Assert.AreEqual(Status.XE_OK, bench.Api.PacketDecapsulateSync(ref packet, 1, out int policy));
            Assert.AreEqual(Transport, policy);
            Assert.AreNotSame(before, packet);
            Assert.AreEqual(4, packet.Slot);
        }

        [TestMethod]
        public void ADummyIsToBeDropped()
        {
            Bench bench = Bench.Started();
            bench.AddSession(bench.SecureTcp(0));
            bench.Packets.Inner = Bench.TcpIn();
            bench.Packets.Inner[PacketInfo.Next] = 59;
            Packet packet = PacketIn(bench, 4, Bench.EspIn(Bench.LocalSpi, 1));
            Assert.AreEqual(Status.XE_OK, bench.Api.PacketDecapsulateSync(ref packet, 1, out int policy));
            Assert.AreEqual(Drop, policy);
            Assert.IsNotNull(packet);
        }

        [TestMethod]
        public void AFailureReleasesThePacketAndCounts()
        {
            Bench bench = Bench.Started();
            Packet packet = PacketIn(bench, 4, bench.TcpOut(null));
            Assert.AreEqual(Status.XE_POLICY_NOT_FOUND, bench.Api.PacketEncapsulateSync(ref packet, 1, out int policy));
            Assert.IsNull(packet);
            bench.AssertDropped(Status.XE_POLICY_NOT_FOUND, "out");
            bench = Bench.Started();
            bench.SecureTcp(PolicyFlags.SP_KEYNEG_MANUAL);
            packet = PacketIn(bench, 4, bench.TcpOut(null));
            Assert.AreEqual(Status.XE_SA_NOT_FOUND, bench.Api.PacketEncapsulateSync(ref packet, 1, out policy));
            bench.AssertDropped(Status.XE_SA_NOT_FOUND, "out");
            packet = null;
            Assert.AreEqual(Status.XE_BAD_PARAM, bench.Api.PacketEncapsulateSync(ref packet, 1, out policy));
        }

        [TestMethod]
        public void ClearTextWherePolicySaysSecureIsAnError()
        {
            Bench bench = Bench.Started();
            bench.AddSession(bench.SecureTcp(0));
            Packet packet = PacketIn(bench, 4, Bench.TcpIn());
            Assert.AreEqual(Status.XE_INBOUND_EXPECTED_SECURE_PACKET, bench.Api.PacketDecapsulateSync(ref packet, 1, out int policy));
            Assert.IsNull(packet);
            Assert.AreEqual(Drop, policy);
            bench.AssertDropped(Status.XE_INBOUND_EXPECTED_SECURE_PACKET, "clear text");
        }

        [TestMethod]
        public void ThePolicyOfAPacketIsToldWithoutTouchingIt()
        {
            Bench bench = Bench.Started();
            SecurityPolicy secure = bench.SecureTcp(0);
            Packet packet = PacketIn(bench, 4, bench.TcpOut(null));
            Assert.AreEqual(Status.XE_OK, bench.Api.PacketGetPolicy(packet, 1, out int policy, out SecurityPolicy entry));
            Assert.AreEqual(Transport, policy);
            Assert.AreSame(secure, entry);
            Assert.AreEqual(4, packet.Slot);
            bench.Packets.SetDescription(4, Bench.Info(PacketInfo.Outbound, "10.0.0.77", "10.0.0.79", 6, 1, 2));
            Assert.AreEqual(Status.XE_POLICY_NOT_FOUND, bench.Api.PacketGetPolicy(packet, 1, out policy, out entry));
            Assert.IsNull(entry);
            Assert.AreEqual(Drop, policy);
        }

        [TestMethod]
        public void TheDomainIsTheCallers()
        {
            Bench bench = Bench.Started();
            SecurityPolicy policy = new SecurityPolicy(Bypass, Bench.Id("any", 0), Bench.Id("any", 0), 2, null, 0, 4);
            Assert.AreEqual(Status.XE_OK, bench.Databases.AddPolicy(policy, 0));
            Packet packet = PacketIn(bench, 4, bench.TcpOut(null));
            Assert.AreEqual(Status.XE_POLICY_NOT_FOUND, bench.Api.PacketGetPolicy(packet, 1, out int action, out SecurityPolicy entry));
            Assert.AreEqual(Status.XE_OK, bench.Api.PacketGetPolicy(packet, 2, out action, out entry));
        }

        [TestMethod]
        public void AsynchronousResultsComeByCallback()
        {
            Bench bench = Bench.Started();
            Results results = new Results();
            bench.Api.Done = results;
            bench.AddSession(bench.SecureTcp(0));
            Packet packet = PacketIn(bench, 4, bench.TcpOut(null));
            Assert.AreEqual(Status.XE_OK, bench.Api.PacketEncapsulate(packet, 1, "mine"));
            Assert.AreEqual(0, results.Encapsulated);
            bench.Api.Poll(8);
            Assert.AreEqual(1, results.Encapsulated);
            Assert.AreEqual(Status.XE_OK, results.LastStatus);
            Assert.AreEqual(Transport, results.LastPolicy);
            Assert.AreEqual("mine", (string)results.LastContext);
            Assert.AreSame(packet, results.LastSource);
            Assert.AreEqual(4, results.LastDestination.Slot);
            Packet clear = PacketIn(bench, 5, Bench.TcpIn());
            Assert.AreEqual(Status.XE_OK, bench.Api.PacketDecapsulate(clear, 1, null));
            bench.Api.Poll(8);
            Assert.AreEqual(1, results.Decapsulated);
            Assert.AreEqual(Status.XE_INBOUND_EXPECTED_SECURE_PACKET, results.LastStatus);
            Assert.IsNull(results.LastDestination);
            Assert.AreEqual(0, bench.Api.Pending);
        }

        private sealed class Throwing : PacketDone
        {
            public int Calls;

            public override void EncapsulateDone(Request request)
            {
                Calls++;
                throw new System.InvalidOperationException("the test's own fault");
            }

            public override void DecapsulateDone(Request request)
            {
            }
        }

        [TestMethod]
        public void ACallbackThatThrowsIsNotCalledAgain()
        {
            Bench bench = Bench.Started();
            Throwing throwing = new Throwing();
            bench.Api.Done = throwing;
            bench.Api.PacketEncapsulate(PacketIn(bench, 4, bench.TcpOut(null)), 1, null);
            for (int i = 0; i < 3; i++)
            {
                try
                {
                    bench.Api.Poll(8);
                }
                catch (System.InvalidOperationException)
                {
                }
            }
            Assert.AreEqual(1, throwing.Calls);
            Assert.AreEqual(0, bench.Api.Pending);
        }

        [TestMethod]
        public void RequestsAreBounded()
        {
            Bench bench = Bench.Started();
            Packet packet = PacketIn(bench, 4, bench.TcpOut(null));
            Assert.AreEqual(Status.XE_BAD_PARAM, bench.Api.PacketEncapsulate(packet, 1, null), "nobody takes the result");
            Results results = new Results();
            bench.Api.Done = results;
            for (int i = 0; i < Limits.MaxRequests; i++)
            {
                Assert.AreEqual(Status.XE_OK, bench.Api.PacketEncapsulate(PacketIn(bench, 4, bench.TcpOut(null)), 1, null));
            }
            Assert.AreEqual(Status.XE_OUT_OF_REQS, bench.Api.PacketEncapsulate(packet, 1, null));
            Assert.AreEqual(1, bench.Tally.Xe[Status.XE_OUT_OF_REQS]);
            Assert.AreEqual(4, packet.Slot, "the packet stays the caller's");
            bench.Api.Poll(3);
            Assert.AreEqual(3, results.Encapsulated);
            Assert.AreEqual(Status.XE_OK, bench.Api.PacketEncapsulate(packet, 1, null));
        }
    }
}
