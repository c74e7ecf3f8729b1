using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using NfIpsec.Base.Bytes;
using NfIpsec.Ike.Admin;
using NfIpsec.Native;
using Xunit;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>A whole handshake against messages and keys that other code has computed (tests/vectors/ikev2_handshake.py): each side
    /// of ours plays against the recorded other one, and every octet that we send is compared. Of what is sealed the IV is ours: the
    /// recorded clear text is sealed under it by .NET's own ciphers.</summary>
    public sealed class GoldenTests
    {
        private const int Tcp = 6, Header = 28, Generic = 4;

        private static readonly GoldenHandshake[] s_cases = GoldenHandshake.All();

        // The recorded peers do not speak RFC 7383.
        private static Setup SetupOf(int index) => index == 0
            ? new Setup { Dpd = 0, Fragmentation = false }
            : new Setup { Fragmentation = false, Encryption = "AES256-GCM16", Integrity = "", Prf = "HMAC-SHA-2-384", Groups = "ECP384", ChildEncryption = "AES256-GCM16", ChildIntegrity = "", Tunnel = true, Dpd = 0 };

        private static ChildConfig Play(Peer peer, string other, GoldenHandshake golden, int index, string role)
        {
            string theirs = role == "i" ? "r" : "i";
            peer.Random = new FixedRandom(golden["spi_" + role], golden["n" + role]);
            peer.SpiRandom = new FixedRandom(golden["esp_" + role]);
            peer.JobPort = new FixedJobs(golden["public_" + role], golden["public_" + theirs], golden["gir"]);
            peer.Start();
            peer.Remote(other, SetupOf(index));
            return peer.Policy("policy1", other, Tcp, SetupOf(index));
        }

        [Theory]
        [InlineData(0)]
        [InlineData(1)]
        public void TheInitiatorSendsAndAcceptsTheRecordedMessages(int index)
        {
            var golden = s_cases[index];
            int handles = CryptoNative.HandleCount();
            using (var world = new World())
            {
                var child = Play(world.A, world.B.Address, golden, index, "i");
                world.Copies = s => 0;
                // The recorded initiator had no packet that asked.
                Assert.Equal(0, world.A.Ike.Admin.Up(child.Name));
                world.Settle();
                AssertSent(world, golden["init_request"]);
                Answer(world, world.A, world.B, golden["init_response"]);
                AssertSent(world, Sealed(world, golden, "auth_request", "i"));
                Answer(world, world.A, world.B, golden["auth_response"]);
                AssertUp(world.A, golden, "i");
                world.A.Traffic(child, world.B.Address, Tcp);
                world.Settle();
                Assert.Equal(1, world.A.Packets.Sealed);
            }
            Assert.Equal(handles, CryptoNative.HandleCount());
        }

        [Theory]
        [InlineData(0)]
        [InlineData(1)]
        public void TheResponderSendsAndAcceptsTheRecordedMessages(int index)
        {
            var golden = s_cases[index];
            int handles = CryptoNative.HandleCount();
            using (var world = new World())
            {
                Play(world.B, world.A.Address, golden, index, "r");
                world.Copies = s => 0;
                world.B.Receive(From(world, world.A, world.B, golden["init_request"]));
                world.Settle();
                AssertSent(world, golden["init_response"]);
                Answer(world, world.B, world.A, golden["auth_request"]);
                AssertSent(world, Sealed(world, golden, "auth_response", "r"));
                AssertUp(world.B, golden, "r");
            }
            Assert.Equal(handles, CryptoNative.HandleCount());
        }

        private static void Answer(World world, Peer to, Peer from, byte[] message)
        {
            to.Receive(From(world, from, to, message));
            world.Settle();
        }

        private static Sent From(World world, Peer from, Peer to, byte[] message)
        {
            var info = new int[NfIpsec.Base.Ports.PacketInfo.Words];
            var path = new Ike.Session.IkePath();
            path.Set(Base.Address.IpAddress.Parse(from.Address), Base.Address.IpAddress.Parse(to.Address), 500, 500);
            path.Words.CopyTo(info, 0);
            return new Sent(from, info, message);
        }

        private static void AssertSent(World world, byte[] expected) =>
            Assert.Equal(Convert.ToHexString(expected), Convert.ToHexString(world.Trace.Last().Payload));

        // The recorded clear text under the IV of what was just sent.
        private static byte[] Sealed(World world, GoldenHandshake golden, string message, string role)
        {
            byte[] sent = world.Trace.Last().Payload, recorded = golden[message], inside = golden[message + "_inside"], mac = golden["sk_a" + role], key = golden["sk_e" + role];
            Assert.Equal(recorded.Length, sent.Length);
            int iv = mac.Length > 0 ? 16 : 8;
            int text = Header + Generic + iv;
            var expected = (byte[])recorded.Clone();
            Array.Copy(sent, Header + Generic, expected, Header + Generic, iv);
            var padded = new byte[recorded.Length - text - 16];
            inside.CopyTo(padded, 0);
            padded[^1] = (byte)(padded.Length - inside.Length - 1);
            if (mac.Length > 0)
            {
                using var aes = Aes.Create();
                aes.Key = key;
                aes.EncryptCbc(padded, expected.AsSpan(Header + Generic, iv), PaddingMode.None).CopyTo(expected, text);
                HMACSHA256.HashData(mac, expected.AsSpan(0, expected.Length - 16)).AsSpan(0, 16).CopyTo(expected.AsSpan(expected.Length - 16));
                return expected;
            }
            using var gcm = new AesGcm(key[..^4], 16);
            var nonce = key[^4..].Concat(expected[(Header + Generic)..text]).ToArray();
            gcm.Encrypt(nonce, padded, expected.AsSpan(text, padded.Length), expected.AsSpan(expected.Length - 16), expected.AsSpan(0, Header + Generic));
            return expected;
        }

        // Both SPIs and the four keys, as they went into IPsec: inbound before outbound.
        private static void AssertUp(Peer peer, GoldenHandshake golden, string role)
        {
            string other = role == "i" ? "r" : "i";
            Assert.True(peer.Sas().Single().State == "ESTABLISHED", string.Join("\n", peer.Log.Lines));
            var session = peer.Sessions().Single();
            Assert.Equal(BigEndian.Read32(golden["esp_" + role], 0), session.InboundSpi);
            Assert.Equal(BigEndian.Read32(golden["esp_" + other], 0), session.OutboundSpi);
            var expected = new List<string>();
            foreach (string side in new[] { other, role })
                expected.AddRange(new[] { "esp_e" + side, "esp_a" + side }.Select(field => Convert.ToHexString(golden[field])));
            Assert.Equal(expected, peer.Packets.Keys);
        }
    }
}
