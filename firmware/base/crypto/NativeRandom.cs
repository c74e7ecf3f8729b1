using NfIpsec.Native;

namespace NfIpsec.Base.Crypto
{
    /// <summary>The native CTR_DRBG.</summary>
    public sealed class NativeRandom : RandomSource
    {
        public override int Fill(byte[] dst, int offset, int length)
        {
            int result = CryptoNative.Random(dst, offset, length);
            return result < 0 ? -result : Status.XE_OK;
        }
    }
}
