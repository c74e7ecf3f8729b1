using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>The peer's CREATE_CHILD_SA against what we do with the same SA at that moment (RFC 7296 2.25).</summary>
    internal static class Collisions
    {
        /// <summary>The notify that says no, or 0.</summary>
        /// <param name="shape">Form of the request: PayloadRules.Child or IkeRekey.</param>
        /// <param name="rekey">It has a REKEY_SA; <paramref name="old"/> is what it names, null when that is not there.</param>
        internal static int Refusal(IkeSa sa, int shape, bool rekey, ChildSa old)
        {
            if (shape == PayloadRules.IkeRekey)
            {
                return NotifyType.NoAdditionalSas;
            }
            if (rekey && old == null)
            {
                return NotifyType.ChildSaNotFound;
            }
            return rekey && old.Closing ? NotifyType.TemporaryFailure : 0;
        }
    }
}
