namespace NfIpsec.Console.Names
{
    /// <summary>Upper-layer protocols by name.</summary>
    public static class ProtocolNames
    {
        public const int Any = 0, Icmp = 1, Tcp = 6, Udp = 17, Icmp6 = 58;

        /// <summary>The number of a name, 0 for any, -1 when it is none.</summary>
        public static int Number(string name)
        {
            switch (name == null ? "" : name.ToLower())
            {
                case "any":
                    return Any;
                case "icmp":
                    return Icmp;
                case "tcp":
                    return Tcp;
                case "udp":
                    return Udp;
                case "icmp6":
                    return Icmp6;
                default:
                    return -1;
            }
        }

        /// <summary>The name as ipsec netstat shows it: the number where there is no name, 0 for any.</summary>
        public static string Shown(int number)
        {
            return number == Any ? "0" : Name(number);
        }

        /// <summary>The name as the parser takes it; the number where there is none.</summary>
        public static string Name(int number)
        {
            switch (number)
            {
                case Any:
                    return "any";
                case Icmp:
                    return "icmp";
                case Tcp:
                    return "tcp";
                case Udp:
                    return "udp";
                case Icmp6:
                    return "icmp6";
                default:
                    return number.ToString();
            }
        }
    }
}
