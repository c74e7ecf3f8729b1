using NfIpsec.Base.Algorithm;

namespace NfIpsec.Console.Grammar
{
    /// <summary>The table of all commands: what the parser accepts, what help prints, what Tab offers.</summary>
    public static class Table
    {
        public const int Policy = 1, AddSa = 2, DelSa = 3, Flush = 4, Netstat = 5, Legacy = 6, Ping = 7, TcpListen = 8, TcpSend = 9;
        public const int Call = 10, Help = 11, Reload = 12, Quit = 13;
        public const int IkeCommands = 14;

        /// <summary>Ids from here on are those of the console's module.</summary>
        public const int FirstOfModule = 32;

        /// <summary>Forms of ipsec policy, ike remote and ce x509; the last is of the latter alone.</summary>
        public const int Add = 0, View = 1, Delete = 2, Verify = 3;

        private const int InAdd = 1 << Add, InView = 1 << View, InDelete = 1 << Delete;

        /// <summary>A parser for the whole table. Made on demand: static tables would cost every board its memory at start.</summary>
        /// <param name="module">Whose commands stand there too, or null.</param>
        public static Parser NewParser(CommandModule module)
        {
            Command[] own = Commands();
            Command[] more = module == null ? new Command[0] : module.Commands();
            Command[] all = new Command[own.Length + more.Length];
            System.Array.Copy(own, all, own.Length);
            System.Array.Copy(more, 0, all, own.Length, more.Length);
            return new Parser(all, module == null ? "ike ce remote" : "", new string[] { "policy", "remote" }, new string[] { "ipsec policy", "ike remote" });
        }

        private static Command[] Commands()
        {
            string[] none = new string[0];
            Option[] noOptions = new Option[0];
            return new Command[]
            {
                new Command(Policy, "ipsec policy", "add, view or delete security policies", PolicyOptions(), none, 0, 3,
                    "ipsec policy -n policy1 -t ESP -e AES128-CBC -a HMAC-SHA-2-256 -m transport -p tcp -r 10.0.0.78 -s 10.0.0.77 -d 10.0.0.78"),
                new Command(AddSa, "ipsec addsa", "add a manually keyed security association pair to its policy", AddSaOptions(), none, 0, 1,
                    "ipsec addsa -m transport -p tcp -r 10.0.0.78 -s 10.0.0.77 -d 10.0.0.78 -e AES128-CBC -f HEX -g HEX -a HMAC-SHA-2-256 -b HEX -c HEX -w 1001 -x 2001"),
                new Command(DelSa, "ipsec delsa", "delete the security associations of a policy", DelSaOptions(), none, 0, 1,
                    "ipsec delsa -s 10.0.0.77 -d 10.0.0.78 -p tcp"),
                new Command(Flush, "ipsec flush", "delete all security associations, all policies, or both", FlushOptions(), none, 0, 1, "ipsec flush -a"),
                new Command(Netstat, "ipsec netstat", "show security associations and policies", NetstatOptions(), none, 0, 1, "ipsec netstat -a"),
                new Command(Legacy, "ipsec legacy", "allow or refuse what is broken: DES, 3DES, MD5, MODP groups below 2048 bits, certificates with RSA-1024 or signed over SHA-1", noOptions, new string[] { "on|off" }, 1, 1, "ipsec legacy on"),
                new Command(Ping, "ping", "send ICMP echo requests", PingOptions(), new string[] { "ADDR" }, 1, 1, "ping 10.0.0.78 -c 3 -s 4000"),
                new Command(TcpListen, "tcp listen", "accept TCP connections, read and digest what comes", noOptions, new string[] { "PORT" }, 1, 1, "tcp listen 5001"),
                new Command(TcpSend, "tcp send", "send a test pattern over TCP and wait for its end", noOptions, new string[] { "ADDR", "PORT", "BYTES" }, 3, 1,
                    "tcp send 10.0.0.78 5001 1000000"),
                new Command(Call, "call", "execute the commands in a file", noOptions, new string[] { "FILE" }, 1, 1, "call setup.txt"),
                new Command(IkeCommands, "ike commands", "write the configuration as command lines", DumpOptions(), none, 0, 1, "ike commands -f saved.txt"),
                new Command(Reload, "ike reload", "flush everything and execute ike_rc again; traffic is dropped in between", noOptions, none, 0, 1, "ike reload"),
                new Command(Help, "help", "list the commands, or explain one", noOptions, new string[] { "COMMAND", "WORD" }, 0, 1, "help ipsec policy"),
                new Command(Quit, "quit", "end the virtual board", noOptions, none, 0, 1, "quit")
            };
        }

