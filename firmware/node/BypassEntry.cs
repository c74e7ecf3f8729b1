namespace NfIpsec.Node
{
    /// <summary>One bypass policy that IKE installed.</summary>
    internal sealed class BypassEntry
    {
        /// <summary>The source selector, which tells it from the others.</summary>
        public readonly string Source;
        public readonly int Spid;
        public bool Wanted = true;

        public BypassEntry(string source, int spid)
        {
            Source = source;
            Spid = spid;
        }
    }
}
