using nanoFramework.TestFramework;
using NfIpsec.Ipsec.Management;
using NfIpsec.Tests.ConsoleRoom.Fakes;

namespace NfIpsec.Tests.ConsoleRoom
{
    /// <summary>ipsec policy: every form is taken, every error says the option, the text and what was expected, and changes nothing.</summary>
    [TestClass]
    public class PolicyCommandTests
    {
        private const string Ends = " -p tcp -r 10.0.0.78 -s 10.0.0.77 -d 10.0.0.78";
        private const string Plain = "ipsec policy -n p -t ESP -e AES128-CBC -a HMAC-SHA-2-256 -m transport" + Ends;

        // What is typed, and how ipsec policy -v writes it down again.
        [TestMethod]
        [DataRow("-t ESP -e AES128-CBC -a HMAC-SHA-2-256 -m transport -p tcp -r 10.0.0.78 -s 10.0.0.77 -d 10.0.0.78",
            "-t ESP -e AES128-CBC -a HMAC-SHA-2-256 -m transport -p tcp -r 10.0.0.78 -s 10.0.0.77 -d 10.0.0.78 -l 4")]
        [DataRow("-d 10.0.0.78 -s 10.0.0.77 -r 10.0.0.78 -p icmp -m TUNNEL -a sha384 -e null,aes256 -t esp -l 7",
            "-t ESP -e NULL_ENC,AES256-CBC -a HMAC-SHA-2-384 -m tunnel -p icmp -r 10.0.0.78 -s 10.0.0.77 -d 10.0.0.78 -l 7")]
        [DataRow("-c -h -y -t ESP -e AES128-CBC -a HMAC-SHA-2-256,HMAC-SHA-1 -m tunnel -p any -r 192.0.2.1 -s 192.168.10.0/255.255.255.0 -d 10.1.0.0/16",
            "-t ESP -e AES128-CBC -a HMAC-SHA-2-256,HMAC-SHA-1 -m tunnel -p any -r 192.0.2.1 -s 192.168.10.0/24 -d 10.1.0.0/16 -l 4 -c -h -y")]
        [DataRow("-t ESP -e AES128-CBC -a HMAC-SHA-1 -m transport -p udp -r 10.0.0.78 -s 192.168.10.0,1500/255.255.255.0 -d 192.168.10.40-192.168.10.60,1500",
            "-t ESP -e AES128-CBC -a HMAC-SHA-1 -m transport -p udp -r 10.0.0.78 -s 192.168.10.0/24,1500 -d 192.168.10.40-192.168.10.60,1500 -l 4")]
        [DataRow("-t ESP -e AES128-CBC -a HMAC-SHA-1 -m transport -p tcp -r fe80::0240:f4ff:feed:8b77 -s fe80::862b:2bff:fe88:2662 -d fe80::0240:f4ff:feed:8b77",
            "-t ESP -e AES128-CBC -a HMAC-SHA-1 -m transport -p tcp -r fe80::240:f4ff:feed:8b77 -s fe80::862b:2bff:fe88:2662 -d fe80::240:f4ff:feed:8b77 -l 4")]
        [DataRow("-t DROP -p icmp -s any,0 -d any", "-t DROP -p icmp -s any,0 -d any -l 4")]
        [DataRow("-t DROP -p icmp6 -s any6,1 -d 2001:db8::/32,0", "-t DROP -p icmp6 -s any6,1 -d 2001:db8::/32,0 -l 4")]
        [DataRow("-t DROP -p tcp -s any,0 -d any", "-t DROP -p tcp -s any -d any -l 4")]
        [DataRow("-t BYPASS -p udp -s any,500 -d any -l 2", "-t BYPASS -p udp -s any,500 -d any -l 2")]
        [DataRow("-t DROP -p icmp6 -s any6 -d 3ffe:501:ffff:2::/64", "-t DROP -p icmp6 -s any6 -d 3ffe:501:ffff:2::/64 -l 4")]
        [DataRow("-t ESP -e AES128-CBC -a HMAC-SHA-1 -m tunnel -p any -r 10.0.0.78 -s any -d any -o replay=128,esn=on,df=clear,ecn=off,padcheck=off,bytes=1000000,packets=5000",
            "-t ESP -e AES128-CBC -a HMAC-SHA-1 -m tunnel -p any -r 10.0.0.78 -s any -d any -l 4 -o replay=128,esn=on,df=clear,ecn=off,padcheck=off,bytes=1000000,packets=5000")]
#if IKE_V2
        [DataRow("-t ESP -e AES128-GCM16 -g peer -m transport -p tcp -r 10.0.0.78 -s 10.0.0.77 -d 10.0.0.78 -k 600 -o pfs=none",
            "-g peer -t ESP -e AES128-GCM16 -m transport -p tcp -r 10.0.0.78 -s 10.0.0.77 -d 10.0.0.78 -l 4 -k 600 -o pfs=none")]
#endif
        public void EveryFormIsTakenAndWrittenDownAgain(string typed, string written)
        {
            ConsoleBench bench = new ConsoleBench();
            Assert.DoesNotContains("error", bench.Do("ipsec policy -n p " + typed));
            string view = bench.Do("ipsec policy -v -n p");
            Assert.IsTrue(view.StartsWith("ipsec policy -n p " + written + "  # spid "), view);
            ConsoleBench other = new ConsoleBench();
            Assert.DoesNotContains("error", other.Do(view));
            Assert.AreEqual(view, other.Do("policy -v"), "reading it back gives the same");
        }

