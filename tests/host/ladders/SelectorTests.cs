using System.Linq;
using NfIpsec.Base;
using NfIpsec.Base.Bytes;
using NfIpsec.Ike.Session;
using NfIpsec.Ike.Wire;
using NfIpsec.Ipsec.Management;
using Xunit;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>Several selectors and the notifies about a child (RFC 7296 2.9, 1.3.1): what each end says, and what it makes of the
    /// other's words.</summary>
    public sealed class SelectorTests
    {
        private const int Tcp = 6, Icmp = 1, TsInitiator = 44, TsResponder = 45, Notify = 41;

        private static byte[] Body(World world, Peer from, int payload) =>
            Forger.Open(world.Trace.Last(s => s.From == from && (s.Exchange == 35 || s.Exchange == 36)), world.A).Single(p => p.Type == payload).Body;

        private static bool Says(World world, Peer from, int notify) =>
            world.Trace.Where(s => s.From == from && (s.Exchange == 35 || s.Exchange == 36))
                .Any(s => Forger.Open(s, world.A).Any(p => p.Type == Notify && BigEndian.Read16(p.Body, 2) == notify));

        /// <summary>One IPv4 selector of a payload: protocol, ports, addresses.</summary>
        private static string Text(byte[] body, int index)
        {
            int at = 4 + 16 * index;
            string Address(int from) => string.Join('.', body.Skip(from).Take(4));
            return body[at + 1] + " " + BigEndian.Read16(body, at + 4) + "-" + BigEndian.Read16(body, at + 6) + " " + Address(at + 8) + "-" + Address(at + 12);
        }

        private static World Up(Setup a, Setup b, int protocol = Tcp, int sourcePort = 40000, int destinationPort = 5001)
        {
            var world = new World();
            world.A.Remote(world.B.Address, a);
            world.B.Remote(world.A.Address, b);
            var child = world.A.Policy("policy1", world.B.Address, protocol, a);
            world.B.Policy("policy1", world.A.Address, protocol, b);
            world.A.Traffic(child, world.B.Address, protocol, sourcePort, destinationPort);
            world.Settle();
            return world;
        }

        [Theory]
        [InlineData(Tcp, 40000, 5001, "6 40000-40000 10.0.0.77-10.0.0.77", "6 5001-5001 10.0.0.78-10.0.0.78")]
        [InlineData(Icmp, 256 + 8, 256 + 0, "1 2048-2048 10.0.0.77-10.0.0.77", "1 2048-2048 10.0.0.78-10.0.0.78")]
        [InlineData(Tcp, -1, -1, "6 0-65535 10.0.0.77-10.0.0.77", "6 0-65535 10.0.0.78-10.0.0.78")]
        [InlineData(47, 0, 0, "47 0-65535 10.0.0.77-10.0.0.77", "47 0-65535 10.0.0.78-10.0.0.78")]
        public void ThePacketThatAsksStandsFirst(int protocol, int source, int destination, string first, string second)
        {
            var setup = new Setup { Tunnel = true, Source = "10.0.0.0/24", Destination = "10.0.0.0/24" };
            using var world = Up(setup, setup, protocol, source, destination);
            Ladder.AssertUp(world);
            var request = world.Trace.First(s => s.Exchange == 35);
            var payloads = Forger.Open(request, world.A);
            byte[] tsi = payloads.Single(p => p.Type == TsInitiator).Body, tsr = payloads.Single(p => p.Type == TsResponder).Body;
            Assert.Equal(new[] { 2, 2 }, new int[] { tsi[0], tsr[0] });
            Assert.Equal((first, second), (Text(tsi, 0), Text(tsr, 0)));
            Assert.Equal(protocol + " 0-65535 10.0.0.0-10.0.0.255", Text(tsi, 1));
            // The answer holds it in the one selector of the policy.
            Assert.Equal((1, protocol + " 0-65535 10.0.0.0-10.0.0.255"), (Body(world, world.B, TsInitiator)[0], Text(Body(world, world.B, TsInitiator), 0)));
            Assert.False(world.A.Said("narrower") || world.B.Said("narrower"));
        }

        [Fact]
        public void WithoutAPacketThePolicyIsAskedForAlone()
        {
            using var world = new World();
            Ladder.Configure(world, new Setup());
            Assert.Equal(Status.XE_OK, world.A.Ike.Admin.Up("policy1"));
            world.Settle();
            Ladder.AssertUp(world);
            Assert.Equal(1, Forger.Open(world.Trace.First(s => s.Exchange == 35), world.A).Single(p => p.Type == TsInitiator).Body[0]);
        }

        // B has two policies that meet the offer; the packet is the second's alone, though the offer has all of the first.
        [Fact]
        public void ThePolicyThatHasThePacketIsChosenAndMoreIsPossible()
        {
            using var world = new World();
            var wide = new Setup { Tunnel = true, Source = "10.0.0.77", Destination = "10.0.0.0/24" };
            world.A.Remote(world.B.Address, wide);
            world.B.Remote(world.A.Address, wide);
            var child = world.A.Policy("wide", world.B.Address, Tcp, wide);
            world.B.Policy("low", world.A.Address, Tcp, wide with { Source = "10.0.0.0/26", Destination = "10.0.0.77" });
            world.B.Policy("high", world.A.Address, Tcp, wide with { Source = "10.0.0.64/26", Destination = "10.0.0.77,40000" });
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            Ladder.AssertUp(world);
            Assert.Equal(world.B.Ike.Admin.FindChild("high").Spid, Assert.Single(world.B.Sessions()).Spid);
            Assert.Equal("6 0-65535 10.0.0.64-10.0.0.127", Text(Body(world, world.B, TsResponder), 0));
            Assert.True(Says(world, world.B, NotifyType.AdditionalTsPossible));
            Assert.True(world.A.Said("ADDITIONAL_TS_POSSIBLE"));
        }

        [Fact]
        public void OnePolicyHasNoMore()
        {
            using var world = Up(new Setup { Tunnel = true, Destination = "10.0.0.0/24" }, new Setup { Tunnel = true });
            Ladder.AssertUp(world);
            Assert.False(Says(world, world.B, NotifyType.AdditionalTsPossible));
        }

        // The offer's selectors, each cut to the policy: what one has already is not said twice, and nothing is wider than either.
        [Fact]
        public void SeveralSelectorsAreNarrowedOneByOne()
        {
            using var world = new World();
            var a = new Setup { Tunnel = true, Destination = "10.0.0.0/24" };
            world.A.Remote(world.B.Address, a);
            world.B.Remote(world.A.Address, a);
            var child = world.A.Policy("policy1", world.B.Address, Tcp, a);
            world.B.Policy("policy1", world.A.Address, Tcp, a with { Source = "10.0.0.72-10.0.0.90", Destination = world.A.Address });
            string[] asked = { "78-78", "70-74", "73-75", "88-99", "78-79" };
            byte[] many = Enumerable.Concat(new byte[] { (byte)asked.Length, 0, 0, 0 }, asked.SelectMany(range => new byte[] { 7, 6, 0, 16, 0, 0, 255, 255, 10, 0, 0,
                byte.Parse(range.Split('-')[0]), 10, 0, 0, byte.Parse(range.Split('-')[1]) })).ToArray();
            world.Nat = s => s.From == world.A && s.Exchange == 35 ? Forger.Changed(s, world.A, p => p.Type == TsResponder ? many : p.Body) : s;
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            byte[] answer = Body(world, world.B, TsResponder);
            Assert.Equal(new[] { "72-74", "73-75", "88-90", "78-79" }, Enumerable.Range(0, answer[0])
                .Select(i => answer[4 + 16 * i + 11] + "-" + answer[4 + 16 * i + 15]).ToArray());
        }

        // A peer that wants one pair for each SA gets it: first both addresses, then the packet's ports too.
        [Theory]
        [InlineData(1, "6 0-65535 10.0.0.78-10.0.0.78")]
        [InlineData(2, "6 5001-5001 10.0.0.78-10.0.0.78")]
        public void SinglePairRequiredIsAnsweredWithThePacketsPair(int refusals, string asked)
        {
            using var world = new World();
            var setup = new Setup { Tunnel = true, Destination = "10.0.0.0/24" };
            var child = Ladder.Configure(world, setup, new Setup { Tunnel = true, Source = "10.0.0.0/24" });
            int left = refusals;
            world.Nat = s => s.From == world.B && s.Exchange >= 35 && s.Exchange <= 36 && left-- > 0
                ? Forger.Seal(s, world.A, false, s.Exchange, true, BigEndian.Read32(s.Ike, 20), Refusal(s, world)) : s;
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            byte[] tsr = Forger.Open(world.Trace.Last(s => s.From == world.A && s.Exchange == 36), world.A).Single(p => p.Type == TsResponder).Body;
            Assert.Equal((1, asked), (tsr[0], Text(tsr, 0)));
            Assert.Single(world.A.Sessions());
            Assert.Equal(1, world.A.Packets.Sealed);
            Assert.Equal(0, world.A.Packets.Held);
            world.A.Traffic(child, "10.0.0.79", Tcp);
            world.Settle();
            Assert.Equal(1, world.A.Packets.Sealed);
            Assert.True(world.A.Said("set clone="));
        }

        // IKE_AUTH keeps its proof (IDr and AUTH) when the child alone is refused (RFC 7296 1.2).
        private static (int, byte[])[] Refusal(Sent sent, World world)
        {
            var kept = sent.Exchange == 35 ? Forger.Open(sent, world.A).Where(p => p.Type == 36 || p.Type == 39) : Enumerable.Empty<(int, byte[])>();
            return kept.Append((Notify, new byte[] { 0, 0, 0, NotifyType.SinglePairRequired })).ToArray();
        }

        [Fact]
        public void WhoeverInsistsOnOnePairIsNotAskedForEver()
        {
            using var world = new World();
            var child = Ladder.Configure(world, new Setup());
            world.Nat = s => s.From == world.B && s.Exchange >= 35 && s.Exchange <= 36
                ? Forger.Seal(s, world.A, false, s.Exchange, true, BigEndian.Read32(s.Ike, 20), Refusal(s, world)) : s;
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            Assert.Empty(world.A.Sessions());
            Assert.Equal(0, world.A.Packets.Held);
            Assert.True(world.A.Said("the peer says SINGLE_PAIR_REQUIRED"));
            Assert.Equal(2, world.Trace.Count(s => s.From == world.A && s.Exchange == 36));
        }

        // The policy pads; who says that he takes no padding gets none, the other end goes on.
        [Theory]
        [InlineData(true)]
        [InlineData(false)]
        public void TfcPaddingGoesOnlyToWhoTakesIt(bool responderRefuses)
        {
            using var world = new World();
            var setup = new Setup { Tunnel = true, Flags = PolicyFlags.SP_TX_TFC_PADDING };
            var child = Ladder.Configure(world, setup);
            var refuser = responderRefuses ? world.B : world.A;
            bool heard = false;
            // B's AUTH does not cover the payloads: what is added verifies.
            world.Nat = s =>
            {
                if (s.From != refuser || s.Exchange != 35)
                    return s;
                heard = true;
                var payloads = Forger.Open(s, refuser).Append((Notify, new byte[] { 0, 0, 0x40, 0x0a })).ToArray();
                return Forger.Seal(s, refuser, true, 35, s.IsResponse, 1, payloads);
            };
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            Ladder.AssertUp(world);
            Assert.True(heard);
            int before = world.A.Packets.Padding + world.B.Packets.Padding;
            for (int i = 0; i < 40; i++)
            {
                world.A.Traffic(child, world.B.Address, Tcp);
                world.B.Traffic(null, world.A.Address, Tcp, 5001, 40000);
            }
            world.Settle();
            Assert.Equal(0, (responderRefuses ? world.A : world.B).Packets.Padding);
            Assert.True((responderRefuses ? world.B : world.A).Packets.Padding > before);
        }

        // Padding is always taken, and non-first fragments never go into an SA of their own: neither end says either.
        [Fact]
        public void NeitherEndRefusesPaddingOrOffersNonFirstFragments()
        {
            using var world = new World();
            var child = Ladder.Configure(world, new Setup { Tunnel = true });
            world.Nat = s => s.From == world.A && s.Exchange == 35 ? Forger.Seal(s, world.A, true, 35, false, 1,
                Forger.Open(s, world.A).Append((Notify, new byte[] { 0, 0, 0x40, 0x0b })).ToArray()) : s;
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            Ladder.AssertUp(world);
            foreach (var peer in new[] { world.A, world.B })
            {
                Assert.False(Says(world, peer, NotifyType.NonFirstFragmentsAlso));
                Assert.False(Says(world, peer, NotifyType.EspTfcPaddingNotSupported));
            }
        }

        // RFC 7296 1.3.1: a responder without a policy in transport mode declines; the initiator that cannot have that deletes the SA.
        [Fact]
        public void ATransportRequestThatIsDeclinedEndsInADelete()
        {
            using var world = Up(new Setup(), new Setup { Tunnel = true });
            Assert.True(Says(world, world.A, NotifyType.UseTransportMode));
            Assert.False(Says(world, world.B, NotifyType.UseTransportMode));
            Assert.Contains(world.Trace, s => s.From == world.A && s.Exchange == 37);
            Assert.Empty(world.A.Sessions());
            Assert.Empty(world.B.Sessions());
            Assert.True(world.A.Said("transport or tunnel: compare -m"), Ladder.Log(world));
            Assert.Equal("ESTABLISHED", world.A.Sas().Single().State);
        }

        [Theory]
        [InlineData(false)]
        [InlineData(true)]
        public void OfTwoPoliciesTheOneInTheModeAskedForIsTaken(bool transport)
        {
            using var world = new World();
            var setup = new Setup { Tunnel = !transport };
            world.A.Remote(world.B.Address, setup);
            world.B.Remote(world.A.Address, setup);
            var child = world.A.Policy("policy1", world.B.Address, Tcp, setup);
            world.B.Policy("first", world.A.Address, Tcp, setup with { Tunnel = transport, Destination = "10.0.0.76/30" });
            world.B.Policy("second", world.A.Address, Tcp, setup with { Tunnel = !transport, Destination = "10.0.0.72/29" });
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            Ladder.AssertUp(world);
            Assert.Equal(world.B.Ike.Admin.FindChild("second").Spid, Assert.Single(world.B.Sessions()).Spid);
        }
    }
}
