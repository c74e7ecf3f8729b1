namespace NfIpsec.Base.Ports
{
    /// <summary>Indices into one row of the verdict table, and its actions. A row serves both directions: inbound packets are
    /// matched with the ends exchanged.</summary>
    /// <remarks>The C face is enum nfi_row in crypto-native/include/nfi_packet.h.</remarks>
    public static class VerdictRow
    {
        public const int Action = 0, Order = 1, Domain = 2, Version = 3, Protocol = 4;
        public const int LocalLow = 5, LocalHigh = 9, RemoteLow = 13, RemoteHigh = 17, LocalPort = 21, RemotePort = 22, Overhead = 23;
        public const int Mtu = 24, Words = 25;

        public const int Empty = 0, Bypass = 1, Drop = 2, Secure = 3;
    }
}
