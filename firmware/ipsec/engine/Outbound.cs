using NfIpsec.Base;
using NfIpsec.Base.Address;
using NfIpsec.Base.Ports;
using NfIpsec.Ipsec.Management;
using NfIpsec.Ipsec.Policy;
using NfIpsec.Ipsec.Sa;

namespace NfIpsec.Ipsec.Engine
{
    /// <summary>The way of an outbound packet: policy, session, sequence number, one native seal, wire. Hot: fields, no allocation,
    /// two port calls. Whatever does not end on the wire is released and counted under one XE_ code.</summary>
    public sealed class Outbound
    {
        private readonly PacketPort _packets;
        private readonly Spd _spd;
        private readonly SecurityPolicy[] _policies;
        private readonly Expiry _expiry;
        private readonly Waiting _waiting;
        private readonly Clones _clones;
        private readonly TfcPadding _tfc;
        private readonly Tally _tally;
        private readonly int[] _xe;

        public Outbound(PacketPort packets, Spd spd, Expiry expiry, Waiting waiting, Clones clones, TfcPadding tfc, Tally tally)
        {
            _packets = packets;
            _spd = spd;
            _policies = spd.Slots;
            _expiry = expiry;
            _waiting = waiting;
            _clones = clones;
            _tfc = tfc;
            _tally = tally;
            _xe = tally.Xe;
        }

        /// <summary>Takes the described packet all the way. Its slot is gone, or held, afterwards.</summary>
        public void Handle(int[] info)
        {
            SecurityPolicy policy;
            int row = info[PacketInfo.Row];
            if (row >= 0 && info[PacketInfo.Generation] == _spd.Generation && row < _policies.Length)
            {
                policy = _policies[row];
            }
            else
            {
                policy = _spd.Classifier.Find(info, false);
            }
            if (policy == null || policy.Session == null)
            {
                HandleUnkeyed(policy, info);
                return;
            }
            int slot = info[PacketInfo.Slot];
            int result = Protect(policy.Session, slot, info);
            if (result < 0)
            {
                Drop(slot, -result);
                return;
            }
            result = _packets.Put(slot, PacketPort.Send);
            if (result < 0)
            {
                _tally.Count(-result);
                return;
            }
            _xe[Status.XE_OK]++;
        }

        /// <summary>Seals the described packet in the slot for the session; its new length, or a negated code: XE_SA_NOT_FOUND for one
        /// outside of what the session was negotiated for.</summary>
        public int Protect(IpsecSession session, int slot, int[] info)
        {
            if (session.Alias != null)
            {
                int changed = Readdress(session, slot, info);
                if (changed < 0)
                {
                    return changed;
                }
            }
            if (session.Scope != null && !session.Scope.MatchesOutbound(info))
            {
                return -Status.XE_SA_NOT_FOUND;
            }
            SecurityAssociation sa = session.Outbound;
            int length = info[PacketInfo.Length];
            int result = Spend(session, slot, sa.TfcRoom > 0 ? _tfc.Next(sa.TfcRoom - length) : 0);
            if (result >= 0)
            {
                sa.Packets++;
                sa.Bytes += length;
            }
            return result;
        }

        // The virtual address in the place of our own; a packet with another source is outside of the scope.
        private int Readdress(IpsecSession session, int slot, int[] info)
        {
            int changed = _packets.Readdress(slot, session.Alias, 1);
            if (changed > 0)
            {
                IpAddress.Copy(session.Alias, Scope.AliasVirtual, info, PacketInfo.Source);
            }
            return changed;
        }

        /// <summary>Seals what is in the slot with the session's next sequence number; the new length, or a negated code. The number is
        /// spent before the seal is tried: whatever happens, none is ever used twice.</summary>
        /// <param name="tfc">Bytes of TFC padding.</param>
        public int Spend(IpsecSession session, int slot, int tfc)
        {
            SecurityAssociation sa = session.Outbound;
            long sequence = sa.Sequence + 1;
            if (sequence > sa.SequenceAlert || sa.Bytes >= sa.ByteAlert)
            {
                int status = _expiry.Admit(session, sa, sequence, true);
                if (status != Status.XE_OK)
                {
                    return -status;
                }
            }
            sa.Sequence = sequence;
            return _packets.Seal(sa.Transform, slot, (int)(sequence >> 32), (int)sequence, tfc);
        }

        // No policy, one that needs no keys (the packet matched in an older table), or one that has none yet.
        private void HandleUnkeyed(SecurityPolicy policy, int[] info)
        {
            int slot = info[PacketInfo.Slot];
            if (policy == null)
            {
                Drop(slot, Status.XE_POLICY_NOT_FOUND);
            }
            else if (_spd.VerdictOf(policy) == VerdictRow.Bypass)
            {
                // A piece shows no ports, so what it matches now says nothing of the row that wants it protected (RFC 4301 7).
                if ((info[PacketInfo.Flags] & PacketInfo.FlagFragment) != 0)
                {
                    Drop(slot, Status.XE_POLICY_NOT_FOUND);
                    return;
                }
                int result = _packets.Put(slot, PacketPort.Send);
                if (result < 0)
                {
                    _tally.Count(-result);
                }
            }
            else if (policy.Verdict != VerdictRow.Secure)
            {
                _packets.Put(slot, PacketPort.Release);
            }
            else
            {
                int status = AskForKeys(ref policy, info);
                if (status != Status.XE_KEYNEG_INPROGRESS || !_waiting.Hold(policy, info))
                {
                    Drop(slot, status);
                }
            }
        }

        /// <summary>XE_SA_NOT_FOUND for a policy keyed by hand or without a key daemon, else XE_KEYNEG_INPROGRESS: one is asked. A pattern
        /// spawns the policy of the packet's flow first, which then takes its place; or the code says why it cannot.</summary>
        public int AskForKeys(ref SecurityPolicy policy, int[] info)
        {
            int status = _clones.ChooseForFlow(ref policy, info);
            if (status != Status.XE_OK)
            {
                return status;
            }
            return (policy.Flags & PolicyFlags.SP_KEYNEG_MANUAL) != 0 ? Status.XE_SA_NOT_FOUND : _waiting.Acquire(policy, info);
        }

        private void Drop(int slot, int status)
        {
            _tally.Count(status);
            _packets.Put(slot, PacketPort.Release);
        }
    }
}
