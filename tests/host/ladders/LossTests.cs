using System;
using System.Collections.Generic;
using System.Linq;
using NfIpsec.Base.Bytes;
using NfIpsec.Ike.Admin;
using NfIpsec.Native;
using Xunit;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>Every exchange, asked by either end, over a wire that loses, doubles, reorders and delays: the outcome is that of a good
    /// wire, and nothing is done twice.</summary>
    public sealed class LossTests
    {
        private const int Tcp = 6, Icmp = 1, Init = 34, Auth = 35, Child = 36, Informational = 37;

        /// <summary>One exchange: what the two ends have before it, what starts it at the one that asks, and what both have then.</summary>
        private sealed record Row(int Exchange, bool Fresh, Action<World, Peer, Peer> Begin, Action<World> Judge, Setup Setup = null, bool Certificates = false);

        private static readonly Dictionary<string, Row> s_rows = new()
        {
            ["IKE_SA_INIT"] = new(Init, true, Talk, Up),
            ["IKE_AUTH"] = new(Auth, true, Talk, Up),
            ["IKE_AUTH in fragments"] = new(Auth, true, Talk, Up, null, true),
            ["new child"] = new(Child, false, TalkMore, TwoChildren),
            ["new child with forward secrecy"] = new(Child, false, TalkMore, TwoChildren, new Setup { Dpd = 0, Pfs = "CURVE25519" }),
            ["rekey child"] = new(Child, false, (_, asks, _) => Aging.Child(asks), OneChild),
            ["delete of a rekeyed child"] = new(Informational, false, (_, asks, _) => Aging.Child(asks), OneChild),
            ["rekey IKE SA"] = new(Child, false, (_, asks, _) => Aging.Ike(asks), OneChild),
            ["delete of a rekeyed IKE SA"] = new(Informational, false, (_, asks, _) => Aging.Ike(asks), OneChild),
            ["delete child"] = new(Informational, false, (_, asks, _) => asks.Ipsec.Admin.IPSecAdminFlushSAD(), NoChild),
            ["delete IKE SA"] = new(Informational, false, (_, asks, _) => asks.Ike.Admin.ikev2_shutdown(), Nothing),
            ["liveness"] = new(Informational, false, (world, _, _) => world.Run(31000), Up, new Setup { Dpd = 30 }),
        };

        private static void Talk(World world, Peer asks, Peer other) => asks.Traffic(null, other.Address, Tcp);

        private static void TalkMore(World world, Peer asks, Peer other) => asks.Traffic(null, other.Address, Icmp);

        private static void Up(World world) => Ladder.AssertUp(world);

        private static void OneChild(World world)
        {
            Ladder.AssertUp(world);
            Assert.Single(world.A.Sessions());
        }

        private static void TwoChildren(World world)
        {
            Ladder.AssertUp(world);
            Assert.Equal(2, world.A.Sessions().Length);
        }

        private static void NoChild(World world)
        {
            Assert.True(world.A.Sas().Single().State == "ESTABLISHED" && world.B.Sas().Single().State == "ESTABLISHED", Ladder.Log(world));
            Assert.True(world.A.Sessions().Length + world.B.Sessions().Length == 0, Ladder.Log(world));
        }

        private static void Nothing(World world)
        {
            Assert.True(world.A.Sas().Length + world.B.Sas().Length == 0, Ladder.Log(world));
            Assert.True(world.A.Sessions().Length + world.B.Sessions().Length == 0, Ladder.Log(world));
        }

        public static TheoryData<string, bool, bool, string> Cases()
        {
            var cases = new TheoryData<string, bool, bool, string>();
            foreach (string row in s_rows.Keys)
                foreach (bool byA in new[] { true, false })
                    foreach (bool response in new[] { false, true })
                        foreach (string fate in new[] { "lost", "lost twice", "doubled", "behind its own copy", "late", "very late" })
                            cases.Add(row, byA, response, fate);
            return cases;
        }

        /// <summary>The first datagram of that exchange and direction, of a message in fragments its second one, meets the fate.</summary>
        private sealed class Fate
        {
            private readonly World _world;
            private readonly Func<Sent, bool> _is;
            private readonly string _what;
            private Sent _kept;
            private int _seen;

            public Fate(World world, Func<Sent, bool> which, string what)
            {
                (_world, _is, _what) = (world, which, what);
                world.Copies = Copies;
            }

            public bool Met => _seen > 0;

            private int Copies(Sent sent)
            {
                if (sent.IsKeepalive || !_is(sent))
                    return 1;
                switch (_what)
                {
                    case "good wire": _seen++; return 1;
                    case "doubled": return _seen++ == 0 ? 2 : 1;
                    case "lost": return _seen++ == 0 ? 0 : 1;
                    case "lost twice": return _seen++ < 2 ? 0 : 1;
                }
                if (_seen++ == 0)
                {
                    _kept = sent;
                    return 0;
                }
                if (_what == "behind its own copy" && _kept != null)
                    Arrive();
                return 1;
            }

            private void Arrive()
            {
                _world.Later.Enqueue(_kept);
                _kept = null;
            }

            /// <summary>Time goes on; what is late arrives.</summary>
            public void Run()
            {
                _world.Run(_what == "very late" ? 20000 : 2500);
                if (_kept != null)
                    Arrive();
                _world.Run(10000);
            }
        }

        // How many jobs each end started.
        private static (int, int) Play(Row row, bool byA, bool response, string fate)
        {
            using var world = new World();
            var (asks, other) = byA ? (world.A, world.B) : (world.B, world.A);
            Configure(world, row);
            if (!row.Fresh)
            {
                Talk(world, world.A, world.B);
                world.Settle();
                Ladder.AssertUp(world);
            }
            var met = new Fate(world, s => s.Exchange == row.Exchange && s.IsResponse == response && s.From == (response ? other : asks)
                && (!FragmentTests.IsFragment(s) || BigEndian.Read16(s.Ike, 32) == 2), fate);
            row.Begin(world, asks, other);
            met.Run();
            Assert.True(met.Met, "no such datagram");
            row.Judge(world);
            Assert.Equal(0, world.A.Packets.Held + world.B.Packets.Held);
            Assert.Equal(0, Forger.Reassemblies(world.A) + Forger.Reassemblies(world.B));
            return (world.A.Jobs.Started, world.B.Jobs.Started);
        }

        private static void Configure(World world, Row row)
        {
            var setup = row.Setup ?? new Setup { Dpd = 0 };
            foreach (var (peer, other) in new[] { (world.A, world.B), (world.B, world.A) })
            {
                if (row.Certificates)
                {
                    CertificateTests.Board(peer, "leaf");
                    CertificateTests.Remote(peer, other.Address, AuthMethod.RsaSig, "leaf.pem");
                    CertificateTests.Store(peer, "link.pem", 0, null);
                }
                else
                    peer.Remote(other.Address, setup);
                peer.Policy("policy1", other.Address, Tcp, setup);
                peer.Policy("policy2", other.Address, Icmp, setup);
            }
        }

        [Theory]
        [MemberData(nameof(Cases))]
        public void TheOutcomeIsThatOfAGoodWire(string exchange, bool byA, bool response, string fate)
        {
            int handles = CryptoNative.HandleCount();
            var row = s_rows[exchange];
            Assert.Equal(Play(row, byA, response, "good wire"), Play(row, byA, response, fate));
            Assert.Equal(handles, CryptoNative.HandleCount());
        }

        [Fact]
        public void AThirdOfEverythingLostStillComesUp()
        {
            for (int seed = 1; seed <= 10; seed++)
            {
                using var world = new World();
                var random = new Random(seed);
                world.Copies = s => random.Next(3) == 0 ? 0 : random.Next(4) == 0 ? 2 : 1;
                var child = Ladder.Configure(world, new Setup { Dpd = 0 });
                world.A.Traffic(child, world.B.Address, Tcp);
                world.Run(60000);
                Ladder.AssertUp(world);
            }
        }

        [Fact]
        public void RequestsComeAtDoublingIntervalsAndEndInOneClearLine()
        {
            using var world = new World();
            var child = Ladder.Configure(world, new Setup());
            world.Copies = s => 0;
            var times = new List<long>();
            world.Copies = s => { times.Add(world.Clock.Time); return 0; };
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Run(120000);
            Assert.Equal(new long[] { 0, 1000, 3000, 7000, 15000, 31000 }, times.Select(t => t - times[0]).ToArray());
            Assert.Empty(world.A.Sas());
            Assert.Single(world.A.Log.Lines, l => l.Contains("remote 'remoteINFO' (10.0.0.78): the peer does not answer"));
            Assert.Equal(0, world.A.Packets.Held);
        }
    }
}
