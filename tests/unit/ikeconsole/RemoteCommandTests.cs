using nanoFramework.TestFramework;
using NfIpsec.Ike.Admin;
using NfIpsec.Native;
using NfIpsec.Tests.ConsoleRoom.Fakes;

namespace NfIpsec.Tests.IkeConsoleRoom
{
    /// <summary>ike remote: the reference's forms are taken, every error says the option, the text and what was expected, and changes
    /// nothing; the secret goes from its file into a native handle and nowhere else.</summary>
    [TestClass]
    public class RemoteCommandTests
    {
        private const string Long = "a shared secret of thirty-two ch";
        private const string Rest = " -z 2 -w -u -a HMAC-SHA-2-256 -e AES128-CBC -p HMAC-SHA-2-256 -m PresharedKey -d MODP2048 -r 10.0.0.78 -h secret_file.txt";
        private const string Ends = " -i 1 -l 86400";

        private static ConsoleBench Bench()
        {
            ConsoleBench bench = new ConsoleBench();
            bench.Files.Put("secret_file.txt", Long + "\n");
            return bench;
        }

        // What is typed, and how ike remote -v writes it down again.
        [TestMethod]
        [DataRow("ike remote -n r -z 2 -w -u -a HMAC-SHA-2-384 -e 3DES-CBC -p HMAC-SHA-2-384 -m PresharedKey -d MODP768 -r 10.0.0.78 -f ipv4:10.0.0.78 -g ipv4:10.0.0.77 -h secret_file.txt",
            "-z 2 -w -u -a HMAC-SHA-2-384 -e 3DES-CBC -p HMAC-SHA-2-384 -m PresharedKey -d MODP768 -r 10.0.0.78 -f ipv4:10.0.0.78 -g ipv4:10.0.0.77 -h secret_file.txt -i 1 -l 86400")]
        [DataRow("remote -n r -z 2 -w -u -a SHA -e 3DES -d MODP2048,MODP768 -p SHA256 -m PSK - h secret_file.txt -r fe80::0240:f4ff:feed:8b77 -f ipv6:fe80::0240:f4ff:feed:8b77 -g ipv6:fe80::862b:2bff:fe88:2662",
            "-z 2 -w -u -a HMAC-SHA-1 -e 3DES-CBC -p HMAC-SHA-2-256 -m PresharedKey -d MODP2048,MODP768 -r fe80::240:f4ff:feed:8b77 -f ipv6:fe80::240:f4ff:feed:8b77 -g ipv6:fe80::862b:2bff:fe88:2662 -h secret_file.txt -i 1 -l 86400")]
        [DataRow("IKE REMOTE -h secret_file.txt -n r -e AES256-GCM16,AES128-GCM16 -d CURVE25519,ECP256 -p HMAC-SHA-2-256 -m presharedkey -r 10.0.0.78 -s 10.0.0.77 -u -z 2 -f fqdn:peer.example.org -g email:a@b.example -i 5 -l 600 -o dpd=0,natt=force,frag=off",
            "-z 2 -u -e AES256-GCM16,AES128-GCM16 -p HMAC-SHA-2-256 -m PresharedKey -d CURVE25519,ECP256 -r 10.0.0.78 -s 10.0.0.77 -f fqdn:peer.example.org -g email:a@b.example -h secret_file.txt -i 5 -l 600 -o dpd=0,natt=force,frag=off")]
        [DataRow("ike remote -n r -z 2 -u -e AES128-GCM16 -p SHA1 -m PSK -d MODP3072 -r 0.0.0.0 -f keyid:x -h secret_file.txt",
            "-z 2 -u -e AES128-GCM16 -p HMAC-SHA-1 -m PresharedKey -d MODP3072 -r 0.0.0.0 -f keyid:x -h secret_file.txt -i 1 -l 86400")]
        [DataRow("ike remote -n r -z 2 -w -e AES128-GCM16 -p SHA1 -m nullauth -d MODP3072 -r 10.0.0.78 -g fqdn:for.the.log",
            "-z 2 -w -e AES128-GCM16 -p HMAC-SHA-1 -m NULLAUTH -d MODP3072 -r 10.0.0.78 -g fqdn:for.the.log -i 1 -l 86400")]
        [DataRow("ike remote -n r -z 2 -w -e AES128-GCM16 -p SHA1 -m PSK -d MODP3072 -r 10.0.0.78 -h secret_file.txt -o vip=request",
            "-z 2 -w -e AES128-GCM16 -p HMAC-SHA-1 -m PresharedKey -d MODP3072 -r 10.0.0.78 -h secret_file.txt -i 1 -l 86400 -o vip=request")]
        [DataRow("ike remote -n r -z 2 -u -e AES128-GCM16 -p SHA1 -m PSK -d MODP3072 -r 0.0.0.0 -h secret_file.txt -o vip=pool:10.9.0.1-10.9.0.20,dns=10.1.0.53",
            "-z 2 -u -e AES128-GCM16 -p HMAC-SHA-1 -m PresharedKey -d MODP3072 -r 0.0.0.0 -h secret_file.txt -i 1 -l 86400 -o vip=pool:10.9.0.1-10.9.0.20,dns=10.1.0.53")]
        [DataRow("ike remote -n r -z 2 -u -e AES128-GCM16 -p SHA1 -m PSK -d MODP3072 -r :: -h secret_file.txt -o dns=fd00::53,vip=pool:fd00::1-fd00::ff",
            "-z 2 -u -e AES128-GCM16 -p HMAC-SHA-1 -m PresharedKey -d MODP3072 -r :: -h secret_file.txt -i 1 -l 86400 -o dns=fd00::53,vip=pool:fd00::1-fd00::ff")]
        public void EveryFormIsTakenAndWrittenDownAgain(string typed, string written)
        {
            ConsoleBench bench = Bench();
            bench.Do("ipsec legacy on");
            Assert.DoesNotContains("error", bench.Do(typed));
            string view = bench.Do("ike remote -v -n r");
            Assert.AreEqual("ike remote -n r " + written, view);
            ConsoleBench other = Bench();
            other.Do("ipsec legacy on");
            Assert.DoesNotContains("error", other.Do(view));
            Assert.AreEqual(view, other.Do("remote -v"), "reading it back gives the same");
        }

