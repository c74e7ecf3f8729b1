using NfIpsec.Base.Algorithm;
using NfIpsec.Console.Grammar;

namespace NfIpsec.IkeConsole
{
    /// <summary>The commands of IKE in the console's table.</summary>
    internal static class IkeTable
    {
        public const int Remote = Table.FirstOfModule, Netstat = Remote + 1, Flush = Remote + 2, Up = Remote + 3, Down = Remote + 4, Debug = Remote + 5, X509 = Remote + 6;

        private const int InAdd = 1 << Table.Add, InView = 1 << Table.View, InDelete = 1 << Table.Delete, InVerify = 1 << Table.Verify;

        public static Command[] Commands()
        {
            string[] none = new string[0], name = new string[] { "NAME" };
            Option[] noOptions = new Option[0];
            return new Command[]
            {
                new Command(Remote, "ike remote", "add, view or delete the peers that IKE talks to", RemoteOptions(), none, 0, 3,
                    "ike remote -n peer -z 2 -w -u -e AES256-GCM16 -p HMAC-SHA-2-256 -d CURVE25519 -m PresharedKey -r 10.0.0.78 -h secret_file.txt"),
                new Command(Netstat, "ike netstat", "show IKE SAs and remotes", NetstatOptions(), none, 0, 1, "ike netstat -p 3"),
                new Command(Flush, "ike flush", "delete IKE SAs and remotes", FlushOptions(), none, 0, 1, "ike flush -r -n peer"),
                new Command(Up, "ike up", "negotiate the keys of a policy now", noOptions, name, 1, 1, "ike up policy1"),
                new Command(Down, "ike down", "delete the security associations of a policy", noOptions, name, 1, 1, "ike down policy1"),
                new Command(Debug, "ike debug", "turn IKE's log on; without options off", DebugOptions(), none, 0, 1, "ike debug -d"),
                new Command(X509, "ce x509", "add, list, delete or verify certificates and CRLs", X509Options(), none, 0, 4, "ce x509 -a cacert.pem -d 1")
            };
        }

        private static Option[] RemoteOptions()
        {
            return new Option[]
            {
                new Option('n', "NAME", "remote name, for ipsec policy -g", InAdd | InView, InAdd, 0, null),
                new Option('z', "VERSION", "version of IKE that the line is for: 2", InAdd, InAdd, 0, Table.Words("2")),
                new Option('w', null, "begin with this version", InAdd, 0, 0, null),
                new Option('u', null, "accept this version when the peer begins", InAdd, 0, 0, null),
                new Option('a', "LIST", "authentication algorithms; not needed with AEAD ciphers alone", InAdd, 0, 0, Table.Names(Algorithms.Integrity)),
                new Option('e', "LIST", "encryption algorithms", InAdd, InAdd, 0, Table.Names(Algorithms.Encryption)),
                new Option('p', "LIST", "pseudo-random functions", InAdd, InAdd, 0, Table.Names(Algorithms.Prf)),
                new Option('d', "LIST", "Diffie-Hellman groups", InAdd, InAdd, 0, Table.Names(Algorithms.Group)),
                new Option('m', "METHOD", "how the ends prove who they are: PresharedKey, or with certificates RSASIG, RSAPSS, ECDSASIG, or not at all NULLAUTH", InAdd, InAdd, 0, Table.Words("PresharedKey RSASIG RSAPSS ECDSASIG NULLAUTH")),
                new Option('h', "FILE", "file that holds the shared secret; a newline at its end does not count", InAdd, 0, 0, null),
                new Option('r', "ADDR", "remote endpoint; 0.0.0.0 or :: accepts a peer from anywhere", InAdd, InAdd, 0, null),
                new Option('s', "ADDR", "local endpoint, default: the address on the way to -r", InAdd, 0, 0, null),
                new Option('f', "ID", "identity expected from the peer, default: its address; ipv4:ADDR, ipv6:ADDR, fqdn:NAME, email:NAME, keyid:TEXT or asn1dn:NAME", InAdd, 0, 0, Identities()),
                new Option('g', "ID", "identity sent to the peer, default: our address; the same forms", InAdd, 0, 0, Identities()),
                new Option('i', "SECONDS", "until the first retransmission, default 1", InAdd, 0, 0, null),
                new Option('l', "SECONDS", "lifetime of the IKE SA, default 86400", InAdd, 0, 0, null),
                new Option('b', "FILE", "the certificate that the peer must show", InAdd, 0, 0, null),
                new Option('c', "FILE,...", "our certificate, and others sent along; ce x509 -a adds them", InAdd, 0, 0, null),
                new Option('o', "KEY=VALUE,...", "dpd=SECONDS (0 off, default 30), natt=on|off|force, frag=on|off (both on by default), vip=request (we ask for an address) or pool:FIRST-LAST (we give one), dns=ADDR (with it), certreq=on|off, crl=strict|if-present, certtime=check|any", InAdd, 0, 0,
                    Table.Words("dpd= natt=on natt=off natt=force frag=on frag=off vip=request vip=pool: dns= certreq=on certreq=off crl=strict crl=if-present certtime=check certtime=any")),
                new Option('v', null, "view remotes", InView, InView, Table.View, null),
                new Option('x', "NAME", "delete the remote, or ALLREMOTES; SAs in use stay", InDelete, InDelete, Table.Delete, Table.Words("ALLREMOTES"))
            };
        }

        private static Option[] X509Options()
        {
            return new Option[]
            {
                new Option('a', "FILE", "certificate or CRL to add, PEM or DER", InAdd, InAdd, 0, null),
                new Option('d', "TRUSTDEPTH", "how many certificates may stand below it, when it is a CA's; 0: no trust anchor", InAdd, InAdd, 0, null),
                new Option('k', "KEYFILE", "its private key: then it is ours", InAdd, 0, 0, null),
                new Option('l', null, "list", InView, InView, Table.View, null),
                new Option('x', "NAME", "delete it from the list; the file stays", InDelete, InDelete, Table.Delete, null),
                new Option('v', "NAME", "verify its chain", InVerify, InVerify, Table.Verify, null)
            };
        }

        private static Option[] NetstatOptions()
        {
            return new Option[]
            {
                new Option('p', "PHASE", "3: SAs of IKEv2", InAdd, 0, 0, Table.Words("3")),
                new Option('r', null, "remotes", InAdd, 0, 0, null),
                new Option('n', "NAME", "that remote only; with -r", InAdd, 0, 0, null)
            };
        }

        private static Option[] FlushOptions()
        {
            return new Option[]
            {
                new Option('p', "PHASE", "3: SAs of IKEv2", InAdd, 0, 0, Table.Words("3")),
                new Option('r', null, "remotes; SAs in use stay", InAdd, 0, 0, null),
                new Option('n', "NAME", "that remote only; with -r", InAdd, 0, 0, null)
            };
        }

        private static Option[] DebugOptions()
        {
            return new Option[]
            {
                new Option('d', null, "log what IKE does, and what it drops (debug builds only)", InAdd, 0, 0, null),
                new Option('t', null, "show every message: no build has it yet", InAdd, 0, 0, null)
            };
        }

        private static string[] Identities()
        {
            return Table.Words("ipv4: ipv6: fqdn: email: keyid: asn1dn: asnlbn:");
        }
    }
}
