namespace NfIpsec.Ike.Wire
{
    /// <summary>Exchange types of IKEv2 (RFC 7296 3.1).</summary>
    public static class ExchangeType
    {
        public const int IkeSaInit = 34, IkeAuth = 35, CreateChildSa = 36, Informational = 37;

        private static readonly string[] s_names = { "IKE_SA_INIT", "IKE_AUTH", "CREATE_CHILD_SA", "INFORMATIONAL" };

        public static bool IsKnown(int type)
        {
            return type >= IkeSaInit && type <= Informational;
        }

        /// <summary>The RFC's name, or the number.</summary>
        public static string Name(int type)
        {
            return IsKnown(type) ? s_names[type - IkeSaInit] : type.ToString();
        }
    }
}
