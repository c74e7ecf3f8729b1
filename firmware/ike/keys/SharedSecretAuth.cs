using System;
using NfIpsec.Base;
using NfIpsec.Base.Crypto;

namespace NfIpsec.Ike.Keys
{
    /// <summary>AUTH with a shared secret (RFC 7296 2.15):
    /// <code>
    ///   AUTH = prf(prf(secret, "Key Pad for IKEv2"), message | nonce of the other | prf(SK_p, ID body))
    /// </code></summary>
    public static class SharedSecretAuth
    {
        private const string KeyPad = "Key Pad for IKEv2";

        /// <summary>Writes AUTH, keys.PrfBytes long, to the start of <paramref name="dst"/>.</summary>
        /// <param name="byInitiator">Whose AUTH it is.</param>
        /// <param name="message">First message of that side, whole.</param>
        /// <param name="nonce">The other side's.</param>
        /// <param name="id">Body of that side's ID payload.</param>
        public static int Compute(IkeKeys keys, Secret psk, bool byInitiator, byte[] message, byte[] nonce, byte[] id, int idAt, int idLength, byte[] dst)
        {
            byte[] octets = new byte[message.Length + nonce.Length + keys.PrfBytes];
            Array.Copy(message, 0, octets, 0, message.Length);
            Array.Copy(nonce, 0, octets, message.Length, nonce.Length);
            Secret authKey = byInitiator ? keys.AuthInitiator : keys.AuthResponder;
            int status = KeyDerivation.Mac(keys.Prf, authKey, id, idAt, idLength, octets, message.Length + nonce.Length, keys.PrfBytes);
            byte[] pad = System.Text.Encoding.UTF8.GetBytes(KeyPad);
            Secret padded = status != Status.XE_OK ? null : KeyDerivation.Derive(keys.Prf, psk, pad, 0, pad.Length, out status);
            if (padded == null)
            {
                return status;
            }
            status = KeyDerivation.Mac(keys.Prf, padded, octets, 0, octets.Length, dst, 0, keys.PrfBytes);
            padded.Dispose();
            return status;
        }
    }
}
