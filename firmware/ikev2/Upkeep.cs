using NfIpsec.Base.Timer;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Session;

namespace NfIpsec.Ikev2
{
    /// <summary>What time does to an SA: retransmission, liveness, keepalives, soft and hard ends. Soft: it is rekeyed; the older one
    /// goes when the new one stands, and at its hard end whatever happened.</summary>
    internal sealed class Upkeep
    {
        private const int SecondMs = 1000;

        private readonly Ikev2Module _ike;

        internal Upkeep(Ikev2Module ike)
        {
            _ike = ike;
        }

        internal void StartLifetime(IkeSa sa, long now)
        {
            long life = (long)sa.Remote.LifeSeconds * SecondMs;
            sa.HardAt = now + life;
            // The original initiator goes first; the other end only steps in when it did not.
            sa.SoftAt = now + (sa.Initiator ? SoftLimit.Of(life, _ike.Module.Random.UpTo(SoftLimit.MostJitter)) : Late(life));
            Rearm(sa);
        }

        internal void Rearm(IkeSa sa)
        {
            if (sa.State == IkeState.Dead)
            {
                return;
            }
            long due = Earlier(sa.SendAt, sa.StartAt);
            due = Earlier(due, sa.HalfOpenUntil);
            due = Earlier(due, sa.Collected == null ? long.MaxValue : sa.Collected.Until);
            due = Earlier(due, sa.Moved == null ? long.MaxValue : sa.Moved.Until);
            due = Earlier(due, Earlier(sa.SoftAt, sa.HardAt));
            due = Earlier(due, Earlier(LivenessAt(sa), KeepaliveAt(sa)));
            for (int i = 0; i < sa.ChildCount; i++)
            {
                due = Earlier(due, sa.Children[i].RenewAt);
            }
            for (int i = 0; i < sa.WaitingCount && sa.Current == null; i++)
            {
                due = Earlier(due, sa.Waiting[i].NotBefore);
            }
            if (due == long.MaxValue)
            {
                _ike.Sas.Timers.Cancel(sa.Slot);
            }
            else
            {
                _ike.Sas.Timers.Set(sa.Slot, due);
            }
        }

        private static long Earlier(long a, long b)
        {
            return a < b ? a : b;
        }

        private static long LivenessAt(IkeSa sa)
        {
            bool idle = sa.IsEstablished && sa.Current == null;
            long due = idle && sa.Remote.DpdSeconds > 0 ? sa.HeardAt + (long)sa.Remote.DpdSeconds * SecondMs : long.MaxValue;
            return idle && sa.Moved != null ? Earlier(due, sa.AskAt) : due;
        }

        private static long KeepaliveAt(IkeSa sa)
        {
            return sa.IsEstablished && sa.LocalNat ? sa.SentAt + IkeLimits.KeepaliveMs : long.MaxValue;
        }

        internal void Due(IkeSa sa, long now)
        {
            if (now >= sa.HalfOpenUntil)
            {
                _ike.Module.Log.Count(Fault.PeerSilent, sa.Path);
                _ike.Kill(sa);
                return;
            }
            if (sa.Collected != null && now >= sa.Collected.Until)
            {
                // As if none of it had come (RFC 7383 2.6): the SA does not suffer.
                sa.Collected = null;
                _ike.Module.Log.Count(Fault.PeerSilent, sa.Path);
            }
            if (now >= sa.HardAt)
            {
                sa.HardAt = long.MaxValue;
                if (sa.State == IkeState.Replaced)
                {
                    _ike.Close(sa);
                }
                else
                {
                    End(sa);
                }
                return;
            }
            if (sa.Moved != null && now >= sa.Moved.Until)
            {
                Rebinding.Return(_ike, sa);
            }
            if (now >= sa.SendAt && !TryOther(sa) && !_ike.Sender.Retransmit(sa))
            {
                Silent(sa);
                return;
            }
            if (now >= sa.StartAt)
            {
                sa.StartAt = long.MaxValue;
                Resume(sa);
            }
            if (sa.IsEstablished)
            {
                Established(sa, now);
            }
            _ike.Next(sa);
        }

        // Nobody answers IKE_AUTH: who answered IKE_SA_INIT may not have been the peer.
        private static bool TryOther(IkeSa sa)
        {
            return sa.State == IkeState.AuthSent && sa.Sendings < IkeLimits.MaxSendings && sa.Init.TryOther(true);
        }

        private void Silent(IkeSa sa)
        {
            if (sa.State == IkeState.Deleting)
            {
                _ike.Kill(sa);
            }
            else
            {
                _ike.Fail(sa, Fault.PeerSilent, Fragments.Advice(sa));
            }
        }

        private static void Resume(IkeSa sa)
        {
            if (sa.Current != null)
            {
                sa.Current.Start();
            }
        }

