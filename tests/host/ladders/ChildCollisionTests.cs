using System.Linq;
using NfIpsec.Base.Bytes;
using NfIpsec.Ike.Wire;
using NfIpsec.Native;
using Xunit;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>Exchanges about the same child that cross (RFC 7296 2.8.1, 2.25.1), with traffic both ways beside every message: not one
    /// packet is lost, and one child is left.
    /// <code>
    ///   A                                      B
    ///   req1: N(REKEY_SA,SPIa1), SPIa2, Ni1 -->
    ///                                      <-- req2: N(REKEY_SA,SPIb1), SPIb2, Ni2
    ///   resp2: SPIa3, Nr1                  -->
    ///                                      <-- resp1: SPIb3, Nr2
    /// </code></summary>
    public sealed class ChildCollisionTests
    {
        private const int Rekey = 36, Delete = 37;

        // The nonces of A's exchange, then those of B's: Ni1 and Nr2 are A's.
        internal static RekeyNonces Lowest(int place)
        {
            int[] first = { 9, 9, 9, 9 };
            first[place] = 1;
            return new RekeyNonces(new NonceRandom(first[0], first[3]), new NonceRandom(first[2], first[1]));
        }

        private static World Both(int lowest)
        {
            var world = RekeyTests.Up(new Setup { Dpd = 0 }, Lowest(lowest));
            Aging.Child(world.A);
            Aging.Child(world.B);
            return world;
        }

        internal static void AssertNothingLost(World world)
        {
            Assert.Equal(world.B.Packets.Sealed, world.A.Packets.Delivered);
            Assert.Equal(world.A.Packets.Sealed, world.B.Packets.Delivered);
        }

        // Who made the one with the lowest nonce closes it; the other one closes the child before both.
        [Theory]
        [InlineData(0, false)]
        [InlineData(1, false)]
        [InlineData(2, true)]
        [InlineData(3, true)]
        public void TheOneWithTheLowestNonceIsClosedByItsMaker(int lowest, bool aStays)
        {
            using var world = Both(lowest);
            int old = world.A.Sessions()[0].InboundSpi, before = world.Trace.Count;
            world.Copies = s => { RekeyTests.Send(world); return 1; };
            world.Settle();
            world.Copies = null;
            AssertNothingLost(world);
            RekeyTests.AssertTidy(world);
            var trace = world.Trace.Skip(before).ToArray();
            var deletes = trace.Where(s => s.Exchange == Delete && !s.IsResponse).ToArray();
            Assert.Equal(2, deletes.Length);
            var requests = trace.Where(s => s.Exchange == Rekey && !s.IsResponse).ToArray();
            var loser = requests.Single(s => s.From == RekeyTests.Peer(world, !aStays));
            int redundant = SpiOf(Forger.Open(loser, world.A));
            Assert.Equal(redundant, Deleted(world, deletes.Single(s => s.From == loser.From)));
            int mine = Deleted(world, deletes.Single(s => s.From != loser.From));
            Assert.Equal(aStays ? old : world.A.Sessions().Length == 0 ? 0 : OldOfB(trace, world), mine);
        }

        private static int OldOfB(Sent[] trace, World world) =>
            BigEndian.Read32(Forger.Open(trace.First(s => s.From == world.B && s.Exchange == Rekey && !s.IsResponse), world.A)[0].Body, 4);

        private static int SpiOf((int Type, byte[] Body)[] payloads) => BigEndian.Read32(payloads.Single(p => p.Type == PayloadType.SecurityAssociation).Body, 8);

        private static int Deleted(World world, Sent sent) => BigEndian.Read32(Forger.Open(sent, world.A).Single().Body, 4);

        public static TheoryData<int, int, bool, bool, string> Cases() => Fate.Cases(Rekey, Delete);

        // The second figure of 2.8.1 is among them: A's request is lost, and comes when B has finished.
        [Theory]
        [MemberData(nameof(Cases))]
        public void WhateverIsLostOneChildIsLeftAndNoPacketIsLost(int lowest, int exchange, bool byA, bool response, string fate)
        {
            int handles = CryptoNative.HandleCount();
            using (var world = Both(lowest))
            {
                Fate.Of(world, s => s.Exchange == exchange && s.IsResponse == response && s.From == RekeyTests.Peer(world, byA), fate);
                world.Run(20000);
                Fate.None(world);
                AssertNothingLost(world);
                RekeyTests.AssertTidy(world);
            }
            Assert.Equal(handles, CryptoNative.HandleCount());
        }

        // A's request arrives at a chosen point of B's rekeying, which is then under way, closing the old one, or over.
        [Theory]
        [InlineData("after B's request", 0)]
        [InlineData("after A's answer", NotifyType.TemporaryFailure)]
        [InlineData("after A's answer to the delete", NotifyType.ChildSaNotFound)]
        public void ARequestThatComesLateIsAnsweredByWhatBIsDoing(string when, int notify)
        {
            using var world = Both(0);
            Sent late = null;
            int answers = 0;
            world.Copies = s =>
            {
                if (s.From == world.A && s.Exchange == Rekey && !s.IsResponse && late == null)
                {
                    late = s;
                    return 0;
                }
                return s.From == world.A && s.Exchange == Delete && s.IsResponse && when == "after A's answer" ? 0 : 1;
            };
            if (when == "after B's request")
                world.Copies = null;
            world.Settle();
            if (late != null)
            {
                world.Copies = s => s.From == world.A && s.Exchange == Delete && s.IsResponse && when == "after A's answer" && answers++ == 0 ? 0 : 1;
                world.B.Receive(late);
                world.Settle();
                var answer = world.Trace.Last(s => s.From == world.B && s.Exchange == Rekey && s.IsResponse);
                Assert.Equal(notify, BigEndian.Read16(Forger.Open(answer, world.A).Single().Body, 2));
            }
            world.Copies = null;
            world.Run(60000);
            RekeyTests.AssertTidy(world);
            Assert.Equal(0, world.A.Log.Lines.Count(l => l.Contains("the peer says")));
        }

        public static TheoryData<bool, string> Deletes()
        {
            var cases = new TheoryData<bool, string>();
            foreach (bool both in new[] { false, true })
                foreach (string fate in new[] { "none", "lost A 36", "lost B 36", "lost A 37", "lost B 37", "late A 36", "late B 37" })
                    cases.Add(both, fate);
            return cases;
        }

        // B deletes the child while A rekeys it, or both delete it: it is gone on both sides, nobody is told of a failure, and the next packet
        // brings a new one.
        [Theory]
        [MemberData(nameof(Deletes))]
        public void AChildDeletedThereWhileItIsRekeyedOrDeletedHereIsGone(bool both, string fate)
        {
            using var world = RekeyTests.Up(new Setup { Dpd = 0 });
            var word = fate.Split(' ');
            if (word.Length > 1)
                Fate.Of(world, s => s.From == RekeyTests.Peer(world, word[1] == "A") && s.Exchange == int.Parse(word[2]), word[0], false);
            Assert.Equal(0, world.B.Ipsec.Admin.IPSecAdminFlushSAD());
            if (both)
                Assert.Equal(0, world.A.Ipsec.Admin.IPSecAdminFlushSAD());
            else
                Aging.Child(world.A);
            world.Run(60000);
            Fate.None(world);
            Assert.Equal(0, world.A.Sas().Single().Children);
            Assert.Equal(0, world.B.Sas().Single().Children);
            Assert.Empty(world.A.Sessions());
            Assert.Empty(world.B.Sessions());
            world.A.Traffic(null, world.B.Address, 6);
            world.Settle();
            RekeyTests.AssertTidy(world);
        }

        // The answer to a rekeying comes after the delete of what it made.
        [Fact]
        public void AChildDeletedBeforeItsAnswerCameIsNotMade()
        {
            using var world = RekeyTests.Up(new Setup { Dpd = 0 });
            world.Copies = s => s.From == world.B && s.Exchange == Rekey ? 0 : 1;
            Aging.Child(world.A);
            world.Settle();
            Assert.Equal(0, world.B.Ipsec.Admin.IPSecAdminFlushSAD());
            world.Settle();
            world.Copies = null;
            world.Run(60000);
            Assert.Empty(world.A.Sessions());
            Assert.Empty(world.B.Sessions());
            Assert.Equal(0, world.A.Sas().Single().Children);
        }

        // THREATS 18: what a peer says of SPIs that are not there, or not of that protocol, or twice, harms nothing.
        [Theory]
        [InlineData("unknown", 0, 1)]
        [InlineData("AH for ESP", 0, 1)]
        [InlineData("twice in one", 1, 0)]
        [InlineData("twice", 1, 0)]
        public void T18_DeletesOfWhatIsNotThereAreAnsweredEmpty(string what, int named, int left)
        {
            using var world = RekeyTests.Up(new Setup { Dpd = 0 });
            int spi = world.A.Sessions()[0].InboundSpi;
            var auth = world.Trace.First(s => s.From == world.A && s.Exchange == 35);
            var body = Delete1(what == "AH for ESP" ? 2 : 3, what == "unknown" ? spi + 1 : spi);
            int id = 2;
            if (what == "twice in one")
                body = new byte[] { 3, 4, 0, 2 }.Concat(body[4..]).Concat(body[4..]).ToArray();
            world.B.Receive(Forger.Seal(auth, world.A, true, Delete, false, id++, (PayloadType.Delete, body)));
            Assert.Equal(named, Forger.Open(world.Trace.Last(s => s.From == world.B), world.A).Length);
            if (what == "twice")
            {
                world.B.Receive(Forger.Seal(auth, world.A, true, Delete, false, id, (PayloadType.Delete, body)));
                Assert.Empty(Forger.Open(world.Trace.Last(s => s.From == world.B), world.A));
            }
            Assert.Equal(left, world.B.Sessions().Length);
            Assert.Equal("ESTABLISHED", world.B.Sas().Single().State);
        }

        private static byte[] Delete1(int protocol, int spi)
        {
            var body = new byte[] { (byte)protocol, 4, 0, 1, 0, 0, 0, 0 };
            BigEndian.Write32(body, 4, spi);
            return body;
        }

        // REKEY_SA of AH with the SPI of an ESP SA: not found (RFC 7296 1.3.3: the protocol matches).
        [Fact]
        public void T18_RekeySaOfAnotherProtocolIsNotFound()
        {
            using var world = RekeyTests.Up(new Setup { Dpd = 0 });
            world.Nat = s => s.From == world.A && s.Exchange == Rekey
                ? Forger.Changed(s, world.A, p => p.Type == PayloadType.Notify && p.Body[0] == 3 ? new byte[] { 2 }.Concat(p.Body[1..]).ToArray() : p.Body) : s;
            Aging.Child(world.A);
            world.Settle();
            var refusal = Forger.Open(world.Trace.First(s => s.From == world.B && s.Exchange == Rekey), world.A).Single();
            Assert.Equal(NotifyType.ChildSaNotFound, BigEndian.Read16(refusal.Body, 2));
            Assert.Equal(2, refusal.Body[0]);
        }
    }

    /// <summary>What becomes of the first datagram that a test means (again: nothing, here); one packet of traffic each way beside every other.</summary>
    internal static class Fate
    {
        /// <summary>Which of the four nonces is the lowest, the exchange, whether A sends, whether an answer is meant, and what becomes of
        /// the message.</summary>
        public static TheoryData<int, int, bool, bool, string> Cases(params int[] exchanges)
        {
            var cases = new TheoryData<int, int, bool, bool, string>();
            for (int lowest = 0; lowest < 4; lowest++)
                foreach (int exchange in exchanges)
                    foreach (bool byA in new[] { true, false })
                        foreach (bool response in new[] { true, false })
                            foreach (string fate in new[] { "lost", "lost twice", "doubled", "late" })
                                cases.Add(lowest, exchange, byA, response, fate);
            return cases;
        }

        public static void Of(World world, System.Func<Sent, bool> meant, string fate, bool traffic = true)
        {
            int left = fate == "lost twice" ? 2 : 1;
            bool Meets(Sent s) => !s.IsKeepalive && meant(s) && left > 0 && left-- > 0;
            world.Delay = fate == "late" ? Meets : null;
            world.Copies = s =>
            {
                if (traffic)
                    RekeyTests.Send(world);
                return fate != "late" && Meets(s) ? fate == "doubled" ? 2 : fate == "again" ? 1 : 0 : 1;
            };
        }

        public static void None(World world)
        {
            world.Delay = null;
            world.Copies = null;
            world.Settle();
        }
    }
}
