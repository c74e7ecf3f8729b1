namespace NfIpsec.Ipsec.Sa
{
    /// <summary>One direction of a session: the keyed transform, its numbers and its limits.</summary>
    /// <remarks>The packet path compares with the alerts only; what lies behind an alert is decided in
    /// <see cref="NfIpsec.Ipsec.Sa.Lifetime"/>.</remarks>
    public sealed class SecurityAssociation
    {
        /// <summary>Of ESP, of AH, of both; AhSpi differs only outbound, where the peer gave two.</summary>
        public int Spi, AhSpi;

        /// <summary>Handle of the native transform; 0 once freed.</summary>
        public int Transform;

        /// <summary>Rows of the algorithm table, -1 none: Encryption without ESP, Integrity without ESP or with an AEAD, AhIntegrity
        /// without AH.</summary>
        public int Encryption, Integrity, AhIntegrity;

        /// <summary>Integrity check values on the wire, bytes.</summary>
        public int IcvBytes, AhIcvBytes;

        public bool Esn;

        /// <summary>Outbound: the last number used. Inbound: see the window.</summary>
        public long Sequence;

        /// <summary>Outbound: the highest number that may be used without a closer look.</summary>
        public long SequenceAlert;

        /// <summary>Packets and bytes done; alerts as above.</summary>
        public long Packets, Bytes, PacketAlert, ByteAlert;

        public Lifetime Lifetime;

        /// <summary>Inbound; null when replay is not checked.</summary>
        public ReplayWindow Window;

        /// <summary>Nothing passes any more: lifetime or sequence numbers are used up.</summary>
        public bool Stopped;

        /// <summary>Outbound: up to what length a packet may be padded to stay one on every interface (RFC 4303 2.7); 0 without TFC
        /// padding.</summary>
        public int TfcRoom;

        /// <summary>Dummy packets sent or received.</summary>
        public int Dummies;

        /// <summary>Inbound packets refused: replayed, not verified, outside the selectors.</summary>
        public int Replayed, Unverified, Refused;
    }
}
