namespace NfIpsec.Ipsec.Management
{
    /// <summary>Of several policies that match, the one with the lowest number wins; among equals the older.</summary>
    public static class PolicyPriority
    {
        public const int SP_PRIORITY_HIGHEST = 1, SP_PRIORITY_HIGH = 2, SP_PRIORITY_MED_HIGH = 3, SP_PRIORITY_MEDIUM = 4;
        public const int SP_PRIORITY_MED_LOW = 5, SP_PRIORITY_LOW = 6, SP_PRIORITY_LOWEST = 7;
    }
}