        private void Established(IkeSa sa, long now)
        {
            if (now >= sa.SoftAt)
            {
                sa.SoftAt = long.MaxValue;
                Rekey(sa);
            }
            for (int i = 0; i < sa.ChildCount; i++)
            {
                if (now >= sa.Children[i].RenewAt)
                {
                    Renew(sa, sa.Children[i]);
                }
            }
            if (now >= KeepaliveAt(sa))
            {
                sa.SentAt = now;
                _ike.Module.SendKeepalive(sa.Path);
            }
            if (now >= LivenessAt(sa) && (sa.Moved == null || Rebinding.Ask(_ike, sa, now)))
            {
                _ike.Run(sa, new LivenessExchange(_ike, sa));
            }
        }

        private void End(IkeSa sa)
        {
            _ike.Module.Log.Fail(Fault.Expired, sa.Remote, sa.Path.RemoteText, null);
            if (sa.IsEstablished)
            {
                _ike.Sender.Farewell(sa);
            }
            _ike.Kill(sa);
        }

        // ---- successors ----

        /// <summary>IPsec says the child nears its end. Who asked for it renews it; the other end half-way to the hard end, when it is
        /// still there, or shortly after where bytes or packets run out.</summary>
        internal void GrowsOld(IkeSa sa, ChildSa child)
        {
            long now = _ike.Module.Clock.Now;
            ChildConfig config = _ike.Module.Admin.FindChild(child.Spid);
            long life = config == null ? 0 : (long)config.LifeSeconds * SecondMs;
            bool byTime = life > 0 && now - child.CreatedAt >= SoftLimit.Of(life, SoftLimit.MostJitter);
            child.RenewAt = child.Initiator ? now : byTime ? child.CreatedAt + Late(life) : now + _ike.Module.Random.UpTo(IkeLimits.RenewJitterMs);
            Rearm(sa);
        }

        // Half-way between the latest soft end and the hard one, or up to half of that earlier.
        private long Late(long life)
        {
            long half = (life - SoftLimit.Of(life, 0)) / 2;
            return life - half - half / 2 * _ike.Module.Random.UpTo(SoftLimit.MostJitter) / SoftLimit.MostJitter;
        }

        private void Renew(IkeSa sa, ChildSa child)
        {
            child.RenewAt = long.MaxValue;
            ChildConfig config = _ike.Module.Admin.FindChild(child.Spid);
            if (config == null || !child.IsCurrent || HasNewer(sa, child))
            {
                return;
            }
            if (sa.Negotiates(child.Spid))
            {
                child.RenewAt = _ike.Module.Clock.Now + IkeLimits.RetryMs;
            }
            else if (!_ike.Run(sa, new ChildExchange(_ike, sa, config, child)))
            {
                child.RenewAt = _ike.Soon;
            }
        }

        // The last of a policy's children is the newest: they are entered in order.
        private static bool HasNewer(IkeSa sa, ChildSa child)
        {
            bool behind = false;
            for (int i = 0; i < sa.ChildCount; i++)
            {
                if (behind && sa.Children[i].Spid == child.Spid && sa.Children[i].IsCurrent)
                {
                    return true;
                }
                behind |= sa.Children[i] == child;
            }
            return false;
        }

        // Where the remote's line has gone the SA runs out.
        private void Rekey(IkeSa sa)
        {
            if (_ike.Module.Admin.Find(sa.Remote.Name, _ike.Version) == sa.Remote && !_ike.Run(sa, new RekeyIkeExchange(_ike, sa)))
            {
                sa.SoftAt = _ike.Soon;
            }
        }

        /// <summary>A fresh IKE_SA_INIT, and in the new SA the children of this one; then this one goes (RFC 7296 2.8.3).</summary>
        internal void Reauthenticate(IkeSa sa)
        {
            IkeSa newer = _ike.Sas.FindRemote(sa.Remote, sa);
            bool ours = _ike.Module.Admin.Find(sa.Remote.Name, _ike.Version) == sa.Remote && !sa.Remote.Remote.IsUnspecified;
            if (!ours || (newer != null && newer.CreatedAt > sa.CreatedAt))
            {
                return;
            }
            IkeSa successor = null;
            for (int i = 0; i < sa.ChildCount; i++)
            {
                ChildConfig config = _ike.Module.Admin.FindChild(sa.Children[i].Spid);
                if (config != null && successor == null)
                {
                    successor = _ike.Begin(sa.Remote, config, sa);
                }
                else if (config != null && !successor.Negotiates(config.Spid))
                {
                    _ike.Run(successor, new ChildExchange(_ike, successor, config, null));
                }
                if (successor == null)
                {
                    return;
                }
            }
        }
    }
}
