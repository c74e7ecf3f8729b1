using NfIpsec.Base;
using NfIpsec.Base.Crypto;

namespace NfIpsec.Ipsec.Engine
{
    /// <summary>Random lengths for traffic-flow padding (RFC 4303 2.7), drawn in bulk so that a packet costs no native call.</summary>
    public sealed class TfcPadding
    {
        private readonly RandomSource _random;
        private readonly byte[] _lengths = new byte[64];
        private int _at = 64;

        public TfcPadding(RandomSource random)
        {
            _random = random;
        }

        /// <summary>0..255 bytes; 0 when there is no randomness: the packet then goes without.</summary>
        public int Next()
        {
            if (_at == _lengths.Length)
            {
                if (_random.Fill(_lengths, 0, _lengths.Length) != Status.XE_OK)
                {
                    return 0;
                }
                _at = 0;
            }
            return _lengths[_at++] % Limits.MaxTfcPadding;
        }
    }
}
