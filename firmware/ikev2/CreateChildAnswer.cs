using System;
using NfIpsec.Base;
using NfIpsec.Base.Algorithm;
using NfIpsec.Base.Crypto;
using NfIpsec.Base.Ports;
using NfIpsec.Ike.Session;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>CREATE_CHILD_SA, the peer's (RFC 7296 1.3): a further child, or one that takes over from another: it is installed
    /// beside it, and the peer then deletes the older one (1.3.3). New keys for the IKE SA itself are refused: its successor is a fresh
    /// IKE_SA_INIT.</summary>
    internal sealed class CreateChildAnswer : JobOwner
    {
        private readonly Ikev2Module _ike;
        private readonly IkeSa _sa;
        private readonly ChildAnswer _child;
        private readonly byte[] _nonce = new byte[IkeLimits.NonceBytes];
        private byte[] _peerNonce, _peerPublic, _public;
        private Secret _private;

        private CreateChildAnswer(Ikev2Module ike, IkeSa sa)
        {
            _ike = ike;
            _sa = sa;
            _child = new ChildAnswer(ike, sa, true);
        }

        internal static void Handle(Ikev2Module ike, IkeSa sa, PayloadIndex index)
        {
            if (ike.Module.Admin.Find(sa.Remote.Name, ike.Version) != sa.Remote)
            {
                // The remote was deleted, and somebody else may have its name: what runs may run out, what is new begins anew.
                ike.Sender.AnswerNotify(sa, ExchangeType.CreateChildSa, NotifyType.NoAdditionalSas, null);
                ike.Close(sa);
                return;
            }
            if (index.Shape == PayloadRules.IkeRekey)
            {
                ike.Sender.AnswerNotify(sa, ExchangeType.CreateChildSa, NotifyType.NoAdditionalSas, null);
                return;
            }
            int rekey = NotifyPayload.Find(index, NotifyType.RekeySa);
            if (rekey >= 0 && sa.FindOutbound(NotifyPayload.ChildSpi(index.Bytes, index.Offset[rekey])) == null)
            {
                NotFound(ike, sa, index, index.Offset[rekey]);
                return;
            }
            new CreateChildAnswer(ike, sa).Work(index);
        }

        // Names the SPI that was to be found (RFC 7296 3.10).
        private static void NotFound(Ikev2Module ike, IkeSa sa, PayloadIndex index, int rekey)
        {
            int protocol = NotifyPayload.Protocol(index.Bytes, rekey);
            int spi = NotifyPayload.ChildSpi(index.Bytes, rekey);
            NotifyPayload.WriteChild(ike.Sender.OpenAnswer(sa, ExchangeType.CreateChildSa), NotifyType.ChildSaNotFound, protocol, spi);
            ike.Sender.SendAnswer(sa, ExchangeType.CreateChildSa);
        }

        private void Work(PayloadIndex index)
        {
            int fault = _child.Choose(index);
            int ke = index.Find(PayloadType.KeyExchange);
            if (fault == Fault.None && _ike.Module.Random.Fill(_nonce, 0, _nonce.Length) != Status.XE_OK)
            {
                fault = Fault.OwnFault;
            }
            if (fault == Fault.None && _child.Chosen.Group >= 0)
            {
                fault = JudgeKe(index, ke);
                if (fault == Fault.OtherGroup)
                {
                    int group = Algorithms.Ikev2Number(_child.Chosen.Group);
                    _ike.Sender.AnswerNotify(_sa, ExchangeType.CreateChildSa, NotifyType.InvalidKePayload, new byte[] { (byte)(group >> 8), (byte)group });
                    return;
                }
            }
            if (fault != Fault.None)
            {
                Finish(fault);
                return;
            }
            int nonce = index.Find(PayloadType.Nonce);
            _peerNonce = CopyOf(index, nonce, 0);
            if (_child.Chosen.Group < 0)
            {
                Finish(_child.Install(_peerNonce, _nonce, null));
                return;
            }
            _peerPublic = CopyOf(index, ke, KePayload.DataAt);
            _sa.Parked = this;
            Begin(JobPort.DhGenerate, Algorithms.NativeId(_child.Chosen.Group), null);
        }

        private int JudgeKe(PayloadIndex index, int ke)
        {
            int row = _child.Chosen.Group;
            if (ke < 0 || KePayload.Group(index.Bytes, index.Offset[ke]) != Algorithms.Ikev2Number(row))
            {
                return Fault.OtherGroup;
            }
            return index.Length[ke] - KePayload.DataAt == KeyDerivation.DhLength(Algorithms.NativeId(row)) ? Fault.None : Fault.BadPublicValue;
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
            int status = _ike.Module.Jobs.Start(kind, a, src, 0, src == null ? 0 : src.Length, this);
            if (status != Status.XE_OK)
            {
                Finish(Fault.OwnFault);
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
                int fault = _child.Install(_peerNonce, _nonce, secret);
                secret.Dispose();
                Finish(fault);
            }
        }

        private void Finish(int fault)
        {
            MessageWriter writer = _ike.Sender.OpenAnswer(_sa, ExchangeType.CreateChildSa);
            _child.Write(writer, fault, _nonce);
            if (fault == Fault.None && _public != null)
            {
                KePayload.Write(writer, Algorithms.Ikev2Number(_child.Chosen.Group), _public, 0, _public.Length);
            }
            End();
            _ike.Sender.SendAnswer(_sa, ExchangeType.CreateChildSa);
            _ike.Rearm(_sa);
        }

        /// <summary>Wipes.</summary>
        internal void End()
        {
            if (_private != null)
            {
                _private.Dispose();
                _private = null;
            }
        }
    }
}
