using nanoFramework.TestFramework;
using NfIpsec.Base.Algorithm;
using NfIpsec.Base.Log;
using NfIpsec.Ike.Admin;
using NfIpsec.Ipsec.Management;
using NfIpsec.Tests.ConsoleRoom.Fakes;

namespace NfIpsec.Tests.IkeConsoleRoom
{
    /// <summary>The other ike commands, and what ipsec policy -g tells IKE.</summary>
    [TestClass]
    public class IkeCommandTests
    {
        private const string Remote = "ike remote -n peer -z 2 -w -u -e AES256-GCM16 -p HMAC-SHA-2-256 -m PresharedKey -d CURVE25519 -r 10.0.0.78 -h secret_file.txt -i 1 -l 86400";
        private const string Policy = "ipsec policy -n p -g peer -t ESP -e AES256-GCM16 -m transport -p tcp -r 10.0.0.78 -s 10.0.0.77 -d 10.0.0.78 -l 4 -k 3600";

        private static ConsoleBench Bench()
        {
            ConsoleBench bench = new ConsoleBench();
            bench.Files.Put("secret_file.txt", "a shared secret of thirty-two ch\n");
            return bench;
        }

        [TestMethod]
        public void APolicyTellsIkeWhatToNegotiate()
        {
            ConsoleBench bench = Bench();
            Assert.AreEqual("policy p added, spid 1", bench.Do("ipsec policy -n p -g peer -t ESP -e AES256-GCM16,AES128-CBC -a HMAC-SHA-2-256,HMAC-SHA-1 -m tunnel -p any "
                + "-r 10.0.0.78 -s 10.0.0.77 -d 10.0.0.78 -k 600 -o bytes=5000,packets=70,pfs=ECP256,encap=force"));
            ChildConfig child = bench.Ike.Admin.FindChild("p");
            Assert.AreEqual(1, child.Spid);
            Assert.AreEqual("peer", child.RemoteName);
            Assert.AreEqual(2, child.Encryption.Length);
            Assert.AreEqual(Algorithms.Aes128Cbc, child.Encryption[1]);
            Assert.AreEqual(Algorithms.HmacSha256, child.Integrity[0]);
            Assert.AreEqual(Algorithms.Ecp256, child.Groups[0]);
            Assert.AreEqual(600, child.LifeSeconds);
            Assert.AreEqual(5000L, child.LifeBytes);
            Assert.AreEqual(70L, child.LifePackets);
            Assert.AreEqual(ChildConfig.EncapForce, child.Encap);
        }

        [TestMethod]
        [DataRow("pfs=foo", "'pfs=foo': expected none or a Diffie-Hellman group of this build")]
        [DataRow("encap=maybe", "'encap=maybe': expected auto, force or off")]
        [DataRow("mtu=575", "'mtu=575': expected the path MTU in bytes, 576 to 65535, with IPv6 endpoints 1280 at least")]
        public void AWrongValueForIkeIsAnError(string option, string expected)
        {
            ConsoleBench bench = Bench();
            Assert.AreEqual("error: ipsec policy: -o: " + expected, bench.Do(Policy + " -o " + option));
            Assert.AreEqual(0, bench.Ike.Admin.ChildCount);
        }

        [TestMethod]
        public void WhatIkeRefusesIsNotInTheSpd()
        {
            ConsoleBench bench = Bench();
            Assert.AreEqual("error: ipsec policy: pfs MODP768: a legacy algorithm; expected the line 'ipsec legacy on' before (XE_BAD_PARAM)", bench.Do(Policy + " -o pfs=MODP768"));
            Assert.AreEqual(0, bench.Ipsec.Admin.PolicyCount);
        }

        [TestMethod]
        [DataRow("ipsec policy -x p")]
        [DataRow("ipsec policy -x ALLPOLICIES")]
        [DataRow("ipsec flush -p")]
        [DataRow("ipsec flush -a")]
        public void ADeletedPolicyIsForgottenByIkeAtOnce(string line)
        {
            ConsoleBench bench = Bench();
            bench.Do(Policy);
            bench.Do(line);
            Assert.AreEqual(0, bench.Ike.Admin.ChildCount);
            Assert.DoesNotContains("error", bench.Do(Policy));
            bench.Ipsec.Poll(bench.Clock.Now);
            Assert.AreEqual(1, bench.Ike.Admin.ChildCount, "the event of the old one does not touch the new one");
        }

