using NfIpsec.Base;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Session;

namespace NfIpsec.Ikev2
{
    /// <summary>Peers that prove nothing can be as many as somebody likes (RFC 7619 3.2): they have a share of the IKE SAs and of the
    /// sessions, each source has a share of that, and the oldest gives way where who proves himself finds no room.</summary>
    internal static class Strangers
    {
        private static bool Are(IkeSa sa)
        {
            return sa != null && sa.State >= IkeState.Established && sa.Remote.Method == AuthMethod.NullAuth;
        }

        /// <summary>Why there is no room for one more at the other end of the path; null: there is. The last place of all is not for
        /// him.</summary>
        internal static string Full(Ikev2Module ike, IkePath path)
        {
            int all = 0, here = 0;
            for (int i = 0; i < ike.Sas.Slots.Length; i++)
            {
                IkeSa sa = ike.Sas.Slots[i];
                all += Are(sa) ? 1 : 0;
                here += Are(sa) && sa.Path.SameSource(path) ? 1 : 0;
            }
            return ike.Sas.IsFull || all >= IkeLimits.MaxStrangers ? "IKE SAs of peers that prove nothing"
                : here >= IkeLimits.MaxStrangersPerSource ? "IKE SAs of one source that proves nothing" : null;
        }

        /// <summary>There is room for another session of theirs.</summary>
        internal static bool HaveSession(Ikev2Module ike)
        {
            int count = 0;
            for (int i = 0; i < ike.Sas.Slots.Length; i++)
            {
                count += Are(ike.Sas.Slots[i]) ? ike.Sas.Slots[i].ChildCount : 0;
            }
            return count < Limits.MaxSessions / 2;
        }

        /// <summary>Makes room for another IKE SA and another session with who proves himself. Not while a message is being
        /// written.</summary>
        internal static void GiveWay(Ikev2Module ike, RemoteConfig to)
        {
            bool full = to.Method != AuthMethod.NullAuth && (ike.Sas.IsFull || !ike.Module.HasSession);
            for (IkeSa oldest = full ? Oldest(ike) : null; oldest != null; oldest = full ? Oldest(ike) : null)
            {
                ike.Module.Log.TurnAway(Fault.TooMany, oldest.Path, "who proves himself needs the place", ike.Module.Clock.Now);
                ike.Sender.Farewell(oldest);
                ike.Kill(oldest);
                full = ike.Sas.IsFull || !ike.Module.HasSession;
            }
        }

        private static IkeSa Oldest(Ikev2Module ike)
        {
            IkeSa oldest = null;
            for (int i = 0; i < ike.Sas.Slots.Length; i++)
            {
                IkeSa sa = ike.Sas.Slots[i];
                oldest = Are(sa) && (oldest == null || sa.CreatedAt < oldest.CreatedAt) ? sa : oldest;
            }
            return oldest;
        }
    }
}
