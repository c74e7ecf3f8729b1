using System.Collections.Generic;
using System.Linq;
using NfIpsec.Base.Algorithm;
using NfIpsec.Base.Ports;
using NfIpsec.Ipsec.Management;
using NfIpsec.Native;
using Xunit;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>Every row of the table of algorithms, in each place that IKE has for it: groups (of IKE and of a child's forward secrecy), PRFs,
    /// ciphers and integrity of IKE's own messages, ciphers and integrity of ESP and AH. What A seals then, the native transforms
    /// open at B. A row more in the table is a case more here.</summary>
    public sealed class EveryAlgorithmTests
    {
        private const int Tcp = 6, Udp = 17;

        private static IEnumerable<object[]> Rows(int kind, int without) => Enumerable.Range(0, Algorithms.Count)
            .Where(row => Algorithms.Kind(row) == kind && (without == 0 || !Algorithms.Has(row, without))).Select(row => new object[] { Algorithms.Name(row) });

        public static IEnumerable<object[]> Groups() => Rows(Algorithms.Group, 0);

        public static IEnumerable<object[]> Prfs() => Rows(Algorithms.Prf, 0);

        public static IEnumerable<object[]> IkeCiphers() => Rows(Algorithms.Encryption, Algorithms.PacketsOnly);

        public static IEnumerable<object[]> IkeIntegrity() => Rows(Algorithms.Integrity, Algorithms.PacketsOnly);

        public static IEnumerable<object[]> EspCiphers() => Rows(Algorithms.Encryption, 0);

        public static IEnumerable<object[]> AhIntegrity() => Rows(Algorithms.Integrity, 0);

        private static bool IsAead(string cipher) => Algorithms.IsAead(Peer.Row(Algorithms.Encryption, cipher));

        private static World Up(Setup setup)
        {
            var world = new World();
            var child = Ladder.Configure(world, setup);
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            Ladder.AssertUp(world);
            AssertCarries(world);
            return world;
        }

        /// <summary>A TCP packet of A's through its newest outbound transform and B's newest inbound one, and the other way round.</summary>
        internal static void AssertCarries(World world)
        {
            Carry(world.A, world.B, 77, 78);
            Carry(world.B, world.A, 78, 77);
        }

        // A session makes its inbound transform first.
        private static void Carry(Peer from, Peer to, byte source, byte destination)
        {
            var packet = new byte[100];
            new byte[] { 0x45, 0, 0, 100, 0, 1, 0, 0, 64, Tcp, 0, 0, 10, 0, 0, source, 10, 0, 0, destination }.CopyTo(packet, 0);
            packet[32] = 0x50;
            int sum = Enumerable.Range(0, 10).Sum(i => packet[2 * i] << 8 | packet[2 * i + 1]);
            sum = ~((sum & 0xffff) + (sum >> 16));
            (packet[10], packet[11]) = ((byte)(sum >> 8), (byte)sum);
            for (int i = 40; i < packet.Length; i++)
                packet[i] = (byte)i;
            int slot = Slot(packet);
            int length = PacketNative.Seal(from.Packets.Transforms[^1], slot, 0, 1, 0);
            Assert.True(length > packet.Length, "seal " + length);
            var wire = new byte[length];
            Assert.Equal(length, PacketNative.BufferRead(slot, 0, wire, 0, length));
            PacketNative.Put(slot, PacketPort.Release);
            slot = Slot(wire);
            var info = new int[PacketInfo.Words];
            Assert.Equal(packet.Length, PacketNative.Open(to.Packets.Transforms[^2], slot, 0, info));
            var inner = new byte[packet.Length];
            Assert.Equal(inner.Length, PacketNative.BufferRead(slot, 0, inner, 0, inner.Length));
            PacketNative.Put(slot, PacketPort.Release);
            Assert.Equal(packet, inner);
        }

        private static int Slot(byte[] bytes)
        {
            int slot = PacketNative.BufferAlloc(bytes.Length);
            Assert.True(slot > 0, "slot " + slot);
            Assert.Equal(bytes.Length, PacketNative.BufferWrite(slot, 0, bytes, 0, bytes.Length));
            return slot;
        }

        [Theory]
        [MemberData(nameof(Groups))]
        public void EveryGroupOfIkeAndOfForwardSecrecy(string group)
        {
            int handles = CryptoNative.HandleCount();
            var setup = new Setup { Groups = group, Pfs = group };
            using (var world = Up(setup))
            {
                Assert.Equal(Peer.Row(Algorithms.Group, group), world.B.Sas()[0].Group);
                var second = world.A.Policy("policy2", world.B.Address, Udp, setup);
                world.B.Policy("policy2", world.A.Address, Udp, setup);
                world.A.Traffic(second, world.B.Address, Udp);
                world.Settle();
                Assert.Equal(2, world.B.Sessions().Length);
                // In fragments where it is long: the value itself went over the wire.
                int value = NfIpsec.Base.Crypto.KeyDerivation.DhLength(Algorithms.NativeId(Peer.Row(Algorithms.Group, group)));
                Assert.True(world.Trace.Where(s => s.From == world.B && s.Exchange == 36).Sum(s => s.Ike.Length) > value);
                AssertCarries(world);
            }
            Assert.Equal(handles, CryptoNative.HandleCount());
        }

        [Theory]
        [MemberData(nameof(Prfs))]
        public void EveryPrf(string prf)
        {
            using var world = Up(new Setup { Prf = prf });
            Assert.Equal(Peer.Row(Algorithms.Prf, prf), world.B.Sas()[0].Prf);
        }

        // AEADs without an integrity algorithm (RFC 5282, RFC 7634), the others with one.
        [Theory]
        [MemberData(nameof(IkeCiphers))]
        public void EveryCipherOfIke(string cipher)
        {
            using var world = Up(new Setup { Encryption = cipher, Integrity = IsAead(cipher) ? "" : "HMAC-SHA-2-256" });
            Assert.Equal(Peer.Row(Algorithms.Encryption, cipher), world.B.Sas()[0].Encryption);
            Assert.Equal(IsAead(cipher), world.B.Sas()[0].Integrity < 0);
        }

        [Theory]
        [MemberData(nameof(IkeIntegrity))]
        public void EveryIntegrityOfIkeAndEsp(string integrity)
        {
            using var world = Up(new Setup { Integrity = integrity, ChildIntegrity = integrity });
            Assert.Equal(Peer.Row(Algorithms.Integrity, integrity), world.B.Sas()[0].Integrity);
            Assert.Equal(Peer.Row(Algorithms.Integrity, integrity), world.B.Sessions()[0].Integrity);
        }

        [Theory]
        [MemberData(nameof(EspCiphers))]
        public void EveryCipherOfEsp(string cipher)
        {
            foreach (bool tunnel in new[] { false, true })
            {
                using var world = Up(new Setup { Tunnel = tunnel, ChildEncryption = cipher, ChildIntegrity = IsAead(cipher) ? "" : "HMAC-SHA-2-256" });
                Assert.Equal(Peer.Row(Algorithms.Encryption, cipher), world.B.Sessions()[0].Encryption);
            }
        }

        // GMAC of AH among them (RFC 4543 4, 5): key and salt out of the keying material, the IV in the ICV field.
        [Theory]
        [MemberData(nameof(AhIntegrity))]
        public void EveryIntegrityOfAh(string integrity)
        {
            foreach (int flags in new[] { 0, PolicyFlags.SP_ESN })
            {
                using var world = Up(new Setup { Protocols = PolicyFlags.SP_PROTO_AH, Flags = flags, ChildEncryption = "", ChildIntegrity = integrity, Tunnel = flags != 0 });
                Assert.Equal(Peer.Row(Algorithms.Integrity, integrity), world.B.Sessions()[0].AhIntegrity);
                string key = world.A.Ipsec.Admin.ShowAhKey(world.A.Sessions()[0].Slot, true);
                int row = Peer.Row(Algorithms.Integrity, integrity);
                Assert.Equal(2 * (Algorithms.KeyBytes(row) + Algorithms.SaltBytes(row)), key.Length);
                Assert.Equal(key, world.B.Ipsec.Admin.ShowAhKey(world.B.Sessions()[0].Slot, false));
            }
        }

        // What is for packets alone does not come in through IKE's own lines, and GMAC of AH not in ESP's place.
        [Fact]
        public void GmacOfAhIsOfferedUnderItsOwnNumbersAndNotInEsp()
        {
            using var world = Up(new Setup { Protocols = PolicyFlags.SP_PROTO_AH, ChildEncryption = "", ChildIntegrity = "AES256-GMAC,AES192-GMAC,AES128-GMAC" });
            byte[] sa = Forger.Open(world.Trace.First(s => s.From == world.A && s.Exchange == 35), world.A).Single(p => p.Type == 33).Body;
            // Transforms without attributes, type 3 (integrity): 11, 10, 9 (IANA).
            Assert.Contains("03000008" + "0300000B" + "03000008" + "0300000A" + "03000008" + "03000009", System.Convert.ToHexString(sa));
        }
    }
}
