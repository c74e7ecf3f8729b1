using nanoFramework.TestFramework;
using NfIpsec.Base;
using NfIpsec.Base.Ports;
using NfIpsec.Ipsec.Engine;
using NfIpsec.Ipsec.Management;
using NfIpsec.Ipsec.Message;
using NfIpsec.Ipsec.Policy;
using NfIpsec.Native;

namespace NfIpsec.Tests.IpsecRoom
{
    /// <summary>The tuple-space search against a plain walk over all policies in match order.</summary>
    [TestClass]
    public class ClassifierTests
    {
        private static readonly string[] s_addresses =
        {
            "any", "10.0.0.0/8", "10.0.0.0/24", "10.0.0.1", "10.0.0.2", "10.0.1.0/24", "10.0.0.1-10.0.0.6", "10.0.0.200-10.0.1.5", "127.255.255.255-128.0.0.1",
            "any6", "2001:db8::/32", "2001:db8::1", "2001:db8::5-2001:db8:1::", "2001:db8:0:0:8000::/65"
        };

        private static readonly string[] s_packets =
        {
            "10.0.0.1", "10.0.0.2", "10.0.0.6", "10.0.0.7", "10.0.0.255", "10.0.1.0", "10.0.1.9", "10.9.9.9", "128.0.0.0", "192.0.2.1",
            "2001:db8::1", "2001:db8::5", "2001:db8::8000:0:0:1", "2001:db9::", "::1"
        };

        private static int s_seed;

        private static int Next(int bound)
        {
            s_seed = s_seed * 1103515245 + 12345;
            return ((s_seed >> 16) & 0x7fff) % bound;
        }

        private static string Identity(int family)
        {
            string text = s_addresses[family == 4 ? Next(9) : 9 + Next(5)];
            return Next(3) == 0 ? text + "," + (1 + Next(2)).ToString() : text;
        }

        private static SecurityPolicy RandomPolicy()
        {
            int family = Next(3) == 0 ? 6 : 4;
            int[] protocols = { 0, 6, 17, 1 };
            int protocol = protocols[Next(4)];
            int[] clones = { PolicyFlags.SP_CLONE_SRC, PolicyFlags.SP_CLONE_DST | PolicyFlags.SP_CLONE_DPORT, PolicyFlags.SP_CLONE_SPORT, PolicyFlags.SP_CLONE_PROTO };
            bool pattern = Next(3) == 0;
            return new SecurityPolicy(pattern ? PolicyAction.IPSEC_POLICY_SECURE_TRANSPORT : 1 + Next(2), Bench.Id(Identity(family), protocol),
                Bench.Id(Identity(family), protocol), Next(4) == 0 ? 1 + Next(2) : 0, null, pattern ? clones[Next(4)] : 0, 1 + Next(7));
        }

        // A pattern spawns for what matches it among some packets.
        private static void Add(Spd spd, SecurityPolicy policy)
        {
            Clones clones = new Clones(spd, new EventQueue(), new StillClock());
            if (spd.Add(policy, 0) != Status.XE_OK)      // a twin is refused, which is as good
            {
                return;
            }
            for (int i = 0; policy.IsPattern && i < 30; i++)
            {
                int[] info = RandomPacket();
                if (policy.Selector.MatchesOutbound(info))
                {
                    clones.Spawn(policy, info, out int status);
                }
            }
        }

        private static void Remove(Spd spd, int index)
        {
            Assert.IsTrue(spd.Remove(spd.InOrder(index), new SecurityPolicy[Limits.MaxPolicies]) > 0);
        }

        private static int[] RandomPacket()
        {
            int six = Next(3) == 0 ? 1 : 0;
            int[] protocols = { 6, 17, 1, 50 };
            string from = s_packets[six == 1 ? 10 + Next(5) : Next(10)];
            string to = s_packets[six == 1 ? 10 + Next(5) : Next(10)];
            int[] info = Bench.Info(PacketInfo.Outbound, from, to, protocols[Next(4)], Next(4) - 1, Next(4) - 1);
            info[PacketInfo.Domain] = 1 + Next(2);
            return info;
        }

        private static SecurityPolicy Walk(Spd spd, int[] info, bool inbound)
        {
            for (int i = 0; i < spd.Count; i++)
            {
                Selector selector = spd.InOrder(i).Selector;
                if (inbound ? selector.MatchesInbound(info) : selector.MatchesOutbound(info))
                {
                    return spd.InOrder(i);
                }
            }
            return null;
        }

        private static void Compare(Spd spd, int packets)
        {
            for (int i = 0; i < packets; i++)
            {
                int[] info = RandomPacket();
                bool inbound = Next(2) == 0;
                SecurityPolicy expected = Walk(spd, info, inbound);
                SecurityPolicy actual = spd.Classifier.Find(info, inbound);
                Assert.AreEqual(expected == null ? 0 : expected.Spid, actual == null ? 0 : actual.Spid, "with " + spd.Count.ToString() + " policies");
            }
        }

        [TestMethod]
        public void ItFindsWhatAWalkOverAllPoliciesFinds()
        {
            s_seed = 4711;
            Spd spd = new Spd(new ScriptedPackets());
            int most = Limits.MaxPolicies < 200 ? Limits.MaxPolicies : 200;
            for (int step = 0; step < 600; step++)
            {
                if (spd.Count < most && (spd.Count == 0 || Next(3) > 0))
                {
                    Add(spd, RandomPolicy());
                }
                else
                {
                    Remove(spd, Next(spd.Count));
                }
                Compare(spd, 8);
            }
            while (spd.Count > 0)
            {
                Remove(spd, 0);
            }
            Assert.AreEqual(0, spd.Classifier.TupleCount);
            Compare(spd, 8);
        }

        // The shim and the classifier must never disagree on a packet.
        [TestMethod]
        public void TheCompiledTableDecidesAlike()
        {
            s_seed = 4711;
            Assert.IsTrue(PacketNative.Start() >= 0, "PacketNative.Start");
            PoolPackets packets = new PoolPackets();
            packets.Compiles = true;
            Spd spd = new Spd(packets);
            Assert.AreEqual(Status.XE_OK, spd.Start());
            for (int step = 0; step < 60; step++)
            {
                if (step % 4 == 3)
                {
                    Remove(spd, Next(spd.Count));
                }
                else if (spd.Count < Limits.MaxPolicies)
                {
                    Add(spd, RandomPolicy());
                }
                for (int i = 0; i < 50; i++)
                {
                    int[] info = RandomPacket();
                    bool inbound = Next(2) == 0;
                    SecurityPolicy policy = spd.Classifier.Find(info, inbound);
                    int row = PacketNative.RowMatch(info, inbound ? 1 : 0);
                    Assert.AreEqual(policy == null ? -Status.XE_POLICY_NOT_FOUND : policy.Slot, row, "with " + spd.Count.ToString() + " policies");
                }
            }
            Assert.IsTrue(spd.RemoveAll(new SecurityPolicy[Limits.MaxPolicies]) > 0);
        }

        [TestMethod]
        public void PoliciesOfOneShapeShareATuple()
        {
            Bench bench = Bench.Started();
            for (int i = 1; i <= 20; i++)
            {
                bench.AddPolicy(PolicyAction.IPSEC_POLICY_DROP, "any", "10.0.0." + i.ToString(), 6, 4, 0);
            }
            Assert.AreEqual(1, bench.Spd.Classifier.TupleCount);
            bench.AddPolicy(PolicyAction.IPSEC_POLICY_DROP, "any", "10.0.0.1", 0, 4, 0);
            Assert.AreEqual(2, bench.Spd.Classifier.TupleCount);
        }
    }
}
