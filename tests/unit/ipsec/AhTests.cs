using nanoFramework.TestFramework;
using NfIpsec.Base;
using NfIpsec.Base.Algorithm;
using NfIpsec.Base.Bytes;
using NfIpsec.Base.Ports;
using NfIpsec.Ipsec.Management;
using NfIpsec.Ipsec.Message;
using NfIpsec.Ipsec.Policy;
using NfIpsec.Ipsec.Sa;
using NfIpsec.Native;

namespace NfIpsec.Tests.IpsecRoom
{
    /// <summary>AH alone and around ESP in policies, databases, both interfaces and the engine: a packet is taken only under the protocols
    /// that its SA has, an SA only with those that its policy wants.</summary>
    [TestClass]
    public class AhTests
    {
        private const int Ah = PolicyFlags.SP_PROTO_AH, Esp = PolicyFlags.SP_PROTO_ESP, Both = Ah | Esp, ProtocolEsp = 50, ProtocolAh = 51, Sha256 = 12, AesCbc = 12;

        private static SecurityPolicy Policy(Bench bench, int flags)
        {
            return bench.AddPolicy(PolicyAction.IPSEC_POLICY_SECURE_TRANSPORT, "10.0.0.77", "10.0.0.78", Bench.Tcp, 4, flags);
        }

        private static SaRequest Request(int flags)
        {
            SaRequest request = Bench.Request();
            request.AhIntegrity = (flags & Ah) != 0 ? Algorithms.HmacSha256 : Algorithms.None;
            request.Encryption = (flags & Esp) != 0 ? request.Encryption : Algorithms.None;
            request.Integrity = (flags & Esp) != 0 ? request.Integrity : Algorithms.None;
            return request;
        }

        private static Bench WithSession(int flags, out IpsecSession session)
        {
            Bench bench = Bench.Started();
            session = bench.AddSession(Policy(bench, flags), Request(flags));
            bench.Packets.Inner = Bench.TcpIn();
            return bench;
        }

        private static int[] In(int protocol, int sequence)
        {
            int[] info = Bench.EspIn(Bench.LocalSpi, sequence);
            info[PacketInfo.Protocol] = protocol;
            return info;
        }

        // protocols of the SA, protocol on the outside of the packet
        [TestMethod]
        [DataRow(Esp, ProtocolEsp, 0)]
        [DataRow(Esp, ProtocolAh, Status.XE_EXPECTED_ESP_PROTO)]
        [DataRow(Ah, ProtocolAh, 0)]
        [DataRow(Ah, ProtocolEsp, Status.XE_EXPECTED_AH_PROTO)]
        [DataRow(Ah, 17, Status.XE_EXPECTED_AH_PROTO)]
        [DataRow(Both, ProtocolAh, 0)]
        [DataRow(Both, ProtocolEsp, Status.XE_EXPECTED_AH_PROTO)]
        [DataRow(Both, 17, Status.XE_EXPECTED_AH_PROTO)]
        public void APacketOfAnotherProtocolThanItsSaIsDroppedUnopened(int flags, int protocol, int expected)
        {
            Bench bench = WithSession(flags, out IpsecSession session);
            bench.Inbound.Handle(In(protocol, 1));
            Assert.AreEqual(expected == 0 ? 1 : 0, bench.Packets.Opens);
            Assert.AreEqual(expected == 0 ? 1 : 0, bench.Packets.Delivered);
            Assert.AreEqual(1, bench.Tally.Xe[expected]);
            Assert.AreEqual(expected == 0 ? 1L : 0L, session.Inbound.Packets);
        }

