namespace NfIpsec.Base.Crypto
{
    /// <summary>Random numbers, passed in so that tests can repeat them.</summary>
    public abstract class RandomSource
    {
        /// <summary>Fills the bytes; 0 or a Status code (NFI_NO_RANDOM: nothing may be made from them).</summary>
        public abstract int Fill(byte[] dst, int offset, int length);
    }
}
