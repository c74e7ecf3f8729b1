using NfIpsec.Base.Bytes;
using NfIpsec.Ipsec.Message;

namespace NfIpsec.Ike.Session
{
    /// <summary>Hands the events of IPsec on. Layout: NfIpsec.Ipsec.Message.MessageData, Event.</summary>
    internal sealed class IpsecEvents : MessageReceiver
    {
        private const int Spid = MessageHeader.Size, InboundSpi = Spid + 4, OutboundSpi = Spid + 8, Detail = Spid + 12;

        private readonly IkeModule _ike;

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
                    _ike.Acquire(spid);
                    break;
                case MessageType.SA_EXPIRED:
                    _ike.SaExpired(spid, inboundSpi, BigEndian.Read32(message, OutboundSpi), BigEndian.Read32(message, Detail) != 0);
                    break;
                case MessageType.SA_DELETED:
                    _ike.SaDeleted(spid, inboundSpi);
                    break;
                case MessageType.POLICY_DELETED:
                    _ike.Admin.PolicyGone(spid);
                    break;
            }
        }
    }
}
