using System;
using NfIpsec.Base;
using NfIpsec.Base.Algorithm;
using NfIpsec.Base.Crypto;
using NfIpsec.Ike.Session;

namespace NfIpsec.Ike.Keys
{
    /// <summary>Keys of a child SA pair (RFC 7296 2.17): KEYMAT = prf+(SK_d, [g^ir |] Ni | Nr). The initiator's direction comes first,
    /// and in each the cipher's key before the integrity key; AH alone has an integrity key only.</summary>
    public static class ChildMaterial
    {
        /// <param name="keys">Its algorithms are chosen; its four keys are filled in.</param>
        /// <param name="shared">g^ir of this exchange, or null.</param>
        /// <param name="initiator">We began the exchange.</param>
        public static int Fill(ChildKeys keys, IkeKeys ike, Secret shared, byte[] initiatorNonce, byte[] responderNonce, bool initiator)
        {
            byte[] seed = new byte[initiatorNonce.Length + responderNonce.Length];
            Array.Copy(initiatorNonce, 0, seed, 0, initiatorNonce.Length);
            Array.Copy(responderNonce, 0, seed, initiatorNonce.Length, responderNonce.Length);
            int cipher = keys.Encryption < 0 ? 0 : Algorithms.KeyBytes(keys.Encryption) + Algorithms.SaltBytes(keys.Encryption);
            int mac = keys.Integrity < 0 ? 0 : Algorithms.KeyBytes(keys.Integrity);
            int ah = keys.AhIntegrity < 0 ? 0 : Algorithms.KeyBytes(keys.AhIntegrity) + Algorithms.SaltBytes(keys.AhIntegrity);
            KeyCutter cutter = new KeyCutter(2 * (ah + cipher + mac));
            cutter.Take(KeyDerivation.Expand(ike.Prf, ike.ForChildren, shared, seed, 0, seed.Length, cutter.Length, out int status));
            Cut(cutter, keys, ah, cipher, mac, initiator);
            status = status != Status.XE_OK ? status : cutter.Status;
            cutter.Dispose();
            return status;
        }

        private static void Cut(KeyCutter cutter, ChildKeys keys, int ah, int cipher, int mac, bool initiator)
        {
            Secret ah1 = cutter.Next(ah);
            Secret cipher1 = cutter.Next(cipher);
            Secret mac1 = cutter.Next(mac);
            Secret ah2 = cutter.Next(ah);
            Secret cipher2 = cutter.Next(cipher);
            Secret mac2 = cutter.Next(mac);
            keys.OutboundAh = initiator ? ah1 : ah2;
            keys.InboundAh = initiator ? ah2 : ah1;
            keys.OutboundCipher = initiator ? cipher1 : cipher2;
            keys.OutboundMac = initiator ? mac1 : mac2;
            keys.InboundCipher = initiator ? cipher2 : cipher1;
            keys.InboundMac = initiator ? mac2 : mac1;
        }
    }
}