        // What the native side says of a packet, and whether its number is used up: only a verified packet's is.
        [TestMethod]
        [DataRow(Both, Status.XE_AH_DIGEST_MISMATCH, false)]
        [DataRow(Both, Status.XE_BAD_AH_SPI, false)]
        [DataRow(Both, Status.XE_NO_DATA, false)]
        [DataRow(Both, Status.XE_ESP_DIGEST_MISMATCH, true)]
        [DataRow(Both, Status.XE_EXPECTED_ESP_PROTO, true)]
        [DataRow(Both, Status.XE_BAD_ESP_SPI, true)]
        [DataRow(Both, Status.XE_BAD_PAD_DATA, true)]
        [DataRow(Ah, Status.XE_UNKNOWN_IP_PROTOCOL, true)]
        [DataRow(Ah, Status.XE_INBOUND_POLICY_FAILURE, true)]
        [DataRow(Ah, Status.XE_AH_DIGEST_MISMATCH, false)]
        [DataRow(Esp, Status.XE_ESP_DIGEST_MISMATCH, false)]
        [DataRow(Esp, Status.XE_BAD_ESP_SPI, false)]
        public void ANumberIsUsedUpOnceAnIcvHeld(int flags, int status, bool used)
        {
            Bench bench = WithSession(flags | PolicyFlags.SP_CHECK_REPLAY, out IpsecSession session);
            bench.Packets.OpenResult = -status;
            bench.Packets.OpenVerified = used;
            bench.Inbound.Handle(In((flags & Ah) != 0 ? ProtocolAh : ProtocolEsp, 5));
            bench.AssertDropped(status, "refused");
            Assert.AreEqual(!used, session.Inbound.Window.Test(5));
            bool digest = status == Status.XE_AH_DIGEST_MISMATCH || status == Status.XE_ESP_DIGEST_MISMATCH;
            Assert.AreEqual(digest ? 1 : 0, session.Inbound.Unverified);
        }

        [TestMethod]
        [DataRow(ProtocolAh)]
        [DataRow(ProtocolEsp)]
        public void ProtectionWithinAhIsDropped(int inner)
        {
            Bench bench = WithSession(Ah, out IpsecSession session);
            bench.Packets.Inner[PacketInfo.Protocol] = inner;
            bench.Inbound.Handle(In(ProtocolAh, 1));
            bench.AssertDropped(Status.XE_INBOUND_POLICY_FAILURE, "nested");
            Assert.AreEqual(1, session.Inbound.Refused);
        }

        [TestMethod]
        public void TheSelectorsAreCheckedBehindAh()
        {
            Bench bench = WithSession(Ah, out IpsecSession session);
            bench.Packets.Inner[PacketInfo.Protocol] = 17;
            bench.Inbound.Handle(In(ProtocolAh, 1));
            bench.AssertDropped(Status.XE_INBOUND_POLICY_FAILURE, "another protocol than the policy's");
        }

        // What a weaker policy's SA has, what the stronger one for part of the traffic wants (RFC 4301 5.2).
        [TestMethod]
        [DataRow(Esp, Both, false)]
        [DataRow(Ah, Both, false)]
        [DataRow(Ah, Esp, false)]
        [DataRow(Esp, Esp, true)]
        [DataRow(Both, Esp, true)]
        [DataRow(Both, Ah, true)]
        public void AnSaThatLacksAProtocolOfTheFirstPolicyIsNotEnough(int weaker, int stronger, bool enough)
        {
            Bench bench = WithSession(weaker, out IpsecSession session);
            Assert.IsFalse(session.Policy.Shadowed);
            SecurityPolicy first = bench.AddPolicy(PolicyAction.IPSEC_POLICY_SECURE_TRANSPORT, "10.0.0.77", "10.0.0.0/24", Bench.Tcp, 3, stronger);
            Assert.AreEqual(!enough, session.Policy.Shadowed);
            bench.Inbound.Handle(In((weaker & Ah) != 0 ? ProtocolAh : ProtocolEsp, 1));
            if (enough)
            {
                Assert.AreEqual(1, bench.Packets.Delivered);
                return;
            }
            bench.AssertDropped(Status.XE_INBOUND_UNEXPECTED_SECURED_PACKET, "too little");
            Assert.AreEqual(Status.XE_OK, bench.Databases.RemovePolicy(first));
            Assert.IsFalse(session.Policy.Shadowed);
        }

        // policy, request -> code
        [TestMethod]
        [DataRow(Esp, Both, Status.XE_BAD_PARAM)]
        [DataRow(Both, Esp, Status.XE_BAD_PARAM)]
        [DataRow(Both, Ah, Status.XE_BAD_PARAM)]
        [DataRow(Ah, Esp, Status.XE_BAD_PARAM)]
        [DataRow(Ah, Ah, Status.XE_OK)]
        [DataRow(Both, Both, Status.XE_OK)]
        public void AnSaHasTheProtocolsOfItsPolicy(int policy, int request, int expected)
        {
            Bench bench = Bench.Started();
            bench.Databases.AddSession(Policy(bench, policy), Request(request), out int status);
            Assert.AreEqual(expected, status);
            Assert.AreEqual(expected == 0 ? 1 : 0, bench.Sad.Count);
        }

