using System.Text;
using NfIpsec.Base;
using NfIpsec.Base.Address;
using NfIpsec.Base.Bytes;
using NfIpsec.Base.Ports;

namespace NfIpsec.Ipsec.Management
{
    /// <summary>One end of a traffic selector: a range of addresses of one family, a port and the upper-layer protocol.</summary>
    /// <remarks>A single address is a range of one, "any" the whole of IPv4, "any6" the whole of IPv6. For ICMP the source's port
    /// is the type and the destination's the code, with PacketInfo.IcmpShown added: type 0 is not any type.</remarks>
    public sealed class IPSecID
    {
        public const int AnyPort = 0;

        /// <summary>First and last address, words as in <see cref="IpAddress"/>.</summary>
        public readonly int[] Low = new int[IpAddress.WordCount], High = new int[IpAddress.WordCount];

        /// <summary>4 or 6.</summary>
        public int Version;

        /// <summary>0 any, else 1..65535.</summary>
        public int Port;

        /// <summary>0 any, else 1..255.</summary>
        public int Protocol;

        /// <summary>Parses every textual form; null on failure, with the code in <paramref name="status"/> (XE_BAD_ID_TYPE,
        /// XE_BAD_ADDR_RANGE or XE_BAD_PORT_NUMBER) and in <paramref name="error"/> a sentence that names the text.</summary>
        public static IPSecID Parse(string text, int protocol, out int status, out string error)
        {
            IPSecIDParser parser = new IPSecIDParser(text, protocol);
            IPSecID id = parser.Parse();
            status = parser.Status;
            error = parser.Error;
            return id;
        }

        /// <summary>True for protocols whose packets have ports, or type and code (RFC 4301 4.4.1.1): TCP, UDP, DCCP, SCTP, UDP-Lite, ICMP;
        /// and for 0, any.</summary>
        public static bool HasPorts(int protocol)
        {
            switch (protocol)
            {
                case 0:
                case 1:
                case 6:
                case 17:
                case 33:
                case 58:
                case 132:
                case 136:
                    return true;
                default:
                    return false;
            }
        }

        public bool IsSingle
        {
            get { return IpAddress.Same(Low, 0, High, 0); }
        }

        public bool IsAny
        {
            get { return PrefixBits == (Version == 4 ? 96 : 0); }
        }

        /// <summary>Of 128, when the range is exactly a prefix, else -1.</summary>
        public int PrefixBits
        {
            get
            {
                int bits = IpAddress.CommonBits(Low, 0, High, 0);
                for (int i = 0; i < IpAddress.WordCount; i++)
                {
                    int host = ~IpAddress.MaskWord(bits, i);
                    if ((Low[i] & host) != 0 || (High[i] & host) != host)
                    {
                        return -1;
                    }
                }
                return bits;
            }
        }

        public bool Same(IPSecID other)
        {
            return Version == other.Version && Port == other.Port && Protocol == other.Protocol
                && IpAddress.Same(Low, 0, other.Low, 0) && IpAddress.Same(High, 0, other.High, 0);
        }

        /// <summary>The form that <see cref="Parse"/> takes.</summary>
        public override string ToString()
        {
            return Port == AnyPort ? Addresses() : Addresses() + "," + PortNumber.ToString();
        }

        /// <summary>The form of ipsec netstat: the port behind a colon, an IPv6 address then in brackets.</summary>
        public string ToShown()
        {
            string addresses = Addresses();
            if (Port == AnyPort)
            {
                return addresses;
            }
            return (Version == 6 && !IsAny ? "[" + addresses + "]" : addresses) + ":" + PortNumber.ToString();
        }

        private int PortNumber
        {
            get { return IsIcmp(Protocol) ? Port - PacketInfo.IcmpShown : Port; }
        }

        /// <summary>ICMP or ICMPv6.</summary>
        public static bool IsIcmp(int protocol)
        {
            return protocol == 1 || protocol == 58;
        }

        private string Addresses()
        {
            if (IsAny)
            {
                return Version == 4 ? "any" : "any6";
            }
            string low = IpAddress.Format(Low, 0);
            if (IsSingle)
            {
                return low;
            }
            int bits = PrefixBits;
            return bits < 0 ? low + "-" + IpAddress.Format(High, 0) : low + "/" + (Version == 4 ? bits - 96 : bits).ToString();
        }
    }
}
