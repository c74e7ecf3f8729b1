using NfIpsec.Base.Address;
using NfIpsec.Base.Ports;

namespace NfIpsec.Ipsec.Management
{
    /// <summary>Chooses which of our addresses a tunnel starts from.</summary>
    public sealed class LocalEndpoint
    {
        private const int Nothing = 0, SameFamily = 1, SameLink = 2, Asked = 3;

        private readonly PacketPort _packets;
        private readonly int[] _interface = new int[InterfaceInfo.Words];

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
            for (int i = 0; _packets.Interface(i, _interface) > 0; i++)
            {
                for (int n = 0; n < _interface[InterfaceInfo.Addresses]; n++)
                {
                    int at = InterfaceInfo.First + n * InterfaceInfo.AddressWords;
                    if (at + InterfaceInfo.AddressWords > _interface.Length)
                    {
                        break;
                    }
                    int rank = Rank(at, source, remote);
                    if (rank > bestRank)
                    {
                        bestRank = rank;
                        best = IpAddress.FromWords(_interface, at + 1);
                    }
                }
            }
            return best;
        }

        /// <summary>True when an interface of ours has the address.</summary>
        public bool IsOurs(IpAddress address)
        {
            for (int i = 0; _packets.Interface(i, _interface) > 0; i++)
            {
                for (int n = 0; n < _interface[InterfaceInfo.Addresses]; n++)
                {
                    int at = InterfaceInfo.First + n * InterfaceInfo.AddressWords + 1;
                    if (at + IpAddress.WordCount <= _interface.Length && IpAddress.Same(_interface, at, address.Words, 0))
                    {
                        return true;
                    }
                }
            }
            return false;
        }

        private int Rank(int at, IPSecID source, IpAddress remote)
        {
            int version = IpAddress.VersionOf(_interface, at + 1);
            if (version != remote.Version || IsLinkLocal(_interface, at + 1) != IsLinkLocal(remote.Words, 0))
            {
                return Nothing;
            }
            if (source.IsSingle && IpAddress.Same(source.Low, 0, _interface, at + 1))
            {
                return Asked;
            }
            int prefix = _interface[at] + (version == 4 ? 96 : 0);
            return IpAddress.CommonBits(_interface, at + 1, remote.Words, 0) >= prefix ? SameLink : SameFamily;
        }

        private static bool IsLinkLocal(int[] words, int at)
        {
            return (words[at] & unchecked((int)0xffc00000)) == unchecked((int)0xfe800000);
        }
    }
}