        [TestMethod]
        [DataRow("-n r -z 1 -u -a SHA -e 3DES -d MODP2048 -p SHA -m PSK -r 10.0.0.78 -h secret_file.txt", "-z '1': IKEv1 is not in this build; expected 2")]
        [DataRow("-n r -z 3 -e AES128-GCM16 -d MODP2048 -p SHA -m PSK -r 10.0.0.78", "-z '3': expected a number from 1 to 2")]
        [DataRow("-n ALLREMOTES" + Rest, "-n 'ALLREMOTES': expected a name of 1 to 32 characters other than ALLREMOTES")]
        [DataRow("-n r -z 2 -e AES128-CBC -d MODP2048 -p SHA -m PSK -r 10.0.0.78 -h secret_file.txt",
            "-a is missing; expected -a LIST, the authentication algorithms, beside a cipher that is no AEAD")]
        [DataRow("-n r -z 2 -e FOO -d MODP2048 -p SHA -m PSK -r 10.0.0.78",
            "-e 'FOO': 'FOO' is not an algorithm of this build; expected one of NULL_ENC AES128-CBC AES192-CBC AES256-CBC AES128-CTR AES192-CTR AES256-CTR AES128-GCM8 AES192-GCM8 AES256-GCM8 AES128-GCM12 AES192-GCM12 AES256-GCM12 AES128-GCM16 AES192-GCM16 AES256-GCM16 AES128-CCM8 AES192-CCM8 AES256-CCM8 AES128-CCM12 AES192-CCM12 AES256-CCM12 AES128-CCM16 AES192-CCM16 AES256-CCM16 CHACHA20-POLY1305 AES128-GMAC AES192-GMAC AES256-GMAC 3DES-CBC DES-CBC")]
        [DataRow("-n r -z 2 -e AES128-GCM16 -d MODP768 -p SHA -m PSK -r 10.0.0.78", "-d 'MODP768': MODP768 is a legacy algorithm and refused; expected the line 'ipsec legacy on' before")]
        [DataRow("-n r -z 2 -e AES128-GCM16 -d MODP2048 -p SHA -m RSASIG -r 10.0.0.78", "-c is missing; RSASIG has -c FILE,..., our certificate")]
        [DataRow("-n r -z 2 -e AES128-GCM16 -d MODP2048 -p SHA -m EDDSASIG -r 10.0.0.78", "-m 'EDDSASIG': Ed25519 is not in this build's crypto library; expected PresharedKey, RSASIG, RSAPSS, ECDSASIG or NULLAUTH")]
        [DataRow("-n r -z 2 -e AES128-GCM16 -d MODP2048 -p SHA -m RSASIG -c own.pem -h secret_file.txt -r 10.0.0.78", "-h: expected with -m PresharedKey; RSASIG has -c FILE,..., our certificate")]
        [DataRow("-n r -z 2 -e AES128-GCM16 -d MODP2048 -p SHA -m RSASIG -c own.pem -r 10.0.0.78", "-c 'own.pem': not in the store; expected the line 'ce x509 -a own.pem -d DEPTH' before (XE_BAD_PARAM)")]
        [DataRow("-n r -z 2 -e AES128-GCM16 -d MODP2048 -p SHA -m RSASIG -c own.pem -b none.pem -r 10.0.0.78", "-b 'none.pem': no such file; expected the peer's certificate")]
        [DataRow("-n r -z 2 -e AES128-GCM16 -d MODP2048 -p SHA -m PSK -c own.pem -r 10.0.0.78", "-c: expected with -m RSASIG, RSAPSS or ECDSASIG; -m PresharedKey has -h")]
        [DataRow("-n r -z 2 -e AES128-GCM16 -d MODP2048 -p SHA -m NULLAUTH -h secret_file.txt -r 10.0.0.78", "-h: expected with -m PresharedKey; NULLAUTH has no secret")]
        [DataRow("-n r -z 2 -e AES128-GCM16 -d MODP2048 -p SHA -m NULLAUTH -f fqdn:a -r 10.0.0.78", "-h, -b, -c, -f: expected with a method that proves something; -m NULLAUTH has none of them (XE_BAD_PARAM)")]
        [DataRow("-n r -z 2 -e AES128-GCM16 -d MODP2048 -p SHA -m PSK -r nowhere", "-r 'nowhere': expected one IPv4 or IPv6 address")]
        [DataRow("-n r -s 0.0.0.0" + Rest, "-s '0.0.0.0': expected one IPv4 or IPv6 address")]
        [DataRow("-n r -s fd00::77" + Rest, "-s 'fd00::77': expected the address family of -r (XE_BAD_PARAM)")]
        [DataRow("-n r -f 10.0.0.78" + Rest, "-f: identity '10.0.0.78': expected ipv4:, ipv6:, fqdn:, email:, keyid: or asn1dn: and a value")]
        [DataRow("-n r -g ipv4:fd00::1" + Rest, "-g: identity 'ipv4:fd00::1': expected ipv4:, ipv6:, fqdn:, email:, keyid: or asn1dn: and a value")]
        [DataRow("-n r -g \"fqdn:a b\"" + Rest, "-g: identity 'fqdn:a b': expected printable characters without blanks")]
        [DataRow("-n r -i 0" + Rest, "-i '0': expected a number from 1 to 60")]
        [DataRow("-n r -l 0" + Rest, "-l '0': expected a number from 1 to 2147483647")]
        [DataRow("-n r -z 2 -w -e AES128-GCM16 -d MODP2048 -p SHA -m PSK -r 0.0.0.0 -h secret_file.txt", "-w: expected an address in -r that can be called (XE_BAD_PARAM)")]
        [DataRow("-n r -z 2 -e NULL_ENC -a SHA -d MODP2048 -p SHA -m PSK -r 10.0.0.78 -h secret_file.txt", "-e NULL_ENC: legacy here, it hides nothing; expected a cipher that encrypts, or the line 'ipsec legacy on' before (XE_BAD_PARAM)")]
        [DataRow("-n r -z 2 -e AES128-GMAC -d MODP2048 -p SHA -m PSK -r 10.0.0.78 -h secret_file.txt", "-e AES128-GMAC: protects packets only; expected an algorithm for IKE's own messages (XE_BAD_PARAM)")]
        [DataRow("-n r -z 2 -e AES128-CTR -a AES128-GMAC -d MODP2048 -p SHA -m PSK -r 10.0.0.78 -h secret_file.txt", "-a AES128-GMAC: protects packets only; expected an algorithm for IKE's own messages (XE_BAD_PARAM)")]
        [DataRow("-n r -z 2 -e AES128-CTR -d MODP2048 -p SHA -m PSK -r 10.0.0.78 -h secret_file.txt",
            "-a is missing; expected -a LIST, the authentication algorithms, beside a cipher that is no AEAD")]
        [DataRow("-n r -z 2 -e AES128-GCM16 -d MODP2048,MODP1024 -p SHA -m PSK -r 10.0.0.78", "-d 'MODP2048,MODP1024': MODP1024 is a legacy algorithm and refused; expected the line 'ipsec legacy on' before")]
        [DataRow("-n r -z 2 -e AES128-GCM16 -d MODP2048 -p MD5 -m PSK -r 10.0.0.78", "-p 'MD5': HMAC-MD5 is a legacy algorithm and refused; expected the line 'ipsec legacy on' before")]
        [DataRow("-n r" + Rest + " -o mobike=on", "-o: 'mobike=on': not in this build; expected dpd natt frag vip dns certreq crl certtime")]
        [DataRow("-n r" + Rest + " -o foo=1", "-o: 'foo=1': unknown key; expected one of dpd natt frag vip dns certreq crl certtime")]
        [DataRow("-n r" + Rest + " -o natt=maybe", "-o: 'natt=maybe': expected on, off or force")]
        [DataRow("-n r" + Rest + " -o frag=force", "-o: 'frag=force': expected on or off")]
        [DataRow("-n r" + Rest + " -o dpd=x", "-o: 'dpd=x': expected seconds from 0 (off) to 86400")]
        [DataRow("-n r" + Rest + " -o dpd=1,dpd=2", "-o: 'dpd' is given twice")]
        [DataRow("-n r" + Rest + " -o vip=yes", "-o: 'vip=yes': expected request, or pool:FIRST-LAST with two addresses of one family, the first not behind the last")]
        [DataRow("-n r" + Rest + " -o vip=pool:10.9.0.1", "-o: 'vip=pool:10.9.0.1': expected request, or pool:FIRST-LAST with two addresses of one family, the first not behind the last")]
        [DataRow("-n r" + Rest + " -o vip=pool:10.9.0.2-10.9.0.1", "-o: 'vip=pool:10.9.0.2-10.9.0.1': expected request, or pool:FIRST-LAST with two addresses of one family, the first not behind the last")]
        [DataRow("-n r" + Rest + " -o vip=pool:10.9.0.2-fd00::1", "-o: 'vip=pool:10.9.0.2-fd00::1': expected request, or pool:FIRST-LAST with two addresses of one family, the first not behind the last")]
        [DataRow("-n r" + Rest + " -o vip=pool:224.0.0.1-224.0.0.9", "-o: 'vip=pool:224.0.0.1-224.0.0.9': expected request, or pool:FIRST-LAST with two addresses of one family, the first not behind the last")]
        [DataRow("-n r" + Rest + " -o dns=name", "-o: 'dns=name': expected the IPv4 or IPv6 address of a name server")]
        [DataRow("-n r" + Rest + " -o dns=10.0.0.1", "dns: expected vip=pool:A-B beside it (XE_BAD_PARAM)")]
        [DataRow("-n r" + Rest + " -o vip=pool:10.9.0.1-10.9.0.2", "vip=pool: expected -u without -w, and IKEv2; the peer begins and asks for the address (XE_BAD_PARAM)")]
        [DataRow("-n r -z 2 -u -e AES128-GCM16 -d MODP2048 -p SHA -m PSK -r 10.0.0.78 -h secret_file.txt -o vip=request", "vip=request: expected -w and IKEv2; who begins asks for the address (XE_BAD_PARAM)")]
        [DataRow("-x r", "-x 'r': no remote of that name; expected one that ike remote -v lists, or ALLREMOTES")]
        [DataRow("-v -n r", "-n 'r': no remote of that name; ike remote -v lists them")]
        public void AnErrorNamesTheOptionAndChangesNothing(string typed, string expected)
        {
            ConsoleBench bench = Bench();
            int handles = CryptoNative.HandleCount();
            Assert.AreEqual("error: ike remote: " + expected, bench.Do("ike remote " + typed));
            Assert.AreEqual("", bench.Do("ike remote -v"));
            Assert.AreEqual(handles, CryptoNative.HandleCount(), "no secret stays behind");
        }

