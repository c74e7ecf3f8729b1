using System;
using NfIpsec.Native;

namespace NfIpsec.Base.Crypto
{
    /// <summary>Owner of a running native hash; after Finish it is ready for the next message.</summary>
    public sealed class Hash : IDisposable
    {
        private int _handle;

        private Hash(int handle)
        {
            _handle = handle;
        }

        /// <param name="algorithm">Native id, as Algorithms.NativeId gives it for the HMAC of the same hash.</param>
        public static Hash Create(int algorithm, out int status)
        {
            int result = CryptoNative.HashCreate(algorithm);
            status = result < 0 ? -result : Status.XE_OK;
            return result < 0 ? null : new Hash(result);
        }

        public int Update(byte[] src, int offset, int length)
        {
            int result = CryptoNative.HashUpdate(_handle, src, offset, length);
            return result < 0 ? -result : Status.XE_OK;
        }

        /// <summary>Writes the digest; its length, or a negated code.</summary>
        public int Finish(byte[] dst, int offset)
        {
            return CryptoNative.HashFinish(_handle, dst, offset);
        }

        public void Dispose()
        {
            if (_handle != 0)
            {
                CryptoNative.HandleFree(_handle);
                _handle = 0;
            }
        }
    }
}
