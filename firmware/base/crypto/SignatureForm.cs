namespace NfIpsec.Base.Crypto
{
    /// <summary>How a signature is made of a digest; with the native id of its hash added, the scheme of a job.</summary>
    /// <remarks>The C face is enum nfi_signature_form in crypto-native/include/nfi_crypto.h.</remarks>
    public static class SignatureForm
    {
        public const int Pkcs1 = 0, Pss = 256, Ecdsa = 512, EcdsaDer = 768;
    }
}
