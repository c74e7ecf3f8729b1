using System.Linq;
using NfIpsec.Base.Bytes;
using NfIpsec.Ike.Wire;
using NfIpsec.Native;
using Xunit;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>Rekeying of the IKE SA (RFC 7296 1.3.2, 2.8, 2.18), both roles.
    /// <code>
    ///   HDR, SK {SA, Ni, KEi}  -->
    ///                          <--  HDR, SK {SA, Nr, KEr}
    ///   HDR, SK {D}            -->
    ///                          <--  HDR, SK {}
    /// </code></summary>
    public sealed class IkeRekeyTests
    {
        private const int Tcp = 6, Icmp = 1;

        [Theory]
        [InlineData(true, "AES128-CBC", "HMAC-SHA-2-256", "HMAC-SHA-2-256", "CURVE25519")]
        [InlineData(false, "AES128-CBC", "HMAC-SHA-2-256", "HMAC-SHA-2-256", "CURVE25519")]
        [InlineData(true, "AES256-GCM16", "", "HMAC-SHA-2-384", "ECP256")]
        [InlineData(false, "CHACHA20-POLY1305", "", "AES-XCBC", "MODP2048")]
        [InlineData(true, "AES128-CBC", "AES-CMAC", "AES-CMAC", "ECP521")]
        public void TheNewOneHasTheChildrenAndTheOldOneGoes(bool byA, string encryption, string integrity, string prf, string group)
        {
            int handles = CryptoNative.HandleCount();
            using (var world = RekeyTests.Up(new Setup { Encryption = encryption, Integrity = integrity, Prf = prf, Groups = group, Dpd = 0 }))
            {
                var old = world.A.Sas()[0];
                int child = world.A.Sessions()[0].InboundSpi, before = world.Trace.Count, kept = CryptoNative.HandleCount();
                for (int round = 0; round < 3; round++)
                {
                    world.Copies = s => { RekeyTests.Send(world); return 1; };
                    Aging.Ike(RekeyTests.Peer(world, byA == (round != 1)));
                    world.Settle();
                    world.Copies = null;
                    ChildCollisionTests.AssertNothingLost(world);
                    RekeyTests.AssertTidy(world);
                    Assert.Equal(kept, CryptoNative.HandleCount());
                }
                Assert.Equal(child, world.A.Sessions()[0].InboundSpi);
                Assert.NotEqual(old.InitiatorSpi, world.A.Sas()[0].InitiatorSpi);
                Assert.NotEqual(old.ResponderSpi, world.A.Sas()[0].ResponderSpi);
                Assert.Equal(byA, world.A.Sas()[0].Initiator);
                Assert.Equal(!byA, world.B.Sas()[0].Initiator);
                AssertLadder(world, world.Trace.Skip(before).Take(4).ToArray(), RekeyTests.Peer(world, byA));
            }
            Assert.Equal(handles, CryptoNative.HandleCount());
        }

        private static void AssertLadder(World world, Sent[] trace, Peer initiator)
        {
            Assert.Equal(new[] { 36, 36, 37, 37 }, trace.Select(s => s.Exchange));
            Assert.All(trace, s => Assert.Equal(s.From == initiator, !s.IsResponse));
            // all of them under the old SPIs, with ids that go on
            Assert.Single(trace.Select(s => System.Convert.ToHexString(s.Ike[..16])).Distinct());
            Assert.Equal(BigEndian.Read32(trace[0].Ike, 20) + 1, BigEndian.Read32(trace[2].Ike, 20));
        }

        // Ids begin with 0 on both sides, and who began the exchange is the original initiator (RFC 7296 1.3.2).
        [Theory]
        [InlineData(true)]
        [InlineData(false)]
        public void IdsOfTheNewOneBeginWithZero(bool byA)
        {
            using var world = RekeyTests.Up(new Setup { Dpd = 0 });
            Aging.Ike(RekeyTests.Peer(world, byA));
            world.Settle();
            foreach (var by in new[] { world.B, world.A })
            {
                int before = world.Trace.Count;
                Aging.Child(by);
                world.Settle();
                var trace = world.Trace.Skip(before).ToArray();
                Assert.Equal(new[] { 0, 0, 1, 1 }, trace.Select(s => BigEndian.Read32(s.Ike, 20)));
                Assert.All(trace, s => Assert.Equal(s.From == RekeyTests.Peer(world, byA), (s.Ike[19] & 8) != 0));
            }
            RekeyTests.AssertTidy(world);
        }

        // A request with id 0 that comes again gets the same answer: under the new keys there was no IKE_SA_INIT.
        [Theory]
        [InlineData(true)]
        [InlineData(false)]
        public void TheFirstRequestUnderTheNewOneMayBeRepeated(bool byA)
        {
            using var world = RekeyTests.Up(new Setup { Dpd = 0 });
            Aging.Ike(world.A);
            world.Settle();
            var by = RekeyTests.Peer(world, byA);
            int lost = 0;
            world.Copies = s => s.From != by && s.IsResponse && lost++ == 0 ? 0 : 1;
            Aging.Child(by);
            world.Run(5000);
            Assert.True(lost > 1);
            RekeyTests.AssertTidy(world);
        }

        [Fact]
        public void AllChildrenAreInheritedAndSoAreNegotiationsThatWait()
        {
            using var world = RekeyTests.Up(new Setup { Dpd = 0 });
            var icmp = world.A.Policy("policy2", world.B.Address, Icmp, new Setup());
            world.B.Policy("policy2", world.A.Address, Icmp, new Setup());
            world.Copies = s => s.IsResponse ? 0 : 1;
            Aging.Ike(world.A);
            world.Settle();
            // it waits for the exchange under way
            world.A.Traffic(icmp, world.B.Address, Icmp);
            world.Settle();
            Assert.Single(world.A.Sessions());
            world.Copies = null;
            world.Run(1000);
            RekeyTests.AssertTidy(world, 2);
            Assert.Equal(0, world.A.Packets.Held);
        }

        // The last known gap of time: soft ends of IKE SAs, jittered; who began it goes first.
        [Fact]
        public void SoftEndsRekeyAgainAndAgain()
        {
            int handles = CryptoNative.HandleCount();
            using (var world = RekeyTests.Up(new Setup { IkeLife = 1000, ChildLife = 300, Dpd = 0 }))
            {
                var spis = new System.Collections.Generic.HashSet<string>();
                for (int i = 0; i < 100; i++)
                {
                    world.Run(100000);
                    spis.Add(world.A.Sas()[0].InitiatorSpi);
                    RekeyTests.AssertTidy(world);
                }
                Assert.InRange(spis.Count, 10, 14);
                Assert.DoesNotContain(world.Trace.Skip(4), s => s.Exchange == 34);
            }
            Assert.Equal(handles, CryptoNative.HandleCount());
        }

        // A peer that rekeys no IKE SA: a fresh one takes over (RFC 7296 2.8).
        [Theory]
        [InlineData(NotifyType.NoAdditionalSas)]
        [InlineData(NotifyType.NoProposalChosen)]
        public void WhereThePeerRefusesAFreshOneTakesOver(int notify)
        {
            using var world = RekeyTests.Up(new Setup { IkeLife = 1000, ChildLife = 100000, Dpd = 0 });
            world.Copies = s => s.From == world.A && s.Exchange == 36 && !s.IsResponse ? Answer(world, s, notify) : 1;
            string spi = world.A.Sas()[0].InitiatorSpi;
            world.Run(930000);
            RekeyTests.AssertTidy(world);
            Assert.NotEqual(spi, world.A.Sas()[0].InitiatorSpi);
            Assert.Contains(world.Trace.Skip(4), s => s.Exchange == 34);
            Assert.True(world.A.Said("a fresh one takes over"));
        }

        // B is never asked: somebody else answers in its place.
        private static int Answer(World world, Sent request, int notify)
        {
            var answer = Forger.Seal(Forger.Back(request, world.B), world.A, false, 36, true, BigEndian.Read32(request.Ike, 20), (41, new byte[] { 0, 0, (byte)(notify >> 8), (byte)notify }));
            Forger.SetReceiveId(world.B, BigEndian.Read32(request.Ike, 20) + 1);
            world.Later.Enqueue(answer);
            return 0;
        }

        [Theory]
        [InlineData(true, true)]
        [InlineData(true, false)]
        [InlineData(false, true)]
        [InlineData(false, false)]
        public void ABadPublicValueEndsItAtBothEnds(bool answer, bool cut)
        {
            int handles = CryptoNative.HandleCount();
            using (var world = RekeyTests.Up(new Setup()))
            {
                world.Nat = s => s.Exchange == 36 && s.IsResponse == answer
                    ? Forger.Changed(s, world.A, p => p.Type != PayloadType.KeyExchange ? p.Body : cut ? p.Body[..^1] : p.Body.Take(4).Concat(new byte[32]).ToArray()) : s;
                Aging.Ike(world.A);
                world.Settle();
                world.Nat = null;
                world.Run(200000);
                Assert.Empty(world.A.Sas());
                Assert.Empty(world.B.Sas());
                Assert.Empty(world.A.Sessions());
                Assert.Empty(world.B.Sessions());
            }
            Assert.Equal(handles, CryptoNative.HandleCount());
        }

        // THREATS 7: no SPI, the group of the proposal, and a proposal without one.
        [Theory]
        [InlineData("no SPI", NotifyType.NoProposalChosen)]
        [InlineData("other group", NotifyType.InvalidKePayload)]
        [InlineData("no group", NotifyType.NoProposalChosen)]
        public void T7_WhatTheRequestGetsWrongIsRefusedByName(string what, int notify)
        {
            using var world = RekeyTests.Up(new Setup { Dpd = 0 });
            var proposal = what == "no group"
                ? new byte[] { 0, 0, 0, 44, 1, 1, 8, 3, 1, 2, 3, 4, 5, 6, 7, 8, 3, 0, 0, 12, 1, 0, 0, 12, 128, 14, 0, 128, 3, 0, 0, 8, 2, 0, 0, 5, 0, 0, 0, 8, 3, 0, 0, 12 }
                : what == "no SPI"
                ? new byte[] { 0, 0, 0, 44, 1, 1, 0, 4, 3, 0, 0, 12, 1, 0, 0, 12, 128, 14, 0, 128, 3, 0, 0, 8, 2, 0, 0, 5, 3, 0, 0, 8, 3, 0, 0, 12, 0, 0, 0, 8, 4, 0, 0, 31 }
                : new byte[] { 0, 0, 0, 52, 1, 1, 8, 4, 1, 2, 3, 4, 5, 6, 7, 8, 3, 0, 0, 12, 1, 0, 0, 12, 128, 14, 0, 128, 3, 0, 0, 8, 2, 0, 0, 5, 3, 0, 0, 8, 3, 0, 0, 12, 0, 0, 0, 8, 4, 0, 0, 31 };
            var ke = new byte[] { 0, (byte)(what == "other group" ? 19 : 31), 0, 0 }.Concat(Enumerable.Repeat((byte)9, what == "other group" ? 64 : 32)).ToArray();
            var auth = world.Trace.First(s => s.From == world.A && s.Exchange == 35);
            world.B.Receive(Forger.Seal(auth, world.A, true, 36, false, 2, (33, proposal), (40, new byte[32]), (34, ke)));
            world.Settle();
            Assert.Equal(notify, BigEndian.Read16(Forger.Open(world.Trace.Last(), world.A).Single().Body, 2));
            Assert.Single(world.B.Sas());
            Assert.Single(world.B.Sessions());
        }
    }
}