        [TestMethod]
        public void ThePolicyMayComeBeforeItsRemote()
        {
            ConsoleBench bench = Bench();
            bench.Do(Policy);
            Assert.AreEqual("error: ike up: policy 'p': no remote 'peer' with -w (XE_NO_DATA)", bench.Do("ike up p"));
            bench.Do(Remote);
            Assert.AreEqual("negotiation for policy p begins", bench.Do("ike up p"));
            Assert.AreEqual("p>peer ", bench.Generation.Acquired);
            Assert.AreEqual("error: ike up: no policy has the name 'q' (XE_NO_DATA)", bench.Do("ike up q"));
        }

        [TestMethod]
        public void DownDeletesTheSasOfAPolicy()
        {
            ConsoleBench bench = Bench();
            Assert.AreEqual("error: ike down: no policy with -g has the name 'p' (XE_POLICY_NOT_FOUND)", bench.Do("ike down p"));
            bench.Do(Policy);
            Assert.AreEqual("error: ike down: policy 1 has no security association (XE_SA_NOT_FOUND)", bench.Do("ike down p"));
        }

        [TestMethod]
        public void NetstatShowsSasAndRemotes()
        {
            ConsoleBench bench = Bench();
            Assert.AreEqual("no IKEv2 SA", bench.Do("ike netstat"));
            bench.Do(Remote);
            bench.Generation.HasSa = true;
            string sa = "IKEv2 SA SPIi=0102030405060708, SPIr=1112131415161718, remote peer\n"
                + "  State=ESTABLISHED, initiator, 10.0.0.77[4500] to 10.0.0.78[4500] behind a NAT\n"
                + "  Age=12 secs, Life=86400 secs\n"
                + "  Encryption: AES128-CBC, HMAC-Auth: HMAC-SHA-2-256, PRF: HMAC-SHA-2-256, Group: MODP2048\n"
                + "  Child SPID=7, Inbound SPI=00001001, Outbound SPI=00002001";
            Assert.AreEqual(sa + "\n" + Remote, bench.Do("ike netstat"));
            Assert.AreEqual(sa, bench.Do("ike netstat -p 3"));
            Assert.AreEqual(Remote, bench.Do("ike netstat -r"));
            Assert.AreEqual(Remote, bench.Do("ike netstat -r -n peer"));
            Assert.AreEqual("error: ike netstat: -n 'x': no remote of that name; ike remote -v lists them", bench.Do("ike netstat -r -n x"));
        }

        // What help offers is what the commands take.
        [TestMethod]
        [DataRow("help ike netstat", "IKEv1")]
        [DataRow("help ike flush", "IKEv1")]
        [DataRow("help ike debug", "IKE_DEBUG_TRACE")]
        [DataRow("help ike remote", "mobike")]
        public void HelpOffersNothingThatIsNotThere(string line, string missing)
        {
            string said = Bench().Do(line);
            Assert.Contains("example: ", said);
            Assert.DoesNotContains(missing, said);
        }

        [TestMethod]
        [DataRow("help ipsec policy", "pfs=none|GROUP, esn=on|off, replay=off|32..1024, ecn=full|off, df=copy|set|clear")]
        [DataRow("help ike remote", "ipv4:ADDR, ipv6:ADDR, fqdn:NAME, email:NAME, keyid:TEXT or asn1dn:NAME")]
        [DataRow("help ike commands", "show and write ike_dump_cmds.txt")]
        [DataRow("help ipsec legacy", "MODP groups below 2048 bits")]
        public void HelpSaysWhichValuesThereAre(string line, string values)
        {
            Assert.Contains(values, Bench().Do(line));
        }

