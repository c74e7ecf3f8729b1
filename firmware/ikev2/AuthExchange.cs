using NfIpsec.Base;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Session;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>IKE_AUTH, our side (RFC 7296 1.2), with the first child.</summary>
    internal sealed class AuthExchange : Exchange
    {
        private readonly ChildOffer _offer;
        private readonly int _sendings;

        /// <param name="sendings">How often IKE_AUTH was sent after another answer to IKE_SA_INIT.</param>
        internal AuthExchange(Ikev2Module ike, IkeSa sa, ChildConfig child, int sendings) : base(ike, sa)
        {
            _offer = new ChildOffer(ike, sa, child, false);
            _sendings = sendings;
        }

        internal override int Type
        {
            get { return ExchangeType.IkeAuth; }
        }

        internal override int Spid
        {
            get { return _offer.Spid; }
        }

        internal override void Start()
        {
            int fault = _offer.Prepare();
            if (fault != Fault.None)
            {
                Ike.Fail(Sa, fault, "policy '" + _offer.Name + "'");
                return;
            }
            Ike.Sender.SendRequest(Sa, _sendings);
        }

        internal override void Write(MessageWriter writer)
        {
            int status = Proof.Write(writer, Sa);
            if (status != Status.XE_OK)
            {
                writer.Result = status;
                return;
            }
            if (Ike.Sas.FindRemote(Sa.Remote, Sa) == null)
            {
                NotifyPayload.Open(writer, NotifyType.InitialContact);
            }
            _offer.WriteProposal(writer);
            _offer.WriteSelectors(writer);
        }

        internal override void Answer(IkeHeader header, PayloadIndex index)
        {
            int id = index.Find(PayloadType.IdResponder);
            if (id < 0)
            {
                Refused(index);
            }
            else if (!Identities.Fits(Sa.Remote, Sa, index, id))
            {
                Distrust(Fault.UnknownIdentity, Identities.Shown(index, id));
            }
            else if (!Proof.Holds(Sa, Sa.Remote, index, id))
            {
                Distrust(Fault.WrongSecret, null);
            }
            else
            {
                Establish(index);
            }
        }

        private void Refused(PayloadIndex index)
        {
            if (Sa.Init.TryOther(false))
            {
                return;
            }
            int error = NotifyPayload.FirstError(index);
            bool proof = error == NotifyType.AuthenticationFailed;
            Ike.Fail(Sa, Fault.PeerRefused, NotifyType.Name(error) + (proof ? ": compare the files of -h, and -f with -g, on both sides" : ""));
        }

        // The peer believes in the SA and we do not: tell it.
        private void Distrust(int fault, string detail)
        {
            Sa.SendId++;
            Ike.Sender.Farewell(Sa);
            if (!Sa.Init.TryOther(false))
            {
                Ike.Fail(Sa, fault, detail);
            }
        }

        private void Establish(PayloadIndex index)
        {
            Ike.Establish(Sa);
            int error = NotifyPayload.FirstError(index);
            if (index.Shape == PayloadRules.Auth && error == 0)
            {
                _offer.Accept(index, Sa.InitiatorNonce, Sa.ResponderNonce, null);
            }
            else
            {
                _offer.Refused(error);
            }
            Ike.Done(Sa);
        }

        internal override void Abandon()
        {
            Ike.Module.Ipsec.AcquireFail(_offer.Spid);
        }
    }
}
