using System;
using System.Collections.Generic;
using NfIpsec.Base;
using NfIpsec.Base.Address;
using NfIpsec.Base.Ports;
using NfIpsec.Native;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>A peer's packet port: datagrams go to the world's wire and come from it; transforms are the native ones, so that keys
    /// are really used.</summary>
    public sealed class LinkPackets : PacketPort
    {
        private readonly Peer _peer;
        private readonly Dictionary<int, byte[]> _slots = new();
        private readonly int[] _interface = new int[InterfaceInfo.Words];
        private int _next;

        /// <summary>Transforms that live; packets of a policy that were sealed and sent.</summary>
        public readonly List<int> Transforms = new();
        public readonly List<int[]> Configs = new();

        /// <summary>Keys of ESP in the order in which transforms were made, cipher before MAC, as hex; "" for none.</summary>
        public readonly List<string> Keys = new();
        public int Sealed, Released;

        /// <summary>Bytes of TFC padding of all of them.</summary>
        public int Padding;
        public readonly List<int> SealedWith = new();

        /// <summary>Descriptions of packets that wait to be taken.</summary>
        public readonly Queue<int[]> Waiting = new();

        public LinkPackets(Peer peer, string address)
        {
            _peer = peer;
            _interface[InterfaceInfo.Domain] = 1;
            _interface[InterfaceInfo.Up] = 1;
            _interface[InterfaceInfo.Mtu] = 1500;
            _interface[InterfaceInfo.Addresses] = 1;
            _interface[InterfaceInfo.First] = 24;
            IpAddress.Copy(IpAddress.Parse(address).Words, 0, _interface, InterfaceInfo.First + 1);
        }

        /// <summary>True: what is sealed goes to the other peer; what of it came through.</summary>
        public bool Flows;
        public int Delivered;

        // By slot: the SPI and number it was sealed under, or the packet that came.
        private readonly Dictionary<int, (int Spi, int Sequence)> _sealed = new();
        private readonly Dictionary<int, Esp> _arrived = new();
        private readonly Dictionary<int, int> _spis = new();
        private readonly Dictionary<int, int[]> _inner = new();

        public int Held => _slots.Count;

        /// <summary>Makes the protected packet that arrives.</summary>
        public void Arrived(Esp esp)
        {
            _slots[++_next] = new byte[200];
            _arrived[_next] = esp;
            var info = new int[PacketInfo.Words];
            info[PacketInfo.Kind] = PacketInfo.Inbound;
            info[PacketInfo.Slot] = _next;
            info[PacketInfo.Domain] = 1;
            info[PacketInfo.Version] = 4;
            info[PacketInfo.Protocol] = 50;
            info[PacketInfo.Spi] = esp.Spi;
            info[PacketInfo.Sequence] = esp.Sequence;
            Waiting.Enqueue(info);
        }

        /// <summary>Makes the packet that a datagram arrives in.</summary>
        public int[] Arrived(Sent sent)
        {
            var packet = new byte[28 + sent.Payload.Length];
            packet[0] = 0x45;
            packet[9] = 17;
            packet[2] = (byte)(packet.Length >> 8);
            packet[3] = (byte)packet.Length;
            packet[24] = (byte)((packet.Length - 20) >> 8);
            packet[25] = (byte)(packet.Length - 20);
            sent.Payload.CopyTo(packet, 28);
            _slots[++_next] = packet;
            var info = new int[PacketInfo.Words];
            info[PacketInfo.Kind] = PacketInfo.Datagram;
            info[PacketInfo.Slot] = _next;
            info[PacketInfo.Domain] = 1;
            info[PacketInfo.Length] = packet.Length;
            info[PacketInfo.Version] = 4;
            info[PacketInfo.Protocol] = 17;
            IpAddress.Copy(sent.Info, PacketInfo.Source, info, PacketInfo.Source);
            IpAddress.Copy(sent.Info, PacketInfo.Destination, info, PacketInfo.Destination);
            info[PacketInfo.SourcePort] = sent.Info[PacketInfo.SourcePort];
            info[PacketInfo.DestinationPort] = sent.Info[PacketInfo.DestinationPort];
            return info;
        }

        /// <summary>A clear packet of ours, matched by that row.</summary>
        public void Outgoing(int[] info)
        {
            _slots[++_next] = new byte[100];
            info[PacketInfo.Slot] = _next;
            _inner[_next] = (int[])info.Clone();
            Waiting.Enqueue(info);
        }

        public override int Wait(int milliseconds) => 0;

        public override int Wake() => 0;

        public override int Take(int[] info)
        {
            if (Waiting.Count == 0)
                return 0;
            Waiting.Dequeue().CopyTo(info, 0);
            return info[PacketInfo.Kind];
        }

        public override int Seal(int transform, int slot, int sequenceHigh, int sequenceLow, int tfc)
        {
            Sealed++;
            Padding += tfc;
            SealedWith.Add(transform);
            _sealed[slot] = (_spis[transform], sequenceLow);
            return 200;
        }

        /// <summary>ESP in UDP that comes in under the inbound SPI from there, as the peer sealed it, or forged.</summary>
        public void EspFrom(int spi, int sequence, string source, int port, bool forged = false)
        {
            _slots[++_next] = new byte[100];
            var info = new int[PacketInfo.Words];
            info[PacketInfo.Kind] = PacketInfo.Inbound;
            info[PacketInfo.Slot] = _next;
            info[PacketInfo.Domain] = 1;
            info[PacketInfo.Length] = 100;
            info[PacketInfo.Version] = 4;
            info[PacketInfo.Protocol] = 17;
            info[PacketInfo.Flags] = PacketInfo.FlagEncapsulated;
            info[PacketInfo.Spi] = spi;
            info[PacketInfo.Sequence] = sequence;
            info[PacketInfo.EncapRemote] = port;
            info[PacketInfo.EncapLocal] = 4500;
            info[PacketInfo.Detail] = forged ? 1 : 0;
            IpAddress.Copy(IpAddress.Parse(source).Words, 0, info, PacketInfo.Source);
            IpAddress.Copy(_interface, InterfaceInfo.First + 1, info, PacketInfo.Destination);
            Waiting.Enqueue(info);
        }

        /// <summary>What is inside of a tunnel's packets: TCP from there.</summary>
        public string InnerSource = "10.0.0.77";

        /// <summary>What the transforms that live have now.</summary>
        public IEnumerable<int[]> Live => Transforms.ConvertAll(t => _live[t]);

        private readonly Dictionary<int, int[]> _live = new();

        // As the native one describes what it has opened (nfi_packet.h, MOVED), but for the bytes.
        public override int Open(int transform, int slot, int sequenceHigh, int[] info)
        {
            if (_arrived.TryGetValue(slot, out var esp) && esp.Spi == _spis[transform])
            {
                esp.Inner.CopyTo(info, 0);
                return 100;
            }
            if (_arrived.ContainsKey(slot))
                return -Status.XE_NO_DATA;
            if (info[PacketInfo.Detail] == 1)
                return -Status.XE_ESP_DIGEST_MISMATCH;
            var config = _live[transform];
            bool tunnel = (config[TransformConfig.Flags] & TransformConfig.Tunnel) != 0;
            bool moved = info[PacketInfo.EncapRemote] != config[TransformConfig.EncapRemote]
                || (tunnel && !IpAddress.Same(info, PacketInfo.Source, config, TransformConfig.Remote));
            info[PacketInfo.Flags] |= moved && config[TransformConfig.EncapLocal] != 0 ? PacketInfo.FlagMoved : 0;
            IpAddress.Copy(info, PacketInfo.Source, info, PacketInfo.OuterSource);
            if (tunnel)
                IpAddress.Copy(IpAddress.Parse(InnerSource).Words, 0, info, PacketInfo.Source);
            info[PacketInfo.Protocol] = info[PacketInfo.Next] = 6;
            info[PacketInfo.SourcePort] = 40000;
            info[PacketInfo.DestinationPort] = 5001;
            return 60;
        }

        public override int MoveTransform(int transform, int[] remote, int port)
        {
            int status = PacketNative.TransformMove(transform, remote, port);
            if (status == 0)
            {
                _live[transform][TransformConfig.EncapRemote] = port;
                IpAddress.Copy(remote, 0, _live[transform], TransformConfig.Remote);
            }
            return status;
        }

        public override int Put(int slot, int where)
        {
            Released += where == Release ? 1 : 0;
            Delivered += where == Deliver ? 1 : 0;
            if (Flows && where == Send && _sealed.TryGetValue(slot, out var seal))
                _peer.World.Put(new Esp(_peer, seal.Spi, seal.Sequence, _inner[slot]));
            _sealed.Remove(slot);
            _arrived.Remove(slot);
            _inner.Remove(slot);
            return _slots.Remove(slot) ? 0 : -Status.NFI_BAD_HANDLE;
        }

        public override int Alloc(int length) => -Status.XE_OUT_OF_PACKETS;

        public override int Write(int slot, int at, byte[] src, int offset, int length) => length;

        public override int Read(int slot, int at, byte[] dst, int offset, int length)
        {
            Array.Copy(_slots[slot], at, dst, offset, length);
            return length;
        }

        public override int Describe(int slot, int[] info)
        {
            if (_inner.TryGetValue(slot, out var clear))
                clear.CopyTo(info, 0);
            else
                _peer.Described(info);
            return 0;
        }

        /// <summary>No transform is made: the native side has no memory left.</summary>
        public bool Full;

        public override int CreateTransform(int[] config, int cipherKey, int espMacKey, int ahMacKey)
        {
            if (Full)
                return -Status.XE_NOMEM;
            int transform = PacketNative.TransformCreate(config, cipherKey, espMacKey, ahMacKey);
            if (transform > 0)
            {
                Transforms.Add(transform);
                _spis[transform] = config[TransformConfig.Spi];
                Configs.Add((int[])config.Clone());
                _live[transform] = (int[])config.Clone();
                Keys.Add(Exported(cipherKey));
                Keys.Add(Exported(espMacKey));
            }
            return transform;
        }

        private static string Exported(int secret)
        {
            if (secret == 0)
                return "";
            var bytes = new byte[CryptoNative.SecretLength(secret)];
            CryptoNative.SecretExport(secret, bytes, 0);
            return Convert.ToHexString(bytes);
        }

        public override int FreeTransform(int transform)
        {
            Transforms.Remove(transform);
            _spis.Remove(transform);
            _live.Remove(transform);
            return PacketNative.TransformFree(transform);
        }

        public override int StageRow(int row, int[] words) => 0;

        public override int CommitRows(int generation) => 0;

        public override int MatchRow(int[] info, int inbound) => -Status.XE_POLICY_NOT_FOUND;

        public override int Counters(int[] dst) => 0;

        public override int Interface(int index, int[] dst)
        {
            if (index > 0)
                return 0;
            _interface.CopyTo(dst, 0);
            return 1;
        }

        public override int Ping(int[] destination, int sequence, int size) => 0;

        public override int Forward(int on) => 0;

        /// <summary>Packets whose address was to be changed on the way out; the answer, 0 for another source.</summary>
        public int Readdressed, ReaddressResult = 1;

        public override int Readdress(int slot, int[] pair, int outbound)
        {
            Readdressed++;
            return ReaddressResult;
        }

        public override int SendDatagram(int[] info, byte[] src, int offset, int length)
        {
            var payload = new byte[length];
            Array.Copy(src, offset, payload, 0, length);
            _peer.World.Put(new Sent(_peer, (int[])info.Clone(), payload));
            return length + 28;
        }
    }
}
