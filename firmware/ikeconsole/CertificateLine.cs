using System;
using NfIpsec.Base.Crypto;
using NfIpsec.X509;

namespace NfIpsec.IkeConsole
{
    /// <summary>An entry of the certificate store as text. Of a private key only that it is there.</summary>
    internal static class CertificateLine
    {
        private static readonly string[] s_keys = { "key of another kind", "RSA", "ECDSA P-256", "ECDSA P-384", "ECDSA P-521" };

        public static string Format(StoredCertificate entry)
        {
            return entry.Crl != null ? FormatCrl(entry) : FormatCertificate(entry);
        }

        private static string FormatCrl(StoredCertificate entry)
        {
            byte[] issuer = entry.Crl.Issuer();
            return entry.Name + ": CRL of " + DistinguishedName.Text(issuer, 0, issuer.Length) + ", " + entry.Crl.Entries.ToString() + " revoked, "
                + Day(entry.Crl.ThisUpdate) + " to " + (entry.Crl.NextUpdate < 0 ? "?" : Day(entry.Crl.NextUpdate));
        }

        private static string FormatCertificate(StoredCertificate entry)
        {
            Certificate one = entry.Certificate;
            byte[] subject = one.Part(CertificatePart.Subject, 0), issuer = one.Part(CertificatePart.Issuer, 0);
            string role = entry.KeyFile != null ? "ours, key in " + entry.KeyFile
                : entry.IsAnchor ? "trust anchor, depth " + entry.Depth.ToString() : one.IsAuthority ? "intermediate CA" : "a peer's";
            return entry.Name + ": " + DistinguishedName.Text(subject, 0, subject.Length) + " (" + role + "), "
                + s_keys[one.KeyType] + (one.KeyType == KeyType.Rsa ? " " + one.KeyBits.ToString() : "") + ", "
                + Day(one.NotBefore) + " to " + Day(one.NotAfter)
                + (one.IsSelfIssued ? "" : ", issued by " + DistinguishedName.Text(issuer, 0, issuer.Length));
        }

        private static string Day(long seconds)
        {
            return new DateTime(1970, 1, 1).AddSeconds(seconds).ToString("yyyy-MM-dd");
        }

        /// <summary>The command that adds it.</summary>
        public static string Command(StoredCertificate entry)
        {
            return "ce x509 -a " + entry.Name + " -d " + entry.Depth.ToString() + (entry.KeyFile == null ? "" : " -k " + entry.KeyFile);
        }
    }
}
