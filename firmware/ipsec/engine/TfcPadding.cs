using NfIpsec.Base;
using NfIpsec.Base.Crypto;
using NfIpsec.Base.Ports;
using NfIpsec.Ipsec.Management;
using NfIpsec.Ipsec.Policy;
using NfIpsec.Ipsec.Sa;

namespace NfIpsec.Ipsec.Engine
{
    /// <summary>Random lengths for traffic-flow padding (RFC 4303 2.7), drawn in bulk so that a packet costs no native call. Padding
    /// never makes two packets of one.</summary>
    public sealed class TfcPadding
    {
        private const int UdpHeader = 8;

        private readonly PacketPort _packets;
        private readonly RandomSource _random;
        private readonly byte[] _lengths = new byte[64];
        private int _at = 64;

        public TfcPadding(PacketPort packets, RandomSource random)
        {
            _packets = packets;
            _random = random;
        }

        /// <summary>Sets what the session's packets may grow to, when it is new and when its path is known better: the smallest MTU of our interfaces, or the path's, less what protection adds.</summary>
        public void Arm(IpsecSession session)
        {
            SecurityPolicy policy = session.Policy;
            if ((policy.Flags & PolicyFlags.SP_TX_TFC_PADDING) == 0 || session.NoTfcPadding)
            {
                return;
            }
            int mtu = SmallestMtu();
            mtu = policy.PathLimit != 0 && policy.PathLimit < mtu ? policy.PathLimit : mtu;
            int room = mtu - policy.Protection.Overhead - (session.EncapLocal != 0 ? UdpHeader : 0);
            session.Outbound.TfcRoom = room > 0 ? room : 0;
        }

        private int SmallestMtu()
        {
            int mtu = 65535;
            int[] words = new int[InterfaceInfo.Words];
            for (int i = 0; _packets.Interface(i, words) > 0; i++)
            {
                bool smaller = words[InterfaceInfo.Up] != 0 && words[InterfaceInfo.Mtu] > 0 && words[InterfaceInfo.Mtu] < mtu;
                mtu = smaller ? words[InterfaceInfo.Mtu] : mtu;
            }
            return mtu;
        }

        /// <summary>0..255 bytes, at most <paramref name="room"/>; 0 when there is none, or no randomness: the packet then goes without.</summary>
        public int Next(int room)
        {
            if (room <= 0)
            {
                return 0;
            }
            if (_at == _lengths.Length)
            {
                if (_random.Fill(_lengths, 0, _lengths.Length) != Status.XE_OK)
                {
                    return 0;
                }
                _at = 0;
            }
            int most = room < Limits.MaxTfcPadding ? room + 1 : Limits.MaxTfcPadding;
            return _lengths[_at++] % most;
        }
    }
}
