using NfIpsec.Base;
using NfIpsec.Base.Algorithm;
using NfIpsec.Base.Bytes;
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
        internal readonly Secret[] Keys = new Secret[6];
        internal string Error;
        private readonly bool _esp, _ah;
        private int _integrity = Algorithms.None;

        /// <param name="policy">Says which protocols the keys are for.</param>
        internal ManualKeys(SecurityPolicy policy)
        {
            _esp = policy.WantsEsp;
            _ah = policy.WantsAh;
            Request.Manual = true;
            Request.LifeSeconds = policy.Protection.LifeSeconds;
            Request.LifeBytes = policy.Protection.LifeBytes;
            Request.LifePackets = policy.Protection.LifePackets;
        }

        /// <summary>Two for each protocol of the policy, none for the other; what comes in with both protocols has one SPI.</summary>
        internal int SetSpis(int espIn, int espOut, int ahIn, int ahOut)
        {
            int status = CheckSpis(_esp, "ESP", espIn, espOut, Status.XE_BAD_ESP_SPI);
            status = status != Status.XE_OK ? status : CheckSpis(_ah, "AH", ahIn, ahOut, Status.XE_BAD_AH_SPI);
            if (status != Status.XE_OK)
            {
                return status;
            }
            if (_esp && _ah && espIn != ahIn)
            {
                return Fail(Status.XE_BAD_AH_SPI, "incoming AH SPI '" + Hex.Format32(ahIn) + "': expected that of ESP, '" + Hex.Format32(espIn) + "'; both come in under one");
            }
            Request.InboundSpi = _esp ? espIn : ahIn;
            Request.OutboundSpi = _esp ? espOut : ahOut;
            Request.OutboundAhSpi = ahOut;
            return Status.XE_OK;
        }

        private int CheckSpis(bool wanted, string protocol, int inbound, int outbound, int code)
        {
            if (!wanted)
            {
                int given = inbound != 0 ? inbound : outbound;
                return given == 0 ? Status.XE_OK : Fail(code, protocol + " SPI '" + Hex.Format32(given) + "': the policy is not for " + protocol);
            }
            int bad = Sad.IsReserved(inbound) ? inbound : outbound;
            return !Sad.IsReserved(bad) ? Status.XE_OK
                : Fail(code, protocol + " SPI '" + Hex.Format32(bad) + "': expected 100 to ffffffff, the first 256 are reserved");
        }

        /// <summary>With both protocols the authentication algorithm, and its keys, are those of each.</summary>
        internal int SetAlgorithms(int encrAlg, int encrKeyLen, int authAlg, int authKeyLen, bool legacyAllowed)
        {
            if (!_esp && (encrAlg != 0 || encrKeyLen != 0))
            {
                return Fail(Status.XE_BAD_PARAM, "encryption algorithm " + encrAlg.ToString() + ": the policy is for AH alone, which does not encrypt");
            }
            int status = _esp ? Choose(Algorithms.Encryption, "encryption", encrAlg, encrKeyLen, legacyAllowed, out Request.Encryption) : Status.XE_OK;
            if (status == Status.XE_OK && authAlg == 0 && authKeyLen == 0)
            {
                return Fail(Status.XE_UNKNOWN_ALGORITHM, !_esp ? "AH without an authentication algorithm" : "'" + Algorithms.Name(Request.Encryption)
                    + "' without an authentication algorithm: ESP without integrity is refused (RFC 8221 section 4)");
            }
            status = status != Status.XE_OK ? status : Choose(Algorithms.Integrity, "authentication", authAlg, authKeyLen, legacyAllowed, out _integrity);
            Request.Integrity = _esp ? _integrity : Algorithms.None;
            Request.AhIntegrity = _ah ? _integrity : Algorithms.None;
            return status;
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
            if (!Availability.Has(row))
            {
                return Fail(Status.XE_UNKNOWN_ALGORITHM, "'" + Algorithms.Name(row) + "': this build or this chip does not have it");
            }
            if (Algorithms.IsLegacy(row) && !legacyAllowed)
            {
                return Fail(Status.XE_UNKNOWN_ALGORITHM, "'" + Algorithms.Name(row) + "' is a legacy algorithm: allow it with 'ipsec legacy on' first");
            }
            if (Algorithms.IsCounter(row))
            {
                return Fail(Status.XE_UNKNOWN_ALGORITHM, "'" + Algorithms.Name(row) + "': counter-mode algorithms cannot be keyed by hand, since a nonce would repeat "
                    + "after a restart (RFC 8221 section 3); expected " + (kind == Algorithms.Encryption ? "a CBC cipher or NULL_ENC" : "an HMAC, AES-XCBC or AES-CMAC"));
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
            int encryptionBytes = _esp ? Algorithms.KeyBytes(Request.Encryption) : 0;
            int integrityBytes = Algorithms.KeyBytes(_integrity);
            int status = ImportOne(InCipher, encrIKey, encryptionBytes, "incoming encryption");
            status = status != Status.XE_OK ? status : ImportOne(OutCipher, encrOKey, encryptionBytes, "outgoing encryption");
            status = status != Status.XE_OK ? status : ImportOne(InMac, authIKey, integrityBytes, "incoming authentication");
            status = status != Status.XE_OK ? status : ImportOne(OutMac, authOKey, integrityBytes, "outgoing authentication");
            Request.InboundCipherKey = Secret.HandleOf(Keys[InCipher]);
            Request.OutboundCipherKey = Secret.HandleOf(Keys[OutCipher]);
            Request.InboundMacKey = _esp ? Secret.HandleOf(Keys[InMac]) : 0;
            Request.OutboundMacKey = _esp ? Secret.HandleOf(Keys[OutMac]) : 0;
            Request.InboundAhKey = _ah ? Secret.HandleOf(Keys[InMac]) : 0;
            Request.OutboundAhKey = _ah ? Secret.HandleOf(Keys[OutMac]) : 0;
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