        [TestMethod]
        [DataRow("-n p -t FOO -p tcp -s any -d any", "-t 'FOO': expected ESP, AH, AHESP, BYPASS or DROP")]
        [DataRow("-n p -t ESP -p gre -s any -d any", "-p 'gre': expected udp, tcp, icmp, icmp6 or any")]
        [DataRow("-n p -t ESP -p tcp -s any -d any -l 0", "-l '0': expected a number from 1 to 7")]
        [DataRow("-n p -t ESP -p tcp -s any -d any -l 8", "-l '8': expected a number from 1 to 7")]
        [DataRow("-n p -t ESP -p tcp -s any -d any -l x", "-l 'x': expected a number from 1 to 7")]
        [DataRow("-n ALLPOLICIES -t DROP -p tcp -s any -d any", "-n 'ALLPOLICIES': expected a name of 1 to 32 characters other than ALLPOLICIES")]
        [DataRow("-n p -t ESP -p tcp -s 10.0.0.300 -d any", "-s: '10.0.0.300': not a valid address (XE_BAD_ADDR_RANGE)")]
        [DataRow("-n p -t ESP -p tcp -s any -d 10.0.0.1,70000", "-d: '10.0.0.1,70000': expected one port number from 0 to 65535 behind the comma (XE_BAD_PORT_NUMBER)")]
        [DataRow("-n p -t ESP -p tcp -s any -d nowhere", "-d: 'nowhere': expected an address, a prefix, a range, any or any6 (XE_BAD_ID_TYPE)")]
        [DataRow("-n p -t ESP -p tcp -s any -d any", "-m is missing; expected transport or tunnel")]
        [DataRow("-n p -t ESP -p tcp -s any -d any -m both", "-m 'both': expected transport or tunnel")]
        [DataRow("-n p -t ESP -p tcp -s any -d any -m tunnel", "-r is missing; expected -r ADDR, the remote endpoint, with -t ESP")]
        [DataRow("-n p -t ESP -p tcp -s any -d any -m tunnel -r any", "-r 'any': expected one IPv4 or IPv6 address")]
        [DataRow("-n p -t ESP -p tcp -s any -d any -m tunnel -r 0.0.0.0", "-r '0.0.0.0': expected one IPv4 or IPv6 address; for peers from anywhere expected -m tunnel, -g and -o clone=dst")]
#if IKE_V2
        [DataRow("-n p -g r -t ESP -p tcp -s any -d any -m tunnel -e AES128-GCM16 -r 0.0.0.0 -o clone=src", "-r '0.0.0.0': expected one IPv4 or IPv6 address; for peers from anywhere expected -m tunnel, -g and -o clone=dst")]
        [DataRow("-n p -g r -t ESP -p tcp -s any -d any -m transport -e AES128-GCM16 -r 0.0.0.0 -o clone=dst", "-r '0.0.0.0': expected one IPv4 or IPv6 address; for peers from anywhere expected -m tunnel, -g and -o clone=dst")]
#endif
        [DataRow("-n p -t ESP -p tcp -s any -d any -m tunnel -r 10.0.0.1", "-e is missing; expected -e LIST, the encryption algorithms, with -t ESP")]
        [DataRow("-n p -t ESP -p tcp -s any -d any -m tunnel -r 10.0.0.1 -e AES128-CBC", "-a is missing; expected -a LIST, the authentication algorithms, with -t ESP")]
        [DataRow("-n p -t ESP -p tcp -s any -d any -m tunnel -r 10.0.0.1 -e AES128-CBC,AES128-CBC", "-e 'AES128-CBC,AES128-CBC': AES128-CBC is named twice")]
        [DataRow("-n p -t ESP -p tcp -s any -d any -m tunnel -r 10.0.0.1 -e 3DES", "-e '3DES': 3DES-CBC is a legacy algorithm and refused; expected the line 'ipsec legacy on' before")]
        [DataRow("-n p -t AH -p tcp -s any -d any -m tunnel -r 10.0.0.1 -e AES128-CBC", "-e: cannot stand beside -t AH; expected -a alone")]
        [DataRow("-n p -t AH -p tcp -s any -d any -m tunnel -r 10.0.0.1", "-a is missing; expected -a LIST, the authentication algorithms, with -t AH")]
        [DataRow("-n p -t AH -p tcp -s any -d any -m tunnel -r 10.0.0.1 -a HMAC-SHA-2-256 -c", "-c: cannot stand beside -t AH, which hides nothing; expected -t ESP or AHESP")]
        [DataRow("-n p -t AH -p tcp -s any -d any -m tunnel -r 10.0.0.1 -a HMAC-SHA-2-256 -y", "-y: cannot stand beside -t AH, which hides nothing; expected -t ESP or AHESP")]
#if IKE_V2
        [DataRow("-n p -t AH -p tcp -s any -d any -m tunnel -r 10.0.0.1 -a HMAC-SHA-2-256 -g x -o encap=force", "-o: 'encap=force': AH cannot travel in UDP, since it covers the addresses that a NAT changes; expected -t ESP")]
#endif
        [DataRow("-n p -t AHESP -p tcp -s any -d any -m tunnel -r 10.0.0.1 -e AES128-GCM16", "-a is missing; expected -a LIST, the authentication algorithms, with -t AHESP")]
        [DataRow("-n p -t AHESP -p tcp -s any -d any -m tunnel -r 10.0.0.1 -a HMAC-SHA-2-256", "-e is missing; expected -e LIST, the encryption algorithms, with -t AHESP")]
#if IKE_V2
        [DataRow("-n p -t AHESP -p tcp -s any -d any -m tunnel -r 10.0.0.1 -e AES128-CBC -a HMAC-SHA-2-256 -g x", "-g: IKE negotiates one protocol for a policy (RFC 7296 3.3), not AH around ESP; expected -t ESP or -t AH, or keys by hand without -g")]
#endif
        [DataRow("-n p -t BYPASS -p tcp -s any -d any -r 10.0.0.1", "-r: cannot stand beside -t BYPASS; expected only -n -t -p -s -d -l -m")]
        [DataRow("-n p -t DROP -p tcp -s any -d any -g x", "-g: cannot stand beside -t DROP; expected only -n -t -p -s -d -l -m")]
        public void AnErrorNamesTheOptionAndChangesNothing(string typed, string expected)
        {
            ConsoleBench bench = new ConsoleBench();
            int before = bench.Ipsec.Admin.PolicyCount;
            Assert.AreEqual("error: ipsec policy: " + expected, bench.Do("ipsec policy " + typed));
            Assert.AreEqual(before, bench.Ipsec.Admin.PolicyCount);
            Assert.AreEqual("", bench.Do("ipsec policy -v"));
        }

