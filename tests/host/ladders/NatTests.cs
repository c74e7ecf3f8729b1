using System.Linq;
using NfIpsec.Base.Address;
using NfIpsec.Base.Ports;
using NfIpsec.Ike.Admin;
using Xunit;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>A NAT between the two, or one that an end claims (RFC 7296 2.23, RFC 3948).</summary>
    public sealed class NatTests
    {
        private const int Tcp = 6;
        private static readonly int[] s_outside = IpAddress.Parse("10.0.0.99").Words;

        // A is behind it: its address and ports become the NAT's, and answers to them go back to it.
        internal static Sent Translate(World world, Sent sent, int shift)
        {
            var info = (int[])sent.Info.Clone();
            if (sent.From == world.A)
            {
                IpAddress.Copy(s_outside, 0, info, PacketInfo.Source);
                info[PacketInfo.SourcePort] += shift;
            }
            else
            {
                if (!IpAddress.Same(info, PacketInfo.Destination, s_outside, 0))
                    return null;
                IpAddress.Copy(IpAddress.Parse(world.A.Address).Words, 0, info, PacketInfo.Destination);
                info[PacketInfo.DestinationPort] -= shift;
            }
            return sent with { Info = info };
        }

        internal static World BehindNat(int shift)
        {
            var world = new World();
            world.Nat = s => Translate(world, s, shift);
            var setup = new Setup { Tunnel = true };
            world.A.Remote(world.B.Address, setup);
            world.B.Remote("10.0.0.99", setup with { TheirId = "ipv4:" + world.A.Address });
            var child = world.A.Policy("policy1", world.B.Address, Tcp, setup);
            world.B.Policy("policy1", "10.0.0.99", Tcp, setup with { Destination = world.A.Address });
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            return world;
        }

        [Fact]
        public void ANatIsSeenAndEspGoesInUdpOnItsPorts()
        {
            using var world = BehindNat(10000);
            Ladder.AssertUp(world);
            var a = world.A.Sas()[0];
            var b = world.B.Sas()[0];
            Assert.True(a.LocalNat && !a.RemoteNat && b.RemoteNat && !b.LocalNat);
            Assert.Equal(14500, b.RemotePort);
            Assert.All(world.B.Packets.Configs, c => Assert.Equal(14500, c[TransformConfig.EncapRemote]));
            Assert.All(world.A.Packets.Configs, c => Assert.Equal(4500, c[TransformConfig.EncapRemote]));
            Assert.Equal(4500, world.Trace.Last().Info[PacketInfo.SourcePort]);
        }

        [Fact]
        public void KeepalivesGoEveryTwentySeconds()
        {
            using var world = BehindNat(0);
            int before = world.Trace.Count(s => s.IsKeepalive);
            world.Run(25000);
            var keepalive = Assert.Single(world.Trace.Where(s => s.IsKeepalive).Skip(before));
            Assert.Equal(0xff, keepalive.Payload[0]);
            Assert.Same(world.A, keepalive.From);
            Ladder.AssertUp(world);
        }

        [Fact]
        public void ForcedBothEndsBelieveInANat()
        {
            using var world = new World();
            var setup = new Setup { Nat = AuthMethod.NatForce };
            var child = Ladder.Configure(world, setup, new Setup());
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            Ladder.AssertUp(world);
            Assert.All(world.A.Packets.Configs.Concat(world.B.Packets.Configs), c => Assert.Equal(4500, c[TransformConfig.EncapLocal]));
        }

        // encap= of the policy, for whatever is on the way.
        [Theory]
        [InlineData(ChildConfig.EncapAuto, false, 0)]
        [InlineData(ChildConfig.EncapForce, false, 4500)]
        [InlineData(ChildConfig.EncapAuto, true, 4500)]
        [InlineData(ChildConfig.EncapOff, true, 0)]
        public void ThePolicySaysWhetherEspGoesInUdp(int encap, bool nat, int port)
        {
            using var world = new World();
            var setup = new Setup { Encap = encap, Nat = nat ? AuthMethod.NatForce : AuthMethod.NatOn };
            var child = Ladder.Configure(world, setup);
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            Ladder.AssertUp(world);
            Assert.All(world.A.Packets.Configs.Concat(world.B.Packets.Configs), c => Assert.Equal((port, port), (c[TransformConfig.EncapLocal], c[TransformConfig.EncapRemote])));
        }

        [Fact]
        public void WithoutANatNothingIsEncapsulated()
        {
            using var world = new World();
            var child = Ladder.Configure(world, new Setup());
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            Assert.All(world.A.Packets.Configs, c => Assert.Equal(0, c[TransformConfig.EncapLocal]));
            Assert.Equal(500, world.A.Sas()[0].LocalPort);
        }

        // Threat 36: an unauthenticated datagram from elsewhere, a keepalive, a message without its marker: nobody takes over.
        [Fact]
        public void ASpoofedMoveChangesNothing()
        {
            using var world = BehindNat(10000);
            var last = world.Trace.Last(s => s.From == world.A);
            world.Nat = null;
            foreach (int flip in new[] { -1, 4 + 20, 4 + 40, last.Payload.Length - 1 })
            {
                var payload = (byte[])last.Payload.Clone();
                if (flip >= 0)
                    payload[flip] ^= 1;
                var info = (int[])last.Info.Clone();
                info[PacketInfo.SourcePort] = 6666;
                world.B.Receive(new Sent(world.A, info, payload));
            }
            world.B.Receive(last with { Payload = new byte[] { 0xff } });
            world.B.Receive(last with { Payload = last.Payload[4..] });
            Assert.Equal(14500, world.B.Sas()[0].RemotePort);
            Assert.Equal("10.0.0.99", world.B.Sas()[0].RemoteAddress);
        }
    }
}
