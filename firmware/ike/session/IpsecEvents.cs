using NfIpsec.Base.Address;
using NfIpsec.Base.Bytes;
using NfIpsec.Ike.Admin;
using NfIpsec.Ipsec.Management;
using NfIpsec.Ipsec.Message;

namespace NfIpsec.Ike.Session
{
    /// <summary>Hands the events of IPsec on. Layout: NfIpsec.Ipsec.Message.MessageData, Event.</summary>
    internal sealed class IpsecEvents : MessageReceiver
    {
        private const int Spid = MessageHeader.Size, InboundSpi = Spid + 4, OutboundSpi = Spid + 8, Detail = Spid + 12, Packet = Spid + 16;
        private const int Port = Spid + 20, Address = Spid + 28;

        private readonly IkeModule _ike;
        private readonly int[] _address = new int[IpAddress.WordCount];

        public IpsecEvents(IkeModule ike)
        {
            _ike = ike;
        }

        public override void Event(byte[] message, int length)
        {
            int spid = BigEndian.Read32(message, Spid);
            int inboundSpi = BigEndian.Read32(message, InboundSpi);
            switch (message[MessageHeader.Type])
            {
                case MessageType.ACQUIRE:
                    _ike.Acquire(spid, ReadPacket(message));
                    break;
                case MessageType.SA_EXPIRED:
                    _ike.SaExpired(spid, inboundSpi, BigEndian.Read32(message, OutboundSpi), BigEndian.Read32(message, Detail) != 0);
                    break;
                case MessageType.SA_DELETED:
                    _ike.SaDeleted(spid, inboundSpi);
                    break;
                case MessageType.PEER_MOVED:
                    for (int i = 0; i < _address.Length; i++)
                    {
                        _address[i] = BigEndian.Read32(message, Address + 4 * i);
                    }
                    _ike.PeerMoved(inboundSpi, _address, BigEndian.Read32(message, Port));
                    break;
                case MessageType.POLICY_DELETED:
                    _ike.Admin.PolicyGone(spid);
                    break;
            }
        }

        // Ports of a protocol that has none are not shown, as those of a later fragment.
        private static int[] ReadPacket(byte[] message)
        {
            int[] words = new int[ChildConfig.PacketWords];
            for (int i = 0; i < words.Length; i++)
            {
                words[i] = BigEndian.Read32(message, Packet + 4 * i);
            }
            if (!IPSecID.HasPorts(words[ChildConfig.PacketProtocol]))
            {
                words[ChildConfig.PacketSourcePort] = -1;
                words[ChildConfig.PacketDestinationPort] = -1;
            }
            return words;
        }
    }
}
