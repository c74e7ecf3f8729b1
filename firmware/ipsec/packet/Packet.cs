using NfIpsec.Base;
using NfIpsec.Base.Ports;

namespace NfIpsec.Ipsec
{
    /// <summary>One IP packet of the Packet API: the owner of a slot in the native pool. The bytes stay there.</summary>
    public sealed class Packet
    {
        private const int Gone = -1;

        private readonly PacketPort _packets;
        private int _slot;

        /// <summary>What IPsec made: it is never protected again.</summary>
        internal bool Sealed;

        /// <summary>Takes over a slot.</summary>
        public Packet(PacketPort packets, int slot)
        {
            _packets = packets;
            _slot = slot;
        }

        /// <summary>Copies an IP packet into a new slot; null when there is none free, with the code in <paramref name="status"/>.</summary>
        public static Packet Create(PacketPort packets, byte[] src, int offset, int length, out int status)
        {
            int slot = packets.Alloc(length);
            if (slot < 0)
            {
                status = -slot == Status.XE_NOMEM ? Status.XE_OUT_OF_PACKETS : -slot;
                return null;
            }
            int result = packets.Write(slot, 0, src, offset, length);
            status = result < 0 ? -result : Status.XE_OK;
            Packet packet = new Packet(packets, slot);
            if (result < 0)
            {
                packet.Release();
                return null;
            }
            return packet;
        }

        /// <summary>Slot number, negative when this object owns none any more.</summary>
        public int Slot
        {
            get { return _slot; }
        }

        /// <summary>Copies bytes of the packet out; how many, or a negated code.</summary>
        public int Read(int at, byte[] dst, int offset, int length)
        {
            return _packets.Read(_slot, at, dst, offset, length);
        }

        /// <summary>Gives the slot back to the pool.</summary>
        public void Release()
        {
            Put(PacketPort.Release);
        }

        /// <summary>Gives the packet to the wire (PacketPort.Send) or to the stack (PacketPort.Deliver); 0 or a code.</summary>
        public int Put(int where)
        {
            int result = _slot < 0 ? -Status.XE_BAD_PARAM : _packets.Put(_slot, where);
            _slot = Gone;
            return result < 0 ? -result : Status.XE_OK;
        }

        /// <summary>Moves the slot to a new object: the packet that IPsec made of this one.</summary>
        internal Packet Become(bool isSealed)
        {
            Packet next = new Packet(_packets, _slot);
            next.Sealed = isSealed;
            _slot = Gone;
            return next;
        }
    }
}
