using NfIpsec.Base;
using NfIpsec.Base.Address;
using NfIpsec.Base.Ports;

namespace NfIpsec.Ipsec.Message
{
    /// <summary>Events on their way to the registered applications: noted on the packet path, sent in Poll, so that a receiver may
    /// call back into IPsec. Bounded; nothing is noted while nobody listens.</summary>
    public sealed class EventQueue
    {
        /// <summary>Words of one event. Detail: SA_EXPIRED 0 soft, 1 hard; ACQUIRE and POLICY_ADDED the id of the policy that a clone was
        /// spawned from, else 0. The packet's fields only with ACQUIRE, and of
        /// PEER_MOVED its source.</summary>
        public const int Type = 0, Spid = 1, InboundSpi = 2, OutboundSpi = 3, Detail = 4;
        public const int Protocol = 5, SourcePort = 6, DestinationPort = 7, Source = 8, Destination = 12, Words = 16;

        private readonly int[] _ring = new int[Limits.MaxEvents * Words];
        private int _first, _count;

        // Of deletions that found the queue full: policy, inbound and outbound SPI each. Made when it is first needed, by a flush of many
        // SAs; never on a packet's way.
        private const int UntoldWords = 3;
        private int[] _untold;
        private int _untoldCount;

        /// <summary>Somebody listens.</summary>
        public bool Open;

        /// <summary>Events that found the queue full.</summary>
        public int Lost;

        public int Count
        {
            get { return _count; }
        }

        /// <summary>False when nobody listens or the queue is full.</summary>
        public bool Note(int type, int spid, int inboundSpi, int outboundSpi, int detail)
        {
            if (!Open)
            {
                return false;
            }
            if (_count == Limits.MaxEvents)
            {
                Lost++;
                return false;
            }
            int at = (_first + _count) % Limits.MaxEvents * Words;
            _ring[at + Type] = type;
            _ring[at + Spid] = spid;
            _ring[at + InboundSpi] = inboundSpi;
            _ring[at + OutboundSpi] = outboundSpi;
            _ring[at + Detail] = detail;
            System.Array.Clear(_ring, at + Protocol, Words - Protocol);
            _count++;
            return true;
        }

        /// <summary>Notes an SA_DELETED. What finds the queue full is told when there is room: nothing else would show the key daemon that the
        /// SA is gone.</summary>
        public void NoteDeleted(int spid, int inboundSpi, int outboundSpi)
        {
            if (!Open || _count < Limits.MaxEvents || _untoldCount == Limits.MaxSessions)
            {
                Note(MessageType.SA_DELETED, spid, inboundSpi, outboundSpi, 0);
                return;
            }
            _untold = _untold == null ? new int[Limits.MaxSessions * UntoldWords] : _untold;
            int at = _untoldCount++ * UntoldWords;
            _untold[at] = spid;
            _untold[at + 1] = inboundSpi;
            _untold[at + 2] = outboundSpi;
        }

        /// <summary>Notes an ACQUIRE with the packet that asks for it: IKE's first traffic selector (RFC 7296 2.9).</summary>
        public bool NoteAcquire(int spid, int parent, int[] info)
        {
            if (!Note(MessageType.ACQUIRE, spid, 0, 0, parent))
            {
                return false;
            }
            int at = (_first + _count - 1) % Limits.MaxEvents * Words;
            _ring[at + Protocol] = info[PacketInfo.Protocol];
            _ring[at + SourcePort] = info[PacketInfo.SourcePort];
            _ring[at + DestinationPort] = info[PacketInfo.DestinationPort];
            IpAddress.Copy(info, PacketInfo.Source, _ring, at + Source);
            IpAddress.Copy(info, PacketInfo.Destination, _ring, at + Destination);
            return true;
        }

        /// <summary>Notes a PEER_MOVED with the address and port that the opened packet came from (RFC 7296 2.23).</summary>
        public bool NoteMoved(int spid, int inboundSpi, int outboundSpi, int[] info)
        {
            if (!Note(MessageType.PEER_MOVED, spid, inboundSpi, outboundSpi, 0))
            {
                return false;
            }
            int at = (_first + _count - 1) % Limits.MaxEvents * Words;
            _ring[at + SourcePort] = info[PacketInfo.EncapRemote];
            IpAddress.Copy(info, PacketInfo.OuterSource, _ring, at + Source);
            return true;
        }

        /// <summary>Takes the oldest event out; false when there is none.</summary>
        public bool Take(int[] dst)
        {
            if (_count == 0)
            {
                return false;
            }
            System.Array.Copy(_ring, _first * Words, dst, 0, Words);
            _first = (_first + 1) % Limits.MaxEvents;
            _count--;
            if (_untoldCount > 0)
            {
                int at = --_untoldCount * UntoldWords;
                Note(MessageType.SA_DELETED, _untold[at], _untold[at + 1], _untold[at + 2], 0);
            }
            return true;
        }
    }
}
