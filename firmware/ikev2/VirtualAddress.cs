using NfIpsec.Base.Address;
using NfIpsec.Ike.Session;

namespace NfIpsec.Ikev2
{
    /// <summary>The address that the peer gives us (RFC 7296 2.19), in the policies of tunnels to it: on the wire it stands where their own
    /// side does, whatever -s says, and IPsec puts it there for one of our own.</summary>
    internal static class VirtualAddress
    {
        /// <summary>The policy's traffic travels under the peer's address.</summary>
        internal static bool Applies(IkeSa sa, PolicySelectors policy)
        {
            return sa.Remote.VirtualRequest && policy.IsTunnel;
        }

        /// <summary>Puts it in the place of our side in the policy; until the peer has given it, every address. False: the peer has given none
        /// of this family.</summary>
        internal static bool Substitute(IkeSa sa, PolicySelectors policy)
        {
            if (!Applies(sa, policy))
            {
                return true;
            }
            if (sa.Assigned == null && !sa.IsEstablished)
            {
                System.Array.Clear(policy.LocalLow, 0, IpAddress.WordCount);
                System.Array.Clear(policy.LocalHigh, 0, IpAddress.WordCount);
                IpAddress.PrefixRange(policy.LocalLow, 0, policy.LocalHigh, 0, 0);
                if (policy.Version == 4)
                {
                    policy.LocalLow[2] = policy.LocalHigh[2] = IpAddress.Mapped;
                    policy.LocalHigh[0] = policy.LocalHigh[1] = 0;
                }
                return true;
            }
            IpAddress given = sa.Assigned == null ? null : sa.Assigned.Of(policy.Version);
            if (given != null)
            {
                IpAddress.Copy(given.Words, 0, policy.LocalLow, 0);
                IpAddress.Copy(given.Words, 0, policy.LocalHigh, 0);
            }
            return given != null;
        }

        /// <summary>Has the keys' SAs carry it, where the policy has it; false when we have no address of its family to stand behind
        /// it.</summary>
        internal static bool Install(Ikev2Module ike, IkeSa sa, PolicySelectors policy, ChildKeys keys, Ike.Wire.TrafficSelectors local, Ike.Wire.TrafficSelectors remote)
        {
            if (!Applies(sa, policy))
            {
                return true;
            }
            IpAddress own = ike.Module.OwnAddress(policy.Version, sa.Path, policy);
            if (own == null)
            {
                return false;
            }
            keys.Alias = new int[2 * IpAddress.WordCount];
            IpAddress.Copy(own.Words, 0, keys.Alias, 0);
            IpAddress.Copy(policy.LocalLow, 0, keys.Alias, IpAddress.WordCount);
            keys.Local = local;
            keys.Remote = remote;
            return true;
        }
    }
}
