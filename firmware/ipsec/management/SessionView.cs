namespace NfIpsec.Ipsec.Management
{
    /// <summary>One session as displays want it. The caller owns it and has it filled again and again. SPIs are unsigned
    /// 32-bit numbers in an int. Times are seconds.</summary>
    public sealed class SessionView
    {
        public int Slot;
        public int Spid;

        /// <summary>True when the session protects in tunnel mode.</summary>
        public bool Tunnel;

        public int InboundSpi, OutboundSpi;

        /// <summary>Seconds since the clock's start.</summary>
        public int CreateTime;

        /// <summary>Lifetime, 0 unlimited, and what is left of it until hard and soft expiry (-1 no such limit).</summary>
        public int Life, HardIn, SoftIn;

        /// <summary>The outbound AH's, which may differ from the ESP's.</summary>
        public int OutboundAhSpi;

        /// <summary>Rows of <see cref="NfIpsec.Base.Algorithm.Algorithms"/>, -1 none: Encryption without ESP, Integrity without ESP or
        /// with an AEAD, AhIntegrity without AH.</summary>
        public int Encryption, Integrity, AhIntegrity;

        /// <summary>Key lengths, bytes (an AEAD's with its salt).</summary>
        public int EncryptionKeyBytes, IntegrityKeyBytes, AhKeyBytes;

        /// <summary>Integrity check values on the wire, bytes.</summary>
        public int IcvBytes, AhIcvBytes;

        /// <summary>0 no replay check, else the window in packets.</summary>
        public int ReplayWindow;

        /// <summary>Packets and bytes protected and sent, opened and accepted.</summary>
        public long PacketsOut, BytesOut, PacketsIn, BytesIn;

        public int DummiesOut, DummiesIn;

        /// <summary>The last sequence number sent, and the highest accepted.</summary>
        public long SequenceOut, SequenceIn;

        /// <summary>Inbound packets refused: replayed, failed to verify, outside the selectors.</summary>
        public int Replayed, Unverified, Refused;

        /// <summary>True when the outbound or inbound SA has stopped (lifetime or sequence numbers used up).</summary>
        public bool Stopped;
    }
}
