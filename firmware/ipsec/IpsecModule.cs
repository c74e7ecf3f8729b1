using NfIpsec.Base.Crypto;
using NfIpsec.Base.Ports;
using NfIpsec.Ipsec.Management;

namespace NfIpsec.Ipsec
{
    /// <summary>IPsec put together from its ports. One thread owns it and calls <see cref="TakePackets"/> and <see cref="Poll"/>.</summary>
    public sealed class IpsecModule
    {
        public readonly IpsecAdmin Admin;

        /// <summary>Takes datagrams, interface events and echo answers; without one, datagrams are dropped.</summary>
        public PacketReceiver Receiver;

        public IpsecModule(PacketPort packets, ClockPort clock, RandomSource random)
        {
            Admin = new IpsecAdmin();
        }

        /// <summary>Handles at most <paramref name="budget"/> packets and events of the packet port; returns how many there were.</summary>
        public int TakePackets(int budget)
        {
            return 0;
        }

        /// <summary>Timers and waiting events, in a bounded slice.</summary>
        public void Poll(long now)
        {
        }

        /// <summary>When Poll wants to be called again, in the clock's milliseconds; long.MaxValue when nothing is due.</summary>
        public long NextDue
        {
            get { return long.MaxValue; }
        }
    }
}
