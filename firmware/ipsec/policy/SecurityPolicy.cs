using NfIpsec.Base;
using NfIpsec.Base.Address;
using NfIpsec.Base.Ports;
using NfIpsec.Ipsec.Management;
using NfIpsec.Ipsec.Sa;

namespace NfIpsec.Ipsec.Policy
{
    /// <summary>One entry of the security policy database.</summary>
    public sealed class SecurityPolicy
    {
        public const int NoSlot = -1;

        /// <summary>Place in the database, and row of the verdict table.</summary>
        public int Slot = NoSlot;
        public int Spid;

        /// <summary>One of <see cref="PolicyAction"/>; Verdict is the same in the words of <see cref="VerdictRow"/>.</summary>
        public readonly int Action, Verdict;

        public readonly int Priority;
        public readonly int Flags;

        /// <summary>Priority in the high bits, age below: lower wins. Set by the database. Clones share the place just ahead of their
        /// parent: no packet matches two of them.</summary>
        public int Order;

        public readonly Selector Selector;

        /// <summary>The other tunnel endpoint, or host; null with bypass and drop.</summary>
        public readonly IpAddress Remote;

        /// <summary>True once the policy is in force.</summary>
        public bool Initialised;

        /// <summary>What it has besides when it protects; null with bypass and drop.</summary>
        public readonly Protection Protection;

        /// <summary>The session that sends. Behind it, by IpsecSession.Next, stand those that are only accepted: while rekeying the one
        /// that it replaces or its successor, and in a collision of two rekeyings the other's (RFC 7296 2.8.1).</summary>
        public IpsecSession Session;

        /// <summary>The first of those that are only accepted, or null.</summary>
        public IpsecSession Alternate
        {
            get { return Session == null ? null : Session.Next; }
        }

        /// <summary>A policy that wins over this one overrules it for some of its traffic: opened packets are classified too.</summary>
        public bool Shadowed;

        /// <summary>Where the classifier keeps the entry: its tuple and the next entry of its chain.</summary>
        internal int Tuple = NoSlot;
        internal SecurityPolicy NextInChain;

        public SecurityPolicy(int action, IPSecID source, IPSecID destination, int domain, IpAddress remote, int flags, int priority)
        {
            Action = action;
            Verdict = VerdictOf(action);
            Selector = new Selector(source, destination, domain);
            Remote = remote;
            Flags = flags;
            Priority = priority;
            Protection = IsSecure ? new Protection() : null;
        }

        /// <summary>Our end and the other one, a fresh copy at each call: for displays, messages and clones.</summary>
        public IPSecID Source
        {
            get { return Selector.Identity(Selector.LocalLow, Selector.LocalPort); }
        }

        public IPSecID Destination
        {
            get { return Selector.Identity(Selector.RemoteLow, Selector.RemotePort); }
        }

        public bool IsTunnel
        {
            get { return Action == PolicyAction.IPSEC_POLICY_SECURE_TUNNEL; }
        }

        public bool IsSecure
        {
            get { return Verdict == VerdictRow.Secure; }
        }

        public bool WantsEsp
        {
            get { return (Flags & PolicyFlags.SP_PROTO_ESP) != 0; }
        }

        public bool WantsAh
        {
            get { return (Flags & PolicyFlags.SP_PROTO_AH) != 0; }
        }

        /// <summary>Where both match and this one is first, what the other's keys protect is not enough: this one forbids it, lets it
        /// by in clear, or wants a protocol that the other has not.</summary>
        public bool Overrules(SecurityPolicy other)
        {
            return !IsSecure || (Flags & ~other.Flags & (PolicyFlags.SP_PROTO_ESP | PolicyFlags.SP_PROTO_AH)) != 0;
        }

        /// <summary>Our tunnel endpoint, null outside tunnel mode.</summary>
        public IpAddress Local
        {
            get { return Protection == null ? null : Protection.Local; }
        }

        /// <summary>The policy that this one was spawned from for one flow, or null.</summary>
        public SecurityPolicy Parent
        {
            get { return Protection == null ? null : Protection.Parent; }
        }

        /// <summary>How many policies were spawned from this one.</summary>
        public int CloneCount
        {
            get { return Protection == null ? 0 : Protection.Clones; }
        }

        /// <summary>Spawned for one flow.</summary>
        public bool IsCloned
        {
            get { return Parent != null; }
        }

        /// <summary>A pattern: packets that match it get a policy and keys of their own.</summary>
        public bool IsPattern
        {
            get { return (Flags & PolicyFlags.SP_CLONE) != 0; }
        }

        /// <summary>The smaller one of the path MTUs that are known, 0 when none is.</summary>
        public int PathLimit
        {
            get
            {
                Protection p = Protection;
                if (p == null)
                {
                    return 0;
                }
                return p.Mtu == 0 || (p.PathMtu != 0 && p.PathMtu < p.Mtu) ? p.PathMtu : p.Mtu;
            }
        }

        /// <summary>IP version between the endpoints.</summary>
        public int OuterVersion
        {
            get { return IsTunnel ? Remote.Version : Selector.Version; }
        }

        private static int VerdictOf(int action)
        {
            switch (action)
            {
                case PolicyAction.IPSEC_POLICY_BYPASS:
                    return VerdictRow.Bypass;
                case PolicyAction.IPSEC_POLICY_SECURE_TUNNEL:
                case PolicyAction.IPSEC_POLICY_SECURE_TRANSPORT:
                    return VerdictRow.Secure;
                default:
                    return VerdictRow.Drop;
            }
        }
    }
}
