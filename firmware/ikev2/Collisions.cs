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
            bool ike = shape == PayloadRules.IkeRekey;
            if (sa.State == IkeState.Deleting)
            {
                // A further child will not be had here later either.
                return ike || rekey ? NotifyType.TemporaryFailure : NotifyType.NoAdditionalSas;
            }
            if (sa.State == IkeState.Replaced)
            {
                return NotifyType.TemporaryFailure;
            }
            if (ike)
            {
                return sa.Current is ChildExchange || sa.Current is DeleteChildExchange ? NotifyType.TemporaryFailure : 0;
            }
            if (sa.Current is RekeyIkeExchange || sa.Heir != null)
            {
                return NotifyType.TemporaryFailure;
            }
            if (rekey && old == null)
            {
                return NotifyType.ChildSaNotFound;
            }
            return rekey && old.Closing ? NotifyType.TemporaryFailure : 0;
        }
    }
}