        [TestMethod]
        [DataRow("foo=1", "'foo=1': unknown key; expected one of pfs esn replay ecn df padcheck clone bytes packets encap mtu")]
        [DataRow("replay", "'replay': expected off, or a window of 32 to 1024 packets, a multiple of 32")]
        [DataRow("replay=31", "'replay=31': expected off, or a window of 32 to 1024 packets, a multiple of 32")]
        [DataRow("replay=65", "'replay=65': expected off, or a window of 32 to 1024 packets, a multiple of 32")]
        [DataRow("esn=maybe", "'esn=maybe': expected on or off")]
        [DataRow("ecn=on", "'ecn=on': expected full or off")]
        [DataRow("df=1", "'df=1': expected copy, set or clear")]
        [DataRow("bytes=0", "'bytes=0': expected a number above 0")]
        [DataRow("packets=99999999999999999999", "'packets=99999999999999999999': expected a number above 0")]
        [DataRow("esn=on,esn=off", "'esn' is given twice")]
        [DataRow("pfs=MODP2048", "'pfs=MODP2048': expected -g beside it; without IKE nothing is exchanged")]
        [DataRow("encap=force", "'encap=force': expected -g beside it; it is agreed on by IKE")]
        [DataRow("clone=src", "'clone=src': expected -g beside it; each flow gets keys of its own, which only IKE makes")]
        [DataRow("mtu=575", "'mtu=575': expected the path MTU in bytes, 576 to 65535, with IPv6 endpoints 1280 at least")]
        public void AnUnknownKeyOrValueOfOIsAnError(string options, string expected)
        {
            ConsoleBench bench = new ConsoleBench();
            Assert.AreEqual("error: ipsec policy: -o: " + expected, bench.Do(Plain + " -o " + options));
            Assert.AreEqual("", bench.Do("ipsec policy -v"));
        }

#if IKE_V2
        [TestMethod]
        [DataRow("src", PolicyFlags.SP_CLONE_SRC)]
        [DataRow("DST", PolicyFlags.SP_CLONE_DST)]
        [DataRow("sport", PolicyFlags.SP_CLONE_SPORT)]
        [DataRow("dport", PolicyFlags.SP_CLONE_DPORT)]
        [DataRow("proto", PolicyFlags.SP_CLONE_PROTO)]
        [DataRow("none", 0)]
        [DataRow("src+dport", PolicyFlags.SP_CLONE_SRC | PolicyFlags.SP_CLONE_DPORT)]
        [DataRow("proto+dport+sport+dst+src", PolicyFlags.SP_CLONE)]
        [DataRow("", -1)]
        [DataRow("src+", -1)]
        [DataRow("src+none", -1)]
        [DataRow("port", -1)]
        public void CloneNamesTheSelectorsThatFlowsGive(string value, int flags)
        {
            ConsoleBench bench = new ConsoleBench();
            string answer = bench.Do(Plain + " -g peer -o clone=" + value);
            PolicyView view = new PolicyView();
            if (flags < 0)
            {
                Assert.AreEqual("error: ipsec policy: -o: 'clone=" + value + "': expected none, or one or more of src dst sport dport proto joined by +", answer);
                return;
            }
            Assert.IsTrue(bench.Ipsec.Admin.GetPolicy(0, view), answer);
            Assert.AreEqual(flags, view.Flags & PolicyFlags.SP_CLONE);
        }
#endif

#if IKE_V2
        [TestMethod]
        public void ClonesAreShownAndNotWrittenDown()
        {
            ConsoleBench bench = new ConsoleBench();
            bench.Do("ipsec policy -n p -g peer -t ESP -e AES128-GCM16 -m tunnel -p tcp -r 10.0.0.78 -s 10.0.0.77 -d 10.1.0.0/16 -o clone=dst");
            string before = bench.Do("ike commands");
            bench.Packets.Packet(0x0A00004D, 0x0A010203, 6);
            bench.Ipsec.TakePackets(10);
            string shown = bench.Do("ipsec policy -v");
            Assert.Contains("# cloned: spid 2, tcp 10.0.0.77 to 10.1.2.3, no keys", shown);
            string rows = bench.Do("ipsec netstat -p");
            Assert.Contains("10.1.2.3      tunnel 10.0.0.78  cloned from 1", rows);
            Assert.AreEqual(before, bench.Do("ike commands"));
            bench.Do("ipsec policy -x p");
            Assert.AreEqual(0, bench.Ipsec.Admin.PolicyCount);
        }
#endif

