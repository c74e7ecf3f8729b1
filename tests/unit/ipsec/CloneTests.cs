using nanoFramework.TestFramework;
using NfIpsec.Base;
using NfIpsec.Base.Bytes;
using NfIpsec.Base.Ports;
using NfIpsec.Ipsec.Management;
using NfIpsec.Ipsec.Message;
using NfIpsec.Ipsec.Policy;
using NfIpsec.Ipsec.Sa;

namespace NfIpsec.Tests.IpsecRoom
{
    /// <summary>Policies that take selectors from packets (RFC 4301 4.4.1.2): one policy and one pair of SAs for each flow.</summary>
    [TestClass]
    public class CloneTests
    {
        private const int Src = PolicyFlags.SP_CLONE_SRC, Dst = PolicyFlags.SP_CLONE_DST, Sport = PolicyFlags.SP_CLONE_SPORT;
        private const int Dport = PolicyFlags.SP_CLONE_DPORT, Proto = PolicyFlags.SP_CLONE_PROTO;

        private static Bench Listening()
        {
            Bench bench = Bench.Started();
            bench.Events.Open = true;
            return bench;
        }

        private static SecurityPolicy Pattern(Bench bench, int clone)
        {
            return bench.AddPolicy(PolicyAction.IPSEC_POLICY_SECURE_TUNNEL, "10.0.0.0/24", "192.168.0.0/16", 0, 4, PolicyFlags.SP_PROTO_ESP | clone);
        }

        private static int[] Flow(SecurityPolicy row, Bench bench, string source, string destination, int protocol, int sourcePort, int destinationPort)
        {
            int[] info = Bench.Info(PacketInfo.Outbound, source, destination, protocol, sourcePort, destinationPort);
            info[PacketInfo.Row] = row == null ? -1 : row.Slot;
            info[PacketInfo.Generation] = bench.Spd.Generation;
            return info;
        }

        // Clone flags; source, destination and protocol of the policy that a TCP packet from port 40000 to 5001 spawns.
        [TestMethod]
        [DataRow(Src, "10.0.0.7", "192.168.0.0/16", 0)]
        [DataRow(Dst, "10.0.0.0/24", "192.168.1.9", 0)]
        [DataRow(Src | Dst, "10.0.0.7", "192.168.1.9", 0)]
        [DataRow(Proto, "10.0.0.0/24", "192.168.0.0/16", 6)]
        [DataRow(Sport, "10.0.0.0/24,40000", "192.168.0.0/16", 6)]
        [DataRow(Dport, "10.0.0.0/24", "192.168.0.0/16,5001", 6)]
        [DataRow(Src | Dport, "10.0.0.7", "192.168.0.0/16,5001", 6)]
        [DataRow(Src | Dst | Sport | Dport | Proto, "10.0.0.7,40000", "192.168.1.9,5001", 6)]
        public void WhatIsTakenFromThePacketIsTheClonesTheRestIsThePatterns(int clone, string source, string destination, int protocol)
        {
            Bench bench = Listening();
            SecurityPolicy pattern = Pattern(bench, clone);
            bench.Outbound.Handle(Flow(pattern, bench, "10.0.0.7", "192.168.1.9", Bench.Tcp, 40000, 5001));
            Assert.AreEqual(2, bench.Spd.Count);
            SecurityPolicy made = bench.Spd.InOrder(0);
            Assert.AreEqual(pattern, made.Parent);
            Assert.AreEqual(source, made.Source.ToString());
            Assert.AreEqual(destination, made.Destination.ToString());
            Assert.AreEqual(protocol, made.Selector.Protocol);
            Assert.AreEqual(PolicyFlags.SP_PROTO_ESP, made.Flags);
            Assert.AreEqual(pattern.Remote, made.Remote);
            Assert.AreEqual(pattern.Local, made.Local);
            Assert.AreEqual(1, made.Protection.Held, "the packet waits for the keys");
            Assert.AreEqual(VerdictRow.Secure, bench.Packets.Rows[made.Slot][VerdictRow.Action]);
        }

