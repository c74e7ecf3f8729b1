using NfIpsec.Base;
using NfIpsec.Base.Algorithm;
using NfIpsec.Base.Crypto;
using NfIpsec.Ipsec.Policy;
using NfIpsec.Ipsec.Sa;

namespace NfIpsec.Ipsec.Management
{
    /// <summary>Turns what a person typed for an SA into a request with native keys, or says what is wrong with it.</summary>
    internal sealed class ManualKeys
    {
        private const int InCipher = 0, OutCipher = 1, InMac = 2, OutMac = 3;

        internal readonly SaRequest Request = new SaRequest();
        internal readonly Secret[] Keys = new Secret[4];
        internal string Error;

        internal int SetAlgorithms(int encrAlg, int encrKeyLen, int authAlg, int authKeyLen, bool legacyAllowed)
        {
            Request.Manual = true;
            int status = Choose(Algorithms.Encryption, "encryption", encrAlg, encrKeyLen, legacyAllowed, out Request.Encryption);
            if (status != Status.XE_OK)
            {
                return status;
            }
            if (Algorithms.IsCounter(Request.Encryption))
            {
                return Fail(Status.XE_UNKNOWN_ALGORITHM, "'" + Algorithms.Name(Request.Encryption)
                    + "': counter-mode ciphers cannot be keyed by hand, since a nonce would repeat after a restart (RFC 8221 section 3); expected a CBC cipher or NULL_ENC");
            }
            if (authAlg == 0 && authKeyLen == 0)
            {
                return Fail(Status.XE_UNKNOWN_ALGORITHM, "'" + Algorithms.Name(Request.Encryption)
                    + "' without an authentication algorithm: ESP without integrity is refused (RFC 8221 section 4)");
            }
            return Choose(Algorithms.Integrity, "authentication", authAlg, authKeyLen, legacyAllowed, out Request.Integrity);
        }

        private int Choose(int kind, string noun, int number, int keyBytes, bool legacyAllowed, out int row)
        {
            row = Algorithms.FindNumber(kind, number, keyBytes);
            if (row < 0 && Algorithms.HasNumber(kind, number))
            {
                return Fail(Status.XE_BAD_PARAM, noun + " key of " + keyBytes.ToString() + " bytes: expected " + Sizes(kind, number));
            }
            if (row < 0)
            {
                return Fail(Status.XE_UNKNOWN_ALGORITHM, noun + " algorithm " + number.ToString() + " is not in this build");
            }
            if (Algorithms.IsLegacy(row) && !legacyAllowed)
            {
                return Fail(Status.XE_UNKNOWN_ALGORITHM, "'" + Algorithms.Name(row) + "' is a legacy algorithm: allow it with 'ipsec legacy on' first");
            }
            return Status.XE_OK;
        }

        private static string Sizes(int kind, int number)
        {
            string sizes = "";
            for (int row = 0; row < Algorithms.Count; row++)
            {
                if (Algorithms.Kind(row) == kind && Algorithms.Ikev2Number(row) == number)
                {
                    sizes += (sizes.Length > 0 ? " or " : "") + Algorithms.KeyBytes(row).ToString();
                }
            }
            return sizes + " bytes";
        }

        internal int Import(byte[] encrIKey, byte[] encrOKey, byte[] authIKey, byte[] authOKey)
        {
            int encryptionBytes = Algorithms.KeyBytes(Request.Encryption);
            int integrityBytes = Algorithms.KeyBytes(Request.Integrity);
            int status = ImportOne(InCipher, encrIKey, encryptionBytes, "incoming encryption");
            status = status != Status.XE_OK ? status : ImportOne(OutCipher, encrOKey, encryptionBytes, "outgoing encryption");
            status = status != Status.XE_OK ? status : ImportOne(InMac, authIKey, integrityBytes, "incoming authentication");
            status = status != Status.XE_OK ? status : ImportOne(OutMac, authOKey, integrityBytes, "outgoing authentication");
            Request.InboundCipherKey = Secret.HandleOf(Keys[InCipher]);
            Request.OutboundCipherKey = Secret.HandleOf(Keys[OutCipher]);
            Request.InboundMacKey = Secret.HandleOf(Keys[InMac]);
            Request.OutboundMacKey = Secret.HandleOf(Keys[OutMac]);
            return status;
        }

        private int ImportOne(int place, byte[] key, int bytes, string noun)
        {
            int given = key == null ? 0 : key.Length;
            if (given != bytes)
            {
                return Fail(Status.XE_BAD_PARAM, noun + " key of " + given.ToString() + " bytes: expected " + bytes.ToString());
            }
            if (bytes == 0)
            {
                return Status.XE_OK;
            }
            Keys[place] = Secret.Import(key, 0, bytes, out int status);
            return status == Status.XE_OK ? status : Fail(status, noun + " key: the native key store refused it, code " + status.ToString());
        }

        internal void Wipe()
        {
            for (int i = 0; i < Keys.Length; i++)
            {
                if (Keys[i] != null)
                {
                    Keys[i].Dispose();
                    Keys[i] = null;
                }
            }
        }

        private int Fail(int status, string error)
        {
            Error = error;
            return status;
        }
    }
}
