namespace NfIpsec.Ipsec.Management
{
    /// <summary>What a policy does with a packet.</summary>
    public static class PolicyAction
    {
        public const int IPSEC_POLICY_BYPASS = 1, IPSEC_POLICY_DROP = 2, IPSEC_POLICY_SECURE_TUNNEL = 3, IPSEC_POLICY_SECURE_TRANSPORT = 4;
    }
}
