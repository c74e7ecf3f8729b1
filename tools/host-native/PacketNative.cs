// Written by tools/api-check --write from firmware/native/PacketNative.cs. Do not edit.
using System.Runtime.InteropServices;

namespace NfIpsec.Native
{
    /// <summary>The host's face of the native class: arrays are pinned for the call and go with their capacity;
    /// null goes as a null pointer of capacity 0.</summary>
    public static unsafe class PacketNative
    {
        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_packet_start();

        public static int Start()
        {
            return nfi_packet_start();
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_packet_attach();

        public static int Attach()
        {
            return nfi_packet_attach();
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_packet_stop();

        public static int Stop()
        {
            return nfi_packet_stop();
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_packet_wait(int milliseconds);

        public static int Wait(int milliseconds)
        {
            return nfi_packet_wait(milliseconds);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_packet_wake();

        public static int Wake()
        {
            return nfi_packet_wake();
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_packet_take(int* info, int infoCapacity);

        public static int Take(int[] info)
        {
            fixed (int* infoPointer = info)
                return nfi_packet_take(infoPointer, info == null ? 0 : info.Length);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_packet_seal(int transform, int slot, int sequenceHigh, int sequenceLow, int tfc);

        public static int Seal(int transform, int slot, int sequenceHigh, int sequenceLow, int tfc)
        {
            return nfi_packet_seal(transform, slot, sequenceHigh, sequenceLow, tfc);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_packet_open(int transform, int slot, int sequenceHigh, int* info, int infoCapacity);

        public static int Open(int transform, int slot, int sequenceHigh, int[] info)
        {
            fixed (int* infoPointer = info)
                return nfi_packet_open(transform, slot, sequenceHigh, infoPointer, info == null ? 0 : info.Length);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_packet_put(int slot, int where);

        public static int Put(int slot, int where)
        {
            return nfi_packet_put(slot, where);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_packet_buffer_alloc(int length);

        public static int BufferAlloc(int length)
        {
            return nfi_packet_buffer_alloc(length);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_packet_buffer_write(int slot, int at, byte* src, int srcCapacity, int offset, int length);

        public static int BufferWrite(int slot, int at, byte[] src, int offset, int length)
        {
            fixed (byte* srcPointer = src)
                return nfi_packet_buffer_write(slot, at, srcPointer, src == null ? 0 : src.Length, offset, length);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_packet_buffer_read(int slot, int at, byte* dst, int dstCapacity, int offset, int length);

        public static int BufferRead(int slot, int at, byte[] dst, int offset, int length)
        {
            fixed (byte* dstPointer = dst)
                return nfi_packet_buffer_read(slot, at, dstPointer, dst == null ? 0 : dst.Length, offset, length);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_packet_buffer_describe(int slot, int* info, int infoCapacity);

        public static int BufferDescribe(int slot, int[] info)
        {
            fixed (int* infoPointer = info)
                return nfi_packet_buffer_describe(slot, infoPointer, info == null ? 0 : info.Length);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_packet_buffer_free_count();

        public static int BufferFreeCount()
        {
            return nfi_packet_buffer_free_count();
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_packet_transform_create(int* config, int configCapacity, int cipherKey, int espMacKey, int ahMacKey);

        public static int TransformCreate(int[] config, int cipherKey, int espMacKey, int ahMacKey)
        {
            fixed (int* configPointer = config)
                return nfi_packet_transform_create(configPointer, config == null ? 0 : config.Length, cipherKey, espMacKey, ahMacKey);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_packet_transform_free(int transform);

        public static int TransformFree(int transform)
        {
            return nfi_packet_transform_free(transform);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_packet_row_stage(int row, int* words, int wordsCapacity);

        public static int RowStage(int row, int[] words)
        {
            fixed (int* wordsPointer = words)
                return nfi_packet_row_stage(row, wordsPointer, words == null ? 0 : words.Length);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_packet_row_commit(int generation);

        public static int RowCommit(int generation)
        {
            return nfi_packet_row_commit(generation);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_packet_row_match(int* info, int infoCapacity, int inbound);

        public static int RowMatch(int[] info, int inbound)
        {
            fixed (int* infoPointer = info)
                return nfi_packet_row_match(infoPointer, info == null ? 0 : info.Length, inbound);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_packet_counters(int* dst, int dstCapacity);

        public static int Counters(int[] dst)
        {
            fixed (int* dstPointer = dst)
                return nfi_packet_counters(dstPointer, dst == null ? 0 : dst.Length);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_packet_interface(int index, int* dst, int dstCapacity);

        public static int Interface(int index, int[] dst)
        {
            fixed (int* dstPointer = dst)
                return nfi_packet_interface(index, dstPointer, dst == null ? 0 : dst.Length);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_packet_ping(int* destination, int destinationCapacity, int sequence, int size);

        public static int Ping(int[] destination, int sequence, int size)
        {
            fixed (int* destinationPointer = destination)
                return nfi_packet_ping(destinationPointer, destination == null ? 0 : destination.Length, sequence, size);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_packet_datagram_send(int* info, int infoCapacity, byte* src, int srcCapacity, int offset, int length);

        public static int DatagramSend(int[] info, byte[] src, int offset, int length)
        {
            fixed (int* infoPointer = info)
            fixed (byte* srcPointer = src)
                return nfi_packet_datagram_send(infoPointer, info == null ? 0 : info.Length, srcPointer, src == null ? 0 : src.Length, offset, length);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_packet_forward(int on);

        public static int Forward(int on)
        {
            return nfi_packet_forward(on);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_packet_transform_move(int transform, int* remote, int remoteCapacity, int port);

        public static int TransformMove(int transform, int[] remote, int port)
        {
            fixed (int* remotePointer = remote)
                return nfi_packet_transform_move(transform, remotePointer, remote == null ? 0 : remote.Length, port);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_packet_readdress(int slot, int* pair, int pairCapacity, int outbound);

        public static int Readdress(int slot, int[] pair, int outbound)
        {
            fixed (int* pairPointer = pair)
                return nfi_packet_readdress(slot, pairPointer, pair == null ? 0 : pair.Length, outbound);
        }
    }
}
