namespace NfIpsec.Base.Ports
{
    /// <summary>Indices and flags of the description from which the packet port makes a transform: one direction of a session,
    /// ESP and/or AH, keyed.</summary>
    /// <remarks>The C face is enum nfi_transform_config in crypto-native/include/nfi_packet.h.</remarks>
    public static class TransformConfig
    {
        public const int Flags = 0, Cipher = 1, EspMac = 2, EspIcv = 3, Spi = 4, AhMac = 5, AhIcv = 6, Version = 7;
        public const int Local = 8, Remote = 12, HopLimit = 16, EncapLocal = 17, EncapRemote = 18, AhSpi = 19, Words = 24;

        public const int Inbound = 1, Tunnel = 2, Esp = 4, Ah = 8, Esn = 16, PadCheck = 32, FullEcn = 64, DfCopy = 128, DfSet = 256;
    }
}
