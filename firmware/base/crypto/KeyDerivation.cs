using NfIpsec.Native;

namespace NfIpsec.Base.Crypto
{
    /// <summary>Secrets out of secrets (RFC 7296 2.13), without their bytes ever becoming managed. prf is the native id of a
    /// PRF. Each answers null on failure, with the code in status; the caller owns what it gets.</summary>
    public static class KeyDerivation
    {
        /// <summary>prf(key, data).</summary>
        public static Secret Derive(int prf, Secret key, byte[] data, int offset, int length, out int status)
        {
            return Secret.Own(CryptoNative.Derive(prf, Secret.HandleOf(key), null, 0, 0, 0, data, offset, length), out status);
        }

        /// <summary>prf(key bytes, secret data): SKEYSEED, whose key is public and whose data is not.</summary>
        public static Secret DeriveFrom(int prf, byte[] key, int offset, int length, Secret data, out int status)
        {
            return Secret.Own(CryptoNative.Derive(prf, 0, key, offset, length, Secret.HandleOf(data), null, 0, 0), out status);
        }

        /// <summary>prf(key, secret data | data): SKEYSEED of an IKE SA that takes over from another (RFC 7296 2.18).</summary>
        public static Secret DeriveFrom(int prf, Secret key, Secret secretData, byte[] data, int offset, int length, out int status)
        {
            return Secret.Own(CryptoNative.Derive(prf, Secret.HandleOf(key), null, 0, 0, Secret.HandleOf(secretData), data, offset, length), out status);
        }

        /// <summary>prf+(key, seed secret | seed), of that length.</summary>
        /// <param name="seedSecret">null: none.</param>
        public static Secret Expand(int prf, Secret key, Secret seedSecret, byte[] seed, int offset, int length, int wanted, out int status)
        {
            return Secret.Own(CryptoNative.Expand(prf, Secret.HandleOf(key), Secret.HandleOf(seedSecret), seed, offset, length, wanted), out status);
        }

        /// <summary>A copy of part of a secret.</summary>
        public static Secret Slice(Secret secret, int offset, int length, out int status)
        {
            return Secret.Own(CryptoNative.SecretSlice(Secret.HandleOf(secret), offset, length), out status);
        }

        /// <summary>HMAC of the data, truncated to length bytes at the destination; a Status code.</summary>
        public static int Mac(int hash, Secret key, byte[] data, int offset, int length, byte[] dst, int dstOffset, int macLength)
        {
            int result = CryptoNative.Mac(hash, Secret.HandleOf(key), data, offset, length, dst, dstOffset, macLength);
            return result < 0 ? -result : Status.XE_OK;
        }

        /// <summary>In constant time.</summary>
        public static bool Same(byte[] a, int aOffset, byte[] b, int bOffset, int length)
        {
            return CryptoNative.Compare(a, aOffset, b, bOffset, length) == 0;
        }

        /// <summary>Bytes of a group's public value, or a negated code.</summary>
        public static int DhLength(int group)
        {
            return CryptoNative.DhLength(group);
        }
    }
}
