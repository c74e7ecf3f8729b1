using NfIpsec.Base.Address;
using NfIpsec.Base.Bytes;
using NfIpsec.Base.Ports;
using Code = NfIpsec.Base.Status;

namespace NfIpsec.Ipsec.Management
{
    /// <summary>The textual forms of an identity: ADDRESS, ADDRESS/BITS, ADDRESS/MASK, ADDRESS-ADDRESS, any, any6, each with ,PORT
    /// at its end or between address and slash.</summary>
    internal sealed class IPSecIDParser
    {
        private readonly string _text;
        private readonly TextScanner _scanner;
        private readonly IPSecID _id = new IPSecID();

        internal int Status;
        internal string Error;

        internal IPSecIDParser(string text, int protocol)
        {
            _text = text == null ? "" : text;
            _scanner = new TextScanner(_text);
            _id.Protocol = protocol;
        }

        internal IPSecID Parse()
        {
            bool good = _text.Length > 0 && _text[0] == 'a' && IsAnyWord() ? Any() : Addresses();
            good = good && Port() && End();
            return good ? _id : null;
        }

        // "any" and hexadecimal share letters, and "any" is no address in either family.
        private bool IsAnyWord()
        {
            return _text == "any" || _text == "any6" || _text.StartsWith("any,") || _text.StartsWith("any6,");
        }

        private bool Any()
        {
            bool six = _text.StartsWith("any6");
            _scanner.At = six ? 4 : 3;
            _id.Version = six ? 6 : 4;
            _id.Low[2] = six ? 0 : IpAddress.Mapped;
            IpAddress.PrefixRange(_id.Low, 0, _id.High, 0, six ? 0 : 96);
            return true;
        }

        private bool Addresses()
        {
            int status = IpAddress.Read(_scanner, _id.Low, 0);
            if (status != Code.XE_OK)
            {
                return Fail(status, status == Code.XE_BAD_ID_TYPE ? "expected an address, a prefix, a range, any or any6" : "not a valid address");
            }
            _id.Version = IpAddress.VersionOf(_id.Low, 0);
            IpAddress.Copy(_id.Low, 0, _id.High, 0);
            if (!Port())
            {
                return false;
            }
            if (_scanner.Take('/'))
            {
                return Prefix();
            }
            return !_scanner.Take('-') || Range();
        }

        private bool Prefix()
        {
            int start = _scanner.At;
            int width = _id.Version == 4 ? 32 : 128;
            int bits = _scanner.TakeNumber();
            if (_id.Version == 4 && _scanner.Next == '.')
            {
                _scanner.At = start;
                bits = Mask();
            }
            if (bits < 0 || bits > width)
            {
                return Fail(Code.XE_BAD_ADDR_RANGE, "expected a prefix length from 0 to " + width.ToString() + (width == 32 ? ", or a mask of leading ones" : ""));
            }
            IpAddress.PrefixRange(_id.Low, 0, _id.High, 0, bits + 128 - width);
            return true;
        }

        private int Mask()
        {
            int[] mask = new int[IpAddress.WordCount];
            return IpAddress.Read(_scanner, mask, 0) == Code.XE_OK ? IpAddress.MaskBits(mask[3]) : -1;
        }

        private bool Range()
        {
            if (IpAddress.Read(_scanner, _id.High, 0) != Code.XE_OK || IpAddress.VersionOf(_id.High, 0) != _id.Version)
            {
                return Fail(Code.XE_BAD_ADDR_RANGE, "expected the last address of the range, of the same family as the first");
            }
            if (IpAddress.Compare(_id.Low, 0, _id.High, 0) > 0)
            {
                return Fail(Code.XE_BAD_ADDR_RANGE, "the range ends before it begins");
            }
            return true;
        }

        private bool Port()
        {
            if (!_scanner.Take(','))
            {
                return true;
            }
            int port = _id.Port == IPSecID.AnyPort ? _scanner.TakeNumber() : -1;
            if (port < 0 || port > 65535)
            {
                return Fail(Code.XE_BAD_PORT_NUMBER, "expected one port number from 0 to 65535 behind the comma");
            }
            if (port != 0 && !IPSecID.HasPorts(_id.Protocol))
            {
                return Fail(Code.XE_BAD_PORT_NUMBER, "protocol " + _id.Protocol.ToString() + " has no ports");
            }
            bool icmp = IPSecID.IsIcmp(_id.Protocol);
            if (port > 255 && icmp)
            {
                return Fail(Code.XE_BAD_PORT_NUMBER, "an ICMP type or code goes from 0 to 255");
            }
            _id.Port = icmp ? PacketInfo.IcmpShown + port : port;
            return true;
        }

        private bool End()
        {
            return _scanner.AtEnd || Fail(Code.XE_BAD_ID_TYPE, "unexpected '" + _scanner.Rest + "'");
        }

        private bool Fail(int status, string expected)
        {
            Status = status;
            Error = "'" + _text + "': " + expected;
            return false;
        }
    }
}
