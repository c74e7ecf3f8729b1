using nanoFramework.TestFramework;
using NfIpsec.Native;
using NfIpsec.Tests.ConsoleRoom.Fakes;

namespace NfIpsec.Tests.ConsoleRoom
{
    /// <summary>ipsec addsa and delsa: keys of the exact length, SPIs in hexadecimal, one algorithm each; an error changes nothing and
    /// repeats no key.</summary>
    [TestClass]
    public class SaCommandTests
    {
        private const string Selectors = " -p tcp -s 10.0.0.77 -d 10.0.0.78";
        private const string Ends = Selectors + " -m transport -r 10.0.0.78";
        private const string Policy = "ipsec policy -n p -t ESP -e AES128-CBC,NULL_ENC -a HMAC-SHA-2-256" + Ends;
        private const string Key16 = "000102030405060708090a0b0c0d0e0f", Key32 = Key16 + Key16;
        private const string Cipher = " -e AES128-CBC -f " + Key16 + " -g 0x" + Key16;
        private const string Auth = " -a HMAC-SHA-2-256 -b " + Key32 + " -c " + Key32;
        private const string Spis = " -w 1001 -x 0x2001";

        [TestMethod]
        [DataRow(Cipher + Auth + Spis + Ends)]
        [DataRow(Cipher + Auth + Spis + Selectors)]
        [DataRow(" -e NULL_ENC" + Auth + Spis + Ends)]
        [DataRow(Auth + " -x ffffffff -w 100" + Cipher + " -d 10.0.0.78 -s 10.0.0.77 -p 6")]
        public void APairIsAddedToItsPolicy(string typed)
        {
            ConsoleBench bench = new ConsoleBench();
            bench.Do(Policy);
            Assert.AreEqual("security associations added to policy 1", bench.Do("ipsec addsa" + typed));
            Assert.AreEqual(1, bench.Ipsec.Admin.SessionCount);
            Assert.AreEqual(1, bench.Ipsec.Admin.PolicyCount);
        }

        [TestMethod]
        public void WithoutAPolicyThePairBringsIt()
        {
            ConsoleBench bench = new ConsoleBench();
            Assert.AreEqual("security associations added to policy 1", bench.Do("ipsec addsa" + Cipher + Auth + Spis + Ends));
            Assert.AreEqual(1, bench.Ipsec.Admin.PolicyCount);
        }

