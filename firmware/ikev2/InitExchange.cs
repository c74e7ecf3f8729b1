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
    /// <summary>IKE_SA_INIT, our side (RFC 7296 1.2): SAi1, KEi, Ni; SAr1, KEr, Nr back; in between COOKIE and INVALID_KE_PAYLOAD.
    /// Errors in it are unauthenticated: one is told, and the request goes on until its time is over (2.21.1).</summary>
    internal sealed class InitExchange : Exchange
    {
        private readonly ChildConfig _child;
        private Secret _private;
        private byte[] _public, _cookie;
        private int _group, _restarts;
        private Transforms _chosen;

        internal InitExchange(Ikev2Module ike, IkeSa sa, ChildConfig child) : base(ike, sa)
        {
            _child = child;
            _group = sa.Remote.Groups[0];
        }

        internal override int Type
        {
            get { return ExchangeType.IkeSaInit; }
        }

        internal override int Spid
        {
            get { return _child.Spid; }
        }

        internal override void Start()
        {
            if (_chosen != null)
            {
                Share();
            }
            else if (Sa.InitiatorNonce != null || Draw())
            {
                Begin(JobPort.DhGenerate, Algorithms.NativeId(_group), null, 0, 0);
            }
        }

        private bool Draw()
        {
            byte[] nonce = new byte[IkeLimits.NonceBytes];
            if (Ike.Module.Random.Fill(nonce, 0, nonce.Length) != Status.XE_OK)
            {
                Ike.Fail(Sa, Fault.OwnFault, "no random numbers");
                return false;
            }
            Sa.InitiatorNonce = nonce;
            return true;
        }

        public override void JobDone(int kind, Secret secret, int status, byte[] output)
        {
            if (secret == null)
            {
                Ike.Fail(Sa, kind == JobPort.DhShared ? Fault.BadPublicValue : Fault.OwnFault, Algorithms.Name(_group) + ", code " + status.ToString());
            }
            else if (kind == JobPort.DhGenerate)
            {
                _private = secret;
                _public = new byte[KeyDerivation.DhLength(Algorithms.NativeId(_group))];
                Array.Copy(output, 0, _public, 0, _public.Length);
                if (Sa.State == IkeState.New)
                {
                    Sa.MoveTo(IkeState.InitSent, Ike.Module.Log);
                }
                Ike.Sender.SendRequest(Sa);
            }
            else
            {
                Finish(secret);
            }
        }

        internal override void Write(MessageWriter writer)
        {
            if (_cookie != null)
            {
                NotifyPayload.Write(writer, NotifyType.Cookie, _cookie, 0, _cookie.Length);
            }
            ProposalWriter.WriteIke(writer, Sa.Remote);
            KePayload.Write(writer, Algorithms.Ikev2Number(_group), _public, 0, _public.Length);
            NoncePayload.Write(writer, Sa.InitiatorNonce, 0, Sa.InitiatorNonce.Length);
            NatDetection.Write(writer, Sa);
        }

        internal override void Answer(IkeHeader header, PayloadIndex index)
        {
        }

        /// <param name="bytes">The whole answer at offset: AUTH covers it.</param>
        internal void Answer(IkeHeader header, PayloadIndex index, IkePath path, byte[] bytes, int offset)
        {
            if (_chosen != null || Sa.Request == null)
            {
                return;
            }
            if (index.Shape == PayloadRules.Init)
            {
                Accept(header, index, path, bytes, offset);
            }
            else
            {
                Refused(index);
            }
        }

        // ---- COOKIE, INVALID_KE_PAYLOAD, errors ----

        private void Refused(PayloadIndex index)
        {
            int cookie = NotifyPayload.Find(index, NotifyType.Cookie);
            int group = NotifyPayload.Find(index, NotifyType.InvalidKePayload);
            if (cookie >= 0 && _restarts < IkeLimits.MaxRestarts)
            {
                _restarts++;
                _cookie = new byte[NotifyPayload.DataLength(index.Bytes, index.Offset[cookie], index.Length[cookie])];
                Array.Copy(index.Bytes, NotifyPayload.DataAt(index.Bytes, index.Offset[cookie]), _cookie, 0, _cookie.Length);
                Ike.Sender.SendRequest(Sa);
            }
            else if (group >= 0 && _restarts < IkeLimits.MaxRestarts)
            {
                ChangeGroup(Base.Bytes.BigEndian.Read16(index.Bytes, NotifyPayload.DataAt(index.Bytes, index.Offset[group])));
            }
            else if (!Sa.Explained)
            {
                Sa.Explained = true;
                int error = NotifyPayload.FirstError(index);
                int fault = error == NotifyType.NoProposalChosen ? Fault.NoProposal : Fault.PeerRefused;
                Ike.Module.Log.Fail(fault, Sa.Remote, Sa.Path.RemoteText, "the peer says " + NotifyType.Name(error));
            }
        }

        // Only a group that we proposed, and not the one that was refused (RFC 7296 1.2).
        private void ChangeGroup(int number)
        {
            for (int i = 0; i < Sa.Remote.Groups.Length; i++)
            {
                int row = Sa.Remote.Groups[i];
                if (Algorithms.Ikev2Number(row) == number && row != _group)
                {
                    _restarts++;
                    _group = row;
                    Wipe();
                    Sa.Request = null;
                    Sa.SendAt = long.MaxValue;
                    Start();
                    return;
                }
            }
            Ike.Module.Log.Count(Fault.OtherGroup, Sa.Path);
        }

        // ---- the answer ----

        private void Accept(IkeHeader header, PayloadIndex index, IkePath path, byte[] bytes, int offset)
        {
            Transforms chosen = Ike.Choice.ForIke(index, index.Find(PayloadType.SecurityAssociation), Sa.Remote, true);
            int ke = index.Find(PayloadType.KeyExchange);
            bool group = chosen != null && chosen.Group == _group && KePayload.Group(index.Bytes, index.Offset[ke]) == Algorithms.Ikev2Number(_group)
                && index.Length[ke] == KePayload.DataAt + _public.Length;
            if (!group || header.ResponderSpi == 0 || header.ResponderSpi == Sa.OurSpi)
            {
                Ike.Module.Log.Count(chosen == null ? Fault.NoProposal : Fault.BadSyntax, path);
                return;
            }
            _chosen = chosen;
            Sa.PeerSpi = header.ResponderSpi;
            Sa.ResponderNonce = CopyOf(index, index.Find(PayloadType.Nonce), 0);
            Sa.InitResponse = new byte[header.Length];
            Array.Copy(bytes, offset, Sa.InitResponse, 0, header.Length);
            _public = CopyOf(index, ke, KePayload.DataAt);
            NatDetection.Read(index, header, path, Sa);
            Sa.SendAt = long.MaxValue;
            Share();
            Ike.Rearm(Sa);
        }

        private static byte[] CopyOf(PayloadIndex index, int place, int skip)
        {
            byte[] copy = new byte[index.Length[place] - skip];
            Array.Copy(index.Bytes, index.Offset[place] + skip, copy, 0, copy.Length);
            return copy;
        }

        // From here on _public is the peer's.
        private void Share()
        {
            Begin(JobPort.DhShared, _private.Handle, _public, 0, _public.Length);
        }

        private void Finish(Secret shared)
        {
            int status = KeySetup.Derive(Ike, Sa, _chosen, shared);
            shared.Dispose();
            if (status != Status.XE_OK || !Sa.MoveTo(IkeState.AuthSent, Ike.Module.Log))
            {
                Ike.Fail(Sa, Fault.OwnFault, "keys, code " + status.ToString());
                return;
            }
            if (Sa.HasNat)
            {
                Sa.Path.LocalPort = IkePath.NatPort;
                Sa.Path.RemotePort = IkePath.NatPort;
            }
            End();
            Sa.SendId = 1;
            Sa.Current = new AuthExchange(Ike, Sa, _child);
            Sa.Current.Start();
        }

        internal override void Abandon()
        {
            Ike.Module.Ipsec.AcquireFail(_child.Spid);
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
