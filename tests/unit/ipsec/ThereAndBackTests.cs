using nanoFramework.TestFramework;
using NfIpsec.Base;
using NfIpsec.Base.Address;
using NfIpsec.Base.Bytes;
using NfIpsec.Base.Ports;
using NfIpsec.Ipsec;
using NfIpsec.Ipsec.Management;
using NfIpsec.Native;
using static NfIpsec.Tests.IpsecRoom.Sides;

namespace NfIpsec.Tests.IpsecRoom
{
    /// <summary>Two modules with mirrored manual keys over the native pool: what one protects, the other opens, and nothing else.</summary>
    [TestClass]
    public class ThereAndBackTests
    {
        private const int Tunnel = PolicyAction.IPSEC_POLICY_SECURE_TUNNEL, Transport = PolicyAction.IPSEC_POLICY_SECURE_TRANSPORT;

        [Setup]
        public void Start()
        {
            Assert.IsTrue(CryptoNative.Start() >= 0, "CryptoNative.Start");
            Assert.IsTrue(PacketNative.Start() >= 0, "PacketNative.Start");
        }

        // mode, IPv6, encryption, key, integrity, key, flags
        [TestMethod]
        [DataRow(4, false, 12, 16, 12, 32, 0)]
        [DataRow(3, false, 12, 32, 13, 48, 16 + 32)]
        [DataRow(4, true, 12, 24, 14, 64, 8)]
        [DataRow(3, true, 12, 16, 2, 20, 16)]
        [DataRow(4, false, 3, 24, 13, 48, 4 + 8)]
        [DataRow(3, false, 3, 24, 12, 32, 1024)]
        [DataRow(4, false, 11, 0, 12, 32, 8)]
        [DataRow(3, true, 11, 0, 14, 64, 0x800 + 4)]
        public void WhatOneSideProtectsTheOtherOpens(int mode, bool six, int encryption, int keyBytes, int integrity, int macBytes, int flags)
        {
            PoolPackets packets = new PoolPackets();
            int free = PacketNative.BufferFreeCount();
            int handles = CryptoNative.HandleCount();
            IpsecModule a = Side(packets, true, six, mode, flags, encryption, keyBytes, integrity, macBytes);
            IpsecModule b = Side(packets, false, six, mode, flags, encryption, keyBytes, integrity, macBytes);
            int[] payloads = { 0, 1, 7, 8, 64, 1000, 1400 };
            for (int i = 0; i < payloads.Length; i++)
            {
                byte[] clear = Datagram(six, payloads[i]);
                byte[] wire = Seal(a, packets, clear, mode);
                Assert.IsTrue(wire.Length > clear.Length);
                Assert.AreEqual(Status.XE_OK, Open(b, packets, wire), "payload " + payloads[i].ToString());
                Assert.AreEqual(Hex.Format(clear, 0, clear.Length), Hex.Format(packets.Caught, 0, packets.Caught.Length));
                wire[wire.Length - 1] ^= 1;
                bool replay = (flags & (PolicyFlags.SP_CHECK_REPLAY | PolicyFlags.SP_ESN)) != 0;
                Assert.AreEqual(replay ? Status.XE_BAD_SEQUENCE_NUMBER : Status.XE_ESP_DIGEST_MISMATCH, Open(b, packets, wire), "changed on the way");
            }
            Assert.AreEqual(Status.XE_OK, a.Admin.IPSecAdminFlushAll());
            Assert.AreEqual(Status.XE_OK, b.Admin.IPSecAdminFlushAll());
            Assert.AreEqual(free, PacketNative.BufferFreeCount(), "no buffer is lost");
            Assert.AreEqual(handles, CryptoNative.HandleCount(), "no key is left behind");
        }

        // protocols and flags, mode, IPv6, encryption, key, integrity, key
        [TestMethod]
        [DataRow(1, 3, false, 0, 0, 12, 32)]
        [DataRow(1 + 4, 3, true, 0, 0, 12, 32)]
        [DataRow(1, 4, false, 0, 0, 13, 48)]
        [DataRow(1 + 0x800 + 4, 4, true, 0, 0, 14, 64)]
        [DataRow(1 + 1024, 3, true, 0, 0, 14, 64)]
        [DataRow(3, 3, false, 12, 16, 12, 32)]
        [DataRow(3 + 4, 4, false, 12, 32, 14, 64)]
        [DataRow(3 + 0x800 + 4, 4, true, 12, 16, 2, 20)]
        [DataRow(3, 3, true, 11, 0, 13, 48)]
        public void WhatOneSideProtectsWithAhTheOtherOpens(int flags, int mode, bool six, int encryption, int keyBytes, int integrity, int macBytes)
        {
            PoolPackets packets = new PoolPackets();
            int free = PacketNative.BufferFreeCount();
            int handles = CryptoNative.HandleCount();
            IpsecModule a = SideOf(packets, true, six, mode, flags, encryption, keyBytes, integrity, macBytes, 0);
            IpsecModule b = SideOf(packets, false, six, mode, flags, encryption, keyBytes, integrity, macBytes, 0);
            for (int payload = 0; payload <= 1400; payload += 350)
            {
                byte[] clear = Datagram(six, payload);
                byte[] wire = Seal(a, packets, clear, mode);
                Assert.AreEqual(51, (int)wire[six ? 6 : 9], "AH is outside");
                Assert.AreEqual(Status.XE_OK, Open(b, packets, wire), "payload " + payload.ToString());
                Assert.AreEqual(Hex.Format(clear, 0, clear.Length), Hex.Format(packets.Caught, 0, packets.Caught.Length));
                wire = Seal(a, packets, clear, mode);
                wire[six ? 20 : 14] ^= 1;             // the source address, which ESP alone would not vouch for
                Assert.AreEqual(Status.XE_AH_DIGEST_MISMATCH, Open(b, packets, wire), "changed on the way");
                wire[six ? 20 : 14] ^= 1;
                wire[six ? 7 : 8] -= 3;               // as routers do
                Assert.AreEqual(Status.XE_OK, Open(b, packets, wire), "what may change on the way");
            }
            Assert.AreEqual(Status.XE_OK, a.Admin.IPSecAdminFlushAll());
            Assert.AreEqual(Status.XE_OK, b.Admin.IPSecAdminFlushAll());
            Assert.AreEqual(free, PacketNative.BufferFreeCount(), "no buffer is lost");
            Assert.AreEqual(handles, CryptoNative.HandleCount(), "no key is left behind");
        }

