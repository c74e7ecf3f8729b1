using System;
using System.Collections.Generic;
using System.Linq;
using NfIpsec.Base;
using NfIpsec.Base.Bytes;
using NfIpsec.Base.Ports;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Session;
using NfIpsec.Ike.Wire;
using NfIpsec.Ipsec.Management;
using NfIpsec.Native;
using Xunit;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>The configuration payload (RFC 7296 2.19, 3.15): A asks for an address of the network behind B, and its tunnel runs under it.
    /// <code>
    ///   A                                                  B
    ///   HDR, SK {IDi, AUTH, CP(CFG_REQUEST), SAi2, ...} -->
    ///                                                   <--  HDR, SK {IDr, AUTH, CP(CFG_REPLY), SAr2, ...}
    /// </code></summary>
    public sealed class VirtualAddressTests
    {
        private const int Tcp = 6, Auth = 35, Sa = 33, Notify = 41, TsInitiator = 44, Cp = 47;

        private static readonly Setup s_client = new() { Tunnel = true, Request = true, Source = "any", Destination = "10.1.0.0/24", Dpd = 0 };
        private static readonly Setup s_gateway = new() { Tunnel = true, Initiate = false, Pool = "10.9.0.1-10.9.0.3", NameServer = "10.1.0.53", Source = "10.1.0.0/24",
            Destination = "10.9.0.0/24", Flags = PolicyFlags.SP_CLONE_DST, Dpd = 0 };

        private static (World World, ChildConfig Child) Up(Setup client = null, Setup gateway = null, Func<World, Sent, Sent> change = null)
        {
            var world = new World();
            var child = Ladder.Configure(world, client ?? s_client, gateway ?? s_gateway);
            world.Nat = change == null ? null : s => change(world, s);
            Ask(world, child);
            return (world, child);
        }

        private static void Ask(World world, ChildConfig child)
        {
            world.A.Traffic(child, "10.1.0.5", Tcp);
            world.Settle();
        }

        private static (int Type, byte[] Body)[] Payloads(World world, Peer from) => Forger.Open(world.Trace.Last(s => s.From == from && s.Exchange == Auth), world.A);

        private static AddressPool PoolOf(World world) => world.B.Ike.Admin.IkeAdminPrintRemoteConf(0).Pool;

        private static byte[] Attribute(int type, params byte[] value) => new byte[] { 0, (byte)type, 0, (byte)value.Length }.Concat(value).ToArray();

        private static byte[] Body(int type, params byte[][] attributes) => new byte[] { (byte)type, 0, 0, 0 }.Concat(attributes.SelectMany(a => a)).ToArray();

        [Fact]
        public void ATunnelRunsUnderTheAddressThatThePeerGives()
        {
            int handles = CryptoNative.HandleCount();
            var (world, child) = Up();
            using (world)
            {
                Ladder.AssertUp(world);
                var request = Payloads(world, world.A);
                var reply = Payloads(world, world.B);
                Assert.Equal(Body(1, Attribute(1), Attribute(8), Attribute(3), Attribute(10)), request.Single(p => p.Type == Cp).Body);
                Assert.Equal(Body(2, Attribute(1, 10, 9, 0, 1), Attribute(3, 10, 1, 0, 53)), reply.Single(p => p.Type == Cp).Body);
                // RFC 7296 2.19: ahead of SA; all addresses asked for, the one given back.
                Assert.True(Array.FindIndex(request, p => p.Type == Cp) < Array.FindIndex(request, p => p.Type == Sa));
                Assert.True(Array.FindIndex(reply, p => p.Type == Cp) < Array.FindIndex(reply, p => p.Type == Sa));
                byte[] asked = request.Single(p => p.Type == TsInitiator).Body, given = reply.Single(p => p.Type == TsInitiator).Body;
                Assert.Equal((1, "00000000FFFFFFFF"), (asked[0], Convert.ToHexString(asked, 12, 8)));
                Assert.Equal((1, "0A0900010A090001"), (given[0], Convert.ToHexString(given, 12, 8)));

                Assert.Equal("10.9.0.1, name server 10.1.0.53", world.A.Sas()[0].Assigned);
                Assert.Equal("10.9.0.1", world.B.Sas()[0].Assigned);
                Assert.Equal((1, 1), (world.A.Packets.Sealed, world.A.Packets.Readdressed));
                Assert.Equal("10.9.0.1", Clone(world.B).Destination);
                Assert.False(world.A.Said("narrower"));
            }
            Assert.Equal(handles, CryptoNative.HandleCount());
        }

        private static PolicyView Clone(Peer peer)
        {
            var view = new PolicyView();
            return Enumerable.Range(0, peer.Ipsec.Admin.PolicyCount).Any(i => peer.Ipsec.Admin.GetPolicy(i, view) && view.Parent != 0) ? view : null;
        }

        // The address lasts as long as the IKE SA, whose successor takes it over; and so do the successors of its children.
        [Theory]
        [InlineData(true)]
        [InlineData(false)]
        public void TheAddressOutlivesEveryRekeying(bool clientRekeys)
        {
            var (world, child) = Up(s_client with { IkeLife = clientRekeys ? 300 : 86400, ChildLife = clientRekeys ? 100 : 3600 },
                s_gateway with { IkeLife = clientRekeys ? 86400 : 300, ChildLife = clientRekeys ? 3600 : 100 });
            using (world)
            {
                string spi = world.A.Sas()[0].InitiatorSpi;
                for (int i = 0; i < 60; i++)
                {
                    world.Run(10000);
                    Ask(world, child);
                    Assert.Equal(i + 2, world.A.Packets.Sealed);
                    Assert.Equal(1, PoolOf(world).Taken);
                }
                Assert.NotEqual(spi, world.A.Sas().Single(v => v.State == "ESTABLISHED").InitiatorSpi);
                Assert.Equal("10.9.0.1, name server 10.1.0.53", world.A.Sas().Single(v => v.State == "ESTABLISHED").Assigned);
                Assert.Equal("10.9.0.1", world.B.Sas().Single(v => v.State == "ESTABLISHED").Assigned);
                Assert.Equal(world.A.Packets.Sealed, world.A.Packets.Readdressed);
                Assert.Single(world.Trace, s => s.From == world.A && s.Exchange == 34);
            }
        }

        // A source that is not the one behind the virtual address has no business in the tunnel.
        [Fact]
        public void AnotherSourceOfOursIsDropped()
        {
            var (world, child) = Up();
            using (world)
            {
                world.A.Packets.ReaddressResult = 0;
                Ask(world, child);
                Assert.Equal(1, world.A.Packets.Sealed);
                Assert.Equal(0, world.A.Packets.Held);
            }
        }

        [Fact]
        public void TheAddressGoesWithTheIkeSaAndComesBackToTheSameIdentity()
        {
            var (world, child) = Up();
            using (world)
            {
                Assert.Equal(1, PoolOf(world).Taken);
                world.A.Ike.Admin.ikev2_shutdown();
                world.Settle();
                Assert.Equal(0, PoolOf(world).Taken);
                Assert.Empty(world.A.Sessions());
                Assert.Empty(world.B.Sessions());
                // Nothing goes without an SA, and the next one has the same address.
                world.Copies = s => 0;
                Ask(world, child);
                Assert.Equal(1, world.A.Packets.Sealed);
                world.Copies = null;
                world.Run(5000);
                Assert.Equal("10.9.0.1", world.B.Sas().Single(v => v.State == "ESTABLISHED").Assigned);
                Assert.Equal(1, PoolOf(world).Taken);
            }
        }

        [Fact]
        public void AfterAResetTheSameIdentityHasTheSameAddress()
        {
            var (world, _) = Up();
            using (world)
            {
                for (int i = 0; i < 5; i++)
                {
                    world.A.Start();
                    world.A.Remote(world.B.Address, s_client);
                    Ask(world, world.A.Policy("policy1", world.B.Address, Tcp, s_client));
                    Assert.StartsWith("10.9.0.1,", world.A.Sas()[0].Assigned, StringComparison.Ordinal);
                    Assert.Equal(1, PoolOf(world).Taken);
                }
            }
        }

        // Who proves nothing is somebody new each time: bounded by the pool, and the IKE SA stands without a child (RFC 7296 3.15.4).
        [Fact]
        public void WhenAllAreTakenThePeerIsToldSo()
        {
            var client = s_client with { Method = AuthMethod.NullAuth };
            var (world, child) = Up(client, s_gateway with { Method = AuthMethod.NullAuth });
            using (world)
            {
                for (int i = 2; i <= 4; i++)
                {
                    world.A.Start();
                    world.A.Remote(world.B.Address, client);
                    child = world.A.Policy("policy1", world.B.Address, Tcp, client);
                    Ask(world, child);
                    Assert.Equal(Math.Min(i, 3), PoolOf(world).Taken);
                    Assert.Equal(Math.Min(i, 3), world.B.Sessions().Length);
                }
                Assert.Contains(Payloads(world, world.B), p => p.Type == Notify && BigEndian.Read16(p.Body, 2) == NotifyType.InternalAddressFailure);
                Assert.DoesNotContain(Payloads(world, world.B), p => p.Type == Cp);
                Assert.True(world.A.Said("gives us no address") && world.A.Said("INTERNAL_ADDRESS_FAILURE"), Ladder.Log(world));
                Assert.True(world.B.Said("no address of vip=pool is free"));
                Assert.Equal("ESTABLISHED", world.A.Sas().Single().State);
                Assert.Empty(world.A.Sessions());
                Assert.Equal(0, world.A.Packets.Held);
            }
        }

        [Fact]
        public void WhoDoesNotAskAndMustIsTold()
        {
            var (world, _) = Up(s_client with { Request = false });
            using (world)
            {
                Assert.Contains(Payloads(world, world.B), p => p.Type == Notify && BigEndian.Read16(p.Body, 2) == NotifyType.FailedCpRequired);
                Assert.True(world.B.Said("asks for no address and must"), Ladder.Log(world));
                Assert.Empty(world.B.Sessions());
                Assert.Equal("ESTABLISHED", world.B.Sas().Single().State);
                Assert.Equal(0, PoolOf(world).Taken);
            }
        }

        // RFC 7296 2.19: any request for a child may ask, and one that asks again is told the same.
        [Fact]
        public void WhoWasRefusedMayAskWithTheNextChild()
        {
            var (world, _) = Up(s_client with { Request = false });
            using (world)
            {
                var auth = world.Trace.First(s => s.From == world.A && s.Exchange == Auth);
                byte[] Of(int type) => Forger.Open(auth, world.A).Single(p => p.Type == type).Body;
                for (int id = 2; id <= 3; id++)
                {
                    world.B.Receive(Forger.Seal(auth, world.A, true, 36, false, id, (Cp, Body(1, Attribute(1))), (Sa, Of(Sa)), (40, new byte[32]), (TsInitiator, Of(TsInitiator)), (45, Of(45))));
                    world.Settle();
                    var answer = Forger.Open(world.Trace.Last(s => s.From == world.B && s.Exchange == 36), world.A);
                    Assert.Equal(Body(2, Attribute(1, 10, 9, 0, 1), Attribute(3, 10, 1, 0, 53)), answer[0].Body);
                    Assert.Equal(Sa, answer[1].Type);
                    Assert.Equal(1, PoolOf(world).Taken);
                }
                Assert.NotEmpty(world.B.Sessions());
            }
        }

        // A client is asked for an address by its gateway: it has none to give, and goes on.
        [Fact]
        public void ARequestToWhoHasNoPoolGetsNoReply()
        {
            var (world, _) = Up();
            using (world)
            {
                var auth = world.Trace.First(s => s.From == world.A && s.Exchange == Auth);
                var reply = Payloads(world, world.B);
                byte[] Of(int type) => reply.Single(p => p.Type == type).Body;
                world.A.Receive(Forger.Seal(Forger.Back(auth, world.B), world.A, false, 36, false, 0, (Cp, Body(1, Attribute(1))), (Sa, Of(Sa)), (40, new byte[32]), (TsInitiator, Of(45)), (45, Of(TsInitiator))));
                world.Settle();
                var answer = Forger.Open(world.Trace.Last(s => s.From == world.A && s.Exchange == 36), world.A);
                Assert.Contains(answer, p => p.Type == Sa);
                Assert.DoesNotContain(answer, p => p.Type == Cp);
            }
        }

        // A peer that gives nothing: its child is deleted, and it is asked again after minutes, by IKE_AUTH.
        [Fact]
        public void WithoutAnAddressThereIsNoTunnelAndNoHaste()
        {
            var (world, child) = Up(gateway: s_gateway with { Pool = null, NameServer = null, Destination = "any", Flags = 0 });
            using (world)
            {
                Assert.True(world.A.Said("gives us no address: compare vip="), Ladder.Log(world));
                Assert.Empty(world.A.Sessions());
                Assert.Empty(world.B.Sessions());
                Assert.Equal(0, world.A.Packets.Held);
                int sent = world.Trace.Count;
                for (int i = 0; i < 5; i++)
                {
                    Ask(world, child);
                    Assert.Equal(0, world.A.Packets.Held);
                    Assert.Equal(sent, world.Trace.Count);
                }
                world.Run(IkeLimits.AddressRetryMs);
                Ask(world, child);
                Assert.Contains(world.Trace.Skip(sent), s => s.From == world.A && s.Exchange == 34);
                Assert.Equal(0, world.A.Packets.Sealed);
            }
        }

        public static IEnumerable<object[]> BadReplies() => new[]
        {
            new object[] { "unspecified", Body(2, Attribute(1, 0, 0, 0, 0)) },
            new object[] { "loopback", Body(2, Attribute(1, 127, 0, 0, 1)) },
            new object[] { "multicast", Body(2, Attribute(1, 224, 0, 0, 1)) },
            new object[] { "broadcast", Body(2, Attribute(1, 255, 255, 255, 255)) },
            new object[] { "our own", Body(2, Attribute(1, 10, 0, 0, 77)) },
            new object[] { "the peer's own", Body(2, Attribute(1, 10, 0, 0, 78)) },
            new object[] { "empty", Body(2, Attribute(1)) },
            new object[] { "short", Body(2, Attribute(1, 10, 9, 0)) },
            new object[] { "long", Body(2, Attribute(1, 10, 9, 0, 1, 0)) },
            new object[] { "of IPv6 under IPv4's number", Body(2, Attribute(1, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)) },
            new object[] { "a name server alone", Body(2, Attribute(3, 10, 1, 0, 53)) },
            new object[] { "no attribute", Body(2) },
            new object[] { "a request", Body(1, Attribute(1, 10, 9, 0, 1)) },
            new object[] { "a set", Body(3, Attribute(1, 10, 9, 0, 1)) },
        };

        [Theory]
        [MemberData(nameof(BadReplies))]
        public void AnAddressThatNoHostCanHaveIsNone(string what, byte[] reply)
        {
            var (world, _) = Up(change: (w, s) => s.From == w.B && s.Exchange == Auth ? Forger.Changed(s, w.A, p => p.Type == Cp ? reply : p.Body) : s);
            using (world)
            {
                Assert.True(world.A.Said("gives us no address"), what + "\n" + Ladder.Log(world));
                Assert.Empty(world.A.Sessions());
                Assert.Empty(world.B.Sessions());
                Assert.Equal(0, world.A.Packets.Sealed);
            }
        }

        // RFC 7296 3.15: attributes that are not known, and those beyond the first of a kind, are passed over.
        [Fact]
        public void TheFirstOfEachKindCountsAmongUnknownOnes()
        {
            var reply = Body(2, Attribute(99, 1, 2, 3), Attribute(13, 10, 1, 0, 0, 255, 255, 255, 0), Attribute(1, 10, 9, 0, 1), Attribute(1, 10, 9, 0, 2), Attribute(2, 255, 255, 255, 0));
            var (world, _) = Up(change: (w, s) => s.From == w.B && s.Exchange == Auth ? Forger.Changed(s, w.A, p => p.Type == Cp ? reply : p.Body) : s);
            using (world)
            {
                Ladder.AssertUp(world);
                Assert.Equal("10.9.0.1", world.A.Sas()[0].Assigned);
            }
        }

        // The selectors must hold the address that came with them, and then nothing else of ours counts.
        [Theory]
        [InlineData("10.9.0.2", "10.9.0.2", false)]
        [InlineData("0.0.0.0", "255.255.255.255", true)]
        [InlineData("10.9.0.0", "10.9.0.255", true)]
        public void SelectorsWithoutTheAddressAreRefused(string low, string high, bool good)
        {
            var tsi = new byte[] { 1, 0, 0, 0, 7, Tcp, 0, 16, 0, 0, 255, 255 }.Concat(low.Split('.').Concat(high.Split('.')).Select(byte.Parse)).ToArray();
            var (world, child) = Up(change: (w, s) => s.From == w.B && s.Exchange == Auth ? Forger.Changed(s, w.A, p => p.Type == TsInitiator ? tsi : p.Body) : s);
            using (world)
            {
                Assert.Equal(good ? 1 : 0, world.A.Sessions().Length);
                Assert.True(good || world.A.Said("traffic selectors do not fit"), Ladder.Log(world));
                world.A.Packets.ReaddressResult = 0;
                int before = world.A.Packets.Sealed;
                Ask(world, child);
                Assert.Equal(before, world.A.Packets.Sealed);
            }
        }

        [Fact]
        public void WhatWasNotAskedForIsNotRead()
        {
            var plain = new Setup { Tunnel = true };
            var (world, _) = Up(plain, plain, (w, s) => s.From == w.B && s.Exchange == Auth ? Forger.Seal(s, w.A, false, Auth, true, 1,
                Forger.Open(s, w.A).Append((Cp, Body(2, Attribute(1, 10, 9, 0, 1)))).ToArray()) : s);
            using (world)
            {
                world.A.Traffic(null, world.B.Address, Tcp);
                world.Settle();
                Ladder.AssertUp(world);
                Assert.Null(world.A.Sas()[0].Assigned);
                Assert.Equal(0, world.A.Packets.Readdressed);
            }
        }

        // The other way round: a peer asks for other traffic than that of the address it was given.
        [Theory]
        [InlineData("10.9.0.2", false)]
        [InlineData("10.1.0.5", false)]
        [InlineData("10.9.0.1", true)]
        public void APeerSpeaksForTheAddressThatItHasAlone(string claims, bool good)
        {
            var (world, _) = Up(change: (w, s) => s.From == w.A && s.Exchange == Auth ? Forger.Changed(s, w.A, p => p.Type == TsInitiator
                ? new byte[] { 1, 0, 0, 0, 7, Tcp, 0, 16, 0, 0, 255, 255 }.Concat(Enumerable.Repeat(claims.Split('.').Select(byte.Parse), 2).SelectMany(b => b)).ToArray() : p.Body) : s);
            using (world)
            {
                Assert.Equal(good ? 1 : 0, world.B.Sessions().Length);
                Assert.True(good || Payloads(world, world.B).Any(p => p.Type == Notify && BigEndian.Read16(p.Body, 2) == NotifyType.TsUnacceptable));
                // The address stays the peer's: a later child may still be had (RFC 7296 2.19).
                Assert.Equal("10.9.0.1", world.B.Sas().Single().Assigned);
            }
        }

        [Theory]
        [InlineData("10.9.0.3", "10.9.0.3")]
        [InlineData("10.9.0.4", "10.9.0.1")]
        public void AnAddressAskedForByNameIsGivenWhereItIsFree(string asked, string given)
        {
            var (world, _) = Up(change: (w, s) => s.From == w.A && s.Exchange == Auth ? Forger.Changed(s, w.A, p => p.Type == Cp
                ? Body(1, Attribute(8), Attribute(1, asked.Split('.').Select(byte.Parse).ToArray())) : p.Body) : s);
            using (world)
            {
                Ladder.AssertUp(world);
                Assert.Equal(given, world.B.Sas()[0].Assigned);
            }
        }

        // IPv4 alone is in the pool: who wants IPv6 alone gets nothing.
        [Fact]
        public void AFamilyThatThePoolHasNotIsNotGiven()
        {
            var (world, _) = Up(change: (w, s) => s.From == w.A && s.Exchange == Auth ? Forger.Changed(s, w.A, p => p.Type == Cp ? Body(1, Attribute(8), Attribute(10)) : p.Body) : s);
            using (world)
            {
                Assert.Contains(Payloads(world, world.B), p => p.Type == Notify && BigEndian.Read16(p.Body, 2) == NotifyType.InternalAddressFailure);
                Assert.Equal(0, PoolOf(world).Taken);
            }
        }

        // The peers may be anywhere: the policy has no endpoint, each clone has its peer's, and nobody is called by it.
        [Fact]
        public void APolicyForPeersFromAnywhereLeadsToWhereEachIs()
        {
            using var world = new World();
            var roaming = s_gateway with { TheirId = "fqdn:a", OurId = "fqdn:b" };
            world.A.Remote(world.B.Address, s_client with { OurId = "fqdn:a", TheirId = "fqdn:b" });
            world.B.Remote("0.0.0.0", roaming);
            var child = world.A.Policy("policy1", world.B.Address, Tcp, s_client);
            world.B.Policy("policy1", "0.0.0.0", Tcp, roaming);
            world.B.Traffic(null, "10.9.0.1", Tcp);
            world.Settle();
            Assert.Empty(world.Trace);
            Assert.Equal(0, world.B.Packets.Held);
            Ask(world, child);
            Ladder.AssertUp(world);
            Assert.Equal((world.A.Address, world.B.Address), (Clone(world.B).Gateway, Clone(world.B).Local));
            world.B.Traffic(null, "10.9.0.1", Tcp);
            world.Settle();
            Assert.Equal(0, world.B.Packets.Sealed);                    // from its own address, which the policy has not
            world.Run(10 * Limits.CloneIdleMs);
            Assert.NotNull(Clone(world.B));                             // without traffic it stays: nobody but the peer could bring it back
            world.A.Ike.Admin.ikev2_shutdown();
            world.Run(3 * Limits.CloneIdleMs);
            Assert.Null(Clone(world.B));
        }

        [Theory]
        [InlineData(PolicyFlags.SP_CLONE_DST, true)]
        [InlineData(PolicyFlags.SP_CLONE_SRC, false)]
        [InlineData(0, false)]
        public void OnlyATunnelThatIsClonedForItsPeersHasThemAnywhere(int flags, bool good)
        {
            using var world = new World();
            int spid = 0;
            int status = world.A.Ipsec.Admin.IPSecAdminAddPolicy(PolicyAction.IPSEC_POLICY_SECURE_TUNNEL, Tcp, "10.1.0.0/24", "10.9.0.0/24", "0.0.0.0", flags | PolicyFlags.SP_PROTO_ESP, 4, ref spid);
            Assert.Equal(good ? Status.XE_OK : Status.XE_BAD_PARAM, status);
            Assert.Equal(Status.XE_BAD_PARAM, world.A.Ipsec.Admin.IPSecAdminAddPolicy(PolicyAction.IPSEC_POLICY_SECURE_TRANSPORT, Tcp, "10.1.0.0/24", "10.9.1.0/24", "0.0.0.0",
                flags | PolicyFlags.SP_PROTO_ESP, 4, ref spid));
        }
    }
}
