using System;
using System.Linq;
using NfIpsec.Base.Address;
using NfIpsec.Base.Bytes;
using NfIpsec.Base.Ports;
using NfIpsec.Ike.Session;
using NfIpsec.Native;
using Xunit;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>Cookies (RFC 7296 2.6) and what a flood of first messages costs (RFC 8019 3, 4): THREATS 13.
    /// <code>
    ///   A                                  B
    ///   HDR, SAi1, KEi, Ni            -->
    ///                                 <--  HDR, N(COOKIE)
    ///   HDR, N(COOKIE), SAi1, KEi, Ni -->
    ///                                 <--  HDR, SAr1, KEr, Nr
    /// </code></summary>
    public sealed class CookieTests
    {
        private const int Tcp = 6, Init = 34, Cookie = 16390;

        private static bool IsCookie(Sent sent) => sent.IsResponse && sent.Ike[16] == 41 && ThreatTests.Notifies(sent.Ike).Contains(Cookie);

        // B takes anybody who knows the secret; A is a peer like others.
        private static (World, Sent, Ike.Admin.ChildConfig) Open()
        {
            var world = new World();
            world.A.Remote(world.B.Address, new Setup());
            world.B.Remote("0.0.0.0", new Setup { Initiate = false, TheirId = "ipv4:" + world.A.Address });
            var child = world.A.Policy("policy1", world.B.Address, Tcp, new Setup());
            world.B.Policy("policy1", world.A.Address, Tcp, new Setup());
            world.Copies = s => 0;
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            world.Copies = null;
            return (world, world.Trace.Single(), child);
        }

        private static Sent Spoofed(Sent init, Random random)
        {
            var info = (int[])init.Info.Clone();
            IpAddress.Copy(IpAddress.Parse("10." + random.Next(1, 255) + "." + random.Next(256) + "." + random.Next(1, 255)).Words, 0, info, PacketInfo.Source);
            return ThreatTests.Changed(init with { Info = info }, p => random.NextBytes(p.AsSpan(0, 8)));
        }

        [Fact]
        public void T13_CookiesAreAskedForFromTheThresholdOnAndNotBelow()
        {
            var (world, init, _) = Open();
            using (world)
            {
                var random = new Random(13);
                for (int round = 0; round < 2; round++)
                {
                    for (int i = 0; i < IkeLimits.CookieThreshold; i++)
                    {
                        world.B.Receive(Spoofed(init, random));
                        world.Settle();
                        Assert.False(IsCookie(world.Trace.Last()));
                        Assert.Equal(i + 1, world.B.Sas().Length);
                    }
                    for (int i = 0; i < 5; i++)
                    {
                        world.B.Receive(Spoofed(init, random));
                        world.Settle();
                        Assert.True(IsCookie(world.Trace.Last()));
                    }
                    Assert.Equal(IkeLimits.CookieThreshold, world.B.Sas().Length);
                    world.A.Ike.Stop();
                    world.Run(IkeLimits.HalfOpenMs);
                    Assert.Empty(world.B.Sas());
                }
            }
        }

        // SAs that stand do not count: a board with many peers asks nobody.
        [Fact]
        public void T13_EstablishedSasDoNotCount()
        {
            using var world = ThreatTests.Up();
            var fillers = Forger.FillSas(world.B, 2 * IkeLimits.CookieThreshold, true);
            world.A.Start();
            world.A.Remote(world.B.Address, new Setup());
            var child = world.A.Policy("policy1", world.B.Address, Tcp, new Setup());
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            Assert.DoesNotContain(world.Trace, IsCookie);
            Assert.Single(world.A.Sessions());
            Forger.Empty(world.B, fillers);
        }

        [Fact]
        public void T13_TenThousandSpoofedAddressesCostNothingAndARealPeerGetsInMeanwhile()
        {
            var (world, init, child) = Open();
            using (world)
            {
                var random = new Random(8019);
                world.A.Ike.Admin.ikev2DeleteRemote("remoteINFO");
                long memory = 0, began = 0, up = 0;
                int handles = 0, started = 0;
                for (int i = 0; i < 10000; i++)
                {
                    world.B.Receive(Spoofed(init, random));
                    if (i % 100 == 99)
                    {
                        // B computes and answers; a real clock would have gone on by now.
                        world.Clock.Time += 5;
                        world.Settle();
                        Assert.True(world.Trace.Where(s => s.From == world.B).All(s => s.Payload.Length <= 3 * init.Payload.Length));
                        world.Trace.Clear();
                    }
                    if (i == 2000)
                        (memory, handles, started) = (GC.GetTotalMemory(true), CryptoNative.HandleCount(), world.B.Jobs.Started);
                    if (i == 6000)
                    {
                        Assert.Equal(handles, CryptoNative.HandleCount());
                        Assert.Equal(started, world.B.Jobs.Started);
                        Assert.InRange(GC.GetTotalMemory(true) - memory, -1_000_000, 64 * 1024);
                        world.A.Remote(world.B.Address, new Setup());
                        began = world.Clock.Time;
                        world.A.Traffic(child, world.B.Address, Tcp);
                    }
                    if (began != 0 && up == 0 && world.A.Sessions().Length == 1)
                        up = world.Clock.Time;
                }
                Assert.InRange(up - began, 0, 2000);
                Assert.Equal("ESTABLISHED", world.A.Sas().Single().State);
                Assert.Single(world.B.Sessions());
                Assert.Equal(IkeLimits.CookieThreshold + 1, world.B.Sas().Length);
            }
        }

        // RFC 8019 4.1: who does receive, and brings every cookie back from a few addresses, may hold every half-open place, but not for long.
        [Fact]
        public void T13_WhoHoldsEveryHalfOpenPlaceGivesWay()
        {
            var (world, _, child) = Open();
            using (world)
            {
                world.A.Ike.Stop();
                world.Trace.Clear();
                int sources = IkeLimits.MaxHalfOpen / IkeLimits.MaxHalfOpenPerSource;
                for (int i = 0; i < sources; i++)
                    Forger.FillSas(world.B, IkeLimits.MaxHalfOpenPerSource, false, "10.2.0." + (i + 1));
                world.A.Start();
                world.A.Remote(world.B.Address, new Setup());
                child = world.A.Policy("policy1", world.B.Address, Tcp, new Setup());
                world.A.Traffic(child, world.B.Address, Tcp);
                world.Run(IkeLimits.HalfOpenLeastMs - 1);
                Assert.Empty(world.B.Sessions());
                Assert.Equal(IkeLimits.MaxHalfOpen, world.B.Sas().Length);
                world.Run(1);
                Assert.True(world.B.Sessions().Length == 1, Ladder.Log(world));
                Assert.Equal(IkeLimits.MaxHalfOpen, world.B.Sas().Length);
                Assert.Single(world.B.Log.Lines, l => l.Contains("no room for more (half-open IKE SAs)"));
            }
        }

        // The secret changes; a cookie of the one before is still good, and of the one before that no more.
        [Theory]
        [InlineData(0, true)]
        [InlineData(1, true)]
        [InlineData(2, false)]
        public void T13_ACookieIsGoodAsLongAsAnInitiatorMayTake(int secrets, bool good)
        {
            var (world, init, _) = Open();
            using (world)
            {
                world.A.Ike.Stop();
                var fillers = Forger.FillSas(world.B, IkeLimits.CookieThreshold, false);
                world.B.Receive(init);
                world.Settle();
                Assert.True(IsCookie(world.Trace.Last()));
                var back = ThreatTests.WithCookie(init, world.Trace.Last().Payload[(28 + 8)..]);
                for (int i = 0; i < secrets; i++)
                {
                    world.Clock.Time += IkeLimits.CookieSecretMs;
                    world.B.Receive(Spoofed(init, new Random(i)));
                }
                world.B.Receive(back);
                world.Settle();
                Assert.Equal(!good, IsCookie(world.Trace.Last()));
                Assert.Equal(IkeLimits.CookieThreshold + (good ? 1 : 0), world.B.Sas().Length);
                Forger.Empty(world.B, fillers);
            }
        }
    }
}
