using System.Linq;
using Xunit;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>What goes wrong by configuration: one clear line that names the remote, the cause and where to look; nothing installed;
    /// the board goes on.</summary>
    public sealed class RefusalTests
    {
        private const int Tcp = 6;

        [Theory]
        [InlineData("psk", "does not prove the shared secret: compare the files of -h", "B")]
        [InlineData("psk", "AUTHENTICATION_FAILED: compare the files of -h", "A")]
        [InlineData("identity", "identity that is not expected: compare -f here with -g there (fqdn:stranger)", "B")]
        [InlineData("responder", "identity that is not expected: compare -f here with -g there (ipv4:10.0.0.78)", "A")]
        [InlineData("ike proposal", "no proposal in common", "B")]
        [InlineData("ike proposal", "no proposal in common", "A")]
        [InlineData("child proposal", "no proposal in common", "B")]
        [InlineData("child proposal", "policy 'policy1': the peer says NO_PROPOSAL_CHOSEN", "A")]
        [InlineData("selectors", "traffic selectors do not fit", "B")]
        [InlineData("selectors", "the peer says TS_UNACCEPTABLE", "A")]
        [InlineData("mode", "transport or tunnel", "AB")]
        public void OneLineNamesTheCause(string what, string said, string by)
        {
            using var world = new World();
            var a = new Setup();
            var b = what switch
            {
                "psk" => new Setup { Psk = "another secret of sixteen bytes" },
                "responder" => new Setup(),
                "ike proposal" => new Setup { Encryption = "AES256-CBC" },
                "child proposal" => new Setup { ChildEncryption = "AES256-GCM16", ChildIntegrity = "" },
                "selectors" => new Setup { Source = "10.0.1.1" },
                "mode" => new Setup { Tunnel = true },
                _ => new Setup(),
            };
            a = what == "identity" ? a with { OurId = "fqdn:stranger" } : what == "responder" ? a with { TheirId = "fqdn:other" } : a;
            var child = Ladder.Configure(world, a, b);
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Run(120000);
            Assert.True((by.Contains('A') && world.A.Said(said)) || (by.Contains('B') && world.B.Said(said)), Ladder.Log(world));
            Assert.Empty(world.A.Sessions());
            Assert.Empty(world.B.Sessions());
            Assert.Equal(0, world.A.Packets.Sealed);
            Assert.Equal(0, world.A.Packets.Held);
        }

        [Fact]
        public void APolicyWithoutItsRemoteSaysSo()
        {
            using var world = new World();
            var child = world.A.Policy("policy1", world.B.Address, Tcp, new Setup());
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            Assert.Single(world.A.Log.Lines, l => l.Contains("'remoteINFO' of policy 'policy1'") && l.Contains("add its 'ike remote' line"));
            Assert.Empty(world.Trace);
            Assert.Equal(0, world.A.Packets.Held);
        }

        [Fact]
        public void AfterARefusalTheRightLineBringsItUp()
        {
            using var world = new World();
            var child = Ladder.Configure(world, new Setup(), new Setup { Psk = "another secret of sixteen bytes" });
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Run(1000);
            Assert.Empty(world.A.Sessions());
            world.B.Ike.Admin.ikev2DeleteRemote("remoteINFO");
            world.B.Remote(world.A.Address, new Setup());
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            Ladder.AssertUp(world);
        }

        // Each request costs a Diffie-Hellman where there is PFS: the packets of a policy that is refused ask less and less often.
        [Fact]
        public void PacketsOfARefusedPolicyAskLessAndLessOften()
        {
            using var world = new World();
            var a = new Setup { Dpd = 0, Pfs = "CURVE25519" };
            var child = Ladder.Configure(world, a, a with { Source = "10.0.1.1" });
            int asked = Ask(100);
            Assert.InRange(asked, 5, 8);
            Assert.Equal(0, world.A.Packets.Held);
            // At most a minute.
            Assert.InRange(Ask(300), 4, 6);
            int before = Requests();
            Assert.Equal(0, world.A.Ike.Admin.Up("policy1"));
            world.Settle();
            Assert.Equal(before + 1, Requests());
            // What changes here may be the cure.
            world.A.Policy("policy2", world.B.Address, 17, a);
            Assert.Equal(1, Ask(1));

            int Ask(int seconds)
            {
                int count = Requests();
                for (int i = 0; i < 10 * seconds; i++)
                {
                    world.A.Traffic(child, world.B.Address, Tcp);
                    world.Run(100);
                }
                return Requests() - count;
            }

            int Requests() => world.Trace.Count(s => s.From == world.A && (s.Exchange == 35 || s.Exchange == 36) && !s.IsResponse);
        }

        [Fact]
        public void TheGroupThePeerWantsIsTriedNext()
        {
            using var world = new World();
            var child = Ladder.Configure(world, new Setup { Groups = "MODP2048,CURVE25519" }, new Setup { Groups = "CURVE25519" });
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            Ladder.AssertUp(world);
            Assert.Equal(6, world.Trace.Count);
        }

    }
}
