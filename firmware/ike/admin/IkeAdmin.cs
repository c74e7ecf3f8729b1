using System.Collections;
using NfIpsec.Base;
using NfIpsec.Base.Algorithm;
using NfIpsec.Ike.Session;
using NfIpsec.Ipsec.Management;

namespace NfIpsec.Ike.Admin
{
    /// <summary>IKE's administrative interface: remotes, what policies negotiate with, and views of the SAs. Every call answers 0 or a
    /// Status code, and after a failure <see cref="LastError"/> says in one sentence what was wrong. A call that fails has changed
    /// nothing.</summary>
    /// <remarks>Belongs to the node's thread.</remarks>
    public sealed class IkeAdmin
    {
        private readonly IkeModule _ike;
        private readonly ArrayList _remotes = new ArrayList();
        private readonly ArrayList _children = new ArrayList();

        /// <summary>Why the last call failed; what the last call that did not fail wants to be known, or "".</summary>
        public string LastError = "", LastWarning = "";

        public IkeAdmin(IkeModule ike)
        {
            _ike = ike;
        }

        // ---- remotes ----

        /// <summary>Adds a remote. Its secret is ours from now on when the answer is 0. The same name twice is allowed once for each
        /// version.</summary>
        public int ikev2_CreateRemote(RemoteConfig remote)
        {
            LastWarning = "";
            string error = RemoteCheck.Parameters(remote, _ike.Management.LegacyAllowed);
            if (error != null)
            {
                return Fail(Status.XE_BAD_PARAM, error);
            }
            if (Find(remote.Name, remote.Version) != null)
            {
                return Fail(Status.XE_EXIST, "remote '" + remote.Name + "' exists for version " + remote.Version.ToString());
            }
            if (remote.Initiate && FindInitiator(remote.Name) != null)
            {
                return Fail(Status.XE_EXIST, "remote '" + remote.Name + "': only one version can have -w");
            }
            for (int i = 0; i < _remotes.Count; i++)
            {
                // A policy names its remote: that name is what lets the unauthenticated in, or not (RFC 7619 2.4).
                if (Remote(i).Name == remote.Name && (Remote(i).Method == AuthMethod.NullAuth || remote.Method == AuthMethod.NullAuth))
                {
                    return Fail(Status.XE_BAD_PARAM, "-m NULLAUTH: expected a name of its own; '" + remote.Name + "' would let in who proves nothing and who does");
                }
            }
            for (int i = 0; remote.Pool != null && i < _remotes.Count; i++)
            {
                if (Remote(i).Pool != null && Remote(i).Pool.Overlaps(remote.Pool))
                {
                    return Fail(Status.XE_EXIST, "vip=pool: expected addresses that remote '" + Remote(i).Name + "' does not give too");
                }
            }
            if (_remotes.Count == IkeLimits.MaxRemotes)
            {
                return Fail(Status.XE_NOMEM, "no room: " + IkeLimits.MaxRemotes.ToString() + " remotes");
            }
            if (remote.Psk != null && remote.Psk.Length < IkeLimits.ShortSecret)
            {
                LastWarning = "the secret has fewer than " + IkeLimits.ShortSecret.ToString() + " bytes: it can be guessed from a recorded exchange";
            }
            if (remote.Method == AuthMethod.NullAuth)
            {
                LastWarning = "-m NULLAUTH: nobody proves who he is; whoever sits between the ends can read and change all of it";
            }
            error = _ike.Trust.Enlist(remote, out string warning);
            if (error != null)
            {
                return Fail(Status.XE_BAD_PARAM, error);
            }
            LastWarning = warning != null ? warning : LastWarning;
            _remotes.Add(remote);
            _ike.Refusals.Clear();
            return Status.XE_OK;
        }

        /// <summary>Deletes the remote in every version. SAs in use stay; what is being negotiated ends. XE_NO_DATA: no such name.</summary>
        public int ikev2DeleteRemote(string name)
        {
            int count = 0;
            for (int i = _remotes.Count - 1; i >= 0; i--)
            {
                if (Remote(i).Name == name)
                {
                    Remove(i);
                    count++;
                }
            }
            return count > 0 ? Status.XE_OK : Fail(Status.XE_NO_DATA, "no remote has the name '" + name + "'");
        }

