using System;
using NfIpsec.Base;
using NfIpsec.Base.Address;
using NfIpsec.Base.Bytes;
using NfIpsec.Base.Crypto;
using NfIpsec.Base.Ports;
using NfIpsec.Ipsec.Engine;
using NfIpsec.Ipsec.Policy;
using NfIpsec.Ipsec.Sa;

namespace NfIpsec.Ipsec.Management
{
    /// <summary>The management interface: policies, security associations and what displays need of them. Every call answers 0 or
    /// an XE_ code, and after a failure <see cref="LastError"/> says in one sentence which text was wrong and what was expected.
    /// A call that fails has changed nothing. The source is our side, the destination the other one.</summary>
    /// <remarks>Belongs to the node's thread. SPIs are unsigned 32-bit numbers in an int, host order. Algorithm numbers are the
    /// transform ids of IKEv2 (Algorithms.Ikev2Number).</remarks>
    public sealed class IpsecAdmin
    {
        private readonly Databases _databases;
        private readonly LocalEndpoint _localEndpoint;
        private readonly PacketPort _packets;
        private readonly Tally _tally;

        /// <summary>Broken algorithms (3DES here) may be used: "ipsec legacy on".</summary>
        public bool LegacyAllowed = LegacyAtStart;

        /// <summary>What holds before a line says otherwise: the build-time option LEGACY_ALGORITHMS.</summary>
#if LEGACY_ALGORITHMS
        public const bool LegacyAtStart = true;
#else
        public const bool LegacyAtStart = false;
#endif

        /// <summary>Why the last call failed.</summary>
        public string LastError = "";

        public IpsecAdmin(Databases databases, PacketPort packets, Tally tally)
        {
            _databases = databases;
            _localEndpoint = new LocalEndpoint(packets);
            _packets = packets;
            _tally = tally;
        }

        /// <summary>Must come first; every other call answers NFI_NOT_STARTED until then. Puts the first verdict table in force. A
        /// second call changes nothing.</summary>
        public int IPSecInit()
        {
            int status = _databases.Start();
            return status == Status.XE_OK ? status : Fail(status, "the verdict table could not be put in force, code " + status.ToString());
        }

        public int IPSecAdminAddBypassPolicy(string srcid, string dstid, int protocol, int priority)
        {
            int spid = 0;
            return IPSecAdminAddPolicy(PolicyAction.IPSEC_POLICY_BYPASS, protocol, srcid, dstid, null, 0, priority, ref spid);
        }

        public int IPSecAdminAddDropPolicy(string srcid, string dstid, int protocol, int priority)
        {
            int spid = 0;
            return IPSecAdminAddPolicy(PolicyAction.IPSEC_POLICY_DROP, protocol, srcid, dstid, null, 0, priority, ref spid);
        }

        /// <param name="raddr">Remote endpoint; null only with bypass and drop.</param>
        /// <param name="spid">In: the id wanted, or 0 to have one made. Out: the id given.</param>
        public int IPSecAdminAddPolicy(int policy, int protocol, string srcid, string dstid, string raddr, int flags, int priority, ref int spid)
        {
            int status = Parse(srcid, dstid, protocol, out IPSecID source, out IPSecID destination);
            if (status != Status.XE_OK)
            {
                return status;
            }
            status = ParseEndpoint(raddr, out IpAddress remote);
            return status != Status.XE_OK ? status : IPSecMgmtAddPolicy(policy, source, destination, remote, flags, priority, ref spid);
        }

        /// <summary>The same with parsed identities; both carry the protocol.</summary>
        public int IPSecMgmtAddPolicy(int policy, IPSecID srcid, IPSecID dstid, IpAddress raddr, int flags, int priority, ref int spid)
        {
            return AddPolicyInDomain(0, policy, srcid, dstid, raddr, flags, priority, ref spid);
        }