        [TestMethod]
        [DataRow(Bench.Tcp, -1, -1, Sport, Status.XE_NO_DATA)]
        [DataRow(Bench.Tcp, 40000, -1, Dport, Status.XE_NO_DATA)]
        [DataRow(0, -1, -1, Proto, Status.XE_NO_DATA)]
        [DataRow(Bench.Udp, 0, 53, Sport, Status.XE_NO_DATA)]      // port 0 in a policy is any port
        [DataRow(Bench.Udp, 53, 0, Dport, Status.XE_NO_DATA)]
        [DataRow(47, -1, -1, Sport, Status.XE_OK)]
        [DataRow(Bench.Tcp, -1, -1, Src, Status.XE_OK)]
        public void AFragmentWithoutThePortsThatAreWantedIsDropped(int protocol, int sourcePort, int destinationPort, int clone, int expected)
        {
            Bench bench = Listening();
            SecurityPolicy pattern = Pattern(bench, clone);
            bench.Outbound.Handle(Flow(pattern, bench, "10.0.0.7", "192.168.1.9", protocol, sourcePort, destinationPort));
            Assert.AreEqual(expected == Status.XE_OK ? 2 : 1, bench.Spd.Count);
            if (expected != Status.XE_OK)
            {
                bench.AssertDropped(expected, "no ports");
            }
        }

        [TestMethod]
        public void EachFlowHasOneCloneAndOneAcquire()
        {
            Bench bench = Listening();
            SecurityPolicy pattern = Pattern(bench, Src);
            bench.Events.Take(new int[EventQueue.Words]);
            int[] seen = new int[EventQueue.Words];
            for (int i = 1; i <= 3; i++)
            {
                string source = "10.0.0." + i.ToString();
                // The first of the flow matches the pattern's row, the next one the clone's, one from before the clone is classified again.
                int[] late = Flow(pattern, bench, source, "192.168.1.9", Bench.Tcp, 3, 4);
                bench.Outbound.Handle(Flow(pattern, bench, source, "192.168.1.9", Bench.Tcp, 1, 2));
                SecurityPolicy made = bench.Spd.Classifier.Find(late, false);
                Assert.AreEqual(pattern, made.Parent);
                bench.Outbound.Handle(late);
                bench.Outbound.Handle(Flow(made, bench, source, "192.168.1.9", Bench.Udp, 5, 6));
                Assert.AreEqual(i + 1, bench.Spd.Count);
                Assert.IsTrue(bench.Events.Take(seen));
                Assert.AreEqual(MessageType.POLICY_ADDED, seen[EventQueue.Type]);
                Assert.AreEqual(made.Spid, seen[EventQueue.Spid]);
                Assert.AreEqual(pattern.Spid, seen[EventQueue.Detail]);
                Assert.IsTrue(bench.Events.Take(seen));
                Assert.AreEqual(MessageType.ACQUIRE, seen[EventQueue.Type]);
                Assert.AreEqual(made.Spid, seen[EventQueue.Spid]);
                Assert.AreEqual(pattern.Spid, seen[EventQueue.Detail]);
                Assert.IsFalse(bench.Events.Take(seen), "one ACQUIRE a flow");
            }
            Assert.IsFalse(pattern.Protection.Acquiring);
            Assert.AreEqual(3, pattern.CloneCount);
        }

        [TestMethod]
        public void ACloneHasKeysOfItsOwnAndItsPatternNone()
        {
            Bench bench = Listening();
            SecurityPolicy pattern = Pattern(bench, Src);
            bench.Outbound.Handle(Flow(pattern, bench, "10.0.0.1", "192.168.1.9", Bench.Tcp, 1, 2));
            SecurityPolicy made = bench.Spd.InOrder(0);
            bench.AddSession(made);
            Assert.IsNull(pattern.Session);
            bench.Outbound.Handle(Flow(made, bench, "10.0.0.1", "192.168.1.9", Bench.Tcp, 1, 2));
            Assert.AreEqual(1, bench.Packets.Sent);
            int[] other = Flow(null, bench, "10.0.0.2", "192.168.1.9", Bench.Tcp, 1, 2);
            bench.Outbound.Handle(other);
            Assert.AreEqual(1, bench.Packets.Sent, "another flow does not use them");
            Assert.AreEqual(2, pattern.CloneCount);
        }

        [TestMethod]
        public void AClonePrecedesItsPatternButNotWhatPrecededThat()
        {
            Bench bench = Listening();
            SecurityPolicy older = bench.AddPolicy(PolicyAction.IPSEC_POLICY_DROP, "any", "192.168.1.1", 0, 4, 0);
            SecurityPolicy pattern = Pattern(bench, Src);
            SecurityPolicy younger = bench.AddPolicy(PolicyAction.IPSEC_POLICY_BYPASS, "10.0.0.0/24", "192.168.1.2", 0, 4, 0);
            bench.Outbound.Handle(Flow(pattern, bench, "10.0.0.1", "192.168.1.9", Bench.Tcp, 1, 2));
            Assert.AreEqual(older, bench.Spd.InOrder(0));
            Assert.AreEqual(pattern, bench.Spd.InOrder(1).Parent);
            Assert.AreEqual(pattern, bench.Spd.InOrder(2));
            Assert.AreEqual(younger, bench.Spd.InOrder(3));
            Assert.IsTrue(bench.Spd.InOrder(1).Shadowed, "what the older one forbids stays forbidden when it comes protected");
            SecurityPolicy found = bench.Spd.Classifier.Find(Flow(null, bench, "10.0.0.1", "192.168.1.1", Bench.Tcp, 1, 2), false);
            Assert.AreEqual(older, found);
        }

