namespace NfIpsec.Ike.Wire
{
    /// <summary>Payload types of IKEv2 (RFC 7296 3.2, RFC 7383 2.5).</summary>
    public static class PayloadType
    {
        public const int None = 0;
        public const int SecurityAssociation = 33, KeyExchange = 34, IdInitiator = 35, IdResponder = 36, Certificate = 37, CertificateRequest = 38;
        public const int Authentication = 39, Nonce = 40, Notify = 41, Delete = 42, VendorId = 43, TsInitiator = 44, TsResponder = 45;
        public const int Encrypted = 46, Configuration = 47, Eap = 48, EncryptedFragment = 53;

        /// <summary>Types below belong to IKEv1 and never stand in a message of IKEv2 (RFC 7296 3.2).</summary>
        public const int First = 33;

        public const int Last = EncryptedFragment;

        private static readonly string[] s_names =
        {
            "SA", "KE", "IDi", "IDr", "CERT", "CERTREQ", "AUTH", "Nonce", "N", "D", "V", "TSi", "TSr", "SK", "CP", "EAP"
        };

        public static bool IsKnown(int type)
        {
            return (type >= First && type <= Eap) || type == EncryptedFragment;
        }

        /// <summary>True for the two that hold the others.</summary>
        public static bool IsEncrypted(int type)
        {
            return type == Encrypted || type == EncryptedFragment;
        }

        /// <summary>The RFC's short name, or the number.</summary>
        public static string Name(int type)
        {
            if (type == EncryptedFragment)
            {
                return "SKF";
            }
            return IsKnown(type) ? s_names[type - First] : type.ToString();
        }
    }
}