        /// <summary>The same for the packets of one interface only.</summary>
        /// <param name="domain">Interface number, 0 any.</param>
        public int AddPolicyInDomain(int domain, int policy, IPSecID srcid, IPSecID dstid, IpAddress raddr, int flags, int priority, ref int spid)
        {
            if (!_databases.Started)
            {
                return NotStarted();
            }
            int status = PolicyCheck.Parameters(policy, srcid, dstid, raddr, flags, priority, out string error);
            if (status != Status.XE_OK)
            {
                return Fail(status, error);
            }
            if (spid < 0 || domain < 0 || domain > Limits.MaxDomain)
            {
                return Fail(Status.XE_BAD_PARAM, "policy id " + spid.ToString() + ", domain " + domain.ToString() + ": expected positive numbers, the domain at most " + Limits.MaxDomain.ToString());
            }
            SecurityPolicy entry = new SecurityPolicy(policy, srcid, dstid, domain, raddr, flags, priority);
            if (entry.IsTunnel && (entry.Protection.Local = _localEndpoint.Choose(srcid, raddr)) == null)
            {
                return Fail(Status.XE_BAD_PARAM, "remote endpoint '" + raddr.ToString() + "': no interface has an IPv" + raddr.Version.ToString() + " address to tunnel from");
            }
            status = _databases.AddPolicy(entry, spid);
            if (status != Status.XE_OK)
            {
                return Fail(status, AddPolicyError(status, entry, spid));
            }
            spid = entry.Spid;
            return Status.XE_OK;
        }

        private string AddPolicyError(int status, SecurityPolicy entry, int spid)
        {
            switch (status)
            {
                case Status.XE_EXIST:
                    return _databases.Spd.Find(spid) != null ? "policy id " + spid.ToString() + " is taken"
                        : "'" + entry.Source.ToString() + "' to '" + entry.Destination.ToString() + "': a policy with these selectors and this priority exists";
                case Status.XE_OUT_OF_POLICIES:
                    return "the policy database is full: " + Limits.MaxPolicies.ToString() + " policies";
                default:
                    return "the verdict table refused the policy, code " + status.ToString();
            }
        }

        /// <summary>Window and lifetimes of a policy, for the SAs that are made afterwards, and its path MTU. Bypass and drop have none of
        /// it, and keep nothing.</summary>
        public int IPSecMgmtSetPolicyOptions(int spid, PolicyOptions options)
        {
            SecurityPolicy policy = Find(spid, out int status);
            if (policy == null)
            {
                return status;
            }
            status = PolicyCheck.Options(policy, options, out string error);
            if (status != Status.XE_OK)
            {
                return Fail(status, error);
            }
            Protection protection = policy.Protection;
            if (protection == null)
            {
                return Status.XE_OK;
            }
            status = _databases.Spd.SetMtu(policy, options.Mtu);
            if (status != Status.XE_OK)
            {
                return Fail(status, "the verdict table refused the path MTU, code " + status.ToString());
            }
            // A clone takes them along when it is spawned.
            protection.ReplayWindow = options.ReplayWindow;
            protection.LifeSeconds = options.LifeSeconds;
            protection.LifeBytes = options.LifeBytes;
            protection.LifePackets = options.LifePackets;
            return Status.XE_OK;
        }

        /// <summary>Adds the manually keyed SA pair of a policy, for the protocols of the policy. Keys stay the caller's, who wipes
        /// them.</summary>
        /// <param name="encrAlg">0 with length 0: none, for AH alone.</param>
        /// <param name="authAlg">Authentication, and its keys, of ESP, of AH, of each when there are both.</param>
        /// <param name="ahISpi">The SPIs of a protocol that the policy has not are 0. With both protocols what comes in has one SPI:
        /// ahISpi is espISpi.</param>
        public int IPSecMgmtAddSA(int spid, int encrAlg, int encrKeyLen, byte[] encrIKey, byte[] encrOKey,
            int authAlg, int authKeyLen, byte[] authIKey, byte[] authOKey, int espISpi, int espOSpi, int ahISpi, int ahOSpi)
        {
            SecurityPolicy policy = Find(spid, out int status);
            if (policy == null)
            {
                return status;
            }
            if (!policy.IsSecure)
            {
                return Fail(Status.XE_BAD_PARAM, "policy " + spid.ToString() + " does not secure its traffic: expected one in tunnel or transport mode");
            }
            if (policy.IsPattern || policy.IsCloned)
            {
                return Fail(Status.XE_BAD_PARAM, "policy " + spid.ToString() + " takes selectors from packets: each flow has keys of its own, which are not set by hand");
            }
            ManualKeys keys = new ManualKeys(policy);
            status = keys.SetSpis(espISpi, espOSpi, ahISpi, ahOSpi);
            status = status != Status.XE_OK ? status : keys.SetAlgorithms(encrAlg, encrKeyLen, authAlg, authKeyLen, LegacyAllowed);
            status = status != Status.XE_OK ? status : keys.Import(encrIKey, encrOKey, authIKey, authOKey);
            if (status != Status.XE_OK)
            {
                keys.Wipe();
                return Fail(status, keys.Error);
            }
            return AddSession(policy, keys);
        }

