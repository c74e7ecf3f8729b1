using System;
using NfIpsec.Base.Crypto;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Ike.Session
{
    /// <summary>One pair of child SAs as it goes into IPsec. Dispose wipes the keys.</summary>
    public sealed class ChildKeys : IDisposable
    {
        public int Spid, InboundSpi, OutboundSpi;

        /// <summary>Rows of the algorithm table, -1 none: Encryption without ESP, Integrity without ESP or with an AEAD, AhIntegrity
        /// without AH.</summary>
        public int Encryption = -1, Integrity = -1, AhIntegrity = -1;

        public int LifeSeconds;
        public long LifeBytes, LifePackets;
        public int EncapLocal, EncapRemote;

        /// <summary>The peer takes no TFC padding (RFC 7296 1.3.1).</summary>
        public bool NoTfcPadding;

        /// <summary>Our own address and the virtual one that stands for it, four words each; null: none. Only with Local and Remote.</summary>
        public int[] Alias;

        /// <summary>What was agreed upon where that is less than the policy's traffic; null: all of it. Both or none.</summary>
        public TrafficSelectors Local, Remote;

        public Secret InboundCipher, OutboundCipher, InboundMac, OutboundMac, InboundAh, OutboundAh;

        public void Dispose()
        {
            Wipe(InboundCipher);
            Wipe(OutboundCipher);
            Wipe(InboundMac);
            Wipe(OutboundMac);
            Wipe(InboundAh);
            Wipe(OutboundAh);
        }

        private static void Wipe(Secret secret)
        {
            if (secret != null)
            {
                secret.Dispose();
            }
        }
    }
}
