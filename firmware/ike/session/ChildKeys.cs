using System;
using NfIpsec.Base.Crypto;

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
