using nanoFramework.TestFramework;
using NfIpsec.Base;
using NfIpsec.Base.Crypto;
using NfIpsec.Base.Ports;
using NfIpsec.Ipsec;
using NfIpsec.Ipsec.Management;
using NfIpsec.Ipsec.Policy;
using NfIpsec.Ipsec.Sa;
using NfIpsec.Native;
using static NfIpsec.Tests.IpsecRoom.Sides;

namespace NfIpsec.Tests.IpsecRoom
{
    /// <summary>All 33 XE_ codes by number: each is provoked where its text says, and its counter moves. A code without a case fails.</summary>
    [TestClass]
    public class StatusCodeTests
    {
        private const int Tunnel = PolicyAction.IPSEC_POLICY_SECURE_TUNNEL, Transport = PolicyAction.IPSEC_POLICY_SECURE_TRANSPORT;
        private const int AesCbc = 12, Sha256 = 12, Esp = PolicyFlags.SP_PROTO_ESP;

        private sealed class Nobody : PacketDone
        {
            public override void EncapsulateDone(Request request)
            {
            }

            public override void DecapsulateDone(Request request)
            {
            }
        }

        [Setup]
        public void Start()
        {
            Assert.IsTrue(CryptoNative.Start() >= 0, "CryptoNative.Start");
            Assert.IsTrue(PacketNative.Start() >= 0, "PacketNative.Start");
        }

        [TestMethod]
        public void EachIsProvokedAndCounted()
        {
            for (int code = 1; code < Status.Count; code++)
            {
                int native = Native(code);
                int managed = Provoke(code);
                Assert.IsTrue(managed > 0 || Native(code) > native, "code " + code.ToString() + " is not counted");
            }
        }

        private static int Native(int code)
        {
            int[] counters = new int[PacketCounters.Words];
            PacketNative.Counters(counters);
            return counters[code];
        }

        // Makes it happen; what the managed counter of the code says then.
        private static int Provoke(int code)
        {
            switch (code)
            {
                case Status.XE_AH_DIGEST_MISMATCH:
                case Status.XE_EXPECTED_AH_PROTO:
                    return OfAh(code);
                case Status.XE_BAD_PAD_DATA:
                case Status.XE_ESP_DIGEST_MISMATCH:
                case Status.XE_UNKNOWN_IP_PROTOCOL:
                    return OfEsp(code);
                case Status.XE_BAD_ADDR_RANGE:
                    return OfPolicy(code, "10.0.0.9-10.0.0.1", 4);
                case Status.XE_BAD_ID_TYPE:
                    return OfPolicy(code, "nowhere", 4);
                case Status.XE_BAD_PORT_NUMBER:
                    return OfPolicy(code, "10.0.0.1,65536", 4);
                case Status.XE_BAD_PARAM:
                    return OfPolicy(code, "10.0.0.1", 8);
                case Status.XE_EXIST:
                    return OfPolicy(code, "10.0.0.2", 4);
                case Status.XE_OUT_OF_POLICIES:
                case Status.XE_OUT_OF_SESSIONS:
                    return OfDatabase(code);
                case Status.XE_BAD_AH_SPI:
                case Status.XE_BAD_ESP_SPI:
                case Status.XE_BAD_SEQUENCE_NUMBER:
                case Status.XE_EXPECTED_ESP_PROTO:
                case Status.XE_INBOUND_POLICY_FAILURE:
                case Status.XE_INBOUND_UNEXPECTED_SECURED_PACKET:
                case Status.XE_SA_NOT_FOUND:
                    return OfInbound(code);
                case Status.XE_BAD_SESS_ERR:
                case Status.XE_KEYNEG_INPROGRESS:
                case Status.XE_NO_DATA:
                case Status.XE_POLICY_NOT_FOUND:
                case Status.XE_SESS_UNAVL_FOR_DUMMY_TX:
                case Status.XE_MTU_EXCEEDED:
                    return OfOutbound(code);
                case Status.XE_INBOUND_EXPECTED_SECURE_PACKET:
                case Status.XE_OUT_OF_REQS:
                    return OfPacketApi(code);
                case Status.XE_NOMEM:
                case Status.XE_UNKNOWN_ALGORITHM:
                    return OfKeys(code);
                case Status.XE_DST_OUT_OF_DATA:
                case Status.XE_DST_OUT_OF_SPACE:
                case Status.XE_SRC_OUT_OF_DATA:
                case Status.XE_OUT_OF_PACKETS:
                    return OfPool(code);
                default:
                    Assert.IsTrue(false, "code " + code.ToString() + " has no case");
                    return 0;
            }
        }

        // ---- through the management API ----

        private static int OfPolicy(int code, string source, int priority)
        {
            Bench bench = Bench.Started();
            bench.Admin.IPSecAdminAddDropPolicy("10.0.0.2", "any", 0, 4);
            Assert.AreEqual(code, bench.Admin.IPSecAdminAddDropPolicy(source, "any", 0, priority));
            return bench.Tally.Xe[code];
        }

