namespace NfIpsec.Ike.Admin
{
    /// <summary>How the ends prove who they are.</summary>
    public static class AuthMethod
    {
        public const int PresharedKey = 1;

        /// <summary>NAT traversal: never, when a NAT shows, always.</summary>
        public const int NatOff = 0, NatOn = 1, NatForce = 2;
    }
}
