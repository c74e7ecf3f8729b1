namespace NfIpsec.Base.Crypto
{
    /// <summary>Why a certificate is not trusted.</summary>
    /// <remarks>The C face is enum nfi_chain_reason in crypto-native/include/nfi_crypto.h.</remarks>
    public static class ChainReason
    {
        public const int None = 0, Expired = 1, NotYetValid = 2, NotAnAuthority = 3, PathLength = 4, UnknownRoot = 5, BadSignature = 6;
        public const int KeyUsage = 7, ExtendedUsage = 8, NameConstraints = 9, Revoked = 10, StaleCrl = 11, MissingCrl = 12, Weak = 13;
        public const int TooLong = 14, Loop = 15, BadCrl = 16;
    }
}
