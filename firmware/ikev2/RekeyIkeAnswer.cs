using NfIpsec.Base;
using NfIpsec.Base.Crypto;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Session;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>CREATE_CHILD_SA, the peer's, for the IKE SA itself (RFC 7296 1.3.2, 2.18). There is always a Diffie-Hellman.</summary>
    internal sealed class RekeyIkeAnswer : KeyedAnswer
    {
        private Transforms _chosen;
        private IkeSa _heir;

        internal RekeyIkeAnswer(Ikev2Module ike, IkeSa sa) : base(ike, sa)
        {
        }

        protected override int Group
        {
            get { return _chosen.Group; }
        }

        protected override int Choose(PayloadIndex index)
        {
            // Who does not delete the older ones has more and more of them.
            if (Sa.Remote.Method == AuthMethod.NullAuth && Strangers.Full(Ike, Sa.Path) != null)
            {
                return Fault.TooMany;
            }
            _chosen = Ike.Choice.ForIke(index, index.Find(PayloadType.SecurityAssociation), Sa.Remote, Sa.Chosen, false);
            return _chosen == null || _chosen.IkeSpi == 0 ? Fault.NoProposal : Fault.None;
        }

        protected override int Make(Secret shared)
        {
            IkeSa heir = Ike.Sas.Succeed(Sa, false, Ike.Module.Clock.Now);
            if (heir == null)
            {
                return Ike.Sas.Refusal;
            }
            heir.PeerSpi = _chosen.IkeSpi;
            heir.InitiatorNonce = PeerNonce;
            heir.ResponderNonce = Nonce;
            if (heir.PeerSpi == heir.OurSpi || KeySetup.Renew(Ike, Sa, heir, _chosen, shared) != Status.XE_OK)
            {
                Ike.Kill(heir);
                return Fault.OwnFault;
            }
            _heir = heir;
            return Fault.None;
        }

        protected override void Write(MessageWriter writer, int fault)
        {
            if (fault != Fault.None)
            {
                Ike.Module.Log.Refuse(fault, Sa.Remote, Sa.Path.RemoteText, "new keys for the IKE SA");
                NotifyPayload.Open(writer, Fault.Notify(fault));
                return;
            }
            ProposalWriter.WriteChosen(writer, _chosen, true, _heir.OurSpi);
            NoncePayload.Write(writer, Nonce, 0, Nonce.Length);
        }

        protected override void Answered(int fault)
        {
            if (fault == Fault.None)
            {
                Succession.Theirs(Ike, Sa, _heir, Nonces.Lower(PeerNonce, Nonce));
            }
        }
    }
}