        private int AddSession(SecurityPolicy policy, ManualKeys keys)
        {
            IpsecSession session = _databases.AddSession(policy, keys.Request, out int status);
#if IKE_DEBUG
            if (session != null && KeepKeys)
            {
                session.Keys = keys.Keys;
                return Status.XE_OK;
            }
#endif
            keys.Wipe();
            return session != null ? Status.XE_OK : Fail(status, AddSessionError(status, policy, keys.Request));
        }

        private static string AddSessionError(int status, SecurityPolicy policy, SaRequest request)
        {
            switch (status)
            {
                case Status.XE_EXIST:
                    return policy.Session != null ? "policy " + policy.Spid.ToString() + " has a security association: delete it first"
                        : "incoming SPI '" + Hex.Format32(request.InboundSpi) + "' is in use";
                case Status.XE_OUT_OF_SESSIONS:
                    return "the security association database is full: " + Limits.MaxSessions.ToString() + " sessions";
                default:
                    return "the native side refused the keys, code " + status.ToString();
            }
        }

        /// <summary>Policy (with SP_KEYNEG_MANUAL, when none with these selectors exists) and SA pair in one call. A policy that
        /// exists with another mode or endpoint is a conflict: XE_EXIST.</summary>
        /// <param name="policy">0: the mode of the policy that exists.</param>
        /// <param name="raddr">null: the endpoint of the policy that exists.</param>
        public int IPSecAdminAddManualSA2(int policy, int protocol, string srcid, string dstid, string raddr, int flags, int priority,
            int encrAlg, int encrKeyLen, byte[] encrIKey, byte[] encrOKey, int authAlg, int authKeyLen, byte[] authIKey, byte[] authOKey,
            int espISpi, int espOSpi, int ahISpi, int ahOSpi, out int spid)
        {
            spid = 0;
            int status = Parse(srcid, dstid, protocol, out IPSecID source, out IPSecID destination);
            IpAddress remote = null;
            status = status != Status.XE_OK ? status : ParseEndpoint(raddr, out remote);
            if (status != Status.XE_OK)
            {
                return status;
            }
            SecurityPolicy found = _databases.Spd.FindSame(new Selector(source, destination, 0));
            bool fresh = found == null;
            status = fresh ? IPSecMgmtAddPolicy(policy, source, destination, remote, flags | PolicyFlags.SP_KEYNEG_MANUAL, priority, ref spid)
                : CheckConflict(found, policy, remote);
            if (status != Status.XE_OK)
            {
                return status;
            }
            int id = fresh ? spid : found.Spid;
            status = IPSecMgmtAddSA(id, encrAlg, encrKeyLen, encrIKey, encrOKey, authAlg, authKeyLen, authIKey, authOKey, espISpi, espOSpi, ahISpi, ahOSpi);
            if (status != Status.XE_OK && fresh)
            {
                _databases.RemovePolicy(_databases.Spd.Find(id));
            }
            spid = status == Status.XE_OK ? id : 0;
            return status;
        }

        private int CheckConflict(SecurityPolicy found, int policy, IpAddress remote)
        {
            if (policy != 0 && policy != found.Action)
            {
                return Fail(Status.XE_EXIST, "policy " + found.Spid.ToString() + " has these selectors with another mode or action: expected "
                    + (!found.IsSecure ? "a secure policy" : found.IsTunnel ? "tunnel" : "transport"));
            }
            if (remote != null && found.Remote != null && !IpAddress.Same(remote.Words, 0, found.Remote.Words, 0))
            {
                return Fail(Status.XE_EXIST, "'" + remote.ToString() + "': policy " + found.Spid.ToString() + " has these selectors with remote endpoint " + found.Remote.ToString());
            }
            return Status.XE_OK;
        }

        /// <summary>Deletes the policy and its sessions. A built-in one stays: XE_BAD_PARAM.</summary>
        public int IPSecAdminDeletePolicy(int spid)
        {
            SecurityPolicy policy = Find(spid, out int status);
            if (policy == null)
            {
                return status;
            }
            if ((policy.Flags & PolicyFlags.BuiltIn) != 0)
            {
                return Fail(Status.XE_BAD_PARAM, "policy " + spid.ToString() + " is built in");
            }
            return Committed(_databases.RemovePolicy(policy));
        }