        [TestMethod]
        [DataRow("ike netstat -p 1", "ike netstat: -p '1': IKEv1 is not in this build; expected 3")]
        [DataRow("ike netstat -p 4", "ike netstat: -p '4': expected 3")]
        [DataRow("ike netstat -n peer", "ike netstat: -n: cannot stand without -r")]
        [DataRow("ike flush -p 2", "ike flush: -p '2': IKEv1 is not in this build; expected 3")]
        [DataRow("ike flush -n peer", "ike flush: -n: cannot stand without -r")]
        [DataRow("ike flush -r -n x", "ike flush: no remote has the name 'x' (XE_NO_DATA)")]
        [DataRow("ike debug -t", "ike debug: -t: tracing is in no build yet; expected -d")]
        [DataRow("ike frob", "ike: 'frob': expected one of commands reload remote netstat flush up down debug")]
        public void AnErrorIsOneLineAndChangesNothing(string line, string expected)
        {
            ConsoleBench bench = Bench();
            bench.Do(Remote);
            Assert.AreEqual("error: " + expected, bench.Do(line));
            Assert.AreEqual(0, bench.Generation.Shutdowns);
            Assert.AreEqual(1, bench.Ike.Admin.RemoteCount);
        }

        [TestMethod]
        [DataRow("ike flush", 1, 0)]
        [DataRow("ike flush -p 3", 1, 1)]
        [DataRow("ike flush -r", 0, 0)]
        [DataRow("ike flush -r -n peer", 0, 0)]
        [DataRow("ike flush -p 3 -r", 1, 0)]
        public void FlushDeletesWhatItNames(string line, int shutdowns, int remotes)
        {
            ConsoleBench bench = Bench();
            bench.Do(Remote);
            Assert.DoesNotContains("error", bench.Do(line));
            Assert.AreEqual(shutdowns, bench.Generation.Shutdowns);
            Assert.AreEqual(remotes, bench.Ike.Admin.RemoteCount);
        }

        [TestMethod]
        public void ReloadBeginsWithoutSasRemotesAndPolicies()
        {
            ConsoleBench bench = Bench();
            bench.Do(Remote);
            bench.Do(Policy);
            bench.Files.Put("ike_rc", Policy + "\n" + Remote + "\n");
            bench.Runner.Ready();
            bench.Post("ike reload");
            string said = bench.Poll();
            for (int i = 0; i < 10; i++)
            {
                said += bench.Poll();
            }
            Assert.DoesNotContains("error", said);
            Assert.AreEqual(1, bench.Generation.Shutdowns);
            Assert.AreEqual(1, bench.Ike.Admin.RemoteCount);
            Assert.AreEqual(1, bench.Ike.Admin.ChildCount);
            Assert.AreEqual(1, bench.Ipsec.Admin.PolicyCount);
        }

        [TestMethod]
        public void TheDumpReadsBackAsTheSameConfiguration()
        {
            ConsoleBench bench = Bench();
            bench.Do("ipsec legacy on");
            bench.Do(Remote);
            bench.Do(Policy);
            bench.Do("ipsec policy -n q -t BYPASS -p udp -s any,500 -d any -l 2");
            string all = "ipsec legacy on\n" + Remote + "\n" + Policy + "\nipsec policy -n q -t BYPASS -p udp -s any,500 -d any -l 2\n";
            Assert.AreEqual(all + "written to ike_dump_cmds.txt", bench.Do("ike commands"));
            Assert.AreEqual(all, bench.Files.Text("ike_dump_cmds.txt"));
            Assert.AreEqual("written to mine.txt", bench.Do("ike commands -f mine.txt"));
            ConsoleBench other = Bench();
            other.Files.Put("mine.txt", bench.Files.Text("mine.txt"));
            other.Runner.Ready();
            other.Post("call mine.txt");
            for (int i = 0; i < 10; i++)
            {
                Assert.DoesNotContains("error", other.Poll());
            }
            Assert.AreEqual(all + "written to ike_dump_cmds.txt", other.Do("ike commands"));
        }

