using System;
using System.Collections.Generic;
using System.Linq;
using NfIpsec.Base;
using NfIpsec.Base.Address;
using NfIpsec.Base.Algorithm;
using NfIpsec.Base.Bytes;
using NfIpsec.Base.Ports;
using NfIpsec.Ike.Session;
using NfIpsec.Native;
using Xunit;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>THREATS by number, where they concern exchanges: a hostile datagram is sent, the outcome seen.</summary>
    public sealed class ThreatTests
    {
        private const int Tcp = 6;

        internal static World Up()
        {
            var world = new World();
            var child = Ladder.Configure(world, new Setup { Dpd = 0 });
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            Ladder.AssertUp(world);
            return world;
        }

        /// <summary>A first message of A's that never came to B, and B without state.</summary>
        internal static (World World, Sent Init) First(Setup setup)
        {
            var world = new World();
            var child = Ladder.Configure(world, setup);
            world.Copies = s => 0;
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            return (world, world.Trace.Single());
        }

        internal static Sent Changed(Sent sent, Action<byte[]> change)
        {
            var payload = (byte[])sent.Payload.Clone();
            change(payload);
            return sent with { Payload = payload };
        }

        internal static int PayloadAt(byte[] message, int type)
        {
            int at = 28;
            int next = message[16];
            while (next != type)
            {
                next = message[at];
                at += BigEndian.Read16(message, at + 2);
            }
            return at;
        }

        [Fact]
        public void T1_2_EveryCutAndEveryLyingLengthIsDroppedWithoutState()
        {
            var (world, init) = First(new Setup());
            using (world)
            {
                for (int length = 0; length < init.Payload.Length; length++)
                {
                    world.B.Receive(init with { Payload = init.Payload[..length] });
                    var lying = Changed(init with { Payload = init.Payload[..length] }, p => { if (p.Length >= 28) BigEndian.Write32(p, 24, p.Length); });
                    world.B.Receive(lying);
                }
                world.B.Receive(init with { Payload = init.Payload.Concat(new byte[1]).ToArray() });
                Assert.Empty(world.B.Sas());
                Assert.Equal(0, world.B.Packets.Held);
            }
        }

        [Fact]
        public void T1_3_19_FlippedFirstMessagesNeverThrowAndLeaveBoundedState()
        {
            var (world, init) = First(new Setup());
            using (world)
            {
                var random = new Random(3);
                for (int i = 0; i < 3000; i++)
                {
                    world.B.Receive(Changed(init, p => { for (int n = random.Next(1, 4); n > 0; n--) p[random.Next(p.Length)] = (byte)random.Next(256); }));
                    if (i % 50 == 0)
                        world.Settle();
                }
                world.Settle();
                Assert.True(world.B.Sas().Length <= IkeLimits.MaxHalfOpen);
                world.Run(40000);
                Assert.Empty(world.B.Sas());
                Assert.Empty(world.B.Sessions());
            }
        }

        [Theory]
        [InlineData(33)]
        [InlineData(34)]
        [InlineData(40)]
        public void T4_AMissingPayloadIsInvalidSyntaxAndNoState(int type)
        {
            var (world, init) = First(new Setup());
            using (world)
            {
                // The payload becomes a vendor id: it is there no more.
                world.B.Receive(Changed(init, p => Rename(p, type, 43)));
                world.Settle();
                Assert.Empty(world.B.Sas());
                AssertNotify(world, 7);
            }
        }

        private static void Rename(byte[] message, int type, int to)
        {
            int nextAt = 16;
            int at = 28;
            while (message[nextAt] != type)
            {
                nextAt = at;
                at += BigEndian.Read16(message, at + 2);
            }
            message[nextAt] = (byte)to;
        }

        private static void AssertNotify(World world, int notify)
        {
            var answer = world.Trace.Last();
            Assert.Same(world.B, answer.From);
            Assert.Equal(notify, BigEndian.Read16(answer.Payload, 28 + 6));
        }

        [Theory]
        [InlineData(36)]
        [InlineData(37)]
        public void T5_NothingButAuthIsHeardBeforeAuth(int exchange)
        {
            using var world = new World();
            var child = Ladder.Configure(world, new Setup());
            world.Copies = s => s.Exchange == 35 ? 0 : 1;
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            var auth = world.Trace.Last();
            Assert.Equal(35, auth.Exchange);
            int before = world.Trace.Count;
            world.B.Receive(Changed(auth, p => p[18] = (byte)exchange));
            world.Settle();
            Assert.Equal(before, world.Trace.Count);
            Assert.Equal("HALF_OPEN", world.B.Sas().Single().State);
            Assert.Empty(world.B.Sessions());
        }

        [Fact]
        public void T7_AGroupThatIsNotTheProposalsIsInvalidKe()
        {
            var (world, init) = First(new Setup());
            using (world)
            {
                world.B.Receive(Changed(init, p => BigEndian.Write16(p, PayloadAt(p, 34) + 4, 14)));
                world.Settle();
                Assert.Empty(world.B.Sas());
                AssertNotify(world, 17);
                Assert.Equal(31, BigEndian.Read16(world.Trace.Last().Payload, 28 + 8));
            }
        }

        [Theory]
        [InlineData("CURVE25519", 0)]
        [InlineData("MODP2048", 0)]
        [InlineData("MODP2048", 1)]
        [InlineData("ECP256", 0)]
        [InlineData("ECP256", 1)]
        public void T8_ABadPublicValueIsRefused(string group, int last)
        {
            foreach (bool response in new[] { false, true })
            {
                using var world = new World();
                var child = Ladder.Configure(world, new Setup { Groups = group });
                world.Nat = s => s.Exchange == 34 && s.IsResponse == response ? Changed(s, p =>
                {
                    int at = PayloadAt(p, 34);
                    int length = BigEndian.Read16(p, at + 2);
                    Array.Clear(p, at + 8, length - 8);
                    p[at + length - 1] = (byte)last;
                }) : s;
                world.A.Traffic(child, world.B.Address, Tcp);
                world.Run(100000);
                Assert.Empty(world.A.Sessions());
                Assert.Empty(world.B.Sessions());
                Assert.True((response ? world.A : world.B).Said("Diffie-Hellman value is no good one"), Ladder.Log(world));
                Assert.Empty(world.A.Sas());
                Assert.Empty(world.B.Sas());
            }
        }

        // Group of the proposal, group of KE, the answer: 14 NO_PROPOSAL_CHOSEN, 7 INVALID_SYNTAX, 17 INVALID_KE_PAYLOAD.
        [Theory]
        [InlineData(0, 0, 7)]
        [InlineData(0, 31, 14)]
        [InlineData(31, 0, 7)]
        [InlineData(1024, 1024, 14)]
        [InlineData(65535, 65535, 14)]
        [InlineData(31, 1024, 17)]
        [InlineData(31, 65535, 17)]
        [InlineData(1, 1, 14)]
        [InlineData(22, 22, 14)]
        public void T9_AGroupThatIsNoneOfOursIsRefusedWithoutState(int proposed, int ke, int notify)
        {
            var (world, init) = First(new Setup());
            using (world)
            {
                world.B.Receive(Changed(init, p =>
                {
                    BigEndian.Write16(p, GroupTransformAt(p) + 6, proposed);
                    BigEndian.Write16(p, PayloadAt(p, 34) + 4, ke);
                }));
                world.Settle();
                Assert.Empty(world.B.Sas());
                Assert.Equal(0, world.B.Jobs.Started);
                AssertNotify(world, notify);
            }
        }

        // The last transform of the one proposal.
        private static int GroupTransformAt(byte[] message)
        {
            int at = PayloadAt(message, 33) + 4;
            int left = message[at + 7];
            at += 8;
            while (message[at + 4] != 4)
            {
                at += BigEndian.Read16(message, at + 2);
                Assert.True(--left > 0);
            }
            return at;
        }

        // INVALID_KE_PAYLOAD, or an answer, with a group that we did not propose: passed over, and the true answer still counts.
        [Theory]
        [InlineData(0)]
        [InlineData(1)]
        [InlineData(14)]
        [InlineData(1024)]
        [InlineData(65535)]
        public void T9_AnAnswerWithAGroupThatWeDidNotProposeIsPassedOver(int group)
        {
            using var world = new World();
            var child = Ladder.Configure(world, new Setup());
            world.Nat = s =>
            {
                if (s.From == world.B && s.Exchange == 34)
                {
                    world.A.Receive(Changed(s, p =>
                    {
                        BigEndian.Write16(p, GroupTransformAt(p) + 6, group);
                        BigEndian.Write16(p, PayloadAt(p, 34) + 4, group);
                    }));
                    var (first, chain) = Forger.Chain((41, new byte[] { 0, 0, 0, 17, (byte)(group >> 8), (byte)group }));
                    var notify = s.Payload[..28].Concat(chain).ToArray();
                    notify[16] = (byte)first;
                    BigEndian.Write32(notify, 24, notify.Length);
                    world.A.Receive(s with { Payload = notify });
                }
                return s;
            };
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            Ladder.AssertUp(world);
            Assert.Equal(4, world.Trace.Count);
        }

        [Theory]
        [InlineData(0x10)]
        [InlineData(0x30)]
        public void T10_AnotherVersionMakesNoState(int version)
        {
            var (world, init) = First(new Setup());
            using (world)
            {
                world.B.Receive(Changed(init, p => p[17] = (byte)version));
                world.Settle();
                Assert.Empty(world.B.Sas());
            }
        }

        [Fact]
        public void T11_EveryOldMessageAgainChangesNothingAndTheLastRequestGetsItsAnswer()
        {
            using var world = Up();
            var old = world.Trace.ToArray();
            int spi = world.B.Sessions()[0].InboundSpi;
            for (int round = 0; round < 3; round++)
                foreach (var sent in old)
                    (sent.From == world.A ? world.B : world.A).Receive(sent);
            world.Settle();
            Ladder.AssertUp(world);
            Assert.Equal(spi, world.B.Sessions()[0].InboundSpi);
            var answers = world.Trace.Skip(old.Length).ToArray();
            Assert.All(answers, s => Assert.True(s.IsResponse));
            Assert.Equal(3, answers.Count(s => s.Exchange == 35 && s.Payload.SequenceEqual(old[3].Payload)));
            world.Run(40000);
            Ladder.AssertUp(world);
        }

        [Fact]
        public void T12_13_TenThousandInitiatorsCostConstantMemoryAndARealPeerGetsIn()
        {
            var (world, init) = First(new Setup());
            using (world)
            {
                world.A.Ike.Stop();
                var random = new Random(12);
                int before = world.Trace.Count;
                for (int i = 0; i < 10000; i++)
                {
                    world.B.Receive(Changed(init, p => random.NextBytes(p.AsSpan(0, 8))));
                    if (i % 64 == 0)
                        world.Settle();
                }
                world.Settle();
                Assert.True(world.B.Sas().Length <= IkeLimits.CookieThreshold, world.B.Sas().Length + " half-open");
                Assert.All(world.Trace.Skip(before), s => Assert.True(s.Payload.Length <= 3 * init.Payload.Length));
                Assert.True(world.Trace.Skip(before).Count() <= 10000);
                world.Copies = null;
                world.A.Start();
                world.A.Remote(world.B.Address, new Setup());
                var child = world.A.Policy("policy1", world.B.Address, Tcp, new Setup());
                world.A.Traffic(child, world.B.Address, Tcp);
                world.Settle();
                Assert.True(world.A.Sessions().Length == 1, string.Join("\n", Ladder.Log(world).Split('\n').TakeLast(12)));
                Assert.Equal("ESTABLISHED", world.A.Sas().Single().State);
            }
        }

        [Fact]
        public void T13_ACookieOfAnotherAddressOrAnotherTimeIsNone()
        {
            var (world, init) = First(new Setup());
            using (world)
            {
                for (int i = 0; i < IkeLimits.CookieThreshold; i++)
                {
                    world.B.Receive(Changed(init, p => p[0] ^= (byte)(i + 1)));
                    world.Settle();
                }
                world.B.Receive(init);
                world.Settle();
                AssertNotify(world, 16390);
                int half = world.B.Sas().Length;
                var forged = WithCookie(init, world.Trace.Last().Payload[(28 + 8)..]);
                forged.Payload[28 + 8 + 5] ^= 1;
                world.B.Receive(forged);
                world.Settle();
                Assert.Equal(half, world.B.Sas().Length);
                world.B.Receive(WithCookie(init, world.Trace.Last().Payload[(28 + 8)..]));
                world.Settle();
                Assert.Equal(half + 1, world.B.Sas().Length);
            }
        }

        // RFC 8019 4: one source that does receive, and brings every cookie back, has its share of the half-open SAs and no more.
        [Fact]
        public void T13_OneSourceDoesNotHoldEveryHalfOpenPlace()
        {
            var (world, init) = First(new Setup());
            using (world)
            {
                world.B.Remote("10.0.0.99", new Setup { Remote = "other" });
                for (int i = 1; i <= 2 * IkeLimits.MaxHalfOpen; i++)
                    OpenHalf(world, Changed(init, p => p[1] = (byte)i));
                Assert.Equal(IkeLimits.MaxHalfOpenPerSource, world.B.Sas().Length);
                OpenHalf(world, TakeoverTests.From(init, "10.0.0.99"));
                Assert.Equal(IkeLimits.MaxHalfOpenPerSource + 1, world.B.Sas().Length);
                world.Run(IkeLimits.HalfOpenMs);
                Assert.Empty(world.B.Sas());
                OpenHalf(world, init);
                Assert.Single(world.B.Sas());
            }
        }

        private static void OpenHalf(World world, Sent init)
        {
            world.B.Receive(init);
            world.Settle();
            var last = world.Trace.Last();
            if (last.Payload[16] == 41 && BigEndian.Read16(last.Payload, 28 + 6) == 16390)
                world.B.Receive(WithCookie(init, last.Payload[(28 + 8)..]));
            world.Settle();
        }

        internal static Sent WithCookie(Sent init, byte[] cookie)
        {
            var p = new byte[init.Payload.Length + 8 + cookie.Length];
            Array.Copy(init.Payload, 0, p, 0, 28);
            p[28] = p[16];
            p[16] = 41;
            BigEndian.Write16(p, 30, 8 + cookie.Length);
            BigEndian.Write16(p, 34, 16390);
            cookie.CopyTo(p, 36);
            Array.Copy(init.Payload, 28, p, 36 + cookie.Length, init.Payload.Length - 28);
            BigEndian.Write32(p, 24, p.Length);
            return init with { Payload = p };
        }

        /// <summary>The types of the notifies of a message in clear.</summary>
        internal static int[] Notifies(byte[] message)
        {
            var types = new List<int>();
            int type = message[16];
            for (int at = 28; at < message.Length; at += BigEndian.Read16(message, at + 2))
            {
                if (type == 41)
                    types.Add(BigEndian.Read16(message, at + 6));
                type = message[at];
            }
            return types.ToArray();
        }

        [Fact]
        public void T15_ADamagedEncryptedPayloadIsDroppedAndTheSaGoesOn()
        {
            using var world = new World();
            var child = Ladder.Configure(world, new Setup());
            var random = new Random(15);
            world.Copies = s =>
            {
                if (s.Exchange == 34)
                    return 1;
                var victim = s.From == world.A ? world.B : world.A;
                for (int i = 0; i < 50; i++)
                    victim.Receive(Changed(s, p => p[random.Next(28, p.Length)] ^= (byte)random.Next(1, 256)));
                for (int cut = 1; cut < 40; cut++)
                    victim.Receive(Changed(s with { Payload = s.Payload[..^cut] }, p =>
                    {
                        BigEndian.Write32(p, 24, p.Length);
                        BigEndian.Write16(p, 30, p.Length - 28);
                    }));
                return 1;
            };
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Run(30000);
            Ladder.AssertUp(world);
        }

        [Fact]
        public void T18_TheSameDeleteAgainIsHarmless()
        {
            using var world = Up();
            world.A.Ipsec.Admin.IPSecAdminFlushSAD();
            world.Settle();
            var delete = world.Trace.Last(s => s.From == world.A);
            world.B.Receive(delete);
            world.B.Receive(delete);
            world.Settle();
            Assert.Equal("ESTABLISHED", world.B.Sas().Single().State);
        }

        // Case 8's other half: it is our arithmetic that fails, not the peer's value. The peer asks again, and then it is done.
        [Theory]
        [InlineData(34)]
        [InlineData(35)]
        public void AJobThatFailsHereCostsThePeerOneRetransmission(int exchange)
        {
            int handles = CryptoNative.HandleCount();
            using (var world = new World())
            {
                var child = Ladder.Configure(world, new Setup { Dpd = 0 });
                bool first = true;
                world.Copies = s =>
                {
                    if (s.From == world.A && s.Exchange == exchange && first)
                    {
                        first = false;
                        world.B.Jobs.Failing = 1;
                    }
                    return 1;
                };
                world.A.Traffic(child, world.B.Address, Tcp);
                world.Settle();
                Assert.Empty(world.A.Sessions());
                Assert.Equal(0, world.B.Jobs.Failing);
                Assert.Equal(1, world.B.Ike.Admin.FaultCount(Fault.OwnFault));
                world.Run(1500);
                Ladder.AssertUp(world);
            }
            Assert.Equal(handles, CryptoNative.HandleCount());
        }

        [Fact]
        public void T29_OurOwnMessagesComeBackAndAreRefused()
        {
            using var world = new World();
            var child = Ladder.Configure(world, new Setup());
            world.A.Ike.Admin.ikev2DeleteRemote("none");
            world.Copies = s =>
            {
                var info = (int[])s.Info.Clone();
                IpAddress.Copy(s.Info, PacketInfo.Destination, info, PacketInfo.Source);
                IpAddress.Copy(s.Info, PacketInfo.Source, info, PacketInfo.Destination);
                s.From.Receive(s with { Info = info });
                return 1;
            };
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            Ladder.AssertUp(world);
            Assert.Equal(1, world.A.Ike.Admin.FaultCount(Fault.Reflected));
            Assert.Equal(1, world.A.Ike.Admin.FaultCount(Fault.UnknownSpi));
        }

        [Fact]
        public void T28_31_AMissingSecretIsRefusedAndAShortOneWarnedAbout()
        {
            using var world = new World();
            var good = world.A.Remote(world.B.Address, new Setup { Psk = "short" });
            Assert.Contains("can be guessed", world.A.Ike.Admin.LastWarning);
            var none = new Ike.Admin.RemoteConfig { Name = "b", Initiate = true, Remote = good.Remote, Encryption = good.Encryption, Integrity = good.Integrity, Prf = good.Prf, Groups = good.Groups };
            Assert.Equal(Status.XE_BAD_PARAM, world.A.Ike.Admin.ikev2_CreateRemote(none));
            Assert.Contains("-h: the shared secret is missing or empty", world.A.Ike.Admin.LastError);
        }

        [Theory]
        [InlineData("3DES-CBC", "CURVE25519")]
        [InlineData("AES128-CBC", "MODP768")]
        public void T32_LegacyIsOffUnlessSwitchedOn(string cipher, string group)
        {
            using var world = new World();
            world.A.Ipsec.Admin.LegacyAllowed = false;
            var good = world.B.Remote(world.A.Address, new Setup());
            var old = new Ike.Admin.RemoteConfig
            {
                Name = "b", Remote = good.Remote, Integrity = good.Integrity, Prf = good.Prf, Psk = Peer.Psk("a secret of at least sixteen bytes"),
                Encryption = Peer.Rows(Algorithms.Encryption, cipher), Groups = Peer.Rows(Algorithms.Group, group)
            };
            Assert.Equal(Status.XE_BAD_PARAM, world.A.Ike.Admin.ikev2_CreateRemote(old));
            Assert.Contains("ipsec legacy on", world.A.Ike.Admin.LastError);
            old.Psk.Dispose();
        }
    }
}
