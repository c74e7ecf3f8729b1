using NfIpsec.Ike.Session;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>Fragments in (RFC 7383 2.6): which are wanted at all, which message each belongs to, and how much of all this is held. One
    /// message an SA, a few over all SAs; the fragments of one that arrive come within milliseconds, so one that has stood for longer
    /// gives way when somebody else's needs its place.</summary>
    internal sealed class Collector
    {
        private readonly Ikev2Module _ike;
        private int _number, _total, _first;

        internal Collector(Ikev2Module ike)
        {
            _ike = ike;
        }

        /// <summary>The fragment's number.</summary>
        internal int Number
        {
            get { return _number; }
        }

        /// <summary>Reads the numbers of a fragment that the rules have passed, before it is opened.</summary>
        /// <returns>False: dropped unseen, since its number is there or its total is that of an older cut.</returns>
        internal bool Wants(IkeSa sa, IkeHeader header, PayloadIndex clear)
        {
            int at = clear.Offset[clear.Find(PayloadType.EncryptedFragment)];
            _number = EncryptedPayload.Number(clear.Bytes, at);
            _total = EncryptedPayload.Total(clear.Bytes, at);
            _first = clear.InnerFirst;
            Reassembly held = sa.Collected;
            return held == null || !held.IsOf(header) || _total > held.Total || (_total == held.Total && !held.Has(_number));
        }

        /// <summary>Takes what the authenticated fragment of Wants held.</summary>
        /// <returns>A WireStatus: TooLong, or Ok, and then sa.Collected tells whether the message is whole.</returns>
        internal int Take(IkeSa sa, IkeHeader header, byte[] src, int at, int length)
        {
            if (_total > IkeLimits.MaxFragments)
            {
                sa.Collected = null;
                return WireStatus.TooLong;
            }
            Reassembly held = sa.Collected;
            bool same = held != null && held.IsOf(header);
            if (!same && !MakeRoom(sa))
            {
                _ike.Module.Log.Count(Fault.TooMany, sa.Path);
                return WireStatus.Ok;
            }
            if (!same || _total > held.Total)
            {
                // Another cut of the same message has the time of the first: a total that grows keeps no place.
                sa.Collected = new Reassembly(header, _total, same ? held.StartedAt : _ike.Module.Clock.Now);
            }
            bool added = sa.Collected.Add(_number, _first, src, at, length);
            sa.Collected = added ? sa.Collected : null;
            _ike.Rearm(sa);
            return added ? WireStatus.Ok : WireStatus.TooLong;
        }

        // For a message of this SA: its place is that of its other one, or a free one, or that of the oldest.
        private bool MakeRoom(IkeSa sa)
        {
            IkeSa oldest = sa.Collected == null ? null : sa;
            int count = 0;
            for (int i = 0; i < _ike.Sas.Slots.Length && sa.Collected == null; i++)
            {
                IkeSa other = _ike.Sas.Slots[i];
                if (other != null && other.Collected != null)
                {
                    count++;
                    oldest = oldest == null || other.Collected.StartedAt < oldest.Collected.StartedAt ? other : oldest;
                }
            }
            if (sa.Collected == null && count < IkeLimits.MaxReassemblies)
            {
                return true;
            }
            if (_ike.Module.Clock.Now - oldest.Collected.StartedAt < IkeLimits.GiveWayMs)
            {
                return false;
            }
            oldest.Collected = null;
            _ike.Rearm(oldest);
            return true;
        }
    }
}
