namespace NfIpsec.Ike.Wire
{
    /// <summary>Bounds of what one IKE message may hold.</summary>
    public static class WireLimits
    {
        /// <summary>Payloads of one message, or of one SK payload.</summary>
        public const int MaxPayloads = 48;

        /// <summary>Transforms of one SA payload, over all its proposals.</summary>
        public const int MaxTransforms = 256;

        /// <summary>Traffic selectors kept of one TS payload; more are read and left out, which narrows (RFC 7296 2.9).</summary>
        public const int MaxSelectors = 8;

        /// <summary>Certificates, or certificate requests, of one message.</summary>
        public const int MaxCertificates = 8;

        /// <summary>What a datagram can carry, bytes: the length field of UDP.</summary>
        public const int MaxMessage = 65507;
    }
}