        public int ikev2DeleteAllRemotes()
        {
            while (_remotes.Count > 0)
            {
                Remove(_remotes.Count - 1);
            }
            return Status.XE_OK;
        }

        private void Remove(int index)
        {
            RemoteConfig remote = Remote(index);
            _remotes.RemoveAt(index);
            _ike.Refusals.Clear();
            IkeGeneration generation = _ike.Generation(remote.Version);
            if (generation != null)
            {
                generation.RemoteDeleted(remote);
            }
            if (remote.Psk != null)
            {
                remote.Psk.Dispose();
            }
            _ike.Trust.Dismiss(remote);
        }

        private RemoteConfig Remote(int index)
        {
            return (RemoteConfig)_remotes[index];
        }

        /// <summary>Certificates and what is to be thought of them.</summary>
        public Trust Trust
        {
            get { return _ike.Trust; }
        }

        public int RemoteCount
        {
            get { return _remotes.Count; }
        }

        /// <summary>Remote number <paramref name="index"/> from 0, or null; to be read only.</summary>
        public RemoteConfig IkeAdminPrintRemoteConf(int index)
        {
            return index >= 0 && index < _remotes.Count ? Remote(index) : null;
        }

        /// <summary>The remote of that name and version, or null.</summary>
        public RemoteConfig Find(string name, int version)
        {
            for (int i = 0; i < _remotes.Count; i++)
            {
                if (Remote(i).Name == name && Remote(i).Version == version)
                {
                    return Remote(i);
                }
            }
            return null;
        }

        /// <summary>The remote of that name whose version we begin with, or null.</summary>
        public RemoteConfig FindInitiator(string name)
        {
            for (int i = 0; i < _remotes.Count; i++)
            {
                if (Remote(i).Name == name && Remote(i).Initiate)
                {
                    return Remote(i);
                }
            }
            return null;
        }

        // ---- what policies negotiate with ----

        /// <summary>Adds what IKE negotiates for a policy that is in the SPD already. The remote may come later.</summary>
        public int ikev2_AddPolicy(ChildConfig child)
        {
            LastWarning = "";
            string error = RemoteCheck.Parameters(child, ProtocolsOf(child), _ike.Management.LegacyAllowed);
            if (error != null)
            {
                return Fail(Status.XE_BAD_PARAM, error);
            }
            if (FindChild(child.Spid) != null || FindChild(child.Name) != null)
            {
                return Fail(Status.XE_EXIST, "policy '" + child.Name + "' is known to IKE");
            }
            if (_children.Count == IkeLimits.MaxChildren)
            {
                return Fail(Status.XE_OUT_OF_POLICIES, "no room: " + IkeLimits.MaxChildren.ToString() + " policies with keys from IKE");
            }
            _children.Add(child);
            _ike.Refusals.Clear();
            return Status.XE_OK;
        }

        // Of the policy in the SPD; ESP when it is not there (yet).
        private int ProtocolsOf(ChildConfig child)
        {
            PolicyView view = new PolicyView();
            bool found = child != null && _ike.Management.GetPolicyById(child.Spid, view);
            return found ? view.Flags : PolicyFlags.SP_PROTO_ESP;
        }

        /// <summary>Policy and what IKE negotiates for it in one call: IPSecAdminAddPolicy, then ikev2_AddPolicy.</summary>
        /// <param name="child">Its Spid is set.</param>
        public int IkeAdminAddIPSecConf(ChildConfig child, int policy, int protocol, string srcid, string dstid, string raddr, int policy_flags, int priority)
        {
            int spid = child.Spid;
            int status = _ike.Management.IPSecAdminAddPolicy(policy, protocol, srcid, dstid, raddr, policy_flags, priority, ref spid);
            if (status != Status.XE_OK)
            {
                return Fail(status, _ike.Management.LastError);
            }
            child.Spid = spid;
            status = ikev2_AddPolicy(child);
            if (status != Status.XE_OK)
            {
                _ike.Management.IPSecAdminDeletePolicy(spid);
            }
            return status;
        }

