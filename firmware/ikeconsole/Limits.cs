namespace NfIpsec.IkeConsole
{
    /// <summary>Bounds of what a command line may ask for.</summary>
    internal static class CommandLimits
    {
        /// <summary>ike remote: -i, first retransmission; -o dpd, idle time before a liveness check. Seconds.</summary>
        internal const int MaxInterval = 60, MaxDpd = 86400;
    }
}
