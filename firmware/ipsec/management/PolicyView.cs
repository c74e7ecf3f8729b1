namespace NfIpsec.Ipsec.Management
{
    /// <summary>One policy as displays and dumps want it. The caller owns it and has it filled again and again.</summary>
    public sealed class PolicyView
    {
        public int Spid;
        public int Priority;

        /// <summary>Upper-layer protocol number, 0 any.</summary>
        public int Protocol;

        /// <summary>One of <see cref="PolicyAction"/>.</summary>
        public int Action;

        /// <summary>Bits of <see cref="PolicyFlags"/>, <see cref="PolicyFlags.BuiltIn"/> included.</summary>
        public int Flags;

        /// <summary>Interface number, 0 any.</summary>
        public int Domain;

        /// <summary>Replay window in packets; meaningful with SP_CHECK_REPLAY.</summary>
        public int ReplayWindow;

        /// <summary>Default lifetimes of its SAs, 0 none: seconds, bytes, packets.</summary>
        public int LifeSeconds;
        public long LifeBytes, LifePackets;

        /// <summary>Path MTU in force, bytes of the protected packet: the configured or the learned one, 0 the interface's.</summary>
        public int Mtu;

        /// <summary>Id of the policy it was spawned from for one flow, 0 none; how many such it has itself.</summary>
        public int Parent, Clones;

        /// <summary>Slot of the session that is in use, -1 none; of the alternate one while rekeying.</summary>
        public int Session, AlternateSession;

        /// <summary>Selectors in the form the parser takes ("10.0.0.0/24,500", "any").</summary>
        public string Source, Destination;

        /// <summary>Selectors as ipsec netstat shows them ("10.0.0.0/24:500", "any").</summary>
        public string SourceShown, DestinationShown;

        /// <summary>Remote and local endpoint, null where there is none.</summary>
        public string Gateway, Local;
    }
}