        // Sessions run out one policy earlier than policies: one has two.
        private static int OfDatabase(int code)
        {
            Bench bench = Bench.Started();
#if IKE_DEBUG
            bench.Admin.KeepKeys = false;
#endif
            SecurityPolicy two = bench.SecureTcp(0);
            SaRequest next = Bench.Request();
            next.InboundSpi = 0x70000001;
            bench.AddSession(two);
            bench.AddSession(two, next);
            int status = Status.XE_OK;
            for (int i = 0; i < Limits.MaxPolicies && status == Status.XE_OK; i++)
            {
                string destination = "10." + (i >> 8).ToString() + "." + (i & 255).ToString() + ".1";
                status = code == Status.XE_OUT_OF_POLICIES ? bench.Admin.IPSecAdminAddDropPolicy("any", destination, 0, 4)
                    : bench.Admin.IPSecAdminAddManualSA2(Transport, 0, "any", destination, "10.0.0.78", Esp, 4, AesCbc, 16, new byte[16], new byte[16], Sha256, 32,
                        new byte[32], new byte[32], 0x60000000 + i, 0x2001, 0, 0, out int spid);
            }
            Assert.AreEqual(code, status);
            return bench.Tally.Xe[code];
        }

        private static int OfKeys(int code)
        {
            Bench bench = Bench.Started();
            int most = Limits.MaxSessions * 16;
            Secret[] hoard = new Secret[code == Status.XE_NOMEM ? most : 0];
            int count = 0;
            int status = Status.XE_OK;
            while (count < hoard.Length && status == Status.XE_OK)
            {
                hoard[count++] = Secret.FromRandom(16, out status);
            }
            status = bench.Admin.IPSecAdminAddManualSA2(Transport, 0, "any", "any", "10.0.0.78", Esp, 4, code == Status.XE_NOMEM ? AesCbc : 250, 16,
                new byte[16], new byte[16], Sha256, 32, new byte[32], new byte[32], 0x1001, 0x2001, 0, 0, out int spid);
            for (int i = 0; i < count; i++)
            {
                if (hoard[i] != null)
                {
                    hoard[i].Dispose();
                }
            }
            Assert.AreEqual(code, status, bench.Admin.LastError);
            return bench.Tally.Xe[code];
        }

        // ---- on the way of a packet ----

        private static int OfInbound(int code)
        {
            Bench bench = Bench.Started();
            bench.Packets.Inner = Bench.TcpIn();
            if (code == Status.XE_INBOUND_UNEXPECTED_SECURED_PACKET)
            {
                bench.AddPolicy(PolicyAction.IPSEC_POLICY_DROP, "10.0.0.77", "10.0.0.78", Bench.Tcp, 1, 0);
            }
            bench.AddSession(bench.SecureTcp(PolicyFlags.SP_CHECK_REPLAY));
            bool reserved = code == Status.XE_BAD_AH_SPI || code == Status.XE_BAD_ESP_SPI;
            int[] info = Bench.EspIn(reserved ? 255 : code == Status.XE_SA_NOT_FOUND ? 0x7001 : Bench.LocalSpi, 1);
            info[PacketInfo.Protocol] = code == Status.XE_BAD_AH_SPI || code == Status.XE_EXPECTED_ESP_PROTO ? 51 : 50;
            if (code == Status.XE_INBOUND_POLICY_FAILURE)
            {
                bench.Packets.Inner[PacketInfo.Protocol] = Bench.Udp;
            }
            if (code == Status.XE_BAD_SEQUENCE_NUMBER)
            {
                bench.Inbound.Handle((int[])info.Clone());
            }
            bench.Inbound.Handle(info);
            return bench.Tally.Xe[code];
        }

        private static int OfOutbound(int code)
        {
            Bench bench = Bench.Started();
            bench.Events.Open = true;
            if (code == Status.XE_SESS_UNAVL_FOR_DUMMY_TX)
            {
                bench.AddSession(bench.SecureTcp(PolicyFlags.SP_TX_DUMMY_PKT));
                return bench.Tally.Xe[code];
            }
            SecurityPolicy policy = code == Status.XE_POLICY_NOT_FOUND ? null : bench.SecureTcp(code == Status.XE_NO_DATA ? PolicyFlags.SP_CLONE_SPORT : 0);
            int[] info = bench.TcpOut(policy);
            if (code == Status.XE_NO_DATA)
            {
                info[PacketInfo.SourcePort] = -1;          // a later fragment
            }
            if (code == Status.XE_BAD_SESS_ERR)
            {
                SaRequest request = Bench.Request();
                request.LifePackets = 1;
                bench.AddSession(policy, request);
            }
            if (code == Status.XE_MTU_EXCEEDED)
            {
                // Only the stack knows a way's MTU: tests/native/test_packet_fragment.c makes it say so.
                bench.AddSession(policy);
                bench.Packets.PutResult = -code;
            }
            // Of one policy so many packets wait; the next one is dropped under the same code.
            for (int i = 0; i <= Limits.MaxHeldPerPolicy; i++)
            {
                bench.Outbound.Handle((int[])info.Clone());
            }
            return bench.Tally.Xe[code];
        }

