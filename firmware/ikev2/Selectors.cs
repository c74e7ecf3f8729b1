using NfIpsec.Base.Address;
using NfIpsec.Base.Ports;
using NfIpsec.Ike.Session;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>Traffic selectors against policies (RFC 7296 2.9): what we offer, what we narrow an offer to, whether an answer stays
    /// within what we asked.</summary>
    internal static class Selectors
    {
        /// <summary>How an offer fits a policy, as bits; the more the better.</summary>
        internal const int Whole = 1, Inside = 2;

        /// <summary>Above both: it has the mode that was asked for.</summary>
        internal const int Mode = 4;

        private const int Icmp = 1, Icmp6 = 58;

        /// <summary>Adds our side, or the peer's, of the policy.</summary>
        internal static void Add(TrafficSelectors selectors, PolicySelectors policy, bool local)
        {
            Ports(policy, local, out int first, out int last);
            int[] low = local ? policy.LocalLow : policy.RemoteLow;
            int[] high = local ? policy.LocalHigh : policy.RemoteHigh;
            selectors.Add(policy.Version, policy.Protocol, first, last, low, 0, high, 0);
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
        /// <param name="fit">Whole: the offer covers all of the policy, and the answer is the policy's one selector. Inside: the policy
        /// covers all of the offer.</param>
        internal static bool Narrow(TrafficSelectors offered, PolicySelectors policy, bool local, TrafficSelectors answer, out int fit)
        {
            TrafficSelectors wanted = new TrafficSelectors();
            Add(wanted, policy, local);
            answer.Clear();
            fit = offered.Total == offered.Count && AreCovered(offered, wanted) ? Inside : 0;
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

        /// <summary>The first selector of an offer that meets the policy, cut to it: where the peer speaks of one flow, it stands there
        /// (RFC 7296 2.9). Goes into one end of <paramref name="flow"/>; false when none meets it.</summary>
        internal static bool Flow(TrafficSelectors offered, PolicySelectors policy, bool local, PolicySelectors flow)
        {
            TrafficSelectors wanted = new TrafficSelectors();
            TrafficSelectors met = new TrafficSelectors();
            Add(wanted, policy, local);
            for (int i = 0; i < offered.Count && met.Count == 0; i++)
            {
                Intersect(offered, TrafficSelectors.At(i), wanted, met);
            }
            if (met.Count == 0)
            {
                return false;
            }
            flow.Version = met.Words[TrafficSelectors.Version];
            flow.Protocol |= met.Words[TrafficSelectors.Protocol];
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
            if (meet)
            {
                answer.Add(y[TrafficSelectors.Version], protocol | y[TrafficSelectors.Protocol], first, last, low, lowAt, high, highAt);
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
