using NfIpsec.Base.Address;
using NfIpsec.Base.Crypto;
using NfIpsec.Ipsec.Policy;

namespace NfIpsec.Ipsec.Sa
{
    /// <summary>The SAs of one policy, both directions and all protocols (RFC 4301 4.4.2).</summary>
    public sealed class IpsecSession
    {
        /// <summary>Place in the database; a generated inbound SPI carries it.</summary>
        public int Slot;

        public SecurityPolicy Policy;

        /// <summary>The next session of the policy, or null.</summary>
        public IpsecSession Next;

        /// <summary>Sends from its first packet in on: by that the peer shows that it has the keys (RFC 7296 2.8).</summary>
        public bool Standby;

        public SecurityAssociation Inbound, Outbound;

        /// <summary>Copy of Inbound.Spi, for one comparison on the packet path.</summary>
        public int InboundSpi;

        public bool Tunnel;

        /// <summary>AH, alone or around ESP: what comes under this SPI is AH on the outside.</summary>
        public bool Ah;

        /// <summary>The part of the policy's traffic that it carries; null: all of it.</summary>
        public Scope Scope;

        /// <summary>UDP encapsulation: the ports, 0 none.</summary>
        public int EncapLocal, EncapRemote;

        /// <summary>The peer takes no TFC padding.</summary>
        public bool NoTfcPadding;

        /// <summary>Where the peer is: the policy's remote endpoint, until a NAT moves it.</summary>
        public IpAddress Peer;

        /// <summary>A NAT before the peer may change where it is seen, and a key daemon wants to know; it has been told and not yet
        /// answered (PEER_AT).</summary>
        public bool Follows, Told;

        /// <summary>The virtual address that stands for one of ours in these SAs (RFC 7296 2.19): words of <see cref="Scope"/>.Alias*; null:
        /// none. The Scope is of what travels, the policy's selectors are of what the stack knows.</summary>
        public int[] Alias;

        /// <summary>Keyed by hand: nobody renews it.</summary>
        public bool Manual;

        /// <summary>Milliseconds of the clock; SoftAt and HardAt are long.MaxValue without a lifetime.</summary>
        public long CreatedAt, SoftAt, HardAt;
        public int LifeSeconds;
        public bool SoftExpired;

        /// <summary>Packets both ways, without dummies.</summary>
        public long PacketCount
        {
            get { return Inbound.Packets + Outbound.Packets; }
        }

#if IKE_DEBUG
        /// <summary>Kept for display in debug builds: inbound cipher, outbound cipher, inbound MAC, outbound MAC, inbound AH,
        /// outbound AH; an AH key typed for ESP too stands with the MACs alone.</summary>
        public Secret[] Keys;
#endif
    }
}
