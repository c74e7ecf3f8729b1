using NfIpsec.Base.Address;
using NfIpsec.Base.Ports;

namespace NfIpsec.Node
{
    /// <summary>Tells from the packet port's report whether the board has the addresses it waits for.</summary>
    internal sealed class Addresses
    {
        private const int LinkLocalPrefix = unchecked((int)0xFE800000), LinkLocalMask = unchecked((int)0xFFC00000);

        private readonly PacketPort _packets;
        private readonly bool _ip6;

        public Addresses(PacketPort packets, bool ip6)
        {
            _packets = packets;
            _ip6 = ip6;
        }

        /// <summary>An interface is up with an address; with IPv6, with one beyond the link (RFC 4291 2.5.6), which comes last.</summary>
        public bool AreUp()
        {
            bool any = false;
            bool global = false;
            int[] words = new int[InterfaceInfo.Words];
            for (int i = 0; _packets.Interface(i, words) == 1; i++)
            {
                if (words[InterfaceInfo.Up] == 0)
                {
                    continue;
                }
                int count = words[InterfaceInfo.Addresses];
                any |= count > 0;
                for (int k = 0; k < count; k++)
                {
                    global |= IsGlobal6(words, InterfaceInfo.First + k * InterfaceInfo.AddressWords + 1);
                }
            }
            return any && (global || !_ip6);
        }

        private static bool IsGlobal6(int[] words, int at)
        {
            return IpAddress.VersionOf(words, at) == 6 && (words[at] & LinkLocalMask) != LinkLocalPrefix;
        }
    }
}
