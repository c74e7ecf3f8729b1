using System.Linq;
using NfIpsec.Ike.Wire;
using NfIpsec.Native;
using Xunit;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>What happens to SAs in time: liveness, restarts, lifetimes, deletes.</summary>
    public sealed class LifeTests
    {
        private const int Tcp = 6, Icmp = 1;

        private static World Up(Setup setup)
        {
            var world = new World();
            var child = Ladder.Configure(world, setup);
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            Ladder.AssertUp(world);
            return world;
        }

        [Fact]
        public void ABoardKilledAndRestartedComesUpWithoutTouchingTheOther()
        {
            using var world = Up(new Setup());
            world.A.Start();
            world.A.Remote(world.B.Address, new Setup());
            var child = world.A.Policy("policy1", world.B.Address, Tcp, new Setup());
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            Ladder.AssertUp(world);
        }

        [Fact]
        public void TheOtherEndFindsASilentPeerAndItsKeysGo()
        {
            using var world = Up(new Setup());
            world.Copies = s => s.From == world.A ? 0 : 1;
            world.Run(200000);
            Assert.Empty(world.B.Sas());
            Assert.Empty(world.B.Sessions());
            Assert.True(world.B.Said("the peer does not answer"));
        }

        [Fact]
        public void AnIdlePeerIsAskedAndAnswers()
        {
            using var world = Up(new Setup());
            int before = world.Trace.Count;
            world.Run(40000);
            Assert.Contains(world.Trace.Skip(before), s => s.Exchange == 37 && !s.IsResponse);
            Assert.Contains(world.Trace.Skip(before), s => s.Exchange == 37 && s.IsResponse);
            Ladder.AssertUp(world);
        }

        [Theory]
        [InlineData("")]
        [InlineData("CURVE25519")]
        [InlineData("MODP2048,ECP256")]
        public void ASecondPolicyIsAChildOfTheSameSa(string pfs)
        {
            int handles = CryptoNative.HandleCount();
            using (var world = Up(new Setup { Pfs = pfs }))
            {
                var setup = new Setup { Pfs = pfs };
                world.A.Policy("policy2", world.B.Address, Icmp, setup);
                var icmp = world.B.Policy("policy2", world.A.Address, Icmp, setup);
                world.B.Traffic(icmp, world.A.Address, Icmp);
                world.Settle();
                Ladder.AssertUp(world);
                Assert.Equal(2, world.A.Sessions().Length);
                Assert.Equal(2, world.A.Sas()[0].Children);
            }
            Assert.Equal(handles, CryptoNative.HandleCount());
        }

        // pfs= of either side: a second child is made with a public value of its own, or not at all (RFC 7296 1.3.1).
        [Theory]
        [InlineData("", "", true, false)]
        [InlineData("CURVE25519", "CURVE25519", true, true)]
        [InlineData("CURVE25519", "", false, true)]
        [InlineData("", "CURVE25519", false, false)]
        public void ForwardSecrecyIsExchangedOrRefused(string ours, string theirs, bool made, bool value)
        {
            using var world = Up(new Setup());
            var child = world.A.Policy("policy2", world.B.Address, Icmp, new Setup { Pfs = ours });
            world.B.Policy("policy2", world.A.Address, Icmp, new Setup { Pfs = theirs });
            world.A.Traffic(child, world.B.Address, Icmp);
            world.Settle();
            Assert.Equal(made ? 2 : 1, world.A.Sessions().Length);
            Assert.Equal(made ? 2 : 1, world.B.Sessions().Length);
            var request = world.Trace.First(s => s.From == world.A && s.Exchange == 36 && !s.IsResponse);
            Assert.Equal(value, Forger.Open(request, world.A).Any(p => p.Type == PayloadType.KeyExchange));
        }

        [Fact]
        public void AChildDeletedHereIsDeletedThere()
        {
            using var world = Up(new Setup());
            Assert.Equal(0, world.A.Ipsec.Admin.IPSecAdminFlushSAD());
            world.Settle();
            Assert.Empty(world.B.Sessions());
            Assert.Single(world.B.Sas());
            Assert.Equal(0, world.B.Sas()[0].Children);
        }

        [Fact]
        public void ASoftLifetimeBringsASuccessorAndTheOlderChildGoes()
        {
            using var world = Up(new Setup { ChildLife = 100, Dpd = 0 });
            int spi = world.A.Sessions()[0].InboundSpi;
            world.Run(95000);
            Ladder.AssertUp(world);
            Assert.Single(world.A.Sessions());
            Assert.NotEqual(spi, world.A.Sessions()[0].InboundSpi);
        }

        [Fact]
        public void NothingOutlivesItsHardEnd()
        {
            using var world = Up(new Setup { ChildLife = 100, IkeLife = 300, Dpd = 0 });
            world.Copies = s => 0;
            world.Run(101000);
            Assert.Empty(world.A.Sessions());
            Assert.Empty(world.B.Sessions());
            world.Run(300000);
            Assert.Empty(world.A.Sas());
            Assert.Empty(world.B.Sas());
        }

        // RFC 7296 2.3: an id belongs to one request. At the hard end one is under way, or none.
        [Theory]
        [InlineData(true)]
        [InlineData(false)]
        public void AtTheHardEndNoIdIsUsedTwice(bool underWay)
        {
            using var world = Up(new Setup { IkeLife = 100, ChildLife = 100000, Dpd = underWay ? 20 : 0 });
            world.A.Ike.Admin.ikev2DeleteRemote("remoteINFO");
            world.Run(underWay ? 79000 : 90000);
            int before = world.Trace.Count;
            world.Copies = s => 0;
            world.Run(30000);
            Assert.Empty(world.A.Sas());
            var requests = world.Trace.Skip(before).Where(s => s.From == world.A && !s.IsResponse).ToArray();
            Assert.All(requests.GroupBy(s => NfIpsec.Base.Bytes.BigEndian.Read32(s.Ike, 20)), id => Assert.Single(id.Select(s => System.Convert.ToHexString(s.Ike)).Distinct()));
            Assert.Equal(underWay ? 5 : 1, requests.Length);
        }

        [Fact]
        public void AnIkeSaIsReplacedByAFreshOneWithItsChildren()
        {
            using var world = Up(new Setup { IkeLife = 1000, ChildLife = 100000, Dpd = 0 });
            string spi = world.A.Sas()[0].InitiatorSpi;
            world.Run(930000);
            Ladder.AssertUp(world);
            Assert.NotEqual(spi, world.A.Sas()[0].InitiatorSpi);
            Assert.Single(world.A.Sessions());
        }

        [Fact]
        public void BothBeginAtOnceAndBothComeUp()
        {
            using var world = new World();
            var setup = new Setup();
            var a = Ladder.Configure(world, setup);
            world.A.Traffic(a, world.B.Address, Tcp);
            world.B.Traffic(null, world.A.Address, Tcp);
            world.Settle();
            Ladder.AssertSessions(world, Ladder.Log(world));
        }
    }
}
