using System;
using NfIpsec.Base;
using NfIpsec.Base.Address;
using NfIpsec.Base.Algorithm;
using NfIpsec.Base.Ports;
using NfIpsec.Base.Table;
using NfIpsec.Ipsec.Management;

namespace NfIpsec.Ipsec.Policy
{
    /// <summary>The security policy database (RFC 4301 4.4.1): bounded, ordered by priority and then age. It is the truth of which the
    /// verdict table is the compiled copy: a change is in force there before the call that makes it returns, or is not made.</summary>
    public sealed class Spd
    {
        private const int UdpHeader = 8;      // RFC 3948 2.1

        // Room for the age below three bits of priority: two places for each, the first for the policy's clones. At one policy a
        // second that lasts four years; then adding fails.
        private const int AgeBits = 28, AgeStep = 2, MaxAge = (1 << AgeBits) - AgeStep;
        private const int LongestIcv = 32;    // HMAC-SHA2-512-256

        private readonly PacketPort _packets;
        private readonly IntTable _bySpid = new IntTable(Limits.MaxPolicies);
        private readonly SecurityPolicy[] _inOrder = new SecurityPolicy[Limits.MaxPolicies];
        private readonly int[] _row = new int[VerdictRow.Words];
        private int _count, _age, _nextSpid = 1, _lowestFree;

        /// <summary>By slot, null where free. For the packet path; changed here only.</summary>
        public readonly SecurityPolicy[] Slots = new SecurityPolicy[Limits.MaxPolicies];

        public readonly Classifier Classifier = new Classifier();

        /// <summary>Of the verdict table in force; a packet that matched in another is classified again.</summary>
        public int Generation;

        /// <summary>BYPASS policies stand in the table as DROP: while a file fills it, what a later line is going to protect must not
        /// leave in the clear by an earlier, wider line.</summary>
        public bool ClearHeld;

        public Spd(PacketPort packets)
        {
            _packets = packets;
        }

        public int Count
        {
            get { return _count; }
        }

        /// <summary>Puts the first, empty table in force.</summary>
        public int Start()
        {
            return Commit();
        }

        /// <summary>Policy <paramref name="index"/> in match order, or null behind the last.</summary>
        public SecurityPolicy InOrder(int index)
        {
            return index >= 0 && index < _count ? _inOrder[index] : null;
        }

        public SecurityPolicy Find(int spid)
        {
            int slot = _bySpid.Find(spid);
            return slot < 0 ? null : Slots[slot];
        }

        /// <summary>The policy with exactly these selectors that matches first, or null. Built-in ones and clones do not count.</summary>
        public SecurityPolicy FindSame(Selector selector)
        {
            for (int i = 0; i < _count; i++)
            {
                if ((_inOrder[i].Flags & PolicyFlags.BuiltIn) == 0 && !_inOrder[i].IsCloned && _inOrder[i].Selector.Same(selector))
                {
                    return _inOrder[i];
                }
            }
            return null;
        }

        /// <summary>The clone of that policy with exactly these selectors, or null.</summary>
        public SecurityPolicy FindClone(SecurityPolicy parent, Selector selector)
        {
            for (int i = 0; parent.CloneCount > 0 && i < _count; i++)
            {
                if (_inOrder[i].Parent == parent && _inOrder[i].Selector.Same(selector))
                {
                    return _inOrder[i];
                }
            }
            return null;
        }

        /// <summary>Adds the policy and puts it in force. XE_EXIST: its id is taken, or one with the same selectors and priority is
        /// there; XE_OUT_OF_POLICIES: the database is full. A clone stands just ahead of its parent.</summary>
        /// <param name="spid">Id wanted, 0 to have one made.</param>
        public int Add(SecurityPolicy policy, int spid)
        {
            if (_count == Limits.MaxPolicies || _age == MaxAge)
            {
                return Status.XE_OUT_OF_POLICIES;
            }
            if ((spid != 0 && _bySpid.Find(spid) >= 0) || HasTwin(policy))
            {
                return Status.XE_EXIST;
            }
            policy.Slot = FreeSlot();
            policy.Order = policy.IsCloned ? policy.Parent.Order - 1 : policy.Priority << AgeBits | _age + 1;
            if (policy.IsSecure)
            {
                policy.Protection.Overhead = Overhead(policy, Algorithms.None, Algorithms.None, Algorithms.None);
                policy.Protection.EncapBytes = policy.WantsEsp && !policy.WantsAh && (policy.Flags & PolicyFlags.SP_KEYNEG_MANUAL) == 0 ? UdpHeader : 0;
            }
            ShareEnds(policy.Selector);
            int status = Stage(policy);
            if (status == Status.XE_OK)
            {
                status = Commit();
            }
            if (status != Status.XE_OK)
            {
                Unstage(policy.Slot);
                policy.Slot = SecurityPolicy.NoSlot;
                return status;
            }
            policy.Spid = spid != 0 ? spid : NewSpid();
            Enter(policy);
            return Status.XE_OK;
        }

