using NfIpsec.Base;
using NfIpsec.Ipsec.Message;
using NfIpsec.Ipsec.Sa;

namespace NfIpsec.Ipsec.Engine
{
    /// <summary>What happens when an SA reaches a limit: the key daemon is told, and at the hard limit nothing passes any more.
    /// The packet path comes here only when an alert is due.</summary>
    public sealed class Expiry
    {
        private const int SoftDetail = 0, HardDetail = 1;
        private const long RetryMs = 1000;

        private readonly Sad _sad;
        private readonly EventQueue _events;

        public Expiry(Sad sad, EventQueue events)
        {
            _sad = sad;
            _events = events;
        }

        /// <summary>0 when the packet may pass. XE_BAD_SEQUENCE_NUMBER: the numbers have just run out; XE_BAD_SESS_ERR: the lifetime
        /// has, or the SA had stopped before.</summary>
        public int Admit(IpsecSession session, SecurityAssociation sa, long number, bool outbound)
        {
            if (sa.Stopped)
            {
                return Status.XE_BAD_SESS_ERR;
            }
            switch (sa.Lifetime.Look(sa, number, outbound))
            {
                case Lifetime.Fine:
                    return Status.XE_OK;
                case Lifetime.Soft:
                    if (!Note(session, SoftDetail) && _events.Open)
                    {
                        _sad.Timers.Set(session.Slot, 0);
                    }
                    return Admit(session, sa, number, outbound);
                case Lifetime.Sequence:
                    Stop(session, sa);
                    return Status.XE_BAD_SEQUENCE_NUMBER;
                default:
                    Stop(session, sa);
                    return Status.XE_BAD_SESS_ERR;
            }
        }

        // A session made by hand stays, stopped, for its owner to see; any other goes at the next Poll, so that the policy asks for
        // new keys. Stopped or gone, its traffic is dropped.
        private void Stop(IpsecSession session, SecurityAssociation sa)
        {
            Halt(sa);
            if (session.Manual)
            {
                Note(session, HardDetail);
            }
            else
            {
                session.HardAt = 0;
                _sad.Timers.Set(session.Slot, 0);
            }
        }

        /// <summary>Soft or hard expiry by the clock, or a soft one by count that found the queue full. What finds it full is told again a second
        /// later.</summary>
        public void Due(IpsecSession session, long now)
        {
            if (now >= session.HardAt)
            {
                bool told = Note(session, HardDetail) || !_events.Open;
                if (!told && !session.Manual)
                {
                    // Who made it must know that it is gone: until then it stays, stopped.
                    Halt(session.Inbound);
                    Halt(session.Outbound);
                    _sad.Timers.Set(session.Slot, now + RetryMs);
                    return;
                }
                if (session.Manual)
                {
                    Halt(session.Inbound);
                    Halt(session.Outbound);
                }
                else
                {
                    _sad.Remove(session);
                }
                return;
            }
            session.SoftExpired = Note(session, SoftDetail) || !_events.Open;
            long next = session.SoftExpired ? session.HardAt : now + RetryMs;
            _sad.Timers.Set(session.Slot, next < session.HardAt ? next : session.HardAt);
        }

        private static void Halt(SecurityAssociation sa)
        {
            sa.Stopped = true;
            sa.SequenceAlert = -1;
            sa.PacketAlert = -1;
        }

        private bool Note(IpsecSession session, int detail)
        {
            return _events.Note(MessageType.SA_EXPIRED, session.Policy.Spid, session.InboundSpi, session.Outbound.Spi, detail);
        }
    }
}
