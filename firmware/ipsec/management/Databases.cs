using NfIpsec.Base;
using NfIpsec.Base.Address;
using NfIpsec.Base.Ports;
using NfIpsec.Ipsec.Engine;
using NfIpsec.Ipsec.Message;
using NfIpsec.Ipsec.Policy;
using NfIpsec.Ipsec.Sa;

namespace NfIpsec.Ipsec.Management
{
    /// <summary>SPD and SAD changed together, as both interfaces do it: sessions go with their policy, held packets with either, and
    /// listeners are told.</summary>
    public sealed class Databases
    {
        public readonly Spd Spd;
        public readonly Sad Sad;
        private readonly Waiting _waiting;
        private readonly Clones _clones;
        private readonly Outbound _outbound;
        private readonly TfcPadding _tfc;
        private readonly Dummies _dummies;
        private readonly EventQueue _events;
        private readonly ClockPort _clock;
        private SecurityPolicy[] _removed;

        /// <summary>Set by IPSecInit.</summary>
        public bool Started;

        public Databases(Spd spd, Sad sad, Waiting waiting, Clones clones, Outbound outbound, TfcPadding tfc, Dummies dummies, EventQueue events, ClockPort clock)
        {
            Spd = spd;
            Sad = sad;
            _waiting = waiting;
            _clones = clones;
            _outbound = outbound;
            _tfc = tfc;
            _dummies = dummies;
            _events = events;
            _clock = clock;
        }

        /// <summary>Milliseconds of the clock.</summary>
        public long Now
        {
            get { return _clock.Now; }
        }

        public int Start()
        {
            int status = Started ? Status.XE_OK : Spd.Start();
            Started = status == Status.XE_OK;
            return status;
        }

        public int AddPolicy(SecurityPolicy policy, int spid)
        {
            int status = Spd.Add(policy, spid);
            if (status == Status.XE_OK)
            {
                _events.Note(MessageType.POLICY_ADDED, policy.Spid, 0, 0, 0);
            }
            return status;
        }

        /// <summary>The policy for one flow of a pattern, by the selectors that a peer asked for; null and why.</summary>
        /// <param name="remote">Where the peer is; null: at the pattern's remote endpoint.</param>
        /// <param name="local">Our end of the way there; null: the pattern's.</param>
        /// <param name="redirect">One that is there and leads elsewhere goes, with its sessions: the same peer was there. Else it stays as it
        /// is.</param>
        public SecurityPolicy ClonePolicy(SecurityPolicy pattern, IPSecID source, IPSecID destination, IpAddress remote, IpAddress local, bool redirect, out int status)
        {
            SecurityPolicy clone = _clones.Spawn(pattern, source, destination, remote, local, out status);
            if (redirect && clone != null && remote != null && !IpAddress.Same(clone.Remote.Words, 0, remote.Words, 0))
            {
                status = RemovePolicy(clone);
                clone = status == Status.XE_OK ? _clones.Spawn(pattern, source, destination, remote, local, out status) : null;
            }
            return clone;
        }

        /// <summary>The policy goes, and its clones in the same swap.</summary>
        public int RemovePolicy(SecurityPolicy policy)
        {
            return Bury(Spd.Remove(policy, Removed()));
        }

        /// <summary>All but the built-in ones.</summary>
        public int RemoveAllPolicies()
        {
            return Bury(Spd.RemoveAll(Removed()));
        }

        private SecurityPolicy[] Removed()
        {
            if (_removed == null)
            {
                _removed = new SecurityPolicy[Limits.MaxPolicies];
            }
            return _removed;
        }

        private int Bury(int count)
        {
            for (int i = 0; i < count; i++)
            {
                SecurityPolicy policy = _removed[i];
                _removed[i] = null;
                RemoveSessions(policy);
                _waiting.GiveUp(policy);
                _clones.Forget(policy.Slot);
                _events.Note(MessageType.POLICY_DELETED, policy.Spid, 0, 0, 0);
            }
            return count < 0 ? -count : Status.XE_OK;
        }

        /// <summary>Clones that nothing passes any more go, at most <paramref name="budget"/> of them.</summary>
        public void ExpireClones(long now, int budget)
        {
            SecurityPolicy idle = _clones.PopIdle(now);
            while (idle != null)
            {
                if (RemovePolicy(idle) != Status.XE_OK)
                {
                    _clones.Keep(idle, now);
                }
                idle = --budget > 0 ? _clones.PopIdle(now) : null;
            }
        }

