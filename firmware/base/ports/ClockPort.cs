namespace NfIpsec.Base.Ports
{
    /// <summary>Time, passed in so that tests own it.</summary>
    public abstract class ClockPort
    {
        /// <summary>Monotonic milliseconds since some start.</summary>
        public abstract long Now { get; }

        /// <summary>Seconds since 1970 UTC, or -1 while the board does not know the time.</summary>
        public abstract long UtcSeconds { get; }
    }
}
