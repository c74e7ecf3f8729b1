using nanoFramework.TestFramework;
using NfIpsec.Base;
using NfIpsec.Base.Ports;
using NfIpsec.Ipsec.Management;
using NfIpsec.Ipsec.Policy;
using NfIpsec.Ipsec.Sa;

namespace NfIpsec.Tests.IpsecRoom
{
    [TestClass]
    public class InboundTests
    {
        private static Bench WithSession(int flags, out IpsecSession session)
        {
            Bench bench = Bench.Started();
            session = bench.AddSession(bench.SecureTcp(flags));
            bench.Packets.Inner = Bench.TcpIn();
            return bench;
        }

        [TestMethod]
        public void AnEstablishedPacketIsOpenedAndDeliveredInTwoCalls()
        {
            Bench bench = WithSession(PolicyFlags.SP_CHECK_REPLAY, out IpsecSession session);
            bench.Packets.Calls = 0;
            bench.Inbound.Handle(Bench.EspIn(Bench.LocalSpi, 1));
            Assert.AreEqual(2, bench.Packets.Calls);
            Assert.AreEqual(1, bench.Packets.Delivered);
            Assert.AreEqual(session.Inbound.Transform, bench.Packets.LastTransform);
            Assert.AreEqual(1L, session.Inbound.Packets);
            Assert.AreEqual(100L, session.Inbound.Bytes);
            Assert.AreEqual(1, bench.Tally.Xe[Status.XE_OK]);
        }

        [TestMethod]
        [DataRow(0x9999, Status.XE_SA_NOT_FOUND)]
        [DataRow(-1, Status.XE_SA_NOT_FOUND)]
        [DataRow(0, Status.XE_BAD_ESP_SPI)]
        [DataRow(255, Status.XE_BAD_ESP_SPI)]
        public void AnUnknownSpiIsDropped(int spi, int expected)
        {
            Bench bench = WithSession(0, out IpsecSession session);
            bench.Inbound.Handle(Bench.EspIn(spi, 1));
            bench.AssertDropped(expected, "SPI");
            Assert.AreEqual(0, bench.Packets.Opens);
        }

        [TestMethod]
        [DataRow(0x1001, Status.XE_EXPECTED_ESP_PROTO)]
        [DataRow(0x9999, Status.XE_SA_NOT_FOUND)]
        [DataRow(7, Status.XE_BAD_AH_SPI)]
        public void AhIsDropped(int spi, int expected)
        {
            Bench bench = WithSession(0, out IpsecSession session);
            int[] info = Bench.EspIn(spi, 1);
            info[PacketInfo.Protocol] = 51;
            bench.Inbound.Handle(info);
            bench.AssertDropped(expected, "AH");
        }

        // THREATS 34
        [TestMethod]
        public void AReplayIsDroppedBeforeItIsOpened()
        {
            Bench bench = WithSession(PolicyFlags.SP_CHECK_REPLAY, out IpsecSession session);
            bench.Inbound.Handle(Bench.EspIn(Bench.LocalSpi, 5));
            bench.Inbound.Handle(Bench.EspIn(Bench.LocalSpi, 5));
            Assert.AreEqual(1, bench.Packets.Opens);
            Assert.AreEqual(1, bench.Tally.Xe[Status.XE_BAD_SEQUENCE_NUMBER]);
            Assert.AreEqual(1, session.Inbound.Replayed);
            Assert.AreEqual(1, bench.Packets.Released);
        }

        [TestMethod]
        [DataRow(Status.XE_BAD_PAD_DATA, true)]
        [DataRow(Status.XE_NO_DATA, true)]
        [DataRow(Status.XE_ESP_DIGEST_MISMATCH, false)]
        [DataRow(Status.XE_NO_DATA, false)]
        public void ANumberIsUsedUpOnceItsIcvHeldWhateverTheTextIs(int status, bool verified)
        {
            Bench bench = Bench.Started();
            bench.AddSession(bench.SecureTcp(PolicyFlags.SP_CHECK_REPLAY));
            bench.Packets.OpenResult = -status;
            bench.Packets.OpenVerified = verified;
            bench.Inbound.Handle(Bench.EspIn(Bench.LocalSpi, 7));
            bench.Inbound.Handle(Bench.EspIn(Bench.LocalSpi, 7));
            Assert.AreEqual(verified ? 1 : 2, bench.Packets.Opens);
            Assert.AreEqual(2, bench.Packets.Released);
        }

