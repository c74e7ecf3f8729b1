using NfIpsec.Base;
using NfIpsec.Base.Ports;
using Xunit;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>Traffic selectors that the two ends configure differently (RFC 7296 2.9): what both have is agreed upon, and the SA
    /// carries that and nothing else (RFC 4301 5.1, 5.2).</summary>
    public sealed class NarrowingTests
    {
        private const int Tcp = 6;

        private static int Unprotected(Peer peer)
        {
            var counters = new int[PacketCounters.Words];
            Assert.Equal(Status.XE_OK, peer.Ipsec.Admin.ReadCounters(counters));
            return counters[PacketCounters.Xe + Status.XE_SA_NOT_FOUND];
        }

        // A's policy is the wider one; either end begins.
        [Theory]
        [InlineData("10.0.0.0/24", null, true)]
        [InlineData("10.0.0.0/24", null, false)]
        [InlineData("10.0.0.70-10.0.0.80", null, true)]
        [InlineData("10.0.0.78", "10.0.0.78,5001", true)]
        [InlineData("10.0.0.78", "10.0.0.78,5001", false)]
        public void TrafficOutsideOfWhatWasAgreedUponIsDropped(string wide, string narrow, bool wideBegins)
        {
            using var world = new World();
            var child = Ladder.Configure(world, new Setup { Tunnel = true, Destination = wide }, new Setup { Tunnel = true, Source = narrow });
            if (wideBegins)
                world.A.Traffic(child, world.B.Address, Tcp);
            else
                world.B.Traffic(null, world.A.Address, Tcp, 5001, 40000);
            world.Settle();
            Ladder.AssertUp(world);
            int before = world.A.Packets.Sealed;
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            Assert.Equal(before + 1, world.A.Packets.Sealed);

            int dropped = Unprotected(world.A);
            if (narrow == null)
                world.A.Traffic(child, "10.0.0.79", Tcp);
            else
                world.A.Traffic(child, world.B.Address, Tcp, 40000, 5002);
            world.Settle();
            Assert.Equal(before + 1, world.A.Packets.Sealed);
            Assert.Equal(dropped + 1, Unprotected(world.A));
            Assert.Equal(0, world.A.Packets.Held);
            Assert.True(world.A.Said("the selectors agreed upon are narrower"));
            Assert.False(world.B.Said("the selectors agreed upon are narrower"));
        }

        [Fact]
        public void TheSameSelectorsOnBothSidesNarrowNothing()
        {
            using var world = new World();
            var child = Ladder.Configure(world, new Setup { Tunnel = true });
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            Ladder.AssertUp(world);
            Assert.False(world.A.Said("narrower") || world.B.Said("narrower"));
        }

        // Both ends have a policy for one port and one for the rest: the offer of the second is no offer of the first.
        [Fact]
        public void AnOfferFindsThePolicyThatIsJustItsTraffic()
        {
            using var world = new World();
            var setup = new Setup();
            world.A.Remote(world.B.Address, setup);
            world.B.Remote(world.A.Address, setup);
            world.A.Policy("port", world.B.Address, Tcp, setup with { Destination = "10.0.0.78,443" });
            world.B.Policy("port", world.A.Address, Tcp, setup with { Source = "10.0.0.78,443" });
            var rest = world.A.Policy("rest", world.B.Address, Tcp, setup);
            world.B.Policy("rest", world.A.Address, Tcp, setup);
            world.A.Traffic(rest, world.B.Address, Tcp);
            world.Settle();
            Ladder.AssertUp(world);
            Assert.Equal(rest.Spid, Assert.Single(world.A.Sessions()).Spid);
            Assert.Equal(world.B.Ike.Admin.FindChild("rest").Spid, Assert.Single(world.B.Sessions()).Spid);
            Assert.False(world.A.Said("narrower") || world.B.Said("narrower"));
        }
    }
}
