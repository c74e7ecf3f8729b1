namespace NfIpsec.Base.Ports
{
    /// <summary>Indices into what the packet port counts: first the XE_ codes, then what passed.</summary>
    /// <remarks>The C face is enum nfi_counter in crypto-native/include/nfi_packet.h.</remarks>
    public static class PacketCounters
    {
        public const int Xe = 0, BypassOut = 34, BypassIn = 35, DropOut = 36, DropIn = 37, QueuedOut = 38, QueuedIn = 39;
        public const int RingFullOut = 40, RingFullIn = 41, Sent = 42, FragmentsOut = 43, Delivered = 44, Reassembled = 45;
        public const int ReassemblyFailed = 46, Malformed = 47, Forwarded = 48, HopsExceeded = 49;
        public const int IcmpErrors = 50, Words = 51;
    }
}
