using System;
using NfIpsec.Native;

namespace NfIpsec.Base.Crypto
{
    /// <summary>Owner of one secret that lives behind a native handle. Dispose wipes it; whoever makes one, disposes it.</summary>
    public sealed class Secret : IDisposable
    {
        private int _handle;

        private Secret(int handle)
        {
            _handle = handle;
        }

        /// <summary>The native handle, 0 once disposed.</summary>
        public int Handle
        {
            get { return _handle; }
        }

        /// <summary>Copies bytes into a secret; the caller wipes its own. Null on failure, with the code in
        /// <paramref name="status"/>.</summary>
        public static Secret Import(byte[] src, int offset, int length, out int status)
        {
            return Own(CryptoNative.SecretImport(src, offset, length), out status);
        }

        public static Secret FromRandom(int length, out int status)
        {
            return Own(CryptoNative.SecretRandom(length), out status);
        }

        /// <summary>Takes over the handle a native call answered with; null for a negated code.</summary>
        public static Secret Own(int result, out int status)
        {
            status = result < 0 ? -result : Status.XE_OK;
            return result < 0 ? null : new Secret(result);
        }

        /// <summary>Bytes, or a negated code.</summary>
        public int Length
        {
            get { return CryptoNative.SecretLength(_handle); }
        }

        public void Dispose()
        {
            if (_handle != 0)
            {
                CryptoNative.HandleFree(_handle);
                _handle = 0;
            }
        }

        /// <summary>The handle of a secret that may be absent: 0 for null.</summary>
        public static int HandleOf(Secret secret)
        {
            return secret == null ? 0 : secret._handle;
        }

#if IKE_DEBUG
        /// <summary>The bytes, in debug builds only; null when the native side refuses.</summary>
        public byte[] Export()
        {
            int length = Length;
            if (length <= 0)
            {
                return null;
            }
            byte[] bytes = new byte[length];
            return CryptoNative.SecretExport(_handle, bytes, 0) < 0 ? null : bytes;
        }
#endif
    }
}
