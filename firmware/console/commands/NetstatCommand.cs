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
            Associations("Outbound", true, keys);
            if (counts)
            {
                _answer.Line("  Packets: " + _session.PacketsOut.ToString() + ", Bytes: " + _session.BytesOut.ToString() + ", Sequence: " + _session.SequenceOut.ToString());
            }
            Dummies("transmitted", _session.DummiesOut);
            Associations("Inbound", false, keys);
            if (counts)
            {
                _answer.Line("  Packets: " + _session.PacketsIn.ToString() + ", Bytes: " + _session.BytesIn.ToString() + ", Sequence: " + _session.SequenceIn.ToString());
                _answer.Line("  Replayed: " + _session.Replayed.ToString() + ", Unverified: " + _session.Unverified.ToString() + ", Refused: " + _session.Refused.ToString());
            }
            Dummies("received", _session.DummiesIn);
        }

        // AH alone has none (RFC 4303 2.6).
        private void Dummies(string what, int count)
        {
            if (_session.Encryption >= 0)
            {
                _answer.Line("Dummy pkts " + what + ": " + count.ToString());
            }
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

        // As they stand in a packet: AH is outside.
        private void Associations(string direction, bool outbound, bool keys)
        {
            if (_session.AhIntegrity >= 0)
            {
                _answer.Line("AH " + direction + " SA, SPI=" + Hex.Format32(outbound ? _session.OutboundAhSpi : _session.InboundSpi));
                Authentication(_session.AhIntegrity, _session.AhKeyBytes, ShownAhKey(outbound, keys));
            }
            if (_session.Encryption >= 0)
            {
                _answer.Line("ESP " + direction + " SA, SPI=" + Hex.Format32(outbound ? _session.OutboundSpi : _session.InboundSpi));
                Esp(outbound, keys);
            }
        }

        private void Esp(bool outbound, bool keys)
        {
            if (_session.Integrity >= 0)
            {
                Authentication(_session.Integrity, _session.IntegrityKeyBytes, ShownKey(outbound, true, keys));
            }
            _answer.Line("  Encryption: " + Algorithms.ShortName(_session.Encryption));
            if (_session.EncryptionKeyBytes > 0)
            {
                Key(_session.EncryptionKeyBytes, ShownKey(outbound, false, keys));
            }
        }

        private void Authentication(int row, int keyBytes, string key)
        {
            _answer.Line("  HMAC-Auth: " + Algorithms.ShortName(row));
            Key(keyBytes, key);
        }

        // null: hidden, as always outside debug builds.
        private string ShownKey(bool outbound, bool integrity, bool show)
        {
#if IKE_DEBUG
            return show ? _admin.ShowKey(_session.Slot, outbound, integrity) : null;
#else
            return null;
#endif
        }

        private string ShownAhKey(bool outbound, bool show)
        {
#if IKE_DEBUG
            return show ? _admin.ShowAhKey(_session.Slot, outbound) : null;
#else
            return null;
#endif
        }

        private void Key(int length, string text)
        {
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