        [TestMethod]
        public void AnUnauthenticatedLineIsWarnedAbout()
        {
            Assert.Contains("warning: ike remote r: -m NULLAUTH: nobody proves who he is", Bench().Do("ike remote -n r -z 2 -u -e AES128-GCM16 -p SHA256 -d ECP256 -m NULLAUTH -r 10.0.0.78"));
        }

        [TestMethod]
        public void TwoLinesDoNotGiveTheSameAddresses()
        {
            ConsoleBench bench = Bench();
            const string Line = " -z 2 -u -e AES128-GCM16 -p SHA1 -m PSK -d MODP3072 -r 0.0.0.0 -h secret_file.txt -o vip=pool:";
            Assert.DoesNotContains("error", bench.Do("ike remote -n one -f fqdn:one" + Line + "10.9.0.1-10.9.0.9"));
            Assert.AreEqual("error: ike remote: vip=pool: expected addresses that remote 'one' does not give too (XE_EXIST)", bench.Do("ike remote -n two -f fqdn:two" + Line + "10.9.0.9-10.9.0.12"));
            Assert.DoesNotContains("error", bench.Do("ike remote -n two -f fqdn:two" + Line + "10.9.0.10-10.9.0.12"));
        }

        // THREATS 28: CVE-2024-2357, a missing secret taken for an empty one.
        [TestMethod]
        [DataRow("none.txt", "-h 'none.txt': no such file; expected one that holds the shared secret")]
        [DataRow("empty.txt", "-h 'empty.txt': the file is empty; expected the shared secret in it")]
        [DataRow("newline.txt", "-h 'newline.txt': the file is empty; expected the shared secret in it")]
        public void AMissingOrEmptySecretIsRefused(string file, string expected)
        {
            ConsoleBench bench = Bench();
            bench.Files.Put("empty.txt", "");
            bench.Files.Put("newline.txt", "\r\n");
            Assert.AreEqual("error: ike remote: " + expected, bench.Do("ike remote -n r -z 2 -u -e AES128-GCM16 -p SHA256 -d ECP256 -m PSK -r 10.0.0.78 -h " + file));
            Assert.AreEqual("error: ike remote: -h is missing; expected -h FILE, the file that holds the shared secret, with -m PresharedKey",
                bench.Do("ike remote -n r -z 2 -u -e AES128-GCM16 -p SHA256 -d ECP256 -m PSK -r 10.0.0.78"));
            Assert.AreEqual("", bench.Do("ike remote -v"));
        }

