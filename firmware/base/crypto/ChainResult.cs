namespace NfIpsec.Base.Crypto
{
    /// <summary>Indices into the output of a chain check: the reason; the certificate it was found at, 0 the one in question; how fresh
    /// the CRLs were; how many certificates the path had.</summary>
    public static class ChainResult
    {
        public const int Reason = 0, Depth = 1, Crls = 2, PathLength = 3;

        /// <summary>States of the CRLs, the worst of the path.</summary>
        public const int CrlsFresh = 0, CrlsMissing = 1, CrlsStale = 2;
    }
}