        /// <summary>Adds the session, which is the outbound one from now on; packets that waited for it go out. The ones before are
        /// still accepted, but for a surplus one, which goes.</summary>
        public IpsecSession AddSession(SecurityPolicy policy, SaRequest request, out int status)
        {
            IpsecSession surplus = Sad.Surplus(policy);
            IpsecSession session = Sad.Add(policy, request, _clock.Now, out status);
            if (session != null)
            {
                if (surplus != null)
                {
                    NoteDeleted(surplus);
                }
                Spd.SetEncapsulation(policy, request.EncapLocal != 0);
                Spd.SetAlgorithms(policy, request.Encryption, request.Integrity, request.AhIntegrity);
                _tfc.Arm(session);
                _dummies.Start(session, _clock.Now);
                if (policy.IsCloned && policy.Alternate == null)
                {
                    _clones.Keep(policy, _clock.Now);
                }
                _waiting.Release(policy, _outbound);
            }
            return session;
        }

        /// <summary>How many sessions the policy and its clones had.</summary>
        public int RemoveSessions(SecurityPolicy policy)
        {
            int count = 0;
            while (policy.Session != null)
            {
                RemoveSession(policy.Session);
                count++;
            }
            for (int i = 0; policy.CloneCount > 0 && i < Sad.Slots.Length; i++)
            {
                if (Sad.Slots[i] != null && Sad.Slots[i].Policy.Parent == policy)
                {
                    RemoveSession(Sad.Slots[i]);
                    count++;
                }
            }
            return count;
        }

        /// <summary>The policy's sessions go, but for one that was made by hand.</summary>
        public void RemoveNegotiated(SecurityPolicy policy)
        {
            while (policy.Session != null && !policy.Session.Manual)
            {
                RemoveSession(policy.Session);
            }
        }

        public void RemoveAllSessions()
        {
            for (int i = 0; i < Sad.Slots.Length; i++)
            {
                if (Sad.Slots[i] != null)
                {
                    RemoveSession(Sad.Slots[i]);
                }
            }
        }

        /// <summary>The session with that inbound SPI goes; false when there is none, or it was made by hand.</summary>
        public bool RemoveSpi(int spi)
        {
            IpsecSession session = Sad.Find(spi);
            if (session == null || session.Manual)
            {
                return false;
            }
            RemoveSession(session);
            return true;
        }

        /// <summary>Another session of the policy sends, where there is one; false when there is no session with that inbound SPI, or it
        /// was made by hand.</summary>
        public bool StandBack(int spi, bool standby)
        {
            IpsecSession session = Sad.Find(spi);
            if (session == null || session.Manual)
            {
                return false;
            }
            Sad.StandBack(session, standby);
            return true;
        }

        /// <summary>Negotiated sessions of policies with that remote endpoint go: the peer no longer knows them.</summary>
        public void RemovePeer(IpAddress peer)
        {
            for (int i = 0; i < Sad.Slots.Length; i++)
            {
                IpsecSession session = Sad.Slots[i];
                if (session != null && !session.Manual && session.Policy.Remote != null && IpAddress.Same(session.Policy.Remote.Words, 0, peer.Words, 0))
                {
                    RemoveSession(session);
                }
            }
        }

        private void RemoveSession(IpsecSession session)
        {
            NoteDeleted(session);
            Sad.Remove(session);
        }

        private void NoteDeleted(IpsecSession session)
        {
            _events.NoteDeleted(session.Policy.Spid, session.InboundSpi, session.Outbound.Spi);
        }

        /// <summary>Where the key daemon has the peer of a negotiated session in UDP: its packets go there, and one that comes from elsewhere
        /// is told as PEER_MOVED. XE_SA_NOT_FOUND, XE_BAD_PORT_NUMBER, XE_BAD_ADDR_RANGE.</summary>
        public int PutPeer(int spi, IpAddress peer, int port)
        {
            IpsecSession session = Sad.Find(spi);
            if (session == null || session.Manual)
            {
                return Status.XE_SA_NOT_FOUND;
            }
            int status = Sad.Move(session, peer, port);
            session.Told = false;
            session.Follows |= status == Status.XE_OK;
            return status;
        }

        public void GiveUp(SecurityPolicy policy)
        {
            _waiting.GiveUp(policy);
        }
    }
}
