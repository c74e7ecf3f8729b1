using System;
using NfIpsec.Native;

namespace NfIpsec.Base.Crypto
{
    /// <summary>Owner of a CRL that lives behind a native handle (RFC 5280 5).</summary>
    public sealed class RevocationList : IDisposable
    {
        private int _handle;

        /// <summary>Seconds since 1970 UTC; the second is -1 when the CRL does not say.</summary>
        public readonly long ThisUpdate, NextUpdate;

        /// <summary>Certificates revoked.</summary>
        public readonly int Entries;

        private RevocationList(int handle)
        {
            _handle = handle;
            int[] words = new int[CrlInfo.Words];
            CryptoNative.CrlInfo(handle, words);
            ThisUpdate = Certificate.Seconds(words, CrlInfo.ThisUpdate);
            NextUpdate = Certificate.Seconds(words, CrlInfo.NextUpdate);
            Entries = words[CrlInfo.Entries];
        }

        /// <summary>Reads PEM or DER; null on failure, with the code as for a certificate.</summary>
        public static RevocationList Parse(byte[] src, int offset, int length, out int status)
        {
            int result = CryptoNative.CrlParse(src, offset, length);
            status = result < 0 ? -result : Status.XE_OK;
            return result < 0 ? null : new RevocationList(result);
        }

        /// <summary>The native handle, 0 once disposed.</summary>
        public int Handle
        {
            get { return _handle; }
        }

        /// <summary>The issuer's Name as DER.</summary>
        public byte[] Issuer()
        {
            byte[] room = new byte[Limits.MaxCertificate];
            int length = CryptoNative.CertificatePart(_handle, CertificatePart.Issuer, 0, room, 0);
            byte[] copy = new byte[length < 0 ? 0 : length];
            Array.Copy(room, 0, copy, 0, copy.Length);
            return copy;
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
