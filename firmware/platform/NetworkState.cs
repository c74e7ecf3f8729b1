using System.Net.NetworkInformation;
using NfIpsec.Base.Ports;

namespace NfIpsec.Platform
{
    /// <summary>Sets the network up through System.Net and wakes the node when it changes. Addresses themselves are reported by the
    /// shim, which knows IPv6 ones too.</summary>
    public sealed class NetworkState
    {
        private readonly PacketPort _node;

        public NetworkState(PacketPort node)
        {
            _node = node;
            NetworkChange.NetworkAddressChanged += OnAddressChanged;
            NetworkChange.NetworkAvailabilityChanged += OnAvailabilityChanged;
        }

        /// <summary>Fixed IPv4 address, mask and gateway for the first interface; false when the board has none.</summary>
        public static bool UseFixedAddress(string address, string mask, string gateway)
        {
            NetworkInterface[] interfaces = NetworkInterface.GetAllNetworkInterfaces();
            if (interfaces.Length == 0)
            {
                return false;
            }
            interfaces[0].EnableStaticIPv4(address, mask, gateway);
            return true;
        }

        /// <summary>Address by DHCP for the first interface; false when the board has none.</summary>
        public static bool UseDhcp()
        {
            NetworkInterface[] interfaces = NetworkInterface.GetAllNetworkInterfaces();
            if (interfaces.Length == 0)
            {
                return false;
            }
            interfaces[0].EnableDhcp();
            return true;
        }

        private void OnAddressChanged(object sender, System.EventArgs e)
        {
            _node.Wake();
        }

        private void OnAvailabilityChanged(object sender, NetworkAvailabilityEventArgs e)
        {
            _node.Wake();
        }
    }
}
