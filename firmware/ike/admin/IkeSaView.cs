using NfIpsec.Ike.Session;

namespace NfIpsec.Ike.Admin
{
    /// <summary>One IKE SA as "ike netstat" wants it. The caller owns it and has it filled again and again.</summary>
    public sealed class IkeSaView
    {
        /// <summary>Protocol version, 1 or 2.</summary>
        public int Version;

        public string RemoteName, State;

        /// <summary>We began.</summary>
        public bool Initiator;

        /// <summary>16 hexadecimal digits each.</summary>
        public string InitiatorSpi, ResponderSpi;

        public string LocalAddress, RemoteAddress;
        public int LocalPort, RemotePort;

        /// <summary>Rows of the algorithm table, -1 while not chosen; Integrity also with an AEAD.</summary>
        public int Encryption, Integrity, Prf, Group;

        /// <summary>Seconds.</summary>
        public int Age, Life;

        /// <summary>We, the peer, are behind a NAT.</summary>
        public bool LocalNat, RemoteNat;

        /// <summary>The virtual address that came with the SA, ours or the peer's, as text; null: none.</summary>
        public string Assigned;

        /// <summary>Child SAs: policy, inbound and outbound SPI of each.</summary>
        public int Children;
        public readonly int[] Spid = new int[IkeLimits.MaxChildPlaces], InboundSpi = new int[IkeLimits.MaxChildPlaces], OutboundSpi = new int[IkeLimits.MaxChildPlaces];
    }
}
