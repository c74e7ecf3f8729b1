using NfIpsec.Base.Crypto;
using NfIpsec.Ike.Session;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>CREATE_CHILD_SA, the peer's, for a child (RFC 7296 1.3.1): a further one, or one that takes over from another, which the peer then
    /// deletes (1.3.3). Until it does, or sends under the new one, we send under the old one (2.8).</summary>
    internal sealed class CreateChildAnswer : KeyedAnswer
    {
        private readonly ChildAnswer _child;
        private readonly ChildSa _old;

        // The peer wants an address with the child (RFC 7296 2.19).
        private bool _asked;

        private CreateChildAnswer(Ikev2Module ike, IkeSa sa, ChildSa old) : base(ike, sa)
        {
            _child = new ChildAnswer(ike, sa, true, old);
            _old = old;
        }

        internal static void Handle(Ikev2Module ike, IkeSa sa, PayloadIndex index)
        {
            int rekey = NotifyPayload.Find(index, NotifyType.RekeySa);
            int at = rekey < 0 ? 0 : index.Offset[rekey];
            ChildSa old = rekey < 0 ? null : sa.FindOutbound(NotifyPayload.Protocol(index.Bytes, at), NotifyPayload.ChildSpi(index.Bytes, at));
            int refusal = Collisions.Refusal(sa, index.Shape, rekey >= 0, old);
            if (sa.IsEstablished && ike.Module.Admin.Find(sa.Remote.Name, ike.Version) != sa.Remote)
            {
                // The remote was deleted, and somebody else may have its name: what runs may run out, what is new begins anew.
                ike.Sender.AnswerNotify(sa, ExchangeType.CreateChildSa, NotifyType.NoAdditionalSas, null);
                ike.Close(sa);
            }
            else if (refusal == NotifyType.ChildSaNotFound)
            {
                NotFound(ike, sa, index, at);
            }
            else if (refusal != 0)
            {
                ike.Sender.AnswerNotify(sa, ExchangeType.CreateChildSa, refusal, null);
            }
            else if (index.Shape == PayloadRules.IkeRekey)
            {
                new RekeyIkeAnswer(ike, sa).Work(index);
            }
            else
            {
                new CreateChildAnswer(ike, sa, old).Work(index);
            }
        }

        // Names the SPI that was to be found (RFC 7296 2.25).
        private static void NotFound(Ikev2Module ike, IkeSa sa, PayloadIndex index, int at)
        {
            int protocol = NotifyPayload.Protocol(index.Bytes, at);
            int spi = NotifyPayload.ChildSpi(index.Bytes, at);
            NotifyPayload.WriteChild(ike.Sender.OpenAnswer(sa, ExchangeType.CreateChildSa), NotifyType.ChildSaNotFound, protocol, spi);
            ike.Sender.SendAnswer(sa, ExchangeType.CreateChildSa);
        }

        protected override int Group
        {
            get { return _child.Chosen.Group; }
        }

        protected override bool IsOverrun
        {
            get { return base.IsOverrun || (_old != null && (_old.Closing || Sa.FindInbound(_old.InboundSpi) != _old)); }
        }

        protected override int Choose(PayloadIndex index)
        {
            Strangers.GiveWay(Ike, Sa.Remote);
            _asked = Configuration.IsAsked(index);
            int fault = _asked && Sa.Assigned == null ? Configuration.Serve(Ike, Sa, index) : Fault.None;
            return fault != Fault.None ? fault : _child.Choose(index);
        }

        protected override int Make(Secret shared)
        {
            int fault = _child.Install(PeerNonce, Nonce, shared, out ChildSa made);
            if (fault == Fault.None && _old != null)
            {
                Ike.Module.Ipsec.StandBack(made.InboundSpi, true);
                _old.PeerNonce = Nonces.Lower(PeerNonce, Nonce);
            }
            return fault;
        }

        protected override void Answered(int fault)
        {
            Ike.Probe(_child.Holder);
        }

        protected override void Write(MessageWriter writer, int fault)
        {
            if (_asked && fault == Fault.None)
            {
                Configuration.WriteReply(writer, Sa);
            }
            _child.Write(writer, fault, Nonce);
        }
    }
}
