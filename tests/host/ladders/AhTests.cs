using System.Linq;
using NfIpsec.Base;
using NfIpsec.Base.Ports;
using NfIpsec.Ike.Admin;
using NfIpsec.Ipsec.Management;
using NfIpsec.Native;
using Xunit;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>AH negotiated (RFC 7296 3.3: protocol 2 with integrity, extended sequence numbers and, with pfs, a group).</summary>
    public sealed class AhTests
    {
        private const int Tcp = 6, Udp = 17;
        private static readonly Setup s_ah = new() { Protocols = PolicyFlags.SP_PROTO_AH, ChildEncryption = "", ChildIntegrity = "HMAC-SHA-2-384,HMAC-SHA-2-256" };

        private static World Up(Setup a, Setup b)
        {
            var world = new World();
            var child = Ladder.Configure(world, a, b);
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            return world;
        }

        private static void AssertAh(World world, string integrity)
        {
            Ladder.AssertUp(world);
            var a = Assert.Single(world.A.Sessions());
            var b = Assert.Single(world.B.Sessions());
            Assert.Equal(NfIpsec.Base.Algorithm.Algorithms.None, a.Encryption);
            Assert.Equal(Peer.Row(NfIpsec.Base.Algorithm.Algorithms.Integrity, integrity), a.AhIntegrity);
            foreach (bool outbound in new[] { false, true })
            {
                string key = world.A.Ipsec.Admin.ShowAhKey(a.Slot, outbound);
                Assert.Equal(2 * a.AhKeyBytes, key.Length);
                Assert.Equal(key, world.B.Ipsec.Admin.ShowAhKey(b.Slot, !outbound));
            }
            Assert.All(world.A.Packets.Configs.Concat(world.B.Packets.Configs),
                c => Assert.Equal(TransformConfig.Ah, c[TransformConfig.Flags] & (TransformConfig.Ah | TransformConfig.Esp)));
        }

        [Theory]
        [InlineData(false, 0, "HMAC-SHA-2-256", "HMAC-SHA-2-256")]
        [InlineData(true, PolicyFlags.SP_ESN, "HMAC-SHA-2-384,HMAC-SHA-2-256", "HMAC-SHA-2-384")]
        [InlineData(true, PolicyFlags.SP_AUTH_SHA2_ICV_SHORT, "HMAC-SHA-2-512", "HMAC-SHA-2-512")]
        public void TrafficBringsUpAPairOfAh(bool tunnel, int flags, string offered, string chosen)
        {
            int handles = CryptoNative.HandleCount();
            var setup = s_ah with { Tunnel = tunnel, Flags = flags, ChildIntegrity = offered };
            using (var world = Up(setup, setup))
                AssertAh(world, chosen);
            Assert.Equal(handles, CryptoNative.HandleCount());
        }

        [Fact]
        public void TheSecondChildMayHaveAnotherProtocolAndForwardSecrecy()
        {
            using var world = Up(new Setup(), new Setup());
            var ah = s_ah with { Pfs = "CURVE25519" };
            var child = world.A.Policy("policy2", world.B.Address, Udp, ah);
            world.B.Policy("policy2", world.A.Address, Udp, ah);
            world.A.Traffic(child, world.B.Address, Udp);
            world.Settle();
            Ladder.AssertSessions(world, Ladder.Log(world));
            Assert.Equal(2, world.A.Sessions().Length);
            Assert.Single(world.A.Sessions(), s => s.AhIntegrity >= 0 && s.Encryption < 0);
        }

        [Fact]
        public void ADeletedPairIsDeletedAtThePeerUnderItsProtocol()
        {
            using var world = Up(s_ah, s_ah);
            AssertAh(world, "HMAC-SHA-2-384");
            Assert.Equal(Status.XE_OK, world.A.Ipsec.Admin.IPSecAdminDeletePolicy(world.A.Sessions()[0].Spid));
            world.Settle();
            Assert.Empty(world.B.Sessions());
        }

        [Theory]
        [InlineData(PolicyFlags.SP_PROTO_AH, PolicyFlags.SP_PROTO_ESP)]
        [InlineData(PolicyFlags.SP_PROTO_ESP, PolicyFlags.SP_PROTO_AH)]
        public void AnotherProtocolThanThePolicysIsNoProposal(int ours, int theirs)
        {
            using var world = Up(ours == PolicyFlags.SP_PROTO_AH ? s_ah : new Setup(), theirs == PolicyFlags.SP_PROTO_AH ? s_ah : new Setup());
            Assert.Empty(world.A.Sessions());
            Assert.Empty(world.B.Sessions());
            Assert.True(world.B.Said("no proposal in common"), Ladder.Log(world));
        }

        [Theory]
        [InlineData(true)]
        [InlineData(false)]
        public void AhIsNotNegotiatedThroughANat(bool fromInside)
        {
            var forced = s_ah with { Tunnel = true, Nat = AuthMethod.NatForce };
            using var world = Up(fromInside ? forced : s_ah with { Tunnel = true }, fromInside ? s_ah with { Tunnel = true } : forced);
            Assert.Empty(world.A.Sessions());
            Assert.Empty(world.B.Sessions());
            Assert.True(world.A.Said("AH covers the addresses") || world.B.Said("AH covers the addresses"), Ladder.Log(world));
        }

        [Fact]
        public void AhAroundEspIsNotNegotiated()
        {
            using var world = new World();
            world.A.Remote(world.B.Address, new Setup());
            var child = new ChildConfig { Name = "both", RemoteName = new Setup().Remote, Encryption = Peer.Rows(NfIpsec.Base.Algorithm.Algorithms.Encryption, "AES128-CBC"),
                Integrity = Peer.Rows(NfIpsec.Base.Algorithm.Algorithms.Integrity, "HMAC-SHA-2-256") };
            int status = world.A.Ike.Admin.IkeAdminAddIPSecConf(child, PolicyAction.IPSEC_POLICY_SECURE_TUNNEL, Tcp, world.A.Address, world.B.Address, world.B.Address,
                PolicyFlags.SP_PROTO_ESP | PolicyFlags.SP_PROTO_AH, 4);
            Assert.Equal(Status.XE_BAD_PARAM, status);
            Assert.Contains("one protocol", world.A.Ike.Admin.LastError);
            Assert.Equal(0, world.A.Ipsec.Admin.PolicyCount);
        }
    }
}
