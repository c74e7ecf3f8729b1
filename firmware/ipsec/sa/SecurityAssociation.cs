namespace NfIpsec.Ipsec.Sa
{
    /// <summary>One direction of a session: the keyed transform, its numbers and its limits.</summary>
    /// <remarks>The packet path compares with the alerts only; what lies behind an alert is decided in
    /// <see cref="NfIpsec.Ipsec.Sa.Lifetime"/>.</remarks>
    public sealed class SecurityAssociation
    {
        public int Spi;

        /// <summary>Handle of the native transform; 0 once freed.</summary>
        public int Transform;

        /// <summary>Rows of the algorithm table; Integrity -1 with an AEAD.</summary>
        public int Encryption, Integrity;
        public int IcvBytes;

        /// <summary>AH's integrity algorithm, -1 without AH; with both protocols they share the SPI.</summary>
        public int AhIntegrity = -1;

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
