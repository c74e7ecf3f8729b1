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
            Show(ike, sa);
            return sa.Keys != null ? Status.XE_OK : status;
        }

        /// <summary>The same for an SA that takes over from another.</summary>
        internal static int Renew(Ikev2Module ike, IkeSa old, IkeSa heir, Transforms chosen, Secret shared)
        {
            heir.Chosen = chosen;
            heir.Inherit(old);
            heir.Keys = old.Keys.Renew(chosen.Encryption, chosen.Integrity, chosen.Prf, shared, heir.InitiatorNonce, heir.ResponderNonce,
                heir.InitiatorSpi, heir.ResponderSpi, out int status);
            Show(ike, heir);
            return heir.Keys != null ? Status.XE_OK : status;
        }

        // For Wireshark, in debug builds.
        private static void Show(Ikev2Module ike, IkeSa sa)
        {
#if IKE_DEBUG
            if (sa.Keys != null && ike.Module.KeyLog != null)
            {
                KeyLog.Write(ike.Module.KeyLog, sa);
            }
#endif
        }
    }
}
