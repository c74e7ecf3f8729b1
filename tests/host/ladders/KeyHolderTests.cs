using System;
using System.Collections.Generic;
using System.Linq;
using NfIpsec.Base.Bytes;
using Xunit;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>THREATS by number, where the hostile message verifies: from a peer that is authenticated, or from somebody who has run
    /// the Diffie-Hellman and proved nothing.</summary>
    public sealed class KeyHolderTests
    {
        private const int Tcp = 6;

        // CREATE_CHILD_SA from a peer that is authenticated: what it says is refused by name, and the SA goes on.
        // 7 INVALID_SYNTAX, 38 TS_UNACCEPTABLE, 44 CHILD_SA_NOT_FOUND
        [Theory]
        [InlineData("T3 lying proposal length", 7)]
        [InlineData("T3 lying transform count", 7)]
        [InlineData("T3 SPI size 0", 7)]
        [InlineData("T3 SPI size 255", 7)]
        [InlineData("T18 REKEY_SA of protocol 0", 7)]
        [InlineData("T18 REKEY_SA of protocol 1", 7)]
        [InlineData("T18 REKEY_SA of an SPI that is not there", 44)]
        [InlineData("T19 start behind end", 7)]
        [InlineData("T19 count 0", 7)]
        [InlineData("T19 the second ends before it starts", 7)]
        [InlineData("T19 one more counted than is there", 7)]
        [InlineData("T19 one less counted than is there", 7)]
        [InlineData("T19 the second lies about its length", 7)]
        [InlineData("T19 lying length", 7)]
        [InlineData("T19 unknown type", 38)]
        public void T3_18_19_WhatAnAuthenticatedPeerGetsWrongIsRefusedByName(string what, int notify)
        {
            using var world = ThreatTests.Up();
            var auth = world.Trace.First(s => s.From == world.A && s.Exchange == 35);
            var parts = Forger.Open(auth, world.A);
            byte[] Body(int type) => (byte[])parts.Single(p => p.Type == type).Body.Clone();
            byte[] sa = Body(33), tsi = Body(44), tsr = Body(45), rekey = { 0, 0, 64, 9 };
            switch (what)
            {
                case "T3 lying proposal length": sa[3] += 4; break;
                case "T3 lying transform count": sa[7]++; break;
                case "T3 SPI size 0": sa[6] = 0; break;
                case "T3 SPI size 255": sa[6] = 255; break;
                case "T18 REKEY_SA of protocol 0": rekey = new byte[] { 0, 4, 64, 9, 1, 2, 3, 4 }; break;
                case "T18 REKEY_SA of protocol 1": rekey = new byte[] { 1, 8, 64, 9, 1, 2, 3, 4, 5, 6, 7, 8 }; break;
                case "T18 REKEY_SA of an SPI that is not there": rekey = new byte[] { 3, 4, 64, 9, 1, 2, 3, 4 }; break;
                case "T19 start behind end": tsi[4 + 8] = 99; break;
                case "T19 count 0": tsi[0] = 0; break;
                case "T19 the second ends before it starts": tsi[20 + 8] = 99; break;
                case "T19 one more counted than is there": tsi[0] = 3; break;
                case "T19 one less counted than is there": tsi[0] = 1; break;
                case "T19 the second lies about its length": tsr[20 + 3]--; break;
                case "T19 lying length": tsr[4 + 3]++; break;
                default: tsr[4] = tsr[20] = 200; break;
            }
            var payloads = new List<(int, byte[])> { (33, sa), (40, new byte[32]), (44, tsi), (45, tsr) };
            if (what.StartsWith("T18", StringComparison.Ordinal))
                payloads.Insert(0, (41, rekey));
            int sessions = world.B.Sessions().Length;
            world.B.Receive(Forger.Seal(auth, world.A, true, 36, false, 2, payloads.ToArray()));
            world.Settle();
            var answer = Forger.Open(world.Trace.Last(s => s.From == world.B), world.A).Single();
            Assert.Equal(41, answer.Type);
            Assert.Equal(notify, BigEndian.Read16(answer.Body, 2));
            if (notify == 44)
                Assert.Equal(new byte[] { 3, 4, 0, 44, 1, 2, 3, 4 }, answer.Body);
            // INVALID_SYNTAX is the end of the IKE SA at both ends (RFC 7296 2.21.3).
            Assert.Equal(notify == 7 ? 0 : sessions, world.B.Sessions().Length);
            Assert.Equal(notify == 7 ? 0 : 1, world.B.Sas().Length);
        }

        [Fact]
        public void InvalidSyntaxFromThePeerEndsTheIkeSa()
        {
            using var world = ThreatTests.Up();
            world.Nat = s => s.From == world.B && s.Exchange == 37
                ? Forger.Seal(s, world.A, false, 37, true, BigEndian.Read32(s.Ike, 20), (41, new byte[] { 0, 0, 0, 7 })) : s;
            Assert.Equal(0, world.A.Ipsec.Admin.IPSecAdminFlushSAD());
            world.Settle();
            Assert.Empty(world.A.Sas());
            Assert.True(world.A.Said("INVALID_SYNTAX"));
        }

        // RFC 7296 2.4: the last request, sent again and again by somebody who recorded it, is answered and proves no life.
        [Fact]
        public void ARecordedRequestDoesNotKeepADeadPeerAlive()
        {
            using var world = new World();
            var child = Ladder.Configure(world, new Setup());
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            var auth = world.Trace.First(s => s.From == world.A && s.Exchange == 35);
            world.Copies = s => 0;
            for (int i = 0; i < 20; i++)
            {
                world.B.Receive(auth);
                world.Run(10000);
            }
            Assert.Contains(world.Trace, s => s.From == world.B && s.Exchange == 37 && !s.IsResponse);
            Assert.Empty(world.B.Sas());
            Assert.Empty(world.B.Sessions());
        }

        // RFC 7296 2.2: no id comes a second time.
        [Fact]
        public void BeforeMessageIdsComeRoundTheIkeSaEnds()
        {
            using var world = ThreatTests.Up();
            var auth = world.Trace.First(s => s.From == world.A && s.Exchange == 35);
            Forger.SetReceiveId(world.B, int.MaxValue - 2);
            world.B.Receive(Forger.Seal(auth, world.A, true, 37, false, int.MaxValue - 2));
            Assert.Single(world.B.Sas());
            world.B.Receive(Forger.Seal(auth, world.A, true, 37, false, int.MaxValue - 1));
            Assert.Empty(world.B.Sas());
            Assert.Empty(world.B.Sessions());
        }

        // New keys for the IKE SA are for one that stands: the Diffie-Hellman has given the sender keys, but he has not proved himself.
        [Theory]
        [InlineData("HALF_OPEN")]
        [InlineData("AUTH_SENT")]
        [InlineData("DELETING")]
        public void T6_TheRekeyOfAnIkeSaThatDoesNotStandIsRefused(string state)
        {
            using var world = new World();
            var child = Ladder.Configure(world, new Setup { Dpd = 0 });
            world.Copies = s => s.Exchange == 35 && (state == "HALF_OPEN" || (state == "AUTH_SENT" && s.IsResponse)) ? 0 : 1;
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            if (state == "DELETING")
            {
                world.Copies = s => s.From == world.A ? 0 : 1;
                world.A.Ike.Admin.ikev2_shutdown();
                world.Settle();
            }
            // A writes to B, but for the states that only A comes to.
            bool toA = state == "AUTH_SENT" || state == "DELETING";
            var victim = toA ? world.A : world.B;
            var auth = world.Trace.First(s => s.From == world.A && s.Exchange == 35);
            var proposal = new byte[] { 0, 0, 0, 44, 1, 1, 8, 3, 1, 2, 3, 4, 5, 6, 7, 8, 3, 0, 0, 12, 1, 0, 0, 20, 128, 14, 0, 128,
                3, 0, 0, 8, 2, 0, 0, 5, 0, 0, 0, 8, 4, 0, 0, 31 };
            var ke = new byte[] { 0, 31, 0, 0 }.Concat(Enumerable.Repeat((byte)9, 32)).ToArray();
            int started = victim.Jobs.Started;
            int sent = world.Trace.Count;
            Assert.Equal(state, victim.Sas().Single().State);
            foreach (int id in new[] { 0, 1, 2 })
                victim.Receive(Forger.Seal(toA ? Forger.Back(auth, world.B) : auth, world.A, !toA, 36, false, id, (33, proposal), (40, new byte[32]), (34, ke)));
            world.Settle();
            Assert.Equal(state, victim.Sas().Single().State);
            Assert.Equal(started, victim.Jobs.Started);
            if (state != "DELETING")
            {
                Assert.Equal(sent, world.Trace.Count);
                return;
            }
            // 43 TEMPORARY_FAILURE (RFC 7296 2.25.2), three times: each id is the next one.
            Assert.Equal(sent + 3, world.Trace.Count);
            Assert.All(world.Trace.Skip(sent), s => Assert.Equal(43, BigEndian.Read16(Forger.Open(s, world.A).Single().Body, 2)));
        }

        // What the answer has wider than the offer: protocol, ports, addresses of either side, one selector more.
        [Theory]
        [InlineData("protocol", 45)]
        [InlineData("first port", 45)]
        [InlineData("last port", 44)]
        [InlineData("low address", 44)]
        [InlineData("high address", 45)]
        [InlineData("one more", 45)]
        public void T20_AnAnswerWiderThanTheOfferIsRefusedAndThePeerTold(string what, int payload)
        {
            using var world = new World();
            var child = Ladder.Configure(world, new Setup { Source = "10.0.0.77,40000", Destination = "10.0.0.78,5001", Dpd = 0 },
                new Setup { Source = "10.0.0.78,5001", Destination = "10.0.0.77,40000" });
            world.Nat = s => s.From == world.B && s.Exchange == 35 ? Forger.Changed(s, world.A, p => p.Type == payload ? Wider(p.Body, what) : p.Body) : s;
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            Assert.Empty(world.A.Sessions());
            Assert.Empty(world.B.Sessions());
            Assert.Equal(0, world.A.Packets.Sealed);
            Assert.Equal(0, world.A.Packets.Held);
            Assert.True(world.A.Said("the answer is wider than what was asked"), Ladder.Log(world));
            Assert.Equal("ESTABLISHED", world.A.Sas().Single().State);
        }

        private static byte[] Wider(byte[] body, string what)
        {
            var b = (byte[])body.Clone();
            switch (what)
            {
                case "protocol": b[5] = 0; break;
                case "first port": BigEndian.Write16(b, 8, BigEndian.Read16(b, 8) - 1); break;
                case "last port": BigEndian.Write16(b, 10, BigEndian.Read16(b, 10) + 1); break;
                case "low address": b[15]--; break;
                case "high address": b[19]++; break;
                default:
                    b[0] = 2;
                    b = b.Concat(body[4..]).ToArray();
                    b[4 + 16 + 15]--;
                    b[4 + 16 + 11]--;
                    break;
            }
            return b;
        }
    }
}
