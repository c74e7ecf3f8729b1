using System;
using System.Linq;
using NfIpsec.Base.Bytes;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Wire;
using NfIpsec.Native;
using Xunit;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>Rekeying of children (RFC 7296 1.3.3, 2.8), both roles, while traffic flows both ways.
    /// <code>
    ///   HDR, SK {N(REKEY_SA), SA, Ni, [KEi,] TSi, TSr}  -->
    ///                                                   <--  HDR, SK {SA, Nr, [KEr,] TSi, TSr}
    ///   HDR, SK {D}                                     -->
    ///                                                   <--  HDR, SK {D}
    /// </code></summary>
    public sealed class RekeyTests
    {
        private const int Tcp = 6;

        /// <summary>Two peers with an IKE SA and a child, and packets that reach the other side.</summary>
        internal static World Up(Setup setup, RekeyNonces nonces = null)
        {
            var world = new World();
            if (nonces != null)
            {
                (world.A.Random, world.B.Random) = (nonces.A, nonces.B);
                world.A.Start();
                world.B.Start();
            }
            world.A.Packets.Flows = world.B.Packets.Flows = true;
            var child = Ladder.Configure(world, setup);
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            Ladder.AssertUp(world);
            nonces?.A.Begin();
            nonces?.B.Begin();
            return world;
        }

        /// <summary>One packet each way, at once; both must come through.</summary>
        internal static void AssertFlows(World world)
        {
            int a = world.A.Packets.Delivered, b = world.B.Packets.Delivered;
            Send(world);
            world.Settle();
            Assert.True(a + 1 == world.A.Packets.Delivered && b + 1 == world.B.Packets.Delivered,
                (world.A.Packets.Delivered - a) + " came to A, " + (world.B.Packets.Delivered - b) + " to B\n" + Ladder.Log(world));
        }

        internal static void Send(World world)
        {
            world.A.Traffic(null, world.B.Address, Tcp);
            world.B.Traffic(null, world.A.Address, Tcp, 5001, 40000);
        }

        /// <summary>One IKE SA and one child, the same on both sides, that carries traffic; nothing else is left.</summary>
        internal static void AssertTidy(World world, int children = 1)
        {
            Ladder.AssertUp(world);
            var a = world.A.Sas()[0];
            var b = world.B.Sas()[0];
            Assert.True(a.Children == children && b.Children == children, a.Children + " and " + b.Children + " children\n" + Ladder.Log(world));
            Assert.Equal(a.InboundSpi.Take(children).OrderBy(s => s), b.OutboundSpi.Take(children).OrderBy(s => s));
            Assert.Equal(children, world.A.Sessions().Length);
            Assert.Equal(children, world.B.Sessions().Length);
            Assert.Equal(2 * children, world.A.Packets.Transforms.Count);
            Assert.Equal(2 * children, world.B.Packets.Transforms.Count);
            AssertFlows(world);
        }

        internal static Peer Peer(World world, bool a) => a ? world.A : world.B;

        [Theory]
        [InlineData(true, "")]
        [InlineData(false, "")]
        [InlineData(true, "CURVE25519")]
        [InlineData(false, "MODP2048,ECP256")]
        public void TheSuccessorTakesOverWithoutALoss(bool byA, string pfs)
        {
            int handles = CryptoNative.HandleCount();
            using (var world = Up(new Setup { Pfs = pfs, Dpd = 0 }))
            {
                var before = world.A.Sessions()[0];
                int sent = world.Trace.Count;
                // one packet each way with every message of the exchanges
                world.Copies = s => { Send(world); return 1; };
                Aging.Child(Peer(world, byA));
                world.Settle();
                world.Copies = null;
                Assert.NotEqual(before.InboundSpi, world.A.Sessions()[0].InboundSpi);
                Assert.Equal(world.B.Packets.Sealed, world.A.Packets.Delivered);
                Assert.Equal(world.A.Packets.Sealed, world.B.Packets.Delivered);
                AssertTidy(world);
                var trace = world.Trace.Skip(sent).ToArray();
                Assert.Equal(new[] { 36, 36, 37, 37 }, trace.Select(s => s.Exchange));
                Assert.All(trace, s => Assert.Equal(s.From == Peer(world, byA), !s.IsResponse));
                AssertNames(trace, world.A, byA ? before.InboundSpi : before.OutboundSpi, pfs != "");
            }
            Assert.Equal(handles, CryptoNative.HandleCount());
        }

        // REKEY_SA and the delete name the SPI that their sender expects in what comes in (RFC 7296 3.10, 3.11).
        private static void AssertNames(Sent[] trace, Peer owner, int spi, bool value)
        {
            var request = Forger.Open(trace[0], owner);
            Assert.Equal(PayloadType.Notify, request[0].Type);
            Assert.Equal(new byte[] { 3, 4, NotifyType.RekeySa >> 8, NotifyType.RekeySa & 255 }.Concat(Octets(spi)), request[0].Body);
            Assert.Equal(value, request.Any(p => p.Type == PayloadType.KeyExchange));
            var delete = Forger.Open(trace[2], owner).Single();
            Assert.Equal(new byte[] { 3, 4, 0, 1 }.Concat(Octets(spi)), delete.Body);
        }

        private static byte[] Octets(int spi)
        {
            var octets = new byte[4];
            BigEndian.Write32(octets, 0, spi);
            return octets;
        }

        // The old one is accepted by who asked until its delete is answered; who answered sends under it until then, or until the first
        // packet under the new one (RFC 7296 2.8).
        [Fact]
        public void WhoAnswersSendsUnderTheOldOneUntilTheNewOneIsInUse()
        {
            using var world = Up(new Setup { Dpd = 0 });
            var old = world.B.Sessions()[0];
            // A computes no longer: the answer lies on the wire
            world.Copies = s => s.IsResponse ? 0 : 1;
            Aging.Child(world.A);
            world.Settle();
            Assert.Equal(2, world.B.Sessions().Length);
            int b = world.B.Packets.SealedWith.Count;
            world.B.Traffic(null, world.A.Address, Tcp, 5001, 40000);
            world.Settle();
            Assert.Equal(1, world.A.Packets.Delivered);
            world.Copies = s => s.Exchange == 37 ? 0 : 1;
            world.Run(1000);
            // the delete is lost: one packet from A, and B follows
            AssertFlows(world);
            AssertFlows(world);
            Assert.Equal(2, world.A.Sessions().Length);
            world.Copies = null;
            world.Run(4000);
            AssertTidy(world);
            Assert.NotEqual(old.InboundSpi, world.B.Sessions()[0].InboundSpi);
            Assert.Equal(b + 4, world.B.Packets.SealedWith.Count);
        }

        [Fact]
        public void SoftExpiryIsAnsweredByWhoAskedForTheChildAndTheOtherStepsInLater()
        {
            using var world = Up(new Setup { ChildLife = 100, Dpd = 0 });
            int before = world.Trace.Count;
            world.Run(92000);
            Assert.All(world.Trace.Skip(before).Where(s => !s.IsResponse), s => Assert.Equal(world.A, s.From));
            Assert.Equal(4, world.Trace.Count - before);
            AssertTidy(world);
        }

        // Bytes or packets run out while they flow: rekeyed again and again, and none is lost.
        [Theory]
        [InlineData(0, 50)]
        [InlineData(6000, 0)]
        public void CountsThatRunOutBringASuccessorInTime(long bytes, long packets)
        {
            using var world = Up(new Setup { Bytes = bytes, Packets = packets, Dpd = 0 });
            int before = world.Trace.Count;
            for (int i = 0; i < 500; i++)
            {
                Send(world);
                world.Run(10);
            }
            ChildCollisionTests.AssertNothingLost(world);
            world.Run(10000);
            AssertTidy(world);
            Assert.InRange(world.Trace.Skip(before).Count(s => s.Exchange == 36 && !s.IsResponse), 8, 30);
        }

        // RFC 7296 2.8: what was made at one time is not rekeyed at one time.
        [Fact]
        public void ChildrenMadeAtOnceAreRekeyedAtDifferentTimes()
        {
            using var world = Up(new Setup { ChildLife = 1000, Dpd = 0 });
            for (int i = 1; i < 8; i++)
            {
                var setup = new Setup { ChildLife = 1000 };
                var child = world.A.Policy("policy" + (i + 1), world.B.Address, 100 + i, setup);
                world.B.Policy("policy" + (i + 1), world.A.Address, 100 + i, setup);
                world.A.Traffic(child, world.B.Address, 100 + i, 0, 0);
                world.Settle();
            }
            Assert.Equal(8, world.A.Sessions().Length);
            var times = new System.Collections.Generic.List<long>();
            world.Copies = s =>
            {
                if (s.Exchange == 36 && !s.IsResponse)
                    times.Add(world.Clock.Time);
                return 1;
            };
            long start = world.Clock.Time;
            world.Run(905000);
            Assert.Equal(8, times.Count);
            Assert.All(times, t => Assert.InRange(t - start, 800000, 900000));
            Assert.True(times.Select(t => t / 1000).Distinct().Count() >= 5, string.Join(" ", times.Select(t => t - start)));
        }

        // RFC 7296 2.8: the algorithms stay, though the one who asks now prefers others.
        [Theory]
        [InlineData("AES128-CBC,AES128-GCM16", "AES128-GCM16,AES128-CBC")]
        [InlineData("AES128-GCM16,AES128-CBC", "AES128-CBC,AES128-GCM16")]
        public void TheAlgorithmsStayWhateverTheOtherEndPrefers(string a, string b)
        {
            using var world = new World();
            var child = Ladder.Configure(world, new Setup { ChildEncryption = a, Dpd = 0 }, new Setup { ChildEncryption = b, Dpd = 0 });
            world.A.Packets.Flows = world.B.Packets.Flows = true;
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            int encryption = world.A.Sessions()[0].Encryption;
            foreach (var by in new[] { world.B, world.A, world.B })
            {
                Aging.Child(by);
                world.Settle();
                AssertTidy(world);
                Assert.Equal(encryption, world.A.Sessions()[0].Encryption);
            }
        }

        // RFC 7296 2.9.2: the successor of a narrowed child carries as much, from either side.
        [Theory]
        [InlineData(true)]
        [InlineData(false)]
        public void ANarrowedChildIsRekeyedAsItIs(bool byA)
        {
            using var world = new World();
            world.A.Packets.Flows = world.B.Packets.Flows = true;
            var child = Ladder.Configure(world, new Setup { Dpd = 0 }, new Setup { Source = "10.0.0.78,5001", Dpd = 0 });
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            Ladder.AssertUp(world);
            Aging.Child(Peer(world, byA));
            world.Settle();
            AssertTidy(world);
        }

        // The peer narrows a successor, in its request or in its answer: refused, and a fresh IKE SA takes over from the old one, which goes
        // on until then (RFC 7296 2.8, 2.9.2).
        [Theory]
        [InlineData(false)]
        [InlineData(true)]
        public void ASuccessorThatCarriesLessIsRefused(bool answer)
        {
            using var world = Up(new Setup { Dpd = 0 });
            int spi = world.A.Sessions()[0].InboundSpi;
            world.Nat = s => s.Exchange == 36 && s.IsResponse == answer
                ? Forger.Changed(s, world.A, p => p.Type == PayloadType.TsResponder ? Port(p.Body) : p.Body) : s;
            Aging.Child(answer ? world.A : world.B);
            world.Settle();
            world.Nat = null;
            Assert.True(world.A.Said("traffic selectors do not fit"), Ladder.Log(world));
            Assert.NotEqual(spi, world.A.Sessions().Single().InboundSpi);
            AssertTidy(world);
        }

        private static byte[] Port(byte[] selectors)
        {
            var one = (byte[])selectors.Clone();
            BigEndian.Write16(one, 8, 5001);
            BigEndian.Write16(one, 10, 5001);
            return one;
        }

        // RFC 7296 2.25: the child is unknown there; it goes, and a new one is made from scratch.
        [Fact]
        public void AChildThatThePeerDoesNotHaveIsMadeAnew()
        {
            using var world = Up(new Setup { Dpd = 0 });
            int spi = world.A.Sessions()[0].InboundSpi;
            world.Copies = s => 0;
            Assert.Equal(0, world.B.Ipsec.Admin.IPSecAdminFlushSAD());
            world.Run(20000);
            Forget(world);
            int before = world.Trace.Count;
            world.Copies = null;
            Aging.Child(world.A);
            world.Settle();
            var refusal = Forger.Open(world.Trace.Skip(before).First(s => s.IsResponse), world.A).Single();
            Assert.Equal(NotifyType.ChildSaNotFound, BigEndian.Read16(refusal.Body, 2));
            Assert.NotEqual(spi, world.A.Sessions().Single().InboundSpi);
            AssertTidy(world);
        }

        // B's request to delete is answered there, and A never saw it: what only a peer that is out of step does.
        private static void Forget(World world)
        {
            var request = world.Trace.Last(s => s.From == world.B && !s.IsResponse);
            world.B.Receive(Forger.Seal(Forger.Back(request, world.A), world.A, true, 37, true, BigEndian.Read32(request.Ike, 20)));
            Assert.Equal(0, world.B.Sas()[0].Children);
            ReceiveIdOf(world.A, BigEndian.Read32(request.Ike, 20) + 1);
        }

        private static void ReceiveIdOf(Peer peer, int id) => Forger.SetReceiveId(peer, id);

        // RFC 6989 2.5: a public value that is none ends the IKE SA at both ends.
        [Theory]
        [InlineData(true, true)]
        [InlineData(true, false)]
        [InlineData(false, true)]
        [InlineData(false, false)]
        public void ABadPublicValueEndsTheIkeSaAtBothEnds(bool answer, bool cut)
        {
            int handles = CryptoNative.HandleCount();
            using (var world = Up(new Setup { Pfs = "CURVE25519", Dpd = 0 }))
            {
                world.Nat = s => s.Exchange == 36 && s.IsResponse == answer
                    ? Forger.Changed(s, world.A, p => p.Type != PayloadType.KeyExchange ? p.Body : cut ? p.Body[..^1] : p.Body.Take(4).Concat(new byte[32]).ToArray()) : s;
                Aging.Child(world.A);
                world.Settle();
                Assert.Empty(world.A.Sas());
                Assert.Empty(world.B.Sas());
                Assert.Empty(world.A.Sessions());
                Assert.Empty(world.B.Sessions());
            }
            Assert.Equal(handles, CryptoNative.HandleCount());
        }
    }

    /// <summary>Where each side's nonces come from.</summary>
    internal sealed record RekeyNonces(NonceRandom A, NonceRandom B);
}
