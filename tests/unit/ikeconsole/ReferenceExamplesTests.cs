using nanoFramework.TestFramework;
using NfIpsec.Tests.ConsoleRoom.Fakes;

namespace NfIpsec.Tests.IkeConsoleRoom
{
    /// <summary>The reference's own lines, character for character with their line breaks joined, after "ipsec legacy on".</summary>
    [TestClass]
    public class ReferenceExamplesTests
    {
        private static ConsoleBench Bench()
        {
            ConsoleBench bench = new ConsoleBench();
            bench.Files.Put("secret_file.txt", "a shared secret of thirty-two ch\n");
            bench.Files.Put("secret", "a shared secret of thirty-two ch\n");
            bench.Do("ipsec legacy on");
            return bench;
        }

        [TestMethod]
        // the quick start
        [DataRow("ipsec policy -n Policy3 -g mongo -y -l 4 -p udp -m transport -t ESP -a HMAC-MD5 -e NULL_ENC -r 10.0.0.76 -s 10.0.0.140 -d 10.0.0.76", "Policy3")]
        [DataRow("ipsec policy -n Policy2 -g mongo -y -l 4 -p tcp -m transport -t ESP -a HMAC-MD5 -e NULL_ENC -r 10.0.0.76 -s 10.0.0.140 -d 10.0.0.76", "Policy2")]
        // ipsec policy
        [DataRow("ipsec policy -n Policy1 -g mongo -c -h -l 4 -p udp -m transport -t ESP -a HMAC-SHA-1 -e 3DES-CBC -r 10.0.0.76 -s 10.0.0.140 -d 10.0.0.76", "Policy1")]
        [DataRow("ipsec policy -n Policy1 -g mongo -c -h -l 4 -p udp -m transport -t ESP -a HMAC-MD5,HMAC-SHA-1 -e NULL_ENC,3DES-CBC,AES128-CBC -r 10.0.0.76 -s 10.0.0.140 -d 10.0.0.76", "Policy1")]
        [DataRow("policy -n Policy2 -g mongo -t ESP -a HMAC-MD5 -e 3DES-CBC -m transport -p tcp -r 10.0.0.76 -s 10.0.0.140 -d 10.0.0.76", "Policy2")]
        [DataRow("policy -n Policy1V6 -g mongoV6 -t ESP -a HMAC-MD5 -e 3DES-CBC -m transport -p udp -r fe80::0240:f4ff:feed:8b77 -s fe80::862b:2bff:fe88:2662 -d fe80::0240:f4ff:feed:8b77", "Policy1V6")]
        [DataRow("policy -n Policy2V6 -g mongoV6 -t ESP -a HMAC-SHA-1 -e AES128-CBC -m transport -p tcp -r fe80::0240:f4ff:feed:8b77 -s fe80::862b:2bff:fe88:2662 -d fe80::0240:f4ff:feed:8b77", "Policy2V6")]
        // examples 1 and 2
        [DataRow("ipsec policy -n policy1 -g remoteINFO -t ESP -e 3DES-CBC -a HMAC-SHA-2-384 -m transport -p tcp -r 10.0.0.78 -s 10.0.0.77 -d 10.0.0.78", "policy1")]
        [DataRow("ipsec policy -n policy1 -g remoteINFO -t ESP -e 3DES-CBC -a HMAC-SHA-2-384 -m transport -p tcp -r 10.0.0.77 -s 10.0.0.78 -d 10.0.0.77", "policy1")]
        [DataRow("ipsec policy -n policy0 -g dexter -t ESP -e 3DES-CBC -a HMAC-SHA-2-512 -m tunnel -p icmp -r 10.0.0.78 -s 10.0.0.77 -d 10.0.0.78 -h", "policy0")]
        [DataRow("ipsec policy -n policy0 -g dexter -t ESP -e 3DES-CBC -a HMAC-SHA-2-512 -m tunnel -p icmp -r 10.0.0.77 -s 10.0.0.78 -d 10.0.0.77 -h", "policy0")]
        public void PoliciesAreTaken(string line, string name)
        {
            ConsoleBench bench = Bench();
            Assert.DoesNotContains("error", bench.Do(line));
            Assert.Contains("-n " + name + " ", bench.Do("ipsec policy -v -n " + name));
        }

        [TestMethod]
        // the quick start
        [DataRow("ike remote -n mongo -z 2 -w -u -a HMAC-MD5 -e 3DES-CBC -d MODP1024 -p HMAC-MD5 -m PresharedKey - h secret_file.txt -l 86400 -i 1 -r 10.0.0.76 -f ipv4:10.0.0.76 -g ipv4:10.0.0.140", "mongo")]
        // ike remote
        [DataRow("remote -n mongo -z 2 -w -u -a HMAC-MD5 -e 3DES-CBC -d MODP2048,MODP1024       -p HMAC-MD5 -m PSK -h secret       -r 10.0.0.76 -f ipv4:10.0.0.76 -g ipv4:10.0.0.140", "mongo")]
        [DataRow("remote -n mongoV6 -z 2 -w -u -a HMAC-MD5 -e 3DES -d MODP2048,MODP1024       -p MD5 -m PSK -h secret       -r fe80::0240:f4ff:feed:8b77 -f ipv6:fe80::0240:f4ff:feed:8b77       -g ipv6:fe80::862b:2bff:fe88:2662", "mongoV6")]
        // example 1
        [DataRow("ike remote -n remoteINFO -z 2 -w -u -a HMAC-SHA-2-384 -e 3DES-CBC -p HMAC-SHA-2-384 -m PresharedKey -d MODP768 -r 10.0.0.78 -f ipv4:10.0.0.78 -g ipv4:10.0.0.77 -h secret_file.txt", "remoteINFO")]
        [DataRow("ike remote -n remoteINFO -z 2 -w -u -a HMAC-SHA-2-384 -e 3DES-CBC -p HMAC-SHA-2-384 -m PresharedKey -d MODP768 -r 10.0.0.77 -f ipv4:10.0.0.77 -g ipv4:10.0.0.78 -h secret_file.txt", "remoteINFO")]
        public void RemotesAreTaken(string line, string name)
        {
            ConsoleBench bench = Bench();
            Assert.DoesNotContains("error", bench.Do(line));
            Assert.Contains("-n " + name + " ", bench.Do("ike remote -v -n " + name));
        }

        // What these need is not here; all before it is understood.
        [TestMethod]
        [DataRow("remote -n mongo -z 1 -u -a SHA -e 3DES -d MODP1024 -p MD5 -m PSK       -h secret -r 10.0.0.76 -f ipv4:10.0.0.76 -g ipv4:10.0.0.140", "IKEv1 is not in this build")]
        [DataRow("remote -n mongoV6 -z 1 -u -a SHA -e 3DES -d MODP1024 -p MD5 -m PSK       -h secret -r fe80::0240:f4ff:feed:8b77       -f ipv6:fe80::0240:f4ff:feed:8b77       -g ipv6:fe80::862b:2bff:fe88:2662", "IKEv1 is not in this build")]
        [DataRow("ike remote -n dexter -z 2 -w -u -a HMAC-SHA-2-512 -e AES192-CBC -p HMAC-SHA-2-256 -m RSASIG - d MODP3072 -r 10.0.0.78 -f asnlbn: -g asnlbn: -b supascert.pem -c supamcert.pem,cacert.pem", "-b 'supascert.pem': no such file")]
        public void WhatIsNotHereIsNamed(string line, string expected)
        {
            Assert.Contains(expected, Bench().Do(line));
        }
    }
}
