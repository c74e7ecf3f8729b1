using System;
using System.Collections.Generic;
using System.Linq;
using NfIpsec.Base;
using NfIpsec.Base.Bytes;
using NfIpsec.Base.Crypto;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Session;
using NfIpsec.Ike.Wire;
using NfIpsec.Native;
using Xunit;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>A responder that cannot serve a request: the answer that the RFC has for it, or silence where nobody has proved himself
    /// and asking again is the cure; one clear line; nothing left behind; and once the cause is gone the same peer gets in.</summary>
    public sealed class OverloadTests
    {
        private const int Tcp = 6, Icmp = 1, Init = 34, Auth = 35, Child = 36, Silence = 0, AuthenticationFailed = 24, NoAdditionalSas = 35, TemporaryFailure = 43;

        /// <summary>An entropy source that can fail.</summary>
        private sealed class FrailRandom : RandomSource
        {
            private readonly NativeRandom _native = new();
            public bool Dead;

            public override int Fill(byte[] dst, int offset, int length) => Dead ? Status.NFI_NO_RANDOM : _native.Fill(dst, offset, length);
        }

        private sealed class Case
        {
            public World World;
            public FrailRandom Random;
            public List<object> Fillers;

            public Peer B => World.B;
        }

        // cause: what is the matter with B, and when: before the exchange's request arrives
        private static void Spoil(Case c, string cause)
        {
            switch (cause)
            {
                case "SA table": c.Fillers = Forger.FillSas(c.B, IkeLimits.MaxSas - c.B.Sas().Length, true); break;
                case "half-open": c.Fillers = Forger.FillSas(c.B, IkeLimits.MaxHalfOpen, false); break;
                case "one source": c.Fillers = Forger.FillSas(c.B, IkeLimits.MaxHalfOpenPerSource, false, c.World.A.Address); break;
                case "jobs": c.B.Jobs.Busy = true; break;
                case "random": c.Random.Dead = true; break;
                case "memory": c.B.Packets.Full = true; break;
                case "clock": c.World.Clock.Utc = -1; break;
                default: throw new ArgumentException(cause);
            }
        }

        private static void Mend(Case c)
        {
            if (c.Fillers != null)
                Forger.Empty(c.B, c.Fillers);
            c.B.Jobs.Busy = false;
            c.Random.Dead = false;
            c.B.Packets.Full = false;
            c.World.Clock.Utc = 1_800_000_000;
        }

        [Theory]
        [InlineData("SA table", Init, Silence, "no room for more (IKE SAs)")]
        [InlineData("half-open", Init, Silence, "no room for more (half-open IKE SAs)")]
        [InlineData("one source", Init, Silence, "no room for more (half-open IKE SAs of one source)")]
        [InlineData("jobs", Init, Silence, "as much is being computed as this board does at once")]
        [InlineData("random", Init, Silence, "this board has no random numbers")]
        [InlineData("jobs", Auth, Silence, "as much is being computed as this board does at once")]
        [InlineData("clock", Auth, AuthenticationFailed, "this board does not know the time")]
        [InlineData("memory", Auth, NoAdditionalSas, "no room for more (policy 'p')")]
        [InlineData("jobs", Child, TemporaryFailure, "as much is being computed as this board does at once")]
        [InlineData("random", Child, TemporaryFailure, "this board has no random numbers")]
        [InlineData("memory", Child, NoAdditionalSas, "no room for more (policy 'q')")]
        public void WhatCannotBeServedIsRefusedInOneLineAndLeavesNothing(string cause, int exchange, int notify, string said)
        {
            int handles = CryptoNative.HandleCount();
            using (var world = new World())
            {
                var c = Configure(world);
                bool first = true;
                world.Copies = s =>
                {
                    if (s.From == world.A && s.Exchange == exchange && first)
                    {
                        first = false;
                        Spoil(c, cause);
                    }
                    return 1;
                };
                var (p, q) = Policies(world);
                world.A.Traffic(p, world.B.Address, Tcp);
                world.Settle();
                if (exchange == Child)
                {
                    Ladder.AssertUp(world);
                    world.A.Traffic(q, world.B.Address, Icmp);
                    world.Settle();
                }
                Assert.False(first);
                Judge(c, exchange, notify, said);
                Mend(c);
                // A asks again by itself where it was told nothing, or to come later; else with the next packet after a pause.
                world.Run(notify == Silence || notify == TemporaryFailure ? 30000 : IkeLimits.RefusalMs);
                if (world.B.Sessions().Length < (exchange == Child ? 2 : 1))
                    world.A.Traffic(exchange == Child ? q : p, world.B.Address, exchange == Child ? Icmp : Tcp);
                world.Settle();
                Ladder.AssertUp(world);
                Assert.Equal(exchange == Child ? 2 : 1, world.B.Sessions().Length);
                Assert.Equal(0, world.A.Packets.Held + world.B.Packets.Held);
            }
            Assert.Equal(handles, CryptoNative.HandleCount());
        }

        private static Case Configure(World world)
        {
            var c = new Case { World = world, Random = new FrailRandom() };
            world.B.Random = c.Random;
            foreach (var (peer, other) in new[] { (world.A, world.B), (world.B, world.A) })
            {
                CertificateTests.Board(peer, "p256");
                CertificateTests.Remote(peer, other.Address, AuthMethod.EcdsaSig, "p256.pem");
            }
            return c;
        }

        private static (ChildConfig, ChildConfig) Policies(World world)
        {
            var setup = new Setup { Pfs = "CURVE25519" };
            world.B.Policy("p", world.A.Address, Tcp, setup);
            world.B.Policy("q", world.A.Address, Icmp, setup);
            return (world.A.Policy("p", world.B.Address, Tcp, setup), world.A.Policy("q", world.B.Address, Icmp, setup));
        }

        private static void Judge(Case c, int exchange, int notify, string said)
        {
            var answers = c.World.Trace.Where(s => s.From == c.B && s.Exchange == exchange && !IsCookie(s)).ToArray();
            if (notify == Silence)
                Assert.Empty(answers);
            else if (exchange == Child)
                Assert.Equal(notify, BigEndian.Read16(Forger.Open(answers.Single(), c.World.A).Single().Body, 2));
            else
                Assert.Single(answers, s => !FragmentTests.IsFragment(s) || BigEndian.Read16(s.Ike, 32) == 1);
            if (notify != Silence)
                Assert.True(exchange == Auth && notify == NoAdditionalSas ? c.World.A.Said("NO_ADDITIONAL_SAS") : exchange != Auth || c.World.A.Said("AUTHENTICATION_FAILED"), Ladder.Log(c.World));
            Assert.Single(c.B.Log.Lines, l => l.Contains(said));
            int sas = exchange == Child || notify == NoAdditionalSas ? 1 : exchange == Auth && notify == Silence ? 1 : 0;
            Assert.Equal(sas, c.B.Sas().Length - (c.Fillers?.Count ?? 0));
            Assert.Equal(exchange == Child ? 1 : 0, c.B.Sessions().Length);
            Assert.Equal(0, c.B.Ike.Jobs.Count);
        }

        private static bool IsCookie(Sent s) => s.Exchange == Init && s.Ike[16] == 41 && ThreatTests.Notifies(s.Ike).Contains(16390);

        // Anybody can send first messages: one line in a minute, each one counted.
        [Fact]
        public void WhoeverIsTurnedAwayDoesNotFillTheLog()
        {
            var (world, init) = ThreatTests.First(new Setup());
            using (world)
            {
                var fillers = Forger.FillSas(world.B, IkeLimits.MaxSas, true);
                var random = new Random(8019);
                for (int i = 0; i < 1000; i++)
                    world.B.Receive(ThreatTests.Changed(init, p => random.NextBytes(p.AsSpan(0, 8))));
                world.Settle();
                Assert.Single(world.B.Log.Lines, l => l.Contains("no room for more (IKE SAs)"));
                Assert.Equal(1000, world.B.Ike.Admin.FaultCount(Fault.TooMany));
                world.Run(IkeLimits.QuietMs);
                world.B.Receive(init);
                Assert.Equal(2, world.B.Log.Lines.Count(l => l.Contains("no room for more (IKE SAs)")));
                Forger.Empty(world.B, fillers);
            }
        }

        // The peer shows no certificate where one is wanted, or wants one where there is none: both ends say which method it is about.
        [Fact]
        public void AResponderWithoutACertificateSaysSo()
        {
            using var world = new World();
            CertificateTests.Board(world.A, "p256");
            CertificateTests.Remote(world.A, world.B.Address, AuthMethod.EcdsaSig, "p256.pem", r => r.LocalId = Peer.Id("ipv4:" + world.A.Address));
            CertificateTests.Board(world.B, null);
            Assert.Equal(Status.XE_BAD_PARAM, world.B.Ike.Admin.ikev2_CreateRemote(new RemoteConfig
            {
                Name = "r", Accept = true, Method = AuthMethod.EcdsaSig, OwnFiles = "p256.pem", Remote = Base.Address.IpAddress.Parse(world.A.Address),
                Encryption = Peer.Rows(Base.Algorithm.Algorithms.Encryption, "AES128-GCM16"), Prf = Peer.Rows(Base.Algorithm.Algorithms.Prf, "HMAC-SHA-2-256"),
                Groups = Peer.Rows(Base.Algorithm.Algorithms.Group, "CURVE25519"),
            }));
            Assert.Contains("p256.pem", world.B.Ike.Admin.LastError);
            world.B.Remote(world.A.Address, new Setup());
            var (p, _) = Policies(world);
            world.A.Traffic(p, world.B.Address, Tcp);
            world.Settle();
            Assert.Single(world.B.Log.Lines, l => l.Contains("proves itself by another method"));
            Assert.True(world.A.Said("AUTHENTICATION_FAILED"), Ladder.Log(world));
            Assert.Empty(world.B.Sas());
            Assert.Empty(world.B.Sessions());
        }

        // A peer that says of none that it is the only one (RFC 7296 2.4) begins SA after SA: the oldest give way to the newest.
        [Fact]
        public void OneIdentityHasFewIkeSas()
        {
            using var world = new World();
            var setup = new Setup { Dpd = 0 };
            world.B.Remote(world.A.Address, setup with { Initiate = false });
            world.B.Policy("policy1", world.A.Address, 6, setup);
            world.Nat = s => s.From == world.A && s.Exchange == 35
                ? Forger.Changed(s, world.A, p => p.Type == PayloadType.Notify && p.Body[2] == NotifyType.InitialContact >> 8 && p.Body[3] == (NotifyType.InitialContact & 255) ? new byte[] { 0, 0, 0xbf, 0xff } : p.Body) : s;
            for (int i = 0; i < 10; i++)
            {
                world.A.Start();
                world.A.Remote(world.B.Address, setup);
                world.A.Traffic(world.A.Policy("policy1", world.B.Address, 6, setup), world.B.Address, 6);
                world.Settle();
                Assert.Equal(System.Math.Min(i + 1, IkeLimits.MaxSasPerIdentity), world.B.Sas().Length);
                Assert.Contains(world.B.Sas(), sa => sa.InitiatorSpi == world.A.Sas().Single().InitiatorSpi && sa.State == "ESTABLISHED");
                world.Clock.Time += 100;
            }
            Assert.Contains(world.B.Sessions(), s => s.InboundSpi == world.A.Sessions().Single().OutboundSpi);
        }
    }
}
