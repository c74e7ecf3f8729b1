using NfIpsec.Ike.Session;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>Messages in: header, bounds, rules; then the SA; then integrity; and only then meaning. What fails a step is dropped and
    /// counted, and answered only where the RFC lets an answer stand.</summary>
    internal sealed class Receiver
    {
        private readonly Ikev2Module _ike;
        private readonly IkeHeader _header = new IkeHeader();
        private readonly PayloadIndex _clear = new PayloadIndex(), _inner = new PayloadIndex();
        private readonly Collector _fragments;

        // What reading the inside of SK came to, a WireStatus; whether there is one, or fragments that wait for others.
        private int _status;
        private bool _whole;

        internal Receiver(Ikev2Module ike)
        {
            _ike = ike;
            _fragments = new Collector(ike);
        }

        internal void Message(IkePath path, byte[] bytes, int offset, int length)
        {
            int status = _header.Read(bytes, offset, length);
            if (status == WireStatus.Ok)
            {
                status = _clear.ReadMessage(bytes, offset, _header);
            }
            if (status == WireStatus.Ok)
            {
                status = PayloadRules.Check(_clear, _header.Exchange, _header.IsResponse);
            }
            if (status != WireStatus.Ok)
            {
                Unsound(path, status);
            }
            else if (_header.Exchange == ExchangeType.IkeSaInit)
            {
                Init(path, bytes, offset);
            }
            else
            {
                Protected(path, bytes, offset);
            }
        }

        // RFC 7296 2.21.1, 2.5: only a first request, or a request of a higher version, gets an answer.
        private void Unsound(IkePath path, int status)
        {
            _ike.Module.Log.Count(FaultOf(status), path);
            bool readable = status != WireStatus.BadHeader && status != WireStatus.OtherVersion;
            bool first = readable && !_header.IsResponse
                && (status == WireStatus.HigherVersion || (_header.Exchange == ExchangeType.IkeSaInit && IsFirst()));
            int notify = WireStatus.Notify(status, false);
            if (first && notify != 0)
            {
                _ike.Sender.Refuse(path, _header, notify, Data(status, _clear));
            }
        }

        private bool IsFirst()
        {
            return _header.FromInitiator && _header.ResponderSpi == 0 && _header.MessageId == 0;
        }

        private static byte[] Data(int status, PayloadIndex index)
        {
            return status == WireStatus.UnsupportedCritical ? new byte[] { (byte)index.UnknownCritical } : null;
        }

        private static int FaultOf(int status)
        {
            switch (status)
            {
                case WireStatus.BadHeader:
                case WireStatus.OtherVersion:
                    return Fault.BadHeader;
                case WireStatus.HigherVersion:
                    return Fault.HigherVersion;
                case WireStatus.UnsupportedCritical:
                    return Fault.UnknownCritical;
                case WireStatus.TsUnacceptable:
                    return Fault.Selectors;
                case WireStatus.TooLong:
                    return Fault.TooMany;
                default:
                    return Fault.BadSyntax;
            }
        }

        // ---- IKE_SA_INIT ----

        private void Init(IkePath path, byte[] bytes, int offset)
        {
            if (_header.IsResponse)
            {
                InitResponse(path, bytes, offset);
            }
            else if (!IsFirst() || _ike.Sas.Find(_header.InitiatorSpi) != null)
            {
                // Our own request come back, or one that can be nobody's first.
                _ike.Module.Log.Count(IsFirst() ? Fault.Reflected : Fault.OutOfPlace, path);
            }
            else
            {
                InitAnswer.Handle(_ike, path, _header, _clear, bytes, offset);
            }
        }

        private void InitResponse(IkePath path, byte[] bytes, int offset)
        {
            IkeSa sa = _ike.Sas.Find(_header.InitiatorSpi);
            bool waited = sa != null && sa.Init != null && sa.State >= IkeState.InitSent && !_header.FromInitiator && _header.MessageId == 0
                && sa.Path.SameAddresses(path);
            if (!waited)
            {
                _ike.Module.Log.Count(Fault.UnknownSpi, path);
                return;
            }
            sa.Init.Answer(_header, _clear, path, bytes, offset);
        }

        // ---- the others ----

        private void Protected(IkePath path, byte[] bytes, int offset)
        {
            long ours = _header.FromInitiator ? _header.ResponderSpi : _header.InitiatorSpi;
            long peers = _header.FromInitiator ? _header.InitiatorSpi : _header.ResponderSpi;
            IkeSa sa = _ike.Sas.Find(ours);
            int fault = sa == null ? Fault.UnknownSpi
                : _clear.Shape == PayloadRules.Fragment && !sa.Fragmentation ? Fault.OutOfPlace
                : sa.Initiator == _header.FromInitiator ? Fault.Reflected
                : sa.PeerSpi != peers || sa.PeerSpi == sa.OurSpi ? Fault.UnknownSpi
                : _header.IsResponse ? Answer(sa, path, bytes, offset) : Request(sa, path, bytes, offset);
            if (fault != Fault.None)
            {
                _ike.Module.Log.Count(fault, path);
            }
        }

        // Verifies and opens SK or SKF in place. Of fragments the last one shows the message; one of a message that was answered before,
        // or that is being worked on, is not kept.
        private bool Unseal(IkeSa sa, byte[] bytes, int offset, bool keep)
        {
            bool fragment = _clear.Shape == PayloadRules.Fragment;
            int payload = _clear.HeaderAt(_clear.Find(fragment ? PayloadType.EncryptedFragment : PayloadType.Encrypted), offset);
            int length = fragment ? sa.Incoming.OpenFragment(bytes, offset, payload, _header.Length)
                : sa.Incoming.Open(bytes, offset, payload, _header.Length);
            if (length < 0)
            {
                return false;
            }
            int at = offset + payload + (fragment ? EncryptedPayload.FragmentHead : EncryptedPayload.Head) + sa.Incoming.IvLength;
            if (fragment)
            {
                Collect(sa, bytes, at, length, keep);
            }
            else
            {
                Read(sa, bytes, at, length, _clear.InnerFirst);
            }
            return true;
        }

        private void Collect(IkeSa sa, byte[] bytes, int at, int length, bool keep)
        {
            _whole = false;
            _status = keep ? _fragments.Take(sa, _header, bytes, at, length) : WireStatus.Ok;
            Reassembly message = sa.Collected;
            if (_status != WireStatus.Ok)
            {
                _whole = true;
            }
            else if (keep && message != null && message.IsOf(_header) && message.IsWhole)
            {
                byte[] all = message.Merge();
                Read(sa, all, 0, all.Length, message.First);
            }
        }

        // What the fragments of the same message held, or of one that it took over from, is of no more use.
        private void Read(IkeSa sa, byte[] bytes, int at, int length, int first)
        {
            _whole = true;
            sa.Collected = sa.Collected != null && sa.Collected.IsOf(_header) ? null : sa.Collected;
            _status = _inner.ReadInner(bytes, at, length, first);
            if (_status == WireStatus.Ok)
            {
                _status = PayloadRules.Check(_inner, _header.Exchange, _header.IsResponse);
            }
        }

        // Looked at before anything is opened (RFC 7383 2.6): a fragment that is here already, or of an older cut.
        private bool IsStale(IkeSa sa)
        {
            return _clear.Shape == PayloadRules.Fragment && !_fragments.Wants(sa, _header, _clear);
        }

        // The sender has proved itself by its key: now its address counts too (RFC 7296 2.23). Only a peer behind a NAT may move, and
        // with IKE_AUTH any peer to the port of NAT traversal; where we are behind one ourselves nobody does, since then one packet
        // could send all of ours elsewhere.
        private void Heard(IkeSa sa, IkePath path, bool fresh)
        {
            if (!fresh)
            {
                // Anybody can send an old message again: it does not show that the peer lives (RFC 7296 2.4).
                return;
            }
            sa.HeardAt = _ike.Module.Clock.Now;
            if (Floats(sa, path))
            {
                sa.Path.CopyFrom(path);
            }
            else
            {
                Rebinding.Move(_ike, sa, path);
            }
        }

        // IKE_AUTH may come by other ports than IKE_SA_INIT: from 4500, or from what a NAT has made of it.
        private static bool Floats(IkeSa sa, IkePath path)
        {
            return sa.State == IkeState.HalfOpen && sa.Path.SameAddresses(path) && path.LocalPort == IkePath.NatPort
                && (sa.RemoteNat || path.RemotePort == IkePath.NatPort);
        }

        private int Answer(IkeSa sa, IkePath path, byte[] bytes, int offset)
        {
            Exchange current = sa.Current;
            if (current == null || sa.Request == null || _header.MessageId != sa.SendId || _header.Exchange != current.Type || sa.Keys == null)
            {
                return Fault.Replayed;
            }
            if (IsStale(sa))
            {
                return Fault.Replayed;
            }
            if (!Unseal(sa, bytes, offset, true))
            {
                return Fault.NotVerified;
            }
            if (!_whole)
            {
                return Fault.None;
            }
            if (Rebinding.IsShown(sa, path))
            {
                Rebinding.Settle(_ike, sa);
            }
            Heard(sa, path, true);
            if (_status != WireStatus.Ok)
            {
                if (sa.Init == null || !sa.Init.TryOther(false))
                {
                    _ike.Fail(sa, FaultOf(_status), WireStatus.Text(_status));
                }
                return Fault.None;
            }
            sa.SendAt = long.MaxValue;
            sa.Request = null;
            if (sa.IsEstablished && NotifyPayload.FirstError(_inner) == NotifyType.InvalidSyntax)
            {
                _ike.Fail(sa, Fault.PeerRefused, NotifyType.Name(NotifyType.InvalidSyntax));
                return Fault.None;
            }
            current.Answer(_header, _inner);
            return Fault.None;
        }

        private int Request(IkeSa sa, IkePath path, byte[] bytes, int offset)
        {
            // The answer kept may be that to IKE_SA_INIT, which comes in clear.
            bool again = _header.MessageId == sa.ReceiveId - 1 && sa.Response != null && _header.MessageId >= sa.FirstId;
            if (!again && _header.MessageId != sa.ReceiveId)
            {
                return Fault.Replayed;
            }
            if (!again && !IsInPlace(sa))
            {
                return Fault.OutOfPlace;
            }
            if (sa.Keys == null)
            {
                sa.Opening.Authenticate(path, bytes, offset, _header.Length);
                return Fault.None;
            }
            if (IsStale(sa) || (again && !IsFirstOrWhole()))
            {
                return Fault.Replayed;
            }
            bool atWork = sa.Parked != null || sa.Authenticating != null;
            if (!Unseal(sa, bytes, offset, !again && !atWork))
            {
                return Fault.NotVerified;
            }
            if (!_whole && !again)
            {
                return Fault.None;
            }
            // Nor does it show that somebody is where the SA is bound to stay.
            Heard(sa, path, !again && !atWork && !sa.IsElsewhere(path));
            if (again)
            {
                _ike.Sender.Resend(sa, path);
            }
            else if (!atWork)
            {
                sa.AnswerBy = sa.Path.Same(path) ? null : path.Copy();
                Work(sa);
            }
            return Fault.None;
        }

        // All fragments of a request come again; one of them asks for the answer (RFC 7383 2.6.1).
        private bool IsFirstOrWhole()
        {
            return _clear.Shape != PayloadRules.Fragment || _fragments.Number == 1;
        }

        private bool IsInPlace(IkeSa sa)
        {
            switch (sa.State)
            {
                case IkeState.HalfOpen:
                    return _header.Exchange == ExchangeType.IkeAuth && sa.ReceiveId == 1;
                case IkeState.Established:
                case IkeState.Standby:
                case IkeState.Replaced:
                case IkeState.Deleting:
                    return _header.Exchange != ExchangeType.IkeAuth;
                default:
                    return false;
            }
        }

        private void Work(IkeSa sa)
        {
            if (_status != WireStatus.Ok)
            {
                _ike.Module.Log.Fail(FaultOf(_status), sa.Remote, sa.Path.RemoteText, WireStatus.Text(_status));
                int notify = WireStatus.Notify(_status, true);
                _ike.Sender.AnswerNotify(sa, _header.Exchange, notify, Data(_status, _inner));
                // INVALID_SYNTAX ends the IKE SA at both ends (RFC 7296 2.21.3).
                if (_header.Exchange == ExchangeType.IkeAuth || notify == NotifyType.InvalidSyntax)
                {
                    _ike.Kill(sa);
                }
                return;
            }
            if (sa.State == IkeState.Standby)
            {
                Succession.Used(_ike, sa, _header.Exchange, _inner);
            }
            switch (_header.Exchange)
            {
                case ExchangeType.IkeAuth:
                    AuthAnswer.Handle(_ike, sa, _inner);
                    break;
                case ExchangeType.CreateChildSa:
                    CreateChildAnswer.Handle(_ike, sa, _inner);
                    break;
                default:
                    InformationalAnswer.Handle(_ike, sa, _inner);
                    break;
            }
        }
    }
}
