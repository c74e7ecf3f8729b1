using System;
using NfIpsec.Base.Crypto;

namespace NfIpsec.Ike.Keys
{
    /// <summary>Cuts keying material into keys, one after the other. Owns and wipes the whole, not the pieces.</summary>
    internal sealed class KeyCutter : IDisposable
    {
        public readonly int Length;

        /// <summary>The first failure, or 0.</summary>
        public int Status;

        private Secret _whole;
        private int _at;

        public KeyCutter(int length)
        {
            Length = length;
        }

        public void Take(Secret whole)
        {
            _whole = whole;
            Status = whole == null ? Base.Status.NFI_CRYPTO_FAULT : Base.Status.XE_OK;
        }

        /// <summary>The next piece; null for a piece of no bytes, and after a failure.</summary>
        public Secret Next(int length)
        {
            if (length == 0 || Status != Base.Status.XE_OK)
            {
                return null;
            }
            Secret piece = KeyDerivation.Slice(_whole, _at, length, out Status);
            _at += length;
            return piece;
        }

        public void Dispose()
        {
            if (_whole != null)
            {
                _whole.Dispose();
                _whole = null;
            }
        }
    }
}
