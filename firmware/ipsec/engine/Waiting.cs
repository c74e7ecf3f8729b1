using System;
using NfIpsec.Base;
using NfIpsec.Base.Ports;
using NfIpsec.Base.Timer;
using NfIpsec.Ipsec.Message;
using NfIpsec.Ipsec.Policy;

namespace NfIpsec.Ipsec.Engine
{
    /// <summary>Policies that wait for keys: one ACQUIRE each, and a few packets held until the SA is up, the negotiation has failed
    /// or the time is over. Bounded per policy and in all.</summary>
    public sealed class Waiting
    {
        private readonly PacketPort _packets;
        private readonly Spd _spd;
        private readonly EventQueue _events;
        private readonly Tally _tally;
        private readonly ClockPort _clock;
        private readonly int[] _slot = new int[Limits.MaxHeldPackets];      // oldest first
        private readonly int[] _domain = new int[Limits.MaxHeldPackets];
        private readonly SecurityPolicy[] _policy = new SecurityPolicy[Limits.MaxHeldPackets];
        private int _count;

        /// <summary>When each policy's ACQUIRE lapses, by policy slot.</summary>
        public readonly TimerQueue Timers = new TimerQueue(Limits.MaxPolicies);

        public Waiting(PacketPort packets, Spd spd, EventQueue events, Tally tally, ClockPort clock)
        {
            _packets = packets;
            _spd = spd;
            _events = events;
            _tally = tally;
            _clock = clock;
        }

        /// <summary>Packets held now.</summary>
        public int Count
        {
            get { return _count; }
        }

        /// <summary>Asks for keys, once. XE_KEYNEG_INPROGRESS: asked for; XE_SA_NOT_FOUND: nobody can be asked.</summary>
        public int Acquire(SecurityPolicy policy, int[] info)
        {
            if (!_events.Open)
            {
                return Status.XE_SA_NOT_FOUND;
            }
            if (!policy.Protection.Acquiring && _events.NoteAcquire(policy.Spid, policy.IsCloned ? policy.Parent.Spid : 0, info))
            {
                policy.Protection.Acquiring = true;
                Timers.Set(policy.Slot, _clock.Now + Limits.AcquireMs);
            }
            return Status.XE_KEYNEG_INPROGRESS;
        }

        /// <summary>Keeps the packet; false when the policy's or the common share is used up.</summary>
        public bool Hold(SecurityPolicy policy, int[] info)
        {
            if (!policy.Protection.Acquiring || policy.Protection.Held >= Limits.MaxHeldPerPolicy || _count == Limits.MaxHeldPackets)
            {
                return false;
            }
            _slot[_count] = info[PacketInfo.Slot];
            _domain[_count] = info[PacketInfo.Domain];
            _policy[_count++] = policy;
            policy.Protection.Held++;
            return true;
        }

        /// <summary>The SA is up: sends what waited for it, each packet classified again.</summary>
        public void Release(SecurityPolicy policy, Outbound outbound)
        {
            Settle(policy);
            int[] info = policy.Protection.Held > 0 ? new int[PacketInfo.Words] : null;
            while (policy.Protection.Held > 0)
            {
                int slot = TakeFirst(policy, out int domain);
                int result = _packets.Describe(slot, info);
                if (result < 0)
                {
                    _tally.Count(-result);
                    _packets.Put(slot, PacketPort.Release);
                    continue;
                }
                info[PacketInfo.Slot] = slot;
                info[PacketInfo.Domain] = domain;
                info[PacketInfo.Row] = -1;
                outbound.Handle(info);
            }
        }

        /// <summary>No SA came: what waited is dropped, and the next packet asks again.</summary>
        public void GiveUp(SecurityPolicy policy)
        {
            if (!policy.IsSecure)
            {
                return;
            }
            Settle(policy);
            while (policy.Protection.Held > 0)
            {
                _tally.Count(Status.XE_SA_NOT_FOUND);
                _packets.Put(TakeFirst(policy, out int domain), PacketPort.Release);
            }
        }

        private void Settle(SecurityPolicy policy)
        {
            policy.Protection.Acquiring = false;
            if (policy.Slot >= 0)
            {
                Timers.Cancel(policy.Slot);
            }
        }

        private int TakeFirst(SecurityPolicy policy, out int domain)
        {
            int i = 0;
            while (_policy[i] != policy)
            {
                i++;
            }
            int slot = _slot[i];
            domain = _domain[i];
            _count--;
            Array.Copy(_slot, i + 1, _slot, i, _count - i);
            Array.Copy(_domain, i + 1, _domain, i, _count - i);
            for (; i < _count; i++)
            {
                _policy[i] = _policy[i + 1];
            }
            _policy[_count] = null;
            policy.Protection.Held--;
            return slot;
        }

        /// <summary>Drops what waited too long, at most <paramref name="budget"/> policies at a time.</summary>
        public void Poll(long now, int budget)
        {
            int slot = Timers.PopDue(now);
            while (slot >= 0)
            {
                if (_spd.Slots[slot] != null)
                {
                    GiveUp(_spd.Slots[slot]);
                }
                slot = --budget > 0 ? Timers.PopDue(now) : -1;
            }
        }
    }
}
