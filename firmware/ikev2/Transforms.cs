namespace NfIpsec.Ikev2
{
    /// <summary>One algorithm of each kind, as rows of the algorithm table: what a proposal came to.</summary>
    internal sealed class Transforms
    {
        /// <summary>-1 where there is none: Encryption with AH, Integrity with an AEAD.</summary>
        internal int Encryption = -1, Integrity = -1, Prf = -1, Group = -1;
        internal bool Esn;

        /// <summary>ProtocolId.Ike, Ah or Esp.</summary>
        internal int Protocol;

        /// <summary>Number of the proposal, and the peer's SPI in it for a child.</summary>
        internal int Proposal, Spi;

        /// <summary>The peer's SPI in the proposal for an IKE SA that takes over from another; 0: none.</summary>
        internal long IkeSpi;
    }
}
