using System.Linq;
using NfIpsec.Base;
using NfIpsec.Ike.Admin;
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
    }
}
