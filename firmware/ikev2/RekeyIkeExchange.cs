using NfIpsec.Base;
using NfIpsec.Base.Crypto;
using NfIpsec.Ike.Session;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>CREATE_CHILD_SA, our side, for the IKE SA itself (RFC 7296 1.3.2, 2.18): SA with our new SPI, Ni, KEi; SA, Nr, KEr back.</summary>
    internal sealed class RekeyIkeExchange : KeyedExchange
    {
        private IkeSa _heir;
        private Transforms _chosen;

        internal RekeyIkeExchange(Ikev2Module ike, IkeSa sa) : base(ike, sa, sa.Chosen.Group)
        {
        }

        protected override int Shape
        {
            get { return PayloadRules.IkeRekey; }
        }

        protected override int[] Groups
        {
            get { return Sa.Remote.Groups; }
        }

        protected override bool IsNeeded
        {
            get { return Sa.IsEstablished; }
        }

        protected override int Prepare()
        {
            _heir = Ike.Sas.Succeed(Sa, true, Ike.Module.Clock.Now);
            if (_heir != null)
            {
                return Fault.None;
            }
            Ike.Module.Log.Fail(Ike.Sas.Refusal, Sa.Remote, Sa.Path.RemoteText, Ike.Sas.Full);
            Postpone();
            return Ike.Sas.Refusal;
        }

        protected override void Postpone()
        {
            Abandon();
            Sa.SoftAt = Ike.Soon;
        }

        internal override void Write(MessageWriter writer)
        {
            ProposalWriter.WriteIke(writer, Sa.Remote, Sa.Chosen, _heir.OurSpi);
            WriteNonce(writer);
            WritePublic(writer);
        }

        protected override int Judge(PayloadIndex index)
        {
            _chosen = Ike.Choice.ForIke(index, index.Find(PayloadType.SecurityAssociation), Sa.Remote, Sa.Chosen, true);
            if (_chosen == null || _chosen.Group != Group)
            {
                return Fault.NoProposal;
            }
            return _chosen.IkeSpi == 0 || _chosen.IkeSpi == _heir.OurSpi ? Fault.BadSyntax : Fault.None;
        }

        protected override void Finish(Secret shared)
        {
            IkeSa heir = _heir;
            heir.PeerSpi = _chosen.IkeSpi;
            heir.InitiatorNonce = Nonce;
            heir.ResponderNonce = PeerNonce;
            int status = KeySetup.Renew(Ike, Sa, heir, _chosen, shared);
            if (status != Status.XE_OK)
            {
                Reject(Fault.OwnFault);
                return;
            }
            _heir = null;
            Succession.Ours(Ike, Sa, heir, Nonces.Lower(Nonce, PeerNonce));
            Ike.Done(Sa);
        }

        // The peer has an SA that we do not have: with it goes the one that it was to take over from.
        protected override void Reject(int fault)
        {
            Ike.Module.Log.Fail(fault, Sa.Remote, Sa.Path.RemoteText, "new keys for the IKE SA");
            Abandon();
            Ike.Close(Sa);
            Ike.Done(Sa);
        }

        // RFC 7296 2.25.2. Nothing need be done where the peer's own rekeying has come through.
        protected override void Refused(int error)
        {
            Abandon();
            if (Sa.Heir != null)
            {
                Succession.Take(Ike, Sa);
            }
            else if (error == NotifyType.TemporaryFailure)
            {
                Sa.SoftAt = Ike.RetryAt(Sa);
            }
            else if (Sa.IsEstablished)
            {
                Ike.Module.Log.Info("remote '" + Sa.Remote.Name + "' does not rekey the IKE SA (" + NotifyType.Name(error) + "): a fresh one takes over");
                Ike.Reauthenticate(Sa);
            }
            Ike.Done(Sa);
        }

        // An heir that has no children by now gets none.
        internal override void End()
        {
            base.End();
            Abandon();
        }

        internal override void Abandon()
        {
            if (_heir != null)
            {
                IkeSa heir = _heir;
                _heir = null;
                Ike.Kill(heir);
            }
        }
    }
}
