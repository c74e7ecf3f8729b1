namespace NfIpsec.Ipsec.Sa
{
    /// <summary>What it takes to make a session. Keys are handles of native secrets, which stay the caller's.</summary>
    public sealed class SaRequest
    {
        /// <summary>Rows of the algorithm table, -1 none: Encryption without ESP, Integrity without ESP or with an AEAD, AhIntegrity
        /// without AH.</summary>
        public int Encryption = -1, Integrity = -1, AhIntegrity = -1;

        public int InboundCipherKey, OutboundCipherKey, InboundMacKey, OutboundMacKey, InboundAhKey, OutboundAhKey;

        /// <summary>0: one is generated.</summary>
        public int InboundSpi;
        public int OutboundSpi;

        /// <summary>Where the peer gave its AH another SPI than its ESP; 0: it did not.</summary>
        public int OutboundAhSpi;

        public bool Manual;

        public int LifeSeconds;
        public long LifeBytes, LifePackets;

        /// <summary>What was negotiated, where that is less than the policy's traffic; null: all of it.</summary>
        public Scope Scope;

        /// <summary>UDP encapsulation ports, 0 none.</summary>
        public int EncapLocal, EncapRemote;

        /// <summary>The peer takes no TFC padding, whatever the policy says.</summary>
        public bool NoTfcPadding;

        /// <summary>The virtual address that stands for one of ours in these SAs (RFC 7296 2.19): words of <see cref="Scope"/>.Alias*; null:
        /// none. The Scope is of what travels, the policy's selectors are of what the stack knows.</summary>
        public int[] Alias;
    }
}
