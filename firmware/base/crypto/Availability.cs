using NfIpsec.Base.Algorithm;
using NfIpsec.Native;

namespace NfIpsec.Base.Crypto
{
    /// <summary>What of the algorithm table this build and this chip have: some chips have no AES-192, some libraries not every curve.</summary>
    public static class Availability
    {
        /// <param name="row">Of the algorithm table.</param>
        public static bool Has(int row)
        {
            return CryptoNative.Available(Algorithms.Kind(row), Algorithms.NativeId(row), Algorithms.KeyBytes(row)) == Status.XE_OK;
        }
    }
}
