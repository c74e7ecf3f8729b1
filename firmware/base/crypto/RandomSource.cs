namespace NfIpsec.Base.Crypto
{
    /// <summary>Random numbers, passed in so that tests can repeat them.</summary>
    public abstract class RandomSource
    {
        /// <summary>Fills the bytes; 0 or a Status code (NFI_NO_RANDOM: nothing may be made from them).</summary>
        public abstract int Fill(byte[] dst, int offset, int length);

        /// <summary>0 to <paramref name="most"/>, at most 65535, for jitter: 0 when there is no randomness.</summary>
        public int UpTo(int most)
        {
            byte[] two = new byte[2];
            return Fill(two, 0, two.Length) == Status.XE_OK ? (int)((long)(two[0] << 8 | two[1]) * (most + 1) >> 16) : 0;
        }
    }
}
