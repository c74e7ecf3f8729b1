using System.Linq;
using NfIpsec.Base.Address;
using NfIpsec.Base.Ports;
using Xunit;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>Nobody reaches what belongs to another identity: not by sharing its address, not by standing on the path, not by a name
    /// that has changed hands.</summary>
    public sealed class TakeoverTests
    {
        private const int Tcp = 6, Icmp = 1;

        // RFC 7296 2.4: INITIAL_CONTACT is about an identity. Two of them behind one address leave each other's SAs alone.
        [Fact]
        public void InitialContactEndsTheSasOfItsIdentityAlone()
        {
            using var world = new World();
            foreach (string name in new[] { "one", "two" })
            {
                world.A.Remote(world.B.Address, new Setup { Remote = name, TheirId = "fqdn:" + name });
                world.B.Remote(world.A.Address, new Setup { Remote = name, OurId = "fqdn:" + name });
                world.A.Policy(name, world.B.Address, name == "one" ? Tcp : Icmp, new Setup { Remote = name });
                world.B.Policy(name, world.A.Address, name == "one" ? Tcp : Icmp, new Setup { Remote = name });
            }
            world.B.Traffic(null, world.A.Address, Tcp);
            world.Settle();
            int first = world.A.Sessions().Single().InboundSpi;
            world.B.Traffic(null, world.A.Address, Icmp);
            world.Settle();
            Assert.Equal(2, world.A.Sas().Length);
            Assert.Contains(world.A.Sessions(), s => s.InboundSpi == first);
            Assert.Equal(2, world.A.Sessions().Length);
            Ladder.AssertSessions(world, Ladder.Log(world));
        }

        // Two lines may expect one identity, here an address that peers behind a NAT share: who has proved the secret of the one says
        // nothing about the other's SAs.
        [Fact]
        public void InitialContactDoesNotReachPastTheSecretThatWasProved()
        {
            using var world = new World();
            foreach (string name in new[] { "one", "two" })
            {
                var setup = new Setup { Remote = name, Psk = "the secret that belongs to " + name, Groups = name == "one" ? "CURVE25519" : "ECP256" };
                world.A.Remote(world.B.Address, setup);
                world.B.Remote(world.A.Address, setup);
                world.A.Policy(name, world.B.Address, name == "one" ? Tcp : Icmp, setup);
                world.B.Policy(name, world.A.Address, name == "one" ? Tcp : Icmp, setup);
            }
            world.A.Traffic(null, world.B.Address, Tcp);
            world.Settle();
            int first = world.B.Sessions().Single().InboundSpi;
            world.A.Traffic(null, world.B.Address, Icmp);
            world.Settle();
            Assert.Contains(world.B.Sessions(), s => s.InboundSpi == first);
            Assert.Equal(2, world.B.Sas().Length);
        }

        // A reset peer says INITIAL_CONTACT, from another port of its NAT. Its name is its own; an address is every host's behind the NAT.
        [Theory]
        [InlineData("fqdn:a", 1)]
        [InlineData("ipv4:10.0.0.99", 2)]
        public void BehindANatAnAddressIsNobodysAlone(string id, int left)
        {
            using var world = new World();
            int shift = 10000;
            world.Nat = s => NatTests.Translate(world, s, shift);
            for (int start = 0; start < 2; start++)
            {
                world.A.Remote(world.B.Address, new Setup { OurId = id });
                var child = world.A.Policy("policy1", world.B.Address, Tcp, new Setup());
                if (start == 0)
                {
                    world.B.Remote("10.0.0.99", new Setup { TheirId = id });
                    world.B.Policy("policy1", "10.0.0.99", Tcp, new Setup());
                }
                world.A.Traffic(child, world.B.Address, Tcp);
                world.Settle();
                Assert.True(world.A.Sessions().Length == 1, Ladder.Log(world));
                if (start == 0)
                {
                    world.A.Start();
                    shift = 20000;
                }
            }
            Assert.Equal(left, world.B.Sas().Length);
        }

        // Threat 36: without a NAT in IKE_SA_INIT the addresses are those of the two ends; a datagram on its way may not change them.
        [Fact]
        public void WithoutANatIkeAuthDoesNotMoveTheAddress()
        {
            using var world = new World();
            world.Nat = s => s.From == world.A && s.Exchange == 35 ? From(s, "10.0.0.99") : s;
            var child = Ladder.Configure(world, new Setup());
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            Ladder.AssertUp(world);
            Assert.Equal(world.A.Address, world.B.Sas()[0].RemoteAddress);
        }

        // The peer has installed its half when our shared secret fails: it is told to delete it.
        [Fact]
        public void AChildWhoseSecretFailsIsDeletedAtThePeer()
        {
            using var world = new World();
            var setup = new Setup { Pfs = "CURVE25519" };
            world.A.Traffic(Ladder.Configure(world, setup), world.B.Address, Tcp);
            world.Settle();
            var icmp = world.A.Policy("policy2", world.B.Address, Icmp, setup);
            world.B.Policy("policy2", world.A.Address, Icmp, setup);
            world.Copies = s =>
            {
                world.A.Jobs.Failing = s.From == world.B && s.Exchange == 36 ? 1 : world.A.Jobs.Failing;
                return 1;
            };
            world.A.Traffic(icmp, world.B.Address, Icmp);
            world.Settle();
            Ladder.AssertUp(world);
            Assert.Single(world.B.Sessions());
        }

        internal static Sent From(Sent sent, string address)
        {
            var info = (int[])sent.Info.Clone();
            IpAddress.Copy(IpAddress.Parse(address).Words, 0, info, PacketInfo.Source);
            return sent with { Info = info };
        }

        // Who proved the secret of a remote that was deleted gets no child of another remote with its name: it begins anew, and comes
        // as far as its secret goes.
        [Fact]
        public void ANameThatChangesHandsTakesNoOldPeerAlong()
        {
            using var world = new World();
            var setup = new Setup();
            var child = Ladder.Configure(world, setup);
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            world.B.Ike.Admin.ikev2DeleteRemote("remoteINFO");
            world.B.Remote(world.A.Address, new Setup { Psk = "the secret of somebody else", TheirId = "fqdn:other" });
            var icmp = world.A.Policy("policy2", world.B.Address, Icmp, setup);
            world.B.Policy("policy2", world.A.Address, Icmp, setup);
            world.A.Traffic(icmp, world.B.Address, Icmp);
            world.Settle();
            Assert.Empty(world.B.Sessions());
            Assert.True(world.A.Said("NO_ADDITIONAL_SAS"), Ladder.Log(world));
            world.A.Traffic(icmp, world.B.Address, Icmp);
            world.Settle();
            Assert.Empty(world.B.Sessions());
            world.B.Ike.Admin.ikev2DeleteRemote("remoteINFO");
            world.B.Remote(world.A.Address, setup);
            world.A.Traffic(icmp, world.B.Address, Icmp);
            world.Settle();
            Ladder.AssertUp(world);
        }
    }
}
