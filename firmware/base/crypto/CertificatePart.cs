namespace NfIpsec.Base.Crypto
{
    /// <summary>What can be had of a certificate's bytes.</summary>
    /// <remarks>The C face is enum nfi_certificate_part in crypto-native/include/nfi_crypto.h.</remarks>
    public static class CertificatePart
    {
        public const int Der = 0, Subject = 1, Issuer = 2, Serial = 3, KeyHash = 4, Fingerprint = 5, AltName = 6;
    }
}
