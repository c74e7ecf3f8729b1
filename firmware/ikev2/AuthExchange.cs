using NfIpsec.Base;
using NfIpsec.Base.Crypto;
using NfIpsec.Base.Ports;
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
        private readonly OwnProof _own;
        private PeerProof _peer;
        private bool _prepared;

        /// <param name="sendings">How often IKE_AUTH was sent after another answer to IKE_SA_INIT.</param>
        internal AuthExchange(Ikev2Module ike, IkeSa sa, ChildConfig child, int sendings) : base(ike, sa)
        {
            _offer = new ChildOffer(ike, sa, child, false, null);
            _sendings = sendings;
            _own = AuthMethod.HasCertificates(sa.Remote.Method) ? new OwnProof(ike, sa) : null;
        }

        internal override int Type
        {
            get { return ExchangeType.IkeAuth; }
        }

        internal override int Spid
        {
            get { return _offer.Spid; }
        }

        // Also called again where a job found no room.
        internal override void Start()
        {
            if (_peer != null)
            {
                Examine();
                return;
            }
            int fault = _prepared ? Fault.None : _offer.Prepare();
            if (fault != Fault.None)
            {
                Ike.Fail(Sa, fault, "policy '" + _offer.Name + "'");
                return;
            }
            _prepared = true;
            if (_own == null || _own.IsSigned)
            {
                Ike.Sender.SendRequest(Sa, _sendings);
            }
            else
            {
                Sign();
            }
        }

        private void Sign()
        {
            int status = _own.Sign(this);
            if (status == Status.NFI_BUSY)
            {
                Later();
            }
            else if (status != Status.XE_OK)
            {
                Ike.Fail(Sa, status == Status.XE_UNKNOWN_ALGORITHM ? Fault.OtherMethod : Fault.OwnFault, "our signature, code " + status.ToString());
            }
        }

        private void Later()
        {
            Sa.StartAt = Ike.Module.Clock.Now + IkeLimits.JobRetryMs;
            Ike.Rearm(Sa);
        }

        public override void JobDone(int kind, Secret secret, int status, byte[] output)
        {
            if (kind != JobPort.Sign)
            {
                Examined(_peer.Take(kind, status, output));
                return;
            }
            status = _own.Take(Ike.Module.Jobs.Result, output);
            if (status == Status.XE_OK)
            {
                Ike.Sender.SendRequest(Sa, _sendings);
            }
            else
            {
                Ike.Fail(Sa, Fault.OwnFault, "our signature, code " + status.ToString());
            }
        }

        internal override void Write(MessageWriter writer)
        {
            int status = Status.XE_OK;
            if (_own != null)
            {
                _own.Write(writer);
            }
            else
            {
                status = Proof.Write(writer, Sa);
            }
            if (status != Status.XE_OK)
            {
                writer.Result = status;
                return;
            }
            if (Sa.Remote.Method != AuthMethod.NullAuth && Ike.Sas.FindRemote(Sa.Remote, Sa) == null)
            {
                NotifyPayload.Open(writer, NotifyType.InitialContact);
            }
            if (Sa.Remote.VirtualRequest)
            {
                Configuration.WriteRequest(writer);
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
            else if (_own != null)
            {
                _peer = new PeerProof(Ike, Sa, Sa.Remote, index, id);
                int fault = _peer.Look();
                if (fault == Fault.None)
                {
                    Examine();
                }
                else
                {
                    Distrust(fault, _peer.Detail);
                }
            }
            else if (!Proof.Holds(Sa, Sa.Remote, index, id))
            {
                Distrust(Proof.FaultOf(Sa.Remote, index), null);
            }
            else
            {
                Establish(index);
            }
        }

        // The next job of the peer's proof.
        private void Examine()
        {
            int status = _peer.Begin(this);
            if (status == Status.NFI_BUSY)
            {
                Later();
            }
            else if (status != Status.XE_OK)
            {
                Distrust(_peer.FaultOf(status), _peer.Detail);
            }
        }

        private void Examined(int fault)
        {
            if (fault != Fault.None)
            {
                Distrust(fault, _peer.Detail);
            }
            else if (_peer.IsProved)
            {
                Establish(_peer.Index);
            }
            else
            {
                Examine();
            }
        }

        private void Refused(PayloadIndex index)
        {
            End();
            if (Sa.Init.TryOther(false))
            {
                return;
            }
            int error = NotifyPayload.FirstError(index);
            bool proof = error == NotifyType.AuthenticationFailed;
            Ike.Fail(Sa, Fault.PeerRefused, NotifyType.Name(error) + (!proof ? "" : _own != null
                ? ": compare -f with -g on both sides; the peer's log says what it thinks of our certificate" : ": compare the files of -h, and -f with -g, on both sides"));
        }

        // The peer believes in the SA and we do not: tell it.
        private void Distrust(int fault, string detail)
        {
            End();
            Sa.SendId++;
            Ike.Sender.Farewell(Sa);
            if (!Sa.Init.TryOther(false))
            {
                Ike.Fail(Sa, fault, detail);
            }
        }

        private void Establish(PayloadIndex index)
        {
            Sa.PeerId = Identities.Proved(Sa.Remote, index, index.Find(PayloadType.IdResponder));
            Ike.Establish(Sa);
            int error = NotifyPayload.FirstError(index);
            if (Sa.Remote.VirtualRequest && Configuration.Take(Ike, Sa, index) != Fault.None)
            {
                Sa.Remote.AddressRetryAt = Ike.Module.Clock.Now + IkeLimits.AddressRetryMs;
            }
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

        internal override void End()
        {
            Ike.Module.Jobs.Cancel(this);
            if (_peer != null)
            {
                _peer.End();
            }
        }

        internal override void Abandon()
        {
            Ike.Module.Ipsec.AcquireFail(_offer.Spid);
        }
    }
}
