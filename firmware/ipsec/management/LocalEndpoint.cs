using NfIpsec.Base.Address;
using NfIpsec.Base.Ports;

namespace NfIpsec.Ipsec.Management
{
    /// <summary>Chooses which of our addresses a tunnel starts from.</summary>
    public sealed class LocalEndpoint
    {
        private const int Nothing = 0, SameFamily = 1, SameLink = 2, Asked = 3;

        private readonly PacketPort _packets;

        public LocalEndpoint(PacketPort packets)
        {
            _packets = packets;
        }

        /// <summary>The address the source selector names, if it is ours; else one on the remote's link; else any of its family; null
        /// when there is none.</summary>
        public IpAddress Choose(IPSecID source, IpAddress remote)
        {
            IpAddress best = null;
            int bestRank = Nothing;
            int[] report = new int[InterfaceInfo.Words];
            for (int i = 0; _packets.Interface(i, report) > 0; i++)
            {
                for (int n = 0; n < report[InterfaceInfo.Addresses]; n++)
                {
                    int at = InterfaceInfo.First + n * InterfaceInfo.AddressWords;
                    if (at + InterfaceInfo.AddressWords > report.Length)
                    {
                        break;
                    }
                    int rank = Rank(report, at, source, remote);
                    if (rank > bestRank)
                    {
                        bestRank = rank;
                        best = IpAddress.FromWords(report, at + 1);
                    }
                }
            }
            return best;
        }

        /// <summary>True when an interface of ours has the address.</summary>
        public bool IsOurs(IpAddress address)
        {
            int[] report = new int[InterfaceInfo.Words];
            for (int i = 0; _packets.Interface(i, report) > 0; i++)
            {
                for (int n = 0; n < report[InterfaceInfo.Addresses]; n++)
                {
                    int at = InterfaceInfo.First + n * InterfaceInfo.AddressWords + 1;
                    if (at + IpAddress.WordCount <= report.Length && IpAddress.Same(report, at, address.Words, 0))
                    {
                        return true;
                    }
                }
            }
            return false;
        }

        /// <summary>The address can be one host's: no group, no broadcast (that of a link of ours either), not unspecified, no loopback, none
        /// of ours.</summary>
        public bool IsHost(int[] words, int address)
        {
            bool four = IpAddress.VersionOf(words, address) == 4;
            int first = four ? words[address + 3] >> 24 & 255 : words[address] >> 24 & 255;
            int[] report = new int[InterfaceInfo.Words];
            bool host = four ? first > 0 && first < 224 && first != 127 : first != 0 && first != 255;
            for (int i = 0; host && _packets.Interface(i, report) > 0; i++)
            {
                for (int n = 0; n < report[InterfaceInfo.Addresses]; n++)
                {
                    int at = InterfaceInfo.First + n * InterfaceInfo.AddressWords + 1;
                    if (at + IpAddress.WordCount <= report.Length)
                    {
                        host = host && !IpAddress.Same(report, at, words, address) && !(four && IsBroadcast(report, at, words[address + 3]));
                    }
                }
            }
            return host;
        }

        // All ones behind the prefix, or nothing, which older hosts take for the same (RFC 1122 3.3.6).
        private static bool IsBroadcast(int[] report, int at, int address)
        {
            int prefix = report[at - 1];
            int hosts = prefix < 1 || prefix > 30 ? 0 : (int)(0xffffffffu >> prefix);
            bool link = hosts != 0 && IpAddress.VersionOf(report, at) == 4 && ((report[at + 3] ^ address) & ~hosts) == 0;
            return link && ((address & hosts) == hosts || (address & hosts) == 0);
        }

        private static int Rank(int[] report, int at, IPSecID source, IpAddress remote)
        {
            int version = IpAddress.VersionOf(report, at + 1);
            if (version != remote.Version || IsLinkLocal(report, at + 1) != IsLinkLocal(remote.Words, 0))
            {
                return Nothing;
            }
            if (source.IsSingle && IpAddress.Same(source.Low, 0, report, at + 1))
            {
                return Asked;
            }
            int prefix = report[at] + (version == 4 ? 96 : 0);
            return IpAddress.CommonBits(report, at + 1, remote.Words, 0) >= prefix ? SameLink : SameFamily;
        }

        private static bool IsLinkLocal(int[] words, int at)
        {
            return (words[at] & unchecked((int)0xffc00000)) == unchecked((int)0xfe800000);
        }
    }
}
