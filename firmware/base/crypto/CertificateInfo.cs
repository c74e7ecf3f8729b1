namespace NfIpsec.Base.Crypto
{
    /// <summary>Indices into the native description of a certificate.</summary>
    /// <remarks>The C face is enum nfi_certificate_info in crypto-native/include/nfi_crypto.h.</remarks>
    public static class CertificateInfo
    {
        public const int KeyType = 0, KeyBits = 1, From = 2, To = 4, Authority = 6, PathLength = 7, KeyUsage = 8, ExtendedUsage = 9;
        public const int Hash = 10, SelfIssued = 11, AltNames = 12, Constrained = 13, Words = 16;
    }
}
