using System.Linq;
using NfIpsec.Base;
using NfIpsec.Base.Address;
using NfIpsec.Base.Ports;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Wire;
using NfIpsec.Ipsec.Management;
using NfIpsec.Native;
using Xunit;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>clone=: each flow negotiates a child of its own; the responder makes its policy of the selectors that the peer asks
    /// for (RFC 7296 2.9).</summary>
    public sealed class CloneTests
    {
        private const int Tcp = 6;

        private static readonly Setup EachPort = new() { Flags = PolicyFlags.SP_CLONE_SRC | PolicyFlags.SP_CLONE_SPORT };
        private static readonly Setup EachPortThere = new() { Flags = PolicyFlags.SP_CLONE_DST | PolicyFlags.SP_CLONE_DPORT };

        private static PolicyView[] Clones(Peer peer)
        {
            var views = Enumerable.Range(0, peer.Ipsec.Admin.PolicyCount).Select(i =>
            {
                var view = new PolicyView();
                Assert.True(peer.Ipsec.Admin.GetPolicy(i, view));
                return view;
            });
            return views.Where(v => v.Parent != 0).ToArray();
        }

        [Fact]
        public void EachFlowHasAChildOfItsOwnOnBothSides()
        {
            int handles = CryptoNative.HandleCount();
            using (var world = new World())
            {
                var child = Ladder.Configure(world, EachPort, EachPortThere);
                for (int port = 40001; port <= 40003; port++)
                {
                    for (int again = 0; again < 2; again++)
                        world.A.Traffic(child, world.B.Address, Tcp, port);
                    world.Settle();
                }
                Assert.Equal(new[] { "10.0.0.77,40001", "10.0.0.77,40002", "10.0.0.77,40003" }, Clones(world.A).Select(v => v.Source).Order());
                Assert.Equal(new[] { "10.0.0.77,40001", "10.0.0.77,40002", "10.0.0.77,40003" }, Clones(world.B).Select(v => v.Destination).Order());
                Assert.Equal(3, world.A.Sessions().Length);
                Assert.Equal(3, world.B.Sessions().Length);
                Assert.Single(world.A.Sas());
                Assert.Equal(3, world.A.Sas()[0].Children);
                Assert.Equal(world.A.Sessions().Select(s => s.OutboundSpi).Order(), world.B.Sessions().Select(s => s.InboundSpi).Order());
            }
            Assert.Equal(handles, CryptoNative.HandleCount());
        }

        [Fact]
        public void AnIdleFlowIsDeletedAtThePeerToo()
        {
            using var world = new World();
            var child = Ladder.Configure(world, EachPort, EachPortThere);
            world.A.Traffic(child, world.B.Address, Tcp, 40001);
            world.Settle();
            Assert.Single(world.B.Sessions());
            world.Run(2 * Limits.CloneIdleMs + 1000);
            Assert.Empty(Clones(world.A));
            Assert.Empty(Clones(world.B));
            Assert.Empty(world.A.Sessions());
            Assert.Empty(world.B.Sessions());
        }

        [Fact]
        public void AChildOfAFlowIsRenewedForTheSameFlow()
        {
            using var world = new World();
            var setup = EachPort with { ChildLife = 100 };
            var child = Ladder.Configure(world, setup, EachPortThere with { ChildLife = 100 });
            world.A.Traffic(child, world.B.Address, Tcp, 40001);
            world.Settle();
            int first = world.A.Sessions()[0].InboundSpi;
            world.Run(95000);
            Assert.NotEqual(first, world.A.Sessions()[0].InboundSpi);
            Assert.Equal(Clones(world.A)[0].Spid, world.A.Sessions()[0].Spid);
            Assert.Single(Clones(world.B));
            Assert.Equal(Clones(world.B)[0].Spid, world.B.Sessions()[0].Spid);
        }

        [Fact]
        public void WhoAsksForMoreThanOneFlowIsToldSo()
        {
            using var world = new World();
            Ladder.Configure(world, new Setup(), EachPortThere);
            Assert.Equal(Status.XE_OK, world.A.Ike.Admin.Up("policy1"));
            world.Run(120000);
            Assert.True(world.A.Said("the peer says SINGLE_PAIR_REQUIRED"), Ladder.Log(world));
            Assert.True(world.B.Said("compare clone= of 'ipsec policy' on both sides"), Ladder.Log(world));
            Assert.Empty(world.A.Sessions());
            Assert.Empty(world.B.Sessions());
            Assert.Empty(Clones(world.B));
        }

        [Fact]
        public void ThePeerAloneMayCloneOrNot()
        {
            using var world = new World();
            var child = Ladder.Configure(world, EachPort, new Setup());
            world.A.Traffic(child, world.B.Address, Tcp, 40001);
            world.Settle();
            Assert.Single(world.A.Sessions());
            Assert.Single(world.B.Sessions());
            Assert.Empty(Clones(world.B));
        }

        [Fact]
        public void DeletingThePatternDeletesEveryFlowHereAndThere()
        {
            using var world = new World();
            var child = Ladder.Configure(world, EachPort, EachPortThere);
            for (int port = 40001; port <= 40003; port++)
            {
                world.A.Traffic(child, world.B.Address, Tcp, port);
                world.Settle();
            }
            Assert.Equal(Status.XE_OK, world.A.Ike.Admin.ikev2_DeletePolicy("policy1"));
            world.Settle();
            Assert.Equal(0, world.A.Ipsec.Admin.PolicyCount);
            Assert.Empty(world.A.Sessions());
            Assert.Empty(world.B.Sessions());
        }

        [Fact]
        public void APatternIsNotBroughtUpWithoutAFlow()
        {
            using var world = new World();
            Ladder.Configure(world, EachPort, EachPortThere);
            Assert.Equal(Status.XE_BAD_PARAM, world.A.Ike.Admin.Up("policy1"));
            Assert.Contains("takes selectors from packets", world.A.Ike.Admin.LastError);
        }

        // RFC 4301 4.4.3: whom a line lets in by certificate may be anywhere and ask for any traffic of the pattern, but not for what another
        // one has; who comes again from another place gets his own back.
        [Theory]
        [InlineData("p256", "p384", false)]
        [InlineData("p256", "p256", true)]
        public void TheTrafficOfAPeerGoesToNobodyElseWhereverHeComesFrom(string first, string second, bool moves)
        {
            using var world = new World();
            var b = CertificateTests.Board(world.B, "p521");
            CertificateTests.Remote(b, "0.0.0.0", AuthMethod.EcdsaSig, "p521.pem", r => { r.Initiate = false; r.DpdSeconds = 0; });
            b.Policy("p", "0.0.0.0", Tcp, new Setup { Tunnel = true, Source = world.B.Address, Destination = "10.0.0.0/24", Flags = PolicyFlags.SP_CLONE_DST });
            Join(world, first);
            int spi = world.B.Sessions().Single().InboundSpi;
            Assert.Equal(world.A.Address, Clones(b).Single().Gateway);
            string elsewhere = null;
            world.Nat = s =>
            {
                var translated = NatTests.Translate(world, s, 0);
                elsewhere = s.From == world.A ? IpAddress.FromWords(translated.Info, PacketInfo.Source).ToString() : elsewhere;
                return translated;
            };
            Join(world, second);
            Assert.NotEqual(world.A.Address, elsewhere);
            Assert.Equal(moves ? elsewhere : world.A.Address, Clones(b).Single().Gateway);
            Assert.Equal(!moves, world.B.Sessions().Single().InboundSpi == spi);
            Assert.Equal(!moves, world.B.Said("another peer has the SA for this traffic"));
            Assert.Equal(!moves, world.A.Said("TS_UNACCEPTABLE"));
        }

        [Fact]
        public void AFlowWhoseEndsAreOfTwoProtocolsIsNone()
        {
            using var world = new World();
            var child = Ladder.Configure(world, EachPort, EachPortThere);
            world.B.Policy("any", world.A.Address, 0, EachPortThere);
            world.B.Ike.Admin.ikev2_DeletePolicy("policy1");
            world.Nat = s => s.From == world.A && s.Exchange == 35
                ? Forger.Changed(s, world.A, p => p.Type == PayloadType.TsResponder ? p.Body.Select((b, i) => i == 5 ? (byte)17 : b).ToArray() : p.Body) : s;
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            Assert.Empty(Clones(world.B));
            Assert.True(world.A.Said("TS_UNACCEPTABLE"), Ladder.Log(world));
        }

        private static void Join(World world, string own)
        {
            var a = CertificateTests.Board(world.A, own);
            CertificateTests.Remote(a, world.B.Address, AuthMethod.EcdsaSig, own + ".pem");
            a.Traffic(a.Policy("p", world.B.Address, Tcp, new Setup { Tunnel = true }), world.B.Address, Tcp);
            world.Settle();
        }
    }
}