        private bool HasTwin(SecurityPolicy policy)
        {
            for (int i = 0; i < _count; i++)
            {
                if (_inOrder[i].Priority == policy.Priority && _inOrder[i].Parent == policy.Parent && _inOrder[i].Selector.Same(policy.Selector))
                {
                    return true;
                }
            }
            return false;
        }

        private int FreeSlot()
        {
            while (Slots[_lowestFree] != null)
            {
                _lowestFree++;
            }
            return _lowestFree;
        }

        private int NewSpid()
        {
            while (_bySpid.Find(_nextSpid) >= 0)
            {
                _nextSpid = _nextSpid >= Limits.MaxGeneratedSpid ? 1 : _nextSpid + 1;
            }
            int spid = _nextSpid;
            _nextSpid = spid >= Limits.MaxGeneratedSpid ? 1 : spid + 1;
            return spid;
        }

        // Many stand between the same ends: the bypasses of an address, the two of a host's protocols.
        private void ShareEnds(Selector selector)
        {
            for (int i = 0; i < _count; i++)
            {
                if (selector.ShareEnds(_inOrder[i].Selector))
                {
                    return;
                }
            }
        }

        private void Enter(SecurityPolicy policy)
        {
            if (policy.IsCloned)
            {
                policy.Parent.Protection.Clones++;
            }
            else
            {
                _age += AgeStep;
            }
            Slots[policy.Slot] = policy;
            _bySpid.Add(policy.Spid, policy.Slot);
            int place = _count++;
            while (place > 0 && _inOrder[place - 1].Order > policy.Order)
            {
                _inOrder[place] = _inOrder[place - 1];
                place--;
            }
            _inOrder[place] = policy;
            Classifier.Add(policy);
            policy.Initialised = true;
            Shade(policy);
        }

        /// <summary>What the policy's packets meet now, in the words of <see cref="VerdictRow"/>.</summary>
        public int VerdictOf(SecurityPolicy policy)
        {
            return ClearHeld && policy.Verdict == VerdictRow.Bypass ? VerdictRow.Drop : policy.Verdict;
        }

        /// <summary>Puts the BYPASS policies added under <see cref="ClearHeld"/> in force, in one swap. A failure leaves them held.</summary>
        public int ReleaseClear()
        {
            int status = Restage(false);
            if (status == Status.XE_OK)
            {
                status = Commit();
            }
            if (status != Status.XE_OK)
            {
                Restage(true);
            }
            return status;
        }

        private int Restage(bool held)
        {
            int status = Status.XE_OK;
            ClearHeld = held;
            for (int i = 0; i < _count; i++)
            {
                if (_inOrder[i].Verdict == VerdictRow.Bypass && status == Status.XE_OK)
                {
                    status = Stage(_inOrder[i]);
                }
            }
            return status;
        }

        /// <summary>Takes the policy and its clones out of force, in one swap. Their sessions are the caller's to delete.</summary>
        /// <param name="removed">Filled with them, as many as the answer says; at least MaxPolicies long.</param>
        /// <returns>How many, or a negated code, and then nothing changed.</returns>
        public int Remove(SecurityPolicy policy, SecurityPolicy[] removed)
        {
            int count = 0;
            for (int i = 0; i < _count; i++)
            {
                if (_inOrder[i] == policy || _inOrder[i].Parent == policy)
                {
                    removed[count++] = _inOrder[i];
                }
            }
            return RemoveThese(removed, count);
        }

