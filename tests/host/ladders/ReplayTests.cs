using System.Linq;
using NfIpsec.Base.Address;
using NfIpsec.Base.Ports;
using Xunit;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>Requests that anybody sends once more, under a source of his own: they verify, and are old (RFC 7296 2.1).</summary>
    public sealed class ReplayTests
    {
        private const int Create = 36, Udp = 17;
        private const string Elsewhere = "10.0.0.55";

        // What A asked first in that exchange.
        private static Sent Request(World world, int exchange) => world.Trace.First(s => s.From == world.A && s.Exchange == exchange && !s.IsResponse);

        private static string To(Sent sent) => IpAddress.Format(sent.Info, PacketInfo.Destination);

        // B computes a shared secret for A when the request comes again, or the one before: A gets the answer.
        [Theory]
        [InlineData(Create)]
        [InlineData(35)]
        public void ARequestAtWorkIsAnsweredWhereItCameFromFirst(int replayed)
        {
            using var world = ThreatTests.Up();
            var pfs = new Setup { Pfs = "CURVE25519" };
            var child = world.A.Policy("policy2", world.B.Address, Udp, pfs);
            world.B.Policy("policy2", world.A.Address, Udp, pfs);
            world.B.Jobs.Late = 1000;
            world.A.Traffic(child, world.B.Address, Udp);
            while (!world.Trace.Any(s => s.Exchange == Create))
                world.A.Work();
            int before = world.Trace.Count;
            world.B.Receive(Request(world, Create));
            world.B.Receive(TakeoverTests.From(Request(world, replayed), Elsewhere));
            world.B.Jobs.Late = 0;
            world.Run(10000);
            Assert.Equal(2, world.B.Sessions().Length);
            Assert.All(world.Trace.Skip(before).Where(s => s.From == world.B && s.Exchange == Create), s => Assert.Equal(world.A.Address, To(s)));
        }

        // THREATS 12: of the last request, or of one fragment of it, anybody makes answers go where he likes.
        [Theory]
        [InlineData(false)]
        [InlineData(true)]
        public void Threat12AReplayFetchesTheAnswerAFewTimesASecond(bool fragment)
        {
            using var world = ThreatTests.Up();
            Sent replayed = Request(world, 35);
            if (fragment)
            {
                var parts = Enumerable.Range(1, 2).Select(i => Forger.Fragment(replayed, world.A, 37, 2, i, 2, i == 1 ? 41 : 0, i == 1 ? new byte[] { 0, 0, 0, 8, 0, 0 } : new byte[] { 200, 1 })).ToArray();
                foreach (var part in parts)
                    world.B.Receive(part);
                replayed = parts[0];
            }
            for (int second = 0; second < 3; second++)
            {
                int before = world.Trace.Count;
                for (int i = 0; i < 50; i++)
                {
                    world.B.Receive(replayed);
                    world.B.Receive(TakeoverTests.From(replayed, i % 2 == 0 ? Elsewhere : "10.0.0.44"));
                }
                var answers = world.Trace.Skip(before).Where(s => s.From == world.B).ToArray();
                Assert.Equal(5, answers.Length);
                Assert.Single(answers, s => To(s) != world.A.Address);
                world.Run(1000);
            }
            Ladder.AssertUp(world);
        }

        // Whose answers are lost asks again at a decent pace, and has it each time.
        [Fact]
        public void ARetransmissionHasItsAnswerEachTime()
        {
            using var world = ThreatTests.Up();
            int before = world.Trace.Count;
            for (int i = 0; i < 12; i++)
            {
                world.B.Receive(Request(world, 35));
                world.Run(250);
            }
            Assert.Equal(12, world.Trace.Skip(before).Count(s => s.From == world.B));
        }

        // What goes elsewhere is nothing that the NAT before A would see.
        [Fact]
        public void AnswersThatGoElsewhereReplaceNoKeepalive()
        {
            using var world = NatTests.BehindNat(0);
            world.Run(31000);
            Sent asked = world.Trace.Last(s => s.From == world.B && !s.IsResponse && !s.IsKeepalive);
            int before = world.Trace.Count(s => s.IsKeepalive);
            for (int i = 0; i < 25; i++)
            {
                world.A.Receive(TakeoverTests.From(asked, Elsewhere));
                world.Run(1000);
            }
            Assert.InRange(world.Trace.Count(s => s.IsKeepalive) - before, 1, 2);
        }
    }
}