        // What -o makes of a policy, negotiated and by hand: the bits looked at, and what they are; window; bytes and packets.
        [TestMethod]
        [DataRow("", PolicyFlags.SP_ESN, 0, 64, 0, 0)]
        [DataRow("esn=on", PolicyFlags.SP_ESN, PolicyFlags.SP_ESN, 64, 0, 0)]
        [DataRow("esn=off", PolicyFlags.SP_ESN, 0, 64, 0, 0)]
        [DataRow("replay=32", PolicyFlags.SP_CHECK_REPLAY, PolicyFlags.SP_CHECK_REPLAY, 32, 0, 0)]
        [DataRow("replay=1024", PolicyFlags.SP_CHECK_REPLAY, PolicyFlags.SP_CHECK_REPLAY, 1024, 0, 0)]
        [DataRow("replay=off", PolicyFlags.SP_CHECK_REPLAY, 0, 64, 0, 0)]
        [DataRow("", PolicyFlags.SP_FULL_ECN, PolicyFlags.SP_FULL_ECN, 64, 0, 0)]
        [DataRow("ecn=full", PolicyFlags.SP_FULL_ECN, PolicyFlags.SP_FULL_ECN, 64, 0, 0)]
        [DataRow("ecn=off", PolicyFlags.SP_FULL_ECN, 0, 64, 0, 0)]
        [DataRow("", PolicyFlags.SP_DF_COPY | PolicyFlags.SP_DF_SET, PolicyFlags.SP_DF_COPY, 64, 0, 0)]
        [DataRow("df=copy", PolicyFlags.SP_DF_COPY | PolicyFlags.SP_DF_SET, PolicyFlags.SP_DF_COPY, 64, 0, 0)]
        [DataRow("df=set", PolicyFlags.SP_DF_COPY | PolicyFlags.SP_DF_SET, PolicyFlags.SP_DF_SET, 64, 0, 0)]
        [DataRow("df=clear", PolicyFlags.SP_DF_COPY | PolicyFlags.SP_DF_SET, 0, 64, 0, 0)]
        [DataRow("", PolicyFlags.SP_CHECK_ESP_PAD, PolicyFlags.SP_CHECK_ESP_PAD, 64, 0, 0)]
        [DataRow("padcheck=off", PolicyFlags.SP_CHECK_ESP_PAD, 0, 64, 0, 0)]
        [DataRow("bytes=5000", 0, 0, 64, 5000, 0)]
        [DataRow("packets=77", 0, 0, 64, 0, 77)]
        [DataRow("esn=on,replay=128,bytes=1,packets=2", PolicyFlags.SP_ESN, PolicyFlags.SP_ESN, 128, 1, 2)]
        public void EveryOptionReachesThePolicy(string options, int mask, int flags, int window, int bytes, int packets)
        {
#if IKE_V2
            const int First = 0;
#else
            const int First = 1;
#endif
            for (int i = First; i < 2; i++)
            {
                ConsoleBench bench = new ConsoleBench();
                string answer = bench.Do(Plain + (i == 0 ? " -g peer" : "") + (options.Length == 0 ? "" : " -o " + options));
                PolicyView view = new PolicyView();
                Assert.IsTrue(bench.Ipsec.Admin.GetPolicy(0, view), answer);
                Assert.AreEqual(flags, view.Flags & mask);
                Assert.AreEqual(window, view.ReplayWindow);
                Assert.AreEqual((long)bytes, view.LifeBytes);
                Assert.AreEqual((long)packets, view.LifePackets);
#if IKE_V2
                if (i == 0)
                {
                    NfIpsec.Ike.Admin.ChildConfig child = bench.Ike.Admin.IkeAdminPrintLocalConf(0);
                    Assert.AreEqual((long)bytes, child.LifeBytes, "IKE's SAs have the same limits");
                    Assert.AreEqual((long)packets, child.LifePackets);
                }
#endif
            }
        }

#if IKE_V2
        // Replay checking is on where IKE makes the keys, off where a person does (RFC 4303 3.4.3).
        [TestMethod]
        public void ReplayCheckingIsOnByDefaultWithIkeAlone()
        {
            ConsoleBench bench = new ConsoleBench();
            bench.Do(Plain + " -g peer");
            bench.Do("ipsec policy -n q -t ESP -e AES128-CBC -a HMAC-SHA-2-256 -m transport -p udp -r 10.0.0.78 -s 10.0.0.77 -d 10.0.0.78");
            PolicyView view = new PolicyView();
            Assert.IsTrue(bench.Ipsec.Admin.GetPolicy(0, view));
            Assert.IsTrue((view.Flags & PolicyFlags.SP_CHECK_REPLAY) != 0);
            Assert.IsTrue(bench.Ipsec.Admin.GetPolicy(1, view));
            Assert.IsTrue((view.Flags & PolicyFlags.SP_CHECK_REPLAY) == 0);
        }
#endif

