namespace NfIpsec.Ike.Wire
{
    /// <summary>Security protocol identifiers (RFC 7296 3.3.1) and the sizes of their SPIs.</summary>
    public static class ProtocolId
    {
        public const int None = 0, Ike = 1, Ah = 2, Esp = 3;

        /// <summary>Bytes.</summary>
        public const int IkeSpiSize = 8, ChildSpiSize = 4;

        public static bool IsChild(int protocol)
        {
            return protocol == Ah || protocol == Esp;
        }

        /// <summary>Size of that protocol's SPI, 0 for a protocol that has none, bytes.</summary>
        public static int SpiSize(int protocol)
        {
            if (protocol == Ike)
            {
                return IkeSpiSize;
            }
            return IsChild(protocol) ? ChildSpiSize : 0;
        }
    }
}
