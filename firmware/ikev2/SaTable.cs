using NfIpsec.Base;
using NfIpsec.Base.Bytes;
using NfIpsec.Base.Crypto;
using NfIpsec.Base.Table;
using NfIpsec.Base.Timer;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Session;

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

        internal SaTable(RandomSource random)
        {
            _random = random;
        }

        internal int Count
        {
            get { return _count; }
        }

        /// <summary>SAs that peers began and that are not authenticated.</summary>
        internal int HalfOpen
        {
            get { return _halfOpen; }
        }

        /// <summary>A new SA, or null: the table or the share of the unauthenticated is full, or there is no randomness.</summary>
        internal IkeSa Add(RemoteConfig remote, bool initiator, long now)
        {
            long spi = _count == IkeLimits.MaxSas || (!initiator && _halfOpen == IkeLimits.MaxHalfOpen) ? 0 : NewSpi();
            if (spi == 0)
            {
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
            _halfOpen += initiator ? 0 : 1;
            return sa;
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

        /// <summary>The SA that the peer's first message made, or null. A first message that comes again, even much later, makes no
        /// second one. One pass over the table: a peer chose the SPI, so it is not looked up by it.</summary>
        internal IkeSa FindPeer(long initiatorSpi, IkePath path)
        {
            for (int i = 0; i < Slots.Length; i++)
            {
                IkeSa sa = Slots[i];
                if (sa != null && !sa.Initiator && sa.PeerSpi == initiatorSpi && sa.Path.SameAddresses(path))
                {
                    return sa;
                }
            }
            return null;
        }

        /// <summary>The newest SA with the remote that is established or, when we began it, on its way; not <paramref name="but"/>.</summary>
        internal IkeSa FindRemote(RemoteConfig remote, IkeSa but)
        {
            IkeSa best = null;
            for (int i = 0; i < Slots.Length; i++)
            {
                IkeSa sa = Slots[i];
                bool usable = sa != null && sa != but && sa.Remote == remote && (sa.IsEstablished || (sa.Initiator && sa.State < IkeState.Established));
                if (usable && (best == null || sa.CreatedAt > best.CreatedAt || (sa.IsEstablished && !best.IsEstablished)))
                {
                    best = sa;
                }
            }
            return best;
        }

        /// <summary>The peer has authenticated: it no longer counts as half-open.</summary>
        internal void Authenticated(IkeSa sa)
        {
            _halfOpen -= sa.Initiator ? 0 : 1;
        }

        /// <param name="wasHalfOpen">It had not authenticated.</param>
        internal void Remove(IkeSa sa, bool wasHalfOpen)
        {
            Slots[sa.Slot] = null;
            _bySpi.Remove((int)sa.OurSpi);
            Timers.Cancel(sa.Slot);
            _count--;
            _halfOpen -= wasHalfOpen && !sa.Initiator ? 1 : 0;
        }
    }
}
