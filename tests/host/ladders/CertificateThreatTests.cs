using System;
using System.Linq;
using NfIpsec.Base.Crypto;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Session;
using Xunit;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>THREATS 21 to 26 by number, over a whole IKE_AUTH: whoever has run the Diffie-Hellman puts other payloads in the place of the
    /// peer's. Each is refused with its reason in the log, and nothing is installed.</summary>
    public sealed class CertificateThreatTests
    {
        private const string A = "10.0.0.77", B = "10.0.0.78";
        private const int IdInitiator = 35, IdResponder = 36, Cert = 37, Auth = 39, IkeAuth = 35, Dn = 9;

        private static World Boards(int method, string ours, string theirs, string anchor = "root")
        {
            var world = new World();
            foreach (var (peer, own, address) in new[] { (world.A, ours, B), (world.B, theirs, A) })
            {
                CertificateTests.Board(peer, own);
                if (anchor != "root")
                    CertificateTests.Store(peer, anchor + ".pem", 9, null);
                if (own == "leaf")
                    CertificateTests.Store(peer, "link.pem", 0, null);
                CertificateTests.Remote(peer, address, method, own + ".pem" + (own == "leaf" ? ",link.pem" : ""), r => r.Fragmentation = false);
            }
            return world;
        }

        // The IKE_AUTH of one of the two, changed on its way.
        private static void Replace(World world, Peer of, Func<(int Type, byte[] Body)[], (int, byte[])[]> change) =>
            world.Nat = s => s.From == of && s.Exchange == IkeAuth
                ? Forger.Seal(s, of, true, IkeAuth, s.IsResponse, 1, change(Forger.Open(s, of))) : s;

        private static void AssertRefused(World world, Peer by, params string[] reasons)
        {
            CertificateTests.Talk(world, world.A, world.B);
            Assert.True(reasons.Any(by.Said), Ladder.Log(world));
            Assert.Empty(by.Sessions());
            Assert.DoesNotContain(by.Sas(), sa => sa.State == "ESTABLISHED");
            Assert.Equal(0, by.Ike.Jobs.Count);
        }

        private static byte[] Of(int head, byte[] rest) => BitConverter.GetBytes(head).Concat(rest).ToArray();

        private static byte[] Id(string certificate)
        {
            using var one = CertificateTests.Certificate(certificate);
            return Of(Dn, one.Part(CertificatePart.Subject, 0));
        }

        private static byte[] Der(string certificate)
        {
            using var one = CertificateTests.Certificate(certificate);
            return new byte[] { 4 }.Concat(one.Part(CertificatePart.Der, 0)).ToArray();
        }

        // ---- 21: identities ----

        [Theory]
        [InlineData("")]
        [InlineData("30")]
        [InlineData("3080")]
        [InlineData("3000")]
        [InlineData("307f310b3009060355040613024445")]
        [InlineData("308000310b30090603550406130244450000")]
        [InlineData("3084ffffffff310b3009060355040613024445")]
        [InlineData("300d310b30090603550406130244")]
        [InlineData("300d310b300906ff550406130244")]
        [InlineData("300d31ff30090603550406130244")]
        [InlineData("nested")]
        public void T21_ADnThatIsNoneIsNobody(string hex)
        {
            byte[] dn = hex == "nested" ? Enumerable.Repeat(new byte[] { 0x30, 0x80 }, 500).SelectMany(b => b).ToArray() : Convert.FromHexString(hex);
            using var world = Boards(AuthMethod.EcdsaSig, "p256", "p384");
            Replace(world, world.A, parts => parts.Select(p => p.Type == IdInitiator ? (p.Type, Of(Dn, dn)) : p).ToArray());
            AssertRefused(world, world.B, "asn1dn:(no Name)", Fault.Text(Fault.BadSyntax), "it does not speak for");

            // Whoever comes after is served.
            world.Nat = null;
            world.A.Traffic(null, B, 1);
            world.Settle();
            Assert.Single(world.B.Sessions());
        }

        // Lengths that nest to the end of the Name, deeper and deeper.
        [Fact]
        public void T21_ANameOfNamesIsReadInOneBoundedPass()
        {
            byte[] inner = { 0x05, 0x00 };
            while (inner.Length < 1500)
                inner = (inner.Length < 128 ? new byte[] { 0x30, (byte)inner.Length } : new byte[] { 0x30, 0x82, (byte)(inner.Length >> 8), (byte)inner.Length })
                    .Concat(inner).ToArray();
            using var world = Boards(AuthMethod.EcdsaSig, "p256", "p384");
            Replace(world, world.A, parts => parts.Select(p => p.Type == IdInitiator ? (p.Type, Of(Dn, inner)) : p).ToArray());
            AssertRefused(world, world.B, "asn1dn:(no Name)", "it does not speak for");
        }

        // ---- 22 to 24: signatures ----

        // Body of AUTH: method 14, zeros, length of the identifier, identifier, signature (RFC 7427 3).
        private static byte[] Sign(byte[] auth, Func<byte[], byte[]> identifier, Func<byte[], byte[]> signature)
        {
            int length = auth[4];
            byte[] name = identifier(auth[5..(5 + length)]);
            return auth[..4].Append((byte)name.Length).Concat(name).Concat(signature(auth[(5 + length)..])).ToArray();
        }

        private static void AssertSignatureRefused(int method, string theirs, Func<byte[], byte[]> identifier, Func<byte[], byte[]> signature)
        {
            using var world = Boards(method, theirs == "leaf" ? "leaf" : "p256", theirs);
            Replace(world, world.B, parts => parts.Select(p => p.Type == Auth ? (p.Type, Sign(p.Body, identifier, signature)) : p).ToArray());
            AssertRefused(world, world.A, Fault.Text(Fault.BadSignature), Fault.Text(Fault.OtherMethod));
        }

        // The way that the others go changes nothing by itself.
        [Theory]
        [InlineData(AuthMethod.RsaSig, "leaf")]
        [InlineData(AuthMethod.RsaPss, "leaf")]
        [InlineData(AuthMethod.EcdsaSig, "p384")]
        public void T22_23_24_TheSignatureItselfIsTaken(int method, string theirs)
        {
            using var world = Boards(method, theirs == "leaf" ? "leaf" : "p256", theirs);
            Replace(world, world.B, parts => parts.Select(p => p.Type == Auth ? (p.Type, Sign(p.Body, id => id, s => s)) : p).ToArray());
            CertificateTests.Talk(world, world.A, world.B);
            Assert.Single(world.A.Sessions());
        }

        [Theory]
        [InlineData("zero")]
        [InlineData("one")]
        [InlineData("all ones")]
        [InlineData("garbage in the middle")]
        [InlineData("garbage at the end")]
        [InlineData("a byte short")]
        [InlineData("a byte long")]
        [InlineData("empty")]
        [InlineData("the DigestInfo of another hash")]
        [InlineData("parameters left out")]
        public void T22_APkcs1SignatureThatIsNotWhollyRightIsRefused(string what)
        {
            AssertSignatureRefused(AuthMethod.RsaSig, "leaf", id =>
            {
                // sha256WithRSAEncryption ends in 11, sha384 in 12
                if (what.Contains("another hash"))
                    id[^3]++;
                return what.Contains("left out") ? new byte[] { 0x30, 0x0b }.Concat(id[2..^2]).ToArray() : id;
            }, s =>
            {
                switch (what)
                {
                    case "zero": return new byte[s.Length];
                    case "one": return new byte[s.Length - 1].Append((byte)1).ToArray();
                    case "all ones": return Enumerable.Repeat((byte)0xff, s.Length).ToArray();
                    case "garbage in the middle": s[s.Length / 2] ^= 1; return s;
                    case "garbage at the end": s[^1] ^= 1; return s;
                    case "a byte short": return s[1..];
                    case "a byte long": return s.Append((byte)0).ToArray();
                    case "empty": return new byte[0];
                    default: return s;
                }
            });
        }

        [Theory]
        [InlineData("a huge salt")]
        [InlineData("no salt")]
        [InlineData("a salt length that does not end")]
        [InlineData("the mask of another hash")]
        [InlineData("an unknown mask")]
        [InlineData("a trailer field")]
        [InlineData("no parameters")]
        public void T23_PssParametersThatAreNotOursAreRefused(string what)
        {
            AssertSignatureRefused(AuthMethod.RsaPss, "leaf", id =>
            {
                switch (what)
                {
                    case "a huge salt": return Longer(id[..^3].Concat(new byte[] { 0x02, 0x04, 0x7f, 0xff, 0xff, 0xff }).ToArray(), 3);
                    case "no salt": id[^1] = 0; return id;
                    case "a salt length that does not end": id[^2] = 0x7f; return id;
                    case "the mask of another hash": id[59]++; return id;
                    case "an unknown mask": id[43]++; return id;
                    case "a trailer field": return Longer(id.Concat(new byte[] { 0xa3, 0x03, 0x02, 0x01, 0x01 }).ToArray(), 5);
                    default: return new byte[] { 0x30, 0x0b }.Concat(id[2..13]).ToArray();
                }
            }, s => s);
        }

        // The two SEQUENCEs around, and the salt's tag where that grew, count so many bytes more.
        private static byte[] Longer(byte[] id, int by)
        {
            id[1] += (byte)by;
            id[14] += (byte)by;
            return id;
        }

        [Theory]
        [InlineData("r and s are 0")]
        [InlineData("s is 0")]
        [InlineData("a zero ahead of r")]
        [InlineData("a length of two octets")]
        [InlineData("a byte behind")]
        [InlineData("cut")]
        [InlineData("r is negative")]
        [InlineData("empty")]
        [InlineData("raw")]
        public void T24_AnEcdsaSignatureIsInTheOneFormThereIs(string what)
        {
            AssertSignatureRefused(AuthMethod.EcdsaSig, "p384", id => id, s =>
            {
                byte[] r = s[4..(4 + s[3])], t = s[(6 + r.Length)..];
                switch (what)
                {
                    case "r and s are 0": return Pair(new byte[1], new byte[1]);
                    case "s is 0": return Pair(r, new byte[1]);
                    case "a zero ahead of r": return Pair(new byte[1].Concat(r).ToArray(), t);
                    case "a length of two octets": return new byte[] { 0x30, 0x81 }.Concat(s[1..]).ToArray();
                    case "a byte behind": return s.Append((byte)0).ToArray();
                    case "cut": return s[..^1];
                    case "r is negative": return Pair(r.Select((b, i) => i == 0 ? (byte)(b | 0x80) : b).ToArray(), t);
                    case "empty": return new byte[0];
                    default: return r.Concat(t).ToArray();
                }
            });
        }

        private static byte[] Pair(byte[] r, byte[] s) =>
            new byte[] { 0x30, (byte)(4 + r.Length + s.Length), 2, (byte)r.Length }.Concat(r).Concat(new byte[] { 2, (byte)s.Length }).Concat(s).ToArray();

        // ---- 25: chains ----

        // What is shown, what is sent along, who is trusted.
        [Theory]
        [InlineData("expired", "", "root", "is not trusted", "expired")]
        [InlineData("future", "", "root", "is not trusted", "not yet valid")]
        [InlineData("below-expired", "expired-link", "root", "is not trusted", "expired (certificate 1 above")]
        [InlineData("purpose-code", "", "root", "is not trusted", "its extended key usage is not for IKE")]
        [InlineData("encipherment", "", "root", "is not trusted", "its key usage forbids it")]
        [InlineData("nc-bad-dns", "nc-link", "nc-root", "is not trusted", "outside of the name constraints above")]
        [InlineData("nc-bad-subject", "nc-link", "nc-root", "is not trusted", "outside of the name constraints above")]
        [InlineData("below-leaf", "leaf,link", "root", "is not trusted", "no trust anchor at the end of its chain")]
        [InlineData("below-no-sign", "no-sign-link", "root", "is not trusted", "its key usage forbids it")]
        [InlineData("below-long", "long-link,link", "root", "is not trusted", "path length")]
        [InlineData("in-loop", "loop-one,loop-two", "root", "is not trusted", "the chain is a loop")]
        [InlineData("self-signed", "", "root", "is not trusted", "no trust anchor at the end of its chain")]
        [InlineData("impostor", "false-root", "root", "is not trusted", "does not verify")]
        public void T25_AChainThatDoesNotHoldIsRefusedWithItsReason(string shown, string sent, string anchor, string fault, string reason)
        {
            foreach (bool initiator in new[] { false, true })
            {
                using var world = Boards(AuthMethod.EcdsaSig, "p256", "p384", anchor);
                var of = initiator ? world.A : world.B;
                var chain = sent.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(name => (Cert, Der(name)));
                Replace(world, of, parts => new[] { (initiator ? IdInitiator : IdResponder, Id(shown)), (Cert, Der(shown)) }.Concat(chain)
                    .Concat(parts.Where(p => p.Type is not (IdInitiator or IdResponder or Cert))).ToArray());
                var by = initiator ? world.B : world.A;
                AssertRefused(world, by, reason);
                Assert.True(by.Said(fault), Ladder.Log(world));
            }
        }

        // ---- 26: by URL ----

        [Theory]
        [InlineData(12, "http://127.0.0.1/cert")]
        [InlineData(12, "http://10.0.0.77:5001/")]
        [InlineData(12, "file:///secret_file.txt")]
        [InlineData(12, "")]
        [InlineData(13, "http://127.0.0.1/bundle")]
        public void T26_ACertificateByUrlIsNotFetched(int encoding, string url)
        {
            byte[] body = new[] { (byte)encoding }.Concat(new byte[20]).Concat(System.Text.Encoding.ASCII.GetBytes(url)).ToArray();
            using var world = Boards(AuthMethod.EcdsaSig, "p256", "p384");
            Replace(world, world.B, parts => parts.Select(p => p.Type == Cert ? (p.Type, body) : p).ToArray());
            AssertRefused(world, world.A, "certificates by URL are not fetched");
            Assert.All(world.Trace, s => Assert.Equal(500, s.Info[NfIpsec.Base.Ports.PacketInfo.DestinationPort]));
        }
    }
}
