using System;
using NfIpsec.Native;

namespace NfIpsec.Base.Crypto
{
    /// <summary>Owner of a certificate that lives behind a native handle, with what its fields say (RFC 5280). Nothing is said about
    /// whether it is to be trusted.</summary>
    public sealed class Certificate : IDisposable
    {
        private int _handle;

        /// <summary>One of <see cref="Crypto.KeyType"/>; bits of the key.</summary>
        public readonly int KeyType, KeyBits;

        /// <summary>Validity, both ends included, seconds since 1970 UTC.</summary>
        public readonly long NotBefore, NotAfter;

        /// <summary>It may sign certificates (basic constraints).</summary>
        public readonly bool IsAuthority;

        /// <summary>Issuer and subject are one name.</summary>
        public readonly bool IsSelfIssued;

        /// <summary>How many other names it has (RFC 5280 4.2.1.6).</summary>
        public readonly int AltNames;

        private Certificate(int handle)
        {
            _handle = handle;
            int[] words = new int[CertificateInfo.Words];
            CryptoNative.CertificateInfo(handle, words);
            KeyType = words[CertificateInfo.KeyType];
            KeyBits = words[CertificateInfo.KeyBits];
            NotBefore = Seconds(words, CertificateInfo.From);
            NotAfter = Seconds(words, CertificateInfo.To);
            IsAuthority = words[CertificateInfo.Authority] != 0;
            IsSelfIssued = words[CertificateInfo.SelfIssued] != 0;
            AltNames = words[CertificateInfo.AltNames];
        }

        internal static long Seconds(int[] words, int at)
        {
            return (long)words[at] << 32 | (uint)words[at + 1];
        }

        /// <summary>Reads PEM or DER; null on failure, with the code in <paramref name="status"/>: NFI_BAD_ENCODING, NFI_SEVERAL,
        /// NFI_UNSUPPORTED (a critical extension), XE_UNKNOWN_ALGORITHM, XE_DST_OUT_OF_SPACE (too long), NFI_TOO_MANY
        /// (alternative names, purposes or policies).</summary>
        public static Certificate Parse(byte[] src, int offset, int length, out int status)
        {
            int result = CryptoNative.CertificateParse(src, offset, length);
            status = result < 0 ? -result : Status.XE_OK;
            return result < 0 ? null : new Certificate(result);
        }

        /// <summary>The native handle, 0 once disposed.</summary>
        public int Handle
        {
            get { return _handle; }
        }

        /// <summary>A copy of one part; null when there is none.</summary>
        /// <param name="part">One of <see cref="CertificatePart"/>.</param>
        /// <param name="index">Which of the other names.</param>
        public byte[] Part(int part, int index)
        {
            byte[] room = new byte[Limits.MaxCertificate];
            int length = CryptoNative.CertificatePart(_handle, part, index, room, 0);
            if (length < 0)
            {
                return null;
            }
            byte[] copy = new byte[length];
            Array.Copy(room, 0, copy, 0, length);
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