        [TestMethod]
        [DataRow(Ah, 255, 0x2001, 0, 0, Status.XE_BAD_AH_SPI)]
        [DataRow(Ah, 0x1001, 255, 0, 0, Status.XE_BAD_AH_SPI)]
        [DataRow(Both, 255, 0x2001, 0, 0, Status.XE_BAD_ESP_SPI)]
        [DataRow(Both, 0x1001, 0x2001, 255, 0, Status.XE_BAD_AH_SPI)]
        [DataRow(Esp, 0x1001, 0x2001, 0x3001, 0, Status.XE_BAD_AH_SPI)]
        [DataRow(Ah, 0x1001, 0x2001, 0, 4500, Status.XE_BAD_PORT_NUMBER)]
        [DataRow(Both, 0x1001, 0x2001, 0, 4500, Status.XE_BAD_PORT_NUMBER)]
        public void WhatAhCannotBeIsRefused(int flags, int inbound, int outbound, int outboundAh, int port, int expected)
        {
            Bench bench = Bench.Started();
            SaRequest request = Request(flags);
            request.InboundSpi = inbound;
            request.OutboundSpi = outbound;
            request.OutboundAhSpi = outboundAh;
            request.EncapLocal = request.EncapRemote = port;
            Assert.IsNull(bench.Databases.AddSession(Policy(bench, flags), request, out int status));
            Assert.AreEqual(expected, status);
        }

        // flags; Esp and Ah bits, MACs and SPIs of the outbound transform
        [TestMethod]
        [DataRow(Ah, 0, TransformConfig.Ah, 0, 3, 0x2001)]
        [DataRow(Both, 0x3001, TransformConfig.Ah | TransformConfig.Esp, 3, 3, 0x3001)]
        [DataRow(Esp, 0, TransformConfig.Esp, 3, 0, 0)]
        public void TheTransformIsMadeForTheProtocols(int flags, int outboundAhSpi, int protocols, int espMac, int ahMac, int ahSpi)
        {
            Bench bench = Bench.Started();
            SaRequest request = Request(flags);
            request.OutboundAhSpi = outboundAhSpi;
            bench.AddSession(Policy(bench, flags), request);
            int[] config = bench.Packets.LastConfig;
            Assert.AreEqual(protocols, config[TransformConfig.Flags] & (TransformConfig.Ah | TransformConfig.Esp));
            Assert.AreEqual(espMac, config[TransformConfig.EspMac]);
            Assert.AreEqual(ahMac, config[TransformConfig.AhMac]);
            Assert.AreEqual(ahMac == 0 ? 0 : 16, config[TransformConfig.AhIcv]);
            Assert.AreEqual(0x2001, config[TransformConfig.Spi]);
            Assert.AreEqual(ahSpi, config[TransformConfig.AhSpi]);
        }

        // ESP in, ESP out, AH in, AH out -> code, and what the sentence names
        [TestMethod]
        [DataRow(Ah, 0, 0, 0x1001, 0x2001, Status.XE_OK, "")]
        [DataRow(Ah, 0x1001, 0x2001, 0, 0, Status.XE_BAD_ESP_SPI, "ESP SPI '00001001': the policy is not for ESP")]
        [DataRow(Ah, 0, 0, 0x1001, 0, Status.XE_BAD_AH_SPI, "AH SPI '00000000'")]
        [DataRow(Ah, 0, 0, 255, 0x2001, Status.XE_BAD_AH_SPI, "AH SPI '000000ff'")]
        [DataRow(Esp, 0x1001, 0x2001, 0x1001, 0, Status.XE_BAD_AH_SPI, "the policy is not for AH")]
        [DataRow(Both, 0x1001, 0x2001, 0x1001, 0x3001, Status.XE_OK, "")]
        [DataRow(Both, 0x1001, 0x2001, 0x1002, 0x3001, Status.XE_BAD_AH_SPI, "expected that of ESP, '00001001'")]
        [DataRow(Both, 0x1001, 0x2001, 0, 0, Status.XE_BAD_AH_SPI, "AH SPI '00000000'")]
        [DataRow(Both, 0, 0, 0x1001, 0x2001, Status.XE_BAD_ESP_SPI, "ESP SPI '00000000'")]
        public void ManualSpisAreThoseOfThePolicysProtocols(int flags, int espIn, int espOut, int ahIn, int ahOut, int expected, string named)
        {
            Bench bench = Bench.Started();
            int handles = CryptoNative.HandleCount();
            bool esp = (flags & Esp) != 0;
            byte[] cipher = esp ? new byte[16] : null;
            int status = bench.Admin.IPSecAdminAddManualSA2(PolicyAction.IPSEC_POLICY_SECURE_TRANSPORT, 6, "10.0.0.77", "10.0.0.78", "10.0.0.78", flags, 4,
                esp ? AesCbc : 0, esp ? 16 : 0, cipher, cipher, Sha256, 32, new byte[32], new byte[32], espIn, espOut, ahIn, ahOut, out int spid);
            Assert.AreEqual(expected, status, bench.Admin.LastError);
            Assert.AreEqual(expected == 0 ? 1 : 0, bench.Admin.PolicyCount);
            Assert.AreEqual(expected == 0 ? 1 : 0, bench.Admin.SessionCount);
            if (expected != 0)
            {
                Assert.Contains(named, bench.Admin.LastError);
                Assert.AreEqual(handles, CryptoNative.HandleCount(), "no key is left behind");
            }
            bench.Admin.IPSecAdminFlushAll();
        }