        [TestMethod]
        public void AForgeryMovesNoWindow()
        {
            Bench bench = WithSession(PolicyFlags.SP_CHECK_REPLAY, out IpsecSession session);
            bench.Packets.OpenResult = -Status.XE_ESP_DIGEST_MISMATCH;
            bench.Inbound.Handle(Bench.EspIn(Bench.LocalSpi, 1000000));
            bench.AssertDropped(Status.XE_ESP_DIGEST_MISMATCH, "forged");
            Assert.AreEqual(1, session.Inbound.Unverified);
            bench.Packets.OpenResult = 0;
            bench.Inbound.Handle(Bench.EspIn(Bench.LocalSpi, 1));
            Assert.AreEqual(1, bench.Packets.Delivered, "the true packet still gets in");
        }

        [TestMethod]
        public void WithoutReplayCheckNumbersMayRepeat()
        {
            Bench bench = WithSession(0, out IpsecSession session);
            bench.Inbound.Handle(Bench.EspIn(Bench.LocalSpi, 1));
            bench.Inbound.Handle(Bench.EspIn(Bench.LocalSpi, 1));
            Assert.AreEqual(2, bench.Packets.Delivered);
        }

        [TestMethod]
        public void TheHighHalfOfAnExtendedNumberGoesToTheIcv()
        {
            Bench bench = WithSession(PolicyFlags.SP_ESN, out IpsecSession session);
            session.Inbound.Window.Top = 0xfffffff0L;
            bench.Inbound.Handle(Bench.EspIn(Bench.LocalSpi, 3));
            Assert.AreEqual(1, bench.Packets.LastSequenceHigh);
            Assert.AreEqual(1, bench.Packets.Delivered);
            Assert.AreEqual(0x100000003L, session.Inbound.Window.Top);
        }

        // THREATS 33
        [TestMethod]
        public void EveryCodeOfOpenIsItsOwnCounter()
        {
            int[] codes = { Status.XE_ESP_DIGEST_MISMATCH, Status.XE_BAD_PAD_DATA, Status.XE_NO_DATA, Status.XE_SRC_OUT_OF_DATA, Status.XE_UNKNOWN_IP_PROTOCOL, Status.XE_EXPECTED_ESP_PROTO };
            for (int i = 0; i < codes.Length; i++)
            {
                Bench bench = WithSession(0, out IpsecSession session);
                bench.Packets.OpenResult = -codes[i];
                bench.Inbound.Handle(Bench.EspIn(Bench.LocalSpi, 1));
                bench.AssertDropped(codes[i], "open");
            }
        }

        // THREATS 33
        [TestMethod]
        public void ADummyIsCountedAndGoesNoFurther()
        {
            Bench bench = WithSession(PolicyFlags.SP_CHECK_REPLAY, out IpsecSession session);
            bench.Packets.Inner[PacketInfo.Next] = 59;
            bench.Inbound.Handle(Bench.EspIn(Bench.LocalSpi, 1));
            Assert.AreEqual(1, session.Inbound.Dummies);
            Assert.AreEqual(1, bench.Packets.Released);
            Assert.AreEqual(0, bench.Packets.Delivered);
            for (int i = 0; i < Status.Count; i++)
            {
                Assert.AreEqual(0, bench.Tally.Xe[i]);
            }
            bench.Inbound.Handle(Bench.EspIn(Bench.LocalSpi, 1));
            Assert.AreEqual(1, session.Inbound.Replayed, "a dummy's number counts as well");
        }

