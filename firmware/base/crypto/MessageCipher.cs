using System;
using NfIpsec.Base.Algorithm;
using NfIpsec.Native;

namespace NfIpsec.Base.Crypto
{
    /// <summary>One direction's protection of IKE messages: the SK payload sealed and opened in one native call (RFC 7296 3.14,
    /// RFC 5282). Owns its keys.</summary>
    public sealed class MessageCipher : IDisposable
    {
        /// <summary>Generic header of SK, bytes.</summary>
        private const int Head = 4;

        private readonly int _cipher, _mac, _icv;
        private readonly Secret _cipherKey, _macKey;

        /// <param name="encryption">Row of the algorithm table; integrity: another, or -1 with an AEAD.</param>
        /// <param name="cipherKey">Key and, for an AEAD, salt.</param>
        public MessageCipher(int encryption, int integrity, Secret cipherKey, Secret macKey)
        {
            _cipher = Algorithms.NativeId(encryption);
            _mac = integrity < 0 ? 0 : Algorithms.NativeId(integrity);
            _icv = Algorithms.IcvBytes(integrity < 0 ? encryption : integrity);
            _cipherKey = cipherKey;
            _macKey = macKey;
            IvLength = CryptoNative.SkIvLength(_cipher);
            TailLength = CryptoNative.SkOverhead(_cipher, _mac, _icv) - Head - IvLength;
        }

        /// <summary>Bytes before and behind the clear payloads; the second is the most there can be.</summary>
        public readonly int IvLength, TailLength;

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
            int unsealed = payload + Head + IvLength + length;
            return CryptoNative.SkSeal(_cipher, Secret.HandleOf(_cipherKey), _mac, Secret.HandleOf(_macKey), _icv, message, offset, payload, Head, unsealed);
        }

        /// <param name="length">Of the whole message.</param>
        /// <returns>Length of the clear payloads, which then stand at offset + payload + 4 + IvLength, or a negated code.</returns>
        public int Open(byte[] message, int offset, int payload, int length)
        {
            return CryptoNative.SkOpen(_cipher, Secret.HandleOf(_cipherKey), _mac, Secret.HandleOf(_macKey), _icv, message, offset, payload, Head, length);
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
