using NfIpsec.Base;
using NfIpsec.Base.Address;
using NfIpsec.Base.Bytes;
using NfIpsec.Base.Crypto;
using NfIpsec.Base.Ports;
using NfIpsec.Base.Timer;
using NfIpsec.Ipsec.Management;
using NfIpsec.Ipsec.Policy;
using NfIpsec.Ipsec.Sa;

namespace NfIpsec.Ipsec.Engine
{
    /// <summary>Dummy packets (RFC 4303 2.6): on tunnel SAs with SP_TX_DUMMY_PKT, of random size after random pauses, each an IP packet
    /// of protocol 59 that the other end drops. An observer cannot tell them from traffic.</summary>
    public sealed class Dummies
    {
        private const int NoNextHeader = 59, HopLimit = 64, PauseBytes = 4, HeaderV4 = 20, HeaderV6 = 40;

        private readonly PacketPort _packets;
        private readonly Sad _sad;
        private readonly Outbound _outbound;
        private readonly RandomSource _random;
        private readonly Tally _tally;
        private readonly byte[] _packet = new byte[HeaderV6 + Limits.MaxDummyPayload];
        private readonly byte[] _pause = new byte[PauseBytes];

        /// <summary>When the next dummy of each session is due, by session slot.</summary>
        public readonly TimerQueue Timers = new TimerQueue(Limits.MaxSessions);

        public Dummies(PacketPort packets, Sad sad, Outbound outbound, RandomSource random, Tally tally)
        {
            _packets = packets;
            _sad = sad;
            _outbound = outbound;
            _random = random;
            _tally = tally;
        }

        /// <summary>The session is new. One that is asked for dummies but is no ESP tunnel sends none, counted as
        /// XE_SESS_UNAVL_FOR_DUMMY_TX.</summary>
        public void Start(IpsecSession session, long now)
        {
            if (AreWanted(session))
            {
                Timers.Set(session.Slot, now + Pause());
            }
            else if ((session.Policy.Flags & PolicyFlags.SP_TX_DUMMY_PKT) != 0)
            {
                _tally.Count(Status.XE_SESS_UNAVL_FOR_DUMMY_TX);
            }
        }

        private static bool AreWanted(IpsecSession session)
        {
            int wanted = PolicyFlags.SP_TX_DUMMY_PKT | PolicyFlags.SP_PROTO_ESP;
            return session.Tunnel && (session.Policy.Flags & wanted) == wanted;
        }

        /// <summary>Sends what is due, at most <paramref name="budget"/> packets.</summary>
        public void Poll(long now, int budget)
        {
            int slot = Timers.PopDue(now);
            while (slot >= 0)
            {
                IpsecSession session = _sad.Slots[slot];
                // A session that has gone, or left its place to another, ends its timer here.
                if (session != null && AreWanted(session))
                {
                    Due(session);
                    Timers.Set(slot, now + Pause());
                }
                slot = --budget > 0 ? Timers.PopDue(now) : -1;
            }
        }

        // What replaces a session sends in its stead.
        private void Due(IpsecSession session)
        {
            if (session.Policy.Session == session)
            {
                int status = session.Outbound.Stopped ? Status.XE_SESS_UNAVL_FOR_DUMMY_TX : Send(session);
                if (status != Status.XE_OK)
                {
                    _tally.Count(status);
                }
            }
        }

        // 0 to 30 seconds, in milliseconds: whole seconds would show.
        private int Pause()
        {
            int most = Limits.MaxDummyPause * 1000;
            bool drawn = _random.Fill(_pause, 0, PauseBytes) == Status.XE_OK;
            return drawn ? (BigEndian.Read32(_pause, 0) & int.MaxValue) % (most + 1) : most;
        }

        private int Send(IpsecSession session)
        {
            int status = _random.Fill(_packet, 0, _packet.Length);
            if (status != Status.XE_OK)
            {
                return status;
            }
            int length = Build(session.Policy, _packet[_packet.Length - 1] % Limits.MaxDummyPayload);
            int slot = _packets.Alloc(length);
            if (slot < 0)
            {
                return Status.XE_OK;      // counted by the pool
            }
            int result = _packets.Write(slot, 0, _packet, 0, length);
            result = result < 0 ? result : _outbound.Spend(session, slot, 0);
            if (result < 0)
            {
                _packets.Put(slot, PacketPort.Release);
                return -result;
            }
            session.Outbound.Dummies++;
            session.Outbound.Bytes += length;
            result = _packets.Put(slot, PacketPort.Send);
            return result < 0 ? -result : Status.XE_OK;
        }

        // The header goes over what was drawn; the payload stays random. Nobody reads the header's checksum.
        private int Build(SecurityPolicy policy, int payload)
        {
            bool six = policy.Selector.Version == 6;
            int header = six ? HeaderV6 : HeaderV4;
            System.Array.Clear(_packet, 0, header);
            _packet[0] = (byte)(six ? 0x60 : 0x45);
            BigEndian.Write16(_packet, six ? 4 : 2, six ? payload : header + payload);
            _packet[six ? 6 : 9] = NoNextHeader;
            _packet[six ? 7 : 8] = HopLimit;
            int[] words = policy.Selector.Words;
            for (int i = six ? 0 : IpAddress.WordCount - 1; i < IpAddress.WordCount; i++)
            {
                BigEndian.Write32(_packet, six ? 8 + 4 * i : 12, words[Selector.LocalLow + i]);
                BigEndian.Write32(_packet, six ? 24 + 4 * i : 16, words[Selector.RemoteLow + i]);
            }
            return header + payload;
        }
    }
}
