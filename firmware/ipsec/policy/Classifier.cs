using NfIpsec.Base;
using NfIpsec.Base.Address;
using NfIpsec.Base.Ports;

namespace NfIpsec.Ipsec.Policy
{
    /// <summary>Finds the policy of a packet by tuple-space search: policies of the same shape (family, prefix lengths, which
    /// fields are given) share a tuple, and one hash of the packet's fields, cut to that shape, leads to those that can match.</summary>
    /// <remarks>The cost grows with the number of shapes in use, not of policies. A range counts with the prefix that covers it and is
    /// compared in full. Tuples are tried in the order of their best policy and the search ends when no later one can win.</remarks>
    public sealed class Classifier
    {
        private const int PerTuple = 6;      // words of one tuple, below
        private const int Version = 0, LocalBits = 1, RemoteBits = 2, Shape = 3, Best = 4, Members = 5;
        private const int HasProtocol = 1, HasLocalPort = 2, HasRemotePort = 4;
        private const int Golden = -1640531527, Stir = 1540483477;
        private const int Icmp = 1, Icmp6 = 58;

        private readonly SecurityPolicy[] _heads;
        private readonly int _mask;
        private readonly int[] _tuples = new int[Limits.MaxPolicies * PerTuple];
        private readonly int[] _sequence = new int[Limits.MaxPolicies];   // tuples by their best order
        private int _count;

        public Classifier()
        {
            int size = 4;
            while (size < Limits.MaxPolicies * 2)
            {
                size *= 2;
            }
            _heads = new SecurityPolicy[size];
            _mask = size - 1;
        }

        /// <summary>How many shapes are in use.</summary>
        public int TupleCount
        {
            get { return _count; }
        }

        /// <summary>The policy that the described packet belongs to, or null.</summary>
        public SecurityPolicy Find(int[] info, bool inbound)
        {
            SecurityPolicy best = null;
            int bestOrder = int.MaxValue;
            int[] tuples = _tuples;
            for (int i = 0; i < _count; i++)
            {
                int tuple = _sequence[i] * PerTuple;
                if (tuples[tuple + Best] >= bestOrder)
                {
                    break;
                }
                if (tuples[tuple + Version] != info[PacketInfo.Version])
                {
                    continue;
                }
                SecurityPolicy policy = _heads[HashOfPacket(tuple, info, inbound)];
                while (policy != null)
                {
                    if (policy.Order < bestOrder && (inbound ? policy.Selector.MatchesInbound(info) : policy.Selector.MatchesOutbound(info)))
                    {
                        best = policy;
                        bestOrder = policy.Order;
                    }
                    policy = policy.NextInChain;
                }
            }
            return best;
        }

        /// <summary>Takes a policy in; the database has set its order.</summary>
        public void Add(SecurityPolicy policy)
        {
            int tuple = TupleFor(policy.Selector);
            policy.Tuple = tuple;
            int place = HashOfSelector(tuple * PerTuple, policy.Selector);
            policy.NextInChain = _heads[place];
            _heads[place] = policy;
            _tuples[tuple * PerTuple + Members]++;
            if (policy.Order < _tuples[tuple * PerTuple + Best])
            {
                _tuples[tuple * PerTuple + Best] = policy.Order;
                Place(tuple);
            }
        }

        /// <summary>Takes a policy out. <paramref name="slots"/> are the policies that stay.</summary>
        public void Remove(SecurityPolicy policy, SecurityPolicy[] slots)
        {
            int tuple = policy.Tuple;
            Unchain(policy, HashOfSelector(tuple * PerTuple, policy.Selector));
            policy.Tuple = SecurityPolicy.NoSlot;
            Lift(tuple);
            if (--_tuples[tuple * PerTuple + Members] > 0)
            {
                _tuples[tuple * PerTuple + Best] = BestOf(tuple, slots);
                Append(tuple);
            }
        }

        private void Unchain(SecurityPolicy policy, int place)
        {
            if (_heads[place] == policy)
            {
                _heads[place] = policy.NextInChain;
            }
            else
            {
                SecurityPolicy before = _heads[place];
                while (before.NextInChain != policy)
                {
                    before = before.NextInChain;
                }
                before.NextInChain = policy.NextInChain;
            }
            policy.NextInChain = null;
        }

        private static int BestOf(int tuple, SecurityPolicy[] slots)
        {
            int best = int.MaxValue;
            for (int i = 0; i < slots.Length; i++)
            {
                if (slots[i] != null && slots[i].Tuple == tuple && slots[i].Order < best)
                {
                    best = slots[i].Order;
                }
            }
            return best;
        }