        [TestMethod]
        public void APatternHasSoManyClonesAndNoMore()
        {
            Bench bench = Listening();
            SecurityPolicy pattern = Pattern(bench, Src | Sport);
            for (int i = 0; i < Limits.MaxClones; i++)
            {
                Assert.IsNotNull(bench.Clones.Spawn(pattern, Flow(pattern, bench, "10.0.0.1", "192.168.1.9", Bench.Tcp, 1000 + i, 2), out int status));
            }
            bench.Outbound.Handle(Flow(pattern, bench, "10.0.0.1", "192.168.1.9", Bench.Tcp, 999, 2));
            bench.AssertDropped(Status.XE_OUT_OF_POLICIES, "one flow too many");
            Assert.AreEqual(Limits.MaxClones, pattern.CloneCount);
            Assert.AreEqual(Status.XE_OK, bench.Databases.RemovePolicy(bench.Spd.InOrder(0)));
            Assert.AreEqual(Limits.MaxClones - 1, pattern.CloneCount);
            bench.Outbound.Handle(Flow(pattern, bench, "10.0.0.1", "192.168.1.9", Bench.Tcp, 999, 2));
            Assert.AreEqual(Limits.MaxClones, pattern.CloneCount, "a place that is free again is used");
        }

        [TestMethod]
        public void ACloneThatNothingPassesGoesAndOneInUseStays()
        {
            Bench bench = Listening();
            SecurityPolicy pattern = Pattern(bench, Src);
            SecurityPolicy used = bench.Clones.Spawn(pattern, Flow(pattern, bench, "10.0.0.1", "192.168.1.9", Bench.Tcp, 1, 2), out int status);
            SecurityPolicy idle = bench.Clones.Spawn(pattern, Flow(pattern, bench, "10.0.0.2", "192.168.1.9", Bench.Tcp, 1, 2), out status);
            IpsecSession session = bench.AddSession(used);
            SaRequest second = Bench.Request();
            second.InboundSpi++;
            bench.AddSession(idle, second);
            bench.Databases.ExpireClones(bench.Clock.Time + Limits.CloneIdleMs - 1, 10);
            Assert.AreEqual(2, pattern.CloneCount);
            for (int i = 0; i < 3; i++)
            {
                session.Outbound.Packets++;
                bench.Clock.Time += Limits.CloneIdleMs;
                bench.Databases.ExpireClones(bench.Clock.Time, 10);
                Assert.AreEqual(1, pattern.CloneCount);
                Assert.IsNotNull(bench.Spd.Find(used.Spid));
            }
            Assert.AreEqual(1, bench.Sad.Count, "the idle one's keys went with it");
            bench.Packets.CommitResult = -Status.XE_NOMEM;
            bench.Clock.Time += Limits.CloneIdleMs;
            bench.Databases.ExpireClones(bench.Clock.Time, 10);
            Assert.AreEqual(1, pattern.CloneCount, "a swap that is refused is tried again later");
            bench.Packets.CommitResult = 0;
            bench.Clock.Time += Limits.CloneIdleMs;
            bench.Databases.ExpireClones(bench.Clock.Time, 10);
            Assert.AreEqual(0, pattern.CloneCount);
            Assert.AreEqual(long.MaxValue, bench.Clones.Timers.NextDue);
            Assert.AreEqual(0, bench.Packets.LiveTransforms);
        }

