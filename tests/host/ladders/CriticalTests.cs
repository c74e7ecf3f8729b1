using System;
using System.Linq;
using NfIpsec.Base.Bytes;
using Xunit;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>Payloads that nobody here knows, in each exchange and both directions (RFC 7296 2.5): marked critical they end it, with
    /// their type in the answer; else the message is what it is without them. Vendor ids are such that we know and pass over.</summary>
    public sealed class CriticalTests
    {
        private const int Tcp = 6, Icmp = 1, Init = 34, Auth = 35, Child = 36, Informational = 37, Notify = 41, Unknown = 200, Vendor = 43;
        private const int UnsupportedCritical = 1, IpcompSupported = 16387;

        private static readonly byte[] s_body = { 1, 2, 3, 4, 5 };

        private static (int, byte[])[] With((int Type, byte[] Body)[] payloads, string what)
        {
            switch (what)
            {
                case "unknown critical": return payloads.Append((Unknown | Forger.Critical, s_body)).ToArray();
                case "unknown critical first": return payloads.Prepend((Unknown | Forger.Critical, s_body)).ToArray();
                case "unknown": return payloads.Prepend((Unknown, s_body)).Append((Unknown + 1, s_body)).ToArray();
                case "vendor id": return payloads.Prepend((Vendor, s_body)).Append((Vendor, s_body)).ToArray();
                case "vendor id critical": return payloads.Append((Vendor | Forger.Critical, s_body)).ToArray();
                case "all critical": return payloads.Select(p => (p.Type | Forger.Critical, p.Body)).ToArray();
                case "IPCOMP_SUPPORTED": return payloads.Append((Notify, new byte[] { 0, 0, 64, 3, 0x12, 0x34, 2 })).ToArray();
                default: throw new ArgumentException(what);
            }
        }

        private static Sent InClear(Sent init, string what)
        {
            var payloads = With(Read(init), what);
            var (first, chain) = Forger.Chain(payloads);
            var message = init.Payload[..28].Concat(chain).ToArray();
            message[16] = (byte)first;
            BigEndian.Write32(message, 24, message.Length);
            return init with { Payload = message };
        }

        private static (int Type, byte[] Body)[] Read(Sent message)
        {
            var payloads = new System.Collections.Generic.List<(int, byte[])>();
            int type = message.Payload[16];
            for (int at = 28; at < message.Payload.Length; at += BigEndian.Read16(message.Payload, at + 2))
            {
                payloads.Add((type, message.Payload[(at + 4)..(at + BigEndian.Read16(message.Payload, at + 2))]));
                type = message.Payload[at];
            }
            return payloads.ToArray();
        }

        [Theory]
        [InlineData("unknown critical", true)]
        [InlineData("unknown critical first", true)]
        [InlineData("unknown", false)]
        [InlineData("vendor id", false)]
        [InlineData("vendor id critical", false)]
        [InlineData("all critical", false)]
        public void AFirstMessageIsRefusedOrAnswered(string what, bool refused)
        {
            var (world, init) = ThreatTests.First(new Setup());
            using (world)
            {
                world.B.Receive(InClear(init, what));
                world.Settle();
                var answer = Read(world.Trace.Last());
                Assert.Same(world.B, world.Trace.Last().From);
                Assert.Equal(refused ? 0 : 1, world.B.Sas().Length);
                if (refused)
                {
                    Assert.Equal(new byte[] { 0, 0, 0, UnsupportedCritical, Unknown }, answer.Single().Body);
                    Assert.Equal(Notify, answer.Single().Type);
                }
                else
                    Assert.Contains(answer, p => p.Type == 33);
            }
        }

        // Nobody has proved himself: what a forger puts into the answer is passed over with it, and the true answer still counts.
        [Theory]
        [InlineData("unknown critical")]
        [InlineData("unknown critical first")]
        public void AnAnswerToAFirstMessageIsPassedOver(string what)
        {
            using var world = new World();
            var child = Ladder.Configure(world, new Setup());
            world.Nat = s =>
            {
                if (s.From == world.B && s.Exchange == Init)
                    world.A.Receive(InClear(s, what));
                return s;
            };
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            Ladder.AssertUp(world);
        }

        public static TheoryData<int, bool, string> Cases()
        {
            var cases = new TheoryData<int, bool, string>();
            foreach (int exchange in new[] { Auth, Child, Informational })
                foreach (bool response in new[] { false, true })
                    foreach (string what in new[] { "unknown critical", "unknown critical first", "unknown", "vendor id", "vendor id critical", "all critical" })
                        cases.Add(exchange, response, what);
            return cases;
        }

        [Theory]
        [MemberData(nameof(Cases))]
        public void InsideTheSameHolds(int exchange, bool response, string what)
        {
            using var world = new World();
            var setup = new Setup { Dpd = 0, Pfs = "CURVE25519" };
            var child = Ladder.Configure(world, setup);
            var icmp = world.A.Policy("policy2", world.B.Address, Icmp, setup);
            world.B.Policy("policy2", world.A.Address, Icmp, setup);
            world.Nat = s => s.Exchange == exchange && s.IsResponse == response && s.From == (response ? world.B : world.A)
                ? Forger.Rewritten(s, world.A, payloads => With(payloads, what)) : s;
            bool refused = what.StartsWith("unknown critical", StringComparison.Ordinal);
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            if (exchange == Auth && refused)
            {
                AssertRefused(world, exchange, response);
                Assert.Empty(world.A.Sessions());
                Assert.Empty(world.A.Sas());
                if (!response)
                    Assert.Empty(world.B.Sas());
                return;
            }
            world.A.Traffic(icmp, world.B.Address, Icmp);
            world.Settle();
            if (exchange == Child && refused)
            {
                AssertRefused(world, exchange, response);
                Assert.Equal(response ? 0 : 1, world.A.Sessions().Length);
                return;
            }
            Ladder.AssertUp(world);
            Assert.Equal(2, world.A.Sessions().Length);
            world.A.Ipsec.Admin.IPSecAdminFlushSAD();
            world.Settle();
            if (!refused)
            {
                Assert.Empty(world.B.Sessions());
                Assert.Single(world.A.Sas());
                return;
            }
            // Of a request that was refused B has done nothing; an answer that cannot be taken is the end of the SA.
            AssertRefused(world, exchange, response);
            Assert.Equal(response ? 0 : 1, world.A.Sas().Length);
            if (!response)
                Assert.Equal(2, world.B.Sessions().Length);
        }

        private static void AssertRefused(World world, int exchange, bool response)
        {
            if (response)
            {
                Assert.True(world.A.Said("an unknown payload is marked critical"), Ladder.Log(world));
                return;
            }
            Assert.True(world.B.Said("an unknown payload is marked critical"), Ladder.Log(world));
            Assert.Equal(exchange == Auth || exchange == Child, world.A.Said("UNSUPPORTED_CRITICAL_PAYLOAD"));
        }

        // The type that was not known is in the answer.
        [Theory]
        [InlineData(Child)]
        [InlineData(Informational)]
        public void TheAnswerNamesTheType(int exchange)
        {
            using var world = ThreatTests.Up();
            var like = world.Trace.First(s => s.From == world.A && s.Exchange == Auth);
            world.B.Receive(Forger.Seal(like, world.A, true, exchange, false, 2, With(Array.Empty<(int, byte[])>(), "unknown critical")));
            world.Settle();
            var answer = Forger.Open(world.Trace.Last(), world.A).Single();
            Assert.Equal(Notify, answer.Type);
            Assert.Equal(new byte[] { 0, 0, 0, UnsupportedCritical, Unknown }, answer.Body);
            Ladder.AssertUp(world);
        }

        // RFC 7296 2.22: who does not compress does not answer the offer, and the child is there without.
        [Theory]
        [InlineData(Auth)]
        [InlineData(Child)]
        public void AnOfferToCompressIsPassedOver(int exchange)
        {
            using var world = new World();
            var setup = new Setup { Dpd = 0 };
            var child = Ladder.Configure(world, setup);
            var icmp = world.A.Policy("policy2", world.B.Address, Icmp, setup);
            world.B.Policy("policy2", world.A.Address, Icmp, setup);
            Sent answer = null;
            world.Nat = s =>
            {
                answer = s.From == world.B && s.Exchange == exchange ? s : answer;
                return s.From == world.A && s.Exchange == exchange ? Forger.Rewritten(s, world.A, payloads => With(payloads, "IPCOMP_SUPPORTED")) : s;
            };
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            world.A.Traffic(icmp, world.B.Address, Icmp);
            world.Settle();
            Ladder.AssertUp(world);
            Assert.Equal(2, world.B.Sessions().Length);
            var payloads = Forger.Open(answer, world.A);
            Assert.Contains(payloads, p => p.Type == 33);
            Assert.DoesNotContain(payloads, p => p.Type == Notify && BigEndian.Read16(p.Body, 2) == IpcompSupported);
        }
    }
}