        /// <summary>Takes all policies but the built-in ones out of force, in one swap.</summary>
        /// <param name="removed">Filled with them, as many as the answer says; at least MaxPolicies long.</param>
        /// <returns>How many, or a negated code, and then nothing changed.</returns>
        public int RemoveAll(SecurityPolicy[] removed)
        {
            int count = 0;
            for (int i = 0; i < _count; i++)
            {
                if ((_inOrder[i].Flags & PolicyFlags.BuiltIn) == 0)
                {
                    removed[count++] = _inOrder[i];
                }
            }
            return RemoveThese(removed, count);
        }

        private int RemoveThese(SecurityPolicy[] removed, int count)
        {
            for (int i = 0; i < count; i++)
            {
                Unstage(removed[i].Slot);
            }
            int status = Commit();
            for (int i = 0; i < count; i++)
            {
                if (status == Status.XE_OK)
                {
                    Leave(removed[i]);
                }
                else
                {
                    Stage(removed[i]);
                }
            }
            for (int i = 0; status == Status.XE_OK && i < count; i++)
            {
                Shade(removed[i]);
            }
            return status == Status.XE_OK ? count : -status;
        }

        private void Leave(SecurityPolicy policy)
        {
            int place = 0;
            while (_inOrder[place] != policy)
            {
                place++;
            }
            _count--;
            Array.Copy(_inOrder, place + 1, _inOrder, place, _count - place);
            _inOrder[_count] = null;
            Slots[policy.Slot] = null;
            _bySpid.Remove(policy.Spid);
            Classifier.Remove(policy, Slots);
            policy.Initialised = false;
            if (policy.IsCloned)
            {
                policy.Parent.Protection.Clones--;
            }
            _lowestFree = policy.Slot < _lowestFree ? policy.Slot : _lowestFree;
        }

        // A secure policy needs a second look at what it opens only where a stronger one takes some of its traffic away. Called
        // when a policy came or went: only its own mark, or those of the weaker ones it overlaps, can change.
        private void Shade(SecurityPolicy changed)
        {
            for (int i = 0; i < _count; i++)
            {
                SecurityPolicy policy = _inOrder[i];
                if (policy.IsSecure && (policy == changed || (changed.Overrules(policy) && policy.Order > changed.Order
                    && policy.Selector.Overlaps(changed.Selector))))
                {
                    policy.Shadowed = IsShadowed(i);
                }
            }
        }

        private bool IsShadowed(int index)
        {
            for (int i = 0; i < index; i++)
            {
                if (_inOrder[i].Overrules(_inOrder[index]) && _inOrder[i].Selector.Overlaps(_inOrder[index].Selector))
                {
                    return true;
                }
            }
            return false;
        }

        /// <summary>Tells the verdict table whether a UDP header comes around ESP. A failure leaves the larger estimate in force.</summary>
        public void SetEncapsulation(SecurityPolicy policy, bool encapsulated)
        {
            Protection protection = policy.Protection;
            int before = protection.EncapBytes;
            protection.EncapBytes = encapsulated ? UdpHeader : 0;
            if (protection.EncapBytes != before && PutInForce(policy) != Status.XE_OK)
            {
                protection.EncapBytes = before < protection.EncapBytes ? protection.EncapBytes : before;
                Stage(policy);
            }
        }

        /// <summary>What ICMP says of the path, until so many milliseconds of the clock; 0 takes it back.</summary>
        public int SetPathMtu(SecurityPolicy policy, int mtu, long until)
        {
            int before = policy.Protection.PathMtu;
            policy.Protection.PathMtu = mtu;
            policy.Protection.PathMtuUntil = until;
            return Restored(policy, PutInForce(policy), policy.Protection.Mtu, before);
        }

        /// <summary>The configured path MTU, 0 for the interface's.</summary>
        public int SetMtu(SecurityPolicy policy, int mtu)
        {
            int before = policy.Protection.Mtu;
            policy.Protection.Mtu = mtu;
            return mtu == before ? Status.XE_OK : Restored(policy, PutInForce(policy), before, policy.Protection.PathMtu);
        }

        private int Restored(SecurityPolicy policy, int status, int mtu, int pathMtu)
        {
            if (status != Status.XE_OK)
            {
                policy.Protection.Mtu = mtu;
                policy.Protection.PathMtu = pathMtu;
                Stage(policy);
            }
            return status;
        }