        [TestMethod]
        [DataRow("one line of sixteen or more", 27)]
        [DataRow("one line of sixteen or more\n", 27)]
        [DataRow("one line of sixteen or more\r\n", 27)]
        [DataRow("one line of sixteen or more\n\n", 28)]
        [DataRow("one line of sixteen or more \n", 28)]
        public void OneNewlineAtTheEndOfTheFileDoesNotCount(string content, int length)
        {
            ConsoleBench bench = Bench();
            bench.Files.Put("secret_file.txt", content);
            bench.Do("ike remote -n r" + Rest);
            Assert.AreEqual(length, bench.Ike.Admin.Find("r", 2).Psk.Length);
        }

        [TestMethod]
        public void TheBytesOfTheSecretAreWipedAndNothingShowsIt()
        {
            ConsoleBench bench = Bench();
            bench.Do("ike remote -n r" + Rest);
            for (int i = 0; i < bench.Files.LastRead.Length; i++)
            {
                Assert.IsTrue(bench.Files.LastRead[i] == 0);
            }
            Assert.DoesNotContains("thirty", bench.Do("ike remote -v") + bench.Do("ike netstat") + bench.Do("ike commands"));
        }

        // THREATS 31: Felsch 2018.
        [TestMethod]
        public void AWeakSecretIsWarnedAbout()
        {
            ConsoleBench bench = Bench();
            bench.Files.Put("secret_file.txt", "123456\n");
            Assert.AreEqual("warning: ike remote r: -h 'secret_file.txt': the secret has fewer than 16 bytes: it can be guessed from a recorded exchange\nremote r added",
                bench.Do("ike remote -n r" + Rest));
        }

