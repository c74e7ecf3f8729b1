using NfIpsec.Base.Crypto;
using NfIpsec.Base.Ports;

namespace NfIpsec.Node
{
    /// <summary>What the node stands on: the board's Program fills it.</summary>
    public sealed class NodePorts
    {
        public PacketPort Packets;
        public ClockPort Clock;
        public FilePort Files;

        /// <summary>The native generator, where nothing else is said.</summary>
        public RandomSource Random = new NativeRandom();

        /// <summary>The native worker for slow arithmetic, where nothing else is said.</summary>
        public JobPort Jobs = new NativeJobs();

        /// <summary>True when the board has IPv6: ike_rc then waits for an IPv6 address too.</summary>
        public bool WaitForIp6;

        /// <summary>True for a gateway: packets between other hosts go on where a policy lets them, each of both sides' policy. False,
        /// as a host has it: they are dropped.</summary>
        public bool Forward;

        /// <summary>Where the key log is written; null for none. Only debug builds (IKE_DEBUG) write one.</summary>
        public FilePort KeyLog;
    }
}
