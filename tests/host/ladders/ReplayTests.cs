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
    }
}
