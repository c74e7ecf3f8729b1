using NfIpsec.Base;
using NfIpsec.Base.Address;
using NfIpsec.Base.Algorithm;
using NfIpsec.Base.Bytes;
using NfIpsec.Base.Crypto;
using NfIpsec.Base.Ports;
using NfIpsec.Ike.Session;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>Cookies without state (RFC 7296 2.6): version | HMAC(secret, Ni | IPi | SPIi). The secret changes every minute; the one
    /// before still counts, so that an initiator has time to come back.</summary>
    internal sealed class Cookies
    {
        private const int SecretBytes = 32, MacBytes = 16, CookieBytes = 1 + MacBytes, AddressBytes = 16, SpiBytes = 8;

        private Secret _secret, _before;
        private byte _version;
        private long _renewAt;

        /// <summary>The cookie for the IKE_SA_INIT request in the index, or null when there is no randomness.</summary>
        internal byte[] Make(PayloadIndex index, IkeHeader header, IkePath path, long now)
        {
            Renew(now);
            return _secret == null ? null : Compute(_secret, _version, index, header, path);
        }

        /// <summary>The request brings back a cookie of ours.</summary>
        internal bool Holds(PayloadIndex index, IkeHeader header, IkePath path, long now)
        {
            Renew(now);
            int place = NotifyPayload.Find(index, NotifyType.Cookie);
            if (place < 0 || NotifyPayload.DataLength(index.Bytes, index.Offset[place], index.Length[place]) != CookieBytes)
            {
                return false;
            }
            int at = NotifyPayload.DataAt(index.Bytes, index.Offset[place]);
            Secret secret = index.Bytes[at] == _version ? _secret : index.Bytes[at] == (byte)(_version - 1) ? _before : null;
            byte[] wanted = secret == null ? null : Compute(secret, index.Bytes[at], index, header, path);
            return wanted != null && KeyDerivation.Same(index.Bytes, at, wanted, 0, CookieBytes);
        }

        /// <summary>Wipes: cookies given out are worth nothing any more.</summary>
        internal void End()
        {
            Wipe(_before);
            Wipe(_secret);
            _before = null;
            _secret = null;
        }

        private static void Wipe(Secret secret)
        {
            if (secret != null)
            {
                secret.Dispose();
            }
        }

        private void Renew(long now)
        {
            if (_secret != null && now < _renewAt)
            {
                return;
            }
            Wipe(_before);
            _before = _secret;
            _secret = Secret.FromRandom(SecretBytes, out int status);
            _version++;
            _renewAt = now + IkeLimits.CookieSecretMs;
        }

        private static byte[] Compute(Secret secret, byte version, PayloadIndex index, IkeHeader header, IkePath path)
        {
            int nonce = index.Find(PayloadType.Nonce);
            byte[] data = new byte[index.Length[nonce] + AddressBytes + SpiBytes];
            System.Array.Copy(index.Bytes, index.Offset[nonce], data, 0, index.Length[nonce]);
            int at = index.Length[nonce];
            for (int i = 0; i < IpAddress.WordCount; i++)
            {
                BigEndian.Write32(data, at + 4 * i, path.Words[PacketInfo.Destination + i]);
            }
            BigEndian.Write64(data, at + AddressBytes, header.InitiatorSpi);
            byte[] cookie = new byte[CookieBytes];
            cookie[0] = version;
            int status = KeyDerivation.Mac(Algorithms.NativeId(Algorithms.HmacSha256), secret, data, 0, data.Length, cookie, 1, MacBytes);
            return status == Status.XE_OK ? cookie : null;
        }
    }
}
