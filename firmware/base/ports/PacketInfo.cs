namespace NfIpsec.Base.Ports
{
    /// <summary>Indices into the description of a packet that the packet port fills, and the kinds and flags in it.
    /// Addresses are four words in host order, most significant first; IPv4 is ::ffff:a.b.c.d.</summary>
    /// <remarks>The C face is enum nfi_info in crypto-native/include/nfi_packet.h.</remarks>
    public static class PacketInfo
    {
        public const int Kind = 0, Slot = 1, Domain = 2, Row = 3, Generation = 4, Length = 5, Version = 6, Protocol = 7;
        public const int Source = 8, Destination = 12, SourcePort = 16, DestinationPort = 17, Spi = 18, Sequence = 19, Flags = 20;
        public const int EncapRemote = 21, EncapLocal = 22, Next = 23, Detail = 24, Detail2 = 25;
        public const int OuterSource = 26, Words = 32;

        /// <summary>Type and code of ICMP stand in the place of the ports with this added: 0 is a type, and no port is any port.</summary>
        public const int IcmpShown = 256;

        public const int Nothing = 0, Outbound = 1, Inbound = 2, Datagram = 3, Interface = 4, Echo = 5, PathMtu = 6;

        public const int FlagFragment = 1, FlagEncapsulated = 2, FlagForwarded = 4, FlagDf = 8, FlagMoved = 16, FlagVerified = 32;
    }
}
