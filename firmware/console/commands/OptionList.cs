using NfIpsec.Base;
using NfIpsec.Base.Algorithm;
using NfIpsec.Console.Grammar;
using NfIpsec.Ipsec.Management;

namespace NfIpsec.Console.Commands
{
    /// <summary>The -o option of ipsec policy: key=value,... Turns it into policy flags and options.</summary>
    public sealed class OptionList
    {
        private const string Known = "pfs esn replay ecn df padcheck clone bytes packets encap mtu";

        private const string CloneWords = "src dst sport dport proto";

        /// <summary>UDP encapsulation: when a NAT shows, always, never.</summary>
        public const int EncapAuto = 0, EncapForce = 1, EncapOff = 2;

        private readonly bool _negotiated;

        public int Flags;
        public readonly PolicyOptions Options = new PolicyOptions();
        /// <summary>pfs=: row of the algorithm table, -1 none. encap=: one of Encap*.</summary>
        public int Group = Algorithms.None, Encap = EncapAuto;
        /// <summary>What is wrong, or null.</summary>
        public string Error;

        /// <param name="negotiated">True when IKE makes the keys: then replay checking is on by default (RFC 4303 3.4.3).</param>
        public OptionList(bool negotiated)
        {
            _negotiated = negotiated;
            Flags = PolicyFlags.SP_CHECK_ESP_PAD | PolicyFlags.SP_FULL_ECN | PolicyFlags.SP_DF_COPY;
            Flags |= negotiated ? PolicyFlags.SP_CHECK_REPLAY : 0;
        }

        /// <summary>Reads -o; false, and said why, when a key or a value is not known.</summary>
        public bool Parse(Parsed parsed, Answer answer)
        {
            string text = parsed.Value('o');
            string[] items = text == null ? new string[0] : text.Split(',');
            string seen = " ";
            for (int i = 0; i < items.Length && Error == null; i++)
            {
                int equals = items[i].IndexOf('=');
                string key = (equals < 0 ? items[i] : items[i].Substring(0, equals)).ToLower();
                Error = seen.IndexOf(" " + key + " ") >= 0 ? "'" + key + "' is given twice" : null;
                seen += key + " ";
                if (Error == null)
                {
                    Take(key, equals < 0 ? "" : items[i].Substring(equals + 1).ToLower(), items[i]);
                }
            }
            if (Error != null)
            {
                answer.Error(parsed.Command.Name + ": -o: " + Error);
            }
            return Error == null;
        }

        private void Take(string key, string value, string item)
        {
            switch (key)
            {
                case "esn":
                    Switch(value, PolicyFlags.SP_ESN, item, "on or off");
                    break;
                case "padcheck":
                    Switch(value, PolicyFlags.SP_CHECK_ESP_PAD, item, "on or off");
                    break;
                case "ecn":
                    Switch(value == "full" ? "on" : value == "on" ? "" : value, PolicyFlags.SP_FULL_ECN, item, "full or off");
                    break;
                case "df":
                    DontFragment(value, item);
                    break;
                case "replay":
                    Replay(value, item);
                    break;
                case "bytes":
                    Options.LifeBytes = Amount(value, item);
                    break;
                case "packets":
                    Options.LifePackets = Amount(value, item);
                    break;
                case "pfs":
                    Error = _negotiated ? null : "'" + item + "': expected -g beside it; without IKE nothing is exchanged";
                    ExchangeGroup(value, item);
                    break;
                case "encap":
                    Error = _negotiated ? null : "'" + item + "': expected -g beside it; it is agreed on by IKE";
                    Encapsulation(value, item);
                    break;
                case "clone":
                    Error = _negotiated || value == "none" ? null : "'" + item + "': expected -g beside it; each flow gets keys of its own, which only IKE makes";
                    Clone(value, item);
                    break;
                case "mtu":
                    PathMtu(value, item);
                    break;
                default:
                    Error = "'" + item + "': unknown key; expected one of " + Known;
                    break;
            }
        }