        private static Option[] PolicyOptions()
        {
            return new Option[]
            {
                new Option('n', "NAME", "policy name", InAdd | InView, InAdd, 0, null),
                new Option('t', "TYPE", "ESP, AH, AHESP (AH around ESP, keyed by hand), BYPASS or DROP", InAdd, InAdd, 0, Words("ESP AH AHESP BYPASS DROP")),
                new Option('s', "ID", "source: our side's address, prefix, range, any or any6, with ,port", InAdd, InAdd, 0, Words("any any6")),
                new Option('d', "ID", "destination: the other side's, in the same forms", InAdd, InAdd, 0, Words("any any6")),
                new Option('p', "PROTOCOL", "udp, tcp, icmp, icmp6 or any", InAdd, InAdd, 0, Words("udp tcp icmp icmp6 any")),
                new Option('m', "MODE", "transport or tunnel", InAdd, 0, 0, Words("transport tunnel")),
                new Option('r', "ADDR", "remote endpoint; 0.0.0.0 or :: with -m tunnel, -g and -o clone=dst: wherever each peer is", InAdd, 0, 0, null),
                new Option('a', "LIST", "authentication algorithms", InAdd, 0, 0, IntegrityNames()),
                new Option('e', "LIST", "encryption algorithms", InAdd, 0, 0, CipherNames()),
                new Option('g', "NAME", "ike remote that negotiates the keys; without it the policy is keyed by hand", InAdd, 0, 0, null),
                new Option('l', "PRIORITY", "1 (highest) to 7 (lowest), default 4", InAdd, 0, 0, Words("1 2 3 4 5 6 7")),
                new Option('k', "SECONDS", "lifetime of the security associations, default 3600; only with -g", InAdd, 0, 0, null),
                new Option('c', null, "add TFC padding to outgoing packets", InAdd, 0, 0, null),
                new Option('h', null, "96-bit ICV for HMAC-SHA-2", InAdd, 0, 0, null),
                new Option('y', null, "send dummy packets", InAdd, 0, 0, null),
                new Option('o', "KEY=VALUE,...", "pfs=none|GROUP, esn=on|off, replay=off|32..1024, ecn=full|off, df=copy|set|clear, padcheck=on|off, clone=none|src+dst+sport+dport+proto, bytes=N, packets=N, encap=auto|force|off, mtu=N", InAdd, 0, 0, OptionKeys()),
                new Option('v', null, "view policies", InView, InView, View, null),
                new Option('x', "NAME", "delete the policy, or ALLPOLICIES", InDelete, InDelete, Delete, Words("ALLPOLICIES"))
            };
        }

