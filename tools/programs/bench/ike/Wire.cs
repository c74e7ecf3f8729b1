using System;
using System.Collections.Generic;
using NfIpsec.Base;
using NfIpsec.Base.Address;
using NfIpsec.Base.Ports;
using NfIpsec.Native;

namespace NfIpsec.Bench
{
    /// <summary>A clock that stands.</summary>
    internal sealed class StillClock : ClockPort
    {
        public long Time = 1000;

        public override long Now
        {
            get { return Time; }
        }

        public override long UtcSeconds
        {
            get { return -1; }
        }
    }

    /// <summary>No files.</summary>
    internal sealed class NoFiles : FilePort
    {
        public override byte[] Read(string name)
        {
            return null;
        }

        public override bool Write(string name, byte[] content)
        {
            return false;
        }

        public override bool Append(string name, byte[] content)
        {
            return false;
        }

        public override bool Delete(string name)
        {
            return false;
        }
    }

    /// <summary>The native worker, waited for.</summary>
    internal sealed class WaitedJobs : JobPort
    {
        private int _done;

        public override int Start(int kind, int a, int b, byte[] src, int offset, int length)
        {
            Timer.Enter();
            _done = CryptoNative.JobStart(kind, a, b, src, offset, length);
            while (_done > 0 && CryptoNative.JobPoll() != _done)
            {
                System.Threading.Thread.Sleep(0);
            }
            Timer.LeaveWait();
            return _done;
        }

        public override int Poll()
        {
            return _done;
        }

        public override int Finish(int job, byte[] dst, int offset)
        {
            _done = 0;
            return CryptoNative.JobFinish(job, dst, offset);
        }

        public override int Cancel(int job)
        {
            _done = 0;
            return CryptoNative.JobCancel(job);
        }
    }

    /// <summary>A packet port whose stack is a wire to another one: IKE's datagrams go over it, packets of policies end here.</summary>
    internal sealed class Wire : PacketPort
    {
        private readonly Dictionary<int, byte[]> _slots = new Dictionary<int, byte[]>();
        private readonly Queue<int[]> _waiting = new Queue<int[]>();
        private readonly int[] _interface = new int[InterfaceInfo.Words];
        private int _next;

        public Wire Other;

        /// <param name="six">An IPv6 address besides.</param>
        public Wire(string address, bool six)
        {
            _interface[InterfaceInfo.Domain] = 1;
            _interface[InterfaceInfo.Up] = 1;
            _interface[InterfaceInfo.Mtu] = 1500;
            _interface[InterfaceInfo.Addresses] = 1;
            _interface[InterfaceInfo.First] = 24;
            IpAddress.Copy(IpAddress.Parse(address).Words, 0, _interface, InterfaceInfo.First + 1);
            if (six)
            {
                int at = InterfaceInfo.First + InterfaceInfo.AddressWords;
                _interface[InterfaceInfo.Addresses] = 2;
                _interface[at] = 64;
                IpAddress.Copy(IpAddress.Parse("fe80::1").Words, 0, _interface, at + 1);
            }
        }

        public bool Busy
        {
            get { return _waiting.Count > 0; }
        }

        public override int SendDatagram(int[] info, byte[] src, int offset, int length)
        {
            Other.Arrive(info, src, offset, length);
            return length;
        }

        private void Arrive(int[] sent, byte[] src, int offset, int length)
        {
            var packet = new byte[28 + length];
            packet[0] = 0x45;
            packet[9] = 17;
            packet[24] = (byte)((length + 8) >> 8);
            packet[25] = (byte)(length + 8);
            Array.Copy(src, offset, packet, 28, length);
            _slots[++_next] = packet;
            var info = (int[])sent.Clone();
            info[PacketInfo.Kind] = PacketInfo.Datagram;
            info[PacketInfo.Slot] = _next;
            info[PacketInfo.Domain] = 1;
            info[PacketInfo.Length] = packet.Length;
            info[PacketInfo.Version] = 4;
            info[PacketInfo.Protocol] = 17;
            _waiting.Enqueue(info);
        }

        public override int Wait(int milliseconds)
        {
            return Busy ? 1 : 0;
        }

        public override int Wake()
        {
            return 0;
        }

        public override int Take(int[] info)
        {
            if (!Busy)
            {
                return 0;
            }
            _waiting.Dequeue().CopyTo(info, 0);
            return info[PacketInfo.Kind];
        }

        public override int Read(int slot, int at, byte[] dst, int offset, int length)
        {
            Array.Copy(_slots[slot], at, dst, offset, length);
            return length;
        }

        public override int Put(int slot, int where)
        {
            return _slots.Remove(slot) ? 0 : -Status.NFI_BAD_HANDLE;
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

        public override int Interface(int index, int[] dst)
        {
            if (index == 0)
            {
                _interface.CopyTo(dst, 0);
            }
            return index == 0 ? 1 : 0;
        }

        public override int StageRow(int row, int[] words)
        {
            return 0;
        }

        public override int CommitRows(int generation)
        {
            return 0;
        }

        public override int Counters(int[] dst)
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

        // Nothing else is asked of it.

        public override int MatchRow(int[] info, int inbound)
        {
            return -Status.XE_POLICY_NOT_FOUND;
        }

        public override int Seal(int transform, int slot, int sequenceHigh, int sequenceLow, int tfc)
        {
            return -Status.XE_NO_DATA;
        }

        public override int Open(int transform, int slot, int sequenceHigh, int[] info)
        {
            return -Status.XE_NO_DATA;
        }

        public override int Alloc(int length)
        {
            return -Status.XE_OUT_OF_PACKETS;
        }

        public override int Write(int slot, int at, byte[] src, int offset, int length)
        {
            return -Status.XE_BAD_PARAM;
        }

        public override int Describe(int slot, int[] info)
        {
            return -Status.XE_BAD_PARAM;
        }

        public override int Ping(int[] destination, int sequence, int size)
        {
            return -Status.XE_BAD_PARAM;
        }
    }
}
