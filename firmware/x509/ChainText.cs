using NfIpsec.Base.Crypto;

namespace NfIpsec.X509
{
    /// <summary>The outcome of a chain check in words.</summary>
    public static class ChainText
    {
        private static readonly string[] s_reasons =
        {
            "trusted", "expired", "not yet valid", "its issuer is not a CA", "more CAs below its issuer than that one's path length allows",
            "no trust anchor at the end of its chain", "its signature does not verify", "its key usage forbids it",
            "its extended key usage is not for IKE", "a name in it is outside of the name constraints above", "revoked",
            "the CRL of its issuer is stale", "the CRL of its issuer is missing", "a weak key or signature hash",
            "the chain is too long", "the chain is a loop", "the CRL of its issuer does not verify"
        };

        /// <summary>"expired", or "expired (certificate 1 of the chain)" when it is not the one in question.</summary>
        public static string Of(byte[] output)
        {
            int reason = output[ChainResult.Reason];
            string text = reason < s_reasons.Length ? s_reasons[reason] : "reason " + reason.ToString();
            return reason == ChainReason.None || output[ChainResult.Depth] == 0 ? text
                : text + " (certificate " + output[ChainResult.Depth].ToString() + " above the one in question)";
        }

        /// <summary>What the CRLs left open, or null.</summary>
        public static string OfCrls(byte[] output)
        {
            return output[ChainResult.Crls] == ChainResult.CrlsMissing ? "not every CA of the chain has a CRL here"
                : output[ChainResult.Crls] == ChainResult.CrlsStale ? "a CRL of the chain is stale" : null;
        }
    }
}