        // Every protocol and every key of -o: what the dump makes elsewhere is the same policy, not only the same text.
        [TestMethod]
        [DataRow("-n p -t AH -a HMAC-SHA-2-256,HMAC-SHA-1 -m tunnel -g peer -k 600")]
        [DataRow("-n p -t AH -a HMAC-SHA-2-512 -h -m transport")]
        [DataRow("-n p -t AHESP -e AES256-CBC -a HMAC-SHA-2-384 -m tunnel -c -y")]
        [DataRow("-n p -t ESP -e AES128-GCM16 -m tunnel -g peer -o pfs=ECP256")]
        [DataRow("-n p -t ESP -e AES128-GCM16 -m tunnel -g peer -o encap=force,mtu=1400")]
        [DataRow("-n p -t ESP -e AES128-GCM16 -m tunnel -g peer -o encap=off,pfs=none")]
        [DataRow("-n p -t ESP -e AES128-GCM16 -m tunnel -g peer -o clone=src+dst+sport+dport+proto")]
        [DataRow("-n p -t ESP -e AES128-GCM16 -m tunnel -g peer -o esn=on,replay=1024,bytes=999999999999999999,packets=70")]
        [DataRow("-n p -t ESP -e AES128-GCM16 -m tunnel -g peer -k 2147483647 -o replay=off,ecn=off,df=set,padcheck=off")]
        [DataRow("-n \"two\twords\" -t ESP -e AES128-CBC -a HMAC-SHA-1 -m transport -o df=clear")]
        [DataRow("-n \"#no comment\" -t DROP")]
        [DataRow("-n p -t BYPASS -l 7")]
        public void TheDumpMakesTheSamePolicy(string options)
        {
            ConsoleBench bench = Bench();
            string ends = " -p tcp -s 10.0.0.77,5001 -d 10.0.0.0/24" + (options.IndexOf("-m ") < 0 ? "" : " -r 10.0.0.78");
            Assert.DoesNotContains("error", bench.Do("ipsec policy " + options + ends));
            bench.Do("ike commands");
            ConsoleBench other = Bench();
            string dumped = bench.Files.Text("ike_dump_cmds.txt");
            Assert.DoesNotContains("error", other.Do(dumped.Substring(0, dumped.Length - 1)));
            other.Do("ike commands");
            Assert.AreEqual(dumped, other.Files.Text("ike_dump_cmds.txt"));
            Assert.AreEqual(Policies(bench), Policies(other));
            Assert.AreEqual(1, other.Ipsec.Admin.PolicyCount);
        }

        private static string Policies(ConsoleBench bench)
        {
            PolicyView view = new PolicyView();
            Assert.IsTrue(bench.Ipsec.Admin.GetPolicy(0, view));
            string text = view.Priority + " " + view.Protocol + " " + view.Action + " " + view.Flags + " " + view.ReplayWindow + " " + view.LifeSeconds + " "
                + view.LifeBytes + " " + view.LifePackets + " " + view.Mtu + " " + view.Source + " " + view.Destination + " " + view.Gateway;
            if (bench.Ike.Admin.ChildCount == 0)
            {
                return text;
            }
            ChildConfig child = bench.Ike.Admin.FindChild("p");
            return text + " " + child.RemoteName + " " + Rows(child.Encryption) + Rows(child.Integrity) + Rows(child.Groups) + child.LifeSeconds + " " + child.LifeBytes + " "
                + child.LifePackets + " " + child.Encap;
        }

        private static string Rows(int[] rows)
        {
            string text = "";
            for (int i = 0; i < rows.Length; i++)
            {
                text += Algorithms.Name(rows[i]) + " ";
            }
            return text;
        }

        [TestMethod]
        public void DebugSetsHowMuchIkeSays()
        {
            ConsoleBench bench = Bench();
#if IKE_DEBUG
            Assert.AreEqual("IKE debugging is on", bench.Do("ike debug -d"));
            Assert.AreEqual(LogLevel.Debug, bench.Ike.Admin.LogLevel);
#endif
            Assert.AreEqual("IKE debugging is off", bench.Do("ike debug"));
            Assert.AreEqual(LogLevel.Warning, bench.Ike.Admin.LogLevel);
        }
    }
}
