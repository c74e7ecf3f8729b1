using NfIpsec.Base.Address;
using NfIpsec.Base.Ports;

namespace NfIpsec.Ipsec.Sa
{
    /// <summary>The part of its policy's traffic that a session was negotiated for (RFC 7296 2.9): a packet passes when its local end
    /// is in one of the local selectors and its remote end in one of the remote ones.</summary>
    public sealed class Scope
    {
        /// <summary>Words of one selector: protocol (0 any), first and last port, first and last address of four words each. Of ICMP,
        /// type * 256 + code is the port of both ends.</summary>
        public const int Protocol = 0, FirstPort = 1, LastPort = 2, Low = 3, High = 7, WordCount = 11;

        /// <summary>Words of an alias: our own address, and the virtual one that stands for it in the SAs.</summary>
        public const int AliasOwn = 0, AliasVirtual = 4, AliasWords = 8;

        private const int Icmp = 1, Icmp6 = 58, AnyPort = 65535;

        /// <summary>The local selectors, then the remote ones. Filled by who makes it.</summary>
        public readonly int[] Words;

        private readonly int _remoteAt;

        public Scope(int local, int remote)
        {
            Words = new int[(local + remote) * WordCount];
            _remoteAt = local * WordCount;
        }

        public bool MatchesOutbound(int[] info)
        {
            return Matches(info, PacketInfo.Source, PacketInfo.Destination, PacketInfo.SourcePort, PacketInfo.DestinationPort);
        }

        public bool MatchesInbound(int[] info)
        {
            return Matches(info, PacketInfo.Destination, PacketInfo.Source, PacketInfo.DestinationPort, PacketInfo.SourcePort);
        }

        private bool Matches(int[] info, int local, int remote, int localPort, int remotePort)
        {
            int near = info[localPort];
            int far = info[remotePort];
            int protocol = info[PacketInfo.Protocol];
            if ((protocol == Icmp || protocol == Icmp6) && near >= 0)
            {
                near = (info[PacketInfo.SourcePort] - PacketInfo.IcmpShown) << 8 | (info[PacketInfo.DestinationPort] - PacketInfo.IcmpShown);
                far = near;
            }
            return Holds(0, _remoteAt, info, local, near) && Holds(_remoteAt, Words.Length, info, remote, far);
        }

        // A port that the packet does not show (-1) is in "any port" alone.
        private bool Holds(int at, int end, int[] info, int address, int port)
        {
            int[] words = Words;
            int protocol = info[PacketInfo.Protocol];
            for (; at < end; at += WordCount)
            {
                bool any = words[at + FirstPort] == 0 && words[at + LastPort] == AnyPort;
                if ((words[at + Protocol] == 0 || words[at + Protocol] == protocol)
                    && (any || (port >= words[at + FirstPort] && port <= words[at + LastPort]))
                    && IpAddress.Compare(info, address, words, at + Low) >= 0 && IpAddress.Compare(info, address, words, at + High) <= 0)
                {
                    return true;
                }
            }
            return false;
        }
    }
}