        [TestMethod]
        public void LegacyAlgorithmsWarnOncePerLine()
        {
            ConsoleBench bench = Bench();
            bench.Do("ipsec legacy on");
            Assert.AreEqual("warning: ike remote r: a legacy algorithm is used\nremote r added",
                bench.Do("ike remote -n r -z 2 -u -a SHA -e 3DES -p SHA -d MODP768 -m PSK -r 10.0.0.78 -h secret_file.txt"));
        }

        [TestMethod]
        public void ARemoteThatIsNeitherBegunNorAcceptedIsWarnedAbout()
        {
            Assert.Contains("warning: ike remote r: neither -w nor -u: this version is neither begun nor accepted",
                Bench().Do("ike remote -n r -z 2 -e AES128-GCM16 -p SHA256 -d ECP256 -m PSK -r 10.0.0.78 -h secret_file.txt"));
        }

        [TestMethod]
        public void ANameIsTakenOnce()
        {
            ConsoleBench bench = Bench();
            bench.Do("ike remote -n r" + Rest);
            int handles = CryptoNative.HandleCount();
            Assert.AreEqual("error: ike remote: remote 'r' exists for version 2 (XE_EXIST)", bench.Do("ike remote -n r" + Rest));
            Assert.AreEqual(handles, CryptoNative.HandleCount(), "the second secret is wiped");
            Assert.AreEqual("remote r deleted", bench.Do("ike remote -x r"));
            Assert.AreEqual(handles - 1, CryptoNative.HandleCount(), "so is the first");
            Assert.AreEqual("remote r added", bench.Do("ike remote -n r" + Rest));
            Assert.AreEqual("all remotes deleted", bench.Do("ike remote -x ALLREMOTES"));
            Assert.AreEqual("", bench.Do("ike remote -v"));
        }

        [TestMethod]
        public void WhyTheLastNegotiationFailedIsShown()
        {
            ConsoleBench bench = Bench();
            bench.Do("ike remote -n r" + Rest);
            RemoteConfig remote = bench.Ike.Admin.Find("r", 2);
            remote.LastFailure = "the peer does not answer";
            Assert.AreEqual("ike remote -n r -z 2 -w -u -a HMAC-SHA-2-256 -e AES128-CBC -p HMAC-SHA-2-256 -m PresharedKey -d MODP2048 -r 10.0.0.78 -h secret_file.txt"
                + Ends + "  # last failure: the peer does not answer", bench.Do("ike remote -v"));
        }
    }
}