        [TestMethod]
        public void ClonesOfAllPatternsLeaveRoomForPolicies()
        {
            Bench bench = Listening();
            SecurityPolicy[] patterns = new SecurityPolicy[Limits.MaxPolicies / Limits.MaxClones + 1];
            for (int i = 0; i < patterns.Length; i++)
            {
                patterns[i] = bench.AddPolicy(PolicyAction.IPSEC_POLICY_SECURE_TUNNEL, "10.0." + i.ToString() + ".0/24", "192.168.0.0/16", 0, 4, PolicyFlags.SP_PROTO_ESP | Sport);
            }
            int status = Status.XE_OK;
            for (int i = 0; i < patterns.Length * Limits.MaxClones; i++)
            {
                bench.Clones.Spawn(patterns[i / Limits.MaxClones], Flow(null, bench, "10.0.0.1", "192.168.1.9", Bench.Tcp, 1 + i, 2), out status);
            }
            Assert.AreEqual(Status.XE_OUT_OF_POLICIES, status);
            Assert.IsTrue(bench.Spd.Count == Limits.MaxPolicies - Limits.KeptFromClones);
            for (int i = 0; i < Limits.KeptFromClones; i++)
            {
                bench.AddPolicy(PolicyAction.IPSEC_POLICY_BYPASS, "10.9.9." + i.ToString(), "any", 0, 2, 0);
            }
        }

        // Who makes up flows that never get keys holds the pattern's places no longer than an ACQUIRE stands.
        [TestMethod]
        public void ACloneThatGetsNoKeysGoesSoon()
        {
            Bench bench = Listening();
            SecurityPolicy pattern = Pattern(bench, Src);
            bench.Outbound.Handle(Flow(pattern, bench, "10.0.0.1", "192.168.1.9", Bench.Tcp, 1, 2));
            SecurityPolicy made = bench.Spd.InOrder(0);
            bench.Clock.Time += Limits.AcquireMs;
            bench.Databases.ExpireClones(bench.Clock.Time, 10);
            Assert.AreEqual(1, pattern.CloneCount, "it waits for keys");
            bench.Databases.GiveUp(made);
            bench.Clock.Time += Limits.AcquireMs;
            bench.Databases.ExpireClones(bench.Clock.Time, 10);
            Assert.AreEqual(0, pattern.CloneCount);
        }

        [TestMethod]
        public void ClonesGoWithTheirPatternInOneSwap()
        {
            Bench bench = Listening();
            SecurityPolicy pattern = Pattern(bench, Src);
            SecurityPolicy other = bench.SecureTcp(0);
            for (int i = 1; i <= 3; i++)
            {
                SecurityPolicy made = bench.Clones.Spawn(pattern, Flow(pattern, bench, "10.0.0." + i.ToString(), "192.168.1.9", Bench.Tcp, 1, 2), out int status);
                SaRequest request = Bench.Request();
                request.InboundSpi += i;
                bench.AddSession(made, request);
            }
            bench.Packets.CommitResult = -Status.XE_NOMEM;
            Assert.AreEqual(Status.XE_NOMEM, bench.Databases.RemovePolicy(pattern));
            Assert.AreEqual(5, bench.Spd.Count);
            Assert.AreEqual(3, bench.Sad.Count);
            bench.Packets.CommitResult = 0;
            int commits = bench.Packets.Commits;
            Assert.AreEqual(Status.XE_OK, bench.Databases.RemovePolicy(pattern));
            Assert.AreEqual(commits + 1, bench.Packets.Commits);
            Assert.AreEqual(1, bench.Spd.Count);
            Assert.AreEqual(other, bench.Spd.InOrder(0));
            Assert.AreEqual(1, bench.Packets.RowCount());
            Assert.AreEqual(0, bench.Sad.Count);
            Assert.AreEqual(long.MaxValue, bench.Clones.Timers.NextDue);
        }

        [TestMethod]
        public void DeletingThePatternsKeysDeletesThoseOfItsClones()
        {
            Bench bench = Listening();
            SecurityPolicy pattern = Pattern(bench, Src);
            SecurityPolicy made = bench.Clones.Spawn(pattern, Flow(pattern, bench, "10.0.0.1", "192.168.1.9", Bench.Tcp, 1, 2), out int status);
            bench.AddSession(made);
            Assert.AreEqual(Status.XE_OK, bench.Admin.IPSecAdminDeleteSABySelectors("10.0.0.0/24", "192.168.0.0/16", 0));
            Assert.AreEqual(0, bench.Sad.Count);
            Assert.IsNotNull(bench.Spd.Find(made.Spid));
        }

        [TestMethod]
        public void WithoutAKeyDaemonNothingIsSpawned()
        {
            Bench bench = Bench.Started();
            SecurityPolicy pattern = Pattern(bench, Src);
            bench.Outbound.Handle(Flow(pattern, bench, "10.0.0.1", "192.168.1.9", Bench.Tcp, 1, 2));
            bench.AssertDropped(Status.XE_SA_NOT_FOUND, "nobody listens");
            Assert.AreEqual(1, bench.Spd.Count);
        }