        [TestMethod]
        [DataRow(Cipher + Auth + Spis, "-p is missing; expected -p PROTOCOL (the policy's upper protocol, name or number)")]
        [DataRow(Cipher + Auth + Spis + " -p 256 -s any -d any", "-p '256': expected udp, tcp, icmp, icmp6 or any, or a number from 0 to 255")]
        [DataRow(Cipher + Auth + Spis + " -p tcp -s 1.2.3 -d any", "-s: '1.2.3': not a valid address (XE_BAD_ADDR_RANGE)")]
        [DataRow(Auth + Spis + Ends, "-e is missing; expected -e NAME (NULL_ENC for none)")]
        [DataRow(Cipher + Spis + Ends, "-a is missing; expected -a NAME with -b and -c: nothing is accepted without an integrity check")]
        [DataRow(" -e AES128-CBC,NULL_ENC" + Auth + Spis + Ends, "-e 'AES128-CBC,NULL_ENC': expected one algorithm")]
        [DataRow(" -e FOO" + Auth + Spis + Ends, "-e 'FOO': 'FOO' is not an algorithm of this build; expected one of NULL_ENC AES128-CBC AES192-CBC AES256-CBC AES128-CTR AES192-CTR AES256-CTR AES128-GCM8 AES192-GCM8 AES256-GCM8 AES128-GCM12 AES192-GCM12 AES256-GCM12 AES128-GCM16 AES192-GCM16 AES256-GCM16 AES128-CCM8 AES192-CCM8 AES256-CCM8 AES128-CCM12 AES192-CCM12 AES256-CCM12 AES128-CCM16 AES192-CCM16 AES256-CCM16 CHACHA20-POLY1305 AES128-GMAC AES192-GMAC AES256-GMAC 3DES-CBC DES-CBC")]
        [DataRow(" -e AES128-CBC -g " + Key16 + Auth + Spis + Ends, "-f is missing; expected 16 bytes (32 hexadecimal digits) for AES128-CBC")]
        [DataRow(" -e AES128-CBC -f " + Key16 + Auth + Spis + Ends, "-g is missing; expected 16 bytes (32 hexadecimal digits) for AES128-CBC")]
        [DataRow(" -e AES128-CBC -f " + Key32 + " -g " + Key16 + Auth + Spis + Ends, "-f: the key has 32 bytes; expected 16 bytes (32 hexadecimal digits) for AES128-CBC")]
        [DataRow(" -e AES128-CBC -f 0x1 -g " + Key16 + Auth + Spis + Ends, "-f: not an even number of hexadecimal digits; expected 16 bytes (32 hexadecimal digits) for AES128-CBC")]
        [DataRow(" -e AES128-CBC -f " + Key16 + " -g secretsecret" + Auth + Spis + Ends, "-g: not an even number of hexadecimal digits; expected 16 bytes (32 hexadecimal digits) for AES128-CBC")]
        [DataRow(Cipher + " -a HMAC-SHA-2-256 -b " + Key16 + " -c " + Key32 + Spis + Ends, "-b: the key has 16 bytes; expected 32 bytes (64 hexadecimal digits) for HMAC-SHA-2-256")]
        [DataRow(" -e NULL_ENC -f " + Key16 + Auth + Spis + Ends, "-f: NULL_ENC takes no key")]
        [DataRow(" -e AES128-GCM16 -f " + Key16 + " -g " + Key16 + Spis + Ends, "-e 'AES128-GCM16': a counter-mode cipher is refused with manual keys, because a repeated counter gives the plaintext away (RFC 8221 section 3); expected a CBC cipher (XE_UNKNOWN_ALGORITHM)")]
        [DataRow(" -e 3DES-CBC" + Auth + Spis + Ends, "-e '3DES-CBC': 3DES-CBC is a legacy algorithm and refused; expected the line 'ipsec legacy on' before")]
        [DataRow(Cipher + Auth + Ends, "-w is missing; expected an SPI in hexadecimal, 100 to ffffffff")]
        [DataRow(Cipher + Auth + " -w 1001" + Ends, "-x is missing; expected an SPI in hexadecimal, 100 to ffffffff")]
        [DataRow(Cipher + Auth + " -w ff -x 2001" + Ends, "-w 'ff': expected an SPI in hexadecimal, 100 to ffffffff")]
        [DataRow(Cipher + Auth + " -w 1001 -x 123456789" + Ends, "-x '123456789': expected an SPI in hexadecimal, 100 to ffffffff")]
        [DataRow(Cipher + Auth + " -w 1001 -x 20g1" + Ends, "-x '20g1': expected an SPI in hexadecimal, 100 to ffffffff")]
        [DataRow(Cipher + Auth + Spis + Selectors + " -m tunnel", "-m 'tunnel': policy 1 is in transport mode")]
        [DataRow(Cipher + Auth + Spis + Selectors + " -r 10.0.0.79", "-r '10.0.0.79': the remote endpoint of policy 1 is 10.0.0.78")]
        [DataRow(Cipher + " -a HMAC-SHA-1 -b 000102030405060708090a0b0c0d0e0f10111213 -c 000102030405060708090a0b0c0d0e0f10111213" + Spis + Ends, "-a 'HMAC-SHA-1': policy 1 allows HMAC-SHA-2-256")]
        [DataRow(Cipher + Auth + Spis + " -p udp -s 10.0.0.77 -d 10.0.0.78 -m transport", "-r is missing; expected -r ADDR, because no policy has these selectors yet")]
        public void AnErrorNamesTheOptionAndAddsNothing(string typed, string expected)
        {
            ConsoleBench bench = new ConsoleBench();
            bench.Do(Policy);
            int handles = CryptoNative.HandleCount();
            Assert.AreEqual("error: ipsec addsa: " + expected, bench.Do("ipsec addsa" + typed));
            Assert.AreEqual(0, bench.Ipsec.Admin.SessionCount);
            Assert.AreEqual(1, bench.Ipsec.Admin.PolicyCount);
            Assert.AreEqual(handles, CryptoNative.HandleCount(), "no key stays behind");
        }

        [TestMethod]
        [DataRow("ipsec addsa -f " + Key16 + " " + Key16 + Ends)]
        [DataRow("ipsec addsa -F" + Key16 + Ends)]
        [DataRow("ipsec addsa -e " + Key16 + Ends)]
        [DataRow("ipsec addsa -w " + Key16 + Cipher + Auth + Ends)]
        [DataRow("ipsec policy -a " + Key16 + Ends)]
        [DataRow("ipsec " + Key16)]
        [DataRow(Key16)]
        [DataRow("help " + Key16)]
        public void AKeyInTheWrongPlaceIsNotRepeatedByTheError(string line)
        {
            ConsoleBench bench = new ConsoleBench();
            string said = bench.Do(line);
            Assert.StartsWith("error: ", said);
            Assert.DoesNotContains("0405060708", said);
        }

        [TestMethod]
        public void APolicyThatProtectsNothingTakesNoPair()
        {
            ConsoleBench bench = new ConsoleBench();
            bench.Do("ipsec policy -n b -t BYPASS" + Selectors);
            Assert.AreEqual("error: ipsec addsa: policy 1 with these selectors protects nothing; expected a policy of -t ESP, AH or AHESP",
                bench.Do("ipsec addsa" + Cipher + Auth + Spis + Selectors));
        }

