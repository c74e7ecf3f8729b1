using System;
using NfIpsec.Base;
using NfIpsec.Base.Algorithm;
using NfIpsec.Base.Crypto;
using NfIpsec.Base.Ports;
using NfIpsec.Ike.Session;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>CREATE_CHILD_SA, the peer's, whatever it makes (RFC 7296 1.3): our nonce, and where the chosen proposal has a group two
    /// jobs between request and answer.</summary>
    internal abstract class KeyedAnswer : JobOwner
    {
        protected readonly Ikev2Module Ike;
        protected readonly IkeSa Sa;
        protected readonly byte[] Nonce = new byte[IkeLimits.NonceBytes];
        protected byte[] PeerNonce;

        private byte[] _peerPublic, _public;
        private Secret _private;

        protected KeyedAnswer(Ikev2Module ike, IkeSa sa)
        {
            Ike = ike;
            Sa = sa;
        }

        /// <summary>Row of the chosen group, -1 for none; after Choose.</summary>
        protected abstract int Group { get; }

        /// <summary>True when what the request was about is being closed by now.</summary>
        protected virtual bool IsOverrun
        {
            get { return !Sa.IsEstablished; }
        }

        /// <summary>Chooses from the request; a fault.</summary>
        protected abstract int Choose(PayloadIndex index);

        /// <summary>Makes it, before the answer is sent: the peer may use it at once (RFC 7296 2.8); a fault.</summary>
        /// <param name="shared">g^ir, the caller's; null without a group.</param>
        protected abstract int Make(Secret shared);

        /// <summary>Writes the answer but for the public value, or the notify that the fault is answered with, and says what failed.</summary>
        protected abstract void Write(MessageWriter writer, int fault);

        /// <summary>The answer is on its way.</summary>
        protected virtual void Answered(int fault)
        {
        }

        internal void Work(PayloadIndex index)
        {
            int fault = Choose(index);
            if (fault == Fault.None && Ike.Module.Random.Fill(Nonce, 0, Nonce.Length) != Status.XE_OK)
            {
                fault = Fault.NoRandom;
            }
            if (fault != Fault.None)
            {
                Finish(fault);
                return;
            }
            PeerNonce = CopyOf(index, index.Find(PayloadType.Nonce), 0);
            if (Group < 0)
            {
                Finish(Make(null));
                return;
            }
            int ke = index.Find(PayloadType.KeyExchange);
            if (ke < 0 || KePayload.Group(index.Bytes, index.Offset[ke]) != Algorithms.Ikev2Number(Group))
            {
                Ike.Sender.AnswerNotify(Sa, ExchangeType.CreateChildSa, NotifyType.InvalidKePayload, Number(Algorithms.Ikev2Number(Group)));
                End();
            }
            else if (index.Length[ke] - KePayload.DataAt != KeyDerivation.DhLength(Algorithms.NativeId(Group)))
            {
                Finish(Fault.BadPublicValue);
            }
            else
            {
                _peerPublic = CopyOf(index, ke, KePayload.DataAt);
                Sa.Parked = this;
                Begin(JobPort.DhGenerate, Algorithms.NativeId(Group), null);
            }
        }

        private static byte[] Number(int group)
        {
            return new byte[] { (byte)(group >> 8), (byte)group };
        }

        private static byte[] CopyOf(PayloadIndex index, int place, int skip)
        {
            byte[] copy = new byte[index.Length[place] - skip];
            Array.Copy(index.Bytes, index.Offset[place] + skip, copy, 0, copy.Length);
            return copy;
        }

        // A full desk: TEMPORARY_FAILURE (RFC 7296 2.25), the peer tries again.
        private void Begin(int kind, int a, byte[] src)
        {
            int status = Ike.Module.Jobs.Start(kind, a, src, 0, src == null ? 0 : src.Length, this);
            if (status != Status.XE_OK)
            {
                Finish(Fault.OfJob(status));
            }
        }

        public override void JobDone(int kind, Secret secret, int status, byte[] output)
        {
            if (secret == null)
            {
                Finish(kind == JobPort.DhShared ? Fault.OfSharedSecret(status) : Fault.OwnFault);
            }
            else if (kind == JobPort.DhGenerate)
            {
                _private = secret;
                _public = new byte[_peerPublic.Length];
                Array.Copy(output, 0, _public, 0, _public.Length);
                Begin(JobPort.DhShared, _private.Handle, _peerPublic);
            }
            else
            {
                int fault = IsOverrun ? Fault.Overrun : Make(secret);
                secret.Dispose();
                Finish(fault);
            }
        }

        // A bad public value is the end of the IKE SA on both sides (RFC 6989 2.5).
        private void Finish(int fault)
        {
            MessageWriter writer = Ike.Sender.OpenAnswer(Sa, ExchangeType.CreateChildSa);
            Write(writer, fault);
            if (fault == Fault.None && Group >= 0)
            {
                KePayload.Write(writer, Algorithms.Ikev2Number(Group), _public, 0, _public.Length);
            }
            Ike.Sender.SendAnswer(Sa, ExchangeType.CreateChildSa);
            if (fault == Fault.BadPublicValue)
            {
                Ike.Kill(Sa);
            }
            else
            {
                Answered(fault);
            }
            End();
            Ike.Rearm(Sa);
        }

        /// <summary>Wipes.</summary>
        internal virtual void End()
        {
            if (_private != null)
            {
                _private.Dispose();
                _private = null;
            }
        }
    }
}
