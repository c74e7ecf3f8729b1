using System;
using System.Linq;
using System.Security.Cryptography;
using NfIpsec.Base.Bytes;
using NfIpsec.Ike.Session;
using Xunit;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>Somebody on the path who can write but not hold back: he answers our IKE_SA_INIT before the peer does. Nothing of that
    /// exchange is authenticated, so the peer's own answer must still count (RFC 7296 2.4, 2.21.1).</summary>
    public sealed class ForgedAnswerTests
    {
        private const int Tcp = 6, Init = 34, Auth = 35;

        // What A gets before B's first answer.
        private static World Begin(Func<Sent, Sent[]> forge, Setup setup, Action<World, Sent> onAuth = null)
        {
            var world = new World();
            var child = Ladder.Configure(world, setup);
            bool done = false;
            world.Nat = s =>
            {
                if (s.From == world.B && s.Exchange == Init && !done)
                {
                    done = true;
                    foreach (var forged in forge(s))
                    {
                        world.A.Receive(forged);
                        while (world.A.Work())
                        {
                        }
                    }
                }
                return s;
            };
            world.Copies = s =>
            {
                if (s.From == world.A && s.Exchange == Auth)
                    onAuth?.Invoke(world, s);
                return 1;
            };
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            return world;
        }

        private static Sent Other(Sent answer, int seed, bool goodValue = true)
        {
            var payload = (byte[])answer.Payload.Clone();
            payload[8] ^= (byte)seed;
            int nonce = ThreatTests.PayloadAt(payload, 40);
            payload[nonce + 4] ^= 1;
            int ke = ThreatTests.PayloadAt(payload, 34);
            payload[ke + 8] ^= (byte)seed;
            if (!goodValue)
                Array.Clear(payload, ke + 8, 32);
            return answer with { Payload = payload };
        }

        private static Sent Notify(Sent answer, int type, params byte[] data)
        {
            var (first, chain) = Forger.Chain((41, new byte[] { 0, 0, (byte)(type >> 8), (byte)type }.Concat(data).ToArray()));
            var payload = answer.Payload[..28].Concat(chain).ToArray();
            Array.Clear(payload, 8, 8);
            payload[16] = (byte)first;
            BigEndian.Write32(payload, 24, payload.Length);
            return answer with { Payload = payload };
        }

        [Theory]
        [InlineData("good value", 10)]
        [InlineData("two of them", 10)]
        [InlineData("bad value", 1)]
        [InlineData("NO_PROPOSAL_CHOSEN", 1)]
        [InlineData("INVALID_SYNTAX", 1)]
        [InlineData("COOKIE", 1)]
        [InlineData("INVALID_KE_PAYLOAD", 10)]
        public void AForgedAnswerDoesNotEndTheAttempt(string what, int seconds)
        {
            var setup = new Setup { Groups = "CURVE25519,ECP256", Dpd = 0 };
            using var world = Begin(s => what switch
            {
                "good value" => new[] { Other(s, 1) },
                "two of them" => new[] { Other(s, 1), Other(s, 2) },
                "bad value" => new[] { Other(s, 1, false) },
                "NO_PROPOSAL_CHOSEN" => new[] { Notify(s, 14) },
                "INVALID_SYNTAX" => new[] { Notify(s, 7) },
                "COOKIE" => new[] { Notify(s, 16390, 1, 2, 3, 4) },
                _ => new[] { Notify(s, 17, 0, 19) },
            }, setup);
            world.Run(seconds * 1000);
            // B may still have a half-open SA of a request that A gave up for another group.
            Assert.True(world.A.Sas().Single().State == "ESTABLISHED", Ladder.Log(world));
            Assert.Single(world.B.Sas(), sa => sa.State == "ESTABLISHED");
            Ladder.AssertSessions(world, Ladder.Log(world));
            Assert.Equal(0, world.A.Packets.Held);
        }

        // He ran the Diffie-Hellman himself, so his refusal verifies: that proves no more than his first answer did.
        [Theory]
        [InlineData("AUTHENTICATION_FAILED")]
        [InlineData("malformed")]
        public void ARefusalUnderForgedKeysDoesNotEndTheAttempt(string what)
        {
            int sent = 0;
            // B does not know the first SPIs; the forger does.
            using var world = Begin(s => new[] { Other(s, 1) }, new Setup { Dpd = 0 }, (w, auth) =>
            {
                var body = what == "malformed" ? new byte[] { 9, 9 } : new byte[] { 0, 0, 0, 24 };
                if (sent++ == 0)
                    w.Later.Enqueue(Forger.Seal(Forger.Back(auth, w.B), w.A, false, Auth, true, 1, (41, body)));
            });
            Assert.True(sent == 2, Ladder.Log(world));
            Ladder.AssertUp(world);
        }

        // He says that a NAT is before "the peer", so that it could move, and refuses under another source: nothing is moved by who has not
        // proved himself, and the true answer, which is kept, gets its turn.
        [Theory]
        [InlineData("10.0.0.53")]
        [InlineData("10.0.0.78")]
        public void ARefusalUnderForgedKeysFromElsewhereDoesNotEndTheAttempt(string source)
        {
            int sent = 0;
            using var world = Begin(s => new[] { BehindNat(Other(s, 1)) }, new Setup { Dpd = 0 }, (w, auth) =>
            {
                if (sent++ == 0)
                    w.Later.Enqueue(TakeoverTests.From(Forger.Seal(Forger.Back(auth, w.B), w.A, false, Auth, true, 1, (41, new byte[] { 0, 0, 0, 24 })), source));
            });
            Assert.True(sent == 2, Ladder.Log(world));
            Ladder.AssertUp(world);
            Assert.Equal((world.B.Address, 500), (world.A.Sas().Single().RemoteAddress, world.A.Sas().Single().RemotePort));
        }

        // The answer with a NAT before its sender and none before A.
        private static Sent BehindNat(Sent answer)
        {
            var payload = answer.Payload;
            for (int at = 28, type = payload[16]; type != 0; type = payload[at], at += BigEndian.Read16(payload, at + 2))
            {
                int notify = type == 41 ? BigEndian.Read16(payload, at + 6) : 0;
                if (notify == 16388)
                    payload[at + 8] ^= 1;
                else if (notify == 16389)
                    SHA1.HashData(payload[..16].Concat(new byte[] { 10, 0, 0, 77, 500 >> 8, 500 & 255 }).ToArray()).CopyTo(payload, at + 8);
            }
            return answer;
        }

        // Nobody ever proves himself: the time is that of one attempt, whatever the number of answers.
        [Fact]
        public void ManyForgedAnswersDoNotMakeTheAttemptLonger()
        {
            using var world = Begin(s => Enumerable.Range(1, 20).Select(i => Other(s, i)).ToArray(), new Setup { Dpd = 0 });
            world.Copies = s => s.Exchange == Auth ? 0 : 1;
            world.Run(64000);
            Assert.Empty(world.A.Sas());
            Assert.Empty(world.A.Sessions());
            Assert.Equal(IkeLimits.MaxSendings, world.Trace.Count(s => s.From == world.A && s.Exchange == Auth));
        }

        // RFC 7296 2.1: another first message under the SPI of one that is known is a first message of its own.
        [Fact]
        public void AFirstMessageOfSomebodyElseUnderOurSpiDoesNotKeepUsOut()
        {
            using var world = new World();
            var child = Ladder.Configure(world, new Setup { Dpd = 0 });
            world.Nat = s =>
            {
                if (s.From == world.A && s.Exchange == Init)
                    world.B.Receive(Other(s, 0));
                return s;
            };
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Run(5000);
            Assert.Equal("ESTABLISHED", world.A.Sas().Single().State);
            Ladder.AssertSessions(world, Ladder.Log(world));
        }
    }
}
