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

        /// <summary>The packet that asks for keys, words of EventQueue from its protocol on; null: none does. It comes first in what is asked
        /// for (RFC 7296 2.9).</summary>
        public int[] Packet;
        public const int PacketProtocol = 0, PacketSourcePort = 1, PacketDestinationPort = 2, PacketSource = 3, PacketDestination = 7, PacketWords = 11;

        /// <summary>How much beside the packet is asked for: all of the policy, the policy's traffic between its two addresses, nothing.</summary>
        public int Single;
        public const int Whole = 0, OnePair = 1, OneFlow = 2;

        /// <summary>The same for the packet that asks for keys.</summary>
        public ChildConfig ForPacket(int[] packet)
        {
            ChildConfig child = (ChildConfig)MemberwiseClone();
            child.Packet = packet;
            return child;
        }

        /// <summary>The same with less asked for beside the packet; null: there is no less.</summary>
        public ChildConfig Narrower()
        {
            ChildConfig child = Packet == null || Single == OneFlow ? null : (ChildConfig)MemberwiseClone();
            if (child != null)
            {
                child.Single = Single + 1;
            }
            return child;
        }

        /// <summary>The same with these algorithms first in their lists, where they stand there.</summary>
        public ChildConfig Preferring(int encryption, int integrity)
        {
            ChildConfig child = (ChildConfig)MemberwiseClone();
            child.Encryption = Preference.First(Encryption, encryption);
            child.Integrity = Preference.First(Integrity, integrity);
            return child;
        }

        /// <summary>Text the console wants back for dumps, or null.</summary>
        public string Options;
    }
}
