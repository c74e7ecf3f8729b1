using NfIpsec.Base;
using NfIpsec.Base.Crypto;
using NfIpsec.Ike.Keys;

namespace NfIpsec.Ikev2
{
    /// <summary>Both roles: from the shared secret to the keys of the SA.</summary>
    internal static class KeySetup
    {
        internal static int Derive(Ikev2Module ike, IkeSa sa, Transforms chosen, Secret shared)
        {
            sa.Chosen = chosen;
            sa.Keys = IkeKeys.Make(chosen.Encryption, chosen.Integrity, chosen.Prf, shared, sa.InitiatorNonce, sa.ResponderNonce,
                sa.InitiatorSpi, sa.ResponderSpi, out int status);
#if IKE_DEBUG
            if (sa.Keys != null && ike.Module.KeyLog != null)
            {
                KeyLog.Write(ike.Module.KeyLog, sa);
            }
#endif
            return sa.Keys != null ? Status.XE_OK : status;
        }
    }
}
