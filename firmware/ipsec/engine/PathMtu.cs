using NfIpsec.Base;
using NfIpsec.Base.Address;
using NfIpsec.Base.Ports;
using NfIpsec.Ipsec.Policy;
using NfIpsec.Ipsec.Sa;

namespace NfIpsec.Ipsec.Engine
{
    /// <summary>Path MTUs (RFC 4301 8.2): an ICMP error about a packet of a live SA lowers its path's, time raises it again. Anybody may
    /// write such an error, so it must know the SPI and the peer, and has a floor.</summary>
    public sealed class PathMtu
    {
        private readonly Spd _spd;
        private readonly Sad _sad;
        private readonly TfcPadding _tfc;
        private readonly ClockPort _clock;
        private readonly int[] _plateaus = { 32000, 17914, 8166, 4352, 2002, 1492, 1006 };      // RFC 1191 7.1

        /// <summary>When a path MTU is due to be forgotten, in the clock's milliseconds; long.MaxValue when none is known.</summary>
        public long NextDue = long.MaxValue;

        public PathMtu(Spd spd, Sad sad, TfcPadding tfc, ClockPort clock)
        {
            _spd = spd;
            _sad = sad;
            _tfc = tfc;
            _clock = clock;
        }

        /// <summary>Heeds the report that <paramref name="info"/> describes (kind PathMtu), or not.</summary>
        public void Report(int[] info)
        {
            SecurityPolicy policy = Owner(info);
            int mtu = policy == null ? 0 : Told(info);
            if (mtu == 0 || mtu >= info[PacketInfo.Detail2] || (policy.PathLimit != 0 && mtu >= policy.PathLimit))
            {
                return;
            }
            long until = _clock.Now + Limits.PathMtuMs;
            if (Set(policy, mtu, until) && until < NextDue)
            {
                NextDue = until;
            }
        }

        private bool Set(SecurityPolicy policy, int mtu, long until)
        {
            bool done = _spd.SetPathMtu(policy, mtu, until) == Status.XE_OK;
            if (done && policy.Session != null)
            {
                _tfc.Arm(policy.Session);
            }
            return done;
        }

        // A look at every session, for an event of which few wait at a time. The SPI is that of the outermost header: AH's, which is that
        // of ESP but where a peer gave two.
        private SecurityPolicy Owner(int[] info)
        {
            int spi = info[PacketInfo.Spi];
            for (int i = 0; i < _sad.Slots.Length; i++)
            {
                IpsecSession session = _sad.Slots[i];
                if (session != null && session.Outbound.AhSpi == spi && IpAddress.Same(session.Peer.Words, 0, info, PacketInfo.Destination))
                {
                    return session.Policy;
                }
            }
            return null;
        }

        // Bytes, 0 for what is not to be believed: IPv6 never goes below its least (RFC 8201 4), IPv4 not below ours. A router that names
        // none knows no better than the plateau below what it refused.
        private int Told(int[] info)
        {
            int mtu = info[PacketInfo.Detail];
            if (info[PacketInfo.Version] == 6)
            {
                return mtu < Limits.MinMtu6 ? 0 : mtu;
            }
            if (mtu == 0)
            {
                mtu = Plateau(info[PacketInfo.Detail2]);
            }
            return mtu < Limits.MinMtu4 ? Limits.MinMtu4 : mtu;
        }

        private int Plateau(int length)
        {
            for (int i = 0; i < _plateaus.Length; i++)
            {
                if (_plateaus[i] < length)
                {
                    return _plateaus[i];
                }
            }
            return Limits.MinMtu4;
        }

        /// <summary>Forgets what has stood long enough: the path may have become wider.</summary>
        public void Poll(long now)
        {
            if (now < NextDue)
            {
                return;
            }
            NextDue = long.MaxValue;
            for (int i = 0; i < _spd.Slots.Length; i++)
            {
                SecurityPolicy policy = _spd.Slots[i];
                if (policy == null || policy.Protection == null || policy.Protection.PathMtu == 0)
                {
                    continue;
                }
                if (now >= policy.Protection.PathMtuUntil && Set(policy, 0, 0))
                {
                    continue;
                }
                long due = policy.Protection.PathMtuUntil <= now ? now + Limits.PathMtuMs : policy.Protection.PathMtuUntil;
                NextDue = due < NextDue ? due : NextDue;
            }
        }
    }
}