        /// <summary>Addresses of ours came or went: a tunnel whose local endpoint is no longer ours starts from another one. What was
        /// negotiated from the old address goes, and the next packet asks for new keys; nothing leaves in clear meanwhile. Keys set by
        /// hand stay with the address they were set for.</summary>
        public void RefreshLocalEndpoints()
        {
            for (int i = 0; i < _databases.Spd.Count; i++)
            {
                SecurityPolicy policy = _databases.Spd.InOrder(i);
                IpAddress next = policy.Local == null || _localEndpoint.IsOurs(policy.Local) ? null : _localEndpoint.Choose(policy.Source, policy.Remote);
                if (next != null)
                {
                    policy.Protection.Local = next;
                    _databases.RemoveNegotiated(policy);
                }
            }
        }

        /// <summary>Deletes a built-in policy: for the part of the product that installed it.</summary>
        public int RemoveBuiltIn(int spid)
        {
            SecurityPolicy policy = Find(spid, out int status);
            if (policy == null || (policy.Flags & PolicyFlags.BuiltIn) == 0)
            {
                return policy == null ? status : Fail(Status.XE_BAD_PARAM, "policy " + spid.ToString() + " is not built in");
            }
            return Committed(_databases.RemovePolicy(policy));
        }

        /// <summary>Deletes all policies but the built-in ones, in one swap of the verdict table, and their sessions.</summary>
        public int IPSecAdminDeleteAllPolicies()
        {
            return _databases.Started ? Committed(_databases.RemoveAllPolicies()) : NotStarted();
        }

        /// <summary>Deletes the sessions of a policy; XE_SA_NOT_FOUND when it has none.</summary>
        public int IPSecAdminDeleteSA(int spid)
        {
            SecurityPolicy policy = Find(spid, out int status);
            if (policy == null)
            {
                return status;
            }
            return _databases.RemoveSessions(policy) > 0 ? Status.XE_OK
                : Fail(Status.XE_SA_NOT_FOUND, "policy " + spid.ToString() + " has no security association");
        }

        /// <summary>The same for the policy with exactly these selectors.</summary>
        public int IPSecAdminDeleteSABySelectors(string srcid, string dstid, int protocol)
        {
            int status = Parse(srcid, dstid, protocol, out IPSecID source, out IPSecID destination);
            if (status != Status.XE_OK)
            {
                return status;
            }
            SecurityPolicy policy = _databases.Spd.FindSame(new Selector(source, destination, 0));
            return policy != null ? IPSecAdminDeleteSA(policy.Spid)
                : Fail(Status.XE_POLICY_NOT_FOUND, "'" + source.ToString() + "' to '" + destination.ToString() + "': no policy has these selectors");
        }

        /// <summary>ipsec flush -c: all sessions.</summary>
        public int IPSecAdminFlushSAD()
        {
            if (!_databases.Started)
            {
                return NotStarted();
            }
            _databases.RemoveAllSessions();
            return Status.XE_OK;
        }

        /// <summary>ipsec flush -p: all policies but the built-in ones, and with them their sessions.</summary>
        public int IPSecAdminFlushSPD()
        {
            return IPSecAdminDeleteAllPolicies();
        }

        /// <summary>ipsec flush -a.</summary>
        public int IPSecAdminFlushAll()
        {
            int status = IPSecAdminDeleteAllPolicies();
            return status != Status.XE_OK ? status : IPSecAdminFlushSAD();
        }

        /// <summary>The policy with exactly these selectors, or 0; the one that would match first when there are several.</summary>
        public int FindPolicy(string srcid, string dstid, int protocol)
        {
            int status = Parse(srcid, dstid, protocol, out IPSecID source, out IPSecID destination);
            SecurityPolicy policy = status != Status.XE_OK ? null : _databases.Spd.FindSame(new Selector(source, destination, 0));
            return policy == null ? 0 : policy.Spid;
        }

        /// <summary>BYPASS policies added from now on wait for <see cref="ReleaseClear"/> and drop until then.</summary>
        public void HoldClear()
        {
            _databases.Spd.ClearHeld = true;
        }

        /// <summary>Puts them in force, all at once. After a failure they go on dropping.</summary>
        public int ReleaseClear()
        {
            return _databases.Started ? Committed(_databases.Spd.ReleaseClear()) : NotStarted();
        }

        /// <summary>True between the two.</summary>
        public bool ClearHeld
        {
            get { return _databases.Spd.ClearHeld; }
        }

        public int PolicyCount
        {
            get { return _databases.Spd.Count; }
        }

        /// <summary>Fills the view with policy <paramref name="index"/>, counted in match order from 0. False behind the last one.</summary>
        public bool GetPolicy(int index, PolicyView view)
        {
            return Show(_databases.Spd.InOrder(index), view);
        }

