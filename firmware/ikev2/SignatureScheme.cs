using NfIpsec.Base.Crypto;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>How AUTH says which signature it holds: by its method (RFC 7296 3.8, RFC 4754), or by the AlgorithmIdentifier ahead of it
    /// (RFC 7427 3, appendix A), which is compared octet for octet with those that are known. Whatever else stands there, another salt
    /// or mask of RSASSA-PSS among it, is no scheme.</summary>
    internal static class SignatureScheme
    {
        /// <summary>Bits of SIGNATURE_HASH_ALGORITHMS, 1 &lt;&lt; its number: SHA-1 1, SHA2-256 2, SHA2-384 3, SHA2-512 4.</summary>
        internal const int Sha1 = 2, Sha256 = 4, Sha384 = 8, Sha512 = 16;

        /// <summary>What we take, as the notify's data: SHA2 alone (RFC 8247 4.2).</summary>
        internal static byte[] OurHashes()
        {
            return new byte[] { 0, 2, 0, 3, 0, 4 };
        }

        // Native ids of the hashes: SHA-1 2, then SHA2.
        private const int NativeSha1 = 2, NativeSha256 = 3, NativeSha384 = 4, NativeSha512 = 5;

        private static readonly byte[] s_rsa = { 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b, 0x05, 0x00 };
        private static readonly byte[] s_ecdsa = { 0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02 };
        private static readonly byte[] s_pss =
        {
            0x30, 0x41, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a, 0x30, 0x34,
            0xa0, 0x0f, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
            0xa1, 0x1c, 0x30, 0x1a, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x08,
            0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
            0xa2, 0x03, 0x02, 0x01, 0x20
        };

        /// <summary>The identifier of a form with SHA2-256, -384 or -512.</summary>
        internal static byte[] Identifier(int form, int hash)
        {
            byte[] pattern = form == SignatureForm.Pkcs1 ? s_rsa : form == SignatureForm.Pss ? s_pss : s_ecdsa;
            byte[] copy = new byte[pattern.Length];
            System.Array.Copy(pattern, 0, copy, 0, copy.Length);
            int step = hash - NativeSha256;
            if (form == SignatureForm.Pss)
            {
                copy[29] += (byte)step;
                copy[59] += (byte)step;
                copy[66] = (byte)(32 + 16 * step);
            }
            else
            {
                copy[form == SignatureForm.Pkcs1 ? 12 : 11] += (byte)step;
            }
            return copy;
        }

        /// <summary>What we sign with: method of AUTH, scheme of the job. 0: the peer takes none that fits.</summary>
        /// <param name="hashes">What the peer takes, 0 when it did not say: then the older methods.</param>
        internal static int Choose(int remoteMethod, int keyType, int hashes, out int scheme)
        {
            int wanted = keyType == KeyType.P384 ? NativeSha384 : keyType == KeyType.P521 ? NativeSha512 : NativeSha256;
            int form = remoteMethod == AuthMethod.RsaSig ? SignatureForm.Pkcs1 : remoteMethod == AuthMethod.RsaPss ? SignatureForm.Pss : SignatureForm.EcdsaDer;
            for (int i = 0; i < 3; i++)
            {
                int hash = NativeSha256 + (wanted - NativeSha256 + i) % 3;
                if ((hashes & 1 << (hash - 1)) != 0)
                {
                    scheme = form | hash;
                    return AuthPayload.DigitalSignature;
                }
            }
            scheme = remoteMethod == AuthMethod.RsaSig ? SignatureForm.Pkcs1 | NativeSha1 : SignatureForm.Ecdsa | wanted;
            return remoteMethod == AuthMethod.RsaSig ? AuthPayload.RsaSignature : remoteMethod == AuthMethod.RsaPss ? 0
                : AuthPayload.EcdsaSha256 + (keyType - KeyType.P256);
        }

        /// <summary>The scheme that a peer's AUTH names, and where its signature begins; -1: none that the remote's method takes.</summary>
        /// <param name="keyType">Of the peer's certificate.</param>
        internal static int Read(int remoteMethod, int keyType, byte[] src, int body, int length, out int signature)
        {
            int method = AuthPayload.Method(src, body);
            signature = body + AuthPayload.DataAt;
            if (!AuthMethod.Takes(remoteMethod, keyType))
            {
                return -1;
            }
            if (method == AuthPayload.DigitalSignature)
            {
                return ReadIdentifier(remoteMethod, src, body + length, ref signature);
            }
            if (method == AuthPayload.RsaSignature && remoteMethod == AuthMethod.RsaSig)
            {
                return SignatureForm.Pkcs1 | NativeSha1;
            }
            bool curve = remoteMethod == AuthMethod.EcdsaSig && method == AuthPayload.EcdsaSha256 + (keyType - KeyType.P256);
            return curve ? SignatureForm.Ecdsa | (NativeSha256 + (keyType - KeyType.P256)) : -1;
        }

        private static int ReadIdentifier(int remoteMethod, byte[] src, int end, ref int signature)
        {
            int length = src[signature];
            int form = remoteMethod == AuthMethod.RsaSig ? SignatureForm.Pkcs1 : remoteMethod == AuthMethod.RsaPss ? SignatureForm.Pss : SignatureForm.EcdsaDer;
            for (int hash = NativeSha256; hash <= NativeSha512 && length < end - signature - 1; hash++)
            {
                byte[] known = Identifier(form, hash);
                if (known.Length == length && KeyDerivation.Same(src, signature + 1, known, 0, length))
                {
                    signature += 1 + length;
                    return form | hash;
                }
            }
            return -1;
        }

        /// <summary>The bits of a notify's data.</summary>
        internal static int Hashes(byte[] src, int at, int length)
        {
            int bits = 0;
            for (int i = at; i + 1 < at + length; i += 2)
            {
                bits |= src[i] == 0 && src[i + 1] < 16 ? 1 << src[i + 1] : 0;
            }
            return bits;
        }
    }
}
