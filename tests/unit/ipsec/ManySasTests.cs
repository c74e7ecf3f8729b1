#if NF_HOST
using System;
using nanoFramework.TestFramework;
using NfIpsec.Base;
using NfIpsec.Base.Bytes;
using NfIpsec.Base.Crypto;
using NfIpsec.Base.Ports;
using NfIpsec.Ipsec;
using NfIpsec.Ipsec.Management;
using NfIpsec.Ipsec.Message;
using NfIpsec.Native;
using static NfIpsec.Tests.IpsecRoom.Sides;

namespace NfIpsec.Tests.IpsecRoom
{
    /// <summary>A board that runs for years: SAs come and go in every way, and memory stays what it was.</summary>
    [TestClass]
    public class ManySasTests
    {
        private const int Rounds = 10000, Warm = 1000, SaSize = 112;

        // The runner's own objects come and go; the smallest object that every SA left behind would be 24 bytes each.
        private const int Slack = (Rounds - Warm) * 20;

        private const int AesCbc = 12, Sha256 = 12;

        [Setup]
        public void Start()
        {
            Assert.IsTrue(CryptoNative.Start() >= 0, "CryptoNative.Start");
            Assert.IsTrue(PacketNative.Start() >= 0, "PacketNative.Start");
        }

        [TestMethod]
        public void TenThousandSasLeaveNothingBehind()
        {
            StillClock clock = new StillClock();
            PoolPackets packets = new PoolPackets();
            IpsecModule module = new IpsecModule(packets, clock, new CountingRandom());
            module.Admin.IPSecInit();
#if IKE_DEBUG
            module.Admin.KeepKeys = false;
#endif
            int spid = 0;
            Assert.AreEqual(Status.XE_OK, module.Admin.IPSecAdminAddPolicy(PolicyAction.IPSEC_POLICY_SECURE_TUNNEL, 17, "10.0.0.77", "10.0.0.78", "10.0.0.78",
                PolicyFlags.SP_PROTO_ESP | PolicyFlags.SP_CHECK_REPLAY | PolicyFlags.SP_TX_DUMMY_PKT, 4, ref spid));
            byte[] clear = Datagram(false, 100);
            long memory = 0;
            int handles = 0;
            int free = 0;
            for (int i = 0; i < Rounds; i++)
            {
                if (i == Warm)
                {
                    memory = GC.GetTotalMemory(true);
                    handles = CryptoNative.HandleCount();
                    free = PacketNative.BufferFreeCount();
                }
                Add(module, spid, 0x10000000 + i);
                Seal(module, packets, clear, PolicyAction.IPSEC_POLICY_SECURE_TUNNEL);
                End(module, clock, spid, 0x10000000 + i, i % 4);
            }
            End(module, clock, spid, 0, 2);
            Assert.AreEqual(0, module.Admin.SessionCount);
            End(module, clock, spid, 0, 1);
            Assert.IsTrue(CryptoNative.HandleCount() <= handles, "native handles: " + CryptoNative.HandleCount().ToString() + ", before " + handles.ToString());
            Assert.AreEqual(free, PacketNative.BufferFreeCount());
            long grown = GC.GetTotalMemory(true) - memory;
            Assert.IsTrue(grown < Slack, "grown by " + grown.ToString() + " bytes");
        }

        // Expired, deleted by its SPI, deleted with its policy's, or displaced by what comes later.
        private static void End(IpsecModule module, StillClock clock, int spid, int spi, int way)
        {
            if (way == 0)
            {
                clock.Time += 2000;
                while (module.NextDue <= clock.Time)
                {
                    module.Poll(clock.Time);
                }
            }
            else if (way == 1)
            {
                byte[] data = new byte[8];
                data[1] = 4;
                BigEndian.Write16(data, 2, 1);
                BigEndian.Write32(data, 4, spi);
                Send(module, MessageType.DELETE_SPIs, data);
            }
            else if (way == 2)
            {
                module.Admin.IPSecAdminDeleteSA(spid);
            }
        }

        private static void Add(IpsecModule module, int spid, int spi)
        {
            Secret[] keys = new Secret[4];
            byte[] data = new byte[SaSize];
            BigEndian.Write32(data, 0, spid);
            BigEndian.Write16(data, 4, AesCbc);
            BigEndian.Write16(data, 6, 16);
            BigEndian.Write16(data, 8, Sha256);
            BigEndian.Write16(data, 10, 32);
            BigEndian.Write32(data, 12, spi);
            BigEndian.Write32(data, 16, 0x2001);
            BigEndian.Write32(data, 20, 1);
            for (int i = 0; i < 4; i++)
            {
                keys[i] = Secret.FromRandom(i < 2 ? 16 : 32, out int made);
                BigEndian.Write32(data, 44 + 4 * i, keys[i].Handle);
            }
            int status = Send(module, MessageType.ADD_SA, data);
            for (int i = 0; i < 4; i++)
            {
                keys[i].Dispose();
            }
            Assert.AreEqual(Status.XE_OK, status);
        }

        private static int Send(IpsecModule module, int type, byte[] data)
        {
            byte[] request = new byte[MessageHeader.Size + data.Length];
            byte[] reply = new byte[Limits.MaxMessage];
            MessageHeader.Write(request, type, MessageHeader.Ike, MessageHeader.Ipsec, 1, data.Length, 0);
            Array.Copy(data, 0, request, MessageHeader.Size, data.Length);
            Assert.IsTrue(module.Messages.Send(request, request.Length, reply, null) >= MessageHeader.Size);
            return MessageHeader.Read16(reply, MessageHeader.Status);
        }
    }
}
#endif
