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

        // An algorithm that Wireshark has no name for makes no row: one with a wrong name would spoil the table.
        internal static void Write(FilePort files, IkeSa sa)
        {
            MessageCipher initiator = sa.Keys.FromInitiator;
            MessageCipher responder = sa.Keys.FromResponder;
            string cipher = Cipher(sa.Chosen.Encryption), mac = Mac(sa.Chosen.Integrity);
            if (cipher == null || mac == null)
            {
                return;
            }
            string row = Digits(sa.InitiatorSpi) + "," + Digits(sa.ResponderSpi) + "," + Key(initiator.CipherKey) + "," + Key(responder.CipherKey)
                + ",\"" + cipher + "\"," + Key(initiator.MacKey) + "," + Key(responder.MacKey) + ",\"" + mac + "\"\n";
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
            switch (Algorithms.ShortName(row))
            {
                case "AES":
                    return "AES-CBC-" + bits + " [RFC3602]";
                case "AES-CTR":
                    return "AES-CTR-" + bits + " [RFC5930]";
                case "AES-GCM":
                case "AES-CCM":
                    return Algorithms.ShortName(row) + "-" + bits + " with " + Algorithms.IcvBytes(row).ToString() + " octet ICV [RFC5282]";
                case "3DES":
                    return "3DES [RFC2451]";
                case "NULL":
                    return "NULL [RFC2410]";
                default:
                    return null;
            }
        }

        private static string Mac(int row)
        {
            switch (row)
            {
                case Algorithms.None:
                    return "NONE [RFC4306]";
                case Algorithms.HmacMd5:
                    return "HMAC_MD5_96 [RFC2403]";
                case Algorithms.HmacSha1:
                    return "HMAC_SHA1_96 [RFC2404]";
                case Algorithms.HmacSha256:
                    return "HMAC_SHA2_256_128 [RFC4868]";
                case Algorithms.HmacSha384:
                    return "HMAC_SHA2_384_192 [RFC4868]";
                case Algorithms.HmacSha512:
                    return "HMAC_SHA2_512_256 [RFC4868]";
                default:
                    return null;
            }
        }
    }
}
#endif
