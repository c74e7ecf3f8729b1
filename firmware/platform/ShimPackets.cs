using NfIpsec.Base.Ports;
using NfIpsec.Native;

namespace NfIpsec.Platform
{
    /// <summary>The packet port over the native shim in lwIP. The same on a board and on the virtual board.</summary>
    public sealed class ShimPackets : PacketPort
    {
        /// <summary>Starts the pool and hooks the stack; until a verdict table is committed everything is dropped. Then starts the
        /// crypto library with its known answers. To be called before the network is set up. 0 or a Status code.</summary>
        public static int Attach()
        {
            int result = Start();
            return result != 0 ? result : Hook();
        }

        /// <summary>The first half of <see cref="Attach"/>: the pool. For a program that starts the stack itself, between the two.</summary>
        public static int Start()
        {
            int result = PacketNative.Start();
            return result < 0 ? -result : 0;
        }

        /// <summary>The second half of <see cref="Attach"/>.</summary>
        public static int Hook()
        {
            int result = PacketNative.Attach();
            if (result >= 0)
            {
                result = CryptoNative.Start();
            }
            return result < 0 ? -result : 0;
        }

        public override int Wait(int milliseconds)
        {
            return PacketNative.Wait(milliseconds);
        }

        public override int Wake()
        {
            return PacketNative.Wake();
        }

        public override int Take(int[] info)
        {
            return PacketNative.Take(info);
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
            return PacketNative.Put(slot, where);
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

        public override int StageRow(int row, int[] words)
        {
            return PacketNative.RowStage(row, words);
        }

        public override int CommitRows(int generation)
        {
            return PacketNative.RowCommit(generation);
        }

        public override int MatchRow(int[] info, int inbound)
        {
            return PacketNative.RowMatch(info, inbound);
        }

        public override int Counters(int[] dst)
        {
            return PacketNative.Counters(dst);
        }

        public override int Interface(int index, int[] dst)
        {
            return PacketNative.Interface(index, dst);
        }

        public override int Ping(int[] destination, int sequence, int size)
        {
            return PacketNative.Ping(destination, sequence, size);
        }

        public override int SendDatagram(int[] info, byte[] src, int offset, int length)
        {
            return PacketNative.DatagramSend(info, src, offset, length);
        }

        public override int Forward(int on)
        {
            return PacketNative.Forward(on);
        }

        public override int Readdress(int slot, int[] pair, int outbound)
        {
            return PacketNative.Readdress(slot, pair, outbound);
        }
    }
}