        [TestMethod]
        public void AhAloneTakesNoEncryptionAndNeedsAuthentication()
        {
            Bench bench = Bench.Started();
            int spid = Policy(bench, Ah).Spid;
            byte[] k16 = new byte[16];
            byte[] k32 = new byte[32];
            Assert.AreEqual(Status.XE_BAD_PARAM, bench.Admin.IPSecMgmtAddSA(spid, AesCbc, 16, k16, k16, Sha256, 32, k32, k32, 0, 0, 0x1001, 0x2001));
            Assert.Contains("AH alone, which does not encrypt", bench.Admin.LastError);
            Assert.AreEqual(Status.XE_BAD_PARAM, bench.Admin.IPSecMgmtAddSA(spid, 0, 0, k16, null, Sha256, 32, k32, k32, 0, 0, 0x1001, 0x2001));
            Assert.Contains("incoming encryption key of 16 bytes: expected 0", bench.Admin.LastError);
            Assert.AreEqual(Status.XE_UNKNOWN_ALGORITHM, bench.Admin.IPSecMgmtAddSA(spid, 0, 0, null, null, 0, 0, null, null, 0, 0, 0x1001, 0x2001));
            Assert.Contains("AH without an authentication algorithm", bench.Admin.LastError);
            Assert.AreEqual(0, bench.Admin.SessionCount);
        }

        // GMAC counts, and a count that begins again after a restart gives its key away (RFC 8221 section 3; THREATS 41). Policy, IANA's
        // number of the algorithm, bytes of its key.
        [TestMethod]
        [DataRow(Ah, 9, 16)]
        [DataRow(Ah, 10, 24)]
        [DataRow(Ah, 11, 32)]
        [DataRow(Both, 9, 16)]
        public void Threat41_GmacIsNotKeyedByHand(int flags, int number, int bytes)
        {
            Bench bench = Bench.Started();
            int handles = CryptoNative.HandleCount();
            bool esp = flags == Both;
            byte[] cipher = esp ? new byte[16] : null, key = new byte[bytes];
            int status = bench.Admin.IPSecAdminAddManualSA2(PolicyAction.IPSEC_POLICY_SECURE_TRANSPORT, 6, "10.0.0.77", "10.0.0.78", "10.0.0.78", flags, 4,
                esp ? AesCbc : 0, esp ? 16 : 0, cipher, cipher, number, bytes, key, key, esp ? 0x1001 : 0, esp ? 0x2001 : 0, 0x1001, 0x2001, out int spid);
            Assert.AreEqual(Status.XE_UNKNOWN_ALGORITHM, status, bench.Admin.LastError);
            Assert.Contains("GMAC': counter-mode algorithms cannot be keyed by hand", bench.Admin.LastError);
            Assert.AreEqual(0, bench.Admin.SessionCount);
            Assert.AreEqual(0, bench.Admin.PolicyCount);
            Assert.AreEqual(handles, CryptoNative.HandleCount());
        }

        [TestMethod]
        public void TheViewShowsBothProtocols()
        {
            Bench bench = Bench.Started();
            SaRequest request = Request(Both);
            request.OutboundAhSpi = 0x3001;
            bench.AddSession(Policy(bench, Both), request);
            SessionView view = new SessionView();
            Assert.IsTrue(bench.Admin.GetSession(0, view));
            Assert.AreEqual(Algorithms.Aes128Cbc, view.Encryption);
            Assert.AreEqual(Algorithms.HmacSha256, view.AhIntegrity);
            Assert.AreEqual(32, view.AhKeyBytes);
            Assert.AreEqual(16, view.AhIcvBytes);
            Assert.AreEqual(0x2001, view.OutboundSpi);
            Assert.AreEqual(0x3001, view.OutboundAhSpi);
        }