        // what arrived inside an SA for TCP between 10.0.0.77 and 10.0.0.78 (THREATS 35)
        [TestMethod]
        [DataRow("10.0.0.79", "10.0.0.77", 6)]
        [DataRow("10.0.0.78", "10.0.0.79", 6)]
        [DataRow("10.0.0.77", "10.0.0.78", 6)]
        [DataRow("10.0.0.78", "10.0.0.77", 17)]
        [DataRow("2001:db8::78", "2001:db8::77", 6)]
        public void AnInnerPacketOutsideTheSelectorsIsDropped(string source, string destination, int protocol)
        {
            Bench bench = WithSession(0, out IpsecSession session);
            bench.Packets.Inner = Bench.Info(PacketInfo.Inbound, source, destination, protocol, 1, 2);
            bench.Inbound.Handle(Bench.EspIn(Bench.LocalSpi, 1));
            bench.AssertDropped(Status.XE_INBOUND_POLICY_FAILURE, source);
            Assert.AreEqual(1, session.Inbound.Refused);
        }

        // THREATS 35
        [TestMethod]
        [DataRow(50)]
        [DataRow(51)]
        public void EspInEspIsDropped(int protocol)
        {
            Bench bench = Bench.Started();
            SecurityPolicy policy = bench.AddPolicy(PolicyAction.IPSEC_POLICY_SECURE_TRANSPORT, "any", "any", 0, 4, PolicyFlags.SP_PROTO_ESP);
            bench.AddSession(policy);
            bench.Packets.Inner = Bench.Info(PacketInfo.Inbound, "10.0.0.78", "10.0.0.77", protocol, -1, -1);
            bench.Inbound.Handle(Bench.EspIn(Bench.LocalSpi, 1));
            bench.AssertDropped(Status.XE_INBOUND_POLICY_FAILURE, "nested");
        }

        // THREATS 35
        [TestMethod]
        public void WhatAStrongerPolicyDropsOrBypassesMustNotComeSecured()
        {
            int[] actions = { PolicyAction.IPSEC_POLICY_DROP, PolicyAction.IPSEC_POLICY_BYPASS };
            for (int i = 0; i < actions.Length; i++)
            {
                Bench bench = WithSession(0, out IpsecSession session);
                bench.AddPolicy(actions[i], "10.0.0.77", "10.0.0.78,5001", 6, 1, 0);
                bench.Inbound.Handle(Bench.EspIn(Bench.LocalSpi, 1));
                bench.AssertDropped(Status.XE_INBOUND_UNEXPECTED_SECURED_PACKET, "action " + actions[i].ToString());
                bench.Packets.Inner[PacketInfo.SourcePort] = 5002;
                bench.Inbound.Handle(Bench.EspIn(Bench.LocalSpi, 2));
                Assert.AreEqual(1, bench.Packets.Delivered, "the rest passes");
            }
        }

        [TestMethod]
        public void AStoppedSaOpensNothing()
        {
            Bench bench = Bench.Started();
            SecurityPolicy policy = bench.SecureTcp(PolicyFlags.SP_KEYNEG_MANUAL);
            SaRequest request = Bench.Request();
            request.Manual = true;
            request.LifePackets = 2;
            IpsecSession session = bench.AddSession(policy, request);
            bench.Packets.Inner = Bench.TcpIn();
            for (int i = 1; i <= 4; i++)
            {
                bench.Inbound.Handle(Bench.EspIn(Bench.LocalSpi, i));
            }
            Assert.AreEqual(2, bench.Packets.Delivered);
            Assert.AreEqual(2, bench.Tally.Xe[Status.XE_BAD_SESS_ERR]);
            Assert.IsTrue(session.Inbound.Stopped);
        }

        [TestMethod]
        public void ASessionThatWasFlushedOpensNothing()
        {
            Bench bench = WithSession(0, out IpsecSession session);
            Assert.AreEqual(Status.XE_OK, bench.Admin.IPSecAdminFlushSAD());
            bench.Inbound.Handle(Bench.EspIn(Bench.LocalSpi, 1));
            bench.AssertDropped(Status.XE_SA_NOT_FOUND, "flushed");
        }
    }
}
