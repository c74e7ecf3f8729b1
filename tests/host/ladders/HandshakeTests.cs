using System.Linq;
using NfIpsec.Ike.Admin;
using NfIpsec.Native;
using Xunit;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>IKE_SA_INIT and IKE_AUTH from a first packet to two sessions that fit.
    /// <code>
    ///   A                              B
    ///   HDR, SAi1, KEi, Ni        -->
    ///                             <--  HDR, SAr1, KEr, Nr
    ///   HDR, SK {IDi, AUTH, ...}  -->
    ///                             <--  HDR, SK {IDr, AUTH, ...}
    /// </code></summary>
    public sealed class HandshakeTests
    {
        private const int Tcp = 6;

        [Theory]
        [InlineData("3DES-CBC", "HMAC-SHA-2-384", "HMAC-SHA-2-384", "MODP768", "3DES-CBC", "HMAC-SHA-2-384")]
        [InlineData("AES256-GCM16", "", "HMAC-SHA-2-256", "CURVE25519", "AES256-GCM16", "")]
        [InlineData("AES128-CBC", "HMAC-SHA-1", "HMAC-SHA-1", "MODP2048", "AES128-CBC", "HMAC-SHA-1")]
        [InlineData("AES192-CBC", "HMAC-SHA-2-512", "HMAC-SHA-2-512", "ECP384", "NULL_ENC", "HMAC-SHA-2-256")]
        [InlineData("AES128-CBC,AES128-GCM16", "HMAC-SHA-2-256", "HMAC-SHA-2-256", "ECP256,CURVE25519", "AES128-GCM16,AES128-CBC", "HMAC-SHA-2-256")]
        [InlineData("AES128-CTR", "HMAC-SHA-2-256", "HMAC-SHA-2-256", "CURVE25519", "AES128-CTR", "HMAC-SHA-2-256")]
        [InlineData("AES256-CTR", "AES-CMAC", "AES-CMAC", "ECP256", "AES192-CTR", "AES-XCBC")]
        [InlineData("AES128-GCM8", "", "AES-XCBC", "CURVE25519", "AES256-GCM12", "")]
        [InlineData("AES128-CCM16", "", "HMAC-SHA-2-256", "ECP521", "AES128-CCM8", "")]
        [InlineData("AES256-CCM8", "", "HMAC-SHA-2-512", "CURVE25519", "AES256-CCM12", "")]
        [InlineData("CHACHA20-POLY1305", "", "HMAC-SHA-2-256", "CURVE25519", "CHACHA20-POLY1305", "")]
        [InlineData("AES128-CBC", "AES-XCBC", "AES-XCBC", "MODP8192", "AES128-GMAC", "")]
        [InlineData("AES128-CBC", "AES-CMAC", "AES-CMAC", "MODP6144", "NULL_ENC", "AES-CMAC")]
        [InlineData("DES-CBC", "HMAC-MD5", "HMAC-MD5", "MODP1024", "DES-CBC", "HMAC-MD5")]
        [InlineData("NULL_ENC", "HMAC-SHA-2-256", "HMAC-SHA-2-256", "MODP1536", "AES256-GMAC", "")]
        public void TrafficBringsUpAPair(string encryption, string integrity, string prf, string groups, string childEncryption, string childIntegrity)
        {
            int handles = CryptoNative.HandleCount();
            using (var world = new World())
            {
                var setup = new Setup { Encryption = encryption, Integrity = integrity, Prf = prf, Groups = groups, ChildEncryption = childEncryption, ChildIntegrity = childIntegrity };
                var child = Ladder.Configure(world, setup);
                world.A.Traffic(child, world.B.Address, Tcp);
                world.Settle();
                Ladder.AssertUp(world);
                Assert.Equal(4, world.Trace.Count);
                Assert.Equal(1, world.A.Packets.Sealed);
            }
            Assert.Equal(handles, CryptoNative.HandleCount());
        }

        [Fact]
        public void TheOtherEndMayBegin()
        {
            using var world = new World();
            Ladder.Configure(world, new Setup());
            world.B.Traffic(null, world.A.Address, Tcp);
            world.Settle();
            Ladder.AssertUp(world);
            Assert.False(world.A.Sas()[0].Initiator);
        }
    }

    /// <summary>Steps that ladders share.</summary>
    internal static class Ladder
    {
        /// <summary>One TCP policy and one remote on each side; A's child.</summary>
        public static ChildConfig Configure(World world, Setup setup) => Configure(world, setup, setup);

        public static ChildConfig Configure(World world, Setup a, Setup b)
        {
            world.A.Remote(world.B.Address, a);
            world.B.Remote(world.A.Address, b);
            var child = world.A.Policy("policy1", world.B.Address, 6, a);
            world.B.Policy("policy1", world.A.Address, 6, b);
            return child;
        }

        /// <summary>One IKE SA and one session on each side, and the SPIs of one side are those of the other.</summary>
        public static void AssertUp(World world)
        {
            AssertOneSa(world);
            AssertSessions(world, Log(world));
        }

        /// <summary>One IKE SA on each side, the same.</summary>
        public static void AssertOneSa(World world)
        {
            string log = Log(world);
            var a = world.A.Sas();
            var b = world.B.Sas();
            Assert.True(a.Length == 1 && b.Length == 1, a.Length + " and " + b.Length + " IKE SAs\n" + log);
            Assert.True(a[0].State == "ESTABLISHED" && b[0].State == "ESTABLISHED", a[0].State + " and " + b[0].State + "\n" + log);
            Assert.Equal(a[0].InitiatorSpi + a[0].ResponderSpi, b[0].InitiatorSpi + b[0].ResponderSpi);
        }

        public static string Log(World world) =>
            string.Join("\n", world.A.Log.Lines.Select(l => "A " + l).Concat(world.B.Log.Lines.Select(l => "B " + l))
                .Concat(Enumerable.Range(0, NfIpsec.Ike.Session.Fault.Count).Where(i => world.A.Ike.Admin.FaultCount(i) + world.B.Ike.Admin.FaultCount(i) > 0)
                    .Select(i => "fault " + i + ": A " + world.A.Ike.Admin.FaultCount(i) + ", B " + world.B.Ike.Admin.FaultCount(i)))
                .Concat(world.A.Jobs.Refusals.Concat(world.B.Jobs.Refusals).Select(r => "job refused " + r + ", handles " + CryptoNative.HandleCount()))
                .Concat(world.Trace.Select(s => (s.From == world.A ? "A" : "B") + " sent " + s.Payload.Length + " bytes")));

        public static void AssertSessions(World world, string log)
        {
            var a = world.A.Sessions();
            var b = world.B.Sessions();
            Assert.True(a.Length > 0 && a.Length == b.Length, a.Length + " and " + b.Length + " sessions\n" + log);
            Assert.Equal(a.Select(s => s.InboundSpi).OrderBy(s => s), b.Select(s => s.OutboundSpi).OrderBy(s => s));
            Assert.Equal(a.Select(s => s.OutboundSpi).OrderBy(s => s), b.Select(s => s.InboundSpi).OrderBy(s => s));
        }
    }
}
