using System;
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
        private static readonly int[] s_any = { 0, 0, 0xffff, 0 }, s_any6 = new int[IpAddress.WordCount];

        // What is installed, so many words each: the source's address and port, the policy's id, and whether it is still wanted.
        private const int Port = IpAddress.WordCount, Spid = Port + 1, Wanted = Spid + 1, PerEntry = Wanted + 1;
        private int[] _installed = new int[0];

        private readonly PacketPort _packets;
        private readonly IpsecAdmin _admin;
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
            for (int at = 0; at < _installed.Length; at += PerEntry)
            {
                _installed[at + Wanted] = 0;
            }
            int[] words = new int[InterfaceInfo.Words];
            for (int i = 0; _packets.Interface(i, words) == 1; i++)
            {
                WantInterface(words);
            }
#if IKE_ADD_TEST_BYPASS_POLICIES
            Want(s_any, 0, 0, 0, PolicyPriority.SP_PRIORITY_LOWEST);
            Want(s_any6, 0, 0, 0, PolicyPriority.SP_PRIORITY_LOWEST);
#endif
            RemoveUnwanted();
            return _status;
        }

        private void WantInterface(int[] words)
        {
            bool six = false;
            for (int i = 0; words[InterfaceInfo.Up] != 0 && i < words[InterfaceInfo.Addresses]; i++)
            {
                int at = InterfaceInfo.First + i * InterfaceInfo.AddressWords + 1;
                if (_ike)
                {
                    Want(words, at, IkePort, Udp, PolicyPriority.SP_PRIORITY_HIGH);
                    Want(words, at, NatPort, Udp, PolicyPriority.SP_PRIORITY_HIGH);
                }
                six |= IpAddress.VersionOf(words, at) == 6;
            }
            for (int type = FirstNeighbour; six && type <= LastNeighbour; type++)
            {
                Want(s_any6, 0, type, Icmp6, PolicyPriority.SP_PRIORITY_HIGH);
            }
        }

        // words[at]: the source's address, all zero for any. port 0: any.
        private void Want(int[] words, int at, int port, int protocol, int priority)
        {
            for (int entry = 0; entry < _installed.Length; entry += PerEntry)
            {
                if (_installed[entry + Port] == port && IpAddress.Same(_installed, entry, words, at))
                {
                    _installed[entry + Wanted] = 1;
                    return;
                }
            }
            int spid = 0;
            bool six = IpAddress.VersionOf(words, at) == 6;
            string any = six ? "any6" : "any";
            string source = IpAddress.Same(words, at, six ? s_any6 : s_any, 0) ? any : IpAddress.Format(words, at);
            source = port == 0 ? source : source + "," + port.ToString();
            int status = _admin.IPSecAdminAddPolicy(PolicyAction.IPSEC_POLICY_BYPASS, protocol, source, any, null, PolicyFlags.BuiltIn, priority, ref spid);
            if (status == Status.XE_OK)
            {
                Enter(words, at, port, spid);
            }
            else if (status != Status.XE_EXIST)
            {
                _status = status;
            }
        }

        private void Enter(int[] words, int at, int port, int spid)
        {
            int entry = _installed.Length;
            int[] more = new int[entry + PerEntry];
            Array.Copy(_installed, 0, more, 0, entry);
            IpAddress.Copy(words, at, more, entry);
            more[entry + Port] = port;
            more[entry + Spid] = spid;
            more[entry + Wanted] = 1;
            _installed = more;
        }

        private void RemoveUnwanted()
        {
            for (int entry = _installed.Length - PerEntry; entry >= 0; entry -= PerEntry)
            {
                if (_installed[entry + Wanted] == 0)
                {
                    int status = _admin.RemoveBuiltIn(_installed[entry + Spid]);
                    if (status == Status.XE_OK)
                    {
                        Leave(entry);
                    }
                    _status = _status == Status.XE_OK ? status : _status;
                }
            }
        }

        private void Leave(int entry)
        {
            int[] fewer = new int[_installed.Length - PerEntry];
            Array.Copy(_installed, 0, fewer, 0, entry);
            Array.Copy(_installed, entry + PerEntry, fewer, entry, fewer.Length - entry);
            _installed = fewer;
        }
    }
}
