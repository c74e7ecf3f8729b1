using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>One installed pair of child SAs, as its IKE SA knows it.</summary>
    internal sealed class ChildSa
    {
        internal int Spid, InboundSpi, OutboundSpi;

        /// <summary>ProtocolId.Ah or Esp.</summary>
        internal int Protocol;

        /// <summary>Rows of the algorithm table, -1 none: what its successor has too (RFC 7296 2.8).</summary>
        internal int Encryption, Integrity;

        /// <summary>What was agreed upon where that is less than the policy's traffic; null: all of it. A successor has no less (RFC 7296
        /// 2.9.2).</summary>
        internal TrafficSelectors Local, Remote;

        /// <summary>We asked for it, so we renew it first.</summary>
        internal bool Initiator;

        /// <summary>Milliseconds of the clock.</summary>
        internal long CreatedAt;

        /// <summary>When we negotiate its successor, milliseconds of the clock; long.MaxValue until it grows old.</summary>
        internal long RenewAt = long.MaxValue;

        /// <summary>The lower nonce of the exchange by which the peer has rekeyed it, or null. The peer deletes it, unless our own exchange
        /// wins (RFC 7296 2.8.1).</summary>
        internal byte[] PeerNonce;

        /// <summary>We have told, or are about to tell, the peer that it is gone.</summary>
        internal bool Closing;

        /// <summary>It is to stay: nothing has taken its place, and nobody deletes it.</summary>
        internal bool IsCurrent
        {
            get { return !Closing && PeerNonce == null; }
        }
    }
}
