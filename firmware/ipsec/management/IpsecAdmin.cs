using NfIpsec.Base;
using NfIpsec.Base.Address;

namespace NfIpsec.Ipsec.Management
{
    /// <summary>The management interface: policies, security associations and what displays need of them. Every call answers 0 or
    /// an XE_ code, and after a failure <see cref="LastError"/> says in one sentence which text was wrong and what was expected.
    /// A call that fails has changed nothing. The source is our side, the destination the other one.</summary>
    /// <remarks>Belongs to the node's thread. SPIs are unsigned 32-bit numbers in an int, host order. Algorithm numbers are the
    /// transform ids of IKEv2 (Algorithms.Ikev2Number).</remarks>
    public sealed class IpsecAdmin
    {
        /// <summary>Broken algorithms (3DES here) may be used: "ipsec legacy on".</summary>
        public bool LegacyAllowed;

        /// <summary>Why the last call failed.</summary>
        public string LastError = "";

        /// <summary>Must come first; every other call answers NFI_NOT_STARTED until then. Puts the first verdict table in force.</summary>
        public int IPSecInit()
        {
            return Status.NFI_NOT_STARTED;
        }

        public int IPSecAdminAddBypassPolicy(string srcid, string dstid, int protocol, int priority)
        {
            return Status.NFI_NOT_STARTED;
        }

        public int IPSecAdminAddDropPolicy(string srcid, string dstid, int protocol, int priority)
        {
            return Status.NFI_NOT_STARTED;
        }

        /// <param name="raddr">Remote endpoint; null only with bypass and drop.</param>
        /// <param name="spid">In: the id wanted, or 0 to have one made. Out: the id given.</param>
        public int IPSecAdminAddPolicy(int policy, int protocol, string srcid, string dstid, string raddr, int flags, int priority, ref int spid)
        {
            return Status.NFI_NOT_STARTED;
        }

        /// <summary>The same with parsed identities; both carry the protocol.</summary>
        public int IPSecMgmtAddPolicy(int policy, IPSecID srcid, IPSecID dstid, IpAddress raddr, int flags, int priority, ref int spid)
        {
            return Status.NFI_NOT_STARTED;
        }

        /// <summary>Window, lifetimes and domain of a policy, for the SAs that are made afterwards.</summary>
        public int IPSecMgmtSetPolicyOptions(int spid, PolicyOptions options)
        {
            return Status.NFI_NOT_STARTED;
        }

        /// <summary>Adds the manually keyed SA pair of a policy. Keys stay the caller's, who wipes them.</summary>
        /// <param name="authAlg">0 with keyLen 0: none.</param>
        /// <param name="ahISpi">Both AH SPIs 0 without AH.</param>
        public int IPSecMgmtAddSA(int spid, int encrAlg, int encrKeyLen, byte[] encrIKey, byte[] encrOKey,
            int authAlg, int authKeyLen, byte[] authIKey, byte[] authOKey, int espISpi, int espOSpi, int ahISpi, int ahOSpi)
        {
            return Status.NFI_NOT_STARTED;
        }

        /// <summary>Policy (with SP_KEYNEG_MANUAL, when none with these selectors exists) and SA pair in one call. A policy that
        /// exists with another mode or endpoint is a conflict: XE_EXIST.</summary>
        public int IPSecAdminAddManualSA2(int policy, int protocol, string srcid, string dstid, string raddr, int flags, int priority,
            int encrAlg, int encrKeyLen, byte[] encrIKey, byte[] encrOKey, int authAlg, int authKeyLen, byte[] authIKey, byte[] authOKey,
            int espISpi, int espOSpi, int ahISpi, int ahOSpi, out int spid)
        {
            spid = 0;
            return Status.NFI_NOT_STARTED;
        }

        /// <summary>Deletes the policy and its sessions.</summary>
        public int IPSecAdminDeletePolicy(int spid)
        {
            return Status.NFI_NOT_STARTED;
        }

        /// <summary>Deletes all policies but the built-in ones, in one swap of the verdict table, and their sessions.</summary>
        public int IPSecAdminDeleteAllPolicies()
        {
            return Status.NFI_NOT_STARTED;
        }

        /// <summary>Deletes the sessions of a policy; XE_SA_NOT_FOUND when it has none.</summary>
        public int IPSecAdminDeleteSA(int spid)
        {
            return Status.NFI_NOT_STARTED;
        }

        /// <summary>The same for the policy with exactly these selectors.</summary>
        public int IPSecAdminDeleteSABySelectors(string srcid, string dstid, int protocol)
        {
            return Status.NFI_NOT_STARTED;
        }

        /// <summary>ipsec flush -c: all sessions.</summary>
        public int IPSecAdminFlushSAD()
        {
            return Status.NFI_NOT_STARTED;
        }

        /// <summary>ipsec flush -p: all policies but the built-in ones, and with them all their sessions.</summary>
        public int IPSecAdminFlushSPD()
        {
            return Status.NFI_NOT_STARTED;
        }

        /// <summary>ipsec flush -a.</summary>
        public int IPSecAdminFlushAll()
        {
            return Status.NFI_NOT_STARTED;
        }

        /// <summary>The policy with exactly these selectors, or 0; the one that would match first when there are several.</summary>
        public int FindPolicy(string srcid, string dstid, int protocol)
        {
            return 0;
        }

        public int PolicyCount
        {
            get { return 0; }
        }

        /// <summary>Fills the view with policy <paramref name="index"/>, counted in match order from 0. False behind the last one.</summary>
        public bool GetPolicy(int index, PolicyView view)
        {
            return false;
        }

        /// <summary>Fills the view with the policy of that id; false when there is none.</summary>
        public bool GetPolicyById(int spid, PolicyView view)
        {
            return false;
        }

        public int SessionCount
        {
            get { return 0; }
        }

        /// <summary>Fills the view with session <paramref name="index"/>, counted in slot order from 0. False behind the last one.</summary>
        public bool GetSession(int index, SessionView view)
        {
            return false;
        }

        /// <summary>Counters, managed and native added; layout NfIpsec.Base.Ports.PacketCounters.</summary>
        /// <param name="dst">At least PacketCounters.Words long.</param>
        public int ReadCounters(int[] dst)
        {
            return Status.NFI_NOT_STARTED;
        }

#if IKE_DEBUG
        /// <summary>Debug builds only, for "ipsec netstat -k" and key logs: keys of manual SAs are kept for display.</summary>
        public bool KeepKeys = true;

        /// <summary>One key of a session in hexadecimal, or null when it was not kept.</summary>
        public string ShowKey(int slot, bool outbound, bool integrity)
        {
            return null;
        }
#endif
    }
}