        // ---- the message interface ----

        private static int Send(Bench bench, int type, byte[] data, byte[] reply)
        {
            byte[] request = new byte[MessageHeader.Size + data.Length];
            MessageHeader.Write(request, type, MessageHeader.Ike, MessageHeader.Ipsec, 7, data.Length, 0);
            System.Array.Copy(data, 0, request, MessageHeader.Size, data.Length);
            Assert.IsTrue(bench.Messages.Send(request, request.Length, reply, null) >= MessageHeader.Size);
            return MessageHeader.Read16(reply, MessageHeader.Status);
        }

        // Protocol asked for: ANY 0, AH 2, ESP 3
        [TestMethod]
        [DataRow(Esp, 0, true, false)]
        [DataRow(Esp, 3, true, false)]
        [DataRow(Esp, 2, false, false)]
        [DataRow(Ah, 0, false, true)]
        [DataRow(Ah, 2, false, true)]
        [DataRow(Ah, 3, false, false)]
        [DataRow(Both, 0, true, true)]
        [DataRow(Both, 2, false, true)]
        [DataRow(Both, 3, true, false)]
        [DataRow(Both, 1, false, false)]
        public void AnSpiIsGotForAhEspOrBoth(int flags, int protocol, bool esp, bool ah)
        {
            Bench bench = Bench.Started();
            byte[] data = new byte[8];
            byte[] reply = new byte[Limits.MaxMessage];
            BigEndian.Write32(data, 0, Policy(bench, flags).Spid);
            data[4] = (byte)protocol;
            int status = Send(bench, MessageType.GET_SPI, data, reply);
            Assert.AreEqual(esp || ah ? Status.XE_OK : Status.XE_BAD_PARAM, status);
            int espSpi = BigEndian.Read32(reply, MessageHeader.Size);
            int ahSpi = BigEndian.Read32(reply, MessageHeader.Size + 4);
            if (status == Status.XE_OK)
            {
                Assert.AreEqual(8, MessageHeader.Read16(reply, MessageHeader.Length));
                Assert.AreEqual(esp, espSpi != 0);
                Assert.AreEqual(ah, ahSpi != 0);
                Assert.IsTrue(!esp || !ah || espSpi == ahSpi, "one SPI for both");
            }
        }

        private static byte[] DeleteData(int protocol, int size, int count, int first, int second)
        {
            byte[] data = new byte[second == 0 ? 8 : 12];
            data[0] = (byte)protocol;
            data[1] = (byte)size;
            BigEndian.Write16(data, 2, count);
            BigEndian.Write32(data, 4, first);
            if (second != 0)
            {
                BigEndian.Write32(data, 8, second);
            }
            return data;
        }

        // protocols of the session, protocol of the message, SPI size, count, second SPI
        [TestMethod]
        [DataRow(Both, 0, 4, 1, 0, Status.XE_OK)]
        [DataRow(Both, 2, 4, 1, 0, Status.XE_BAD_PARAM)]
        [DataRow(Both, 3, 4, 1, 0, Status.XE_BAD_PARAM)]
        [DataRow(Ah, 2, 4, 1, 0, Status.XE_OK)]
        [DataRow(Ah, 0, 4, 1, 0, Status.XE_OK)]
        [DataRow(Ah, 3, 4, 1, 0, Status.XE_SA_NOT_FOUND)]
        [DataRow(Esp, 3, 4, 1, 0, Status.XE_OK)]
        [DataRow(Esp, 2, 4, 1, 0, Status.XE_SA_NOT_FOUND)]
        [DataRow(Esp, 3, 8, 1, 0, Status.XE_BAD_PARAM)]
        [DataRow(Esp, 3, 4, 2, 0, Status.XE_BAD_PARAM)]
        [DataRow(Esp, 3, 4, 0, 0, Status.XE_BAD_PARAM)]
        [DataRow(Esp, 3, 4, 2, 0x7777, Status.XE_SA_NOT_FOUND)]
        public void SpisAreDeletedUnderTheirProtocolAllOrNone(int flags, int protocol, int size, int count, int second, int expected)
        {
            Bench bench = WithSession(flags, out IpsecSession session);
            byte[] reply = new byte[Limits.MaxMessage];
            Assert.AreEqual(expected, Send(bench, MessageType.DELETE_SPIs, DeleteData(protocol, size, count, Bench.LocalSpi, second), reply));
            Assert.AreEqual(expected == Status.XE_OK ? 0 : 1, bench.Sad.Count);
        }

