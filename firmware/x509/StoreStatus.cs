using NfIpsec.Base;

namespace NfIpsec.X509
{
    /// <summary>What a file that could not be taken is, in words.</summary>
    internal static class StoreStatus
    {
        internal static string OfCertificate(int status)
        {
            switch (status)
            {
                case Status.NFI_BAD_ENCODING:
                    return "neither PEM nor DER of a certificate or a CRL";
                case Status.NFI_SEVERAL:
                    return "more than one certificate in the file; expected one";
                case Status.NFI_UNSUPPORTED:
                    return "a critical extension in it is not known here";
                case Status.XE_UNKNOWN_ALGORITHM:
                    return "a key or signature algorithm that this build does not have; expected RSA of 1024 to 4096 bits, or ECDSA on P-256, P-384 or P-521";
                case Status.XE_DST_OUT_OF_SPACE:
                    return "too long";
                case Status.NFI_TOO_MANY:
                    return "more alternative names, purposes or policies than one certificate may have here; expected 64 of each at most";
                default:
                    return "code " + status.ToString();
            }
        }

        internal static string OfKey(int status)
        {
            switch (status)
            {
                case Status.NFI_BAD_ENCODING:
                    return "neither PEM nor DER of a private key";
                case Status.NFI_ENCRYPTED:
                    return "the key is encrypted; expected one without a passphrase";
                case Status.NFI_KEY_MISMATCH:
                    return "the key does not fit the certificate";
                case Status.NFI_SEVERAL:
                    return "more than one key in the file; expected one";
                case Status.XE_UNKNOWN_ALGORITHM:
                    return "an algorithm that this build does not have; expected RSA, or ECDSA on P-256, P-384 or P-521";
                case Status.XE_DST_OUT_OF_SPACE:
                case Status.XE_BAD_PARAM:
                    return "too long";
                default:
                    return "code " + status.ToString();
            }
        }
    }
}
