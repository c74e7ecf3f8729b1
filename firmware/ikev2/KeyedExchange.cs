using System;
using NfIpsec.Base;
using NfIpsec.Base.Algorithm;
using NfIpsec.Base.Bytes;
using NfIpsec.Base.Crypto;
using NfIpsec.Base.Ports;
using NfIpsec.Ike.Session;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>CREATE_CHILD_SA, our side, whatever it makes (RFC 7296 1.3): a nonce, a Diffie-Hellman of its own where it has a group, and
    /// INVALID_KE_PAYLOAD in between.</summary>
    internal abstract class KeyedExchange : Exchange
    {
        /// <summary>Ours, and the peer's once its answer is good.</summary>
        protected byte[] Nonce, PeerNonce;

        /// <summary>Row of the Diffie-Hellman group; Algorithms.None: there is none.</summary>
        protected int Group;

        private Secret _private;
        private byte[] _public;
        private int _restarts;

        protected KeyedExchange(Ikev2Module ike, IkeSa sa, int group) : base(ike, sa)
        {
            Group = group;
        }

        internal override int Type
        {
            get { return ExchangeType.CreateChildSa; }
        }

        /// <summary>The form of a good answer, of PayloadRules.</summary>
        protected abstract int Shape { get; }

        /// <summary>Groups that the proposal has.</summary>
        protected abstract int[] Groups { get; }

        /// <summary>False when what it was for has been seen to while it waited.</summary>
        protected virtual bool IsNeeded
        {
            get { return true; }
        }

        /// <summary>Nothing was sent, for a reason of ours that may pass: a successor is tried again soon.</summary>
        protected abstract void Postpone();

        /// <summary>What must be there before the request; a fault, of which it has said what there is to say.</summary>
        protected abstract int Prepare();

        /// <summary>The answer but for nonce and public value; a fault.</summary>
        protected abstract int Judge(PayloadIndex index);

        /// <summary>The answer is good; ends the exchange.</summary>
        /// <param name="shared">g^ir, the caller's; null without a group.</param>
        protected abstract void Finish(Secret shared);

        /// <summary>The peer has said no; ends the exchange.</summary>
        /// <param name="error">Its notify, 0 when it gave none.</param>
        protected abstract void Refused(int error);

        /// <summary>The peer has made what we do not take; ends the exchange.</summary>
        protected abstract void Reject(int fault);

        // Also called again where a job found no room.
        internal override void Start()
        {
            if (PeerNonce != null)
            {
                Share();
            }
            else if (!IsNeeded || (Nonce == null && !Draw()))
            {
                GiveUp();
            }
            else if (Group >= 0)
            {
                Begin(JobPort.DhGenerate, Algorithms.NativeId(Group), null, 0, 0);
            }
            else
            {
                Ike.Sender.SendRequest(Sa);
            }
        }

        private bool Draw()
        {
            byte[] nonce = new byte[IkeLimits.NonceBytes];
            if (Ike.Module.Random.Fill(nonce, 0, nonce.Length) != Status.XE_OK)
            {
                Ike.Module.Log.Fail(Fault.NoRandom, Sa.Remote, Sa.Path.RemoteText, null);
                Postpone();
                return false;
            }
            int fault = Prepare();
            Nonce = fault == Fault.None ? nonce : null;
            return fault == Fault.None;
        }

        // Nothing was sent: the id is still free.
        private void GiveUp()
        {
            Sa.SendId--;
            Ike.Done(Sa);
        }

        public override void JobDone(int kind, Secret secret, int status, byte[] output)
        {
            if (secret == null && kind == JobPort.DhShared)
            {
                Unshared(Fault.OfSharedSecret(status));
            }
            else if (secret == null)
            {
                Ike.Module.Log.Fail(Fault.OwnFault, Sa.Remote, Sa.Path.RemoteText, Algorithms.Name(Group));
                Postpone();
                GiveUp();
            }
            else if (kind == JobPort.DhGenerate)
            {
                _private = secret;
                _public = new byte[KeyDerivation.DhLength(Algorithms.NativeId(Group))];
                Array.Copy(output, 0, _public, 0, _public.Length);
                Ike.Sender.SendRequest(Sa);
            }
            else
            {
                Finish(secret);
                secret.Dispose();
            }
        }

        // A bad public value is the end of the IKE SA, which the peer is told (RFC 6989 2.5).
        private void Unshared(int fault)
        {
            if (fault != Fault.BadPublicValue)
            {
                Reject(fault);
                return;
            }
            Ike.Module.Log.Fail(fault, Sa.Remote, Sa.Path.RemoteText, Algorithms.Name(Group));
            Abandon();
            Ike.Close(Sa);
            Ike.Done(Sa);
        }

        protected void WriteNonce(MessageWriter writer)
        {
            NoncePayload.Write(writer, Nonce, 0, Nonce.Length);
        }

        protected void WritePublic(MessageWriter writer)
        {
            if (Group >= 0)
            {
                KePayload.Write(writer, Algorithms.Ikev2Number(Group), _public, 0, _public.Length);
            }
        }

        internal override void Answer(IkeHeader header, PayloadIndex index)
        {
            int error = NotifyPayload.FirstError(index);
            if (error != NotifyType.TemporaryFailure || !IsNeeded)
            {
                Sa.TroubledSince = 0;
            }
            if (error == NotifyType.InvalidKePayload && ChangeGroup(index))
            {
                return;
            }
            if (index.Shape != Shape || error != 0)
            {
                Refused(error);
                return;
            }
            int fault = Judge(index);
            int ke = index.Find(PayloadType.KeyExchange);
            fault = fault == Fault.None && ke >= 0 != Group >= 0 ? Fault.BadSyntax : fault;
            if (fault != Fault.None)
            {
                Reject(fault);
                return;
            }
            int nonce = index.Find(PayloadType.Nonce);
            PeerNonce = new byte[index.Length[nonce]];
            Array.Copy(index.Bytes, index.Offset[nonce], PeerNonce, 0, PeerNonce.Length);
            if (Group < 0)
            {
                Finish(null);
            }
            else if (KePayload.Group(index.Bytes, index.Offset[ke]) != Algorithms.Ikev2Number(Group) || index.Length[ke] != KePayload.DataAt + _public.Length)
            {
                Unshared(Fault.BadPublicValue);
            }
            else
            {
                Array.Copy(index.Bytes, index.Offset[ke] + KePayload.DataAt, _public, 0, _public.Length);
                Share();
            }
        }

        // Only a group that we proposed, and not the one that was refused (RFC 7296 1.3).
        private bool ChangeGroup(PayloadIndex index)
        {
            int place = NotifyPayload.Find(index, NotifyType.InvalidKePayload);
            int number = BigEndian.Read16(index.Bytes, NotifyPayload.DataAt(index.Bytes, index.Offset[place]));
            for (int i = 0; i < Groups.Length && _restarts < IkeLimits.MaxRestarts; i++)
            {
                if (Algorithms.Ikev2Number(Groups[i]) == number && Groups[i] != Group)
                {
                    _restarts++;
                    Group = Groups[i];
                    Wipe();
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

        internal override void End()
        {
            Wipe();
        }

        private void Wipe()
        {
            if (_private != null)
            {
                _private.Dispose();
                _private = null;
            }
        }
    }
}
