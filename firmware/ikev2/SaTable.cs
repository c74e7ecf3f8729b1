using NfIpsec.Base;
using NfIpsec.Base.Bytes;
using NfIpsec.Base.Crypto;
using NfIpsec.Base.Table;
using NfIpsec.Base.Timer;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Session;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>The IKE SAs: bounded, found by our SPI in constant time. The keys of the table are halves of SPIs that we drew, so a
    /// peer cannot make them collide.</summary>
    internal sealed class SaTable
    {
        private const int SpiBytes = 8, Attempts = 16;

        private readonly RandomSource _random;
        private readonly IntTable _bySpi = new IntTable(IkeLimits.MaxSas);
        private readonly byte[] _spi = new byte[SpiBytes];
        private int _count, _halfOpen;

        /// <summary>By slot, null where free.</summary>
        internal readonly IkeSa[] Slots = new IkeSa[IkeLimits.MaxSas];

        /// <summary>When each SA wants attention, by slot.</summary>
        internal readonly TimerQueue Timers = new TimerQueue(IkeLimits.MaxSas);

        /// <summary>Why the last Add gave none: a Fault, and what is full.</summary>
        internal int Refusal;
        internal string Full;

        internal SaTable(RandomSource random)
        {
            _random = random;
        }

        internal int Count
        {
            get { return _count; }
        }

        internal bool IsFull
        {
            get { return _count == IkeLimits.MaxSas; }
        }

        /// <summary>SAs that peers began and that are not authenticated.</summary>
        internal int HalfOpen
        {
            get { return _halfOpen; }
        }

        /// <summary>A new SA, or null: the table, the share of the unauthenticated or that of their source is full, or there is no
        /// randomness.</summary>
        /// <param name="from">Where the peer's first message came from; null when we begin.</param>
        internal IkeSa Add(RemoteConfig remote, IkePath from, long now)
        {
            bool initiator = from == null;
            Full = IsFull ? "IKE SAs" : initiator ? null : _halfOpen == IkeLimits.MaxHalfOpen ? "half-open IKE SAs"
                : HalfOpenOf(from) >= IkeLimits.MaxHalfOpenPerSource ? "half-open IKE SAs of one source" : null;
            IkeSa sa = Enter(remote, initiator, now);
            if (sa != null && !initiator)
            {
                sa.Unproved = true;
                sa.FirstId = 1;
                _halfOpen++;
            }
            return sa;
        }

        /// <summary>The SA that takes over from another (RFC 7296 2.18), without keys yet; null: no room, or no randomness.</summary>
        /// <param name="initiator">We began the exchange that makes it.</param>
        internal IkeSa Succeed(IkeSa old, bool initiator, long now)
        {
            Full = IsFull ? "IKE SAs" : null;
            IkeSa sa = Enter(old.Remote, initiator, now);
            if (sa != null)
            {
                sa.Old = old;
                sa.Inherit(old);
            }
            return sa;
        }

        private IkeSa Enter(RemoteConfig remote, bool initiator, long now)
        {
            long spi = Full != null ? 0 : NewSpi();
            if (spi == 0)
            {
                Refusal = Full != null ? Fault.TooMany : Fault.NoRandom;
                return null;
            }
            IkeSa sa = new IkeSa();
            while (Slots[sa.Slot] != null)
            {
                sa.Slot++;
            }
            sa.Remote = remote;
            sa.Initiator = initiator;
            sa.OurSpi = spi;
            sa.CreatedAt = now;
            sa.HeardAt = now;
            Slots[sa.Slot] = sa;
            _bySpi.Add((int)spi, sa.Slot);
            _count++;
            return sa;
        }

        /// <summary>Who gives way when Add found no room for a peer's first message: the oldest half-open SA, of the same source where its
        /// share is full; null: none has had its time.</summary>
        internal IkeSa Oldest(IkePath from, long now)
        {
            bool share = HalfOpenOf(from) >= IkeLimits.MaxHalfOpenPerSource;
            IkeSa oldest = null;
            for (int i = 0; i < Slots.Length; i++)
            {
                IkeSa sa = Slots[i];
                bool idle = sa != null && sa.Unproved && sa.Authenticating == null && sa.CreatedAt + IkeLimits.HalfOpenLeastMs <= now;
                if (idle && (!share || sa.Path.SameSource(from)) && (oldest == null || sa.CreatedAt < oldest.CreatedAt))
                {
                    oldest = sa;
                }
            }
            return oldest;
        }

        private int HalfOpenOf(IkePath source)
        {
            int count = 0;
            for (int i = 0; i < Slots.Length; i++)
            {
                bool halfOpen = Slots[i] != null && !Slots[i].Initiator && Slots[i].State < IkeState.Established;
                count += halfOpen && Slots[i].Path.SameSource(source) ? 1 : 0;
            }
            return count;
        }

        private long NewSpi()
        {
            for (int i = 0; i < Attempts && _random.Fill(_spi, 0, SpiBytes) == Status.XE_OK; i++)
            {
                long spi = BigEndian.Read64(_spi, 0);
                if ((int)spi != 0 && _bySpi.Find((int)spi) < 0)
                {
                    return spi;
                }
            }
            return 0;
        }

        internal IkeSa Find(long ourSpi)
        {
            int slot = _bySpi.Find((int)ourSpi);
            return slot >= 0 && Slots[slot].OurSpi == ourSpi ? Slots[slot] : null;
        }

        /// <summary>The SA that this first message made, or null. One that comes again, even much later, makes no second SA; another
        /// message under the same SPI is a first message of its own (RFC 7296 2.1): the whole of it is compared, and after
        /// authentication, when that is gone, its nonce. One pass over the table: a peer chose the SPI, so it is not looked up by
        /// it.</summary>
        internal IkeSa FindRequest(IkeHeader header, PayloadIndex index, IkePath path, byte[] bytes, int offset)
        {
            int nonce = index.Find(PayloadType.Nonce);
            for (int i = 0; i < Slots.Length; i++)
            {
                IkeSa sa = Slots[i];
                if (sa == null || sa.Initiator || sa.PeerSpi != header.InitiatorSpi || !sa.Path.SameAddresses(path))
                {
                    continue;
                }
                bool same = sa.InitRequest != null ? Same(sa.InitRequest, bytes, offset, header.Length)
                    : Same(sa.InitiatorNonce, index.Bytes, index.Offset[nonce], index.Length[nonce]);
                if (same)
                {
                    return sa;
                }
            }
            return null;
        }

        private static bool Same(byte[] kept, byte[] src, int offset, int length)
        {
            return kept.Length == length && KeyDerivation.Same(src, offset, kept, 0, length);
        }

        /// <summary>The newest SA with the remote that is established or, when we began it, on its way; not <paramref name="but"/>.</summary>
        internal IkeSa FindRemote(RemoteConfig remote, IkeSa but)
        {
            IkeSa best = null;
            for (int i = 0; i < Slots.Length; i++)
            {
                IkeSa sa = Slots[i];
                bool usable = sa != null && sa != but && sa.Remote == remote
                    && (sa.IsEstablished || (sa.Initiator && sa.State < IkeState.Established && sa.Old == null));
                if (usable && (best == null || sa.CreatedAt > best.CreatedAt || (sa.IsEstablished && !best.IsEstablished)))
                {
                    best = sa;
                }
            }
            return best;
        }

        /// <summary>The peer has authenticated, or the SA goes: it no longer counts as half-open.</summary>
        internal void Authenticated(IkeSa sa)
        {
            _halfOpen -= sa.Unproved ? 1 : 0;
            sa.Unproved = false;
        }

        internal void Remove(IkeSa sa)
        {
            Slots[sa.Slot] = null;
            _bySpi.Remove((int)sa.OurSpi);
            Timers.Cancel(sa.Slot);
            _count--;
            Authenticated(sa);
        }
    }
}
