namespace NfIpsec.Console.Commands
{
    /// <summary>What the console knows of a policy that the SPD does not: its name, its algorithms in order, who negotiates its keys.</summary>
    public sealed class PolicyEntry
    {
        public string Name;
        public int Spid;
        /// <summary>Algorithms allowed; null where the policy has none.</summary>
        public AlgorithmList Encryption, Integrity;
        /// <summary>The ike remote of -g, or null.</summary>
        public string Remote;
        /// <summary>-k, seconds.</summary>
        public int Life;
        /// <summary>-o as it was typed, or null.</summary>
        public string Options;
    }
}
