namespace NfIpsec.Base.Ports
{
    /// <summary>Where log lines go.</summary>
    public abstract class LogPort
    {
        /// <param name="level">One of NfIpsec.Base.Log.LogLevel.</param>
        public abstract void Write(int level, string text);
    }
}