        /// <summary>Fills the view with the policy of that id; false when there is none.</summary>
        public bool GetPolicyById(int spid, PolicyView view)
        {
            return Show(_databases.Spd.Find(spid), view);
        }

        private static bool Show(SecurityPolicy policy, PolicyView view)
        {
            if (policy == null)
            {
                return false;
            }
            ViewFiller.Fill(policy, view);
            return true;
        }

        public int SessionCount
        {
            get { return _databases.Sad.Count; }
        }

        /// <summary>Fills the view with session <paramref name="index"/>, counted in slot order from 0. False behind the last one.</summary>
        public bool GetSession(int index, SessionView view)
        {
            IpsecSession session = _databases.Sad.InOrder(index);
            if (session == null)
            {
                return false;
            }
            ViewFiller.Fill(session, _databases.Now, view);
            return true;
        }

        /// <summary>Counters, managed and native added; layout NfIpsec.Base.Ports.PacketCounters.</summary>
        /// <param name="dst">At least PacketCounters.Words long.</param>
        public int ReadCounters(int[] dst)
        {
            if (dst == null || dst.Length < PacketCounters.Words)
            {
                return Fail(Status.XE_BAD_PARAM, "room for " + PacketCounters.Words.ToString() + " counters is needed");
            }
            Array.Clear(dst, 0, dst.Length);
            _packets.Counters(dst);
            for (int i = 0; i < Status.Count; i++)
            {
                dst[PacketCounters.Xe + i] += _tally.Xe[i];
            }
            return Status.XE_OK;
        }

#if IKE_DEBUG
        /// <summary>Debug builds only, for "ipsec netstat -k" and key logs: keys of manual SAs are kept for display.</summary>
        public bool KeepKeys = true;

        /// <summary>One key of a session in hexadecimal, or null when it was not kept.</summary>
        public string ShowKey(int slot, bool outbound, bool integrity)
        {
            IpsecSession session = slot >= 0 && slot < Limits.MaxSessions ? _databases.Sad.Slots[slot] : null;
            Secret key = session == null || session.Keys == null ? null : session.Keys[(integrity ? 2 : 0) + (outbound ? 1 : 0)];
            return Show(key);
        }

        /// <summary>The same for AH.</summary>
        public string ShowAhKey(int slot, bool outbound)
        {
            IpsecSession session = slot >= 0 && slot < Limits.MaxSessions ? _databases.Sad.Slots[slot] : null;
            if (session == null || session.Keys == null || !session.Ah)
            {
                return null;
            }
            Secret own = session.Keys[outbound ? 5 : 4];
            return Show(own != null ? own : session.Keys[outbound ? 3 : 2]);
        }

        private static string Show(Secret key)
        {
            byte[] bytes = key == null ? null : key.Export();
            return bytes == null ? null : Hex.Format(bytes, 0, bytes.Length);
        }
#endif

        private SecurityPolicy Find(int spid, out int status)
        {
            if (!_databases.Started)
            {
                status = NotStarted();
                return null;
            }
            SecurityPolicy policy = _databases.Spd.Find(spid);
            status = policy != null ? Status.XE_OK : Fail(Status.XE_POLICY_NOT_FOUND, "no policy has the id " + spid.ToString());
            return policy;
        }

        private int Parse(string srcid, string dstid, int protocol, out IPSecID source, out IPSecID destination)
        {
            destination = null;
            source = IPSecID.Parse(srcid, protocol, out int status, out string error);
            if (source == null)
            {
                return Fail(status, "source " + error);
            }
            destination = IPSecID.Parse(dstid, protocol, out status, out error);
            return destination == null ? Fail(status, "destination " + error) : Status.XE_OK;
        }

        private int ParseEndpoint(string text, out IpAddress address)
        {
            address = text == null ? null : IpAddress.Parse(text);
            return text == null || address != null ? Status.XE_OK
                : Fail(Status.XE_BAD_ADDR_RANGE, "remote endpoint '" + text + "': expected an IPv4 or IPv6 address");
        }

        private int Committed(int status)
        {
            return status == Status.XE_OK ? status : Fail(status, "the verdict table could not be changed, code " + status.ToString());
        }

        private int NotStarted()
        {
            return Fail(Status.NFI_NOT_STARTED, "IPSecInit must be called first");
        }

        // Every XE_ code is a counter, those of this interface too; a native fault is not one.
        private int Fail(int status, string error)
        {
            if (status < Status.Count)
            {
                _tally.Count(status);
            }
            LastError = error;
            return status;
        }
    }
}