        private void ExchangeGroup(string value, string item)
        {
            Group = value == "none" ? Algorithms.None : Algorithms.Find(Algorithms.Group, value);
            if (Group < 0 && value != "none" && Error == null)
            {
                Error = "'" + item + "': expected none or a Diffie-Hellman group of this build";
            }
        }

        private void Encapsulation(string value, string item)
        {
            Encap = value == "force" ? EncapForce : value == "off" ? EncapOff : EncapAuto;
            if (value != "force" && value != "off" && value != "auto" && Error == null)
            {
                Error = "'" + item + "': expected auto, force or off";
            }
        }

        // One or more, joined by +: commas part the keys of -o.
        private void Clone(string value, string item)
        {
            string[] names = value == "none" ? new string[0] : value.Split('+');
            for (int i = 0; i < names.Length && Error == null; i++)
            {
                int flag = CloneFlag(names[i]);
                Flags |= flag;
                if (flag == 0)
                {
                    Error = "'" + item + "': expected none, or one or more of " + CloneWords + " joined by +";
                }
            }
        }

        private static int CloneFlag(string name)
        {
            switch (name)
            {
                case "src":
                    return PolicyFlags.SP_CLONE_SRC;
                case "dst":
                    return PolicyFlags.SP_CLONE_DST;
                case "sport":
                    return PolicyFlags.SP_CLONE_SPORT;
                case "dport":
                    return PolicyFlags.SP_CLONE_DPORT;
                case "proto":
                    return PolicyFlags.SP_CLONE_PROTO;
                default:
                    return 0;
            }
        }

        private void Switch(string value, int flag, string item, string expected)
        {
            if (value == "on")
            {
                Flags |= flag;
            }
            else if (value == "off")
            {
                Flags &= ~flag;
            }
            else
            {
                Error = "'" + item + "': expected " + expected;
            }
        }

        private void DontFragment(string value, string item)
        {
            Flags &= ~(PolicyFlags.SP_DF_COPY | PolicyFlags.SP_DF_SET);
            if (value == "copy")
            {
                Flags |= PolicyFlags.SP_DF_COPY;
            }
            else if (value == "set")
            {
                Flags |= PolicyFlags.SP_DF_SET;
            }
            else if (value != "clear")
            {
                Error = "'" + item + "': expected copy, set or clear";
            }
        }

        private void Replay(string value, string item)
        {
            Flags &= ~PolicyFlags.SP_CHECK_REPLAY;
            if (value == "off")
            {
                return;
            }
            int window = Operands.Digits(value, 32, 1024);
            if (window == Operands.Bad || window % 32 != 0)
            {
                Error = "'" + item + "': expected off, or a window of 32 to 1024 packets, a multiple of 32";
                return;
            }
            Flags |= PolicyFlags.SP_CHECK_REPLAY;
            Options.ReplayWindow = window;
        }

        // The least depends on the family of the endpoints, which is looked at when the policy stands.
        private void PathMtu(string value, string item)
        {
            Options.Mtu = Operands.Digits(value, Limits.MinMtu4, 65535);
            if (Options.Mtu == Operands.Bad)
            {
                Error = "'" + item + "': expected the path MTU in bytes, " + Limits.MinMtu4.ToString() + " to 65535, with IPv6 endpoints " + Limits.MinMtu6.ToString() + " at least";
            }
        }

        private long Amount(string value, string item)
        {
            long amount = 0;
            bool good = value.Length > 0 && value.Length <= 18;
            for (int i = 0; good && i < value.Length; i++)
            {
                good = value[i] >= '0' && value[i] <= '9';
                amount = amount * 10 + (value[i] - '0');
            }
            if (!good || amount == 0)
            {
                Error = "'" + item + "': expected a number above 0";
            }
            return amount;
        }
    }
}
