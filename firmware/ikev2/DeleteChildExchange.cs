using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>INFORMATIONAL that tells the peer that a child is gone here (RFC 7296 1.4.1).</summary>
    internal sealed class DeleteChildExchange : Exchange
    {
        private readonly int _protocol, _inboundSpi;

        internal DeleteChildExchange(Ikev2Module ike, IkeSa sa, int protocol, int inboundSpi) : base(ike, sa)
        {
            _protocol = protocol;
            _inboundSpi = inboundSpi;
        }

        internal override int Type
        {
            get { return ExchangeType.Informational; }
        }

        internal override void Write(MessageWriter writer)
        {
            DeletePayload.WriteChild(writer, _protocol, _inboundSpi);
        }

        internal override void Answer(IkeHeader header, PayloadIndex index)
        {
            Ike.Done(Sa);
        }
    }
}
