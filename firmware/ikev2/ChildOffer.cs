using NfIpsec.Base.Crypto;
using NfIpsec.Base.Ports;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Session;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>A child that we ask for: proposal and selectors of its policy, and the judgement of the answer.</summary>
    internal sealed class ChildOffer
    {
        private readonly Ikev2Module _ike;
        private IkeSa _sa;
        private readonly ChildConfig _child;
        private readonly bool _groups;
        private readonly ChildSa _old;
        private readonly PolicySelectors _policy = new PolicySelectors();
        private readonly TrafficSelectors _local = new TrafficSelectors(), _remote = new TrafficSelectors();
        private readonly TrafficSelectors _localAnswer = new TrafficSelectors(), _remoteAnswer = new TrafficSelectors();
        private Transforms _chosen;
        private int _spi;
        private bool _noTfc;

        /// <param name="groups">The exchange can have a Diffie-Hellman of its own.</param>
        /// <param name="old">The child that it takes over from, or null.</param>
        internal ChildOffer(Ikev2Module ike, IkeSa sa, ChildConfig child, bool groups, ChildSa old)
        {
            _ike = ike;
            _sa = sa;
            _child = child;
            _groups = groups;
            _old = old;
        }

        internal void MoveTo(IkeSa sa)
        {
            _sa = sa;
        }

        internal int Spid
        {
            get { return _child.Spid; }
        }

        internal string Name
        {
            get { return _child.Name; }
        }

        /// <summary>Reads the policy and gets an SPI; a fault.</summary>
        internal int Prepare()
        {
            if (!_ike.Module.Ipsec.GetPolicy(_child.Spid, _policy) || !_policy.IsSecure || _policy.SaProtocol == ProtocolId.None
                || (_policy.SaProtocol == ProtocolId.Esp && _child.Encryption.Length == 0))
            {
                return Fault.OwnFault;
            }
            if (_policy.SaProtocol == ProtocolId.Ah && _sa.HasNat)
            {
                return Fault.AhBehindNat;
            }
            if (!VirtualAddress.Substitute(_sa, _policy))
            {
                return Fault.NoAddress;
            }
            Strangers.GiveWay(_ike, _sa.Remote);
            _spi = _ike.Module.Ipsec.GetSpi(_child.Spid);
            _local.Clear();
            _remote.Clear();
            if (_old != null && _old.Local != null)
            {
                // What the one before carries, neither more nor less (RFC 7296 2.9.2).
                _local.CopyFrom(_old.Local);
                _remote.CopyFrom(_old.Remote);
            }
            else
            {
                // The packet has our own address, the SA another.
                Selectors.AddOffer(_local, _policy, VirtualAddress.Applies(_sa, _policy) ? _child.ForPacket(null) : _child, true);
                Selectors.AddOffer(_remote, _policy, _child, false);
            }
            if (IsTranslated && !Cut())
            {
                return Fault.Selectors;
            }
            if (_sa.Remote.Pool != null && (_sa.Assigned == null || !Selectors.CutTo(_remote, _sa.Assigned.Of(_sa.Remote.Pool.Version).Words, 0)))
            {
                return Fault.Selectors;
            }
            return _spi != 0 && (_old == null ? _sa.HasRoom : _sa.HasPlace) ? Fault.None : Fault.TooMany;
        }

        // Transport mode with a NAT on the way: each end has addresses of its own for the two (RFC 7296 2.23.1).
        private bool IsTranslated
        {
            get { return _sa.HasNat && !_policy.IsTunnel; }
        }

        // To exactly one address at each end, that of the IKE SA.
        private bool Cut()
        {
            bool left = Selectors.CutTo(_local, _sa.Path.Words, PacketInfo.Source) && Selectors.CutTo(_remote, _sa.Path.Words, PacketInfo.Destination);
            if (!left)
            {
                _ike.Module.Log.Info("policy '" + _child.Name + "': through a NAT, transport mode is between " + _sa.Path.LocalText + " and "
                    + _sa.Path.RemoteText + " alone: -s or -d leaves them out");
            }
            return left;
        }

        internal void WriteProposal(MessageWriter writer)
        {
            ProposalWriter.WriteChild(writer, _child, _policy.SaProtocol, _spi, _policy.Esn, _groups);
        }

        internal void WriteSelectors(MessageWriter writer)
        {
            _local.Write(writer, PayloadType.TsInitiator);
            _remote.Write(writer, PayloadType.TsResponder);
            if (!_policy.IsTunnel)
            {
                NotifyPayload.Open(writer, NotifyType.UseTransportMode);
            }
        }

        /// <summary>The answer against what we asked: one proposal of ours, selectors no wider, the mode; a fault.</summary>
        internal int Judge(PayloadIndex index)
        {
            _noTfc = NotifyPayload.Find(index, NotifyType.EspTfcPaddingNotSupported) >= 0;
            if (NotifyPayload.Find(index, NotifyType.AdditionalTsPossible) >= 0)
            {
                _ike.Module.Log.Info("policy '" + _child.Name + "': the peer has more of it in SAs of their own (ADDITIONAL_TS_POSSIBLE)");
            }
            _chosen = _ike.Choice.ForChild(index, index.Find(PayloadType.SecurityAssociation), _child, _policy.SaProtocol, _policy.Esn, _groups, true);
            if (_chosen == null)
            {
                return Fault.NoProposal;
            }
            bool transport = NotifyPayload.Find(index, NotifyType.UseTransportMode) >= 0;
            if (transport == _policy.IsTunnel)
            {
                return Fault.Mode;
            }
            bool within = Reads(index, PayloadType.TsInitiator, true, _localAnswer) && Selectors.IsWithin(_localAnswer, _local)
                && Reads(index, PayloadType.TsResponder, false, _remoteAnswer) && Selectors.IsWithin(_remoteAnswer, _remote);
            if (!within)
            {
                return Fault.WiderAnswer;
            }
            if (!VirtualAddress.Substitute(_sa, _policy))
            {
                return Fault.NoAddress;
            }
            if (VirtualAddress.Applies(_sa, _policy) && !Selectors.CutTo(_localAnswer, _policy.LocalLow, 0))
            {
                return Fault.Selectors;
            }
            if (_old != null && !Selectors.Replace(_old, _policy, _localAnswer, _remoteAnswer))
            {
                return Fault.Selectors;
            }
            return NatSelectors.Holder(_ike, _sa, _child.Spid, !_policy.IsTunnel, _localAnswer, _remoteAnswer) != null ? Fault.OtherPeer : Fault.None;
        }

        // The answer has the addresses that the peer sees; from here on they are those that we see.
        private bool Reads(PayloadIndex index, int payload, bool local, TrafficSelectors answer)
        {
            int place = index.Find(payload);
            return answer.Read(index.Bytes, index.Offset[place], index.Length[place]) == WireStatus.Ok
                && (!IsTranslated || NatSelectors.Substitute(answer, _sa, local));
        }

        /// <summary>Judges and installs; what does not hold is rejected.</summary>
        internal void Accept(PayloadIndex index, byte[] initiatorNonce, byte[] responderNonce, Secret shared)
        {
            int fault = Judge(index);
            fault = fault != Fault.None ? fault : Install(initiatorNonce, responderNonce, shared, out _);
            if (fault != Fault.None)
            {
                Reject(fault);
            }
        }

        /// <summary>After Judge; a fault.</summary>
        internal int Install(byte[] ourNonce, byte[] peerNonce, Secret shared, out ChildSa made)
        {
            ChildKeys keys = ChildInstall.NewKeys(_sa, _child, _chosen, _spi, _chosen.Spi);
            keys.NoTfcPadding = _noTfc;
            if (!Selectors.IsWhole(_policy, true, _localAnswer) || !Selectors.IsWhole(_policy, false, _remoteAnswer))
            {
                ChildInstall.Narrow(_ike, keys, _child, _localAnswer, _remoteAnswer);
            }
            if (!VirtualAddress.Install(_ike, _sa, _policy, keys, _localAnswer, _remoteAnswer))
            {
                made = null;
                return Fault.NoAddress;
            }
            _ike.Module.Refusals.Forget(_child.Spid);
            return ChildInstall.Install(_ike, _sa, keys, ourNonce, peerNonce, shared, true, out made);
        }

        /// <summary>The peer has installed what we do not want: it is told to delete it.</summary>
        internal void Reject(int fault)
        {
            Explain(fault, null);
            _ike.Run(_sa, new DeleteChildExchange(_ike, _sa, _policy.SaProtocol, _spi));
        }

        /// <summary>The peer has said no.</summary>
        internal void Refused(int error)
        {
            ChildConfig narrower = error == NotifyType.SinglePairRequired ? _child.Narrower() : null;
            if (narrower != null)
            {
                // RFC 7296 2.9: then for the traffic of the moment alone.
                _ike.Module.Log.Info("policy '" + _child.Name + "': the peer wants one pair of addresses for each SA; set clone= to have all of the traffic");
                _ike.Run(_sa, new ChildExchange(_ike, _sa, narrower, null));
                return;
            }
            Explain(FaultOf(error), "the peer says " + NotifyType.Name(error));
        }

        private void Explain(int fault, string detail)
        {
            _ike.Module.Log.Fail(fault, _sa.Remote, _sa.Path.RemoteText, "policy '" + _child.Name + "'" + (detail == null ? "" : ": " + detail));
            if (_old == null)
            {
                _ike.Module.Refusals.Note(_child.Spid, _ike.Module.Clock.Now);
            }
            _ike.Module.Ipsec.AcquireFail(_child.Spid);
        }

        private static int FaultOf(int error)
        {
            switch (error)
            {
                case NotifyType.NoProposalChosen:
                    return Fault.NoProposal;
                case NotifyType.TsUnacceptable:
                    return Fault.Selectors;
                case NotifyType.InternalAddressFailure:
                case NotifyType.FailedCpRequired:
                    return Fault.NoAddress;
                default:
                    return Fault.PeerRefused;
            }
        }
    }
}