        [TestMethod]
        public void AUsersPolicyMayHaveTheSelectorsOfAClone()
        {
            Bench bench = Listening();
            SecurityPolicy pattern = Pattern(bench, Src | Dst);
            bench.Clones.Spawn(pattern, Flow(pattern, bench, "10.0.0.1", "192.168.1.9", Bench.Tcp, 1, 2), out int status);
            SecurityPolicy own = bench.AddPolicy(PolicyAction.IPSEC_POLICY_DROP, "10.0.0.1", "192.168.1.9", 0, 4, 0);
            Assert.AreEqual(own, bench.Spd.FindSame(own.Selector));
        }

        [TestMethod]
        public void KeysByHandAndCloningExcludeEachOther()
        {
            Bench bench = Listening();
            int spid = 0;
            int flags = PolicyFlags.SP_PROTO_ESP | Src;
            Assert.AreEqual(Status.XE_BAD_PARAM, bench.Admin.IPSecAdminAddPolicy(PolicyAction.IPSEC_POLICY_SECURE_TRANSPORT, 0, "any", "any", "10.0.0.78",
                flags | PolicyFlags.SP_KEYNEG_MANUAL, 4, ref spid));
            Assert.IsTrue(bench.Admin.LastError.IndexOf("SP_KEYNEG_MANUAL") >= 0, bench.Admin.LastError);
            Assert.AreEqual(Status.XE_BAD_PARAM, bench.Admin.IPSecAdminAddPolicy(PolicyAction.IPSEC_POLICY_BYPASS, 0, "any", "any", null, Src, 4, ref spid));
            Assert.AreEqual(Status.XE_OK, bench.Admin.IPSecAdminAddPolicy(PolicyAction.IPSEC_POLICY_SECURE_TRANSPORT, 0, "any", "any", "10.0.0.78", flags, 4, ref spid));
            Assert.AreEqual(Status.XE_BAD_PARAM, bench.Admin.IPSecMgmtAddSA(spid, 12, 16, new byte[16], new byte[16], 12, 32, new byte[32], new byte[32], 0x1001, 0x2001, 0, 0));
            Assert.IsTrue(bench.Admin.LastError.IndexOf("takes selectors from packets") >= 0, bench.Admin.LastError);
        }

        // The responder's way: selectors a peer asked for. Source, destination and protocol asked; the status, and the clone's ends.
        [TestMethod]
        [DataRow(Src, "10.0.0.7", "192.168.0.0/16", 0, Status.XE_OK, "10.0.0.7", "192.168.0.0/16")]
        [DataRow(Src, "10.0.0.7", "192.168.1.9", 6, Status.XE_OK, "10.0.0.7", "192.168.0.0/16")]
        [DataRow(Src | Dst, "10.0.0.7", "192.168.0.0/16", 0, Status.XE_BAD_ADDR_RANGE, "", "")]
        [DataRow(Src, "10.0.0.0/25", "192.168.0.0/16", 0, Status.XE_BAD_ADDR_RANGE, "", "")]
        [DataRow(Src, "10.0.1.7", "192.168.0.0/16", 0, Status.XE_BAD_ADDR_RANGE, "", "")]
        [DataRow(Src, "2001:db8::1", "2001:db8::2", 0, Status.XE_BAD_ADDR_RANGE, "", "")]
        [DataRow(Dport, "10.0.0.0/24", "192.168.0.0/16,5001", 6, Status.XE_OK, "10.0.0.0/24", "192.168.0.0/16,5001")]
        [DataRow(Dport, "10.0.0.0/24", "192.168.0.0/16", 6, Status.XE_NO_DATA, "", "")]
        [DataRow(Proto, "10.0.0.0/24", "192.168.0.0/16", 0, Status.XE_NO_DATA, "", "")]
        public void APeersSelectorsMakeAClone(int clone, string source, string destination, int protocol, int expected, string cloneSource, string cloneDestination)
        {
            Bench bench = Listening();
            SecurityPolicy pattern = Pattern(bench, clone);
            for (int i = 0; i < 2; i++)
            {
                SecurityPolicy made = bench.Databases.ClonePolicy(pattern, Bench.Id(source, protocol), Bench.Id(destination, protocol), null, null, false, out int status);
                Assert.AreEqual(expected, status);
                Assert.AreEqual(expected == Status.XE_OK ? 2 : 1, bench.Spd.Count, "asked twice it is the same one");
                if (made != null)
                {
                    Assert.AreEqual(cloneSource, made.Source.ToString());
                    Assert.AreEqual(cloneDestination, made.Destination.ToString());
                }
            }
        }
    }
}
