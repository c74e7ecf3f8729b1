using NfIpsec.Base.Crypto;

namespace NfIpsec.Ike.Admin
{
    /// <summary>How the ends prove who they are.</summary>
    public static class AuthMethod
    {
        public const int PresharedKey = 1, RsaSig = 2, RsaPss = 3, EcdsaSig = 4;

        /// <summary>RFC 7619: nobody proves anything, in either direction.</summary>
        public const int NullAuth = 5;

        /// <summary>NAT traversal: never, when a NAT shows, always.</summary>
        public const int NatOff = 0, NatOn = 1, NatForce = 2;

        private static readonly string[] s_names = { "", "PresharedKey", "RSASIG", "RSAPSS", "ECDSASIG", "NULLAUTH" };

        public static string Name(int method)
        {
            return s_names[method];
        }

        /// <summary>0: none of that name.</summary>
        public static int Find(string name)
        {
            string wanted = name.ToUpper();
            for (int i = 1; i < s_names.Length; i++)
            {
                if (s_names[i].ToUpper() == wanted)
                {
                    return i;
                }
            }
            return wanted == "PSK" ? PresharedKey : 0;
        }

        public static bool HasCertificates(int method)
        {
            return method >= RsaSig && method <= EcdsaSig;
        }

        /// <summary>Keys of that type sign with the method.</summary>
        /// <param name="keyType">One of <see cref="KeyType"/>.</param>
        public static bool Takes(int method, int keyType)
        {
            return method == EcdsaSig ? keyType >= KeyType.P256 && keyType <= KeyType.P521 : keyType == KeyType.Rsa;
        }
    }
}
