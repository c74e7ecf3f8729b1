namespace NfIpsec.Base.Timer
{
    /// <summary>The soft limit of a lifetime, in time, bytes, packets or sequence numbers.</summary>
    public static class SoftLimit
    {
        /// <summary>Highest jitter.</summary>
        public const int MostJitter = 255;

        private const int Whole = 100 * (MostJitter + 1);

        /// <summary>Limits.SoftLifetimePercent of the hard limit, less up to Limits.SoftJitterPercent of it.</summary>
        /// <param name="jitter">0 to MostJitter: none to nearly all of it.</param>
        public static long Of(long hard, int jitter)
        {
            int share = Limits.SoftLifetimePercent * (MostJitter + 1) - Limits.SoftJitterPercent * jitter;
            return hard / Whole * share + hard % Whole * share / Whole;
        }
    }
}
