using NfIpsec.Base.Bytes;

namespace NfIpsec.Ike.Session
{
    /// <summary>Finds the IKE message in an IP packet that the packet port found to hold one.</summary>
    internal static class UdpPayload
    {
        /// <summary>The non-ESP marker (RFC 3948 2.2), bytes.</summary>
        internal const int MarkerSize = 4;

        private const int UdpHeader = 8, Ip6Header = 40, HopByHop = 0, Routing = 43, Fragment = 44, DestinationOptions = 60, Udp = 17;

        /// <returns>Where the message starts, or -1.</returns>
        internal static int Find(byte[] packet, int total, bool marker, out int length)
        {
            length = 0;
            int at = total < Ip6Header ? Ip4(packet, total) : packet[0] >> 4 == 4 ? Ip4(packet, total) : Ip6(packet, total);
            if (at < 0 || at + UdpHeader > total)
            {
                return -1;
            }
            int udp = BigEndian.Read16(packet, at + 4);
            int skip = UdpHeader + (marker ? MarkerSize : 0);
            if (udp < skip || at + udp > total || (marker && BigEndian.Read32(packet, at + UdpHeader) != 0))
            {
                return -1;
            }
            length = udp - skip;
            return at + skip;
        }

        private static int Ip4(byte[] packet, int total)
        {
            return total > 20 && packet[0] >> 4 == 4 && packet[9] == Udp ? (packet[0] & 15) * 4 : -1;
        }

        private static int Ip6(byte[] packet, int total)
        {
            int next = packet[6];
            int at = Ip6Header;
            while (next != Udp)
            {
                if (next != HopByHop && next != Routing && next != DestinationOptions && next != Fragment || at + 8 > total)
                {
                    return -1;
                }
                int size = next == Fragment ? 8 : (packet[at + 1] + 1) * 8;
                next = packet[at];
                at += size;
            }
            return at;
        }
    }
}
