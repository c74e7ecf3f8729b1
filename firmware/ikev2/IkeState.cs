namespace NfIpsec.Ikev2
{
    /// <summary>States of an IKE SA and the moves between them; there are no others. Standby: made by rekeying, and whether it is the one
    /// that takes over is not settled yet. Replaced: another one has taken over, and the peer deletes it.</summary>
    internal static class IkeState
    {
        internal const int New = 0, InitSent = 1, AuthSent = 2, HalfOpen = 3, Established = 4, Standby = 5, Replaced = 6, Deleting = 7, Dead = 8;

        private static readonly string[] s_names = { "NEW", "INIT_SENT", "AUTH_SENT", "HALF_OPEN", "ESTABLISHED", "STANDBY", "REPLACED", "DELETING", "DEAD" };

        // By state: one bit for each state that may follow.
        private static readonly int[] s_next =
        {
            1 << InitSent | 1 << HalfOpen | 1 << Established | 1 << Standby | 1 << Dead,
            1 << AuthSent | 1 << Dead,
            1 << Established | 1 << InitSent | 1 << Dead,
            1 << Established | 1 << Dead,
            1 << Replaced | 1 << Deleting | 1 << Dead,
            1 << Established | 1 << Replaced | 1 << Deleting | 1 << Dead,
            1 << Deleting | 1 << Dead,
            1 << Dead,
            0
        };

        internal static string Name(int state)
        {
            return s_names[state];
        }

        internal static bool MayFollow(int state, int next)
        {
            return (s_next[state] & 1 << next) != 0;
        }
    }
}
