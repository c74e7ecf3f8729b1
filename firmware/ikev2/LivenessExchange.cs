using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>An empty INFORMATIONAL: is the peer there? (RFC 7296 2.4)</summary>
    internal sealed class LivenessExchange : Exchange
    {
        internal LivenessExchange(Ikev2Module ike, IkeSa sa) : base(ike, sa)
        {
        }

        internal override int Type
        {
            get { return ExchangeType.Informational; }
        }

        internal override void Write(MessageWriter writer)
        {
        }

        internal override void Answer(IkeHeader header, PayloadIndex index)
        {
            Ike.Done(Sa);
        }
    }
}
