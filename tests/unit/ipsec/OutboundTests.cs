using nanoFramework.TestFramework;
using NfIpsec.Base;
using NfIpsec.Base.Ports;
using NfIpsec.Ipsec.Management;
using NfIpsec.Ipsec.Message;
using NfIpsec.Ipsec.Policy;
using NfIpsec.Ipsec.Sa;

namespace NfIpsec.Tests.IpsecRoom
{
    [TestClass]
    public class OutboundTests
    {
        [TestMethod]
        public void AnEstablishedPacketIsSealedAndSentInTwoCalls()
        {
            Bench bench = Bench.Started();
            SecurityPolicy policy = bench.SecureTcp(0);
            SecurityAssociation sa = bench.AddSession(policy).Outbound;
            for (int i = 1; i <= 3; i++)
            {
                bench.Packets.Calls = 0;
                bench.Outbound.Handle(bench.TcpOut(policy));
                Assert.AreEqual(2, bench.Packets.Calls);
                Assert.AreEqual(i, bench.Packets.LastSequenceLow, "the first number is 1");
                Assert.AreEqual(0, bench.Packets.LastSequenceHigh);
                Assert.AreEqual(sa.Transform, bench.Packets.LastTransform);
                Assert.AreEqual(i, bench.Packets.Sent);
            }
            Assert.AreEqual(3L, sa.Packets);
            Assert.AreEqual(300L, sa.Bytes);
            Assert.AreEqual(3, bench.Tally.Xe[Status.XE_OK]);
        }

        // THREATS 42
        [TestMethod]
        public void WithoutPolicyThePacketIsDropped()
        {
            Bench bench = Bench.Started();
            bench.Outbound.Handle(bench.TcpOut(null));
            bench.AssertDropped(Status.XE_POLICY_NOT_FOUND, "empty SPD");
        }

        [TestMethod]
        public void WithoutSaAManualPolicyDrops()
        {
            Bench bench = Bench.Started();
            SecurityPolicy policy = bench.SecureTcp(PolicyFlags.SP_KEYNEG_MANUAL);
            Assert.AreEqual(Status.XE_OK, Register(bench, new EventLog()));
            bench.Outbound.Handle(bench.TcpOut(policy));
            bench.AssertDropped(Status.XE_SA_NOT_FOUND, "manual");
        }

        [TestMethod]
        public void WithoutKeyDaemonAPolicyDrops()
        {
            Bench bench = Bench.Started();
            bench.Outbound.Handle(bench.TcpOut(bench.SecureTcp(0)));
            bench.AssertDropped(Status.XE_SA_NOT_FOUND, "nobody to ask");
        }

        [TestMethod]
        public void ARefusedSealIsCountedUnderItsCodeAndTheNumberIsSpent()
        {
            int[] codes = { Status.XE_DST_OUT_OF_SPACE, Status.XE_NO_DATA, Status.XE_MTU_EXCEEDED };
            for (int i = 0; i < codes.Length; i++)
            {
                Bench bench = Bench.Started();
                SecurityPolicy policy = bench.SecureTcp(0);
                SecurityAssociation sa = bench.AddSession(policy).Outbound;
                bench.Packets.SealResult = -codes[i];
                bench.Outbound.Handle(bench.TcpOut(policy));
                bench.AssertDropped(codes[i], "seal");
                Assert.AreEqual(1L, sa.Sequence);
                Assert.AreEqual(0L, sa.Packets);
            }
        }

        [TestMethod]
        public void ANativeFaultIsCountedAsTheSessions()
        {
            Bench bench = Bench.Started();
            SecurityPolicy policy = bench.SecureTcp(0);
            bench.AddSession(policy);
            bench.Packets.SealResult = -Status.NFI_NO_RANDOM;
            bench.Outbound.Handle(bench.TcpOut(policy));
            bench.AssertDropped(Status.XE_BAD_SESS_ERR, "fault");
        }

        // THREATS 42
        [TestMethod]
        public void APacketOfAnOlderTableIsClassifiedAgain()
        {
            Bench bench = Bench.Started();
            SecurityPolicy policy = bench.SecureTcp(0);
            bench.AddSession(policy);
            int[] stale = bench.TcpOut(policy);
            bench.AddPolicy(PolicyAction.IPSEC_POLICY_DROP, "any", "any", 0, 1, 0);
            bench.Outbound.Handle(stale);
            Assert.AreEqual(0, bench.Packets.Sent, "now a stronger policy drops it");
            Assert.AreEqual(1, bench.Packets.Released);
            Assert.AreEqual(0, bench.Packets.Seals);
        }

