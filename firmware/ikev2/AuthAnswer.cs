using NfIpsec.Base;
using NfIpsec.Base.Crypto;
using NfIpsec.Base.Ports;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Session;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>IKE_AUTH, the peer's: identity, proof, then the first child. Nothing is acted upon before the proof holds. With
    /// certificates three jobs come between: the peer's chain, its signature, ours.</summary>
    internal sealed class AuthAnswer : JobOwner
    {
        private readonly Ikev2Module _ike;
        private readonly IkeSa _sa;
        private readonly PeerProof _peer;
        private readonly OwnProof _own;

        private AuthAnswer(Ikev2Module ike, IkeSa sa, PayloadIndex index, int id)
        {
            _ike = ike;
            _sa = sa;
            _peer = new PeerProof(ike, sa, sa.Remote, index, id);
            _own = new OwnProof(ike, sa);
        }

        internal static void Handle(Ikev2Module ike, IkeSa sa, PayloadIndex index)
        {
            int id = index.Find(PayloadType.IdInitiator);
            RemoteConfig remote = FindIdentity(ike, sa, index, id);
            if (remote == null)
            {
                Refuse(ike, sa, IsUnproved(index) ? Fault.OtherMethod : Fault.UnknownIdentity, Identities.Shown(index, id));
                return;
            }
            sa.Remote = remote;
            if (AuthMethod.HasCertificates(remote.Method))
            {
                sa.Authenticating = new AuthAnswer(ike, sa, index, id);
                sa.Authenticating.Start();
            }
            else if (!Proof.Holds(sa, remote, index, id))
            {
                Refuse(ike, sa, Proof.FaultOf(remote, index), null);
            }
            else if (remote.Method == AuthMethod.NullAuth && Strangers.Full(ike, sa.Path) != null)
            {
                TurnAway(ike, sa);
            }
            else
            {
                Conclude(ike, sa, index, null);
            }
        }

        // As if the message had not come: the peer sends it again, and meanwhile it may show that others of its address live no more.
        private static void TurnAway(Ikev2Module ike, IkeSa sa)
        {
            ike.Module.Log.TurnAway(Fault.TooMany, sa.Path, Strangers.Full(ike, sa.Path), ike.Module.Clock.Now);
            ProbeOthers(ike, sa);
        }

        private void Start()
        {
            int fault = _peer.Look();
            if (fault != Fault.None)
            {
                Refuse(_ike, _sa, fault, _peer.Detail);
                return;
            }
            Examine();
        }

        // The next job of the peer's proof. Without room for it the message is as if it had not come: the peer sends it again.
        private void Examine()
        {
            int status = _peer.Begin(this);
            if (status == Status.NFI_BUSY)
            {
                GiveUp();
            }
            else if (status != Status.XE_OK)
            {
                Refuse(_ike, _sa, _peer.FaultOf(status), _peer.Detail);
            }
        }

        private void GiveUp()
        {
            _ike.Module.Log.TurnAway(Fault.Busy, _sa.Path, null, _ike.Module.Clock.Now);
            _sa.Authenticating = null;
            End();
        }

        public override void JobDone(int kind, Secret secret, int status, byte[] output)
        {
            if (kind == JobPort.Sign)
            {
                Signed(_own.Take(_ike.Module.Jobs.Result, output));
                return;
            }
            int fault = _peer.Take(kind, status, output);
            if (fault != Fault.None)
            {
                Refuse(_ike, _sa, fault, _peer.Detail);
            }
            else if (_peer.IsProved)
            {
                Sign();
            }
            else
            {
                Examine();
            }
        }

        private void Sign()
        {
            int status = _own.Sign(this);
            if (status == Status.NFI_BUSY)
            {
                GiveUp();
            }
            else if (status != Status.XE_OK)
            {
                Refuse(_ike, _sa, status == Status.XE_UNKNOWN_ALGORITHM ? Fault.OtherMethod : Fault.OwnFault, "our signature, code " + status.ToString());
            }
        }

        private void Signed(int status)
        {
            if (status != Status.XE_OK)
            {
                Refuse(_ike, _sa, Fault.OwnFault, "our signature, code " + status.ToString());
                return;
            }
            _sa.Authenticating = null;
            Conclude(_ike, _sa, _peer.Index, _own);
            End();
        }

        /// <summary>The SA ends, or the work is done.</summary>
        internal void End()
        {
            _ike.Module.Jobs.Cancel(this);
            _peer.End();
        }

        // The peer is who it says: our own proof, then the child.
        private static void Conclude(Ikev2Module ike, IkeSa sa, PayloadIndex index, OwnProof own)
        {
            sa.PeerId = Identities.Proved(sa.Remote, index, index.Find(PayloadType.IdInitiator));
            if (sa.PeerId != null && NotifyPayload.Find(index, NotifyType.InitialContact) >= 0)
            {
                ForgetOthers(ike, sa);
            }
            GiveWay(ike, sa);
            Strangers.GiveWay(ike, sa.Remote);
            MessageWriter writer = ike.Sender.OpenAnswer(sa, ExchangeType.IkeAuth);
            int status = Status.XE_OK;
            if (own != null)
            {
                own.Write(writer);
            }
            else
            {
                status = Proof.Write(writer, sa);
            }
            if (status != Status.XE_OK)
            {
                ike.Sender.Discard();
                ike.Fail(sa, Fault.OwnFault, "AUTH, code " + status.ToString());
                return;
            }
            ike.Establish(sa);
            ChildAnswer child = new ChildAnswer(ike, sa, false, null);
            int fault = Configuration.Serve(ike, sa, index);
            fault = fault != Fault.None ? fault : child.Choose(index);
            fault = fault != Fault.None ? fault : child.Install(sa.InitiatorNonce, sa.ResponderNonce, null, out _);
            Configuration.WriteReply(writer, sa);
            child.Write(writer, fault, null);
            ike.Sender.SendAnswer(sa, ExchangeType.IkeAuth);
            ike.Rearm(sa);
            ike.Probe(child.Holder);
            if (sa.PeerId == null)
            {
                ProbeOthers(ike, sa);
            }
        }

        // The remote of IKE_SA_INIT, or another one with the peer's address whose -f fits.
        private static RemoteConfig FindIdentity(Ikev2Module ike, IkeSa sa, PayloadIndex index, int id)
        {
            bool unproved = IsUnproved(index);
            if (InitAnswer.IsAt(sa.Remote, sa.Path) && Suits(sa.Remote, unproved) && Identities.Fits(sa.Remote, sa, index, id))
            {
                return sa.Remote;
            }
            for (int i = 0; i < ike.Module.Admin.RemoteCount; i++)
            {
                RemoteConfig remote = ike.Module.Admin.IkeAdminPrintRemoteConf(i);
                bool serves = InitAnswer.Serves(remote, sa.Path, false) || InitAnswer.Serves(remote, sa.Path, true);
                if (serves && Suits(remote, unproved) && Allows(remote, sa.Chosen) && Identities.Fits(remote, sa, index, id))
                {
                    return remote;
                }
            }
            return null;
        }

        // Who proves nothing is for the lines with NULLAUTH, and for no other; they are for nobody else (RFC 7619 2, 3.3).
        private static bool Suits(RemoteConfig remote, bool unproved)
        {
            return unproved == (remote.Method == AuthMethod.NullAuth);
        }

        private static bool IsUnproved(PayloadIndex index)
        {
            return AuthPayload.Method(index.Bytes, index.Offset[index.Find(PayloadType.Authentication)]) == AuthPayload.Null;
        }

        // What was chosen for another remote must be good enough for this one.
        private static bool Allows(RemoteConfig remote, Transforms chosen)
        {
            return Has(remote.Encryption, chosen.Encryption) && (chosen.Integrity < 0 || Has(remote.Integrity, chosen.Integrity))
                && Has(remote.Prf, chosen.Prf) && Has(remote.Groups, chosen.Group);
        }

        private static bool Has(int[] rows, int row)
        {
            for (int i = 0; i < rows.Length; i++)
            {
                if (rows[i] == row)
                {
                    return true;
                }
            }
            return false;
        }

        private static void Refuse(Ikev2Module ike, IkeSa sa, int fault, string detail)
        {
            ike.Sender.AnswerNotify(sa, ExchangeType.IkeAuth, NotifyType.AuthenticationFailed, null);
            ike.Fail(sa, fault, detail);
        }

        // Another SA with that address whose peer proved nothing may be stale: it is asked whether it lives (RFC 7619 2.3).
        private static void ProbeOthers(Ikev2Module ike, IkeSa sa)
        {
            for (int i = 0; i < ike.Sas.Slots.Length; i++)
            {
                IkeSa other = ike.Sas.Slots[i];
                if (other != null && other != sa && other.Remote == sa.Remote && other.Path.SameSource(sa.Path))
                {
                    ike.Probe(other);
                }
            }
        }

        // INITIAL_CONTACT (RFC 7296 2.4; RFC 7619 2.3: not where no identity is proved): the identity has started anew, what we still hold between it and us is of no use.
        private static void ForgetOthers(Ikev2Module ike, IkeSa sa)
        {
            for (int i = 0; i < ike.Sas.Slots.Length; i++)
            {
                IkeSa other = ike.Sas.Slots[i];
                if (other != null && other != sa && other.State >= IkeState.Established && Identities.AreSame(sa, other))
                {
                    ike.Kill(other);
                }
            }
        }

        // One peer does not fill the table.
        private static void GiveWay(Ikev2Module ike, IkeSa sa)
        {
            IkeSa oldest = null;
            int count = 1;
            for (int i = 0; i < ike.Sas.Slots.Length; i++)
            {
                IkeSa other = ike.Sas.Slots[i];
                if (other != null && other != sa && other.State >= IkeState.Established && Identities.AreSame(sa, other))
                {
                    count++;
                    oldest = oldest == null || other.CreatedAt < oldest.CreatedAt ? other : oldest;
                }
            }
            if (count > IkeLimits.MaxSasPerIdentity)
            {
                ike.Module.Log.TurnAway(Fault.TooMany, oldest.Path, "the same identity has begun " + IkeLimits.MaxSasPerIdentity.ToString() + " newer IKE SAs", ike.Module.Clock.Now);
                if (oldest.IsEstablished)
                {
                    ike.Sender.Farewell(oldest);
                }
                ike.Kill(oldest);
            }
        }
    }
}
