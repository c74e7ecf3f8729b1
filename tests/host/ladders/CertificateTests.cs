using System;
using System.Collections.Generic;
using System.IO;
using NfIpsec.Base;
using NfIpsec.Base.Address;
using NfIpsec.Base.Algorithm;
using NfIpsec.Base.Crypto;
using NfIpsec.Base.Ports;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Session;
using Xunit;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>IKE_AUTH with certificates, both roles, and what must end it (RFC 7296 2.15, RFC 7427, RFC 4945). Threats 21 to
    /// 26: CertificateThreatTests.</summary>
    public sealed class CertificateTests
    {
        private const string A = "10.0.0.77", B = "10.0.0.78";
        private const int Icmp = 1;

        /// <summary>Files of one board, from tests/vectors/x509.</summary>
        private sealed class VectorFiles : FilePort
        {
            public readonly Dictionary<string, byte[]> Written = new();

            public override byte[] Read(string name)
            {
                if (Written.TryGetValue(name, out var bytes))
                    return (byte[])bytes.Clone();
                string path = Path.Combine(Folder(), name);
                return File.Exists(path) ? File.ReadAllBytes(path) : null;
            }

            private static string Folder()
            {
                string folder = AppContext.BaseDirectory;
                while (!Directory.Exists(Path.Combine(folder, "tests", "vectors")))
                    folder = Path.GetDirectoryName(folder);
                return Path.Combine(folder, "tests", "vectors", "x509");
            }

            public override bool Write(string name, byte[] content)
            {
                Written[name] = (byte[])content.Clone();
                return true;
            }

            public override bool Append(string name, byte[] content) => false;

            public override bool Delete(string name) => Written.Remove(name);
        }

        internal static Peer Board(Peer peer, string own, string anchor = "root")
        {
            peer.Files = new VectorFiles();
            peer.Start();
            Store(peer, anchor + ".pem", 9, null);
            if (own != null)
                Store(peer, own + ".pem", 1, own + ".key");
            return peer;
        }

        internal static void Store(Peer peer, string file, int depth, string key)
        {
            peer.Ike.Trust.Store.Add(file, depth, key);
            while (peer.Ike.Trust.Store.IsBusy)
                peer.Ike.Poll(peer.World.Clock.Now);
            Assert.Null(peer.Ike.Trust.Store.Error);
        }

        internal static RemoteConfig Remote(Peer peer, string address, int method, string own, Action<RemoteConfig> change = null)
        {
            var remote = new RemoteConfig
            {
                Name = "remoteINFO", Initiate = true, Accept = true, Method = method, OwnFiles = own,
                Encryption = Peer.Rows(Algorithms.Encryption, "AES128-CBC"), Integrity = Peer.Rows(Algorithms.Integrity, "HMAC-SHA-2-256"),
                Prf = Peer.Rows(Algorithms.Prf, "HMAC-SHA-2-256"), Groups = Peer.Rows(Algorithms.Group, "CURVE25519"),
                Remote = IpAddress.Parse(address), RemoteId = Peer.Id("asnlbn:"), LocalId = Peer.Id("asnlbn:"),
            };
            change?.Invoke(remote);
            Assert.True(peer.Ike.Admin.ikev2_CreateRemote(remote) == Status.XE_OK, peer.Ike.Admin.LastError);
            return remote;
        }

        internal static void Talk(World world, Peer a, Peer b)
        {
            var setup = new Setup();
            var policy = a.Policy("p", B, Icmp, setup);
            b.Policy("p", A, Icmp, setup);
            a.Traffic(policy, B, Icmp);
            world.Settle();
        }

        internal static Certificate Certificate(string name)
        {
            byte[] bytes = new VectorFiles().Read(name + ".pem");
            return Base.Crypto.Certificate.Parse(bytes, 0, bytes.Length, out _);
        }

        [Theory]
        [InlineData(AuthMethod.RsaSig, "leaf", "leaf")]
        [InlineData(AuthMethod.RsaPss, "leaf", "leaf")]
        [InlineData(AuthMethod.EcdsaSig, "p256", "p384")]
        [InlineData(AuthMethod.EcdsaSig, "p521", "p256")]
        public void TwoBoardsProveThemselvesWithCertificates(int method, string ours, string theirs)
        {
            using var world = new World();
            var a = Board(world.A, ours);
            var b = Board(world.B, theirs);
            string links = ours == "leaf" ? ",link.pem" : "";
            if (links != "")
            {
                Store(a, "link.pem", 0, null);
                Store(b, "link.pem", 0, null);
            }
            Remote(a, B, method, ours + ".pem" + links);
            Remote(b, A, method, theirs + ".pem" + links);
            Talk(world, a, b);
            Assert.Single(a.Sessions());
            Assert.Single(b.Sessions());
            Assert.Equal("established", a.Sas()[0].State.ToLower());
            Assert.Equal(0, a.Ike.Jobs.Count + b.Ike.Jobs.Count);
        }

        [Theory]
        [InlineData("p256", "other-root", "no trust anchor at the end of its chain")]
        [InlineData("p256", "root", "it is not that of -b 'p521.pem'")]
        public void T25_ACertificateThatIsNotTrustedInstallsNothing(string theirs, string anchor, string reason)
        {
            using var world = new World();
            var a = Board(world.A, "p384", anchor);
            var b = Board(world.B, theirs);
            Remote(a, B, AuthMethod.EcdsaSig, "p384.pem", r =>
            {
                r.PeerFile = "p521.pem";
                r.PeerCertificate = reason.Contains("-b") ? Certificate("p521") : null;
            });
            Remote(b, A, AuthMethod.EcdsaSig, theirs + ".pem");
            Talk(world, a, b);
            Assert.True(a.Said(reason), string.Join("\n", a.Log.Lines));
            Assert.Empty(a.Sessions());
        }

        [Fact]
        public void T25_TheResponderTrustsNoMoreThanTheInitiator()
        {
            using var world = new World();
            var a = Board(world.A, "p256");
            var b = Board(world.B, "p384", "other-root");
            Remote(a, B, AuthMethod.EcdsaSig, "p256.pem");
            Remote(b, A, AuthMethod.EcdsaSig, "p384.pem");
            Talk(world, a, b);
            Assert.True(b.Said("no trust anchor at the end of its chain"), string.Join("\n", b.Log.Lines));
            Assert.Empty(a.Sessions());
            Assert.Empty(b.Sessions());
            Assert.Empty(b.Sas());
        }

        [Fact]
        public void AnIdentityThatTheCertificateDoesNotHaveIsRefused()
        {
            using var world = new World();
            var a = Board(world.A, "p256");
            var b = Board(world.B, "p384");
            Remote(a, B, AuthMethod.EcdsaSig, "p256.pem", r => r.LocalId = Peer.Id("fqdn:somebody.example.com"));
            Remote(b, A, AuthMethod.EcdsaSig, "p384.pem", r => r.RemoteId = Peer.Id("fqdn:somebody.example.com"));
            Talk(world, a, b);
            Assert.True(b.Said("it does not speak for fqdn:somebody.example.com"), string.Join("\n", b.Log.Lines));
            Assert.Empty(b.Sessions());
        }

        [Fact]
        public void ABoardWithoutTimeRefusesUnlessToldOtherwise()
        {
            foreach (bool told in new[] { false, true })
            {
                using var world = new World();
                world.Clock.Utc = -1;
                var a = Board(world.A, "p256");
                var b = Board(world.B, "p384");
                Remote(a, B, AuthMethod.EcdsaSig, "p256.pem", r => r.AnyTime = told);
                Remote(b, A, AuthMethod.EcdsaSig, "p384.pem", r => r.AnyTime = told);
                Talk(world, a, b);
                Assert.Equal(told ? 1 : 0, b.Sessions().Length);
                Assert.Equal(!told, b.Said("this board does not know the time"));
            }
        }

        [Fact]
        public void AnotherMethodThanExpectedIsNamed()
        {
            using var world = new World();
            var a = Board(world.A, "p256");
            var b = Board(world.B, null);
            Remote(a, B, AuthMethod.EcdsaSig, "p256.pem", r => r.LocalId = Peer.Id("ipv4:" + A));
            b.Remote(A, new Setup());
            Talk(world, a, b);
            Assert.True(b.Said("another method"), string.Join("\n", b.Log.Lines));
            Assert.Empty(b.Sessions());
        }

        [Fact]
        public void TheStoreOutlivesARestart()
        {
            using var world = new World();
            var a = Board(world.A, "p256");
            a.Start();
            while (a.Ike.Trust.Store.IsBusy)
                a.Ike.Poll(world.Clock.Now);
            Assert.Equal(2, a.Ike.Trust.Store.Count);
            Assert.True(a.Ike.Trust.Store.Get(0).IsAnchor);
            Assert.NotNull(a.Ike.Trust.Store.Find("p256.pem").Key);
        }

        [Theory]
        [InlineData("leaf.pem", "p256.key", "'p256.key': the key does not fit the certificate")]
        [InlineData("leaf.pem", "leaf-encrypted.key", "'leaf-encrypted.key': the key is encrypted; expected one without a passphrase")]
        [InlineData("leaf.pem", "leaf.pem", "'leaf.pem': neither PEM nor DER of a private key")]
        [InlineData("leaf.key", null, "'leaf.key': neither PEM nor DER of a certificate or a CRL")]
        [InlineData("none.pem", null, "'none.pem': no such file")]
        [InlineData("unknown-critical.pem", null, "'unknown-critical.pem': a critical extension in it is not known here")]
        [InlineData("more-names.pem", null, "'more-names.pem': more alternative names, purposes or policies than one certificate may have here; expected 64 of each at most")]
        [InlineData("two.pem", null, "'two.pem': more than one certificate in the file; expected one")]
        [InlineData("root.crl.pem", "p256.key", "'root.crl.pem': a CRL has no key; expected no -k")]
        public void AFileThatCannotBeTakenIsNamedWithTheReason(string file, string key, string error)
        {
            using var world = new World();
            var a = Board(world.A, null);
            a.Ike.Trust.Store.Add(file, 1, key);
            while (a.Ike.Trust.Store.IsBusy)
                a.Ike.Poll(world.Clock.Now);
            Assert.Equal(error, a.Ike.Trust.Store.Error);
            Assert.Equal(1, a.Ike.Trust.Store.Count);
        }
    }
}
