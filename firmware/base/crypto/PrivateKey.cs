using System;
using NfIpsec.Native;

namespace NfIpsec.Base.Crypto
{
    /// <summary>Owner of a private key that lives behind a native handle: it signs, and its bytes come back to nobody. Dispose
    /// wipes it.</summary>
    public sealed class PrivateKey : IDisposable
    {
        private int _handle;

        private PrivateKey(int handle)
        {
            _handle = handle;
        }

        /// <summary>Takes over what a job of kind PrivateKey answered with; null for a negated code.</summary>
        public static PrivateKey Own(int result, out int status)
        {
            status = result < 0 ? -result : Status.XE_OK;
            return result < 0 ? null : new PrivateKey(result);
        }

        /// <summary>The native handle, 0 once disposed.</summary>
        public int Handle
        {
            get { return _handle; }
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
