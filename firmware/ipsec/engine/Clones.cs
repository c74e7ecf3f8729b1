using NfIpsec.Base;
using NfIpsec.Base.Address;
using NfIpsec.Base.Ports;
using NfIpsec.Base.Timer;
using NfIpsec.Ipsec.Management;
using NfIpsec.Ipsec.Message;
using NfIpsec.Ipsec.Policy;

namespace NfIpsec.Ipsec.Engine
{
    /// <summary>Policies spawned for one flow by a policy that takes selectors from packets (RFC 4301 4.4.1.2, PFP): one policy and
    /// one pair of SAs each. Bounded per pattern and in all; one that nothing passes goes again.</summary>
    public sealed class Clones
    {
        private readonly Spd _spd;
        private readonly EventQueue _events;
        private readonly ClockPort _clock;

        /// <summary>When to look whether a clone is in use, by policy slot.</summary>
        public readonly TimerQueue Timers = new TimerQueue(Limits.MaxPolicies);

        public Clones(Spd spd, EventQueue events, ClockPort clock)
        {
            _spd = spd;
            _events = events;
            _clock = clock;
        }

        /// <summary>Puts the policy of the packet's flow in the place of a pattern; any other policy stays. 0 or why there is none:
        /// XE_SA_NOT_FOUND without a key daemon, or as with <see cref="Spawn(SecurityPolicy, int[], out int)"/>.</summary>
        public int ChooseForFlow(ref SecurityPolicy policy, int[] info)
        {
            if (!policy.IsPattern)
            {
                return Status.XE_OK;
            }
            int status = Status.XE_SA_NOT_FOUND;
            SecurityPolicy clone = _events.Open ? Spawn(policy, info, out status) : null;
            policy = clone == null ? policy : clone;
            return status;
        }

        /// <summary>The policy for the flow of an outbound packet. XE_NO_DATA: the packet does not show what is to be taken from it (a
        /// later fragment has no ports, and port 0 would stand for any); XE_OUT_OF_POLICIES: the pattern's share or that of all clones is full,
        /// which costs a flood of new flows no memory.</summary>
        public SecurityPolicy Spawn(SecurityPolicy pattern, int[] info, out int status)
        {
            // The flow has no clone yet, or the packet had matched that.
            if (IsFull(pattern))
            {
                status = Status.XE_OUT_OF_POLICIES;
                return null;
            }
            if (pattern.Remote != null && pattern.Remote.IsUnspecified)
            {
                // Its peers are anywhere and come by themselves.
                status = Status.XE_SA_NOT_FOUND;
                return null;
            }
            return Spawn(pattern, info[PacketInfo.Protocol], info, PacketInfo.Source, info[PacketInfo.SourcePort],
                info, PacketInfo.Destination, info[PacketInfo.DestinationPort], pattern.Remote, pattern.Local, out status);
        }

        /// <summary>The policy for selectors that a peer asked for; one that is there already when it has them. XE_BAD_ADDR_RANGE: what is
        /// to be taken from them is not one value, or lies outside the pattern.</summary>
        /// <param name="remote">Where the peer is; null: at the pattern's remote endpoint. XE_BAD_PARAM: it names none.</param>
        /// <param name="local">Our end of the way there; null: the pattern's.</param>
        public SecurityPolicy Spawn(SecurityPolicy pattern, IPSecID source, IPSecID destination, IpAddress remote, IpAddress local, out int status)
        {
            remote = remote != null ? remote : pattern.Remote;
            if (remote == null || remote.IsUnspecified || remote.Version != pattern.Remote.Version)
            {
                status = Status.XE_BAD_PARAM;
                return null;
            }
            bool single = (Lacks(pattern, PolicyFlags.SP_CLONE_SRC) || source.IsSingle) && (Lacks(pattern, PolicyFlags.SP_CLONE_DST) || destination.IsSingle);
            bool inside = source.Version == pattern.Selector.Version && source.Protocol == destination.Protocol
                && Within(pattern.Source, source) && Within(pattern.Destination, destination);
            if (!single || !inside)
            {
                status = Status.XE_BAD_ADDR_RANGE;
                return null;
            }
            return Spawn(pattern, source.Protocol, source.Low, 0, source.Port, destination.Low, 0, destination.Port, remote, local != null ? local : pattern.Local, out status);
        }

        private static bool Lacks(SecurityPolicy pattern, int flags)
        {
            return (pattern.Flags & flags) == 0;
        }

        private static bool Within(IPSecID outer, IPSecID inner)
        {
            return IpAddress.Compare(inner.Low, 0, outer.Low, 0) >= 0 && IpAddress.Compare(inner.High, 0, outer.High, 0) <= 0
                && (outer.Protocol == 0 || outer.Protocol == inner.Protocol) && (outer.Port == IPSecID.AnyPort || outer.Port == inner.Port);
        }

