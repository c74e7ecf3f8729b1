namespace NfIpsec.Base.Crypto
{
    /// <summary>Indices into the native description of a CRL.</summary>
    /// <remarks>The C face is enum nfi_crl_info in crypto-native/include/nfi_crypto.h.</remarks>
    public static class CrlInfo
    {
        public const int ThisUpdate = 0, NextUpdate = 2, Entries = 4, Words = 8;
    }
}
