using NfIpsec.Base;
using NfIpsec.Base.Ports;
using NfIpsec.Native;

namespace NfIpsec.Tests.IpsecRoom
{
    /// <summary>The native pool and transforms without a stack: what is put is caught.</summary>
    public sealed class PoolPackets : PacketPort
    {
        /// <summary>The last packet put to the wire or to the stack, and how many there were.</summary>
        public byte[] Caught;
        public int Sent, Delivered;

        public override int Wait(int milliseconds)
        {
            return 0;
        }

        public override int Wake()
        {
            return 0;
        }

        public override int Take(int[] info)
        {
            return 0;
        }

        public override int Seal(int transform, int slot, int sequenceHigh, int sequenceLow, int tfc)
        {
            return PacketNative.Seal(transform, slot, sequenceHigh, sequenceLow, tfc);
        }

        public override int Open(int transform, int slot, int sequenceHigh, int[] info)
        {
            return PacketNative.Open(transform, slot, sequenceHigh, info);
        }

        public override int Put(int slot, int where)
        {
            if (where != Release)
            {
                int[] info = new int[PacketInfo.Words];
                PacketNative.BufferDescribe(slot, info);
                Caught = new byte[info[PacketInfo.Length]];
                PacketNative.BufferRead(slot, 0, Caught, 0, Caught.Length);
                Sent += where == Send ? 1 : 0;
                Delivered += where == Deliver ? 1 : 0;
            }
            return PacketNative.Put(slot, Release);
        }

        public override int Alloc(int length)
        {
            return PacketNative.BufferAlloc(length);
        }

        public override int Write(int slot, int at, byte[] src, int offset, int length)
        {
            return PacketNative.BufferWrite(slot, at, src, offset, length);
        }

        public override int Read(int slot, int at, byte[] dst, int offset, int length)
        {
            return PacketNative.BufferRead(slot, at, dst, offset, length);
        }

        public override int Describe(int slot, int[] info)
        {
            return PacketNative.BufferDescribe(slot, info);
        }

        public override int CreateTransform(int[] config, int cipherKey, int espMacKey, int ahMacKey)
        {
            return PacketNative.TransformCreate(config, cipherKey, espMacKey, ahMacKey);
        }

        public override int FreeTransform(int transform)
        {
            return PacketNative.TransformFree(transform);
        }

        public override int MoveTransform(int transform, int[] remote, int port)
        {
            return PacketNative.TransformMove(transform, remote, port);
        }

        /// <summary>Rows go to the native table too.</summary>
        public bool Compiles;

        public override int StageRow(int row, int[] words)
        {
            return Compiles ? PacketNative.RowStage(row, words) : 0;
        }

        public override int CommitRows(int generation)
        {
            return Compiles ? PacketNative.RowCommit(generation) : 0;
        }

        public override int MatchRow(int[] info, int inbound)
        {
            return -Status.XE_POLICY_NOT_FOUND;
        }

        public override int Counters(int[] dst)
        {
            return 0;
        }

        public override int Interface(int index, int[] dst)
        {
            if (index > 1)
            {
                return 0;
            }
            int[] one = Bench.InterfaceWith(index == 0 ? "10.0.0.77" : "2001:db8::77", index == 0 ? 24 : 64);
            System.Array.Copy(one, 0, dst, 0, one.Length);
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

        public override int Readdress(int slot, int[] pair, int outbound)
        {
            return PacketNative.Readdress(slot, pair, outbound);
        }
    }
}