        private int TupleFor(Selector selector)
        {
            int localBits = IpAddress.CommonBits(selector.Words, Selector.LocalLow, selector.Words, Selector.LocalHigh);
            int remoteBits = IpAddress.CommonBits(selector.Words, Selector.RemoteLow, selector.Words, Selector.RemoteHigh);
            int shape = (selector.Protocol != 0 ? HasProtocol : 0) | (selector.LocalPort != 0 ? HasLocalPort : 0)
                | (selector.RemotePort != 0 ? HasRemotePort : 0);
            for (int i = 0; i < _count; i++)
            {
                int at = _sequence[i] * PerTuple;
                if (_tuples[at + Version] == selector.Version && _tuples[at + LocalBits] == localBits
                    && _tuples[at + RemoteBits] == remoteBits && _tuples[at + Shape] == shape)
                {
                    return _sequence[i];
                }
            }
            return NewTuple(selector.Version, localBits, remoteBits, shape);
        }

        // There are never more tuples than policies, so a free one is always found.
        private int NewTuple(int version, int localBits, int remoteBits, int shape)
        {
            int tuple = 0;
            while (_tuples[tuple * PerTuple + Members] != 0)
            {
                tuple++;
            }
            int at = tuple * PerTuple;
            _tuples[at + Version] = version;
            _tuples[at + LocalBits] = localBits;
            _tuples[at + RemoteBits] = remoteBits;
            _tuples[at + Shape] = shape;
            _tuples[at + Best] = int.MaxValue;
            return tuple;
        }

        private void Place(int tuple)
        {
            if (_tuples[tuple * PerTuple + Members] > 1)
            {
                Lift(tuple);
            }
            Append(tuple);
        }

        private void Lift(int tuple)
        {
            int place = 0;
            while (_sequence[place] != tuple)
            {
                place++;
            }
            _count--;
            System.Array.Copy(_sequence, place + 1, _sequence, place, _count - place);
        }

        private void Append(int tuple)
        {
            int best = _tuples[tuple * PerTuple + Best];
            int place = _count++;
            while (place > 0 && _tuples[_sequence[place - 1] * PerTuple + Best] > best)
            {
                _sequence[place] = _sequence[place - 1];
                place--;
            }
            _sequence[place] = tuple;
        }

        private int HashOfPacket(int tuple, int[] info, bool inbound)
        {
            int shape = _tuples[tuple + Shape];
            int protocol = info[PacketInfo.Protocol];
            bool exchanged = inbound && protocol != Icmp && protocol != Icmp6;
            int localPort = exchanged ? info[PacketInfo.DestinationPort] : info[PacketInfo.SourcePort];
            int remotePort = exchanged ? info[PacketInfo.SourcePort] : info[PacketInfo.DestinationPort];
            int hash = Fields(tuple, (shape & HasProtocol) != 0 ? protocol : 0, (shape & HasLocalPort) != 0 ? localPort : 0,
                (shape & HasRemotePort) != 0 ? remotePort : 0);
            hash = Address(hash, info, inbound ? PacketInfo.Destination : PacketInfo.Source, _tuples[tuple + LocalBits]);
            return Fold(Address(hash, info, inbound ? PacketInfo.Source : PacketInfo.Destination, _tuples[tuple + RemoteBits]));
        }

        private int HashOfSelector(int tuple, Selector selector)
        {
            int hash = Fields(tuple, selector.Protocol, selector.LocalPort, selector.RemotePort);
            hash = Address(hash, selector.Words, Selector.LocalLow, _tuples[tuple + LocalBits]);
            return Fold(Address(hash, selector.Words, Selector.RemoteLow, _tuples[tuple + RemoteBits]));
        }

        private static int Fields(int tuple, int protocol, int localPort, int remotePort)
        {
            return ((tuple * Golden) ^ (localPort << 16) ^ remotePort ^ (protocol << 8)) * Stir;
        }

        private static int Address(int hash, int[] words, int at, int bits)
        {
            for (int i = 0; i < IpAddress.WordCount; i++)
            {
                hash = (hash ^ (words[at + i] & IpAddress.MaskWord(bits, i))) * Golden;
                hash ^= (int)((uint)hash >> 15);
            }
            return hash;
        }

        private int Fold(int hash)
        {
            return (hash ^ (hash >> 13)) & _mask;
        }
    }
}
