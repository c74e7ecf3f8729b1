using System.Linq;
using NfIpsec.Base;
using NfIpsec.Base.Address;
using NfIpsec.Base.Ports;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Session;
using NfIpsec.Ipsec.Management;
using Xunit;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>Who proves nothing (RFC 7619) has the address that he is at, and nothing else: not the traffic of another one that he names
    /// as the source of his packets.</summary>
    public sealed class StrangerTests
    {
        private const int Tcp = 6, Udp = 17, Auth = 35, Create = 36, Second = 1000;
        private const string Outside = "10.0.0.99", Victim = "10.0.0.53";
        private static readonly Setup s_null = new() { Method = AuthMethod.NullAuth };

        private static Sent At(Sent sent, string address, int port, bool source)
        {
            var info = (int[])sent.Info.Clone();
            IpAddress.Copy(IpAddress.Parse(address).Words, 0, info, source ? PacketInfo.Source : PacketInfo.Destination);
            info[source ? PacketInfo.SourcePort : PacketInfo.DestinationPort] = port;
            return sent with { Info = info };
        }

        // A is at that address, outside of B's reach at any other: behind a NAT, or so it says.
        private static Sent Translate(World world, Sent sent, string outside)
        {
            if (sent.From == world.A)
                return At(sent, outside, sent.Info[PacketInfo.SourcePort] + 10000, true);
            bool seen = IpAddress.Same(sent.Info, PacketInfo.Destination, IpAddress.Parse(outside).Words, 0);
            return seen ? At(sent, world.A.Address, sent.Info[PacketInfo.DestinationPort] - 10000, false) : null;
        }

        // The first message of that exchange comes under another's address; the same again from his own fetches the answer.
        private static void Spoof(World world, int exchange)
        {
            int sent = 0;
            world.Nat = s => s.From == world.A && !s.IsKeepalive && s.Exchange == exchange && sent++ == 0 ? At(s, Victim, 4500, true) : Translate(world, s, Outside);
        }

        // RFC 7619 2.5. He sees nothing of what goes to the other address, but his packets may come from it.
        [Theory]
        [InlineData(Auth, true, "0.0.0.0")]
        [InlineData(Auth, true, Outside)]
        [InlineData(Auth, false, "0.0.0.0")]
        [InlineData(Create, true, "0.0.0.0")]
        [InlineData(Create, false, Outside)]
        public void WhatComesUnderAnothersAddressGivesHimNothingOfIt(int exchange, bool tunnel, string line)
        {
            using var world = new World();
            var setup = s_null with { Tunnel = tunnel };
            world.A.Remote(world.B.Address, setup);
            world.B.Remote(line, setup with { Initiate = false });
            foreach (int protocol in new[] { Tcp, Udp })
            {
                world.A.Policy("policy" + protocol, world.B.Address, protocol, setup with { Source = tunnel ? "10.0.0.0/8" : null });
                world.B.Policy("open" + protocol, Outside, protocol, setup with { Destination = "10.0.0.0/8" });
            }
            Spoof(world, exchange);
            world.A.Traffic(null, world.B.Address, Tcp);
            world.Run(3 * Second);
            world.A.Traffic(null, world.B.Address, Udp);
            world.Run(3 * Second);
            Assert.Equal(2, world.B.Sessions().Length);
            world.B.Packets.InnerSource = Victim;
            foreach (var session in world.B.Sessions())
                world.B.Packets.EspFrom(session.InboundSpi, 1, tunnel ? Outside : Victim, tunnel ? 14500 : 4500);
            world.Settle();
            world.B.Traffic(null, Victim, Tcp);
            world.B.Traffic(null, Victim, Udp);
            world.Settle();
            Assert.True(world.B.Packets.Sealed == 0, Ladder.Log(world));
            Assert.Equal(Outside, world.B.Sas().Single().RemoteAddress);
            Assert.All(world.B.Packets.Live.Where(_ => tunnel), c => Assert.True(IpAddress.Same(c, TransformConfig.Remote, IpAddress.Parse(Outside).Words, 0)));
        }

        // A secret that many share behind a line without -f: there the address is the identity, and it is the one of IKE_SA_INIT.
        [Theory]
        [InlineData(true)]
        [InlineData(false)]
        public void WhoHasASharedSecretIsNotAtAnAddressThatHeOnlyNames(bool spoofs)
        {
            using var world = new World();
            world.A.Remote(world.B.Address, new Setup { OurId = "ipv4:" + Victim });
            world.B.Remote("0.0.0.0", new Setup { Initiate = false }).RemoteId = null;
            world.A.Policy("policy1", world.B.Address, Tcp, new Setup());
            world.B.Policy("policy1", Outside, Tcp, new Setup());
            Spoof(world, spoofs ? Auth : 0);
            world.A.Traffic(null, world.B.Address, Tcp);
            world.Run(3 * Second);
            Assert.DoesNotContain(world.B.Sas(), sa => sa.State == "ESTABLISHED");
            Assert.True(world.B.Said("identity that is not expected"), Ladder.Log(world));
        }

        // His NAT gives him another address: his SA ends, since nobody answers at the old one whatever he sends, and he begins anew.
        [Fact]
        public void AnotherAddressIsAnotherStranger()
        {
            using var world = new World();
            var setup = s_null with { Tunnel = true };
            string outside = Outside;
            world.Nat = s => s.IsKeepalive ? null : Translate(world, s, outside);
            world.A.Remote(world.B.Address, setup);
            world.B.Remote("0.0.0.0", setup with { Initiate = false });
            world.A.Policy("policy1", world.B.Address, Tcp, setup with { Source = "10.0.0.0/8" });
            world.B.Policy("open", Outside, Tcp, setup with { Destination = "10.0.0.0/8" });
            world.A.Traffic(null, world.B.Address, Tcp);
            world.Settle();
            Assert.Single(world.B.Sessions());
            outside = "10.0.0.55";
            world.B.Packets.EspFrom(world.B.Sessions()[0].InboundSpi, 1, outside, 14500);
            world.Run(20 * Second);
            Assert.Equal(Outside, world.B.Sas().Single().RemoteAddress);
            world.Run(180 * Second);
            Assert.Empty(world.B.Sas());
            world.A.Traffic(null, world.B.Address, Tcp);
            world.Settle();
            Ladder.AssertUp(world);
            Assert.Equal(outside, world.B.Sas().Single().RemoteAddress);
        }

        // So many come, one after the other, each with a child of his own.
        private static void Come(World world, int count, string[] sources)
        {
            string outside = null;
            var setup = s_null with { Tunnel = true, Dpd = 0 };
            world.Nat = s => s.IsKeepalive ? null : Translate(world, s, outside);
            for (int i = 0; i < count; i++)
            {
                outside = sources[i % sources.Length];
                world.A.Start();
                world.A.Remote(world.B.Address, setup);
                world.A.Policy("policy1", world.B.Address, Tcp, setup with { Source = "10.0.0.0/8" });
                world.A.Traffic(null, world.B.Address, Tcp);
                world.Settle();
                world.Clock.Time += 100;
            }
        }

        private static World Open()
        {
            var world = new World();
            var setup = s_null with { Tunnel = true, Dpd = 0 };
            world.B.Remote("0.0.0.0", setup with { Initiate = false });
            world.B.Policy("open", "0.0.0.0", Tcp, setup with { Destination = "10.0.0.0/8", Flags = PolicyFlags.SP_CLONE_DST });
            return world;
        }

        private static string[] Sources(int count) => Enumerable.Range(0, count).Select(i => "10.0.3." + (i + 1)).ToArray();

        // RFC 7619 3.2: nobody in particular can be as many as he likes.
        [Theory]
        [InlineData(1, IkeLimits.MaxStrangersPerSource)]
        [InlineData(100, IkeLimits.MaxStrangers)]
        public void HoweverManyComeTheyHaveTheirShare(int sources, int most)
        {
            using var world = Open();
            Come(world, most + 5, Sources(sources));
            Assert.Equal(most, world.B.Sas().Count(sa => sa.State == "ESTABLISHED"));
            Assert.True(world.B.Said("that prove") || world.B.Said("that proves nothing"), Ladder.Log(world));
            // The first of them are not disturbed.
            Assert.Equal(sources == 1 ? 1 : System.Math.Min(most, sources), world.B.Sessions().Length);
        }

        // Nor by new keys for one SA, without the delete of the older one, which counts until it goes.
        [Fact]
        public void HoweverOftenOneRekeysHeHasHisShare()
        {
            using var world = Open();
            Come(world, IkeLimits.MaxStrangersPerSource - 1, Sources(1));
            world.Copies = s => s.From == world.A && s.Exchange == 37 ? 0 : 1;
            for (int i = 0; i < IkeLimits.MaxStrangersPerSource + 5; i++)
            {
                Aging.Ike(world.A, System.Array.FindIndex(world.A.Sas(), sa => sa.State == "ESTABLISHED"));
                world.Settle();
                if (world.A.Said("NO_ADDITIONAL_SAS"))
                    break;
            }
            Assert.Equal(IkeLimits.MaxStrangersPerSource, world.B.Sas().Count(sa => sa.State != "HALF_OPEN"));
            Assert.True(world.A.Said("NO_ADDITIONAL_SAS"), Ladder.Log(world));
        }

        [Theory]
        [InlineData(0, 1)]
        [InlineData(1, 0)]
        public void OfTheSessionsTheyHaveHalf(int over, int sessions)
        {
            using var world = Open();
            int sas = IkeLimits.MaxStrangers / 2, each = Limits.MaxSessions / 2 / sas;
            var held = Forger.FillSas(world.B, sas, true);
            Forger.FillChildren(held, each);
            Forger.FillChildren(held.Take(1).ToList(), each - 1 + over);
            Come(world, 1, Sources(1));
            Assert.Equal(sessions, world.B.Sessions().Length);
            Assert.True(over == 0 || world.A.Said("NO_ADDITIONAL_SAS"), Ladder.Log(world));
        }

        [Fact]
        public void WhoProvesHimselfTakesThePlaceOfTheOldest()
        {
            using var world = Open();
            Come(world, 3, Sources(3));
            Forger.FillSas(world.B, IkeLimits.MaxSas - 4, true);
            // The last place is not for one more stranger.
            Come(world, 1, new[] { "10.0.3.9" });
            Assert.Equal(3, world.B.Sas().Count(sa => sa.State == "ESTABLISHED"));
            world.Run(40 * Second);
            world.Nat = null;
            world.A.Start();
            var proved = new Setup { Remote = "proved" };
            world.B.Remote(world.A.Address, proved);
            world.B.Policy("mine", world.A.Address, Udp, proved);
            world.A.Remote(world.B.Address, proved);
            world.A.Policy("policy1", world.B.Address, Udp, proved);
            world.A.Traffic(null, world.B.Address, Udp);
            world.Settle();
            Assert.Equal("ESTABLISHED", world.A.Sas().Single().State);
            Assert.Single(world.A.Sessions());
            Assert.Equal(new[] { world.A.Address, "10.0.3.2", "10.0.3.3" }.OrderBy(a => a), world.B.Sas().Where(sa => sa.State == "ESTABLISHED").Select(sa => sa.RemoteAddress).OrderBy(a => a));
            Assert.Equal(IkeLimits.MaxSas - 1, world.B.Sas().Length);
        }

        // RFC 7619 2.5: they are kept apart. A policy sends to one peer at a time: who comes second gets the traffic only when the first is gone,
        // which is asked at once; a pattern has a policy for each.
        [Theory]
        [InlineData(AuthMethod.NullAuth, false)]
        [InlineData(AuthMethod.NullAuth, true)]
        [InlineData(AuthMethod.PresharedKey, false)]
        [InlineData(AuthMethod.PresharedKey, true)]
        public void OnePeerDoesNotEndTheTrafficOfAnotherUnderTheSamePolicy(int method, bool pattern)
        {
            using var world = new World();
            var setup = new Setup { Method = method, Tunnel = true, Dpd = 0 };
            string outside = Outside;
            world.Nat = s => s.IsKeepalive ? null : Translate(world, s, outside);
            world.B.Remote("0.0.0.0", setup with { Initiate = false }).RemoteId = null;
            world.B.Policy("open", pattern ? "0.0.0.0" : Outside, Tcp, setup with { Destination = "10.0.0.0/8", Flags = pattern ? PolicyFlags.SP_CLONE_DST : 0 });
            foreach (string at in new[] { Outside, "10.0.0.55" })
            {
                outside = at;
                world.A.Start();
                world.A.Remote(world.B.Address, setup with { OurId = "ipv4:" + at });
                world.A.Policy("policy1", world.B.Address, Tcp, setup with { Source = method == AuthMethod.NullAuth ? "10.0.0.0/8" : at });
                if (method == AuthMethod.NullAuth)
                    world.A.Traffic(null, world.B.Address, Tcp);
                else
                    Assert.Equal(0, world.A.Ike.Admin.Up("policy1"));
                world.Settle();
                world.B.Traffic(null, Outside, Tcp);
                world.Settle();
            }
            Assert.Equal(2, world.B.Packets.Sealed);
            Assert.Equal(pattern ? 2 : 1, world.B.Sessions().Length);
            if (pattern)
                return;
            Assert.True(world.B.Said("another peer has the SA for this traffic"), Ladder.Log(world));
            Assert.True(world.A.Said("TS_UNACCEPTABLE"), Ladder.Log(world));
            world.Run(120 * Second);
            Assert.Empty(world.B.Sessions());
            Assert.Equal(0, world.A.Ike.Admin.Up("policy1"));
            world.Settle();
            Assert.Single(world.B.Sessions());
            Assert.Equal(outside, world.B.Sas().Single().RemoteAddress);
        }

        // Under a line for peers from anywhere each has an SA of its own: the newer one of another peer is no successor of the older one.
        [Theory]
        [InlineData(AuthMethod.NullAuth)]
        [InlineData(AuthMethod.PresharedKey)]
        public void AnotherPeersNewerSaDoesNotKeepOneFromBeingRekeyed(int method)
        {
            using var world = new World();
            var setup = new Setup { Method = method, Tunnel = true, Dpd = 0 };
            string outside = Outside;
            world.Nat = s => s.IsKeepalive ? null : Translate(world, s, outside);
            world.B.Remote("0.0.0.0", setup with { Initiate = false }).RemoteId = null;
            world.B.Policy("open", "0.0.0.0", Tcp, setup with { Destination = "10.0.0.0/8", Flags = PolicyFlags.SP_CLONE_DST });
            foreach (string at in new[] { Outside, "10.0.0.55" })
            {
                outside = at;
                world.A.Start();
                world.A.Remote(world.B.Address, setup with { OurId = "ipv4:" + at });
                world.A.Policy("policy1", world.B.Address, Tcp, setup with { Source = at });
                Assert.Equal(0, world.A.Ike.Admin.Up("policy1"));
                world.Settle();
                world.Clock.Time += Second;
            }
            Assert.Equal(2, world.B.Sas().Length);
            Aging.Ike(world.B);
            world.Settle();
            var asked = world.Trace.Last(s => s.From == world.B);
            Assert.Equal((Create, false, Outside), (asked.Exchange, asked.IsResponse, IpAddress.Format(asked.Info, PacketInfo.Destination)));
            // Nobody there rekeys: the SA ends, and nobody is called at no address.
            world.Run(120 * Second);
            Assert.Equal("10.0.0.55", world.B.Sas().Single().RemoteAddress);
            Assert.DoesNotContain(world.Trace, s => IpAddress.Format(s.Info, PacketInfo.Destination) == "0.0.0.0");
        }
    }
}
