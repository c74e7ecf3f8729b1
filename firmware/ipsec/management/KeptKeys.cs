#if IKE_DEBUG
using NfIpsec.Base.Crypto;
using NfIpsec.Ipsec.Sa;

namespace NfIpsec.Ipsec.Management
{
    /// <summary>Debug builds only: copies of negotiated keys, for display and key logs; the daemon wipes its own.</summary>
    internal static class KeptKeys
    {
        /// <summary>Inbound cipher, outbound cipher, inbound MAC, outbound MAC, inbound AH, outbound AH; null where there is none.</summary>
        internal static Secret[] Copy(SaRequest request)
        {
            return new Secret[]
            {
                Copy(request.InboundCipherKey), Copy(request.OutboundCipherKey), Copy(request.InboundMacKey), Copy(request.OutboundMacKey),
                Copy(request.InboundAhKey), Copy(request.OutboundAhKey)
            };
        }

        private static Secret Copy(int handle)
        {
            if (handle == 0)
            {
                return null;
            }
            // The daemon's handle is borrowed here, so this owner is never disposed.
            Secret borrowed = Secret.Own(handle, out int status);
            return KeyDerivation.Slice(borrowed, 0, borrowed.Length, out status);
        }
    }
}
#endif
