using NfIpsec.Base;
using NfIpsec.Base.Address;
using NfIpsec.Base.Crypto;
using NfIpsec.Base.Ports;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Session;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>A child that the peer asks for: which policy it is, narrowed selectors, the proposal; then keys, then the payloads of
    /// the answer, or one notify.</summary>
    internal sealed class ChildAnswer
    {
        private readonly Ikev2Module _ike;
        private readonly IkeSa _sa;
        private readonly bool _groups;
        private readonly ChildSa _old;
        private readonly PolicySelectors _policy = new PolicySelectors();
        private readonly TrafficSelectors _offered = new TrafficSelectors(), _peers = new TrafficSelectors(), _ours = new TrafficSelectors();
        private ChildConfig _child;

        // Of a pattern: its child, and the one flow that the peer speaks of.
        private ChildConfig _pattern;
        private PolicySelectors _flow;

        private int _fit, _spi;
        private bool _transport, _more, _noTfc, _roaming;

        /// <summary>What was chosen; null before.</summary>
        internal Transforms Chosen;

        /// <summary>After Choose: the SA of another peer that has the traffic, or null.</summary>
        internal IkeSa Holder;

        /// <param name="groups">The exchange can have a Diffie-Hellman of its own.</param>
        /// <param name="old">The child that it takes over from, or null.</param>
        internal ChildAnswer(Ikev2Module ike, IkeSa sa, bool groups, ChildSa old)
        {
            _old = old;
            _ike = ike;
            _sa = sa;
            _groups = groups;
        }

        /// <summary>Chooses policy and proposal; a fault.</summary>
        internal int Choose(PayloadIndex index)
        {
            _transport = NotifyPayload.Find(index, NotifyType.UseTransportMode) >= 0;
            _noTfc = NotifyPayload.Find(index, NotifyType.EspTfcPaddingNotSupported) >= 0;
            if (_sa.Remote.Pool != null && _sa.Assigned == null)
            {
                return Fault.AddressNotAsked;
            }
            int fault = _old == null ? FindPolicy(index) : FindOld(index);
            if (fault != Fault.None)
            {
                return fault;
            }
            if (_policy.SaProtocol == ProtocolId.Ah && _sa.HasNat)
            {
                return Fault.AhBehindNat;
            }
            Chosen = _ike.Choice.ForChild(index, index.Find(PayloadType.SecurityAssociation), _child, _policy.SaProtocol, _policy.Esn, _groups, false);
            if (Chosen == null)
            {
                return Fault.NoProposal;
            }
            fault = _policy.IsPattern ? Clone(index) : Fault.None;
            fault = fault == Fault.None ? FindHolder() : fault;
            if (fault == Fault.None && IsUnproved && IsForTheProved())
            {
                fault = Fault.Unproved;
            }
            if (fault == Fault.None && IsUnproved && !Strangers.HaveSession(_ike))
            {
                fault = Fault.TooMany;
            }
            if (fault != Fault.None)
            {
                return fault;
            }
            _spi = _ike.Module.Ipsec.GetSpi(_child.Spid);
            return _spi == 0 || !(_old == null ? _sa.HasRoom : _sa.HasPlace) ? Fault.TooMany : Redirect(index);
        }

        // What one peer has no other takes over (RFC 4301 4.4.3).
        private int FindHolder()
        {
            Holder = NatSelectors.Holder(_ike, _sa, _child.Spid, !_policy.IsTunnel || IsUnproved, _ours, _peers);
            return Holder == null ? Fault.None : Fault.OtherPeer;
        }

        // A successor is for the same policy, has the same algorithms where it can, and carries no less (RFC 7296 2.8, 2.9.2).
        private int FindOld(PayloadIndex index)
        {
            ChildConfig child = _ike.Module.Admin.FindChild(_old.Spid);
            if (child == null || !ReadPolicy(_old.Spid) || !Narrow(index, out _fit)
                || !Selectors.Replace(_old, _policy, _ours, _peers))
            {
                return Fault.Selectors;
            }
            _child = child.Preferring(_old.Encryption, _old.Integrity);
            return _policy.IsTunnel || _transport ? Fault.None : Fault.Mode;
        }

        // The policy that the offer fits best, the first of those that do equally: one that has the first selectors, where the peer's own
        // packet stands (RFC 7296 2.9), before one that has not; then one for just this traffic; one that has all of the offer; one that
        // the offer covers whole; one that it meets; and in the mode asked for before one in the other. Through a NAT the selectors say
        // something else to a policy of transport mode than to one of tunnel mode, and the latter comes after all of the former (2.23.1).
        private int FindPolicy(PayloadIndex index)
        {
            ChildConfig best = null;
            int bestFit = -1;
            int met = 0;
            bool wrongMode = false;
            for (int i = 0; i < _ike.Module.Admin.ChildCount; i++)
            {
                ChildConfig child = _ike.Module.Admin.IkeAdminPrintLocalConf(i);
                bool ours = child.RemoteName == _sa.Remote.Name && ReadPolicy(child.Spid) && _policy.IsSecure;
                int fit = 0;
                if (!ours || !Narrow(index, out fit))
                {
                    continue;
                }
                if (!_policy.IsTunnel && !_transport)
                {
                    wrongMode = true;
                    continue;
                }
                met++;
                fit |= IsTranslated ? Selectors.Mode : 0;
                fit = fit << 1 | (_policy.IsTunnel == _transport ? 0 : 1);
                best = fit > bestFit ? child : best;
                bestFit = fit > bestFit ? fit : bestFit;
            }
            if (best == null)
            {
                return wrongMode ? Fault.Mode : Fault.Selectors;
            }
            _child = best;
            ReadPolicy(best.Spid);
            Narrow(index, out _fit);
            _more = (_fit & Selectors.Inside) == 0 && (met > 1 || _policy.IsPattern);
            return Fault.None;
        }

        // The policy is a pattern: the flow that the peer speaks of gets a policy of its own, and the answer its selectors.
        private int Clone(PayloadIndex index)
        {
            _flow = new PolicySelectors();
            _pattern = _child;
            _roaming = _policy.IsRoaming;
            bool meets = Read(index, PayloadType.TsInitiator) && Selectors.Flow(_offered, _policy, false, _flow);
            meets = meets && Read(index, PayloadType.TsResponder) && Selectors.Flow(_offered, _policy, true, _flow);
            return meets ? Spawn(index, false) : Fault.Selectors;
        }

        private int Spawn(PayloadIndex index, bool redirect)
        {
            int spid = _ike.Module.Ipsec.Clone(_pattern.Spid, _flow, _roaming ? _sa.Path : null, redirect, out int status);
            if (spid == 0)
            {
                return status == Status.XE_OUT_OF_POLICIES ? Fault.TooMany : Fault.ManyFlows;
            }
            _child = _pattern.For(spid);
            return ReadPolicy(spid) && Narrow(index, out _fit) ? Fault.None : Fault.OwnFault;
        }

        // The flow's policy may lead to where this peer was before. It goes with its sessions, so all else must be good, and it is nobody
        // else's.
        private int Redirect(PayloadIndex index)
        {
            bool elsewhere = _roaming && !IpAddress.Same(_policy.Endpoint, 0, _sa.Path.Words, PacketInfo.Destination);
            return elsewhere ? Spawn(index, true) : Fault.None;
        }

        private bool ReadPolicy(int spid)
        {
            return _ike.Module.Ipsec.GetPolicy(spid, _policy) && VirtualAddress.Substitute(_sa, _policy);
        }

        private bool IsUnproved
        {
            get { return _sa.Remote.Method == AuthMethod.NullAuth; }
        }

        // Some of this traffic is for a peer at that address who proves himself: then nobody has it who does not (RFC 7619 3).
        private bool IsForTheProved()
        {
            PolicySelectors policy = new PolicySelectors();
            IkeAdmin admin = _ike.Module.Admin;
            for (int i = 0; i < admin.ChildCount; i++)
            {
                ChildConfig child = admin.IkeAdminPrintLocalConf(i);
                if (IsProvedHere(admin, child.RemoteName) && _ike.Module.Ipsec.GetPolicy(child.Spid, policy) && policy.IsSecure && Selectors.Meet(policy, _ours, _peers))
                {
                    return true;
                }
            }
            return false;
        }

        // The name may have a line of each version of IKE.
        private bool IsProvedHere(IkeAdmin admin, string name)
        {
            bool proved = false;
            for (int i = 0; i < admin.RemoteCount; i++)
            {
                RemoteConfig remote = admin.IkeAdminPrintRemoteConf(i);
                proved |= remote.Name == name && remote.Method != AuthMethod.NullAuth && InitAnswer.IsAt(remote, _sa.Path);
            }
            return proved;
        }

        // Transport mode with a NAT on the way: each end has addresses of its own for the two, and ours count here.
        private bool IsTranslated
        {
            get { return _sa.HasNat && _transport && !_policy.IsTunnel; }
        }

        private bool Read(PayloadIndex index, int payload)
        {
            int place = index.Find(payload);
            return _offered.Read(index.Bytes, index.Offset[place], index.Length[place]) == WireStatus.Ok
                && (!IsTranslated || NatSelectors.Substitute(_offered, _sa, payload == PayloadType.TsResponder))
                && (payload == PayloadType.TsResponder || Confine());
        }

        // Who has an address of ours speaks for that alone (RFC 7296 2.19); who proves nothing, for the one he is seen at (RFC 7619 2.5).
        private bool Confine()
        {
            if (_sa.Remote.Pool != null)
            {
                return Selectors.CutTo(_offered, _sa.Assigned.Of(_sa.Remote.Pool.Version).Words, 0);
            }
            return !IsUnproved || Selectors.CutTo(_offered, _sa.Path.Words, PacketInfo.Destination);
        }

        private bool Narrow(PayloadIndex index, out int fit)
        {
            bool meets = Narrow(index, PayloadType.TsInitiator, false, _peers, out int peers);
            meets &= Narrow(index, PayloadType.TsResponder, true, _ours, out int ours);
            fit = peers & ours;
            return meets;
        }

        private bool Narrow(PayloadIndex index, int payload, bool local, TrafficSelectors answer, out int fit)
        {
            fit = 0;
            return Read(index, payload) && Selectors.Narrow(_offered, _policy, local, answer, out fit);
        }

        /// <summary>After Choose; a fault.</summary>
        internal int Install(byte[] peerNonce, byte[] ourNonce, Secret shared, out ChildSa made)
        {
            made = null;
            int fault = FindHolder();      // a job may have run since
            if (fault != Fault.None)
            {
                return fault;
            }
            ChildKeys keys = ChildInstall.NewKeys(_sa, _child, Chosen, _spi, Chosen.Spi);
            keys.NoTfcPadding = _noTfc;
            if ((_fit & Selectors.Whole) == 0)
            {
                ChildInstall.Narrow(_ike, keys, _child, _ours, _peers);
            }
            if (!VirtualAddress.Install(_ike, _sa, _policy, keys, _ours, _peers))
            {
                return Fault.NoAddress;
            }
            return ChildInstall.Install(_ike, _sa, keys, peerNonce, ourNonce, shared, false, out made);
        }

        /// <summary>Writes the child's payloads, or the notify that the fault is answered with, and says what failed.</summary>
        /// <param name="nonce">Ours, in CREATE_CHILD_SA; null in IKE_AUTH.</param>
        internal void Write(MessageWriter writer, int fault, byte[] nonce)
        {
            if (fault != Fault.None)
            {
                _ike.Module.Log.Refuse(fault, _sa.Remote, _sa.Path.RemoteText, _child == null ? null : "policy '" + _child.Name + "'");
                NotifyPayload.Open(writer, Fault.Notify(fault) == 0 ? NotifyType.TemporaryFailure : Fault.Notify(fault));
                return;
            }
            ProposalWriter.WriteChosen(writer, Chosen, false, _spi);
            if (nonce != null)
            {
                NoncePayload.Write(writer, nonce, 0, nonce.Length);
            }
            _peers.Write(writer, PayloadType.TsInitiator);
            _ours.Write(writer, PayloadType.TsResponder);
            if (!_policy.IsTunnel)
            {
                NotifyPayload.Open(writer, NotifyType.UseTransportMode);
            }
            if (_more)
            {
                NotifyPayload.Open(writer, NotifyType.AdditionalTsPossible);
            }
        }
    }
}
