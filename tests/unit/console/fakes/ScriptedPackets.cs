using NfIpsec.Base;
using NfIpsec.Base.Ports;

namespace NfIpsec.Tests.ConsoleRoom.Fakes
{
    /// <summary>A packet port without packets: it takes tables and transforms, remembers what was asked, and gives the events and
    /// interfaces that the test has put in.</summary>
    public sealed class ScriptedPackets : PacketPort
    {
        public int Transforms, Commits, Wakes, Pings, LastPingSequence, LastPingSize;
        public int[] LastPingAddress;
        /// <summary>What Ping answers.</summary>
        public int PingResult;
        /// <summary>Every CreateTransform fails with this code when it is not 0.</summary>
        public int TransformResult;
        /// <summary>Released, sent and delivered slots.</summary>
        public int[] Put3 = new int[3];
        public bool Throws;
        /// <summary>Action of each row of the table in force, and what CommitRows answers.</summary>
        public readonly int[] Actions = new int[Limits.MaxPolicies];
        public int CommitResult;

        private readonly int[] _staged = new int[Limits.MaxPolicies];

        private const int MaxEvents = 64;
        private readonly int[][] _events = new int[MaxEvents][];
        private int _eventFirst, _eventCount;
        private int[][] _interfaces = new int[0][];
        private readonly int[] _counters = new int[PacketCounters.Words];

        public void Event(int kind, int detail, int detail2)
        {
            int[] info = new int[PacketInfo.Words];
            info[PacketInfo.Kind] = kind;
            info[PacketInfo.Detail] = detail;
            info[PacketInfo.Detail2] = detail2;
            _events[(_eventFirst + _eventCount++) % MaxEvents] = info;
        }

        /// <summary>An outbound IPv4 packet in slot 0 that matched nothing in the table in force.</summary>
        public void Packet(int source, int destination, int protocol)
        {
            Event(PacketInfo.Outbound, 0, 0);
            int[] info = _events[(_eventFirst + _eventCount - 1) % MaxEvents];
            info[PacketInfo.Row] = -1;
            info[PacketInfo.Length] = 40;
            info[PacketInfo.Version] = 4;
            info[PacketInfo.Protocol] = protocol;
            info[PacketInfo.Source + 2] = 0xFFFF;
            info[PacketInfo.Source + 3] = source;
            info[PacketInfo.Destination + 2] = 0xFFFF;
            info[PacketInfo.Destination + 3] = destination;
        }

        public int EventsLeft
        {
            get { return _eventCount; }
        }

        /// <summary>One interface that is up, with an address of each family asked for.</summary>
        public void GiveAddresses(bool ip4, bool ip6)
        {
            int[] info = new int[InterfaceInfo.Words];
            info[InterfaceInfo.Domain] = 1;
            info[InterfaceInfo.Up] = 1;
            info[InterfaceInfo.Mtu] = 1500;
            int at = InterfaceInfo.First;
            if (ip4)
            {
                info[at] = 24;
                info[at + 3] = 0xFFFF;
                info[at + 4] = 0x0A00004D;
                at += InterfaceInfo.AddressWords;
            }
            if (ip6)
            {
                info[at] = 64;
                info[at + 1] = unchecked((int)0xFD000000);
                info[at + 4] = 0x77;
                at += InterfaceInfo.AddressWords;
            }
            info[InterfaceInfo.Addresses] = (at - InterfaceInfo.First) / InterfaceInfo.AddressWords;
            _interfaces = new int[][] { info };
        }

        public override int Wait(int milliseconds)
        {
            return 0;
        }

        public override int Wake()
        {
            Wakes++;
            return 0;
        }

        public override int Take(int[] info)
        {
            if (Throws)
            {
                throw new System.InvalidOperationException("the test's own fault");
            }
            if (_eventCount == 0)
            {
                return PacketInfo.Nothing;
            }
            int[] next = _events[_eventFirst];
            _eventFirst = (_eventFirst + 1) % MaxEvents;
            _eventCount--;
            System.Array.Copy(next, 0, info, 0, next.Length);
            return next[PacketInfo.Kind];
        }

        public override int Seal(int transform, int slot, int sequenceHigh, int sequenceLow, int tfc)
        {
            return 0;
        }

        public override int Open(int transform, int slot, int sequenceHigh, int[] info)
        {
            return -Status.XE_ESP_DIGEST_MISMATCH;
        }

        public override int Put(int slot, int where)
        {
            Put3[where]++;
            return 0;
        }

        public override int Alloc(int length)
        {
            return -Status.XE_OUT_OF_PACKETS;
        }

        public override int Write(int slot, int at, byte[] src, int offset, int length)
        {
            return -Status.XE_BAD_PARAM;
        }

        public override int Read(int slot, int at, byte[] dst, int offset, int length)
        {
            return -Status.XE_BAD_PARAM;
        }

        public override int Describe(int slot, int[] info)
        {
            return -Status.XE_BAD_PARAM;
        }

        public override int CreateTransform(int[] config, int cipherKey, int espMacKey, int ahMacKey)
        {
            return TransformResult != 0 ? -TransformResult : ++Transforms;
        }

        public override int FreeTransform(int transform)
        {
            return 0;
        }

        public override int MoveTransform(int transform, int[] remote, int port)
        {
            return 0;
        }

        public override int StageRow(int row, int[] words)
        {
            _staged[row] = words[VerdictRow.Action];
            return 0;
        }

        public override int CommitRows(int generation)
        {
            Commits++;
            if (CommitResult == 0)
            {
                System.Array.Copy(_staged, Actions, Actions.Length);
            }
            return CommitResult;
        }

        public override int MatchRow(int[] info, int inbound)
        {
            return -Status.XE_POLICY_NOT_FOUND;
        }

        public override int Counters(int[] dst)
        {
            for (int i = 0; i < dst.Length && i < _counters.Length; i++)
            {
                dst[i] = _counters[i];
            }
            return _counters.Length;
        }

        /// <summary>What the native side has counted.</summary>
        public void Count(int index, int value)
        {
            _counters[index] = value;
        }

        public override int Interface(int index, int[] dst)
        {
            if (index >= _interfaces.Length)
            {
                return 0;
            }
            System.Array.Copy(_interfaces[index], 0, dst, 0, InterfaceInfo.Words);
            return 1;
        }

        public override int Ping(int[] destination, int sequence, int size)
        {
            Pings++;
            LastPingAddress = destination;
            LastPingSequence = sequence;
            LastPingSize = size;
            return PingResult;
        }

        public override int SendDatagram(int[] info, byte[] src, int offset, int length)
        {
            return 0;
        }

        public override int Forward(int on)
        {
            return 0;
        }

        public override int Readdress(int slot, int[] pair, int outbound)
        {
            return 0;
        }
    }
}
