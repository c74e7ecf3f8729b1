using NfIpsec.Base.Bytes;
using NfIpsec.Base.Crypto;

namespace NfIpsec.X509
{
    /// <summary>Does a certificate speak for an identity (RFC 4945 3.1)? A name counts where it belongs: addresses, host names and
    /// e-mail addresses among the other names, a Name as the subject.</summary>
    public static class CertificateNames
    {
        /// <summary>Types of identity, as ID payloads number them (RFC 7296 3.5).</summary>
        public const int Ipv4 = 1, Fqdn = 2, Email = 3, Ipv6 = 5, Dn = 9, KeyId = 11;

        // Forms of a GeneralName (RFC 5280 4.2.1.6).
        private const int FormEmail = 1, FormDns = 2, FormAddress = 7;

        /// <summary>KeyId is compared with the SHA-1 of the public key, as octets or as hexadecimal digits.</summary>
        public static bool Match(Certificate certificate, int type, byte[] id, int offset, int length)
        {
            switch (type)
            {
                case Ipv4:
                case Ipv6:
                    return length == (type == Ipv4 ? 4 : 16) && HasAltName(certificate, FormAddress, id, offset, length, true);
                case Fqdn:
                    return HasAltName(certificate, FormDns, id, offset, length, false);
                case Email:
                    return HasAltName(certificate, FormEmail, id, offset, length, false);
                case Dn:
                    byte[] subject = certificate.Part(CertificatePart.Subject, 0);
                    return subject != null && DistinguishedName.Same(subject, 0, subject.Length, id, offset, length);
                case KeyId:
                    return IsKey(certificate.Part(CertificatePart.KeyHash, 0), id, offset, length);
                default:
                    return false;
            }
        }

        private static bool HasAltName(Certificate certificate, int form, byte[] id, int offset, int length, bool exact)
        {
            for (int i = 0; i < certificate.AltNames; i++)
            {
                byte[] name = certificate.Part(CertificatePart.AltName, i);
                if (name != null && name[0] == form && name.Length - 1 == length && Same(name, 1, id, offset, length, exact))
                {
                    return true;
                }
            }
            return false;
        }

        private static bool IsKey(byte[] hash, byte[] id, int offset, int length)
        {
            string digits = System.Text.Encoding.UTF8.GetString(id, offset, length);
            return (length == hash.Length && Same(hash, 0, id, offset, length, true)) || digits.ToLower() == Hex.Format(hash, 0, hash.Length);
        }

        private static bool Same(byte[] a, int at, byte[] b, int offset, int length, bool exact)
        {
            for (int i = 0; i < length; i++)
            {
                if (exact ? a[at + i] != b[offset + i] : Lower(a[at + i]) != Lower(b[offset + i]))
                {
                    return false;
                }
            }
            return true;
        }

        private static int Lower(int c)
        {
            return c >= 'A' && c <= 'Z' ? c + 32 : c;
        }
    }
}
