namespace NfIpsec.Base.Ports
{
    /// <summary>Indices into what the packet port says of one interface. Each address is a prefix length, then four words.</summary>
    /// <remarks>The C face is enum nfi_interface in crypto-native/include/nfi_packet.h.</remarks>
    public static class InterfaceInfo
    {
        public const int Domain = 0, Up = 1, Mtu = 2, Addresses = 3, First = 4, AddressWords = 5, Words = 29;
    }
}
