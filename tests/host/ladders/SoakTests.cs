using System;
using System.Linq;
using NfIpsec.Ike.Admin;
using NfIpsec.Native;
using Xunit;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>Rekeyings without end between two peers over a wire that loses a tenth, doubles and reorders: of children and of the IKE SA,
    /// by either side, often both at once. At the end nothing is left of them.</summary>
    /// <remarks>NFIPSEC_REKEYS sets how many, for those that tools/soak asks for.</remarks>
    public sealed class SoakTests
    {
        private const int Tcp = 6, Udp = 17, Icmp = 1, Children = 3, Usual = 10000;

        // What is made once and kept has been made after so many; sooner it would count as grown.
        private const int WarmUp = 150;

        // Bytes that each of the usual number would leave behind at the least; the test's host itself takes and gives back less.
        private const long SmallestObject = 24;

        private static int Wanted => int.TryParse(Environment.GetEnvironmentVariable("NFIPSEC_REKEYS"), out int wanted) ? wanted : Usual;

        private readonly Random _random = new(20261126);
        private ChildConfig[] _policies;
        private int _children, _ikes;

        [Fact]
        public void NothingIsLeftOfManyRekeyings()
        {
            int handles = CryptoNative.HandleCount();
            using (var world = new World())
            {
                Configure(world);
                int kept = CryptoNative.HandleCount();
                world.Copies = s => _random.Next(10) == 0 ? 0 : _random.Next(20) == 0 ? 2 : 1;
                world.Delay = s => _random.Next(10) == 0;
                Rekey(world, Math.Max(Wanted / 10, WarmUp));
                Forget(world);
                long before = GC.GetTotalMemory(true);
                Rekey(world, Wanted);
                Forget(world);
                long grown = GC.GetTotalMemory(true) - before;
                world.Copies = null;
                world.Delay = null;
                world.Run(300000);
                AssertTidy(world);
                Assert.Equal(kept, CryptoNative.HandleCount());
                Assert.True(grown < Math.Max(Wanted, Usual) * SmallestObject, "the heap has grown by " + grown + " bytes");
                Assert.True(_ikes > Wanted / 10, _ikes + " of the IKE SA");
                Console.WriteLine(_children + " rekeyings of children and " + _ikes + " of the IKE SA");
            }
            Assert.Equal(handles, CryptoNative.HandleCount());
        }

        // The same in small: a few, and then a good wire; a failure shows the exchanges that led to it.
        [Fact]
        public void AfterEachFewOnABadWireAGoodOneFindsOneOfEach()
        {
            using var world = new World();
            Configure(world);
            for (int round = 0; round < Wanted / 30; round++)
            {
                Forget(world);
                world.Copies = s => _random.Next(10) == 0 ? 0 : _random.Next(20) == 0 ? 2 : 1;
                world.Delay = s => _random.Next(10) == 0;
                for (int i = 0; i < 3; i++)
                {
                    Age(_random.Next(2) == 0 ? world.A : world.B);
                    world.Run(_random.Next(3) == 0 ? 10 : 1500);
                }
                world.Copies = null;
                world.Delay = null;
                world.Run(130000);
                var error = Record.Exception(() => AssertTidy(world));
                Assert.True(error == null, "round " + round + ": " + error?.Message + "\n" + string.Join("\n", world.Trace.Select(s => Shown(world, s))));
            }
        }

        private static string Shown(World world, Sent sent)
        {
            string text = (sent.From == world.A ? "A" : "B") + (sent.IsResponse ? " answers " : " asks ") + sent.Exchange + ", id "
                + NfIpsec.Base.Bytes.BigEndian.Read32(sent.Ike, 20) + ", SA " + Convert.ToHexString(sent.Ike[..2]);
            var opened = Record.Exception(() => text += ": " + string.Join(", ", Forger.Open(sent, world.A).Select(p => p.Type + " " + Convert.ToHexString(p.Body[..Math.Min(12, p.Body.Length)]))));
            return opened == null ? text : text + ", of an SA that is gone";
        }

        private void Configure(World world)
        {
            var setup = new Setup { ChildLife = 3600, Dpd = 30 };
            var tcp = Ladder.Configure(world, setup);
            var udp = world.A.Policy("policy2", world.B.Address, Udp, setup);
            world.B.Policy("policy2", world.A.Address, Udp, setup);
            var icmp = world.A.Policy("policy3", world.B.Address, Icmp, setup with { Pfs = "CURVE25519" });
            world.B.Policy("policy3", world.A.Address, Icmp, setup with { Pfs = "CURVE25519" });
            _policies = new[] { tcp, udp, icmp };
            world.A.Packets.Flows = world.B.Packets.Flows = true;
            Ask(world);
            world.Settle();
            AssertTidy(world);
        }

        // A packet of each policy from either side: where there are no keys it asks for them.
        private void Ask(World world)
        {
            world.A.Traffic(_policies[0], world.B.Address, Tcp);
            world.A.Traffic(_policies[1], world.B.Address, Udp);
            world.A.Traffic(_policies[2], world.B.Address, Icmp);
        }

        private void Rekey(World world, int wanted)
        {
            int last = _children + _ikes + wanted;
            for (int i = 0; _children + _ikes < last; i++)
            {
                Assert.True(i < 20 * wanted + 1000, "it does not come to an end: " + _children + ", " + _ikes + "\n" + Ladder.Log(world));
                Age(_random.Next(2) == 0 ? world.A : world.B);
                if (_random.Next(4) == 0)
                    Age(_random.Next(2) == 0 ? world.A : world.B);
                world.Run(_random.Next(8) == 0 ? 10 : 1500);
                if (i % 50 == 0)
                {
                    Ask(world);
                    world.Run(1000);
                    Count(world);
                }
            }
        }

        private void Age(Peer peer)
        {
            int sas = peer.Sas().Length;
            if (sas == 0)
                return;
            int sa = _random.Next(sas);
            var view = peer.Sas()[sa];
            if (view.State != "ESTABLISHED")
                return;
            if (view.Children == 0 || _random.Next(4) == 0)
                Aging.Ike(peer, sa);
            else
                Aging.Child(peer, _random.Next(view.Children), sa);
        }

        // What has been made since, at A; then the records that a test keeps are emptied.
        private void Count(World world)
        {
            _children += world.A.Packets.Configs.Count / 2;
            _ikes += world.A.Log.Lines.Count(l => l.EndsWith("NEW -> ESTABLISHED") || l.EndsWith("STANDBY -> ESTABLISHED"));
            Forget(world);
        }

        private static void Forget(World world)
        {
            world.Trace.Clear();
            world.Trace.TrimExcess();
            foreach (var peer in new[] { world.A, world.B })
            {
                peer.Log.Lines.Clear();
                peer.Packets.Configs.Clear();
                peer.Packets.Keys.Clear();
                peer.Packets.SealedWith.Clear();
            }
        }

        private void AssertTidy(World world)
        {
            Ask(world);
            world.Run(5000);
            Ladder.AssertUp(world);
            foreach (var peer in new[] { world.A, world.B })
            {
                Assert.True(peer.Sessions().Length == Children && peer.Sas()[0].Children == Children, Ladder.Log(world));
                Assert.Equal((1, Children), Aging.Timers(peer));
                Assert.Equal(2 * Children, peer.Packets.Transforms.Count);
                Assert.Equal(0, peer.Packets.Held);
                Assert.Equal(0, peer.Ike.Jobs.Count);
            }
        }
    }
}
