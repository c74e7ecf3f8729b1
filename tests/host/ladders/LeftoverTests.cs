using System;
using System.Linq;
using NfIpsec.Base.Bytes;
using NfIpsec.Ike.Wire;
using NfIpsec.Native;
using Xunit;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>A rekeying that something else overtakes leaves nothing behind: no child, no IKE SA, no trouble of long ago, and no
    /// renewal that never comes.</summary>
    public sealed class LeftoverTests
    {
        private const int Create = 36, Informational = 37, Tcp = 6;

        // RFC 7296 2.25.2: while B works on the new IKE SA it deletes no child under the old one, whose answer would find it gone.
        [Fact]
        public void AChildThatEndsDuringTheRekeyingEndsUnderTheSaThatTakesOver()
        {
            using var world = RekeyTests.Up(new Setup { Dpd = 0 });
            int spi = world.B.Sessions()[0].InboundSpi;
            Sent request = null;
            world.Nat = s =>
            {
                bool caught = request == null && s.From == world.A && s.Exchange == Create && !s.IsResponse;
                request = caught ? s : request;
                return caught ? null : s;
            };
            Aging.Ike(world.A);
            world.Settle();
            world.B.Receive(request);
            Assert.Equal(1, world.B.Ike.Jobs.Count);
            world.B.Ikev2.SaExpired(0, spi, 0, true);
            int before = world.Trace.Count;
            world.Settle();
            world.Run(120000);
            Assert.All(new[] { world.A, world.B }, peer => Assert.Equal(0, peer.Sas().Single().Children));
            Assert.Empty(world.A.Sessions());
            Assert.Empty(world.B.Sessions());
            // id 0: the first that B says under the new one
            Assert.Equal(0, BigEndian.Read32(world.Trace.Skip(before).First(s => s.From == world.B && s.Exchange == Informational && !s.IsResponse).Ike, 20));
        }

        // RFC 7296 2.25 ends an SA whose peer says TEMPORARY_FAILURE for minutes on end; two that have nothing to do with each other are none of that.
        [Fact]
        public void TemporaryFailuresFarApartAreNoTrouble()
        {
            using var world = RekeyTests.Up(new Setup { Dpd = 0 });
            string ike = world.A.Sas()[0].InitiatorSpi;
            for (int round = 0; round < 3; round++)
            {
                // B's delete is late: A wants to rekey what B is closing (2.25.1)
                int late = 0;
                world.Copies = s => s.From == world.B && s.Exchange == Informational && !s.IsResponse && late++ == 0 ? 0 : 1;
                int before = world.Trace.Count;
                world.B.Ikev2.SaExpired(0, world.B.Sessions()[0].InboundSpi, 0, true);
                world.B.Work();
                Aging.Child(world.A);
                world.Settle();
                Assert.Contains(Forger.Open(world.Trace.Skip(before).First(s => s.From == world.B && s.Exchange == Create), world.B), p => p.Type == PayloadType.Notify && p.Body[3] == NotifyType.TemporaryFailure);
                world.Copies = null;
                world.Run(30000);
                Assert.Equal(ike, world.A.Sas().Single(s => s.State == "ESTABLISHED").InitiatorSpi);
                world.B.Traffic(null, world.A.Address, Tcp, 5001, 40000);
                world.Settle();
                Assert.Single(world.B.Sessions());
                world.Run(600000);
            }
        }

        // Who rekeys is to delete the older one (RFC 7296 2.8). One of those is waited for.
        [Fact]
        public void APeerThatRekeysWithoutEndHasTwoSas()
        {
            int handles = CryptoNative.HandleCount();
            using (var world = RekeyTests.Up(new Setup { Dpd = 0 }))
            {
                world.Copies = s => s.From == world.A && s.Exchange == Informational ? 0 : 1;
                for (int i = 0; i < 20; i++)
                {
                    Aging.Ike(world.A, Array.FindLastIndex(world.A.Sas(), s => s.State == "ESTABLISHED"));
                    world.Run(100);
                    Assert.Equal(new[] { "ESTABLISHED", "REPLACED" }, world.B.Sas().Select(s => s.State).Order());
                }
                world.Copies = null;
                world.Run(100000);
                RekeyTests.AssertTidy(world);
            }
            Assert.Equal(handles, CryptoNative.HandleCount());
        }

        [Fact]
        public void NothingIsLeftOfARekeyingThatIsNotNeededAnyMore()
        {
            int handles = CryptoNative.HandleCount();
            using (var world = new World())
            {
                var setup = new Setup { Dpd = 0, Groups = "CURVE25519,MODP2048" };
                world.A.Traffic(Ladder.Configure(world, setup), world.B.Address, Tcp);
                world.Settle();
                bool shut = false;
                world.Nat = s =>
                {
                    if (shut || s.From != world.B || s.Exchange != Create || !s.IsResponse)
                        return s;
                    shut = true;
                    world.A.Ike.Admin.ikev2_shutdown();
                    return Forger.Seal(s, world.A, false, Create, true, BigEndian.Read32(s.Ike, 20), (PayloadType.Notify, new byte[] { 0, 0, 0, NotifyType.InvalidKePayload, 0, 14 }));
                };
                Aging.Ike(world.A);
                world.Settle();
                world.Run(300000);
                Assert.True(shut);
                Assert.Empty(world.A.Sas());
            }
            Assert.Equal(handles, CryptoNative.HandleCount());
        }

        // As many negotiations as can wait do so while the peer is silent: what grows old meanwhile is renewed after them.
        [Theory]
        [InlineData(true)]
        [InlineData(false)]
        public void ARenewalThatFindsNoPlaceToWaitComesLater(bool child)
        {
            using var world = RekeyTests.Up(new Setup { Dpd = 0 });
            string ike = world.A.Sas()[0].InitiatorSpi;
            int spi = world.A.Sessions()[0].InboundSpi;
            world.Copies = s => s.IsResponse ? 0 : 1;
            for (int i = 1; i <= 9; i++)
            {
                var policy = world.A.Policy("more" + i, world.B.Address, 100 + i, new Setup());
                world.A.Traffic(policy, world.B.Address, 100 + i, 0, 0);
                world.Settle();
            }
            if (child)
                Aging.Child(world.A);
            else
                Aging.Ike(world.A);
            world.Settle();
            Assert.True(world.A.Said("negotiations that wait"));
            world.Copies = null;
            world.Run(30000);
            RekeyTests.AssertTidy(world);
            Assert.Equal(child, world.A.Sessions()[0].InboundSpi != spi);
            Assert.Equal(!child, world.A.Sas()[0].InitiatorSpi != ike);
        }
    }
}
