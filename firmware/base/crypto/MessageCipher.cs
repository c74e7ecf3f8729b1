using System;
using NfIpsec.Base.Algorithm;
using NfIpsec.Native;

namespace NfIpsec.Base.Crypto
{
    /// <summary>One direction's protection of IKE messages: the SK payload, or the fragment SKF, sealed and opened in one native call
    /// (RFC 7296 3.14, RFC 5282, RFC 7383 2.5). Owns its keys.</summary>
    public sealed class MessageCipher : IDisposable
    {
        /// <summary>Generic header of SK; that of SKF with the fragment's number and total; bytes.</summary>
        private const int Head = 4, FragmentHead = 8;

        private readonly int _cipher, _mac;
        private readonly Secret _cipherKey, _macKey;

        /// <param name="encryption">Row of the algorithm table; integrity: another, or -1 with an AEAD.</param>
        /// <param name="cipherKey">Key and, for an AEAD, salt.</param>
        public MessageCipher(int encryption, int integrity, Secret cipherKey, Secret macKey)
        {
            _cipher = Algorithms.NativeId(encryption);
            _mac = integrity < 0 ? 0 : Algorithms.NativeId(integrity);
            IcvLength = Algorithms.IcvBytes(integrity < 0 ? encryption : integrity);
            _cipherKey = cipherKey;
            _macKey = macKey;
            IvLength = CryptoNative.SkIvLength(_cipher);
            TailLength = CryptoNative.SkOverhead(_cipher, _mac, IcvLength) - Head - IvLength;
        }

        /// <summary>Bytes before and behind the clear payloads; the second is the most there can be.</summary>
        public readonly int IvLength, TailLength;

        /// <summary>Of the integrity check, bytes: the last of the tail.</summary>
        public readonly int IcvLength;

        /// <summary>Clear bytes that IV, text, padding and ICV of so many bytes hold at most; then the padding is its length alone.</summary>
        public int Capacity(int bytes)
        {
            int block = TailLength - IcvLength;
            return (bytes - IvLength - IcvLength) / block * block - 1;
        }

        public Secret CipherKey
        {
            get { return _cipherKey; }
        }

        public Secret MacKey
        {
            get { return _macKey; }
        }

        /// <param name="payload">Where SK stands, from the message's start.</param>
        /// <param name="length">Of the clear payloads.</param>
        /// <returns>The message's length in bytes, or a negated code.</returns>
        public int Seal(byte[] message, int offset, int payload, int length)
        {
            return Seal(message, offset, payload, Head, length);
        }

        /// <summary>The same for SKF, whose number and total stand before the IV.</summary>
        public int SealFragment(byte[] message, int offset, int payload, int length)
        {
            return Seal(message, offset, payload, FragmentHead, length);
        }

        private int Seal(byte[] message, int offset, int payload, int head, int length)
        {
            int unsealed = payload + head + IvLength + length;
            return CryptoNative.SkSeal(_cipher, Secret.HandleOf(_cipherKey), _mac, Secret.HandleOf(_macKey), IcvLength, message, offset, payload, head, unsealed);
        }

        /// <param name="length">Of the whole message.</param>
        /// <returns>Length of the clear payloads, which then stand at offset + payload + 4 + IvLength, or a negated code.</returns>
        public int Open(byte[] message, int offset, int payload, int length)
        {
            return Open(message, offset, payload, Head, length);
        }

        /// <summary>The same for SKF: the clear bytes stand 4 further on.</summary>
        public int OpenFragment(byte[] message, int offset, int payload, int length)
        {
            return Open(message, offset, payload, FragmentHead, length);
        }

        private int Open(byte[] message, int offset, int payload, int head, int length)
        {
            return CryptoNative.SkOpen(_cipher, Secret.HandleOf(_cipherKey), _mac, Secret.HandleOf(_macKey), IcvLength, message, offset, payload, head, length);
        }

        public void Dispose()
        {
            if (_cipherKey != null)
            {
                _cipherKey.Dispose();
            }
            if (_macKey != null)
            {
                _macKey.Dispose();
            }
        }
    }
}
