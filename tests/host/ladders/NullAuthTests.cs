using System;
using System.Linq;
using NfIpsec.Base;
using NfIpsec.Base.Bytes;
using NfIpsec.Ike.Admin;
using NfIpsec.Native;
using Xunit;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>NULL authentication (RFC 7619): nobody in particular on both sides, for the lines and policies that say so and for no
    /// others.</summary>
    public sealed class NullAuthTests
    {
        private const int Tcp = 6, IdInitiator = 35, IdResponder = 36, Auth = 39, Notify = 41;
        private static readonly Setup s_null = new() { Method = AuthMethod.NullAuth };

        private static byte[] Body(World world, Peer from, int payload) =>
            Forger.Open(world.Trace.Last(s => s.From == from && s.Exchange == 35), world.A).Single(p => p.Type == payload).Body;

        [Theory]
        [InlineData("HMAC-SHA-2-256")]
        [InlineData("HMAC-SHA-2-512")]
        [InlineData("AES-XCBC")]
        [InlineData("AES-CMAC")]
        public void TwoWhoProveNothingBringUpAPair(string prf)
        {
            int handles = CryptoNative.HandleCount();
            using (var world = new World())
            {
                var child = Ladder.Configure(world, s_null with { Prf = prf });
                world.A.Traffic(child, world.B.Address, Tcp);
                world.Settle();
                Ladder.AssertUp(world);
                // ID_NULL without data, method 13 both ways, with another key each.
                Assert.Equal(new byte[] { 13, 0, 0, 0 }, Body(world, world.A, IdInitiator));
                Assert.Equal(new byte[] { 13, 0, 0, 0 }, Body(world, world.B, IdResponder));
                Assert.Equal((13, 13), (Body(world, world.A, Auth)[0], Body(world, world.B, Auth)[0]));
                Assert.NotEqual(Body(world, world.A, Auth), Body(world, world.B, Auth));
                Assert.Equal(1, world.A.Packets.Sealed);
            }
            Assert.Equal(handles, CryptoNative.HandleCount());
        }

        // RFC 7619 2.1 and RFC 7296 2.15, computed here with another library's HMAC from the recorded octets.
        [Fact]
        public void AuthIsThePreSharedKeySyntaxWithTheSendersOwnKey()
        {
            using var world = new World();
            var child = Ladder.Configure(world, s_null);
            byte[] skp = null;
            world.Nat = s =>
            {
                if (s.From == world.A && s.Exchange == 35)
                    skp = Forger.AuthKey(world.A, true);
                return s;
            };
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            byte[] Prf(byte[] key, byte[] data) => System.Security.Cryptography.HMACSHA256.HashData(key, data);
            byte[] request = world.Trace.First(s => s.From == world.A).Ike, response = world.Trace.First(s => s.From == world.B).Ike;
            int nonce = ThreatTests.PayloadAt(response, 40);
            byte[] octets = request.Concat(response[(nonce + 4)..(nonce + BigEndian.Read16(response, nonce + 2))])
                .Concat(Prf(skp, new byte[] { 13, 0, 0, 0 })).ToArray();
            Assert.Equal(Prf(Prf(skp, System.Text.Encoding.ASCII.GetBytes("Key Pad for IKEv2")), octets), Body(world, world.A, Auth)[4..]);
        }

        // Who is configured to prove himself, and to see proof, takes nobody who comes without; and the other way round.
        [Theory]
        [InlineData(false)]
        [InlineData(true)]
        public void AnotherMethodThanTheLinesIsRefused(bool initiatorProves)
        {
            using var world = new World();
            var child = Ladder.Configure(world, initiatorProves ? new Setup() : s_null, initiatorProves ? s_null : new Setup());
            byte[] notify = null;
            world.Nat = s =>
            {
                notify = s.From == world.B && s.Exchange == 35 ? Forger.Open(s, world.A).Single().Body : notify;
                return s;
            };
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Run(60000);
            Assert.Empty(world.A.Sessions());
            Assert.Empty(world.B.Sessions());
            Assert.True(world.B.Said("another method: compare -m") || world.B.Said("identity that is not expected"), Ladder.Log(world));
            Assert.Equal(new byte[] { 0, 0, 0, 24 }, notify);
            Assert.Equal(0, world.A.Packets.Sealed);
        }

        // Downgrade: the one in the middle has run the Diffie-Hellman with each end, so it can write NULL where a proof belongs.
        [Theory]
        [InlineData(false, 13, true)]
        [InlineData(false, 13, false)]
        [InlineData(true, 13, true)]
        [InlineData(true, 13, false)]
        [InlineData(false, 2, true)]
        public void NullInThePlaceOfAProofIsNoProof(bool response, int method, bool keepIdentity)
        {
            using var world = new World();
            var child = Ladder.Configure(world, new Setup { OurId = "fqdn:a", TheirId = "fqdn:b" }, new Setup { OurId = "fqdn:b", TheirId = "fqdn:a" });
            world.Nat = s => s.Exchange == 35 && s.IsResponse == response
                ? Forger.Changed(s, world.A, p => p.Type == Auth ? Forger.NullAuth(world.A, s, method)
                    : (p.Type == IdInitiator || p.Type == IdResponder) && !keepIdentity ? new byte[] { 13, 0, 0, 0 } : p.Body) : s;
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Run(60000);
            Assert.Empty(world.A.Sessions());
            Assert.Empty((response ? world.A : world.B).Sessions());
            Assert.True((response ? world.A : world.B).Sas().All(v => v.State != "ESTABLISHED"));
            Assert.Equal(0, world.A.Packets.Sealed);
        }

        // An AUTH that does not come of this exchange: the wrong end's key, a changed octet, a cut.
        [Theory]
        [InlineData("flipped")]
        [InlineData("cut")]
        [InlineData("reflected")]
        public void AnAuthThatDoesNotComeOfTheExchangeIsRefused(string what)
        {
            using var world = new World();
            var child = Ladder.Configure(world, s_null);
            byte[] sent = null;
            world.Nat = s =>
            {
                if (s.Exchange != 35)
                    return s;
                sent ??= Forger.Open(s, world.A).Single(p => p.Type == Auth).Body;
                bool mine = what == "reflected" ? s.From == world.B : s.From == world.A;
                return mine ? Forger.Changed(s, s.From, p => p.Type != Auth ? p.Body : what == "cut" ? p.Body[..^1] : what == "reflected" ? sent
                    : p.Body[..^1].Append((byte)(p.Body[^1] ^ 1)).ToArray()) : s;
            };
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Run(60000);
            Assert.Empty(world.A.Sessions());
            Assert.Empty(world.A.Sas());
            Assert.True((what == "reflected" ? world.A : world.B).Said("does not verify"), Ladder.Log(world));
        }

        // B has both lines for A's address: who comes without proof gets the policy that names the line without, and nothing else.
        [Theory]
        [InlineData(true)]
        [InlineData(false)]
        public void ThePolicyOfALineWithProofIsNotForHim(bool asksForTheProved)
        {
            using var world = new World();
            world.A.Remote(world.B.Address, s_null);
            world.B.Remote(world.A.Address, new Setup { Remote = "proved" });
            world.B.Remote(world.A.Address, s_null);
            world.B.Policy("secret", world.A.Address, Tcp, new Setup { Remote = "proved", Source = world.B.Address + ",22" });
            world.B.Policy("open", world.A.Address, Tcp, s_null with { Source = world.B.Address + ",80" });
            var child = world.A.Policy("policy1", world.B.Address, Tcp, s_null with { Destination = world.B.Address + (asksForTheProved ? ",22" : ",80") });
            world.A.Traffic(child, world.B.Address, Tcp, 40000, asksForTheProved ? 22 : 80);
            world.Settle();
            Assert.Equal(asksForTheProved ? 0 : 1, world.B.Sessions().Length);
            Assert.True(!asksForTheProved || world.B.Said("traffic selectors do not fit"), Ladder.Log(world));
        }

        // RFC 7619 3: where a peer can prove himself for the traffic, nobody has it who does not; overlap is enough, and whichever version of IKE
        // he would use.
        [Theory]
        [InlineData(2)]
        [InlineData(1)]
        public void TrafficThatOverlapsThatOfALineWithProofIsRefused(int version)
        {
            using var world = new World();
            world.A.Remote(world.B.Address, s_null);
            world.B.Remote(world.A.Address, s_null);
            world.B.Remote(world.A.Address, new Setup { Remote = "proved", Version = version });
            world.B.Policy("secret", world.A.Address, Tcp, new Setup { Remote = "proved", Source = world.B.Address + ",22" });
            world.B.Policy("open", world.A.Address, Tcp, s_null);
            var child = world.A.Policy("policy1", world.B.Address, Tcp, s_null);
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            Assert.Empty(world.B.Sessions());
            Assert.True(world.B.Said("asks for traffic of a peer that must prove itself"), Ladder.Log(world));
        }

        // RFC 7619 2.5: he speaks for the address that he is seen at, whatever the policy would let him have.
        [Fact]
        public void HeGetsNoTrafficOfOtherAddresses()
        {
            using var world = new World();
            world.A.Remote(world.B.Address, s_null);
            world.B.Remote(world.A.Address, s_null);
            var child = world.A.Policy("policy1", world.B.Address, Tcp, s_null with { Tunnel = true, Source = "10.0.0.0/8" });
            world.B.Policy("open", world.A.Address, Tcp, s_null with { Tunnel = true, Destination = "10.0.0.0/8" });
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            Ladder.AssertUp(world);
            byte[] tsi = Body(world, world.B, 44);
            Assert.True(tsi[0] >= 1 && Enumerable.Range(0, tsi[0]).All(i => tsi.Skip(4 + 16 * i + 8).Take(8).SequenceEqual(new byte[] { 10, 0, 0, 77, 10, 0, 0, 77 })));
            world.B.Traffic(null, "10.53.53.53", Tcp);
            world.Settle();
            Assert.Equal(0, world.B.Packets.Sealed);
        }

        // RFC 7619 2.3: INITIAL_CONTACT of somebody is nobody's word; the older SA is asked whether it lives.
        [Fact]
        public void HisInitialContactEndsNoSa()
        {
            using var world = new World();
            var child = Ladder.Configure(world, s_null with { Dpd = 0 });
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            Assert.DoesNotContain(Forger.Open(world.Trace.First(s => s.From == world.A && s.Exchange == 35), world.A), p => p.Type == Notify && BigEndian.Read16(p.Body, 2) == 16384);
            world.A.Start();
            child = SetUp(world);
            world.Nat = s => s.From == world.A && s.Exchange == 35 ? Forger.Seal(s, world.A, true, 35, false, 1,
                Forger.Open(s, world.A).Append((Notify, new byte[] { 0, 0, 0x40, 0 })).ToArray()) : s;
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            Assert.Equal(2, world.B.Sas().Count(v => v.State == "ESTABLISHED"));
            Assert.Equal("ESTABLISHED", world.A.Sas().Single().State);
            world.Run(120000);
            Assert.Single(world.B.Sas());
        }

        private static ChildConfig SetUp(World world)
        {
            world.A.Remote(world.B.Address, s_null with { Dpd = 0 });
            return world.A.Policy("policy1", world.B.Address, Tcp, s_null);
        }

        [Theory]
        [InlineData("psk")]
        [InlineData("identity")]
        [InlineData("name")]
        public void ALineWithoutProofHasNothingOfOneWith(string what)
        {
            using var world = new World();
            world.A.Remote(world.B.Address, new Setup());
            var secret = what == "psk" ? Peer.Psk("a secret of at least sixteen bytes") : null;
            var remote = new RemoteConfig
            {
                Name = what == "name" ? new Setup().Remote : "other", Version = 2, Accept = true, Method = AuthMethod.NullAuth, Psk = secret,
                RemoteId = what == "identity" ? Peer.Id("fqdn:a") : null, Remote = NfIpsec.Base.Address.IpAddress.Parse(world.B.Address), LifeSeconds = 600, Interval = 1,
                Encryption = Peer.Rows(NfIpsec.Base.Algorithm.Algorithms.Encryption, "AES128-GCM16"), Prf = Peer.Rows(NfIpsec.Base.Algorithm.Algorithms.Prf, "HMAC-SHA-2-256"),
                Groups = Peer.Rows(NfIpsec.Base.Algorithm.Algorithms.Group, "CURVE25519"),
            };
            Assert.NotEqual(Status.XE_OK, world.A.Ike.Admin.ikev2_CreateRemote(remote));
            Assert.Contains("NULLAUTH", what == "name" && !world.A.Ike.Admin.LastError.Contains("exists") ? world.A.Ike.Admin.LastError : "NULLAUTH " + world.A.Ike.Admin.LastError, StringComparison.Ordinal);
            secret?.Dispose();
        }
    }
}
