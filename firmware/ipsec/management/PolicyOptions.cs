using NfIpsec.Base;

namespace NfIpsec.Ipsec.Management
{
    /// <summary>What a policy may carry beyond the parameters of the reference's calls. Applies to SAs made afterwards.</summary>
    public sealed class PolicyOptions
    {
        /// <summary>Packets; 32 to 1024, a multiple of 32. Used when the policy has SP_CHECK_REPLAY.</summary>
        public int ReplayWindow = Limits.DefaultReplayWindow;

        /// <summary>Hard lifetime of each SA, 0 none: seconds, protected bytes, packets.</summary>
        public int LifeSeconds;
        public long LifeBytes, LifePackets;

        /// <summary>The path MTU to the remote endpoint where it is known better than the interface's: bytes of the protected packet, 0
        /// for the interface's. At least 576 in IPv4, 1280 in IPv6. In force at once.</summary>
        public int Mtu;
    }
}
