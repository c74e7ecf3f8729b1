namespace NfIpsec.Ike.Wire
{
    /// <summary>Certificate and Certificate Request (RFC 7296 3.6, 3.7); their contents are another room's.
    /// <code>
    ///  0                   1                   2                   3
    ///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
    /// +-+-+-+-+-+-+-+-+
    /// | Cert Encoding |
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// |            Certificate Data / Certification Authority         |
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// </code></summary>
    public static class CertificatePayload
    {
        /// <summary>Encodings; the last two are SHA-1 hash and URL of a certificate, and of a bundle.</summary>
        public const int X509Signature = 4, Crl = 7, HashAndUrl = 12, HashAndUrlOfBundle = 13;

        /// <summary>SHA-1 over a trust anchor's public key info, bytes: a request in one of these encodings is a list of them.</summary>
        public const int AuthoritySize = 20;

        /// <summary>Bytes of the body before the data, which fills the rest.</summary>
        public const int DataAt = 1;

        public static int Check(int payload, byte[] src, int at, int length)
        {
            if (length < DataAt || src[at] == 0)
            {
                return WireStatus.BadPayload;
            }
            bool good = payload == PayloadType.Certificate ? length > DataAt : !IsHashed(src[at]) || (length - DataAt) % AuthoritySize == 0;
            return good ? WireStatus.Ok : WireStatus.BadPayload;
        }

        private static bool IsHashed(int encoding)
        {
            return encoding == X509Signature || encoding == HashAndUrl;
        }

        public static int Encoding(byte[] src, int at)
        {
            return src[at];
        }

        /// <param name="payload">Certificate or CertificateRequest.</param>
        public static void Write(MessageWriter writer, int payload, int encoding, byte[] data, int offset, int length)
        {
            writer.Payload(payload);
            writer.Write8(encoding);
            writer.Write(data, offset, length);
        }
    }
}
