using NfIpsec.Base.Address;
using NfIpsec.Base.Ports;
using NfIpsec.Ipsec.Management;

namespace NfIpsec.Ipsec.Policy
{
    /// <summary>Both ends of a policy's traffic in the form the packet path compares. Outbound packets are matched as they are,
    /// inbound ones with the ends exchanged (RFC 4301 4.4.1).</summary>
    /// <remarks>A port that a packet does not have (-1, as in later fragments) matches only "any port".</remarks>
    public sealed class Selector
    {
        /// <summary>Places in <see cref="Words"/>: four words each.</summary>
        public const int LocalLow = 0, LocalHigh = 4, RemoteLow = 8, RemoteHigh = 12;

        private const int Icmp = 1, Icmp6 = 58;

        /// <summary>Both ends, never changed: policies between the same ends share them.</summary>
        public int[] Words = new int[16];
        public readonly int Version, Protocol, LocalPort, RemotePort, Domain;

        /// <param name="source">Our side.</param>
        /// <param name="destination">The other side, of the same family.</param>
        public Selector(IPSecID source, IPSecID destination, int domain)
        {
            IpAddress.Copy(source.Low, 0, Words, LocalLow);
            IpAddress.Copy(source.High, 0, Words, LocalHigh);
            IpAddress.Copy(destination.Low, 0, Words, RemoteLow);
            IpAddress.Copy(destination.High, 0, Words, RemoteHigh);
            Version = source.Version;
            Protocol = source.Protocol;
            LocalPort = source.Port;
            RemotePort = destination.Port;
            Domain = domain;
        }

        /// <summary>One end as it was given.</summary>
        internal IPSecID Identity(int low, int port)
        {
            IPSecID id = new IPSecID();
            id.Version = Version;
            id.Protocol = Protocol;
            id.Port = port;
            IpAddress.Copy(Words, low, id.Low, 0);
            IpAddress.Copy(Words, low + IpAddress.WordCount, id.High, 0);
            return id;
        }

        public bool MatchesOutbound(int[] info)
        {
            return Matches(info, PacketInfo.Source, PacketInfo.Destination, PacketInfo.SourcePort, PacketInfo.DestinationPort);
        }

        public bool MatchesInbound(int[] info)
        {
            return Matches(info, PacketInfo.Destination, PacketInfo.Source, PacketInfo.DestinationPort, PacketInfo.SourcePort);
        }

        // One straight pass: this runs for every packet that is opened.
        private bool Matches(int[] info, int local, int remote, int localPort, int remotePort)
        {
            int version = Version;
            if (info[PacketInfo.Version] != version || (Domain != 0 && Domain != info[PacketInfo.Domain]))
            {
                return false;
            }
            if (Protocol != 0 && Protocol != info[PacketInfo.Protocol])
            {
                return false;
            }
            if ((LocalPort | RemotePort) != 0 && !PortsMatch(info, localPort, remotePort))
            {
                return false;
            }
            int[] words = Words;
            if (version != 4)
            {
                return Holds(words, LocalLow, info, local) && Holds(words, RemoteLow, info, remote);
            }
            uint address = (uint)info[local + 3];
            if (address < (uint)words[LocalLow + 3] || address > (uint)words[LocalHigh + 3])
            {
                return false;
            }
            address = (uint)info[remote + 3];
            return address >= (uint)words[RemoteLow + 3] && address <= (uint)words[RemoteHigh + 3];
        }

        // Type and code of ICMP belong to the message, not to an end: they are never exchanged.
        private bool PortsMatch(int[] info, int localPort, int remotePort)
        {
            int protocol = info[PacketInfo.Protocol];
            if (protocol == Icmp || protocol == Icmp6)
            {
                localPort = PacketInfo.SourcePort;
                remotePort = PacketInfo.DestinationPort;
            }
            return (LocalPort == 0 || LocalPort == info[localPort]) && (RemotePort == 0 || RemotePort == info[remotePort]);
        }

        private static bool Holds(int[] words, int low, int[] info, int address)
        {
            return IpAddress.Compare(info, address, words, low) >= 0 && IpAddress.Compare(info, address, words, low + 4) <= 0;
        }

        public bool Same(Selector other)
        {
            if (Version != other.Version || Protocol != other.Protocol || LocalPort != other.LocalPort
                || RemotePort != other.RemotePort || Domain != other.Domain)
            {
                return false;
            }
            return SameEnds(other);
        }

        /// <summary>True when the addresses are the same; the other's are then this one's.</summary>
        internal bool ShareEnds(Selector other)
        {
            if (!SameEnds(other))
            {
                return false;
            }
            Words = other.Words;
            return true;
        }

        private bool SameEnds(Selector other)
        {
            for (int i = 0; i < Words.Length; i++)
            {
                if (Words[i] != other.Words[i])
                {
                    return false;
                }
            }
            return true;
        }

        /// <summary>True when some packet could match both.</summary>
        public bool Overlaps(Selector other)
        {
            return Version == other.Version && Meet(Protocol, other.Protocol) && Meet(Domain, other.Domain)
                && Meet(LocalPort, other.LocalPort) && Meet(RemotePort, other.RemotePort)
                && RangesMeet(other, LocalLow) && RangesMeet(other, RemoteLow);
        }

        private static bool Meet(int a, int b)
        {
            return a == 0 || b == 0 || a == b;
        }

        private bool RangesMeet(Selector other, int low)
        {
            return IpAddress.Compare(Words, low, other.Words, low + 4) <= 0 && IpAddress.Compare(other.Words, low, Words, low + 4) <= 0;
        }
    }
}
