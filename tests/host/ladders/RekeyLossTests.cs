using System;
using System.Linq;
using NfIpsec.Ike.Admin;
using NfIpsec.Native;
using Xunit;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>Every exchange after the first two, begun by either end, over a wire that loses, doubles, reorders, or brings a copy again
    /// when all is over: the outcome is that of a good wire, nothing is done twice, and no packet is lost.</summary>
    public sealed class RekeyLossTests
    {
        private const int Tcp = 6, Icmp = 1;

        public static TheoryData<string, bool, int, bool, string> Cases()
        {
            var cases = new TheoryData<string, bool, int, bool, string>();
            foreach (string what in new[] { "rekey child", "rekey child with pfs", "rekey IKE SA", "another group", "new child", "delete child", "delete IKE SA" })
                foreach (bool byA in new[] { true, false })
                    foreach (int exchange in what.StartsWith("delete") ? new[] { 37 } : what == "new child" ? new[] { 36 } : new[] { 36, 37 })
                        foreach (bool response in new[] { false, true })
                            foreach (string fate in new[] { "lost", "lost twice", "doubled", "late", "again" })
                                cases.Add(what, byA, exchange, response, fate);
            return cases;
        }

        [Theory]
        [MemberData(nameof(Cases))]
        public void TheOutcomeIsThatOfAGoodWire(string what, bool byA, int exchange, bool response, string fate)
        {
            int handles = CryptoNative.HandleCount();
            using (var world = Up(what, out var icmp))
            {
                var by = RekeyTests.Peer(world, byA);
                string spi = world.A.Sas()[0].InitiatorSpi;
                int child = world.A.Sessions()[0].InboundSpi;
                Sent kept = null;
                bool Meant(Sent s)
                {
                    bool meant = s.Exchange == exchange && s.IsResponse == response;
                    kept = meant && kept == null ? s : kept;
                    return meant;
                }
                Fate.Of(world, Meant, fate, !what.StartsWith("delete"));
                Begin(what, by, icmp[byA ? 0 : 1]);
                world.Run(20000);
                Fate.None(world);
                if (fate == "again")
                    (kept.From == world.A ? world.B : world.A).Receive(kept);
                world.Run(1000);
                AssertDone(world, what, spi, child);
            }
            Assert.Equal(handles, CryptoNative.HandleCount());
        }

        private static World Up(string what, out ChildConfig[] icmp)
        {
            var setup = new Setup { Dpd = 0, Pfs = what == "rekey child with pfs" ? "CURVE25519" : what == "another group" ? "CURVE25519,ECP256" : "" };
            var world = RekeyTests.Up(setup);
            // B's policies are made anew: what it wants first, A has second
            if (what == "another group")
            {
                world.B.Ike.Admin.ikev2_DeletePolicy("policy1");
                world.Run(1000);
                world.B.Policy("policy1", world.A.Address, Tcp, setup with { Pfs = "ECP256" });
                world.A.Traffic(null, world.B.Address, Tcp);
                world.Run(1000);
                Ladder.AssertUp(world);
            }
            icmp = new[] { world.A.Policy("policy2", world.B.Address, Icmp, setup), world.B.Policy("policy2", world.A.Address, Icmp, setup) };
            world.A.Packets.Delivered = world.A.Packets.Sealed = world.B.Packets.Delivered = world.B.Packets.Sealed = 0;
            return world;
        }

        private static void Begin(string what, Peer by, ChildConfig icmp)
        {
            switch (what)
            {
                case "rekey IKE SA": Aging.Ike(by); break;
                case "new child": by.Traffic(icmp, by == by.World.A ? by.World.B.Address : by.World.A.Address, Icmp); break;
                case "delete child": Assert.Equal(0, by.Ipsec.Admin.IPSecAdminFlushSAD()); break;
                case "delete IKE SA": Assert.Equal(0, by.Ike.Admin.ikev2_shutdown()); break;
                default: Aging.Child(by); break;
            }
        }

        private static void AssertDone(World world, string what, string spi, int child)
        {
            if (what == "delete IKE SA")
            {
                Assert.Empty(world.A.Sas());
                Assert.Empty(world.B.Sas());
            }
            if (what.StartsWith("delete"))
            {
                Assert.Empty(world.A.Sessions());
                Assert.Empty(world.B.Sessions());
                return;
            }
            ChildCollisionTests.AssertNothingLost(world);
            RekeyTests.AssertTidy(world, what == "new child" ? 2 : 1);
            Assert.Equal(what == "rekey IKE SA", spi != world.A.Sas()[0].InitiatorSpi);
            Assert.Equal(what.StartsWith("rekey child") || what == "another group", world.A.Sessions().All(s => s.InboundSpi != child));
        }
    }
}
