namespace NfIpsec.Base.Crypto
{
    /// <summary>Public keys that a certificate may have.</summary>
    /// <remarks>The C face is NFI_KEY_ in crypto-native/include/nfi_crypto.h.</remarks>
    public static class KeyType
    {
        public const int Other = 0, Rsa = 1, P256 = 2, P384 = 3, P521 = 4;
    }
}
