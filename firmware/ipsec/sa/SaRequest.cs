namespace NfIpsec.Ipsec.Sa
{
    /// <summary>What it takes to make a session. Keys are handles of native secrets, which stay the caller's.</summary>
    public sealed class SaRequest
    {
        /// <summary>Rows of the algorithm table; Integrity -1 with an AEAD.</summary>
        public int Encryption, Integrity = -1;

        public int InboundCipherKey, OutboundCipherKey, InboundMacKey, OutboundMacKey;

        /// <summary>0: one is generated.</summary>
        public int InboundSpi;
        public int OutboundSpi;

        public bool Manual;

        public int LifeSeconds;
        public long LifeBytes, LifePackets;

        /// <summary>What was negotiated, where that is less than the policy's traffic; null: all of it.</summary>
        public Scope Scope;

        /// <summary>UDP encapsulation ports, 0 none.</summary>
        public int EncapLocal, EncapRemote;
    }
}
