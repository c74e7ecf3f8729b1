using System;
using System.Linq;
using NfIpsec.Base.Bytes;
using Xunit;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>Windows (RFC 7296 2.3): ours is of one request, which is the default and therefore not announced. A peer may announce a
    /// larger one; we go on with one request at a time.</summary>
    public sealed class WindowTests
    {
        private const int Tcp = 6, Icmp = 1, Udp = 17, Auth = 35, Child = 36, Informational = 37, Notify = 41, SetWindowSize = 16385;

        private static byte[] Window(int size) => new byte[] { 0, 0, 64, 1, 0, 0, 0, (byte)size };

        private static Sent Like(World world) => world.Trace.First(s => s.From == world.A && s.Exchange == Auth);

        private static int[] Answered(World world) =>
            world.Trace.Where(s => s.From == world.B && s.IsResponse && s.Exchange == Informational).Select(s => BigEndian.Read32(s.Ike, 20)).ToArray();

        // In IKE_AUTH of either side, or later in an INFORMATIONAL; 0 is no window and says nothing.
        [Theory]
        [InlineData("request", 5)]
        [InlineData("response", 5)]
        [InlineData("informational", 5)]
        [InlineData("response", 0)]
        public void APeersLargerWindowIsTakenAndNotUsed(string where, int size)
        {
            using var world = new World();
            var setup = new Setup { Dpd = 0 };
            var child = Ladder.Configure(world, setup);
            var more = new[] { Icmp, Udp }.Select(protocol =>
            {
                world.B.Policy("more" + protocol, world.A.Address, protocol, setup);
                return world.A.Policy("more" + protocol, world.B.Address, protocol, setup);
            }).ToArray();
            world.Nat = s => s.Exchange == Auth && s.IsResponse == (where == "response") && where != "informational"
                ? Forger.Rewritten(s, world.A, payloads => payloads.Append((Notify, Window(size))).ToArray()) : s;
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            Ladder.AssertUp(world);
            if (where == "informational")
                world.A.Receive(Forger.Seal(Forger.Back(Like(world), world.B), world.A, false, Informational, false, 0, (Notify, Window(size))));
            int under = 0, most = 0;
            world.Copies = s =>
            {
                under += s.From == world.A && !s.IsResponse ? 1 : s.From == world.B && s.IsResponse ? -1 : 0;
                most = Math.Max(most, under);
                return 1;
            };
            world.A.Traffic(more[0], world.B.Address, Icmp);
            world.A.Traffic(more[1], world.B.Address, Udp);
            world.Settle();
            Assert.Equal(1, most);
            Assert.Equal(3, world.A.Sessions().Length);
            Ladder.AssertUp(world);
        }

        [Fact]
        public void NoWindowIsAnnounced()
        {
            using var world = ThreatTests.Up();
            foreach (var sent in world.Trace.Where(s => s.Exchange == Auth))
                Assert.DoesNotContain(Forger.Open(sent, world.A), p => p.Type == Notify && BigEndian.Read16(p.Body, 2) == SetWindowSize);
        }

        // Ids in the order in which they come, and those that are answered, in order: each inside the window of one, none twice.
        [Theory]
        [InlineData("2 3 4", "2 3 4")]
        [InlineData("3 2 3", "2 3")]
        [InlineData("4 3 2 3 4", "2 3 4")]
        [InlineData("3 4 5", "")]
        [InlineData("2 2 3 3 2 1 0", "2 2 3 3")]
        [InlineData("2 4294967295 2147483648 3", "2 3")]
        public void RequestsOutOfOrderAreAnsweredInOrder(string come, string answered)
        {
            using var world = ThreatTests.Up();
            foreach (string id in come.Split(' '))
            {
                world.B.Receive(Forger.Seal(Like(world), world.A, true, Informational, false, (int)uint.Parse(id)));
                world.Settle();
            }
            Assert.Equal(answered, string.Join(" ", Answered(world)));
            Ladder.AssertUp(world);
        }

        // A request that is being computed has the one place: the next one is not heard, comes again and is answered then.
        [Fact]
        public void ARequestThatComesWhileTheOneBeforeIsComputedIsNotHeard()
        {
            using var world = new World();
            var setup = new Setup { Dpd = 0, Pfs = "CURVE25519" };
            var child = Ladder.Configure(world, setup);
            var icmp = world.A.Policy("policy2", world.B.Address, Icmp, setup);
            world.B.Policy("policy2", world.A.Address, Icmp, setup);
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            bool asked = false;
            world.Copies = s =>
            {
                if (s.From == world.A && s.Exchange == Child && !asked)
                {
                    asked = true;
                    world.B.Jobs.Late = 6;
                    world.B.Receive(s);
                    world.B.Receive(Forger.Seal(Like(world), world.A, true, Informational, false, 3));
                }
                return 1;
            };
            world.A.Traffic(icmp, world.B.Address, Icmp);
            world.Settle();
            Assert.Empty(Answered(world));
            Assert.Equal(2, world.B.Sessions().Length);
            world.B.Receive(Forger.Seal(Like(world), world.A, true, Informational, false, 3));
            Assert.Equal(new[] { 3 }, Answered(world));
        }

        // An answer that nobody waits for, of any id, changes nothing.
        [Fact]
        public void AnswersOutsideTheWindowAreDropped()
        {
            using var world = ThreatTests.Up();
            int sent = world.Trace.Count;
            foreach (int id in new[] { 0, 1, 2, 3, int.MaxValue, -1 })
                world.A.Receive(Forger.Seal(Forger.Back(Like(world), world.B), world.A, false, Informational, true, id));
            world.Settle();
            Assert.Equal(sent, world.Trace.Count);
            Ladder.AssertUp(world);
        }
    }
}
