using NfIpsec.Console.Names;
using NfIpsec.Base.Ports;

namespace NfIpsec.Console.Commands
{
    /// <summary>ping: one ICMP echo request after the other, under policy. The next goes out a second after the last, or shortly
    /// after its answer.</summary>
    public sealed class PingCommand : Activity
    {
        public const int IntervalMs = 1000, GapMs = 100, TimeoutMs = 2000;

        private readonly PacketPort _packets;
        private readonly Answer _answer;
        private readonly int[] _destination;
        private readonly string _name;
        private readonly int _count;
        private readonly int _size;
        private readonly int _base;
        private int _sent;
        private int _received;
        private long _sentAt;
        private long _next;
        private bool _waiting;
        private long _total;
        private int _least = int.MaxValue;
        private int _most;

        /// <param name="firstSequence">Sequence numbers go on over all pings, so that a late answer is not taken for a new one.</param>
        public PingCommand(PacketPort packets, Answer answer, int[] destination, string name, int count, int size, int firstSequence)
        {
            _packets = packets;
            _answer = answer;
            _destination = destination;
            _name = name;
            _count = count;
            _size = size;
            _base = firstSequence;
        }

        public override long NextDue
        {
            get { return _next; }
        }

        public override void Poll(long now)
        {
            if (_waiting && now - _sentAt >= TimeoutMs)
            {
                _waiting = false;
                _answer.Line("no answer from " + _name + ": seq=" + _sent.ToString());
            }
            if (_sent == _count && !_waiting)
            {
                Finish();
            }
            else if (!_waiting && now >= _next)
            {
                Send(now);
            }
        }

        public override void EchoReply(int sequence, int microseconds)
        {
            int number = ((sequence - _base) & 0xFFFF) + 1;
            if (!_waiting || number != _sent)
            {
                return;
            }
            _waiting = false;
            _received++;
            _total += microseconds;
            _least = microseconds < _least ? microseconds : _least;
            _most = microseconds > _most ? microseconds : _most;
            _answer.Line(_size.ToString() + " bytes from " + _name + ": seq=" + number.ToString() + " time=" + Milliseconds(microseconds) + " ms");
            _next = _sentAt + GapMs;
        }

        public override void Cancel()
        {
            Finish();
        }

        private void Send(long now)
        {
            _sent++;
            _sentAt = now;
            _next = now + IntervalMs;
            int result = _packets.Ping(_destination, (_base + _sent - 1) & 0xFFFF, _size);
            _waiting = result >= 0;
            if (result < 0)
            {
                _answer.Line("not sent to " + _name + ": seq=" + _sent.ToString() + " " + StatusText.Name(-result));
            }
            else
            {
                _next = now + TimeoutMs;
            }
        }

        private void Finish()
        {
            Done = true;
            int lost = _sent == 0 ? 0 : (int)((long)(_sent - _received) * 100 / _sent);
            string times = _received == 0 ? "" : ", min/avg/max " + Milliseconds(_least) + "/" + Milliseconds((int)(_total / _received))
                + "/" + Milliseconds(_most) + " ms";
            _answer.Line(_sent.ToString() + " sent, " + _received.ToString() + " answered, " + lost.ToString() + "% lost" + times);
        }

        private static string Milliseconds(int microseconds)
        {
            return (microseconds / 1000).ToString() + "." + (microseconds % 1000).ToString("D3");
        }
    }
}