        [TestMethod]
        [DataRow(false, 50)]
        [DataRow(true, 50)]
        [DataRow(false, 51)]
        [DataRow(true, 51)]
        public void ADummyPassesForAPacketAndIsDroppedBehindItsKeys(bool six, int protocol)
        {
            PoolPackets packets = new PoolPackets();
            int free = PacketNative.BufferFreeCount();
            int protocols = PolicyFlags.SP_PROTO_ESP | (protocol == 51 ? PolicyFlags.SP_PROTO_AH : 0);
            IpsecModule a = SideOf(packets, true, six, Tunnel, protocols | PolicyFlags.SP_TX_DUMMY_PKT, 12, 16, 12, 32, 0);
            IpsecModule b = SideOf(packets, false, six, Tunnel, protocols, 12, 16, 12, 32, 0);
            SessionView view = new SessionView();
            for (int i = 1; i <= 20; i++)
            {
                a.Poll(a.NextDue);
                Assert.AreEqual(i, packets.Sent);
                Assert.AreEqual(protocol, (int)packets.Caught[six ? 6 : 9], "on the wire");
                Packet packet = Packet.Create(packets, packets.Caught, 0, packets.Caught.Length, out int status);
                Assert.AreEqual(Status.XE_OK, b.Packets.PacketDecapsulateSync(ref packet, 1, out int policy));
                Assert.AreEqual(PolicyAction.IPSEC_POLICY_DROP, policy);
                packet.Release();
                Assert.IsTrue(b.Admin.GetSession(0, view));
                Assert.AreEqual(i, view.DummiesIn);
                Assert.AreEqual(0L, view.PacketsIn);
            }
            Assert.IsTrue(a.Admin.GetSession(0, view));
            Assert.AreEqual(20, view.DummiesOut);
            a.Admin.IPSecAdminFlushAll();
            b.Admin.IPSecAdminFlushAll();
            Assert.AreEqual(free, PacketNative.BufferFreeCount(), "no buffer is lost");
        }

        // Tunnel mode pads whatever is inside, transport mode what has a length of its own (RFC 4303 2.7).
        [TestMethod]
        [DataRow(3, false)]
        [DataRow(3, true)]
        [DataRow(4, false)]
        [DataRow(4, true)]
        public void PaddedPacketsOpenToWhatTheyWere(int mode, bool six)
        {
            PoolPackets packets = new PoolPackets();
            IpsecModule a = Side(packets, true, six, mode, PolicyFlags.SP_TX_TFC_PADDING, 12, 16, 12, 32);
            IpsecModule b = Side(packets, false, six, mode, 0, 12, 16, 12, 32);
            int longest = 0;
            for (int i = 0; i < 50; i++)
            {
                byte[] clear = Datagram(six, 100);
                byte[] wire = Seal(a, packets, clear, mode);
                longest = wire.Length > longest ? wire.Length : longest;
                Assert.AreEqual(Status.XE_OK, Open(b, packets, wire));
                Assert.AreEqual(Hex.Format(clear, 0, clear.Length), Hex.Format(packets.Caught, 0, packets.Caught.Length));
            }
            Assert.IsTrue(longest > 100 + 28 + 77 + 100, "padded to " + longest.ToString());
            a.Admin.IPSecAdminFlushAll();
            b.Admin.IPSecAdminFlushAll();
        }

        // THREATS 33
        [TestMethod]
        public void AForgedPacketIsDroppedAndTheTrueOneStillOpens()
        {
            PoolPackets packets = new PoolPackets();
            IpsecModule a = Side(packets, true, false, Transport, PolicyFlags.SP_CHECK_REPLAY, 12, 16, 12, 32);
            IpsecModule b = Side(packets, false, false, Transport, PolicyFlags.SP_CHECK_REPLAY, 12, 16, 12, 32);
            byte[] wire = Seal(a, packets, Datagram(false, 100), Transport);
            for (int i = 24; i < wire.Length; i += 9)      // from the sequence number on
            {
                wire[i] ^= 0x40;
                Assert.AreEqual(Status.XE_ESP_DIGEST_MISMATCH, Open(b, packets, wire), "octet " + i.ToString());
                wire[i] ^= 0x40;
            }
            Assert.AreEqual(Status.XE_OK, Open(b, packets, wire));
            Assert.AreEqual(Status.XE_BAD_SEQUENCE_NUMBER, Open(b, packets, wire), "and only once");
            a.Admin.IPSecAdminFlushAll();
            b.Admin.IPSecAdminFlushAll();
        }

        [TestMethod]
        public void OurOwnPacketReflectedIsRefused()
        {
            PoolPackets packets = new PoolPackets();
            IpsecModule a = Side(packets, true, false, Tunnel, 0, 12, 16, 12, 32);
            byte[] wire = Seal(a, packets, Datagram(false, 100), Tunnel);
            Assert.AreEqual(Status.XE_SA_NOT_FOUND, Open(a, packets, wire));
            a.Admin.IPSecAdminFlushAll();
        }
    }
}