        [TestMethod]
        public void APacketOfAnOlderTableDoesNotLeaveByABypassThatIsHeld()
        {
            Bench bench = Bench.Started();
            int[] stale = bench.TcpOut(null);
            bench.Admin.HoldClear();
            bench.AddPolicy(PolicyAction.IPSEC_POLICY_BYPASS, "any", "any", 0, 7, 0);
            bench.Outbound.Handle(stale);
            Assert.AreEqual(0, bench.Packets.Sent);
            Assert.AreEqual(1, bench.Packets.Released);
            Assert.AreEqual(Status.XE_OK, bench.Admin.ReleaseClear());
            bench.Outbound.Handle(stale);
            Assert.AreEqual(1, bench.Packets.Sent);
        }

        [TestMethod]
        public void APieceOfAnOlderTableDoesNotLeaveByABypassOfWhatShowsNoPorts()
        {
            Bench bench = Bench.Started();
            int[] stale = bench.TcpOut(null);
            stale[PacketInfo.Flags] = PacketInfo.FlagFragment | PacketInfo.FlagForwarded;
            stale[PacketInfo.SourcePort] = stale[PacketInfo.DestinationPort] = -1;
            bench.AddPolicy(PolicyAction.IPSEC_POLICY_BYPASS, "any", "any", 0, 7, 0);
            bench.Outbound.Handle(stale);
            bench.AssertDropped(Status.XE_POLICY_NOT_FOUND, "piece");
        }

        [TestMethod]
        public void APacketOfADeletedPolicyIsDropped()
        {
            Bench bench = Bench.Started();
            SecurityPolicy policy = bench.SecureTcp(0);
            bench.AddSession(policy);
            int[] stale = bench.TcpOut(policy);
            Assert.AreEqual(Status.XE_OK, bench.Admin.IPSecAdminFlushAll());
            bench.Outbound.Handle(stale);
            bench.AssertDropped(Status.XE_POLICY_NOT_FOUND, "flushed");
        }

        [TestMethod]
        public void ARowNumberOutsideTheTableIsNotFollowed()
        {
            int[] rows = { -5, Limits.MaxPolicies, int.MaxValue };
            for (int i = 0; i < rows.Length; i++)
            {
                Bench bench = Bench.Started();
                int[] info = bench.TcpOut(null);
                info[PacketInfo.Row] = rows[i];
                bench.Outbound.Handle(info);
                bench.AssertDropped(Status.XE_POLICY_NOT_FOUND, "row " + rows[i].ToString());
            }
        }

        // THREATS 34
        [TestMethod]
        public void SequenceNumbersNeverWrap()
        {
            Bench bench = Bench.Started();
            SecurityPolicy policy = bench.SecureTcp(PolicyFlags.SP_KEYNEG_MANUAL);
            SaRequest request = Bench.Request();
            request.Manual = true;
            SecurityAssociation sa = bench.AddSession(policy, request).Outbound;
            sa.Sequence = Lifetime.LastSequence - 1;
            bench.Outbound.Handle(bench.TcpOut(policy));
            Assert.AreEqual(1, bench.Packets.Sent, "the last number is used");
            Assert.AreEqual(-1, bench.Packets.LastSequenceLow);
            bench.Outbound.Handle(bench.TcpOut(policy));
            bench.Outbound.Handle(bench.TcpOut(policy));
            Assert.AreEqual(1, bench.Packets.Seals);
            Assert.AreEqual(1, bench.Tally.Xe[Status.XE_BAD_SEQUENCE_NUMBER]);
            Assert.AreEqual(1, bench.Tally.Xe[Status.XE_BAD_SESS_ERR], "stopped from then on");
            Assert.IsTrue(sa.Stopped);
        }

        [TestMethod]
        public void ExtendedNumbersGoOnInTheHighHalf()
        {
            Bench bench = Bench.Started();
            SecurityPolicy policy = bench.SecureTcp(PolicyFlags.SP_ESN);
            SecurityAssociation sa = bench.AddSession(policy).Outbound;
            sa.Sequence = Lifetime.LastSequence;
            bench.Outbound.Handle(bench.TcpOut(policy));
            Assert.AreEqual(1, bench.Packets.LastSequenceHigh);
            Assert.AreEqual(0, bench.Packets.LastSequenceLow);
            Assert.AreEqual(1, bench.Packets.Sent);
        }

        [TestMethod]
        public void APacketWaitsForItsSaAndIsSentWhenItIsUp()
        {
            Bench bench = Bench.Started();
            EventLog log = new EventLog();
            Assert.AreEqual(Status.XE_OK, Register(bench, log));
            SecurityPolicy policy = bench.SecureTcp(0);
            for (int i = 0; i < Limits.MaxHeldPerPolicy + 1; i++)
            {
                int[] info = bench.TcpOut(policy);
                info[PacketInfo.Slot] = 10 + i;
                bench.Packets.SetDescription(10 + i, info);
                bench.Outbound.Handle(info);
            }
            bench.AssertDropped(Status.XE_KEYNEG_INPROGRESS, "one too many");
            bench.Messages.Deliver(10);
            Assert.AreEqual(2, log.Count, "one event for the policy, one ACQUIRE for all the packets");
            Assert.AreEqual(MessageType.ACQUIRE, log.TypeOf(1));
            bench.AddSession(policy);
            Assert.AreEqual(Limits.MaxHeldPerPolicy, bench.Packets.Sent);
            Assert.AreEqual(0, bench.Waiting.Count);
            Assert.AreEqual(long.MaxValue, bench.Waiting.Timers.NextDue);
        }

