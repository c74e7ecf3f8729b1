using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>INFORMATIONAL that tells the peer that a child is gone here (RFC 7296 1.4.1). What comes in under it is accepted until the
    /// answer; nothing is sent under it any more where the policy has another child.</summary>
    internal sealed class DeleteChildExchange : Exchange
    {
        private readonly int _protocol, _inboundSpi;
        private readonly ChildSa _child;

        internal DeleteChildExchange(Ikev2Module ike, IkeSa sa, ChildSa child) : this(ike, sa, child.Protocol, child.InboundSpi)
        {
            _child = child;
        }

        /// <summary>A child that the peer has and we never had.</summary>
        internal DeleteChildExchange(Ikev2Module ike, IkeSa sa, int protocol, int inboundSpi) : base(ike, sa)
        {
            _protocol = protocol;
            _inboundSpi = inboundSpi;
        }

        internal override int Type
        {
            get { return ExchangeType.Informational; }
        }

        internal override bool ChangesChildren
        {
            get { return true; }
        }

        internal override void Write(MessageWriter writer)
        {
            DeletePayload.WriteChild(writer, _protocol, _inboundSpi);
        }

        internal override void Answer(IkeHeader header, PayloadIndex index)
        {
            Remove();
            Ike.Done(Sa);
        }

        internal override void Abandon()
        {
            Remove();
        }

        private void Remove()
        {
            // Another SA may have taken the children over since.
            IkeSa owner = _child == null ? null : Ike.FindChild(_child.InboundSpi, out ChildSa found);
            if (owner != null)
            {
                Ike.RemoveChild(owner, _child);
            }
        }
    }
}