        private SecurityPolicy Spawn(SecurityPolicy pattern, int protocol, int[] local, int localAt, int localPort,
            int[] remote, int remoteAt, int remotePort, IpAddress endpoint, IpAddress localEndpoint, out int status)
        {
            bool ports = IPSecID.HasPorts(protocol);
            bool localTaken = ports && !Lacks(pattern, PolicyFlags.SP_CLONE_SPORT);
            bool remoteTaken = ports && !Lacks(pattern, PolicyFlags.SP_CLONE_DPORT);
            // A port means something only beside its protocol (RFC 4301 4.4.1.1). One without ports is taken too, or its clone would
            // cover every other flow.
            bool protocolTaken = !Lacks(pattern, PolicyFlags.SP_CLONE_PROTO | PolicyFlags.SP_CLONE_SPORT | PolicyFlags.SP_CLONE_DPORT);
            if ((protocolTaken && protocol == 0) || (localTaken && localPort <= IPSecID.AnyPort) || (remoteTaken && remotePort <= IPSecID.AnyPort))
            {
                status = Status.XE_NO_DATA;
                return null;
            }
            int upper = protocolTaken ? protocol : pattern.Selector.Protocol;
            IPSecID source = End(pattern.Source, upper, !Lacks(pattern, PolicyFlags.SP_CLONE_SRC), local, localAt, localTaken, localPort);
            IPSecID destination = End(pattern.Destination, upper, !Lacks(pattern, PolicyFlags.SP_CLONE_DST), remote, remoteAt, remoteTaken, remotePort);
            return Enter(pattern, source, destination, endpoint, localEndpoint, out status);
        }

        private static IPSecID End(IPSecID id, int protocol, bool addressTaken, int[] address, int at, bool portTaken, int port)
        {
            id.Protocol = protocol;
            id.Port = portTaken ? port : id.Port;
            if (addressTaken)
            {
                IpAddress.Copy(address, at, id.Low, 0);
                IpAddress.Copy(address, at, id.High, 0);
            }
            return id;
        }

        private bool IsFull(SecurityPolicy pattern)
        {
            return pattern.CloneCount >= Limits.MaxClones || _spd.Count >= Limits.MaxPolicies - Limits.KeptFromClones;
        }

        private SecurityPolicy Enter(SecurityPolicy pattern, IPSecID source, IPSecID destination, IpAddress endpoint, IpAddress localEndpoint, out int status)
        {
            SecurityPolicy clone = new SecurityPolicy(pattern.Action, source, destination, pattern.Selector.Domain, endpoint,
                pattern.Flags & ~PolicyFlags.SP_CLONE, pattern.Priority);
            clone.Protection.Parent = pattern;
            clone.Protection.Local = localEndpoint;
            clone.Protection.ReplayWindow = pattern.Protection.ReplayWindow;
            clone.Protection.LifeSeconds = pattern.Protection.LifeSeconds;
            clone.Protection.LifeBytes = pattern.Protection.LifeBytes;
            clone.Protection.LifePackets = pattern.Protection.LifePackets;
            clone.Protection.Mtu = pattern.Protection.Mtu;
            SecurityPolicy twin = _spd.FindClone(pattern, clone.Selector);
            if (twin != null)
            {
                status = Status.XE_OK;
                return twin;
            }
            status = IsFull(pattern) ? Status.XE_OUT_OF_POLICIES : _spd.Add(clone, 0);
            if (status != Status.XE_OK)
            {
                return null;
            }
            Keep(clone, _clock.Now);
            _events.Note(MessageType.POLICY_ADDED, clone.Spid, 0, 0, pattern.Spid);
            return clone;
        }

        /// <summary>The policy in that slot is gone.</summary>
        public void Forget(int slot)
        {
            Timers.Cancel(slot);
        }

        /// <summary>The next clone, of those whose time it is, that nothing passed since it was looked at before; null when there is none.
        /// The others are looked at again later. One of a pattern for peers from anywhere stays as long as it has keys: nobody but the peer
        /// could bring it back.</summary>
        public SecurityPolicy PopIdle(long now)
        {
            for (int slot = Timers.PopDue(now); slot >= 0; slot = Timers.PopDue(now))
            {
                SecurityPolicy clone = _spd.Slots[slot];
                bool used = clone.Session != null && (clone.Session.PacketCount != clone.Protection.Used || clone.Parent.Remote.IsUnspecified);
                if (!clone.Protection.Acquiring && !used)
                {
                    return clone;
                }
                clone.Protection.Used = clone.Session == null ? 0 : clone.Session.PacketCount;
                Keep(clone, now);
            }
            return null;
        }

        /// <summary>The clone stays for now: without keys no longer than it takes to be refused some, or whoever makes up flows
        /// fills the pattern's share.</summary>
        public void Keep(SecurityPolicy clone, long now)
        {
            Timers.Set(clone.Slot, now + (clone.Session == null ? Limits.AcquireMs : Limits.CloneIdleMs));
        }
    }
}
