using NfIpsec.Base.Algorithm;
using NfIpsec.Base.Crypto;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Session;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>CREATE_CHILD_SA, our side, for a child: a further one (RFC 7296 1.3.1), or the successor of one (1.3.3), with a
    /// Diffie-Hellman of its own where the policy has pfs.</summary>
    internal sealed class ChildExchange : KeyedExchange
    {
        private readonly ChildOffer _offer;
        private readonly ChildConfig _child;
        private readonly ChildSa _old;

        // SPIs that the peer has deleted while its answer did not come; null: none.
        private int[] _gone;
        private int _goneCount;

        /// <param name="old">The child that this one takes over from, or null.</param>
        internal ChildExchange(Ikev2Module ike, IkeSa sa, ChildConfig child, ChildSa old)
            : base(ike, sa, child.Groups.Length > 0 ? child.Groups[0] : Algorithms.None)
        {
            _child = old == null ? child : child.Preferring(old.Encryption, old.Integrity);
            _offer = new ChildOffer(ike, sa, _child, true, old);
            _old = old;
        }

        internal override int Spid
        {
            get { return _child.Spid; }
        }

        protected override int Shape
        {
            get { return PayloadRules.Child; }
        }

        protected override int[] Groups
        {
            get { return _child.Groups; }
        }

        protected override bool IsNeeded
        {
            get { return _old == null || (Sa.FindInbound(_old.InboundSpi) == _old && _old.IsCurrent); }
        }

        internal override void MoveTo(IkeSa sa)
        {
            base.MoveTo(sa);
            _offer.MoveTo(sa);
        }

        protected override int Prepare()
        {
            int fault = _offer.Prepare();
            if (fault != Fault.None)
            {
                Ike.Module.Log.Fail(fault, Sa.Remote, Sa.Path.RemoteText, "policy '" + _offer.Name + "'");
                Postpone();
            }
            return fault;
        }

        internal override void Write(MessageWriter writer)
        {
            if (_old != null)
            {
                NotifyPayload.WriteChild(writer, NotifyType.RekeySa, _old.Protocol, _old.InboundSpi);
            }
            _offer.WriteProposal(writer);
            WriteNonce(writer);
            WritePublic(writer);
            _offer.WriteSelectors(writer);
        }

        protected override int Judge(PayloadIndex index)
        {
            return _offer.Judge(index);
        }

        internal override void Deleted(int protocol, int spi)
        {
            _gone = _gone == null ? new int[IkeLimits.MaxEarlyDeletes] : _gone;
            if (_goneCount < _gone.Length)
            {
                _gone[_goneCount++] = spi;
            }
        }

        protected override void Finish(Secret shared)
        {
            int fault = _offer.Install(Nonce, PeerNonce, shared, out ChildSa made);
            if (fault != Fault.None)
            {
                Reject(fault);
                return;
            }
            if (_goneCount > 0 && System.Array.IndexOf(_gone, made.OutboundSpi, 0, _goneCount) >= 0)
            {
                Ike.RemoveChild(Sa, made);
            }
            else if (_old != null)
            {
                Settle(made);
            }
            Ike.Done(Sa);
        }

        // Who made the redundant one closes it; who made the one that stays closes the older one (RFC 7296 2.8.1).
        private void Settle(ChildSa made)
        {
            bool redundant = _old.PeerNonce != null && Nonces.IsLower(Nonces.Lower(Nonce, PeerNonce), _old.PeerNonce);
            Ike.CloseChild(Sa, redundant ? made : _old);
        }

        protected override void Reject(int fault)
        {
            _offer.Reject(fault);
            if (_old != null)
            {
                Ike.Reauthenticate(Sa);
            }
            Ike.Done(Sa);
        }

        // RFC 7296 2.25. Nothing need be done where the peer has rekeyed or closed the child in the meantime.
        protected override void Refused(int error)
        {
            if (!IsNeeded)
            {
                Ike.Done(Sa);
                return;
            }
            if (error == NotifyType.TemporaryFailure)
            {
                Later();
            }
            else if (error == NotifyType.ChildSaNotFound && IsNew)
            {
                _old.RenewAt = Ike.Soon;
            }
            else if (error == NotifyType.ChildSaNotFound && _old != null)
            {
                Ike.RemoveChild(Sa, _old);
                if (!Sa.Carries(_old.Spid))
                {
                    Ike.Run(Sa, new ChildExchange(Ike, Sa, _child, null));
                }
            }
            else
            {
                _offer.Refused(error);
                if (_old != null)
                {
                    Ike.Reauthenticate(Sa);
                }
            }
            Ike.Done(Sa);
        }

        // The answer by which the peer gets what it asked for may still be on its way, lost and sent again: it does not know the SA yet.
        private bool IsNew
        {
            get { return _old != null && !_old.Initiator && Ike.Module.Clock.Now - _old.CreatedAt < IkeLimits.UnknownMs; }
        }

        private void Later()
        {
            long at = Ike.RetryAt(Sa);
            if (_old != null)
            {
                _old.RenewAt = at;
            }
            else if (at != long.MaxValue)
            {
                ChildExchange again = new ChildExchange(Ike, Sa, _child, null);
                again.NotBefore = at;
                Ike.Run(Sa, again);
            }
        }

        protected override void Postpone()
        {
            Abandon();
            if (_old != null)
            {
                _old.RenewAt = Ike.Soon;
            }
        }

        internal override void Abandon()
        {
            Ike.Module.Ipsec.AcquireFail(_offer.Spid);
        }
    }
}
