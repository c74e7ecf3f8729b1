using System.Collections;
using NfIpsec.Base;
using NfIpsec.Base.Address;
using NfIpsec.Base.Ports;
using NfIpsec.Ipsec.Management;

namespace NfIpsec.Node
{
    /// <summary>The bypass policies that stand by themselves: neighbour discovery and, for IKE, UDP 500 and 4500 of every address of
    /// ours. No flush removes them; they follow the addresses.</summary>
    internal sealed class IkeBypass
    {
        private const int Udp = 17, Icmp6 = 58, IkePort = 500, NatPort = 4500;

        // RFC 4861: router and neighbour solicitation and advertisement; a redirect would change the way, so not 137.
        private const int FirstNeighbour = 133, LastNeighbour = 136;

        private readonly PacketPort _packets;
        private readonly IpsecAdmin _admin;
        private readonly int[] _interface = new int[InterfaceInfo.Words];
        private readonly ArrayList _installed = new ArrayList();
        private int _status;
        private bool _ike;

        public IkeBypass(PacketPort packets, IpsecAdmin admin)
        {
            _packets = packets;
            _admin = admin;
        }

        /// <summary>Brings the policies in line with the addresses there are now; 0, or why one is missing.</summary>
        /// <param name="ike">False without a key daemon: nobody listens at its ports.</param>
        public int Refresh(bool ike)
        {
            _ike = ike;
            _status = Status.XE_OK;
            for (int i = 0; i < _installed.Count; i++)
            {
                At(i).Wanted = false;
            }
            for (int i = 0; _packets.Interface(i, _interface) == 1; i++)
            {
                WantInterface();
            }
#if IKE_ADD_TEST_BYPASS_POLICIES
            Want("any", 0, PolicyPriority.SP_PRIORITY_LOWEST);
            Want("any6", 0, PolicyPriority.SP_PRIORITY_LOWEST);
#endif
            RemoveUnwanted();
            return _status;
        }

        private void WantInterface()
        {
            bool six = false;
            for (int i = 0; _interface[InterfaceInfo.Up] != 0 && i < _interface[InterfaceInfo.Addresses]; i++)
            {
                int at = InterfaceInfo.First + i * InterfaceInfo.AddressWords + 1;
                string address = IpAddress.Format(_interface, at);
                if (_ike)
                {
                    Want(address + "," + IkePort.ToString(), Udp, PolicyPriority.SP_PRIORITY_HIGH);
                    Want(address + "," + NatPort.ToString(), Udp, PolicyPriority.SP_PRIORITY_HIGH);
                }
                six |= IpAddress.VersionOf(_interface, at) == 6;
            }
            for (int type = FirstNeighbour; six && type <= LastNeighbour; type++)
            {
                Want("any6," + type.ToString(), Icmp6, PolicyPriority.SP_PRIORITY_HIGH);
            }
        }

        private void Want(string source, int protocol, int priority)
        {
            for (int i = 0; i < _installed.Count; i++)
            {
                if (At(i).Source == source)
                {
                    At(i).Wanted = true;
                    return;
                }
            }
            int spid = 0;
            string destination = source.IndexOf(':') >= 0 || source.StartsWith("any6") ? "any6" : "any";
            int status = _admin.IPSecAdminAddPolicy(PolicyAction.IPSEC_POLICY_BYPASS, protocol, source, destination, null, PolicyFlags.BuiltIn, priority, ref spid);
            if (status == Status.XE_OK)
            {
                _installed.Add(new BypassEntry(source, spid));
            }
            else if (status != Status.XE_EXIST)
            {
                _status = status;
            }
        }

        private void RemoveUnwanted()
        {
            for (int i = _installed.Count - 1; i >= 0; i--)
            {
                if (!At(i).Wanted)
                {
                    int status = _admin.RemoveBuiltIn(At(i).Spid);
                    if (status == Status.XE_OK)
                    {
                        _installed.RemoveAt(i);
                    }
                    _status = _status == Status.XE_OK ? status : _status;
                }
            }
        }

        private BypassEntry At(int index)
        {
            return (BypassEntry)_installed[index];
        }
    }
}
