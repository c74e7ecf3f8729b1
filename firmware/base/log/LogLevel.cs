namespace NfIpsec.Base.Log
{
    /// <summary>Weight of a log line; a higher number is chattier.</summary>
    public static class LogLevel
    {
        public const int Off = 0, Error = 1, Warning = 2, Info = 3, Debug = 4;
    }
}
