using NfIpsec.Base.Algorithm;
using NfIpsec.Base.Bytes;
using NfIpsec.Base.Ports;
using NfIpsec.Console.Grammar;
using NfIpsec.Console.Names;
using NfIpsec.Ipsec.Management;

namespace NfIpsec.Console.Commands
{
    /// <summary>ipsec netstat: the databases in the lines, labels and columns of the reference's example; with -a every counter.</summary>
    internal sealed class NetstatCommand
    {
        private const string Header = "spid  pri  proto  policy  src-id          dst-id          mode  gateway";
        private const int SpidWidth = 6, PriorityWidth = 5, ProtocolWidth = 7, PolicyWidth = 8, SelectorWidth = 14;

        private readonly IpsecAdmin _admin;
        private readonly Answer _answer;
        private readonly SessionView _session = new SessionView();
        private readonly PolicyView _policy = new PolicyView();

        public NetstatCommand(IpsecAdmin admin, Answer answer)
        {
            _admin = admin;
            _answer = answer;
        }

        public void Execute(Parsed parsed)
        {
            bool all = parsed.Has('a') || (!parsed.Has('c') && !parsed.Has('p'));
            bool keys = parsed.Has('k');
            if (all || parsed.Has('c'))
            {
                for (int i = 0; _admin.GetSession(i, _session); i++)
                {
                    Session(keys, parsed.Has('a'));
                }
            }
            if (all || parsed.Has('p'))
            {
                Policies();
            }
            if (parsed.Has('a'))
            {
                Counters();
            }
        }

        private void Session(bool keys, bool counts)
        {
            _answer.Line("IPSecSession SPI=" + Hex.Format32(_session.InboundSpi) + ", SPID=" + _session.Spid.ToString());
            _answer.Line("  CreateTime=" + _session.CreateTime.ToString() + ", " + Life());
            if (_session.Stopped)
            {
                _answer.Line("  Stopped: its lifetime or its sequence numbers are used up");
            }
            Association("Outbound", _session.OutboundSpi, true, keys);
            if (counts)
            {
                _answer.Line("  Packets: " + _session.PacketsOut.ToString() + ", Bytes: " + _session.BytesOut.ToString() + ", Sequence: " + _session.SequenceOut.ToString());
            }
            _answer.Line("Dummy pkts transmitted: " + _session.DummiesOut.ToString());
            Association("Inbound", _session.InboundSpi, false, keys);
            if (counts)
            {
                _answer.Line("  Packets: " + _session.PacketsIn.ToString() + ", Bytes: " + _session.BytesIn.ToString() + ", Sequence: " + _session.SequenceIn.ToString());
                _answer.Line("  Replayed: " + _session.Replayed.ToString() + ", Unverified: " + _session.Unverified.ToString() + ", Refused: " + _session.Refused.ToString());
            }
            _answer.Line("Dummy pkts received: " + _session.DummiesIn.ToString());
        }

        private string Life()
        {
            if (_session.Life == 0)
            {
                return "Life=unlimited";
            }
            string hard = _session.HardIn < 0 ? "" : ", HardExpiry in " + _session.HardIn.ToString() + " secs";
            string soft = _session.SoftIn < 0 ? "" : ", SoftExpiry in " + _session.SoftIn.ToString() + " secs";
            return "Life=" + _session.Life.ToString() + " secs" + hard + soft;
        }

        private void Association(string direction, int spi, bool outbound, bool keys)
        {
            _answer.Line("ESP " + direction + " SA, SPI=" + Hex.Format32(spi));
            if (_session.Integrity >= 0)
            {
                _answer.Line("  HMAC-Auth: " + Algorithms.ShortName(_session.Integrity));
                Key(_session.IntegrityKeyBytes, outbound, true, keys);
            }
            _answer.Line("  Encryption: " + Algorithms.ShortName(_session.Encryption));
            if (_session.EncryptionKeyBytes > 0)
            {
                Key(_session.EncryptionKeyBytes, outbound, false, keys);
            }
        }

        private void Key(int length, bool outbound, bool integrity, bool show)
        {
            string text = null;
#if IKE_DEBUG
            text = show ? _admin.ShowKey(_session.Slot, outbound, integrity) : null;
#endif
            _answer.Line("    Key: [len=" + length.ToString() + "] " + (text == null ? "hidden" : text));
        }

        private void Policies()
        {
            _answer.Line(Header);
            for (int i = 0; _admin.GetPolicy(i, _policy); i++)
            {
                _answer.Line(Row());
            }
        }

        private string Row()
        {
            bool secure = PolicyLine.IsSecure(_policy);
            string action = secure ? "secure" : _policy.Action == PolicyAction.IPSEC_POLICY_BYPASS ? "bypass" : "drop";
            string row = Column(_policy.Spid.ToString(), SpidWidth) + Column(_policy.Priority.ToString(), PriorityWidth)
                + Column(ProtocolNames.Shown(_policy.Protocol), ProtocolWidth) + Column(action, PolicyWidth) + Column(_policy.SourceShown, SelectorWidth);
            if (!secure)
            {
                return row + _policy.DestinationShown;
            }
            string mode = _policy.Action == PolicyAction.IPSEC_POLICY_SECURE_TUNNEL ? "tunnel" : "transport";
            return row + Column(_policy.DestinationShown, SelectorWidth) + mode + (_policy.Gateway == null ? "" : " " + _policy.Gateway)
                + (_policy.Parent == 0 ? "" : "  cloned from " + _policy.Parent.ToString());
        }

        // As in the reference's example: a column is at least that wide, and two blanks stand behind what fills it.
        private static string Column(string text, int width)
        {
            return (text + "  ").PadRight(width);
        }

        private void Counters()
        {
            int[] counters = new int[PacketCounters.Words];
            if (_admin.ReadCounters(counters) != 0)
            {
                _answer.Error("ipsec netstat: the counters cannot be read");
                return;
            }
            for (int i = 0; i < PacketCounters.Words; i++)
            {
                // Counters wrap at 32 bits, unsigned.
                _answer.Line("  " + CounterNames.Name(i) + ": " + ((uint)counters[i]).ToString());
            }
            _answer.Line("end of counters");
        }
    }
}