        [TestMethod]
        public void ANameIsTakenOnce()
        {
            ConsoleBench bench = new ConsoleBench();
            bench.Do(Plain);
            Assert.AreEqual("error: ipsec policy: -n 'p': there is a policy of that name; expected another, or -x p before", bench.Do(Plain));
            bench.Do("ipsec policy -x p");
            Assert.DoesNotContains("error", bench.Do(Plain));
        }

        [TestMethod]
        public void ANameNobodyGaveIsAnError()
        {
            ConsoleBench bench = new ConsoleBench();
            Assert.AreEqual("error: ipsec policy: -x 'q': no policy of that name; expected one that ipsec policy -v lists, or ALLPOLICIES", bench.Do("ipsec policy -x q"));
            Assert.AreEqual("error: ipsec policy: -n 'q': no policy of that name; ipsec policy -v lists them", bench.Do("ipsec policy -v -n q"));
        }

        [TestMethod]
        [DataRow("ipsec policy -x ALLPOLICIES", "all policies deleted")]
        [DataRow("ipsec flush -p", "policies flushed")]
        [DataRow("ipsec flush -a", "security associations and policies flushed")]
        [DataRow("ipsec flush -c -p", "security associations and policies flushed")]
        public void DeletedPoliciesAreForgottenByName(string line, string answer)
        {
            ConsoleBench bench = new ConsoleBench();
            bench.Do(Plain);
            Assert.AreEqual(answer, bench.Do(line));
            Assert.AreEqual("", bench.Do("ipsec policy -v"));
            Assert.DoesNotContains("error", bench.Do(Plain), "the name is free again");
        }

