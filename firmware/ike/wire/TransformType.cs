namespace NfIpsec.Ike.Wire
{
    /// <summary>Transform types (RFC 7296 3.3.2).</summary>
    public static class TransformType
    {
        public const int Encryption = 1, Prf = 2, Integrity = 3, KeyExchange = 4, ExtendedSequence = 5;

        /// <summary>Ids of type 5.</summary>
        public const int NoExtendedSequence = 0, WithExtendedSequence = 1;

        /// <summary>Id 0 of types 3 and 4.</summary>
        public const int None = 0;

        private static readonly string[] s_names = { "ENCR", "PRF", "INTEG", "KE", "ESN" };

        /// <summary>The RFC's name, or the number.</summary>
        public static string Name(int type)
        {
            return type >= Encryption && type <= ExtendedSequence ? s_names[type - 1] : type.ToString();
        }
    }
}
