using System;
using System.Linq;
using NfIpsec.Base.Address;
using NfIpsec.Base.Bytes;
using NfIpsec.Base.Ports;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Session;
using NfIpsec.Ipsec.Management;
using Xunit;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>Transport mode through NATs (RFC 7296 2.23.1): each end knows the two ends under addresses of its own.
    /// <code>
    ///   A 10.0.0.77 (IP1) --[NAT A]-- 10.0.0.99 (IPN1)     10.0.0.88 (IPN2) --[NAT B]-- B 10.0.0.78 (IP2)
    /// </code></summary>
    public sealed class TransportNatTests
    {
        private const int Tcp = 6, Icmp = 1, Shift = 10000, TsUnacceptable = 38;
        private const string Outside1 = "10.0.0.99", Outside2 = "10.0.0.88";

        private static void Change(int[] info, int at, string from, string to)
        {
            if (IpAddress.Same(info, at, IpAddress.Parse(from).Words, 0))
                IpAddress.Copy(IpAddress.Parse(to).Words, 0, info, at);
        }

        private static Sent Translate(World world, Sent sent, bool natA, bool natB)
        {
            var info = (int[])sent.Info.Clone();
            bool fromA = sent.From == world.A;
            int a = fromA ? PacketInfo.Source : PacketInfo.Destination, b = fromA ? PacketInfo.Destination : PacketInfo.Source;
            if (natA)
            {
                Change(info, a, fromA ? world.A.Address : Outside1, fromA ? Outside1 : world.A.Address);
                info[fromA ? PacketInfo.SourcePort : PacketInfo.DestinationPort] += fromA ? Shift : -Shift;
            }
            if (natB)
                Change(info, b, fromA ? Outside2 : world.B.Address, fromA ? world.B.Address : Outside2);
            return sent with { Info = info };
        }

        // The addresses that each end has in its lines are those it sees.
        private static (World, ChildConfig) Between(bool natA, bool natB, Setup a, Setup b)
        {
            var world = new World();
            world.Nat = s => Translate(world, s, natA, natB);
            string far = natB ? Outside2 : world.B.Address, near = natA ? Outside1 : world.A.Address;
            world.A.Remote(far, a with { TheirId = "ipv4:" + world.B.Address });
            world.B.Remote(near, b with { TheirId = "ipv4:" + world.A.Address });
            var child = world.A.Policy("policy1", far, Tcp, a);
            world.B.Policy("policy1", near, Tcp, b);
            return (world, child);
        }

        // The one address of a TSi or TSr payload, whose first selector is that of the packet.
        private static string Selector(byte[] body)
        {
            Assert.InRange(body[0], 1, 2);
            for (int i = 0; i < body[0]; i++)
            {
                Assert.Equal(body[12..16], body[(12 + 16 * i)..(16 + 16 * i)]);
                Assert.Equal(body[12..16], body[(16 + 16 * i)..(20 + 16 * i)]);
            }
            return string.Join(".", body[12..16]);
        }

        private static string[] Selectors(World world, Sent message, Peer reader) =>
            Forger.Open(message, reader).Where(p => p.Type is 44 or 45).Select(p => Selector(p.Body)).ToArray();

        [Theory]
        [InlineData(true, false, false)]
        [InlineData(false, true, false)]
        [InlineData(true, true, false)]
        [InlineData(true, false, true)]
        [InlineData(false, true, true)]
        [InlineData(true, true, true)]
        public void EachEndSpeaksOfTheAddressesThatItSees(bool natA, bool natB, bool wide)
        {
            var setup = new Setup { Source = wide ? "any" : null, Destination = wide ? "10.0.0.0/24" : null };
            var (world, child) = Between(natA, natB, setup, setup);
            using (world)
            {
                string near = natA ? Outside1 : world.A.Address, far = natB ? Outside2 : world.B.Address;
                world.A.Traffic(child, far, Tcp);
                world.Settle();
                Ladder.AssertUp(world);
                Assert.Equal((natA, natB, natB, natA), (world.A.Sas()[0].LocalNat, world.A.Sas()[0].RemoteNat, world.B.Sas()[0].LocalNat, world.B.Sas()[0].RemoteNat));
                var offer = world.Trace.First(s => s.From == world.A && s.Exchange == 35);
                Assert.Equal(new[] { world.A.Address, far }, Selectors(world, offer, world.A));
                Assert.All(Forger.Open(offer, world.A).Where(p => p.Type is 44 or 45), p => Assert.Equal((2, Tcp), (p.Body[0], p.Body[5])));
                Assert.Equal(new[] { near, world.B.Address }, Selectors(world, world.Trace.First(s => s.From == world.B && s.Exchange == 35), world.A));
                Assert.All(world.A.Packets.Configs.Concat(world.B.Packets.Configs), c => Assert.Equal(4500, c[TransformConfig.EncapLocal]));
                Assert.Equal(1, world.A.Packets.Sealed);

                // What was agreed upon is one address at each end, however much the policy has.
                world.B.Traffic(null, near, Tcp);
                world.Settle();
                Assert.Equal(1, world.B.Packets.Sealed);
                world.B.Traffic(null, "10.0.0.66", Tcp);
                world.A.Traffic(child, "10.0.0.66", Tcp);
                world.Settle();
                Assert.Equal((1, 1), (world.A.Packets.Sealed, world.B.Packets.Sealed));
            }
        }

        // The older child's successor, asked for by the end behind no NAT: its TSi is the server's.
        [Fact]
        public void TheOtherEndMayAskForTheNextChild()
        {
            var (world, child) = Between(true, true, new Setup(), new Setup());
            using (world)
            {
                world.A.Traffic(child, Outside2, Tcp);
                world.Settle();
                var icmp = new Setup();
                world.A.Policy("policy2", Outside2, Icmp, icmp);
                world.B.Policy("policy2", Outside1, Icmp, icmp);
                world.B.Traffic(null, Outside1, Icmp, 256 + 8, 256);
                world.Settle();
                Ladder.AssertUp(world);
                Assert.Equal(2, world.A.Sessions().Length);
            }
        }

        // Where nothing but a policy of tunnel mode has the traffic, the selectors count as they were sent.
        [Fact]
        public void WithoutAPolicyOfTransportModeTheSelectorsCountAsTheyCame()
        {
            var (world, child) = Between(true, false, new Setup(), new Setup { Tunnel = true, Destination = "10.0.0.77" });
            using (world)
            {
                world.A.Traffic(child, world.B.Address, Tcp);
                world.Settle();
                // B would have a tunnel, which A did not ask for: refused there, by name.
                Assert.True(world.A.Said(Fault.Text(Fault.Mode)), Ladder.Log(world));
                Assert.Equal(new[] { world.A.Address, world.B.Address }, Selectors(world, world.Trace.First(s => s.From == world.B && s.Exchange == 35), world.A));
                Assert.Empty(world.A.Sessions());
                Assert.Empty(world.B.Sessions());
            }
        }

        // RFC 7296 2.23.1: exactly one address in each payload.
        [Theory]
        [InlineData(44)]
        [InlineData(45)]
        public void ARangeOfAddressesIsNoTransportMode(int payload)
        {
            var (world, child) = Between(true, true, new Setup(), new Setup());
            using (world)
            {
                world.A.Traffic(child, Outside2, Tcp);
                world.Settle();
                var auth = world.Trace.First(s => s.From == world.A && s.Exchange == 35);
                var parts = Forger.Open(auth, world.A);
                byte[] Body(int type)
                {
                    var body = (byte[])parts.Single(p => p.Type == type).Body.Clone();
                    body[^1] += (byte)(type == payload ? 1 : 0);
                    return body;
                }
                world.B.Receive(Translate(world, Forger.Seal(auth, world.A, true, 36, false, 2, (33, Body(33)), (40, new byte[32]), (44, Body(44)), (45, Body(45)),
                    (41, new byte[] { 0, 0, 64, 7 })), true, true));
                var answer = Forger.Open(world.Trace.Last(s => s.From == world.B), world.A).Single();
                Assert.Equal((41, TsUnacceptable), (answer.Type, BigEndian.Read16(answer.Body, 2)));
                Assert.Single(world.B.Sessions());
            }
        }

        // The policy has not the address that we would have to ask for: told before anything is installed.
        [Fact]
        public void APolicyThatLeavesTheNatsAddressOutIsToldSo()
        {
            var (world, child) = Between(true, false, new Setup { Source = "10.0.0.70" }, new Setup());
            using (world)
            {
                world.A.Ikev2.Acquire(child, world.A.Ike.Admin.Find("remoteINFO", 2));
                world.Settle();
                Assert.True(world.A.Said("transport mode is between 10.0.0.77 and 10.0.0.78 alone"), Ladder.Log(world));
                Assert.Empty(world.B.Sessions());
            }
        }

        // ---- two peers behind one NAT (RFC 3948 5.2) ----

        // B knows two identities at the NAT's address; both come from A, one after the other.
        private static World Two(int second, out int first, Func<string, string> port = null)
        {
            var world = new World();
            world.Nat = s => Translate(world, s, true, false);
            ChildConfig one = null, two = null;
            foreach (string name in new[] { "one", "two" })
            {
                var setup = new Setup { Remote = name };
                string at = port == null || port(name) == null ? "" : "," + port(name);
                world.A.Remote(world.B.Address, setup with { OurId = "fqdn:" + name, TheirId = "ipv4:" + world.B.Address });
                world.B.Remote(Outside1, setup with { TheirId = "fqdn:" + name });
                var child = world.A.Policy(name, world.B.Address, name == "one" ? Tcp : second, setup with { Destination = world.B.Address + at });
                world.B.Policy(name, Outside1, name == "one" ? Tcp : second, setup with { Source = world.B.Address + at });
                (one, two) = name == "one" ? (child, two) : (one, child);
            }
            world.A.Ikev2.Acquire(one, world.A.Ike.Admin.Find("one", 2));
            world.Settle();
            first = world.B.Sessions().Single().InboundSpi;
            world.A.Ikev2.Acquire(two, world.A.Ike.Admin.Find("two", 2));
            world.Settle();
            return world;
        }

        [Fact]
        public void TwoPeersBehindOneNatHaveSasOfTheirOwn()
        {
            using var world = Two(Icmp, out int first);
            AssertBoth(world, first);
        }

        [Fact]
        public void PortsOfTheirOwnKeepTwoPeersApart()
        {
            using var world = Two(Tcp, out int first, name => name == "one" ? "5001" : "5002");
            AssertBoth(world, first);
        }

        private static void AssertBoth(World world, int first)
        {
            Assert.True(world.B.Sas().Length == 2 && world.B.Sessions().Length == 2, Ladder.Log(world));
            Assert.Contains(world.B.Sessions(), s => s.InboundSpi == first);
        }

        [Fact]
        public void TheSameTrafficOfASecondPeerIsRefused()
        {
            using var world = Two(Tcp, out int first, name => name == "one" ? null : "5002");
            Assert.True(world.B.Said(Fault.Text(Fault.OtherPeer)) && world.A.Said("TS_UNACCEPTABLE"), Ladder.Log(world));
            Assert.Equal(first, world.B.Sessions().Single().InboundSpi);
        }
    }
}
