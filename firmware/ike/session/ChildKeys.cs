using System;
using NfIpsec.Base.Crypto;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Ike.Session
{
    /// <summary>One pair of child SAs as it goes into IPsec. Dispose wipes the keys.</summary>
    public sealed class ChildKeys : IDisposable
    {
        public int Spid, InboundSpi, OutboundSpi;

        /// <summary>Rows of the algorithm table; Integrity -1 with an AEAD.</summary>
        public int Encryption, Integrity;

        public int LifeSeconds;
        public long LifeBytes, LifePackets;
        public int EncapLocal, EncapRemote;

        /// <summary>What was agreed upon where that is less than the policy's traffic; null: all of it. Both or none.</summary>
        public TrafficSelectors Local, Remote;

        public Secret InboundCipher, OutboundCipher, InboundMac, OutboundMac;

        public void Dispose()
        {
            Wipe(InboundCipher);
            Wipe(OutboundCipher);
            Wipe(InboundMac);
            Wipe(OutboundMac);
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