        private int PutInForce(SecurityPolicy policy)
        {
            int status = Stage(policy);
            return status == Status.XE_OK ? Commit() : status;
        }

        /// <summary>Tells the verdict table what protection really adds, now that the algorithms are known. A failure leaves the
        /// larger estimate in force.</summary>
        public void SetAlgorithms(SecurityPolicy policy, int encryption, int integrity, int ahIntegrity)
        {
            int overhead = Overhead(policy, encryption, integrity, ahIntegrity);
            int before = policy.Protection.Overhead;
            if (overhead == before)
            {
                return;
            }
            policy.Protection.Overhead = overhead;
            if (PutInForce(policy) != Status.XE_OK)
            {
                policy.Protection.Overhead = before;
                Stage(policy);
            }
        }

        /// <summary>Bytes that protection adds at most. With an algorithm not known yet (-1), of the costliest in the table.</summary>
        public static int Overhead(SecurityPolicy policy, int encryption, int integrity, int ahIntegrity)
        {
            if (!policy.IsSecure)
            {
                return 0;
            }
            int outer = !policy.IsTunnel ? 0 : policy.Remote.Version == 4 ? 20 : 40;
            return outer + (policy.WantsEsp ? EspBytes(policy, encryption, integrity) : 0) + (policy.WantsAh ? AhBytes(policy, ahIntegrity) : 0);
        }

        // SPI and sequence number, IV, padding, trailer, ICV (RFC 4303 2).
        private static int EspBytes(SecurityPolicy policy, int encryption, int integrity)
        {
            int iv = encryption < 0 ? 16 : Algorithms.IvBytes(encryption);
            int block = encryption < 0 ? 16 : Algorithms.BlockBytes(encryption);
            int icv = encryption < 0 ? LongestIcv : integrity < 0 ? Algorithms.IcvBytes(encryption) : Algorithms.IcvBytes(integrity, HasShortIcv(policy));
            int padding = (block < 4 ? 4 : block) - 1;
            return 8 + iv + padding + 2 + icv;
        }

        // A multiple of 4, in IPv6 of 8 (RFC 4302 2.2); GMAC has an IV ahead of its ICV (RFC 4543 4).
        private static int AhBytes(SecurityPolicy policy, int integrity)
        {
            int version = policy.IsTunnel ? policy.Remote.Version : policy.Selector.Version;
            int unit = version == 4 ? 4 : 8;
            int bytes = 12 + (integrity < 0 ? LongestIcv : Algorithms.IvBytes(integrity) + Algorithms.IcvBytes(integrity, HasShortIcv(policy)));
            return (bytes + unit - 1) / unit * unit;
        }

        private static bool HasShortIcv(SecurityPolicy policy)
        {
            return (policy.Flags & PolicyFlags.SP_AUTH_SHA2_ICV_SHORT) != 0;
        }

        private int Stage(SecurityPolicy policy)
        {
            int[] row = _row;
            Selector selector = policy.Selector;
            row[VerdictRow.Action] = VerdictOf(policy);
            row[VerdictRow.Order] = policy.Order;
            row[VerdictRow.Domain] = selector.Domain;
            row[VerdictRow.Version] = selector.Version;
            row[VerdictRow.Protocol] = selector.Protocol;
            Array.Copy(selector.Words, 0, row, VerdictRow.LocalLow, selector.Words.Length);
            row[VerdictRow.LocalPort] = selector.LocalPort;
            row[VerdictRow.RemotePort] = selector.RemotePort;
            row[VerdictRow.Overhead] = policy.IsSecure ? policy.Protection.Overhead + policy.Protection.EncapBytes : 0;
            row[VerdictRow.Mtu] = policy.PathLimit;
            int result = _packets.StageRow(policy.Slot, row);
            return result < 0 ? -result : Status.XE_OK;
        }

        private int Unstage(int slot)
        {
            Array.Clear(_row, 0, _row.Length);
            int result = _packets.StageRow(slot, _row);
            return result < 0 ? -result : Status.XE_OK;
        }

        private int Commit()
        {
            int generation = Generation == int.MaxValue ? 1 : Generation + 1;
            int result = _packets.CommitRows(generation);
            if (result < 0)
            {
                return -result;
            }
            Generation = generation;
            return Status.XE_OK;
        }
    }
}
