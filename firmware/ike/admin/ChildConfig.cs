using NfIpsec.Ike.Session;

namespace NfIpsec.Ike.Admin
{
    /// <summary>The part of an "ipsec policy" line that IKE negotiates with; selectors, mode and flags are the SPD's.</summary>
    public sealed class ChildConfig
    {
        /// <summary>UDP encapsulation: when a NAT shows, always, never.</summary>
        public const int EncapAuto = 0, EncapForce = 1, EncapOff = 2;

        /// <summary>-n</summary>
        public string Name;

        /// <summary>The policy in the SPD.</summary>
        public int Spid;

        /// <summary>-g: name of the ike remote.</summary>
        public string RemoteName;

        /// <summary>-e -a, pfs=: rows of the algorithm table in order of preference. Integrity may be empty when every cipher is an
        /// AEAD; Encryption is empty for AH; Groups empty: no PFS.</summary>
        public int[] Encryption = new int[0], Integrity = new int[0], Groups = new int[0];

        /// <summary>-k, bytes=, packets=: hard lifetimes of the SAs, 0 none.</summary>
        public int LifeSeconds = IkeLimits.DefaultChildLife;
        public long LifeBytes, LifePackets;

        /// <summary>encap=</summary>
        public int Encap = EncapAuto;

        /// <summary>The same for a policy that was spawned from this one for one flow.</summary>
        public ChildConfig For(int spid)
        {
            ChildConfig child = (ChildConfig)MemberwiseClone();
            child.Spid = spid;
            return child;
        }

        /// <summary>Text the console wants back for dumps, or null.</summary>
        public string Options;
    }
}
