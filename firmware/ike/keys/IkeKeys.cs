using System;
using NfIpsec.Base;
using NfIpsec.Base.Algorithm;
using NfIpsec.Base.Bytes;
using NfIpsec.Base.Crypto;

namespace NfIpsec.Ike.Keys
{
    /// <summary>The keys of one IKE SA (RFC 7296 2.14), as handles only. Dispose is the one place that wipes them.
    /// <code>
    ///   SKEYSEED = prf(Ni | Nr, g^ir), with the AES prfs 64 bits of each nonce
    ///   SK_d | SK_ai | SK_ar | SK_ei | SK_er | SK_pi | SK_pr = prf+(SKEYSEED, Ni | Nr | SPIi | SPIr)
    /// </code></summary>
    public sealed class IkeKeys : IDisposable
    {
        private const int SpiBytes = 8, ShortNonce = 8;

        /// <summary>Native id of the prf, and its output in bytes.</summary>
        public readonly int Prf, PrfBytes;

        /// <summary>For child SAs; for AUTH of the initiator and the responder, which are wiped once both have been checked.</summary>
        public Secret ForChildren, AuthInitiator, AuthResponder;

        /// <summary>What the initiator, what the responder sends under.</summary>
        public MessageCipher FromInitiator, FromResponder;

        private IkeKeys(int prfRow)
        {
            Prf = Algorithms.NativeId(prfRow);
            PrfBytes = Algorithms.KeyBytes(prfRow);
        }

        /// <param name="encryption">Rows of the algorithm table; integrity -1 with an AEAD.</param>
        /// <param name="shared">g^ir; stays the caller's.</param>
        /// <returns>null on failure, with the code in <paramref name="status"/>.</returns>
        public static IkeKeys Make(int encryption, int integrity, int prfRow, Secret shared, byte[] initiatorNonce, byte[] responderNonce,
            long initiatorSpi, long responderSpi, out int status)
        {
            byte[] seed = Seed(initiatorNonce, responderNonce, initiatorSpi, responderSpi);
            IkeKeys keys = new IkeKeys(prfRow);
            byte[] nonces = Algorithms.Has(prfRow, Algorithms.ShortNonces) ? Starts(initiatorNonce, responderNonce) : seed;
            int length = nonces == seed ? seed.Length - 2 * SpiBytes : nonces.Length;
            Secret seedKey = KeyDerivation.DeriveFrom(keys.Prf, nonces, 0, length, shared, out status);
            return seedKey == null ? null : keys.Expand(seedKey, seed, encryption, integrity, out status);
        }

        /// <summary>Keys of the IKE SA that takes over from this one (RFC 7296 2.18), made under this one's prf:
        /// <code>
        ///   SKEYSEED = prf(SK_d (old), g^ir (new) | Ni | Nr)
        /// </code></summary>
        /// <param name="shared">g^ir of the exchange; stays the caller's.</param>
        /// <returns>null on failure, with the code in <paramref name="status"/>.</returns>
        public IkeKeys Renew(int encryption, int integrity, int prfRow, Secret shared, byte[] initiatorNonce, byte[] responderNonce,
            long initiatorSpi, long responderSpi, out int status)
        {
            byte[] seed = Seed(initiatorNonce, responderNonce, initiatorSpi, responderSpi);
            Secret seedKey = KeyDerivation.DeriveFrom(Prf, ForChildren, shared, seed, 0, seed.Length - 2 * SpiBytes, out status);
            if (seedKey == null)
            {
                return null;
            }
            IkeKeys keys = new IkeKeys(prfRow).Expand(seedKey, seed, encryption, integrity, out status);
            if (keys != null)
            {
                // Nobody authenticates under them.
                keys.DropAuthKeys();
            }
            return keys;
        }

        // The seed key goes; null on failure, and nothing is left.
        private IkeKeys Expand(Secret seedKey, byte[] seed, int encryption, int integrity, out int status)
        {
            KeyCutter cutter = new KeyCutter(Length(PrfBytes, encryption, integrity));
            cutter.Take(KeyDerivation.Expand(Prf, seedKey, null, seed, 0, seed.Length, cutter.Length, out status));
            seedKey.Dispose();
            Cut(cutter, encryption, integrity);
            status = status != Status.XE_OK ? status : cutter.Status;
            cutter.Dispose();
            if (status != Status.XE_OK)
            {
                Dispose();
                return null;
            }
            return this;
        }

        // A nonce has 16 bytes at least (RFC 7296 2.10).
        private static byte[] Starts(byte[] initiatorNonce, byte[] responderNonce)
        {
            byte[] starts = new byte[2 * ShortNonce];
            Array.Copy(initiatorNonce, 0, starts, 0, ShortNonce);
            Array.Copy(responderNonce, 0, starts, ShortNonce, ShortNonce);
            return starts;
        }

        private static byte[] Seed(byte[] initiatorNonce, byte[] responderNonce, long initiatorSpi, long responderSpi)
        {
            int nonces = initiatorNonce.Length + responderNonce.Length;
            byte[] seed = new byte[nonces + 2 * SpiBytes];
            Array.Copy(initiatorNonce, 0, seed, 0, initiatorNonce.Length);
            Array.Copy(responderNonce, 0, seed, initiatorNonce.Length, responderNonce.Length);
            BigEndian.Write64(seed, nonces, initiatorSpi);
            BigEndian.Write64(seed, nonces + SpiBytes, responderSpi);
            return seed;
        }

        private static int Length(int prf, int encryption, int integrity)
        {
            int mac = integrity < 0 ? 0 : Algorithms.KeyBytes(integrity);
            return 3 * prf + 2 * (mac + Algorithms.KeyBytes(encryption) + Algorithms.SaltBytes(encryption));
        }

        private void Cut(KeyCutter cutter, int encryption, int integrity)
        {
            int mac = integrity < 0 ? 0 : Algorithms.KeyBytes(integrity);
            int cipher = Algorithms.KeyBytes(encryption) + Algorithms.SaltBytes(encryption);
            ForChildren = cutter.Next(PrfBytes);
            Secret macInitiator = cutter.Next(mac);
            Secret macResponder = cutter.Next(mac);
            FromInitiator = new MessageCipher(encryption, integrity, cutter.Next(cipher), macInitiator);
            FromResponder = new MessageCipher(encryption, integrity, cutter.Next(cipher), macResponder);
            AuthInitiator = cutter.Next(PrfBytes);
            AuthResponder = cutter.Next(PrfBytes);
        }

        /// <summary>Both ends have proved themselves: these keys have done their work.</summary>
        public void DropAuthKeys()
        {
            Wipe(AuthInitiator);
            Wipe(AuthResponder);
            AuthInitiator = null;
            AuthResponder = null;
        }

        public void Dispose()
        {
            DropAuthKeys();
            Wipe(ForChildren);
            if (FromInitiator != null)
            {
                FromInitiator.Dispose();
                FromResponder.Dispose();
            }
        }

        private static void Wipe(Secret secret)
        {
            if (secret != null)
            {
                secret.Dispose();
            }
        }
    }
}
