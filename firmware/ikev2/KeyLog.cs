#if IKE_DEBUG
using System.Text;
using NfIpsec.Base.Algorithm;
using NfIpsec.Base.Bytes;
using NfIpsec.Base.Crypto;
using NfIpsec.Base.Ports;

namespace NfIpsec.Ikev2
{
    /// <summary>Debug builds only: keys of IKE SAs as rows of Wireshark's ikev2_decryption_table.</summary>
    internal static class KeyLog
    {
        private const string FileName = "ikev2_decryption_table";

        internal static void Write(FilePort files, IkeSa sa)
        {
            MessageCipher initiator = sa.Keys.FromInitiator;
            MessageCipher responder = sa.Keys.FromResponder;
            string row = Digits(sa.InitiatorSpi) + "," + Digits(sa.ResponderSpi) + "," + Key(initiator.CipherKey) + "," + Key(responder.CipherKey)
                + ",\"" + Cipher(sa.Chosen.Encryption) + "\"," + Key(initiator.MacKey) + "," + Key(responder.MacKey) + ",\"" + Mac(sa.Chosen.Integrity) + "\"\n";
            files.Append(FileName, Encoding.UTF8.GetBytes(row));
        }

        private static string Digits(long spi)
        {
            return Hex.Format32((int)(spi >> 32)) + Hex.Format32((int)spi);
        }

        private static string Key(Secret secret)
        {
            byte[] bytes = secret == null ? null : secret.Export();
            return bytes == null ? "" : Hex.Format(bytes, 0, bytes.Length);
        }

        private static string Cipher(int row)
        {
            string bits = (Algorithms.KeyBytes(row) * 8).ToString();
            if (Algorithms.IsAead(row))
            {
                return "AES-GCM-" + bits + " with 16 octet ICV [RFC5282]";
            }
            return row == Algorithms.TripleDesCbc ? "3DES [RFC2451]" : "AES-CBC-" + bits + " [RFC3602]";
        }

        private static string Mac(int row)
        {
            switch (row)
            {
                case Algorithms.HmacSha1:
                    return "HMAC_SHA1_96 [RFC2404]";
                case Algorithms.HmacSha256:
                    return "HMAC_SHA2_256_128 [RFC4868]";
                case Algorithms.HmacSha384:
                    return "HMAC_SHA2_384_192 [RFC4868]";
                case Algorithms.HmacSha512:
                    return "HMAC_SHA2_512_256 [RFC4868]";
                default:
                    return "NONE [RFC4306]";
            }
        }
    }
}
#endif