        [TestMethod]
        public void WhatWaitsTooLongIsDroppedAndTheNextPacketAsksAgain()
        {
            Bench bench = Bench.Started();
            Assert.AreEqual(Status.XE_OK, Register(bench, new EventLog()));
            SecurityPolicy policy = bench.SecureTcp(0);
            bench.Outbound.Handle(bench.TcpOut(policy));
            Assert.AreEqual(1, bench.Waiting.Count);
            bench.Waiting.Poll(bench.Clock.Time + Limits.AcquireMs - 1, 8);
            Assert.AreEqual(1, bench.Waiting.Count);
            bench.Waiting.Poll(bench.Clock.Time + Limits.AcquireMs, 8);
            bench.AssertDropped(Status.XE_SA_NOT_FOUND, "timed out");
            Assert.IsFalse(policy.Protection.Acquiring);
            bench.Outbound.Handle(bench.TcpOut(policy));
            Assert.IsTrue(policy.Protection.Acquiring);
        }

        [TestMethod]
        public void ADeletedPolicyReleasesWhatItHeld()
        {
            Bench bench = Bench.Started();
            Assert.AreEqual(Status.XE_OK, Register(bench, new EventLog()));
            SecurityPolicy policy = bench.SecureTcp(0);
            bench.Outbound.Handle(bench.TcpOut(policy));
            Assert.AreEqual(Status.XE_OK, bench.Databases.RemovePolicy(policy));
            bench.AssertDropped(Status.XE_SA_NOT_FOUND, "policy gone");
            Assert.AreEqual(0, bench.Waiting.Count);
            Assert.AreEqual(0, bench.Waiting.Timers.Count);
        }

        [TestMethod]
        public void TfcPaddingIsAskedForOnlyWithItsFlag()
        {
            Bench bench = Bench.Started();
            SecurityPolicy policy = bench.SecureTcp(PolicyFlags.SP_TX_TFC_PADDING);
            bench.AddSession(policy);
            int most = 0;
            for (int i = 0; i < 200; i++)
            {
                bench.Outbound.Handle(bench.TcpOut(policy));
                Assert.IsTrue(bench.Packets.LastTfc >= 0 && bench.Packets.LastTfc < Limits.MaxTfcPadding);
                most = bench.Packets.LastTfc > most ? bench.Packets.LastTfc : most;
            }
            Assert.IsTrue(most > 100);
            bench = Bench.Started();
            policy = bench.SecureTcp(0);
            bench.AddSession(policy);
            bench.Outbound.Handle(bench.TcpOut(policy));
            Assert.AreEqual(0, bench.Packets.LastTfc);
        }

#if NF_HOST
        [TestMethod]
        public void AnEstablishedPacketAllocatesNothing()
        {
            Bench bench = Bench.Started();
            SecurityPolicy policy = bench.SecureTcp(PolicyFlags.SP_CHECK_REPLAY);
            bench.AddSession(policy);
            int[] outbound = bench.TcpOut(policy);
            int[] inner = Bench.TcpIn();
            bench.Packets.Inner = inner;
            int[] inbound = Bench.EspIn(Bench.LocalSpi, 0);
            long before = 0;
            for (int i = 1; i <= 2000; i++)
            {
                if (i == 1000)
                {
                    before = System.GC.GetAllocatedBytesForCurrentThread();
                }
                bench.Outbound.Handle(outbound);
                inbound[PacketInfo.Spi] = Bench.LocalSpi;
                inbound[PacketInfo.Protocol] = 50;
                inbound[PacketInfo.Sequence] = i;
                inner[PacketInfo.Sequence] = i;
                bench.Inbound.Handle(inbound);
            }
            Assert.AreEqual(0L, System.GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.AreEqual(4000, bench.Tally.Xe[Status.XE_OK]);
        }
#endif

        private static int Register(Bench bench, MessageReceiver receiver)
        {
            byte[] request = new byte[MessageHeader.Size];
            byte[] reply = new byte[Limits.MaxMessage];
            MessageHeader.Write(request, MessageType.APP_REGISTER, MessageHeader.Ike, MessageHeader.Ipsec, 1, 0, 0);
            bench.Messages.Send(request, request.Length, reply, receiver);
            return MessageHeader.Read16(reply, MessageHeader.Status);
        }
    }
}
