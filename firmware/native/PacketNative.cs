using System.Runtime.CompilerServices;

namespace NfIpsec.Native
{
    /// <summary>The packet pool, the verdict table and the shim. Contract: crypto-native/include/nfi_packet.h.</summary>
    /// <remarks>Every method returns a value >= 0, or the negated code of NfIpsec.Base.Status. A null or short array is an
    /// error code, never a fault. The order of the methods is the order of the native method table: add at the end only.</remarks>
    public static class PacketNative
    {
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Start();

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Attach();

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Stop();

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Wait(int milliseconds);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Wake();

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Take(int[] info);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Seal(int transform, int slot, int sequenceHigh, int sequenceLow, int tfc);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Open(int transform, int slot, int sequenceHigh, int[] info);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Put(int slot, int where);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int BufferAlloc(int length);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int BufferWrite(int slot, int at, byte[] src, int offset, int length);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int BufferRead(int slot, int at, byte[] dst, int offset, int length);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int BufferDescribe(int slot, int[] info);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int BufferFreeCount();

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int TransformCreate(int[] config, int cipherKey, int espMacKey, int ahMacKey);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int TransformFree(int transform);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int RowStage(int row, int[] words);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int RowCommit(int generation);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int RowMatch(int[] info, int inbound);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Counters(int[] dst);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Interface(int index, int[] dst);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Ping(int[] destination, int sequence, int size);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int DatagramSend(int[] info, byte[] src, int offset, int length);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Forward(int on);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int TransformMove(int transform, int[] remote, int port);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Readdress(int slot, int[] pair, int outbound);
    }
}
