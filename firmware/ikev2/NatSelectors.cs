using NfIpsec.Base.Address;
using NfIpsec.Base.Ports;
using NfIpsec.Ike.Session;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>Traffic selectors of transport mode where a NAT changes the addresses under way (RFC 7296 2.23.1), and where several
    /// peers share what it changed them to (RFC 3948 5.2).</summary>
    /// <remarks>The original addresses are looked at and not kept: they would serve to mend TCP and UDP checksums by their difference
    /// (RFC 3948 3.1.2, 1), and crypto-native/packet/esp_open.c computes those anew (3.1.2, 2).</remarks>
    internal static class NatSelectors
    {
        /// <summary>Puts the address that is seen here in the place of the one that the peer names, if a NAT stands before that end. False
        /// where there is one and the selectors do not name exactly one address of its family: that is no transport mode.</summary>
        /// <param name="local">The selectors are of our end.</param>
        internal static bool Substitute(TrafficSelectors selectors, IkeSa sa, bool local)
        {
            if (!(local ? sa.LocalNat : sa.RemoteNat))
            {
                return true;
            }
            int[] seen = sa.Path.Words;
            int at = local ? PacketInfo.Source : PacketInfo.Destination;
            int version = IpAddress.VersionOf(seen, at);
            int[] words = selectors.Words;
            bool single = selectors.Count > 0 && selectors.Count == selectors.Total;
            for (int i = 0; i < selectors.Count; i++)
            {
                int word = TrafficSelectors.At(i);
                single = single && words[word + TrafficSelectors.Version] == version
                    && IpAddress.Same(words, TrafficSelectors.Low, words, word + TrafficSelectors.Low)
                    && IpAddress.Same(words, TrafficSelectors.Low, words, word + TrafficSelectors.High);
            }
            for (int i = 0; single && i < selectors.Count; i++)
            {
                Set(words, TrafficSelectors.At(i), seen, at);
            }
            return single;
        }

        private static void Set(int[] words, int word, int[] address, int at)
        {
            IpAddress.Copy(address, at, words, word + TrafficSelectors.Low);
            IpAddress.Copy(address, at, words, word + TrafficSelectors.High);
        }

        /// <summary>The SA of another peer that has this traffic; null: none has. Its child is for the same policy, which sends to one peer at a
        /// time; or it is at this peer's address and has a transport mode child for some of the traffic: a packet to that address
        /// could not tell which of the two it is for, and would go out under the keys of the wrong one (RFC 3948 5.2).</summary>
        /// <param name="told">Other policies' traffic at the address counts too: the child is of transport mode, or nobody's in particular.</param>
        internal static IkeSa Holder(Ikev2Module ike, IkeSa sa, int spid, bool told, TrafficSelectors local, TrafficSelectors remote)
        {
            PolicySelectors policy = null;
            for (int i = 0; i < ike.Sas.Slots.Length; i++)
            {
                IkeSa other = ike.Sas.Slots[i];
                bool rival = other != null && other != sa && other.IsEstablished && other.ChildCount > 0 && Identities.Differ(sa, other);
                bool here = rival && told && IpAddress.Same(sa.Path.Words, PacketInfo.Destination, other.Path.Words, PacketInfo.Destination);
                policy = here && policy == null ? new PolicySelectors() : policy;
                for (int n = 0; rival && n < other.ChildCount; n++)
                {
                    int held = other.Children[n].Spid;
                    if (held == spid || (here && ike.Module.Ipsec.GetPolicy(held, policy) && !policy.IsTunnel && Selectors.Meet(policy, local, remote)))
                    {
                        return other;
                    }
                }
            }
            return null;
        }
    }
}