        private const string AhSpis = " -y 1001 -z 3001", Outputs = "IPSecSession SPI=00001001, SPID=1\n  CreateTime=1, Life=unlimited\n";
        private const string AhOut = "AH Outbound SA, SPI=00003001\n  HMAC-Auth: SHA256\n    Key: [len=32] hidden\n";
        private const string AhIn = "AH Inbound SA, SPI=00001001\n  HMAC-Auth: SHA256\n    Key: [len=32] hidden";
        private const string EspOut = "ESP Outbound SA, SPI=00002001\n  HMAC-Auth: SHA256\n    Key: [len=32] hidden\n  Encryption: AES\n    Key: [len=16] hidden\nDummy pkts transmitted: 0\n";
        private const string EspIn = "\nESP Inbound SA, SPI=00001001\n  HMAC-Auth: SHA256\n    Key: [len=32] hidden\n  Encryption: AES\n    Key: [len=16] hidden\nDummy pkts received: 0";

        // type of the policy (none: the pair brings one), what is typed, and the session as netstat shows it
        [TestMethod]
        [DataRow("-t AH", Auth + AhSpis, Outputs + AhOut + AhIn)]
        [DataRow("-t AHESP -e AES128-CBC", Cipher + Auth + Spis + AhSpis, Outputs + AhOut + EspOut + AhIn + EspIn)]
        [DataRow("", Auth + AhSpis, Outputs + AhOut + AhIn)]
        [DataRow("", Cipher + Auth + Spis + AhSpis, Outputs + AhOut + EspOut + AhIn + EspIn)]
        public void AhIsAddedAloneAndAroundEsp(string type, string typed, string expected)
        {
            ConsoleBench bench = new ConsoleBench();
            if (type.Length > 0)
            {
                bench.Do("ipsec policy -n p " + type + " -a HMAC-SHA-2-256" + Ends);
            }
            Assert.AreEqual("security associations added to policy 1", bench.Do("ipsec addsa" + typed + Ends));
            Assert.AreEqual(expected, bench.Do("ipsec netstat -c"));
            Assert.AreEqual("security associations deleted", bench.Do("ipsec delsa" + Selectors));
        }

        [TestMethod]
        [DataRow("-t AH", Cipher + Auth + Spis, "policy 1 with these selectors is of -t AH; expected -y and -z alone")]
        [DataRow("-t AH", Auth + AhSpis + " -f " + Key16, "-e is missing; expected -e NAME (NULL_ENC for none)")]
        [DataRow("-t AHESP -e AES128-CBC", Auth + AhSpis, "policy 1 with these selectors is of -t AHESP; expected -w -x and -y -z")]
        [DataRow("-t AHESP -e AES128-CBC", Cipher + Auth + Spis + " -y 1002 -z 3001", "incoming AH SPI '00001002': expected that of ESP, '00001001'; both come in under one (XE_BAD_AH_SPI)")]
        [DataRow("-t ESP -e AES128-CBC", Cipher + Auth + Spis + AhSpis, "policy 1 with these selectors is of -t ESP; expected -w and -x alone")]
        [DataRow("-t AH", Auth + " -y 1001", "-z is missing; expected an SPI in hexadecimal, 100 to ffffffff")]
        [DataRow("-t AH", AhSpis, "-a is missing; expected -a NAME with -b and -c: nothing is accepted without an integrity check")]
        [DataRow("-t AH", " -a AES128-GMAC -b " + Key16 + " -c " + Key16 + AhSpis, "-a 'AES128-GMAC': GMAC is refused with manual keys, because a repeated nonce gives its key away (RFC 8221 section 3); expected an HMAC, AES-XCBC or AES-CMAC (XE_UNKNOWN_ALGORITHM)")]
        public void ProtocolsThatThePolicyHasNotAreRefused(string type, string typed, string expected)
        {
            ConsoleBench bench = new ConsoleBench();
            bench.Do("ipsec policy -n p " + type + " -a HMAC-SHA-2-256" + Ends);
            Assert.AreEqual("error: ipsec addsa: " + expected, bench.Do("ipsec addsa" + typed + Ends));
            Assert.AreEqual(0, bench.Ipsec.Admin.SessionCount);
        }

        [TestMethod]
        public void APairIsDeletedBySelectors()
        {
            ConsoleBench bench = new ConsoleBench();
            bench.Do(Policy);
            bench.Do("ipsec addsa" + Cipher + Auth + Spis + Ends);
            Assert.AreEqual("security associations deleted", bench.Do("ipsec delsa" + Selectors));
            Assert.AreEqual(0, bench.Ipsec.Admin.SessionCount);
            Assert.AreEqual(1, bench.Ipsec.Admin.PolicyCount);
            Assert.Contains("XE_SA_NOT_FOUND", bench.Do("ipsec delsa" + Selectors));
            Assert.Contains("error: ipsec delsa: ", bench.Do("ipsec delsa -p udp -s 10.0.0.77 -d 10.0.0.78"));
        }

        [TestMethod]
        public void FlushOfPairsLeavesThePolicies()
        {
            ConsoleBench bench = new ConsoleBench();
            bench.Do(Policy);
            bench.Do("ipsec addsa" + Cipher + Auth + Spis + Ends);
            Assert.AreEqual("security associations flushed", bench.Do("ipsec flush -c"));
            Assert.AreEqual(0, bench.Ipsec.Admin.SessionCount);
            Assert.AreEqual(1, bench.Ipsec.Admin.PolicyCount);
        }
    }
}
