using NfIpsec.Base;
using NfIpsec.Base.Crypto;
using NfIpsec.Base.Ports;
using NfIpsec.Ipsec.Engine;
using NfIpsec.Ipsec.Management;
using NfIpsec.Ipsec.Message;
using NfIpsec.Ipsec.Policy;
using NfIpsec.Ipsec.Sa;

namespace NfIpsec.Ipsec
{
    /// <summary>IPsec put together from its ports. One thread owns it and calls <see cref="TakePackets"/> and <see cref="Poll"/>.</summary>
    public sealed class IpsecModule
    {
        private const int PollBudget = 8;

        private readonly PacketPort _packets;
        private readonly EventQueue _events = new EventQueue();
        private readonly Tally _tally = new Tally();
        private readonly Spd _spd;
        private readonly Sad _sad;
        private readonly Expiry _expiry;
        private readonly Waiting _waiting;
        private readonly Clones _clones;
        private readonly Dummies _dummies;
        private readonly Databases _databases;
        private readonly Outbound _outbound;
        private readonly Inbound _inbound;
        private readonly PathMtu _pathMtu;
        private readonly int[] _info = new int[PacketInfo.Words];
        private bool _atHand;         // what _info describes is being worked on

        /// <summary>The management API.</summary>
        public readonly IpsecAdmin Admin;

        /// <summary>The message interface, for a key daemon.</summary>
        public readonly MessageInterface Messages;

        /// <summary>The Packet API, for a stack without the shim.</summary>
        public readonly PacketApi Packets;

        /// <summary>Takes datagrams, interface events and echo answers; without one, datagrams are dropped.</summary>
        public PacketReceiver Receiver;

        public IpsecModule(PacketPort packets, ClockPort clock, RandomSource random)
        {
            _packets = packets;
            _spd = new Spd(packets);
            _sad = new Sad(packets, random);
            _expiry = new Expiry(_sad, _events);
            _waiting = new Waiting(packets, _spd, _events, _tally, clock);
            _clones = new Clones(_spd, _events, clock);
            TfcPadding tfc = new TfcPadding(packets, random);
            _outbound = new Outbound(packets, _spd, _expiry, _waiting, _clones, tfc, _tally);
            _dummies = new Dummies(packets, _sad, _outbound, random, _tally);
            _inbound = new Inbound(packets, _spd, _sad, _expiry, _events, _tally);
            _pathMtu = new PathMtu(_spd, _sad, tfc, clock);
            _databases = new Databases(_spd, _sad, _waiting, _clones, _outbound, tfc, _dummies, _events, clock);
            Admin = new IpsecAdmin(_databases, packets, _tally);
            Messages = new MessageInterface(_databases, Admin, _events);
            Packets = new PacketApi(_databases, packets, _outbound, _inbound, _tally);
        }

        /// <summary>Handles at most <paramref name="budget"/> packets and events of the packet port; returns how many there were.</summary>
        public int TakePackets(int budget)
        {
            PacketPort packets = _packets;
            int[] info = _info;
            for (int i = 0; i < budget; i++)
            {
                int kind = packets.Take(info);
                _atHand = true;
                if (kind == PacketInfo.Outbound)
                {
                    _outbound.Handle(info);
                }
                else if (kind == PacketInfo.Inbound)
                {
                    _inbound.Handle(info);
                }
                else if (kind > PacketInfo.Nothing)
                {
                    HandOver(kind, info);
                }
                else
                {
                    _atHand = false;
                    return i;
                }
            }
            _atHand = false;
            return budget;
        }

        /// <summary>After an exception out of <see cref="TakePackets"/>: the slot of the packet at hand goes back to the pool, so that a
        /// fault costs one packet and not a buffer for ever. One that was given away already is not touched.</summary>
        public void Recover()
        {
            if (_atHand)
            {
                _atHand = false;
                _packets.Put(_info[PacketInfo.Slot], PacketPort.Release);
            }
        }

        private void HandOver(int kind, int[] info)
        {
            if (kind == PacketInfo.Datagram && Receiver == null)
            {
                _tally.Count(Status.XE_POLICY_NOT_FOUND);
                _packets.Put(info[PacketInfo.Slot], PacketPort.Release);
            }
            else if (kind == PacketInfo.Datagram)
            {
                Receiver.Datagram(info);
            }
            else if (kind == PacketInfo.PathMtu)
            {
                _pathMtu.Report(info);
            }
            else if (kind == PacketInfo.Interface && Receiver != null)
            {
                Receiver.InterfaceChanged(info);
            }
            else if (kind == PacketInfo.Echo && Receiver != null)
            {
                Receiver.Echo(info[PacketInfo.Detail], info[PacketInfo.Detail2]);
            }
        }

        /// <summary>Requests of the Packet API, timers and waiting events, in a bounded slice.</summary>
        public void Poll(long now)
        {
            Packets.Poll(PollBudget);
            for (int i = 0; i < PollBudget; i++)
            {
                int slot = _sad.Timers.PopDue(now);
                if (slot < 0)
                {
                    break;
                }
                _expiry.Due(_sad.Slots[slot], now);
            }
            _waiting.Poll(now, PollBudget);
            _databases.ExpireClones(now, PollBudget);
            _dummies.Poll(now, PollBudget);
            _pathMtu.Poll(now);
            Messages.Deliver(PollBudget);
        }

        /// <summary>When Poll wants to be called again, in the clock's milliseconds; long.MaxValue when nothing is due.</summary>
        public long NextDue
        {
            get
            {
                if (_events.Count > 0 || Packets.Pending > 0)
                {
                    return 0;
                }
                long due = Earlier(_sad.Timers.NextDue, _waiting.Timers.NextDue);
                return Earlier(Earlier(due, _pathMtu.NextDue), Earlier(_clones.Timers.NextDue, _dummies.Timers.NextDue));
            }
        }

        private static long Earlier(long a, long b)
        {
            return a < b ? a : b;
        }
    }
}
