using NfIpsec.Base;

namespace NfIpsec.Ipsec.Engine
{
    /// <summary>The managed counters, one for each XE_ code; index 0 counts packets that passed.</summary>
    public sealed class Tally
    {
        public readonly int[] Xe = new int[Status.Count];

        /// <summary>Counts a drop. A native fault has no place of its own: the session could not do its work.</summary>
        public void Count(int status)
        {
            Xe[status > 0 && status < Status.Count ? status : Status.XE_BAD_SESS_ERR]++;
        }
    }
}
