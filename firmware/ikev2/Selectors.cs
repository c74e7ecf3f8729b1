using NfIpsec.Base.Address;
using NfIpsec.Base.Ports;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Session;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>Traffic selectors against policies (RFC 7296 2.9): what we offer, what we narrow an offer to, whether an answer stays
    /// within what we asked.</summary>
    internal static class Selectors
    {
        /// <summary>How an offer fits a policy, as bits; the more the better. Whole: the offer covers all of the policy. Inside: the policy
        /// covers all of the offer. First: it covers the first selector, which the initiator cares for most (RFC 7296 2.9).</summary>
        internal const int Whole = 1, Inside = 2, First = 4;

        /// <summary>Above them: through a NAT, it is of the transport mode that was asked for.</summary>
        internal const int Mode = 8;

        private const int Icmp = 1, Icmp6 = 58;

        /// <summary>Adds our side, or the peer's, of the policy.</summary>
        internal static void Add(TrafficSelectors selectors, PolicySelectors policy, bool local)
        {
            Ports(policy, local, out int first, out int last);
            int[] low = local ? policy.LocalLow : policy.RemoteLow;
            int[] high = local ? policy.LocalHigh : policy.RemoteHigh;
            selectors.Add(policy.Version, policy.Protocol, first, last, low, 0, high, 0);
        }

        /// <summary>Adds our side, or the peer's, of what a child is to carry: first the packet that asks for it, where there is one, then as
        /// much of the policy as the child says (RFC 7296 2.9).</summary>
        internal static void AddOffer(TrafficSelectors selectors, PolicySelectors policy, ChildConfig child, bool local)
        {
            TrafficSelectors wanted = new TrafficSelectors();
            Add(wanted, policy, local);
            if (child.Packet != null)
            {
                AddPacket(selectors, policy.Version, child.Packet, local);
                selectors.Count = Contains(wanted, 0, selectors, 0) && !Contains(selectors, 0, wanted, 0) ? 1 : 0;
            }
            if (selectors.Count == 0 || child.Single == ChildConfig.Whole)
            {
                Add(selectors, policy, local);
            }
            else if (child.Single == ChildConfig.OnePair)
            {
                IpAddress.Copy(selectors.Words, TrafficSelectors.Low, wanted.Words, TrafficSelectors.Low);
                IpAddress.Copy(selectors.Words, TrafficSelectors.High, wanted.Words, TrafficSelectors.High);
                selectors.Clear();
                AddWords(selectors, wanted.Words);
            }
        }

        private static void AddWords(TrafficSelectors selectors, int[] words)
        {
            selectors.Add(words[TrafficSelectors.Version], words[TrafficSelectors.Protocol], words[TrafficSelectors.FirstPort],
                words[TrafficSelectors.LastPort], words, TrafficSelectors.Low, words, TrafficSelectors.High);
        }

        // What shows no ports (-1) has all of them.
        private static void AddPacket(TrafficSelectors selectors, int version, int[] packet, bool local)
        {
            int protocol = packet[ChildConfig.PacketProtocol];
            int port = packet[local ? ChildConfig.PacketSourcePort : ChildConfig.PacketDestinationPort];
            if ((protocol == Icmp || protocol == Icmp6) && port >= 0)
            {
                port = packet[ChildConfig.PacketSourcePort] - PacketInfo.IcmpShown << 8 | (packet[ChildConfig.PacketDestinationPort] - PacketInfo.IcmpShown);
            }
            bool shown = port >= 0;
            int at = local ? ChildConfig.PacketSource : ChildConfig.PacketDestination;
            selectors.Add(version, protocol, shown ? port : 0, shown ? port : TrafficSelectors.AnyPort, packet, at, packet, at);
        }

        // Type and code of ICMP make one number, the same on both sides (RFC 7296 3.13.1); of a policy they are the two ports.
        private static void Ports(PolicySelectors policy, bool local, out int first, out int last)
        {
            if (policy.Protocol == Icmp || policy.Protocol == Icmp6)
            {
                int type = policy.LocalPort - PacketInfo.IcmpShown;
                first = policy.LocalPort == 0 ? 0 : policy.RemotePort == 0 ? type << 8 : type << 8 | (policy.RemotePort - PacketInfo.IcmpShown);
                last = policy.LocalPort == 0 ? TrafficSelectors.AnyPort : policy.RemotePort == 0 ? first | 255 : first;
                return;
            }
            int port = local ? policy.LocalPort : policy.RemotePort;
            first = port;
            last = port == 0 ? TrafficSelectors.AnyPort : port;
        }

        /// <summary>What an offer and the policy have in common; false when nothing.</summary>
        /// <param name="fit">Bits, see above. With Whole the answer is the policy's one selector.</param>
        internal static bool Narrow(TrafficSelectors offered, PolicySelectors policy, bool local, TrafficSelectors answer, out int fit)
        {
            TrafficSelectors wanted = new TrafficSelectors();
            Add(wanted, policy, local);
            answer.Clear();
            fit = offered.Total == offered.Count && AreCovered(offered, wanted) ? Inside : 0;
            fit |= offered.Count > 0 && IsCovered(offered, 0, wanted) ? First : 0;
            if (IsCovered(wanted, 0, offered))
            {
                fit |= Whole;
                Add(answer, policy, local);
                return true;
            }
            for (int i = 0; i < offered.Count; i++)
            {
                Intersect(offered, TrafficSelectors.At(i), wanted, answer);
            }
            return answer.Count > 0;
        }

        /// <summary>Some traffic of the policy is in the selectors of both ends.</summary>
        internal static bool Meet(PolicySelectors policy, TrafficSelectors local, TrafficSelectors remote)
        {
            TrafficSelectors common = new TrafficSelectors();
            return Narrow(local, policy, true, common, out int fit) && Narrow(remote, policy, false, common, out fit);
        }

        /// <summary>Cuts each selector to one address; those that leave it out go. False when none is left.</summary>
        internal static bool CutTo(TrafficSelectors selectors, int[] address, int at)
        {
            int version = IpAddress.VersionOf(address, at);
            for (int i = selectors.Count - 1; i >= 0; i--)
            {
                int word = TrafficSelectors.At(i);
                int[] words = selectors.Words;
                if (words[word + TrafficSelectors.Version] == version && IpAddress.Compare(address, at, words, word + TrafficSelectors.Low) >= 0
                    && IpAddress.Compare(address, at, words, word + TrafficSelectors.High) <= 0)
                {
                    IpAddress.Copy(address, at, words, word + TrafficSelectors.Low);
                    IpAddress.Copy(address, at, words, word + TrafficSelectors.High);
                }
                else
                {
                    selectors.Remove(i);
                }
            }
            return selectors.Count > 0;
        }

        /// <summary>The first selector of an offer that meets the policy, cut to it: where the peer speaks of one flow, it stands there
        /// (RFC 7296 2.9). Goes into one end of <paramref name="flow"/>; false when none meets it, or it is of another protocol than the end before.</summary>
        internal static bool Flow(TrafficSelectors offered, PolicySelectors policy, bool local, PolicySelectors flow)
        {
            TrafficSelectors wanted = new TrafficSelectors();
            TrafficSelectors met = new TrafficSelectors();
            Add(wanted, policy, local);
            for (int i = 0; i < offered.Count && met.Count == 0; i++)
            {
                Intersect(offered, TrafficSelectors.At(i), wanted, met);
            }
            int protocol = met.Words[TrafficSelectors.Protocol];
            if (met.Count == 0 || (protocol != 0 && flow.Protocol != 0 && protocol != flow.Protocol))
            {
                return false;
            }
            flow.Version = met.Words[TrafficSelectors.Version];
            flow.Protocol = protocol != 0 ? protocol : flow.Protocol;
            SetPorts(flow, local, met.Words[TrafficSelectors.FirstPort], met.Words[TrafficSelectors.LastPort]);
            IpAddress.Copy(met.Words, TrafficSelectors.Low, local ? flow.LocalLow : flow.RemoteLow, 0);
            IpAddress.Copy(met.Words, TrafficSelectors.High, local ? flow.LocalHigh : flow.RemoteHigh, 0);
            return true;
        }

        // A range of ports is no port, and a range of ICMP codes no code.
        private static void SetPorts(PolicySelectors flow, bool local, int first, int last)
        {
            if (flow.Protocol == Icmp || flow.Protocol == Icmp6)
            {
                bool type = first >> 8 == last >> 8;
                flow.LocalPort = type ? PacketInfo.IcmpShown + (first >> 8) : 0;
                flow.RemotePort = type && first == last ? PacketInfo.IcmpShown + (first & 255) : 0;
            }
            else if (local)
            {
                flow.LocalPort = first == last ? first : 0;
            }
            else
            {
                flow.RemotePort = first == last ? first : 0;
            }
        }

        private static void Intersect(TrafficSelectors a, int at, TrafficSelectors b, TrafficSelectors answer)
        {
            int[] x = a.Words;
            int[] y = b.Words;
            int first = Larger(x[at + TrafficSelectors.FirstPort], y[TrafficSelectors.FirstPort]);
            int last = -Larger(-x[at + TrafficSelectors.LastPort], -y[TrafficSelectors.LastPort]);
            int[] low = IpAddress.Compare(x, at + TrafficSelectors.Low, y, TrafficSelectors.Low) >= 0 ? x : y;
            int[] high = IpAddress.Compare(x, at + TrafficSelectors.High, y, TrafficSelectors.High) <= 0 ? x : y;
            int lowAt = TrafficSelectors.Low + (low == x ? at : 0);
            int highAt = TrafficSelectors.High + (high == x ? at : 0);
            int protocol = x[at + TrafficSelectors.Protocol];
            bool protocols = protocol == 0 || y[TrafficSelectors.Protocol] == 0 || protocol == y[TrafficSelectors.Protocol];
            bool meet = x[at + TrafficSelectors.Version] == y[TrafficSelectors.Version] && protocols && first <= last
                && IpAddress.Compare(low, lowAt, high, highAt) <= 0;
            int before = answer.Count;
            if (meet && answer.Add(y[TrafficSelectors.Version], protocol | y[TrafficSelectors.Protocol], first, last, low, lowAt, high, highAt))
            {
                Merge(answer, before);
            }
        }

        // The newest selector goes where an older one has it already, and older ones go that it has.
        private static void Merge(TrafficSelectors answer, int newest)
        {
            for (int i = newest - 1; i >= 0; i--)
            {
                if (Contains(answer, TrafficSelectors.At(i), answer, TrafficSelectors.At(newest)))
                {
                    answer.Count = newest;
                    answer.Total = newest;
                    return;
                }
                if (Contains(answer, TrafficSelectors.At(newest), answer, TrafficSelectors.At(i)))
                {
                    answer.Remove(i);
                    newest--;
                }
            }
        }

        private static int Larger(int a, int b)
        {
            return a > b ? a : b;
        }

        private static bool Contains(TrafficSelectors outer, int at, TrafficSelectors inner, int innerAt)
        {
            int[] x = outer.Words;
            int[] y = inner.Words;
            int protocol = x[at + TrafficSelectors.Protocol];
            return x[at + TrafficSelectors.Version] == y[innerAt + TrafficSelectors.Version]
                && (protocol == 0 || protocol == y[innerAt + TrafficSelectors.Protocol])
                && x[at + TrafficSelectors.FirstPort] <= y[innerAt + TrafficSelectors.FirstPort]
                && x[at + TrafficSelectors.LastPort] >= y[innerAt + TrafficSelectors.LastPort]
                && IpAddress.Compare(x, at + TrafficSelectors.Low, y, innerAt + TrafficSelectors.Low) <= 0
                && IpAddress.Compare(x, at + TrafficSelectors.High, y, innerAt + TrafficSelectors.High) >= 0;
        }

        /// <summary>Every selector of the answer is inside one that we asked for.</summary>
        internal static bool IsWithin(TrafficSelectors answer, TrafficSelectors asked)
        {
            return answer.Total == answer.Count && AreCovered(answer, asked);
        }

        /// <summary>The selectors cover our side, or the peer's, of the policy.</summary>
        internal static bool IsWhole(PolicySelectors policy, bool local, TrafficSelectors selectors)
        {
            TrafficSelectors wanted = new TrafficSelectors();
            Add(wanted, policy, local);
            return IsCovered(wanted, 0, selectors);
        }

        /// <summary>The answer is no narrower than what the child before it carries (RFC 7296 2.9.2).</summary>
        internal static bool Replace(ChildSa old, PolicySelectors policy, TrafficSelectors local, TrafficSelectors remote)
        {
            return old.Local == null ? IsWhole(policy, true, local) && IsWhole(policy, false, remote)
                : AreCovered(old.Local, local) && AreCovered(old.Remote, remote);
        }

        private static bool AreCovered(TrafficSelectors inner, TrafficSelectors outer)
        {
            for (int i = 0; i < inner.Count; i++)
            {
                if (!IsCovered(inner, TrafficSelectors.At(i), outer))
                {
                    return false;
                }
            }
            return true;
        }

        /// <summary>One of the outer selectors covers the inner one at word <paramref name="at"/>.</summary>
        internal static bool IsCovered(TrafficSelectors inner, int at, TrafficSelectors outer)
        {
            for (int i = 0; i < outer.Count; i++)
            {
                if (Contains(outer, TrafficSelectors.At(i), inner, at))
                {
                    return true;
                }
            }
            return false;
        }
    }
}
