namespace NfIpsec.Ipsec
{
    /// <summary>One call of the asynchronous Packet API, as the callback gets it. Valid during the callback only.</summary>
    public sealed class Request
    {
        /// <summary>The packet that came in; without a slot when IPsec made another of it.</summary>
        public Packet Source;

        /// <summary>The packet to go on with: the source itself (bypass, drop), a new one (secured), or null (failed).</summary>
        public Packet Destination;

        /// <summary>Policy applied: a PolicyAction.</summary>
        public int Policy;

        /// <summary>0 or an XE_ code.</summary>
        public int Status;

        public int Domain;

        /// <summary>What the caller gave along.</summary>
        public object Context;

        internal bool Outbound;
    }
}
