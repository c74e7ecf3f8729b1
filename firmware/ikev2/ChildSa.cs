namespace NfIpsec.Ikev2
{
    /// <summary>One installed pair of child SAs, as its IKE SA knows it.</summary>
    internal sealed class ChildSa
    {
        internal int Spid, InboundSpi, OutboundSpi;

        /// <summary>ProtocolId.Ah or Esp.</summary>
        internal int Protocol;

        /// <summary>We asked for it, so we renew it first.</summary>
        internal bool Initiator;

        /// <summary>When we negotiate its successor, milliseconds of the clock; long.MaxValue until it grows old.</summary>
        internal long RenewAt = long.MaxValue;

        /// <summary>A successor is being negotiated.</summary>
        internal bool Renewing;
    }
}
