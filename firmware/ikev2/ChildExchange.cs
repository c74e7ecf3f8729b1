using System;
using NfIpsec.Base;
using NfIpsec.Base.Algorithm;
using NfIpsec.Base.Crypto;
using NfIpsec.Base.Ports;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Session;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>CREATE_CHILD_SA, our side (RFC 7296 1.3.1): one more child, with a Diffie-Hellman of its own where the policy has
    /// pfs.</summary>
    internal sealed class ChildExchange : Exchange
    {
        private readonly ChildOffer _offer;
        private readonly ChildConfig _child;
        private readonly ChildSa _old;
        private Secret _private;
        private byte[] _public, _nonce, _peerNonce;
        private int _group, _restarts;

        /// <param name="old">The child that this one takes over from, or null.</param>
        internal ChildExchange(Ikev2Module ike, IkeSa sa, ChildConfig child, ChildSa old) : base(ike, sa)
        {
            _offer = new ChildOffer(ike, sa, child, true);
            _child = child;
            _old = old;
            _group = child.Groups.Length > 0 ? child.Groups[0] : Algorithms.None;
        }

        internal override int Type
        {
            get { return ExchangeType.CreateChildSa; }
        }

        internal override int Spid
        {
            get { return _offer.Spid; }
        }

        internal override void Start()
        {
            if (_peerNonce != null)
            {
                Share();
                return;
            }
            int fault = Prepare();
            if (fault != Fault.None)
            {
                Ike.Module.Log.Fail(fault, Sa.Remote, Sa.Path.RemoteText, "policy '" + _offer.Name + "'");
                Abandon();
                // Nothing was sent: the id is still free.
                Sa.SendId--;
                Ike.Done(Sa);
            }
            else if (_group >= 0)
            {
                Begin(JobPort.DhGenerate, Algorithms.NativeId(_group), null, 0, 0);
            }
            else
            {
                Ike.Sender.SendRequest(Sa);
            }
        }

        private int Prepare()
        {
            if (_nonce != null)
            {
                return Fault.None;
            }
            byte[] nonce = new byte[IkeLimits.NonceBytes];
            if (Ike.Module.Random.Fill(nonce, 0, nonce.Length) != Status.XE_OK)
            {
                return Fault.OwnFault;
            }
            int fault = _offer.Prepare();
            _nonce = fault == Fault.None ? nonce : null;
            return fault;
        }

        public override void JobDone(int kind, Secret secret, int status, byte[] output)
        {
            if (secret == null)
            {
                Failed(kind, status);
                Ike.Done(Sa);
            }
            else if (kind == JobPort.DhGenerate)
            {
                _private = secret;
                _public = new byte[KeyDerivation.DhLength(Algorithms.NativeId(_group))];
                Array.Copy(output, 0, _public, 0, _public.Length);
                Ike.Sender.SendRequest(Sa);
            }
            else
            {
                Finish(secret);
                secret.Dispose();
            }
        }

        // Before the request the id is still free; after the answer the peer has a child that we do not have.
        private void Failed(int kind, int status)
        {
            if (kind == JobPort.DhShared)
            {
                _offer.Reject(Fault.OfSharedSecret(status));
                return;
            }
            Ike.Module.Log.Fail(Fault.OwnFault, Sa.Remote, Sa.Path.RemoteText, Algorithms.Name(_group));
            Sa.SendId--;
            Abandon();
        }

        internal override void Write(MessageWriter writer)
        {
            _offer.WriteProposal(writer);
            NoncePayload.Write(writer, _nonce, 0, _nonce.Length);
            if (_group >= 0)
            {
                KePayload.Write(writer, Algorithms.Ikev2Number(_group), _public, 0, _public.Length);
            }
            _offer.WriteSelectors(writer);
        }

        internal override void Answer(IkeHeader header, PayloadIndex index)
        {
            int error = NotifyPayload.FirstError(index);
            if (error == NotifyType.InvalidKePayload && ChangeGroup(index))
            {
                return;
            }
            if (index.Shape != PayloadRules.Child || error != 0)
            {
                _offer.Refused(error);
                Ike.Done(Sa);
                return;
            }
            int fault = _offer.Judge(index);
            int ke = index.Find(PayloadType.KeyExchange);
            bool shares = ke >= 0;
            if (fault == Fault.None && shares != _group >= 0)
            {
                fault = Fault.BadSyntax;
            }
            if (fault == Fault.None && shares)
            {
                bool fits = KePayload.Group(index.Bytes, index.Offset[ke]) == Algorithms.Ikev2Number(_group) && index.Length[ke] == KePayload.DataAt + _public.Length;
                fault = fits ? Fault.None : Fault.BadPublicValue;
            }
            if (fault != Fault.None)
            {
                _offer.Reject(fault);
                Ike.Done(Sa);
                return;
            }
            int nonce = index.Find(PayloadType.Nonce);
            _peerNonce = new byte[index.Length[nonce]];
            Array.Copy(index.Bytes, index.Offset[nonce], _peerNonce, 0, _peerNonce.Length);
            if (!shares)
            {
                Finish(null);
                return;
            }
            Array.Copy(index.Bytes, index.Offset[ke] + KePayload.DataAt, _public, 0, _public.Length);
            Share();
        }

        private bool ChangeGroup(PayloadIndex index)
        {
            int place = NotifyPayload.Find(index, NotifyType.InvalidKePayload);
            int number = Base.Bytes.BigEndian.Read16(index.Bytes, NotifyPayload.DataAt(index.Bytes, index.Offset[place]));
            for (int i = 0; i < _child.Groups.Length && _restarts < IkeLimits.MaxRestarts; i++)
            {
                if (Algorithms.Ikev2Number(_child.Groups[i]) == number && _child.Groups[i] != _group)
                {
                    _restarts++;
                    _group = _child.Groups[i];
                    End();
                    Sa.SendId++;
                    Start();
                    return true;
                }
            }
            return false;
        }

        // From here on _public is the peer's.
        private void Share()
        {
            Begin(JobPort.DhShared, _private.Handle, _public, 0, _public.Length);
        }

        private void Finish(Secret shared)
        {
            int fault = _offer.Install(_nonce, _peerNonce, shared);
            if (fault != Fault.None)
            {
                _offer.Reject(fault);
            }
            else if (_old != null && Sa.FindInbound(_old.InboundSpi) == _old)
            {
                Sa.RemoveChild(_old);
                Ike.Module.Ipsec.DeleteSpi(_old.InboundSpi);
                Ike.Run(Sa, new DeleteChildExchange(Ike, Sa, _old.Protocol, _old.InboundSpi));
            }
            Ike.Done(Sa);
        }

        internal override void Abandon()
        {
            Ike.Module.Ipsec.AcquireFail(_offer.Spid);
        }

        internal override void End()
        {
            if (_private != null)
            {
                _private.Dispose();
                _private = null;
            }
        }
    }
}
