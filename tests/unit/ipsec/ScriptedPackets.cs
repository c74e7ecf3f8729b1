using NfIpsec.Base;
using NfIpsec.Base.Ports;

namespace NfIpsec.Tests.IpsecRoom
{
    /// <summary>A packet port that follows a script, for tests: it hands out the descriptions it was given, notes every call, and fails
    /// where it is told to.</summary>
    public sealed class ScriptedPackets : PacketPort
    {
        private const int Capacity = 64;

        private readonly int[][] _waiting = new int[Capacity][];
        private int _first, _count;
        private readonly int[][] _described = new int[Capacity][];
        private int _transforms;

        /// <summary>What Open leaves in info; null: as it is.</summary>
        public int[] Inner;

        /// <summary>The next Open that fails does so behind an ICV that held.</summary>
        public bool OpenVerified;

        /// <summary>Negated codes for the next calls of a kind, 0 none.</summary>
        public int SealResult, OpenResult, PutResult, StageResult, CommitResult, CreateResult, AllocResult;

        public int Calls, Seals, Opens, Sent, Delivered, Released, Commits, LiveTransforms, LastSequenceHigh, LastSequenceLow, LastTfc, LastTransform, LastAlloc;
        public int LastSlot, Generation;
        public readonly int[][] Rows = new int[Limits.MaxPolicies][];
        private readonly int[][] _staged = new int[Limits.MaxPolicies][];
        public int[] LastConfig;

        /// <summary>What Interface reports.</summary>
        public int[][] Interfaces = new int[0][];

        public void Queue(int[] info)
        {
            _waiting[(_first + _count++) % Capacity] = info;
        }

        /// <summary>What Describe says of a slot.</summary>
        public void SetDescription(int slot, int[] info)
        {
            _described[slot] = info;
        }

        public override int Wait(int milliseconds)
        {
            return _count > 0 ? 1 : 0;
        }

        public override int Wake()
        {
            return 0;
        }

        public override int Take(int[] info)
        {
            Calls++;
            if (_count == 0)
            {
                return 0;
            }
            int[] next = _waiting[_first];
            _first = (_first + 1) % Capacity;
            _count--;
            System.Array.Copy(next, 0, info, 0, PacketInfo.Words);
            return info[PacketInfo.Kind];
        }

        public override int Seal(int transform, int slot, int sequenceHigh, int sequenceLow, int tfc)
        {
            Calls++;
            Seals++;
            LastTransform = transform;
            LastSequenceHigh = sequenceHigh;
            LastSequenceLow = sequenceLow;
            LastTfc = tfc;
            return SealResult < 0 ? SealResult : 200;
        }

        public override int Open(int transform, int slot, int sequenceHigh, int[] info)
        {
            Calls++;
            Opens++;
            LastTransform = transform;
            LastSequenceHigh = sequenceHigh;
            if (OpenResult < 0)
            {
                info[PacketInfo.Flags] = OpenVerified ? PacketInfo.FlagVerified : 0;
                return OpenResult;
            }
            if (Inner != null)
            {
                System.Array.Copy(Inner, PacketInfo.Length, info, PacketInfo.Length, PacketInfo.Words - PacketInfo.Length);
            }
            return info[PacketInfo.Length];
        }

        public override int Put(int slot, int where)
        {
            Calls++;
            LastSlot = slot;
            Sent += where == Send ? 1 : 0;
            Delivered += where == Deliver ? 1 : 0;
            Released += where == Release ? 1 : 0;
            return PutResult;
        }

        public override int Alloc(int length)
        {
            LastAlloc = length;
            return AllocResult;
        }

        public override int Write(int slot, int at, byte[] src, int offset, int length)
        {
            return length;
        }

        public override int Read(int slot, int at, byte[] dst, int offset, int length)
        {
            return length;
        }

        public override int Describe(int slot, int[] info)
        {
            Calls++;
            if (slot < 0 || _described[slot] == null)
            {
                return -Status.XE_NO_DATA;
            }
            System.Array.Copy(_described[slot], 0, info, 0, PacketInfo.Words);
            return 0;
        }

        public override int CreateTransform(int[] config, int cipherKey, int espMacKey, int ahMacKey)
        {
            if (CreateResult < 0)
            {
                return CreateResult;
            }
            LastConfig = (int[])config.Clone();
            LiveTransforms++;
            return ++_transforms;
        }

        public override int FreeTransform(int transform)
        {
            LiveTransforms--;
            return 0;
        }

        public override int MoveTransform(int transform, int[] remote, int port)
        {
            return 0;
        }

        public override int StageRow(int row, int[] words)
        {
            if (StageResult < 0 && words[VerdictRow.Action] != VerdictRow.Empty)
            {
                return StageResult;
            }
            _staged[row] = (int[])words.Clone();
            return 0;
        }

        public override int CommitRows(int generation)
        {
            if (CommitResult < 0)
            {
                return CommitResult;
            }
            Commits++;
            Generation = generation;
            for (int i = 0; i < Rows.Length; i++)
            {
                Rows[i] = _staged[i];
            }
            return 0;
        }

        /// <summary>Rows in force that are not empty.</summary>
        public int RowCount()
        {
            int count = 0;
            for (int i = 0; i < Rows.Length; i++)
            {
                count += Rows[i] != null && Rows[i][VerdictRow.Action] != VerdictRow.Empty ? 1 : 0;
            }
            return count;
        }

        public override int MatchRow(int[] info, int inbound)
        {
            return -Status.XE_POLICY_NOT_FOUND;
        }

        public override int Counters(int[] dst)
        {
            dst[PacketCounters.Xe + Status.XE_POLICY_NOT_FOUND] = 5;
            dst[PacketCounters.Sent] = 7;
            return PacketCounters.Words;
        }

        public override int Interface(int index, int[] dst)
        {
            if (index >= Interfaces.Length)
            {
                return 0;
            }
            System.Array.Copy(Interfaces[index], 0, dst, 0, Interfaces[index].Length);
            return 1;
        }

        public override int Ping(int[] destination, int sequence, int size)
        {
            return 0;
        }

        public override int SendDatagram(int[] info, byte[] src, int offset, int length)
        {
            return 0;
        }

        public override int Forward(int on)
        {
            return 0;
        }

        /// <summary>Answer of Readdress; how often it was asked, and for what.</summary>
        public int ReaddressResult = 1, Readdressed, LastReaddressOutbound = -1;

        public override int Readdress(int slot, int[] pair, int outbound)
        {
            Readdressed++;
            LastReaddressOutbound = outbound;
            return ReaddressResult;
        }
    }
}
