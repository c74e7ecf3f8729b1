using System;
using System.Linq;
using NfIpsec.Base.Bytes;
using NfIpsec.Ike.Wire;
using NfIpsec.Native;
using Xunit;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>Exchanges that cross the rekeying of the IKE SA (RFC 7296 2.8.2, 2.25.1, 2.25.2), with traffic beside every message: one IKE
    /// SA with all children is left, the same on both sides, and not one packet is lost.
    /// <code>
    ///   A                              B
    ///   req1: SA(SPIa1), Ni1, KEi -->
    ///                             <--  req2: SA(SPIb1), Ni2, KEi
    ///   resp2: SA(SPIa2), Nr1, KEr -->
    ///                             <--  resp1: SA(SPIb2), Nr2, KEr
    /// </code></summary>
    public sealed class IkeCollisionTests
    {
        private const int Create = 36, Informational = 37, Tcp = 6, Icmp = 1;

        private static World Both(int lowest, int dpd = 0)
        {
            var world = RekeyTests.Up(new Setup { Dpd = dpd }, ChildCollisionTests.Lowest(lowest));
            Aging.Ike(world.A);
            Aging.Ike(world.B);
            return world;
        }

        [Theory]
        [InlineData(0, false)]
        [InlineData(1, false)]
        [InlineData(2, true)]
        [InlineData(3, true)]
        public void TheOneWithTheLowestNonceIsDeletedByItsMaker(int lowest, bool aStays)
        {
            int handles = CryptoNative.HandleCount();
            using (var world = Both(lowest))
            {
                int before = world.Trace.Count;
                string old = Spis(world.Trace[^1]);
                world.Copies = s => { RekeyTests.Send(world); return 1; };
                world.Settle();
                world.Copies = null;
                ChildCollisionTests.AssertNothingLost(world);
                RekeyTests.AssertTidy(world);
                Assert.Equal(aStays, world.A.Sas()[0].Initiator);
                // one delete under the old SA by the maker of the one that stays, one under the redundant one by its maker
                var deletes = world.Trace.Skip(before).Where(s => s.Exchange == Informational && !s.IsResponse).ToArray();
                Assert.Equal(2, deletes.Length);
                Assert.Equal(RekeyTests.Peer(world, aStays), deletes.Single(s => Spis(s) == old).From);
                var other = deletes.Single(s => Spis(s) != old);
                Assert.Equal(RekeyTests.Peer(world, !aStays), other.From);
                Assert.Equal(0, BigEndian.Read32(other.Ike, 20));
                Assert.NotEqual(world.A.Sas()[0].InitiatorSpi + world.A.Sas()[0].ResponderSpi, Spis(other));
            }
            Assert.Equal(handles, CryptoNative.HandleCount());
        }

        private static string Spis(Sent sent) => Convert.ToHexString(sent.Ike[..16]).ToLowerInvariant();

        public static TheoryData<int, int, bool, bool, string> Cases() => Fate.Cases(Create, Informational);

        // The figure of 2.8.2 is among them: B's request is lost, and A finishes before it notices.
        [Theory]
        [MemberData(nameof(Cases))]
        public void WhateverIsLostOneIsLeftWithTheChildren(int lowest, int exchange, bool byA, bool response, string fate)
        {
            int handles = CryptoNative.HandleCount();
            using (var world = Both(lowest))
            {
                Fate.Of(world, s => s.Exchange == exchange && s.IsResponse == response && s.From == RekeyTests.Peer(world, byA), fate);
                world.Run(20000);
                Fate.None(world);
                ChildCollisionTests.AssertNothingLost(world);
                // Where the maker of the redundant one never got its answer, the other end alone has it, until it is over.
                world.Run(100000);
                RekeyTests.AssertTidy(world);
                // and it goes on from there
                Aging.Ike(world.B);
                Aging.Child(world.A);
                world.Run(20000);
                RekeyTests.AssertTidy(world);
            }
            Assert.Equal(handles, CryptoNative.HandleCount());
        }

        // A's request arrives when B has finished its own: B closes the old one, and says so (2.8.2).
        [Fact]
        public void ARequestThatComesLateGetsTemporaryFailure()
        {
            using var world = Both(0);
            Sent late = null;
            world.Copies = s =>
            {
                if (s.From == world.A && s.Exchange == Create && !s.IsResponse && late == null)
                {
                    late = s;
                    return 0;
                }
                return s.From == world.B && s.Exchange == Informational ? 0 : 1;
            };
            world.Settle();
            Assert.Equal(new[] { "DELETING", "ESTABLISHED" }, world.B.Sas().Select(s => s.State).Order());
            world.B.Receive(late);
            world.Settle();
            // A has forgotten its own attempt by the answer, and waits for the delete
            Assert.Equal(new[] { "ESTABLISHED", "REPLACED" }, world.A.Sas().Select(s => s.State).Order());
            Assert.Equal(1, world.A.Sas().Single(s => s.State == "ESTABLISHED").Children);
            world.Copies = null;
            world.Run(20000);
            RekeyTests.AssertTidy(world);
        }

        public static TheoryData<string, string, string> Crossings()
        {
            var cases = new TheoryData<string, string, string>();
            foreach (string what in new[] { "rekeys a child", "makes a child", "deletes a child", "closes", "both close", "asks whether A lives" })
                foreach (string fate in new[] { "none", "lost A 36", "lost B 36", "lost A 37", "lost B 37", "late A 36", "late B 36", "late B 37", "doubled A 36", "doubled B 36" })
                    foreach (string jobs in new[] { "", "A", "B" })
                        cases.Add(what, fate, jobs);
            return cases;
        }

        // A rekeys the IKE SA, and B does that at the same time. Either side's jobs may be late.
        [Theory]
        [MemberData(nameof(Crossings))]
        public void WhatCrossesTheRekeyingIsDoneInTheEnd(string what, string fate, string jobs)
        {
            int handles = CryptoNative.HandleCount();
            using (var world = RekeyTests.Up(new Setup { Dpd = 0 }))
            {
                world.A.Policy("policy2", world.B.Address, Icmp, new Setup());
                var icmp = world.B.Policy("policy2", world.A.Address, Icmp, new Setup());
                var word = fate.Split(' ');
                if (word.Length > 1)
                    Fate.Of(world, s => s.From == RekeyTests.Peer(world, word[1] == "A") && s.Exchange == int.Parse(word[2]), word[0], false);
                if (jobs != "")
                    RekeyTests.Peer(world, jobs == "A").Jobs.Late = 3;
                string spi = world.A.Sas()[0].InitiatorSpi;
                int child = world.B.Sessions()[0].InboundSpi;
                Aging.Ike(world.A);
                Begin(world, what, icmp);
                world.Run(60000);
                Fate.None(world);
                AssertDone(world, what, spi, child);
            }
            Assert.Equal(handles, CryptoNative.HandleCount());
        }

        private static void Begin(World world, string what, NfIpsec.Ike.Admin.ChildConfig icmp)
        {
            switch (what)
            {
                case "rekeys a child": Aging.Child(world.B); break;
                case "makes a child": world.B.Traffic(icmp, world.A.Address, Icmp); break;
                case "deletes a child": Assert.Equal(0, world.B.Ipsec.Admin.IPSecAdminFlushSAD()); break;
                case "closes": Assert.Equal(0, world.B.Ike.Admin.ikev2_shutdown()); break;
                case "both close":
                    world.Settle();
                    Assert.Equal(0, world.A.Ike.Admin.ikev2_shutdown());
                    Assert.Equal(0, world.B.Ike.Admin.ikev2_shutdown());
                    break;
                default: world.B.Ikev2.Poll(world.Clock.Now); break;
            }
        }

        private static void AssertDone(World world, string what, string spi, int child)
        {
            if (what == "closes" || what == "both close")
            {
                Assert.Empty(world.A.Sas());
                Assert.Empty(world.B.Sas());
                Assert.Empty(world.A.Sessions());
                Assert.Empty(world.B.Sessions());
                return;
            }
            if (what == "deletes a child")
            {
                Ladder.AssertOneSa(world);
                Assert.Empty(world.A.Sessions());
                Assert.Empty(world.B.Sessions());
                world.A.Traffic(null, world.B.Address, Tcp);
                world.Settle();
            }
            RekeyTests.AssertTidy(world, what == "makes a child" ? 2 : 1);
            Assert.NotEqual(spi, world.A.Sas()[0].InitiatorSpi);
            Assert.Equal(what == "rekeys a child" || what == "deletes a child", !world.B.Sessions().Any(s => s.InboundSpi == child));
        }

        // A is reset in the middle of it, while B has more to ask for: what A has made in the old SA dies before B writes its answer to the new
        // one, and hands on what waits for its turn.
        [Fact]
        public void InitialContactInTheMiddleOfItGetsAWholeAnswer()
        {
            using var world = RekeyTests.Up(new Setup { Dpd = 0 });
            var icmp = world.B.Policy("policy2", world.A.Address, Icmp, new Setup());
            Aging.Ike(world.A);
            Aging.Ike(world.B);
            world.Copies = s => s.From == world.A && (s.Exchange == Informational || (s.Exchange == Create && s.IsResponse)) ? 0 : 1;
            world.Settle();
            Assert.Equal(new[] { "ESTABLISHED", "NEW", "STANDBY" }, world.B.Sas().Select(s => s.State).Order());
            world.B.Traffic(icmp, world.A.Address, Icmp);
            world.Settle();
            world.Copies = null;
            world.A.Start();
            world.A.Traffic(Again(world), world.B.Address, Tcp);
            world.Settle();
            Ladder.AssertUp(world);
        }

        // A's configuration again.
        private static NfIpsec.Ike.Admin.ChildConfig Again(World world)
        {
            world.A.Remote(world.B.Address, new Setup { Dpd = 0 });
            return world.A.Policy("policy1", world.B.Address, Tcp, new Setup());
        }

        // RFC 7296 2.25: TEMPORARY_FAILURE is not answered at once, and when it stays the answer for minutes the SA is closed.
        [Theory]
        [InlineData(true)]
        [InlineData(false)]
        public void TemporaryFailureIsWaitedOutAndNotForEver(bool child)
        {
            using var world = RekeyTests.Up(new Setup { Dpd = 0 });
            var times = new System.Collections.Generic.List<long>();
            int sent = 0;
            world.Copies = s =>
            {
                if (s.From != world.A || s.Exchange != Create || s.IsResponse)
                    return 1;
                times.Add(world.Clock.Time);
                world.Later.Enqueue(Forger.Seal(Forger.Back(s, world.B), world.A, false, Create, true, BigEndian.Read32(s.Ike, 20), (41, new byte[] { 0, 0, 0, NotifyType.TemporaryFailure })));
                Forger.SetReceiveId(world.B, BigEndian.Read32(s.Ike, 20) + 1);
                sent++;
                return 0;
            };
            if (child)
                Aging.Child(world.A);
            else
                Aging.Ike(world.A);
            world.Run(170000);
            Assert.InRange(sent, 15, 35);
            Assert.All(times.Zip(times.Skip(1), (a, b) => b - a), gap => Assert.InRange(gap, 5000, 10000));
            Assert.True(times.Zip(times.Skip(1), (a, b) => b - a).Distinct().Count() > 5, "no jitter");
            Assert.Single(world.A.Sas());
            world.Run(30000);
            Assert.Empty(world.A.Sas());
            Assert.Empty(world.B.Sas());
            Assert.Empty(world.A.Sessions());
            Assert.True(world.A.Said("TEMPORARY_FAILURE again and again"));
        }

        // A further child under an SA that is being closed will not be had (2.25.2): NO_ADDITIONAL_SAS, and under the one that takes its
        // place TEMPORARY_FAILURE.
        [Theory]
        [InlineData(false, 35)]
        [InlineData(true, 43)]
        public void AFurtherChildUnderAnSaThatGoesIsRefused(bool rekeyed, int notify)
        {
            using var world = RekeyTests.Up(new Setup { Dpd = 0 });
            var icmp = world.A.Policy("policy2", world.B.Address, Icmp, new Setup());
            world.B.Policy("policy2", world.A.Address, Icmp, new Setup());
            Sent request = null;
            world.Copies = s =>
            {
                request = s.Exchange == Create && request == null ? s : request;
                return 0;
            };
            world.A.Traffic(icmp, world.B.Address, Icmp);
            world.Settle();
            world.Copies = s => s.From == world.B ? 0 : 1;
            if (rekeyed)
                ForgeRekey(world, request);
            else
                Assert.Equal(0, world.B.Ike.Admin.ikev2_shutdown());
            world.Settle();
            int id = BigEndian.Read32(request.Ike, 20) + (rekeyed ? 1 : 0);
            world.B.Receive(Forger.Seal(request, world.A, true, Create, false, id, Forger.Open(request, world.A)));
            world.Settle();
            var answer = Forger.Open(world.Trace.Last(s => s.From == world.B && s.IsResponse), world.A).Single();
            Assert.Equal(notify, BigEndian.Read16(answer.Body, 2));
        }

        // A rekeying that B answers while A waits for another answer: what only a peer with a larger window does.
        private static void ForgeRekey(World world, Sent like)
        {
            var proposal = new byte[] { 0, 0, 0, 52, 1, 1, 8, 4, 1, 2, 3, 4, 5, 6, 7, 8, 3, 0, 0, 12, 1, 0, 0, 12, 128, 14, 0, 128, 3, 0, 0, 8, 2, 0, 0, 5, 3, 0, 0, 8, 3, 0, 0, 12, 0, 0, 0, 8, 4, 0, 0, 31 };
            var ke = new byte[] { 0, 31, 0, 0 }.Concat(Enumerable.Repeat((byte)9, 32)).ToArray();
            world.B.Receive(Forger.Seal(like, world.A, true, Create, false, BigEndian.Read32(like.Ike, 20), (33, proposal), (40, new byte[32]), (34, ke)));
            world.Settle();
            Assert.Contains(world.B.Sas(), s => s.State == "REPLACED");
        }

        // B's answer is lost and A is gone: the SA that A was to delete goes in the end, and so does what took its place.
        [Fact]
        public void AnOldOneThatThePeerNeverDeletesGoes()
        {
            int handles = CryptoNative.HandleCount();
            using (var world = RekeyTests.Up(new Setup()))
            {
                world.Copies = s => s.From == world.B || s.Exchange == Informational ? 0 : 1;
                Aging.Ike(world.A);
                world.Run(1000);
                Assert.Equal(new[] { "ESTABLISHED", "REPLACED" }, world.B.Sas().Select(s => s.State).Order());
                world.Run(400000);
                Assert.Empty(world.A.Sas());
                Assert.Empty(world.B.Sas());
                Assert.Empty(world.B.Sessions());
            }
            Assert.Equal(handles, CryptoNative.HandleCount());
        }
    }
}