        [TestMethod]
        public void SeveralSpisGoWithOneMessage()
        {
            Bench bench = WithSession(Ah, out IpsecSession session);
            SaRequest request = Request(Ah);
            request.InboundSpi = 0x1005;
            bench.AddSession(bench.AddPolicy(PolicyAction.IPSEC_POLICY_SECURE_TRANSPORT, "10.0.0.77", "10.0.0.78", 17, 4, Ah), request);
            byte[] reply = new byte[Limits.MaxMessage];
            Assert.AreEqual(Status.XE_OK, Send(bench, MessageType.DELETE_SPIs, DeleteData(2, 4, 2, Bench.LocalSpi, 0x1005), reply));
            Assert.AreEqual(0, bench.Sad.Count);
        }

        private static byte[] SaData(int spid, int encryption, int integrity, int ahIntegrity, int outboundAhSpi)
        {
            byte[] data = new byte[112];
            BigEndian.Write32(data, 0, spid);
            BigEndian.Write16(data, 4, encryption);
            BigEndian.Write16(data, 6, encryption == 0 ? 0 : 16);
            BigEndian.Write16(data, 8, integrity);
            BigEndian.Write16(data, 10, integrity == 0 ? 0 : 32);
            BigEndian.Write32(data, 12, 0x1001);
            BigEndian.Write32(data, 16, 0x2001);
            BigEndian.Write16(data, 60, ahIntegrity);
            BigEndian.Write16(data, 62, ahIntegrity == 0 ? 0 : 32);
            BigEndian.Write32(data, 64, outboundAhSpi);
            return data;
        }

        // policy; numbers of encryption, integrity, AH integrity; outbound AH SPI -> code
        [TestMethod]
        [DataRow(Ah, 0, 0, 12, 0, Status.XE_OK)]
        [DataRow(Ah, 0, 0, 0, 0, Status.XE_UNKNOWN_ALGORITHM)]
        [DataRow(Ah, 0, 0, 99, 0, Status.XE_UNKNOWN_ALGORITHM)]
        [DataRow(Ah, 12, 0, 12, 0, Status.XE_UNKNOWN_ALGORITHM)]
        [DataRow(Ah, 0, 12, 12, 0, Status.XE_UNKNOWN_ALGORITHM)]
        [DataRow(Both, 12, 12, 12, 0x3001, Status.XE_OK)]
        [DataRow(Both, 20, 0, 12, 0, Status.XE_OK)]
        [DataRow(Both, 12, 12, 0, 0, Status.XE_UNKNOWN_ALGORITHM)]
        [DataRow(Both, 0, 0, 12, 0, Status.XE_UNKNOWN_ALGORITHM)]
        [DataRow(Both, 12, 0, 12, 0, Status.XE_UNKNOWN_ALGORITHM)]
        [DataRow(Both, 12, 12, 12, 255, Status.XE_BAD_AH_SPI)]
        [DataRow(Esp, 12, 12, 12, 0, Status.XE_UNKNOWN_ALGORITHM)]
        [DataRow(Esp, 12, 12, 0, 0x3001, Status.XE_BAD_AH_SPI)]
        public void AnSaOfADaemonNamesTheAlgorithmsOfItsProtocols(int flags, int encryption, int integrity, int ahIntegrity, int outboundAhSpi, int expected)
        {
            Bench bench = Bench.Started();
            byte[] reply = new byte[Limits.MaxMessage];
            byte[] data = SaData(Policy(bench, flags).Spid, encryption, integrity, ahIntegrity, outboundAhSpi);
            Assert.AreEqual(expected, Send(bench, MessageType.ADD_SA, data, reply));
            Assert.AreEqual(expected == Status.XE_OK ? 1 : 0, bench.Sad.Count);
            if (expected != Status.XE_OK)
            {
                return;
            }
            int at = MessageHeader.Size;
            Assert.AreEqual(encryption, BigEndian.Read16(reply, at + 4));
            Assert.AreEqual(integrity, BigEndian.Read16(reply, at + 8));
            Assert.AreEqual(12, BigEndian.Read16(reply, at + 60));
            Assert.AreEqual(32, BigEndian.Read16(reply, at + 62));
            Assert.AreEqual(outboundAhSpi != 0 ? outboundAhSpi : 0x2001, BigEndian.Read32(reply, at + 64));
            Assert.AreEqual(0, BigEndian.Read32(reply, at + 68), "keys never come back");
        }
    }
}
