using nanoFramework.TestFramework;
using NfIpsec.Base;
using NfIpsec.Base.Address;
using NfIpsec.Base.Bytes;
using NfIpsec.Base.Ports;
using NfIpsec.Ipsec;
using NfIpsec.Ipsec.Management;

namespace NfIpsec.Tests.IpsecRoom
{
    /// <summary>Two modules with mirrored manual keys over the native pool.</summary>
    public static class Sides
    {
        /// <summary>Bytes that differ for each seed.</summary>
        public static byte[] Key(int length, int seed)
        {
            byte[] key = new byte[length];
            for (int i = 0; i < length; i++)
            {
                key[i] = (byte)(i * 13 + seed);
            }
            return key;
        }

        /// <summary>A module with an ESP policy for UDP between the two and manual keys: the first of two such, or the second, with
        /// everything exchanged.</summary>
        public static IpsecModule Side(PoolPackets packets, bool first, bool six, int mode, int flags, int encryption, int keyBytes, int integrity, int macBytes)
        {
            return SideOf(packets, first, six, mode, flags | PolicyFlags.SP_PROTO_ESP, encryption, keyBytes, integrity, macBytes, 0);
        }

        /// <summary>The same for the protocols in <paramref name="flags"/>, with other cipher keys for another <paramref name="seed"/>.</summary>
        public static IpsecModule SideOf(PoolPackets packets, bool first, bool six, int mode, int flags, int encryption, int keyBytes, int integrity, int macBytes, int seed)
        {
            bool esp = (flags & PolicyFlags.SP_PROTO_ESP) != 0;
            bool ah = (flags & PolicyFlags.SP_PROTO_AH) != 0;
            int spiIn = first ? 0x1001 : 0x2001;
            int spiOut = first ? 0x2001 : 0x1001;
            IpsecModule module = new IpsecModule(packets, new StillClock(), new CountingRandom());
            Assert.AreEqual(Status.XE_OK, module.Admin.IPSecInit());
            module.Admin.LegacyAllowed = true;
            string a = six ? "2001:db8::77" : "10.0.0.77";
            string b = six ? "2001:db8::78" : "10.0.0.78";
            byte[] c1 = Key(keyBytes, 1 + seed);
            byte[] c2 = Key(keyBytes, 2 + seed);
            byte[] m1 = Key(macBytes, 3);
            byte[] m2 = Key(macBytes, 4);
            int status = module.Admin.IPSecAdminAddManualSA2(mode, 17, first ? a : b, first ? b : a, first ? b : a, flags, 4,
                encryption, keyBytes, first ? c1 : c2, first ? c2 : c1, integrity, macBytes, first ? m1 : m2, first ? m2 : m1,
                esp ? spiIn : 0, esp ? spiOut : 0, ah ? spiIn : 0, ah ? spiOut : 0, out int spid);
            Assert.AreEqual(Status.XE_OK, status, module.Admin.LastError);
            return module;
        }

        /// <summary>A UDP datagram from the first side to the second, without checksum (IPv4) or with a wrong one: nobody looks here.</summary>
        public static byte[] Datagram(bool six, int payload)
        {
            int header = six ? 40 : 20;
            byte[] packet = new byte[header + 8 + payload];
            int[] from = IpAddress.Parse(six ? "2001:db8::77" : "10.0.0.77").Words;
            int[] to = IpAddress.Parse(six ? "2001:db8::78" : "10.0.0.78").Words;
            if (six)
            {
                packet[0] = 0x60;
                BigEndian.Write16(packet, 4, 8 + payload);
                packet[6] = 17;
                packet[7] = 64;
            }
            else
            {
                packet[0] = 0x45;
                BigEndian.Write16(packet, 2, packet.Length);
                packet[8] = 64;
                packet[9] = 17;
            }
            for (int i = six ? 0 : 3; i < 4; i++)
            {
                BigEndian.Write32(packet, six ? 8 + 4 * i : 12, from[i]);
                BigEndian.Write32(packet, six ? 24 + 4 * i : 16, to[i]);
            }
            if (!six)
            {
                BigEndian.Write16(packet, 10, Checksum(packet));
            }
            BigEndian.Write16(packet, header, 4000);
            BigEndian.Write16(packet, header + 2, 5000);
            BigEndian.Write16(packet, header + 4, 8 + payload);
            for (int i = 0; i < payload; i++)
            {
                packet[header + 8 + i] = (byte)i;
            }
            return packet;
        }

        private static int Checksum(byte[] packet)
        {
            int sum = 0;
            for (int i = 0; i < 20; i += 2)
            {
                sum += BigEndian.Read16(packet, i);
            }
            sum = (sum & 0xffff) + (sum >> 16);
            return ~(sum + (sum >> 16)) & 0xffff;
        }

        /// <summary>What is on the wire of the packet.</summary>
        public static byte[] Seal(IpsecModule module, PoolPackets packets, byte[] clear, int mode)
        {
            Packet packet = Packet.Create(packets, clear, 0, clear.Length, out int status);
            Assert.AreEqual(Status.XE_OK, status);
            Assert.AreEqual(Status.XE_OK, module.Packets.PacketEncapsulateSync(ref packet, 1, out int policy));
            Assert.AreEqual(mode, policy);
            Assert.AreEqual(Status.XE_OK, packet.Put(PacketPort.Send));
            return packets.Caught;
        }

        /// <summary>Status of what came from the wire; the port has caught what was inside.</summary>
        public static int Open(IpsecModule module, PoolPackets packets, byte[] wire)
        {
            Packet packet = Packet.Create(packets, wire, 0, wire.Length, out int status);
            Assert.AreEqual(Status.XE_OK, status);
            status = module.Packets.PacketDecapsulateSync(ref packet, 1, out int policy);
            if (status == Status.XE_OK)
            {
                packet.Put(PacketPort.Deliver);
            }
            return status;
        }
    }
}
