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
        private readonly int[] _interface = new int[InterfaceInfo.Words];

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
            for (int i = 0; _packets.Interface(i, _interface) == 1; i++)
            {
                if (_interface[InterfaceInfo.Up] == 0)
                {
                    continue;
                }
                int count = _interface[InterfaceInfo.Addresses];
                any |= count > 0;
                for (int k = 0; k < count; k++)
                {
                    global |= IsGlobal6(InterfaceInfo.First + k * InterfaceInfo.AddressWords + 1);
                }
            }
            return any && (global || !_ip6);
        }

        private bool IsGlobal6(int at)
        {
            return IpAddress.VersionOf(_interface, at) == 6 && (_interface[at] & LinkLocalMask) != LinkLocalPrefix;
        }
    }
}
