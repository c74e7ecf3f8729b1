using NfIpsec.Base.Address;
using NfIpsec.Console.Commands;
using NfIpsec.Console.Grammar;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Session;

namespace NfIpsec.IkeConsole
{
    /// <summary>The -o option of ike remote: key=value,...</summary>
    internal sealed class RemoteOptions
    {
        private const string Known = "dpd natt frag mobike vip dns certreq crl ppk kex childless resume certtime", Here = "dpd natt frag vip dns certreq crl certtime";

        private const string PoolPrefix = "pool:";

        private readonly RemoteConfig _remote;
        private string _error;

        public RemoteOptions(RemoteConfig remote)
        {
            _remote = remote;
        }

        /// <summary>False, and said why, when a key or a value is not known.</summary>
        public bool Parse(Parsed parsed, Answer answer)
        {
            _remote.Options = parsed.Value('o');
            string[] items = _remote.Options == null ? new string[0] : _remote.Options.Split(',');
            string seen = " ";
            for (int i = 0; i < items.Length && _error == null; i++)
            {
                int equals = items[i].IndexOf('=');
                string key = (equals < 0 ? items[i] : items[i].Substring(0, equals)).ToLower();
                if (seen.IndexOf(" " + key + " ") >= 0)
                {
                    _error = "'" + key + "' is given twice";
                    break;
                }
                seen += key + " ";
                Take(key, equals < 0 ? "" : items[i].Substring(equals + 1).ToLower(), items[i]);
            }
            if (_error != null)
            {
                answer.Error(parsed.Command.Name + ": -o: " + _error);
            }
            return _error == null;
        }

        private void Take(string key, string value, string item)
        {
            if (key == "dpd")
            {
                _remote.DpdSeconds = Operands.Digits(value, 0, CommandLimits.MaxDpd);
                _error = _remote.DpdSeconds != Operands.Bad ? null : "'" + item + "': expected seconds from 0 (off) to " + CommandLimits.MaxDpd.ToString();
            }
            else if (key == "natt")
            {
                Nat(value, item);
            }
            else if (key == "frag")
            {
                _remote.Fragmentation = value == "on";
                _error = value == "on" || value == "off" ? null : "'" + item + "': expected on or off";
            }
            else if (key == "vip" || key == "dns")
            {
                Address(key, value, item);
            }
            else if (key == "certreq" || key == "crl" || key == "certtime")
            {
                Certificates(key, value, item);
            }
            else if (key.Length > 0 && (" " + Known + " ").IndexOf(" " + key + " ") >= 0)
            {
                _error = "'" + item + "': not in this build; expected " + Here;
            }
            else
            {
                _error = "'" + item + "': unknown key; expected one of " + Here;
            }
        }

        private void Address(string key, string value, string item)
        {
            if (key == "dns")
            {
                _remote.NameServer = Host(value);
                _error = _remote.NameServer != null ? null : "'" + item + "': expected the IPv4 or IPv6 address of a name server";
                return;
            }
            _remote.VirtualRequest = value == "request";
            _remote.Pool = value.StartsWith(PoolPrefix) ? Pool(value.Substring(PoolPrefix.Length)) : null;
            _error = _remote.VirtualRequest || _remote.Pool != null ? null
                : "'" + item + "': expected request, or pool:FIRST-LAST with two addresses of one family, the first not behind the last";
        }

        private static AddressPool Pool(string range)
        {
            int minus = range.IndexOf('-');
            IpAddress first = minus < 0 ? null : Host(range.Substring(0, minus));
            IpAddress last = first == null ? null : Host(range.Substring(minus + 1));
            return last != null && first.Version == last.Version && IpAddress.Compare(first.Words, 0, last.Words, 0) <= 0 ? new AddressPool(first, last) : null;
        }

        // One that a host can have.
        private static IpAddress Host(string text)
        {
            IpAddress address = IpAddress.Parse(text);
            return address == null || address.IsSpecial ? null : address;
        }

        private void Certificates(string key, string value, string item)
        {
            string yes = key == "certreq" ? "on" : key == "crl" ? "strict" : "any", no = key == "certreq" ? "off" : key == "crl" ? "if-present" : "check";
            _error = value == yes || value == no ? null : "'" + item + "': expected " + yes + " or " + no;
            _remote.CertRequest = key == "certreq" ? value == yes : _remote.CertRequest;
            _remote.StrictCrl = key == "crl" ? value == yes : _remote.StrictCrl;
            _remote.AnyTime = key == "certtime" ? value == yes : _remote.AnyTime;
        }

        private void Nat(string value, string item)
        {
            switch (value)
            {
                case "on":
                    _remote.NatTraversal = AuthMethod.NatOn;
                    break;
                case "off":
                    _remote.NatTraversal = AuthMethod.NatOff;
                    break;
                case "force":
                    _remote.NatTraversal = AuthMethod.NatForce;
                    break;
                default:
                    _error = "'" + item + "': expected on, off or force";
                    break;
            }
        }
    }
}
