using System;
using System.Collections.Generic;
using System.Linq;
using NfIpsec.Base.Bytes;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Session;
using NfIpsec.Native;
using Xunit;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>IKE fragmentation (RFC 7383), both roles: certificates make IKE_AUTH longer than a datagram shall be.
    /// <code>
    ///   A                              B
    ///   HDR, SAi1, KEi, Ni, N     -->
    ///                             <--  HDR, SAr1, KEr, Nr, N
    ///   HDR, SKF {1 of m} ...     -->
    ///                             <--  HDR, SKF {1 of n} ...
    /// </code></summary>
    public sealed class FragmentTests
    {
        private const int Icmp = 1, Headers = 28, Auth = 35, Agreed = 16430;

        private static (World, Peer, Peer) Certified(bool ours = true, bool theirs = true)
        {
            var world = new World();
            var a = CertificateTests.Board(world.A, "leaf");
            var b = CertificateTests.Board(world.B, "leaf");
            CertificateTests.Store(a, "link.pem", 0, null);
            CertificateTests.Store(b, "link.pem", 0, null);
            CertificateTests.Remote(a, b.Address, AuthMethod.RsaSig, "leaf.pem,link.pem", r => r.Fragmentation = ours);
            CertificateTests.Remote(b, a.Address, AuthMethod.RsaSig, "leaf.pem,link.pem", r => r.Fragmentation = theirs);
            return (world, a, b);
        }

        private static void Begin(World world, Peer a, Peer b)
        {
            var setup = new Setup();
            var policy = a.Policy("p", b.Address, Icmp, setup);
            b.Policy("p", a.Address, Icmp, setup);
            a.Traffic(policy, b.Address, Icmp);
        }

        internal static bool IsFragment(Sent sent) => !sent.IsKeepalive && sent.Ike[16] == 53;

        private static int Number(Sent fragment) => BigEndian.Read16(fragment.Ike, 32);

        private static int Total(Sent fragment) => BigEndian.Read16(fragment.Ike, 34);

        private static bool Offers(Sent init) => ThreatTests.Notifies(init.Payload).Contains(Agreed);

        [Fact]
        public void APathThatLosesLargeDatagramsCarriesCertificatesInFragments()
        {
            int handles = CryptoNative.HandleCount();
            var (world, a, b) = Certified();
            using (world)
            {
                world.Copies = s => s.Payload.Length + Headers > 600 ? 0 : 1;
                Begin(world, a, b);
                world.Settle();
                Ladder.AssertUp(world);
                foreach (var from in new[] { a, b })
                {
                    var parts = world.Trace.Where(s => s.From == from && s.Exchange == Auth).ToArray();
                    Assert.True(parts.Length > 2);
                    Assert.All(parts, s => Assert.True(IsFragment(s) && s.Payload.Length + Headers <= IkeLimits.MaxDatagram4));
                    Assert.Equal(Enumerable.Range(1, parts.Length), parts.Select(Number));
                    Assert.All(parts, s => Assert.Equal(parts.Length, Total(s)));
                    Assert.All(parts.Skip(1), s => Assert.Equal(0, s.Ike[28]));
                }
            }
            Assert.Equal(handles, CryptoNative.HandleCount());
        }

        [Fact]
        public void WithoutFragmentsTheSamePathFailsAndTheLogSaysWhy()
        {
            foreach (bool ours in new[] { false, true })
            {
                var (world, a, b) = Certified(ours, !ours);
                using (world)
                {
                    world.Copies = s => s.Payload.Length + Headers > 600 ? 0 : 1;
                    Begin(world, a, b);
                    world.Run(120000);
                    Assert.Empty(a.Sas());
                    Assert.Empty(b.Sas());
                    Assert.Single(a.Log.Lines, l => l.Contains("the peer does not answer") && l.Contains("goes in one piece, since "
                        + (ours ? "the peer does not take IKE fragments" : "-o says frag=off")));
                }
            }
        }

        // RFC 7383 2.3: the responder answers the notify, and nobody cuts before both have said it.
        [Theory]
        [InlineData(true, true)]
        [InlineData(true, false)]
        [InlineData(false, true)]
        [InlineData(false, false)]
        public void FragmentsAreForBothOrNone(bool ours, bool theirs)
        {
            var (world, a, b) = Certified(ours, theirs);
            using (world)
            {
                Begin(world, a, b);
                world.Settle();
                Ladder.AssertUp(world);
                Assert.Equal(ours, Offers(world.Trace[0]));
                Assert.Equal(ours && theirs, Offers(world.Trace[1]));
                Assert.Equal(ours && theirs, world.Trace.Any(IsFragment));
            }
        }

        [Fact]
        public void AShortMessageIsNotCut()
        {
            using var world = new World();
            var child = Ladder.Configure(world, new Setup());
            world.A.Traffic(child, world.B.Address, 6);
            world.Run(40000);
            Ladder.AssertUp(world);
            Assert.True(Offers(world.Trace[0]) && Offers(world.Trace[1]));
            Assert.DoesNotContain(world.Trace, IsFragment);
        }

        // Whatever makes a message long: public values of 512 bytes and more, asked for by either end, and on the SA that takes over.
        [Theory]
        [InlineData(true)]
        [InlineData(false)]
        public void LargePublicValuesGoInFragmentsToo(bool byA)
        {
            using var world = new World();
            var setup = new Setup { Dpd = 0, Groups = "MODP4096", Pfs = "MODP4096" };
            Ladder.Configure(world, setup);
            world.A.Policy("policy2", world.B.Address, Icmp, setup);
            world.B.Policy("policy2", world.A.Address, Icmp, setup);
            world.Copies = s => s.Exchange != 34 && s.Payload.Length + Headers > 600 ? 0 : 1;
            world.A.Traffic(null, world.B.Address, 6);
            world.Settle();
            Ladder.AssertUp(world);
            var (asks, other) = byA ? (world.A, world.B) : (world.B, world.A);
            Assert.Equal(0, Cut(world));
            asks.Traffic(null, other.Address, Icmp);
            world.Settle();
            Assert.Equal(2, Cut(world));
            Aging.Child(asks);
            world.Settle();
            Assert.Equal(4, Cut(world));
            Aging.Ike(asks);
            world.Settle();
            Assert.Equal(6, Cut(world));
            Aging.Child(asks);
            world.Settle();
            Assert.Equal(8, Cut(world));
            Ladder.AssertUp(world);
            Assert.Equal(2, world.A.Sessions().Length);
        }

        // One buffer bounds what we say, in however many pieces it goes.
        [Fact]
        public void AMessageThatIsTooLongToBuildIsToldWithTheLineToChange()
        {
            using var world = new World();
            string[] links = { "below-leaf.pem", "deep-1.pem", "deep-2.pem", "deep-3.pem", "deep-4.pem" };
            foreach (var (peer, other) in new[] { (world.A, world.B), (world.B, world.A) })
            {
                CertificateTests.Board(peer, "leaf");
                foreach (string link in links)
                    CertificateTests.Store(peer, link, 0, null);
                CertificateTests.Remote(peer, other.Address, AuthMethod.RsaSig, "leaf.pem," + string.Join(",", links));
            }
            Begin(world, world.A, world.B);
            world.Settle();
            Assert.Single(world.A.Log.Lines, l => l.Contains("a message is longer than " + IkeLimits.MaxMessage + " bytes: fewer certificates in -c"));
            Assert.Empty(world.A.Sas());
            Assert.Equal(0, world.A.Packets.Held);
        }

        // Messages that went in fragments.
        private static int Cut(World world) => world.Trace.Count(s => IsFragment(s) && Number(s) == 1);

        [Theory]
        [InlineData("AES128-CBC", "HMAC-SHA-1")]
        [InlineData("AES256-GCM16", "")]
        [InlineData("AES128-CTR", "HMAC-SHA-2-512")]
        [InlineData("AES128-CCM8", "")]
        [InlineData("CHACHA20-POLY1305", "")]
        [InlineData("NULL_ENC", "AES-CMAC")]
        public void EveryKindOfCipherSealsFragments(string encryption, string integrity)
        {
            var world = new World();
            using (world)
            {
                foreach (var (peer, other) in new[] { (world.A, world.B), (world.B, world.A) })
                {
                    CertificateTests.Board(peer, "leaf");
                    CertificateTests.Remote(peer, other.Address, AuthMethod.RsaSig, "leaf.pem", r =>
                    {
                        r.Encryption = Peer.Rows(Base.Algorithm.Algorithms.Encryption, encryption);
                        r.Integrity = Peer.Rows(Base.Algorithm.Algorithms.Integrity, integrity);
                    });
                    CertificateTests.Store(peer, "link.pem", 0, null);
                }
                Begin(world, world.A, world.B);
                world.Settle();
                Ladder.AssertUp(world);
                var parts = world.Trace.Where(s => s.From == world.A && s.Exchange == Auth).ToArray();
                Assert.All(parts, s => Assert.True(IsFragment(s) && s.Payload.Length + Headers <= IkeLimits.MaxDatagram4));
                // As full as the cipher's block lets them be.
                Assert.All(parts.SkipLast(1), s => Assert.True(s.Payload.Length + Headers + 4 > IkeLimits.MaxDatagram4 - 16));
            }
        }

        public static TheoryData<bool, int, string> Fates()
        {
            var cases = new TheoryData<bool, int, string>();
            foreach (bool response in new[] { false, true })
                for (int number = 1; number <= 3; number++)
                    foreach (string fate in new[] { "lost", "lost twice", "doubled", "late" })
                        cases.Add(response, number, fate);
            return cases;
        }

        [Theory]
        [MemberData(nameof(Fates))]
        public void AFragmentThatMeetsAnAccidentCostsARetransmissionAtMost(bool response, int number, string fate)
        {
            var (world, a, b) = Certified();
            using (world)
            {
                int left = fate == "lost twice" ? 2 : 1;
                bool Meets(Sent s) => IsFragment(s) && s.IsResponse == response && Number(s) == number && left > 0 && left-- > 0;
                if (fate == "late")
                    world.Delay = Meets;
                else
                    world.Copies = s => Meets(s) ? fate == "doubled" ? 2 : 0 : 1;
                Begin(world, a, b);
                world.Settle();
                if (fate is "doubled" or "late")
                    Ladder.AssertUp(world);
                // B stands and waits for nothing; A asks again until it has all of the answer.
                world.Run(5000);
                Ladder.AssertUp(world);
                Assert.Equal(0, Forger.Reassemblies(a) + Forger.Reassemblies(b));
                Assert.Equal(0, a.Packets.Held + b.Packets.Held);
            }
        }

        [Fact]
        public void AFifthOfAllDatagramsLostStillComesUp()
        {
            for (int seed = 1; seed <= 10; seed++)
            {
                var (world, a, b) = Certified();
                using (world)
                {
                    var random = new Random(seed);
                    world.Copies = s => random.Next(5) == 0 ? 0 : 1;
                    Begin(world, a, b);
                    world.Run(60000);
                    Ladder.AssertUp(world);
                }
            }
        }

        // The responder has no keys when the first fragment comes: those that come while it computes them wait too.
        [Theory]
        [InlineData(false)]
        [InlineData(true)]
        public void FragmentsThatComeBeforeTheKeysAreReadWhenTheyAreThere(bool forgedFirst)
        {
            var (world, a, b) = Certified();
            using (world)
            {
                bool first = true;
                world.Copies = s =>
                {
                    if (s.From == a && s.Exchange == Auth && first)
                    {
                        first = false;
                        b.Jobs.Late = 12;
                        if (forgedFirst)
                            b.Receive(s with { Payload = s.Payload[..^1].Append((byte)(s.Payload[^1] ^ 1)).ToArray() });
                    }
                    return 1;
                };
                Begin(world, a, b);
                world.Settle();
                Ladder.AssertUp(world);
                Assert.Equal(Total(world.Trace.First(IsFragment)), world.Trace.Count(s => s.From == a && IsFragment(s)));
                Assert.Equal(forgedFirst ? 1 : 0, b.Ike.Admin.FaultCount(Fault.NotVerified));
            }
        }

        // Its copies wait with it, and it is one request.
        [Fact]
        public void CopiesThatComeBeforeTheKeysAreAnsweredOnce()
        {
            using var world = new World();
            var child = Ladder.Configure(world, new Setup());
            world.Copies = s =>
            {
                if (s.From == world.A && s.Exchange == Auth)
                    world.B.Jobs.Late = 12;
                return s.From == world.A && s.Exchange == Auth ? 4 : 1;
            };
            world.A.Traffic(child, world.B.Address, 6);
            world.Settle();
            Ladder.AssertUp(world);
            Assert.Single(world.Trace, s => s.From == world.B && s.Exchange == Auth);
        }

        // 2.5.1: 576 octets of IPv4, 1280 of IPv6, with the headers and the marker.
        [Theory]
        [InlineData("10.0.0.77", "10.0.0.78", 576 - 20 - 8 - 4)]
        [InlineData("fd00::77", "fd00::78", 1280 - 40 - 8 - 4)]
        public void TheLongestMessageIsThatOfTheFamily(string local, string remote, int bytes)
        {
            var path = new IkePath();
            path.Set(Base.Address.IpAddress.Parse(local), Base.Address.IpAddress.Parse(remote), 500, 500);
            var longest = typeof(Ikev2.Ikev2Module).Assembly.GetType("NfIpsec.Ikev2.Fragments").GetMethod("Longest", System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic);
            Assert.Equal(bytes, longest.Invoke(null, new object[] { path }));
        }

        // RFC 7383 2.6.1
        [Fact]
        public void OfARequestThatComesAgainTheFirstFragmentAloneIsAnswered()
        {
            var (world, a, b) = Certified();
            using (world)
            {
                Begin(world, a, b);
                world.Settle();
                var request = world.Trace.Where(s => s.From == a && IsFragment(s)).ToArray();
                var answer = world.Trace.Where(s => s.From == b && IsFragment(s)).ToArray();
                foreach (var fragment in request)
                {
                    int before = world.Trace.Count;
                    b.Receive(fragment);
                    world.Settle();
                    Assert.Equal(Number(fragment) == 1 ? answer.Select(s => Convert.ToHexString(s.Payload)) : Enumerable.Empty<string>(),
                        world.Trace.Skip(before).Select(s => Convert.ToHexString(s.Payload)));
                }
                var damaged = (byte[])request[0].Payload.Clone();
                damaged[^1] ^= 1;
                int sent = world.Trace.Count;
                b.Receive(request[0] with { Payload = damaged });
                Assert.Equal(sent, world.Trace.Count);
                Assert.Equal(0, Forger.Reassemblies(b));
                Ladder.AssertUp(world);
            }
        }
    }
}