        [TestMethod]
        public void FlushWantsToKnowWhat()
        {
            Assert.AreEqual("error: ipsec flush: expected -a (both), -c (security associations) or -p (policies)", new ConsoleBench().Do("ipsec flush"));
        }

        [TestMethod]
        public void LegacyAlgorithmsWarnOncePerLine()
        {
            ConsoleBench bench = new ConsoleBench();
            Assert.AreEqual("error: ipsec legacy: 'maybe': expected on or off", bench.Do("ipsec legacy maybe"));
            Assert.AreEqual("legacy algorithms are allowed", bench.Do("ipsec legacy on"));
            Assert.AreEqual("warning: ipsec policy p: a legacy algorithm is used\npolicy p added, spid 1",
                bench.Do("ipsec policy -n p -t ESP -e 3DES -a HMAC-SHA-2-384 -m transport" + Ends));
            bench.Do("ipsec legacy off");
            Assert.Contains("legacy algorithm and refused", bench.Do("ipsec policy -n q -t ESP -e 3DES -a HMAC-SHA-1 -m transport -p udp -r 10.0.0.78 -s 10.0.0.77 -d 10.0.0.78"));
        }

        [TestMethod]
        public void ALifetimeWithoutIkeIsSaidToDoNothing()
        {
            Assert.Contains("warning: ipsec policy p: -k applies only with -g; keys set by hand have no lifetime", new ConsoleBench().Do(Plain + " -k 600"));
            Assert.AreEqual("error: ipsec policy: -k '0': expected a number from 1 to 2147483647", new ConsoleBench().Do(Plain + " -k 0"));
        }
    }
}
