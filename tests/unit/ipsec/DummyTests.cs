using nanoFramework.TestFramework;
using NfIpsec.Base;
using NfIpsec.Ipsec.Management;
using NfIpsec.Ipsec.Message;
using NfIpsec.Ipsec.Policy;
using NfIpsec.Ipsec.Sa;
using NfIpsec.Native;

namespace NfIpsec.Tests.IpsecRoom
{
    /// <summary>Dummy packets (RFC 4303 2.6) and TFC padding (2.7) on the sending side.</summary>
    [TestClass]
    public class DummyTests
    {
        private const int Tunnel = PolicyAction.IPSEC_POLICY_SECURE_TUNNEL, Transport = PolicyAction.IPSEC_POLICY_SECURE_TRANSPORT;
        private const int Esp = PolicyFlags.SP_PROTO_ESP, Wanted = Esp | PolicyFlags.SP_TX_DUMMY_PKT;
        private const int LongestPause = Limits.MaxDummyPause * 1000;

        private static Bench With(int action, int flags, out IpsecSession session)
        {
            Bench bench = Bench.Started();
            SecurityPolicy policy = bench.AddPolicy(action, "10.0.0.77", "10.0.0.78", 0, 4, flags);
            session = bench.AddSession(policy);
            return bench;
        }

        // Time passes in steps of a second; how many packets went.
        private static int Run(Bench bench, int seconds)
        {
            int before = bench.Packets.Sent;
            for (int i = 0; i < seconds; i++)
            {
                bench.Clock.Time += 1000;
                bench.Dummies.Poll(bench.Clock.Time, 8);
            }
            return bench.Packets.Sent - before;
        }

        [TestMethod]
        public void TheyGoAfterPausesOfAtMostThirtySecondsAndOfEverySize()
        {
            Bench bench = With(Tunnel, Wanted, out IpsecSession session);
            bool[] sizes = new bool[Limits.MaxDummyPayload];
            int longest = 0;
            int shortest = LongestPause;
            for (int i = 1; i <= 400; i++)
            {
                int pause = (int)(bench.Dummies.Timers.NextDue - bench.Clock.Time);
                Assert.IsTrue(pause >= 0 && pause <= LongestPause, "pause of " + pause.ToString());
                longest = pause > longest ? pause : longest;
                shortest = pause < shortest ? pause : shortest;
                bench.Dummies.Poll(bench.Clock.Time + pause - 1, 8);
                Assert.AreEqual(i - 1, bench.Packets.Sent, "not before its time");
                bench.Clock.Time += pause;
                bench.Dummies.Poll(bench.Clock.Time, 1);
                Assert.AreEqual(i, bench.Packets.Sent);
                sizes[bench.Packets.LastAlloc - 20] = true;
            }
            Assert.IsTrue(longest > LongestPause * 9 / 10 && shortest < LongestPause / 10, "the whole span is used");
            for (int i = 0; i < sizes.Length; i++)
            {
                Assert.IsTrue(sizes[i], "payload of " + i.ToString());
            }
            Assert.AreEqual(400, session.Outbound.Dummies);
            Assert.AreEqual(400L, session.Outbound.Sequence, "each spends a sequence number");
            Assert.AreEqual(0L, session.Outbound.Packets, "and is no packet");
        }

        [TestMethod]
        [DataRow(Tunnel, Wanted, true, 0)]
        [DataRow(Tunnel, Esp, false, 0)]
        [DataRow(Transport, Wanted, false, Status.XE_SESS_UNAVL_FOR_DUMMY_TX)]
        [DataRow(Transport, Esp, false, 0)]
        public void OnlyAnEspTunnelThatIsAskedForThemSends(int action, int flags, bool sends, int counted)
        {
            Bench bench = With(action, flags, out IpsecSession session);
            Assert.AreEqual(sends, Run(bench, 120) > 0);
            Assert.AreEqual(counted == 0 ? 0 : 1, bench.Tally.Xe[Status.XE_SESS_UNAVL_FOR_DUMMY_TX]);
        }

        [TestMethod]
        public void AStoppedSessionSendsNoneAndSaysSo()
        {
            Bench bench = With(Tunnel, Wanted, out IpsecSession session);
            session.Outbound.Stopped = true;
            Assert.AreEqual(0, Run(bench, 120));
            Assert.IsTrue(bench.Tally.Xe[Status.XE_SESS_UNAVL_FOR_DUMMY_TX] > 0);
        }

