using NfIpsec.Base.Timer;

namespace NfIpsec.Ipsec.Sa
{
    /// <summary>Limits of one SA in bytes and packets, soft before hard, and of its sequence numbers, which never wrap
    /// (RFC 4303 3.3.3).</summary>
    public sealed class Lifetime
    {
        /// <summary>Answers of <see cref="Look"/>.</summary>
        public const int Fine = 0, Soft = 1, Hard = 2, Sequence = 3;

        /// <summary>Last number of each size. Of 64 bits the upper half of the range is never used.</summary>
        public const long LastSequence = 0xffffffffL, LastExtendedSequence = long.MaxValue;

        private readonly long _softBytes, _hardBytes, _softPackets, _hardPackets, _softSequence, _hardSequence;
        private bool _softRaised;

        /// <param name="bytes">Hard limits, 0 none.</param>
        /// <param name="jitter">Of the soft ones, as SoftLimit has it.</param>
        public Lifetime(long bytes, long packets, bool extended, int jitter)
        {
            _hardBytes = bytes > 0 ? bytes : long.MaxValue;
            _hardPackets = packets > 0 ? packets : long.MaxValue;
            _hardSequence = extended ? LastExtendedSequence : LastSequence;
            _softBytes = SoftLimit.Of(_hardBytes, jitter);
            _softPackets = SoftLimit.Of(_hardPackets, jitter);
            _softSequence = SoftLimit.Of(_hardSequence, jitter);
        }

        /// <summary>The hard limits as they were given, 0 none.</summary>
        public long Bytes
        {
            get { return _hardBytes == long.MaxValue ? 0 : _hardBytes; }
        }

        public long Packets
        {
            get { return _hardPackets == long.MaxValue ? 0 : _hardPackets; }
        }

        /// <summary>Sets the alerts to the nearest limits ahead. An outbound SA's packets are its sequence numbers.</summary>
        public void Arm(SecurityAssociation sa)
        {
            sa.ByteAlert = _softRaised ? _hardBytes : _softBytes;
            sa.PacketAlert = _softRaised ? _hardPackets : _softPackets;
            long sequence = _softRaised ? _hardSequence : _softSequence;
            sa.SequenceAlert = sequence < sa.PacketAlert ? sequence : sa.PacketAlert;
        }

        /// <summary>What an alert means. Soft is answered once; the alerts then move on to the hard limits.</summary>
        /// <param name="number">The sequence number (outbound) or packet count (inbound) about to be used.</param>
        public int Look(SecurityAssociation sa, long number, bool outbound)
        {
            if (outbound && number > _hardSequence)
            {
                return Sequence;
            }
            if (number > _hardPackets || sa.Bytes >= _hardBytes)
            {
                return Hard;
            }
            if (_softRaised)
            {
                return Fine;
            }
            _softRaised = true;
            Arm(sa);
            return Soft;
        }
    }
}