        private static int OfPacketApi(int code)
        {
            Bench bench = Bench.Started();
            bench.SecureTcp(0);
            bench.Packets.SetDescription(4, Bench.TcpIn());
            Packet packet = new Packet(bench.Packets, 4);
            if (code == Status.XE_INBOUND_EXPECTED_SECURE_PACKET)
            {
                Assert.AreEqual(code, bench.Api.PacketDecapsulateSync(ref packet, 1, out int policy));
                return bench.Tally.Xe[code];
            }
            bench.Api.Done = new Nobody();
            for (int i = 0; i < Limits.MaxRequests; i++)
            {
                Assert.AreEqual(Status.XE_OK, bench.Api.PacketDecapsulate(packet, 1, null));
            }
            Assert.AreEqual(code, bench.Api.PacketDecapsulate(packet, 1, null));
            return bench.Tally.Xe[code];
        }

        // ---- what C alone finds ----

        // The two sides disagree: on the encryption key (padding), on a bit of the packet (ICV), on the mode (what is inside).
        private static int OfEsp(int code)
        {
            PoolPackets packets = new PoolPackets();
            int seen = 0;
            for (int i = 0; i < 40 && seen == 0; i++)
            {
                bool modes = code == Status.XE_UNKNOWN_IP_PROTOCOL;
                IpsecModule a = SideOf(packets, true, false, Transport, Esp | PolicyFlags.SP_CHECK_ESP_PAD, AesCbc, 16, Sha256, 32, 0);
                IpsecModule b = SideOf(packets, false, false, modes ? Tunnel : Transport, Esp | PolicyFlags.SP_CHECK_ESP_PAD, AesCbc, 16, Sha256, 32, code == Status.XE_BAD_PAD_DATA ? 1 : 0);
                byte[] wire = Seal(a, packets, Datagram(false, 64 + i), Transport);
                wire[wire.Length - 1] ^= (byte)(code == Status.XE_ESP_DIGEST_MISMATCH ? 1 : 0);
                Open(b, packets, wire);
                int[] counters = new int[PacketCounters.Words];
                b.Admin.ReadCounters(counters);
                seen = counters[code];
                a.Admin.IPSecAdminFlushAll();
                b.Admin.IPSecAdminFlushAll();
            }
            return seen;
        }

        // A changed bit under AH; ESP where AH is agreed upon.
        private static int OfAh(int code)
        {
            PoolPackets packets = new PoolPackets();
            bool other = code == Status.XE_EXPECTED_AH_PROTO;
            IpsecModule a = SideOf(packets, true, false, Transport, other ? Esp : PolicyFlags.SP_PROTO_AH, other ? AesCbc : 0, other ? 16 : 0, Sha256, 32, 0);
            IpsecModule b = SideOf(packets, false, false, Transport, PolicyFlags.SP_PROTO_AH, 0, 0, Sha256, 32, 0);
            byte[] wire = Seal(a, packets, Datagram(false, 64), Transport);
            wire[wire.Length - 1] ^= 1;
            Assert.AreEqual(code, Open(b, packets, wire));
            int[] counters = new int[PacketCounters.Words];
            b.Admin.ReadCounters(counters);
            a.Admin.IPSecAdminFlushAll();
            b.Admin.IPSecAdminFlushAll();
            return counters[code];
        }

        private static int OfPool(int code)
        {
            if (code == Status.XE_DST_OUT_OF_SPACE)
            {
                Assert.AreEqual(-code, PacketNative.BufferAlloc(1 << 20));
                return 0;
            }
            int[] slots = new int[1024];
            int count = 0;
            int result = 0;
            while (count < slots.Length && result >= 0 && (count == 0 || code == Status.XE_OUT_OF_PACKETS))
            {
                result = PacketNative.BufferAlloc(64);
                slots[count++] = result;
            }
            result = code == Status.XE_OUT_OF_PACKETS ? result : code == Status.XE_DST_OUT_OF_DATA
                ? PacketNative.BufferWrite(slots[0], 60, new byte[8], 0, 8) : PacketNative.BufferRead(slots[0], 60, new byte[8], 0, 8);
            for (int i = 0; i < count; i++)
            {
                if (slots[i] > 0)
                {
                    PacketNative.Put(slots[i], PacketPort.Release);
                }
            }
            Assert.AreEqual(-code, result);
            return 0;
        }
    }
}