        [TestMethod]
        public void ADeletedSessionsTimerEnds()
        {
            Bench bench = With(Tunnel, Wanted, out IpsecSession session);
            bench.Sad.Remove(session);
            Assert.AreEqual(0, Run(bench, 120));
            Assert.AreEqual(long.MaxValue, bench.Dummies.Timers.NextDue);
        }

        [TestMethod]
        public void WhileRekeyingTheNewSessionAloneSends()
        {
            Bench bench = With(Tunnel, Wanted, out IpsecSession session);
            SaRequest next = Bench.Request();
            next.InboundSpi++;
            IpsecSession newer = bench.AddSession(session.Policy, next);
            Assert.IsTrue(Run(bench, 200) > 0);
            Assert.AreEqual(0, session.Outbound.Dummies);
            Assert.IsTrue(newer.Outbound.Dummies > 0);
        }

        [TestMethod]
        public void AFullPoolCostsADummyAndNothingElse()
        {
            Bench bench = With(Tunnel, Wanted, out IpsecSession session);
            bench.Packets.AllocResult = -Status.XE_OUT_OF_PACKETS;
            Assert.AreEqual(0, Run(bench, 60));
            Assert.AreEqual(0L, session.Outbound.Sequence);
            bench.Packets.AllocResult = 0;
            bench.Packets.SealResult = -Status.XE_DST_OUT_OF_SPACE;
            int released = bench.Packets.Released;
            Assert.AreEqual(0, Run(bench, 60));
            Assert.IsTrue(bench.Packets.Released > released, "the buffer goes back");
            bench.Random.Broken = true;
            bench.Packets.SealResult = 0;
            Assert.AreEqual(0, Run(bench, 120), "no randomness, no dummy");
        }

        [TestMethod]
        public void TheNodeIsWokenForThem()
        {
            Assert.IsTrue(CryptoNative.Start() >= 0, "CryptoNative.Start");
            ScriptedPackets packets = new ScriptedPackets();
            packets.Interfaces = new int[][] { Bench.InterfaceWith("10.0.0.77", 24) };
            StillClock clock = new StillClock();
            NfIpsec.Ipsec.IpsecModule module = new NfIpsec.Ipsec.IpsecModule(packets, clock, new CountingRandom());
            module.Admin.IPSecInit();
            Assert.AreEqual(Status.XE_OK, module.Admin.IPSecAdminAddManualSA2(Tunnel, 0, "10.0.0.77", "10.0.0.78", "10.0.0.78", Wanted, 4, 12, 16, new byte[16], new byte[16],
                12, 32, new byte[32], new byte[32], 0x1001, 0x2001, 0, 0, out int spid), module.Admin.LastError);
            Assert.IsTrue(module.NextDue <= clock.Time + LongestPause);
            clock.Time = module.NextDue;
            module.Poll(clock.Time);
            Assert.AreEqual(1, packets.Sent);
        }

        // Length of the packet, MTU of the smaller interface; the most padding that may be asked for: a tunnel of AES-CBC and
        // HMAC-SHA-256-128 adds 77 at most.
        [TestMethod]
        [DataRow(100, 1500, 255)]
        [DataRow(1300, 1500, 123)]
        [DataRow(1422, 1500, 1)]
        [DataRow(1423, 1500, 0)]
        [DataRow(1500, 1500, 0)]
        [DataRow(1000, 1280, 203)]
        public void PaddingNeverMakesTwoPacketsOfOne(int length, int mtu, int most)
        {
            Bench bench = Bench.Started();
            bench.Packets.Interfaces[1][Base.Ports.InterfaceInfo.Mtu] = mtu;
            SecurityPolicy policy = bench.AddPolicy(Tunnel, "10.0.0.77", "10.0.0.78", 0, 4, Esp | PolicyFlags.SP_TX_TFC_PADDING);
            bench.AddSession(policy);
            Assert.AreEqual(77, policy.Protection.Overhead);
            int seen = 0;
            int[] info = bench.TcpOut(policy);
            info[Base.Ports.PacketInfo.Length] = length;
            for (int i = 0; i < 3000; i++)
            {
                bench.Outbound.Handle(info);
                seen = bench.Packets.LastTfc > seen ? bench.Packets.LastTfc : seen;
            }
            Assert.AreEqual(most, seen);
        }
    }
}
