using NfIpsec.Base;
using NfIpsec.Base.Address;

namespace NfIpsec.Ipsec.Policy
{
    /// <summary>What a policy has only when it protects: bypass and drop go without, for a field is dear on a board.</summary>
    public sealed class Protection
    {
        /// <summary>Bytes that it adds at most.</summary>
        public int Overhead;

        /// <summary>Bytes of the UDP header around ESP; as long as nothing is agreed upon, of one that may come.</summary>
        public int EncapBytes;

        /// <summary>For the SAs that are made afterwards.</summary>
        public int ReplayWindow = Limits.DefaultReplayWindow;
        public int LifeSeconds;
        public long LifeBytes, LifePackets;

        /// <summary>Path MTU to the remote endpoint, 0 not known: as configured, and as ICMP says until PathMtuUntil (milliseconds of the
        /// clock). Its SAs share it, over a rekey too: they have one peer.</summary>
        public int Mtu, PathMtu;
        public long PathMtuUntil;

        /// <summary>An ACQUIRE stands; how many packets wait for its answer.</summary>
        public bool Acquiring;
        public int Held;

        /// <summary>Our tunnel endpoint, null outside tunnel mode.</summary>
        public IpAddress Local;

        /// <summary>The policy that this one was spawned from for one flow, or null.</summary>
        public SecurityPolicy Parent;

        /// <summary>How many policies were spawned from this one for a flow each.</summary>
        public int Clones;

        /// <summary>A clone's packets when it was last looked at: as many the next time means that nobody needs it.</summary>
        public long Used;
    }
}
