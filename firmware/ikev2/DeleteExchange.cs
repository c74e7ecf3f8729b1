using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>INFORMATIONAL that ends the IKE SA (RFC 7296 1.4.1). With the answer, or without one in time, it is gone.</summary>
    internal sealed class DeleteExchange : Exchange
    {
        internal DeleteExchange(Ikev2Module ike, IkeSa sa) : base(ike, sa)
        {
        }

        internal override int Type
        {
            get { return ExchangeType.Informational; }
        }

        internal override void Write(MessageWriter writer)
        {
            DeletePayload.WriteIke(writer);
        }

        internal override void Answer(IkeHeader header, PayloadIndex index)
        {
            Ike.Kill(Sa);
        }
    }
}
