using NfIpsec.Base.Log;
using NfIpsec.Base.Ports;
using NfIpsec.Ike.Admin;

namespace NfIpsec.Ike.Session
{
    /// <summary>One line and one count for each thing that goes wrong; one line for each change of state. Never a key.</summary>
    public sealed class IkeLog
    {
        public readonly Logger Logger;

        /// <summary>By <see cref="Fault"/>.</summary>
        public readonly int[] Counts = new int[Fault.Count];

        // By Fault, seconds of the clock; made when the first peer is turned away.
        private int[] _quietUntil;

        public IkeLog(LogPort port)
        {
            Logger = new Logger(port);
        }

        /// <summary>Something an unauthenticated datagram caused: counted, and shown only to who debugs, so that nobody can fill the
        /// terminal from outside.</summary>
        public void Count(int fault, IkePath path)
        {
            Counts[fault]++;
            if (Logger.Wants(LogLevel.Debug))
            {
                Logger.Write(LogLevel.Debug, "ike: " + path.RemoteText + ": " + Fault.Text(fault));
            }
        }

        /// <summary>A negotiation that failed: its remote, the cause and the configuration line to look at.</summary>
        /// <param name="detail">What differs, or null.</param>
        public void Fail(int fault, RemoteConfig remote, string peer, string detail)
        {
            Counts[fault]++;
            string text = Fault.Text(fault) + (detail == null ? "" : " (" + detail + ")");
            string who = remote == null ? "peer " + peer : "remote '" + remote.Name + "' (" + peer + ")";
            if (remote != null)
            {
                remote.LastFailure = text;
            }
            Logger.Write(LogLevel.Warning, "ike: " + who + ": " + text);
        }

        /// <summary>The same for a request of the peer's; one that only crossed ours is counted.</summary>
        public void Refuse(int fault, RemoteConfig remote, string peer, string detail)
        {
            if (fault == Fault.Overrun)
            {
                Counts[fault]++;
            }
            else
            {
                Fail(fault, remote, peer, detail);
            }
        }

        /// <summary>A first message, or one of who has not proved itself, that cannot be served now. The administrator shall know, but
        /// anybody can send such messages: counted each time, told once in a while.</summary>
        /// <param name="detail">What is full, or null.</param>
        /// <param name="now">Milliseconds of the clock.</param>
        public void TurnAway(int fault, IkePath path, string detail, long now)
        {
            int second = (int)(now / 1000);
            _quietUntil = _quietUntil == null ? new int[Fault.Count] : _quietUntil;
            if (second < _quietUntil[fault])
            {
                Count(fault, path);
                return;
            }
            _quietUntil[fault] = second + IkeLimits.QuietMs / 1000;
            Fail(fault, null, path.RemoteText, detail);
        }

        public void Info(string text)
        {
            Logger.Write(LogLevel.Info, "ike: " + text);
        }
    }
}
