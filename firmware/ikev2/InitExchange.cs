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
    /// Nothing of it is authenticated. Errors: one is told, and the request goes on until its time is over (2.21.1). Answers: the first
    /// good one is taken and a few more are kept; when nobody proves himself under the one, the next gets its turn (2.4).</summary>
    internal sealed class InitExchange : Exchange
    {
        private readonly ChildConfig _child;
        private Secret _private;
        private byte[] _public, _peerPublic, _cookie;
        private int _group, _restarts, _sendings;
        private Transforms _chosen;
        private InitReply _taken;
        private readonly InitReply[] _others = new InitReply[IkeLimits.MaxInitAnswers - 1];
        private int _otherCount;

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
            if (_taken != null)
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
                Ike.Fail(Sa, Fault.NoRandom, null);
                return false;
            }
            Sa.InitiatorNonce = nonce;
            return true;
        }

        public override void JobDone(int kind, Secret secret, int status, byte[] output)
        {
            if (secret == null)
            {
                Failed(kind == JobPort.DhShared ? Fault.OfSharedSecret(status) : Fault.OwnFault, status);
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

        // A bad value proves nothing either: it is told once, and a better answer may come.
        private void Failed(int fault, int status)
        {
            string detail = Algorithms.Name(_group) + ", code " + status.ToString();
            if (fault != Fault.BadPublicValue)
            {
                Ike.Fail(Sa, fault, detail);
                return;
            }
            Tell(fault, detail);
            if (!TryOther(false))
            {
                Forget();
            }
        }

        private void Tell(int fault, string detail)
        {
            if (!Sa.Explained)
            {
                Sa.Explained = true;
                Ike.Module.Log.Fail(fault, Sa.Remote, Sa.Path.RemoteText, detail);
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
            OwnProof.WriteHashes(writer, Sa.Remote);
            if (Sa.Remote.Fragmentation)
            {
                NotifyPayload.Open(writer, NotifyType.Ikev2FragmentationSupported);
            }
        }

        internal override void Answer(IkeHeader header, PayloadIndex index)
        {
        }

        /// <param name="bytes">The whole answer at offset: AUTH covers it.</param>
        internal void Answer(IkeHeader header, PayloadIndex index, IkePath path, byte[] bytes, int offset)
        {
            if (Sa.Request == null)
            {
                return;
            }
            if (index.Shape != PayloadRules.Init)
            {
                if (_taken == null)
                {
                    Refused(index);
                }
                return;
            }
            Transforms chosen = Judge(header, index, path);
            if (chosen != null && _taken == null)
            {
                Take(new InitReply(header.ResponderSpi, path, bytes, offset, header.Length), chosen, header, index);
            }
            else if (chosen != null)
            {
                Keep(header, path, bytes, offset);
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
            else
            {
                int error = NotifyPayload.FirstError(index);
                Tell(error == NotifyType.NoProposalChosen ? Fault.NoProposal : Fault.PeerRefused, "the peer says " + NotifyType.Name(error));
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

        private Transforms Judge(IkeHeader header, PayloadIndex index, IkePath path)
        {
            Transforms chosen = Ike.Choice.ForIke(index, index.Find(PayloadType.SecurityAssociation), Sa.Remote, true);
            int ke = index.Find(PayloadType.KeyExchange);
            bool good = chosen != null && chosen.Group == _group && KePayload.Group(index.Bytes, index.Offset[ke]) == Algorithms.Ikev2Number(_group)
                && index.Length[ke] == KePayload.DataAt + _public.Length && header.ResponderSpi != 0 && header.ResponderSpi != Sa.OurSpi;
            if (!good)
            {
                Ike.Module.Log.Count(chosen == null ? Fault.NoProposal : Fault.BadSyntax, path);
            }
            return good ? chosen : null;
        }

        private void Take(InitReply reply, Transforms chosen, IkeHeader header, PayloadIndex index)
        {
            _taken = reply;
            _chosen = chosen;
            Sa.PeerSpi = reply.ResponderSpi;
            Sa.ResponderNonce = CopyOf(index, index.Find(PayloadType.Nonce), 0);
            Sa.InitResponse = reply.Bytes;
            _peerPublic = CopyOf(index, index.Find(PayloadType.KeyExchange), KePayload.DataAt);
            NatDetection.Read(index, header, reply.Path, Sa);
            Sa.PeerHashes = OwnProof.ReadHashes(index);
            Sa.Fragmentation = Fragments.Agreed(index, Sa.Remote);
            Sa.SendAt = long.MaxValue;
            Share();
            Ike.Rearm(Sa);
        }

        private void Keep(IkeHeader header, IkePath path, byte[] bytes, int offset)
        {
            bool known = _taken.ResponderSpi == header.ResponderSpi || _otherCount == _others.Length;
            for (int i = 0; i < _otherCount; i++)
            {
                known |= _others[i].ResponderSpi == header.ResponderSpi;
            }
            if (!known)
            {
                _others[_otherCount++] = new InitReply(header.ResponderSpi, path, bytes, offset, header.Length);
            }
        }

        /// <summary>Goes back to IKE_SA_INIT with the next answer that was kept; false when there is none.</summary>
        /// <param name="again">The answer of now may get another turn: nothing has been heard under it.</param>
        internal bool TryOther(bool again)
        {
            if (_otherCount == 0)
            {
                return false;
            }
            InitReply next = _others[0], tried = _taken;
            Array.Copy(_others, 1, _others, 0, --_otherCount);
            _others[_otherCount] = again ? tried : null;
            _otherCount += again ? 1 : 0;
            _sendings = again ? Sa.Sendings : 0;
            if (Sa.State == IkeState.AuthSent)
            {
                Sa.MoveTo(IkeState.InitSent, Ike.Module.Log);
                Sa.Keys.Dispose();
                Sa.Keys = null;
            }
            Forget();
            Ike.Message(next.Path, next.Bytes, 0, next.Bytes.Length);
            return true;
        }

        // As before the answer that was taken: the first request is under way, at its addresses and ports, and is sent again until one is.
        private void Forget()
        {
            Sa.Path.CopyFrom(_taken.Path);
            _taken = null;
            _chosen = null;
            Sa.PeerSpi = 0;
            Sa.LocalNat = false;
            Sa.RemoteNat = false;
            Sa.Collected = null;
            Sa.Path.LocalPort = IkePath.IkePort;
            Sa.Path.RemotePort = IkePath.IkePort;
            Sa.Current = this;
            Sa.Request = Sa.InitRequest;
            Sa.SendId = 0;
            Sa.SendAt = Ike.Module.Clock.Now + (long)Sa.Remote.Interval * 1000;
            Ike.Rearm(Sa);
        }

        private static byte[] CopyOf(PayloadIndex index, int place, int skip)
        {
            byte[] copy = new byte[index.Length[place] - skip];
            Array.Copy(index.Bytes, index.Offset[place] + skip, copy, 0, copy.Length);
            return copy;
        }

        private void Share()
        {
            Begin(JobPort.DhShared, _private.Handle, _peerPublic, 0, _peerPublic.Length);
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
            Sa.SendId = 1;
            Sa.Current = new AuthExchange(Ike, Sa, _child, _sendings);
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
