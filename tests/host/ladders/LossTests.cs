using System;
using System.Linq;
using Xunit;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>Every exchange, both ends, over a wire that loses, doubles and reorders: the outcome is that of a good wire, and nothing
    /// is done twice.</summary>
    public sealed class LossTests
    {
        private const int Tcp = 6, Icmp = 1;

        public static TheoryData<int, bool, string> Cases()
        {
            var cases = new TheoryData<int, bool, string>();
            foreach (int exchange in new[] { 34, 35, 36, 37 })
                foreach (bool response in new[] { false, true })
                    foreach (string fate in new[] { "lost", "lost twice", "doubled", "late" })
                        cases.Add(exchange, response, fate);
            return cases;
        }

        // The first datagram of that exchange and direction meets the fate.
        private static void Spoil(World world, int exchange, bool response, string fate)
        {
            int left = fate == "lost twice" ? 2 : 1;
            bool Meets(Sent s) => !s.IsKeepalive && s.Exchange == exchange && s.IsResponse == response && left > 0 && left-- > 0;
            if (fate == "late")
                world.Delay = Meets;
            else
                world.Copies = s => Meets(s) ? fate == "doubled" ? 2 : 0 : 1;
        }

        [Theory]
        [MemberData(nameof(Cases))]
        public void TheOutcomeIsThatOfAGoodWire(int exchange, bool response, string fate)
        {
            using var world = new World();
            var setup = new Setup();
            var child = Ladder.Configure(world, setup);
            var icmp = world.A.Policy("policy2", world.B.Address, Icmp, setup);
            world.B.Policy("policy2", world.A.Address, Icmp, setup);
            Spoil(world, exchange, response, fate);

            world.A.Traffic(child, world.B.Address, Tcp);
            world.Run(10000);
            Ladder.AssertUp(world);

            world.A.Traffic(icmp, world.B.Address, Icmp);
            world.Run(10000);
            Ladder.AssertUp(world);
            Assert.Equal(2, world.A.Sessions().Length);

            Assert.Equal(0, world.A.Ike.Admin.ikev2_shutdown());
            world.Run(10000);
            Assert.Empty(world.A.Sas());
            Assert.Empty(world.B.Sas());
            Assert.Empty(world.A.Sessions());
            Assert.Empty(world.B.Sessions());
            Assert.Equal(0, world.A.Packets.Held + world.B.Packets.Held);
        }

        [Fact]
        public void AThirdOfEverythingLostStillComesUp()
        {
            for (int seed = 1; seed <= 10; seed++)
            {
                using var world = new World();
                var random = new Random(seed);
                world.Copies = s => random.Next(3) == 0 ? 0 : random.Next(4) == 0 ? 2 : 1;
                var child = Ladder.Configure(world, new Setup { Dpd = 0 });
                world.A.Traffic(child, world.B.Address, Tcp);
                world.Run(60000);
                Ladder.AssertUp(world);
            }
        }

        [Fact]
        public void RequestsComeAtDoublingIntervalsAndEndInOneClearLine()
        {
            using var world = new World();
            var child = Ladder.Configure(world, new Setup());
            world.Copies = s => 0;
            var times = new System.Collections.Generic.List<long>();
            world.Copies = s => { times.Add(world.Clock.Time); return 0; };
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Run(120000);
            Assert.Equal(new long[] { 0, 1000, 3000, 7000, 15000, 31000 }, times.Select(t => t - times[0]).ToArray());
            Assert.Empty(world.A.Sas());
            Assert.Single(world.A.Log.Lines, l => l.Contains("remote 'remoteINFO' (10.0.0.78): the peer does not answer"));
            Assert.Equal(0, world.A.Packets.Held);
        }
    }
}