        /// <summary>Deletes the policy of that name, in the SPD too, and its SAs.</summary>
        public int ikev2_DeletePolicy(string name)
        {
            ChildConfig child = FindChild(name);
            if (child == null)
            {
                return Fail(Status.XE_POLICY_NOT_FOUND, "no policy has the name '" + name + "'");
            }
            int status = _ike.Management.IPSecAdminDeletePolicy(child.Spid);
            if (status == Status.XE_OK || status == Status.XE_POLICY_NOT_FOUND)
            {
                _children.Remove(child);
                _ike.Refusals.Clear();
                return Status.XE_OK;
            }
            return Fail(status, _ike.Management.LastError);
        }

        /// <summary>Deletes every policy that IKE negotiates for.</summary>
        public int ikev2_DeleteAllPolicies()
        {
            int status = Status.XE_OK;
            while (status == Status.XE_OK && _children.Count > 0)
            {
                status = ikev2_DeletePolicy(Child(_children.Count - 1).Name);
            }
            return status;
        }

        // The SPD has deleted it.
        internal void PolicyGone(int spid)
        {
            ChildConfig child = FindChild(spid);
            if (child != null)
            {
                _children.Remove(child);
                _ike.Refusals.Clear();
            }
        }

        private ChildConfig Child(int index)
        {
            return (ChildConfig)_children[index];
        }

        public int ChildCount
        {
            get { return _children.Count; }
        }

        /// <summary>Policy number <paramref name="index"/> from 0, or null; to be read only.</summary>
        public ChildConfig IkeAdminPrintLocalConf(int index)
        {
            return index >= 0 && index < _children.Count ? Child(index) : null;
        }

        public ChildConfig FindChild(string name)
        {
            for (int i = 0; i < _children.Count; i++)
            {
                if (Child(i).Name == name)
                {
                    return Child(i);
                }
            }
            return null;
        }

        /// <summary>What to negotiate for that policy with; for the clone of one, as with the one itself. null: nothing.</summary>
        public ChildConfig FindChild(int spid)
        {
            for (int i = 0; i < _children.Count; i++)
            {
                if (Child(i).Spid == spid)
                {
                    return Child(i);
                }
            }
            int parent = _ike.Ipsec.ParentOf(spid);
            ChildConfig pattern = parent == 0 ? null : FindChild(parent);
            return pattern == null ? null : pattern.For(spid);
        }

        // ---- SAs ----

        /// <summary>Deletes every SA of IKEv2 with its children and tells the peers.</summary>
        public int ikev2_shutdown()
        {
            return ike_shutdown(2);
        }

        /// <summary>The same for any version; XE_NO_DATA when it is not in the build.</summary>
        public int ike_shutdown(int version)
        {
            IkeGeneration generation = _ike.Generation(version);
            if (generation == null)
            {
                return Fail(Status.XE_NO_DATA, "IKEv" + version.ToString() + " is not in this build");
            }
            generation.Shutdown();
            return Status.XE_OK;
        }

        /// <summary>Fills the view with IKE SA <paramref name="index"/> of that version, from 0; false behind the last.</summary>
        public bool GetSa(int version, int index, IkeSaView view)
        {
            IkeGeneration generation = _ike.Generation(version);
            return generation != null && generation.GetSa(index, view);
        }

        /// <summary>Begins the negotiation of a policy without traffic (ike up).</summary>
        public int Up(string name)
        {
            ChildConfig child = FindChild(name);
            RemoteConfig remote = child == null ? null : FindInitiator(child.RemoteName);
            IkeGeneration generation = remote == null ? null : _ike.Generation(remote.Version);
            if (generation == null)
            {
                return Fail(Status.XE_NO_DATA, child == null ? "no policy has the name '" + name + "'" : "policy '" + name + "': no remote '" + child.RemoteName + "' with -w");
            }
            if (_ike.Ipsec.IsPattern(child.Spid))
            {
                return Fail(Status.XE_BAD_PARAM, "policy '" + name + "' takes selectors from packets: each flow brings its own keys up");
            }
            generation.Acquire(child, remote);
            return Status.XE_OK;
        }

        /// <summary>How often a fault has come; indexes of <see cref="Fault"/>.</summary>
        public int FaultCount(int fault)
        {
            return _ike.Log.Counts[fault];
        }

        /// <summary>How much IKE logs: one of NfIpsec.Base.Log.LogLevel (ike debug).</summary>
        public int LogLevel
        {
            get { return _ike.Log.Logger.Level; }
            set { _ike.Log.Logger.Level = value; }
        }

        private int Fail(int status, string error)
        {
            LastError = error;
            return status;
        }
    }
}
