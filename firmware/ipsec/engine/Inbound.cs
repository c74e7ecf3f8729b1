using NfIpsec.Base;
using NfIpsec.Base.Address;
using NfIpsec.Base.Ports;
using NfIpsec.Ipsec.Message;
using NfIpsec.Ipsec.Policy;
using NfIpsec.Ipsec.Sa;

namespace NfIpsec.Ipsec.Engine
{
    /// <summary>The way of an inbound IPsec packet: SPI, replay test, one native open, replay mark, selectors, stack. Hot: fields,
    /// no allocation, two port calls. Whatever is not delivered is released; a drop is counted under one XE_ code.</summary>
    public sealed class Inbound
    {
        /// <summary>Answer of <see cref="Unprotect"/> for a dummy packet: good, and nothing to hand on.</summary>
        public const int Dummy = -1;

        private const int ProtocolEsp = 50, ProtocolAh = 51, NoNextHeader = 59;

        private readonly PacketPort _packets;
        private readonly Spd _spd;
        private readonly Sad _sad;
        private readonly Expiry _expiry;
        private readonly EventQueue _events;
        private readonly Tally _tally;
        private readonly int[] _xe;

        public Inbound(PacketPort packets, Spd spd, Sad sad, Expiry expiry, EventQueue events, Tally tally)
        {
            _packets = packets;
            _spd = spd;
            _sad = sad;
            _expiry = expiry;
            _events = events;
            _tally = tally;
            _xe = tally.Xe;
        }

        /// <summary>Takes the described packet all the way. Its slot is gone afterwards.</summary>
        public void Handle(int[] info)
        {
            int slot = info[PacketInfo.Slot];
            int status = Unprotect(info, slot);
            if (status == Status.XE_OK)
            {
                int result = _packets.Put(slot, PacketPort.Deliver);
                if (result < 0)
                {
                    _tally.Count(-result);
                    return;
                }
                _xe[Status.XE_OK]++;
                return;
            }
            if (status > 0)
            {
                _tally.Count(status);
            }
            _packets.Put(slot, PacketPort.Release);
        }

        /// <summary>Opens the packet in the slot: 0 when it may be handed on, and info then describes what was inside;
        /// <see cref="Dummy"/>, or the code under which it is to be dropped. The slot stays the caller's.</summary>
        public int Unprotect(int[] info, int slot)
        {
            IpsecSession session = _sad.Find(info[PacketInfo.Spi]);
            if (session == null || session.Ah != (info[PacketInfo.Protocol] == ProtocolAh))
            {
                return Unclaimed(session, info);
            }
            SecurityAssociation sa = session.Inbound;
            if (sa.Packets >= sa.PacketAlert || sa.Bytes >= sa.ByteAlert)
            {
                int status = _expiry.Admit(session, sa, sa.Packets + 1, false);
                if (status != Status.XE_OK)
                {
                    return status;
                }
            }
            ReplayWindow window = sa.Window;
            long sequence = 0;
            if (window != null)
            {
                sequence = window.Expand(info[PacketInfo.Sequence]);
                if (!window.Test(sequence))
                {
                    sa.Replayed++;
                    return Status.XE_BAD_SEQUENCE_NUMBER;
                }
            }
            int result = _packets.Open(sa.Transform, slot, (int)(sequence >> 32), info);
            if (result < 0)
            {
                return Unopened(sa, -result, sequence, info);
            }
            if (window != null)
            {
                window.Mark(sequence);
            }
            if (session.Standby)
            {
                Sad.Use(session);
            }
            if (info[PacketInfo.Next] == NoNextHeader)
            {
                sa.Dummies++;
                return Dummy;
            }
            SecurityPolicy policy = session.Policy;
            if (session.Scope != null && !session.Scope.MatchesInbound(info))
            {
                sa.Refused++;
                return Status.XE_INBOUND_POLICY_FAILURE;
            }
            if (session.Alias != null)
            {
                int status = Readdress(session, slot, info);
                if (status != Status.XE_OK)
                {
                    return status;
                }
            }
            int inner = info[PacketInfo.Protocol];
            if (inner == ProtocolEsp || inner == ProtocolAh || !policy.Selector.MatchesInbound(info))
            {
                sa.Refused++;
                return Status.XE_INBOUND_POLICY_FAILURE;
            }
            if (policy.Shadowed && !Prevails(policy, info))
            {
                sa.Refused++;
                return Status.XE_INBOUND_UNEXPECTED_SECURED_PACKET;
            }
            sa.Packets++;
            sa.Bytes += result;
            // RFC 7296 2.23: only by the newest packet of all, so that none that was held back on its way moves the peer back.
            if ((info[PacketInfo.Flags] & PacketInfo.FlagMoved) != 0 && session.Follows && !session.Told && window != null && sequence == window.Top)
            {
                session.Told = _events.NoteMoved(policy.Spid, session.InboundSpi, session.Outbound.Spi, info);
            }
            return Status.XE_OK;
        }

        // What travels has the virtual address, what the policy and the stack know is our own.
        private int Readdress(IpsecSession session, int slot, int[] info)
        {
            int changed = _packets.Readdress(slot, session.Alias, 0);
            if (changed > 0)
            {
                IpAddress.Copy(session.Alias, Scope.AliasOwn, info, PacketInfo.Destination);
            }
            return changed > 0 ? Status.XE_OK : changed < 0 ? -changed : Status.XE_INBOUND_POLICY_FAILURE;
        }

        private static int Unclaimed(IpsecSession session, int[] info)
        {
            if (session != null)
            {
                return session.Ah ? Status.XE_EXPECTED_AH_PROTO : Status.XE_EXPECTED_ESP_PROTO;
            }
            if (!Sad.IsReserved(info[PacketInfo.Spi]))
            {
                return Status.XE_SA_NOT_FOUND;
            }
            return info[PacketInfo.Protocol] == ProtocolAh ? Status.XE_BAD_AH_SPI : Status.XE_BAD_ESP_SPI;
        }

        // Behind an ICV that held the number is used up (RFC 4303 3.4.3, RFC 4302 3.4.3), or the packet could be sent again and again
        // to be decrypted.
        private static int Unopened(SecurityAssociation sa, int status, long sequence, int[] info)
        {
            if (status == Status.XE_AH_DIGEST_MISMATCH || status == Status.XE_ESP_DIGEST_MISMATCH)
            {
                sa.Unverified++;
            }
            if (sa.Window != null && (info[PacketInfo.Flags] & PacketInfo.FlagVerified) != 0)
            {
                sa.Window.Mark(sequence);
            }
            return status;
        }

        // A policy that overrules this one for part of its traffic does so for packets that come protected too (RFC 4301 5.2).
        private bool Prevails(SecurityPolicy policy, int[] info)
        {
            SecurityPolicy first = _spd.Classifier.Find(info, true);
            return first == null || first == policy || !first.Overrules(policy);
        }
    }
}