        private static Option[] AddSaOptions()
        {
            return new Option[]
            {
                new Option('a', "NAME", "authentication algorithm, with its keys that of ESP, of AH, or of each", InAdd, 0, 0, IntegrityNames()),
                new Option('b', "HEX", "incoming authentication key", InAdd, 0, 0, null),
                new Option('c', "HEX", "outgoing authentication key", InAdd, 0, 0, null),
                new Option('e', "NAME", "encryption algorithm", InAdd, 0, 0, CipherNames()),
                new Option('f', "HEX", "incoming encryption key", InAdd, 0, 0, null),
                new Option('g', "HEX", "outgoing encryption key", InAdd, 0, 0, null),
                new Option('m', "MODE", "transport or tunnel", InAdd, 0, 0, Words("transport tunnel")),
                new Option('p', "PROTOCOL", "the policy's upper protocol, name or number", InAdd, InAdd, 0, Words("udp tcp icmp icmp6 any")),
                new Option('r', "ADDR", "the policy's remote endpoint", InAdd, 0, 0, null),
                new Option('s', "ID", "the policy's source", InAdd, InAdd, 0, Words("any any6")),
                new Option('d', "ID", "the policy's destination", InAdd, InAdd, 0, Words("any any6")),
                new Option('w', "HEX", "incoming ESP SPI, 100 to ffffffff", InAdd, 0, 0, null),
                new Option('x', "HEX", "outgoing ESP SPI", InAdd, 0, 0, null),
                new Option('y', "HEX", "incoming AH SPI; together with -w the same", InAdd, 0, 0, null),
                new Option('z', "HEX", "outgoing AH SPI", InAdd, 0, 0, null)
            };
        }

        private static Option[] DelSaOptions()
        {
            return new Option[]
            {
                new Option('s', "ID", "the policy's source", InAdd, InAdd, 0, Words("any any6")),
                new Option('d', "ID", "the policy's destination", InAdd, InAdd, 0, Words("any any6")),
                new Option('p', "PROTOCOL", "the policy's upper protocol, name or number", InAdd, InAdd, 0, Words("udp tcp icmp icmp6 any"))
            };
        }

        private static Option[] FlushOptions()
        {
            return new Option[]
            {
                new Option('a', null, "security associations and policies", InAdd, 0, 0, null),
                new Option('c', null, "security associations", InAdd, 0, 0, null),
                new Option('p', null, "policies, and with them their security associations", InAdd, 0, 0, null)
            };
        }

        private static Option[] NetstatOptions()
        {
            return new Option[]
            {
                new Option('a', null, "both, and every counter", InAdd, 0, 0, null),
                new Option('c', null, "security associations", InAdd, 0, 0, null),
                new Option('p', null, "policies", InAdd, 0, 0, null),
#if IKE_DEBUG
                new Option('k', null, "show the keys (debug builds only)", InAdd, 0, 0, null),
#endif
            };
        }

        private static Option[] DumpOptions()
        {
            return new Option[] { new Option('f', "FILE", "write there and show nothing; without it, show and write ike_dump_cmds.txt", InAdd, 0, 0, null) };
        }

        private static Option[] PingOptions()
        {
            return new Option[]
            {
                new Option('c', "N", "how many, default 4", InAdd, 0, 0, null),
                new Option('s', "SIZE", "bytes of data, default 56", InAdd, 0, 0, null)
            };
        }

        private static string[] IntegrityNames()
        {
            return Names(Algorithms.Integrity);
        }

        private static string[] CipherNames()
        {
            return Names(Algorithms.Encryption);
        }

        /// <summary>The names of all algorithms of a kind.</summary>
        public static string[] Names(int kind)
        {
            int count = 0;
            for (int row = 0; row < Algorithms.Count; row++)
            {
                count += Algorithms.Kind(row) == kind ? 1 : 0;
            }
            string[] names = new string[count];
            for (int row = Algorithms.Count - 1; row >= 0; row--)
            {
                if (Algorithms.Kind(row) == kind)
                {
                    names[--count] = Algorithms.Name(row);
                }
            }
            return names;
        }

        private static string[] OptionKeys()
        {
            return Words("pfs= esn=on esn=off replay= ecn=full ecn=off df=copy df=set df=clear padcheck=on padcheck=off clone= bytes= packets= encap=auto encap=force encap=off mtu=");
        }

        /// <summary>Words parted by blanks.</summary>
        public static string[] Words(string text)
        {
            return text.Split(' ');
        }
    }
}
