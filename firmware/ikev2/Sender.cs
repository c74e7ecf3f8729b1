using System;
using NfIpsec.Base;
using NfIpsec.Ike.Session;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>Messages out: written once into one buffer, sealed in place, kept as sent for retransmission (RFC 7296 2.1).</summary>
    internal sealed class Sender
    {
        private const int Start = IkeModule.MarkerSize;

        private readonly Ikev2Module _ike;
        private readonly byte[] _buffer;
        private readonly MessageWriter _writer = new MessageWriter();
        private bool _writing;

        internal Sender(Ikev2Module ike)
        {
            _ike = ike;
            _buffer = ike.Module.Out;
        }

        // ---- our requests ----

        /// <summary>Writes and sends the request of the SA's current exchange.</summary>
        internal void SendRequest(IkeSa sa)
        {
            SendRequest(sa, 0);
        }

        /// <param name="sendings">How often the like of it was sent before: its retransmissions go on from there.</param>
        internal void SendRequest(IkeSa sa, int sendings)
        {
            Exchange exchange = sa.Current;
            Open(sa, exchange.Type, 0, sa.SendId);
            exchange.Write(_writer);
            byte[] sent = Finish(sa, exchange.Type, out int status);
            if (sent == null)
            {
                _ike.Fail(sa, Fault.OwnFault, Unbuilt(status));
                return;
            }
            sa.Request = sent;
            if (exchange.Type == ExchangeType.IkeSaInit)
            {
                sa.InitRequest = sa.Request;
            }
            sa.Sendings = sendings;
            if (sa.Moved != null)
            {
                sa.Moved.Asked = true;
            }
            Transmit(sa);
        }

        /// <summary>Sends the request under way again, at doubling intervals (RFC 7296 2.4); false when it was sent often enough.</summary>
        internal bool Retransmit(IkeSa sa)
        {
            if (sa.Sendings >= (sa.State == IkeState.Deleting ? IkeLimits.MaxDeleteSendings : IkeLimits.MaxSendings))
            {
                return false;
            }
            Transmit(sa);
            return true;
        }

        private void Transmit(IkeSa sa)
        {
            long now = _ike.Module.Clock.Now;
            Send(Rebinding.Way(sa, sa.Sendings), sa.Request);
            sa.SendAt = now + ((long)sa.Remote.Interval * 1000 << sa.Sendings);
            sa.Sendings++;
            sa.SentAt = now;
            _ike.Rearm(sa);
        }

        /// <summary>Tells the peer, once and without waiting, that the SA is gone. Nothing while a request is under way: it has the one
        /// place of the window (RFC 7296 2.3), and another message under its id would be none.</summary>
        internal void Farewell(IkeSa sa)
        {
            if (sa.Request != null)
            {
                return;
            }
            Open(sa, ExchangeType.Informational, 0, sa.SendId);
            DeletePayload.WriteIke(_writer);
            byte[] sent = Finish(sa, ExchangeType.Informational, out int status);
            if (sent != null)
            {
                Send(sa.Path, sent);
            }
        }

        // ---- our answers ----

        /// <summary>Opens the answer to the request that is being worked on.</summary>
        internal MessageWriter OpenAnswer(IkeSa sa, int exchange)
        {
            Open(sa, exchange, IkeHeader.FlagResponse, sa.ReceiveId);
            return _writer;
        }

        /// <summary>Closes, keeps and sends it; the next request has the next id. Before the ids come round the IKE SA ends
        /// (RFC 7296 2.2).</summary>
        internal void SendAnswer(IkeSa sa, int exchange)
        {
            byte[] sent = Finish(sa, exchange, out int status);
            if (sent == null)
            {
                _ike.Fail(sa, Fault.OwnFault, Unbuilt(status));
                return;
            }
            sa.Response = sent;
            sa.ReceiveId++;
            sa.Parked = null;
            Answer(sa, sa.AnswerBy != null ? sa.AnswerBy : sa.Path);
            if (sa.ReceiveId == int.MaxValue)
            {
                _ike.Fail(sa, Fault.Expired, "message ids");
            }
        }

        // Where the request came from, whether or not the SA has moved there (RFC 7296 2.11).
        private void Answer(IkeSa sa, IkePath path)
        {
            Send(path, sa.Response);
            // What goes elsewhere keeps no NAT's mapping alive.
            sa.SentAt = sa.Path.SameAddresses(path) ? _ike.Module.Clock.Now : sa.SentAt;
        }

        /// <summary>The answer kept, to a request that came again: a few times a second, and once to an address that is not the SA's. Anybody
        /// can send an old request, or one fragment of it, under any source, and the answer may be several times as long.</summary>
        internal void Resend(IkeSa sa, IkePath path)
        {
            long now = _ike.Module.Clock.Now;
            if (now - sa.ResentAt >= IkeLimits.ResendMs)
            {
                sa.ResentAt = now;
                sa.Resent = 0;
                sa.ResentElsewhere = 0;
            }
            bool here = sa.Path.SameAddresses(path);
            if (here ? sa.Resent++ < IkeLimits.MaxResends : sa.ResentElsewhere++ < 1)
            {
                Answer(sa, path);
            }
            else
            {
                _ike.Module.Log.Count(Fault.Replayed, path);
            }
        }

        /// <summary>An answer that is one notify.</summary>
        internal void AnswerNotify(IkeSa sa, int exchange, int notify, byte[] data)
        {
            OpenAnswer(sa, exchange);
            NotifyPayload.Write(_writer, notify, data, 0, data == null ? 0 : data.Length);
            SendAnswer(sa, exchange);
        }

        /// <summary>An unprotected answer that is one notify, to a request that made no state here.</summary>
        internal void Refuse(IkePath path, IkeHeader header, int notify, byte[] data)
        {
            int flags = IkeHeader.FlagResponse | (header.FromInitiator ? 0 : IkeHeader.FlagInitiator);
            Begin();
            Discard();
            _writer.Start(_buffer, Start, _buffer.Length - Start, header.InitiatorSpi, header.ResponderSpi, header.Exchange, flags, header.MessageId);
            NotifyPayload.Write(_writer, notify, data, 0, data == null ? 0 : data.Length);
            int length = _writer.Finish();
            if (length > 0)
            {
                _ike.Module.Send(path, _buffer, Start, length);
            }
        }

        // ---- both ----

        // What makes a message too long is in the configuration.
        private static string Unbuilt(int status)
        {
            return status == Status.XE_DST_OUT_OF_SPACE ? "a message is longer than " + IkeLimits.MaxMessage.ToString() + " bytes: fewer certificates in -c, fewer algorithms"
                : "a message cannot be built, code " + status.ToString();
        }

        // There is one buffer.
        private void Begin()
        {
            if (_writing)
            {
                throw new InvalidOperationException("a message is being written");
            }
            _writing = true;
        }

        /// <summary>The message that is being written is not sent.</summary>
        internal void Discard()
        {
            _writing = false;
        }

        private void Open(IkeSa sa, int exchange, int flags, int id)
        {
            Begin();
            flags |= sa.Initiator ? IkeHeader.FlagInitiator : 0;
            _writer.Start(_buffer, Start, _buffer.Length - Start, sa.InitiatorSpi, sa.ResponderSpi, exchange, flags, id);
            if (exchange != ExchangeType.IkeSaInit)
            {
                _writer.OpenEncrypted(sa.Outgoing.IvLength, sa.Outgoing.TailLength);
            }
        }

        // What goes out, to be kept: one message, or its fragments where it is longer than an IP datagram shall be and the peer can put
        // them together (RFC 7383 2.4).
        private byte[] Finish(IkeSa sa, int exchange, out int status)
        {
            Discard();
            bool inClear = exchange == ExchangeType.IkeSaInit;
            int length = inClear ? _writer.Finish() : _writer.FinishEncrypted();
            if (length >= 0 && !inClear)
            {
                int limit = Fragments.Longest(sa.Path);
                if (sa.Fragmentation && Fragments.Need(sa.Outgoing, length, limit))
                {
                    return Fragments.Cut(sa.Outgoing, _buffer, Start, length, limit, out status);
                }
                length = sa.Outgoing.Seal(_buffer, Start, _writer.EncryptedAt, length);
            }
            status = length < 0 ? -length : Status.XE_OK;
            if (length < 0)
            {
                return null;
            }
            byte[] copy = new byte[length];
            Array.Copy(_buffer, Start, copy, 0, length);
            return copy;
        }

        private void Send(IkePath path, byte[] messages)
        {
            int length = Fragments.LengthAt(messages, 0);
            for (int at = 0; length > 0; length = Fragments.LengthAt(messages, at))
            {
                _ike.Module.Send(path, messages, at, length);
                at += length;
            }
        }
    }
}
