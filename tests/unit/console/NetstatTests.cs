using nanoFramework.TestFramework;
using NfIpsec.Base.Ports;
using NfIpsec.Tests.ConsoleRoom.Fakes;

namespace NfIpsec.Tests.ConsoleRoom
{
    /// <summary>ipsec netstat prints the lines of the reference's example 1 (chapter 5.1): order, labels, columns, widths.</summary>
    [TestClass]
    public class NetstatTests
    {
        private const string Header = "spid  pri  proto  policy  src-id          dst-id          mode  gateway\n";

        // The three rows of the example, and the shape of its session: 3DES with SHA2-384.
        private const string Rows =
            "1     2    udp    bypass  10.0.0.78:500  any\n" +
            "2     4    tcp    secure  10.0.0.78     10.0.0.77     transport 10.0.0.77\n" +
            "3     7    0      bypass  any           any";
        private const string AuthIn = "7ccc4ee9cd241e671e28de3d74bfbd9a12286f2142ff0215855e78845e34d04686027c400b7be700600f2494197155f9";
        private const string AuthOut = "2805572ebb343a19455d24854f69ff9fdc722fe56d737c85505ffdde66a431cf65a21442d160383d19f202e7e4b7bc6a";
        private const string CipherIn = "7aba94f4cbb051feb9750457ba07d5eaa720d34fa7a27c1c", CipherOut = "c176e39efd2a1fdadcae2c3bfb5416e55b259e34c70186c7";

        [TestMethod]
        public void PoliciesAreTheRowsOfTheExample()
        {
            Assert.AreEqual(Header + Rows, Policies().Do("ipsec netstat"));
            Assert.AreEqual(Header + Rows, Policies().Do("ipsec netstat -p"));
            Assert.AreEqual("", Policies().Do("ipsec netstat -c"));
        }

        [TestMethod]
        public void ASessionIsTheBlockOfTheExampleAndHidesItsKeys()
        {
            ConsoleBench bench = WithSession();
            string session =
                "IPSecSession SPI=b96e76e3, SPID=2\n" +
                "  CreateTime=1, Life=unlimited\n" +
                "ESP Outbound SA, SPI=d17c6fc7\n" +
                "  HMAC-Auth: SHA384\n" +
                "    Key: [len=48] hidden\n" +
                "  Encryption: 3DES\n" +
                "    Key: [len=24] hidden\n" +
                "Dummy pkts transmitted: 0\n" +
                "ESP Inbound SA, SPI=b96e76e3\n" +
                "  HMAC-Auth: SHA384\n" +
                "    Key: [len=48] hidden\n" +
                "  Encryption: 3DES\n" +
                "    Key: [len=24] hidden\n" +
                "Dummy pkts received: 0";
            Assert.AreEqual(session + "\n" + Header + Rows, bench.Do("ipsec netstat"));
            Assert.AreEqual(session, bench.Do("ipsec netstat -c"));
        }

#if IKE_DEBUG
        [TestMethod]
        public void ADebugBuildShowsTheKeysWhenAsked()
        {
            string text = WithSession().Do("ipsec netstat -c -k");
            Assert.Contains("ESP Outbound SA, SPI=d17c6fc7\n  HMAC-Auth: SHA384\n    Key: [len=48] " + AuthOut + "\n  Encryption: 3DES\n    Key: [len=24] " + CipherOut + "\n", text);
            Assert.Contains("ESP Inbound SA, SPI=b96e76e3\n  HMAC-Auth: SHA384\n    Key: [len=48] " + AuthIn + "\n  Encryption: 3DES\n    Key: [len=24] " + CipherIn + "\n", text);
        }
#endif

        [TestMethod]
        public void WithAEveryCodeIsThereWithItsCount()
        {
            ConsoleBench bench = Policies();
            bench.Packets.Count(28, 5);
            bench.Packets.Count(PacketCounters.Sent, 7);
            string text = bench.Do("ipsec netstat -a");
            Assert.Contains("  XE_AH_DIGEST_MISMATCH: 0\n", text);
            Assert.Contains("  XE_POLICY_NOT_FOUND: 5\n", text);
            Assert.Contains("  XE_UNKNOWN_IP_PROTOCOL: 0\n", text);
            Assert.Contains("  sent: 7\n", text);
            Assert.Contains("  malformed: 0\n", text);
            Assert.EndsWith("end of counters", text);
        }

        private static ConsoleBench Policies()
        {
            ConsoleBench bench = new ConsoleBench();
            bench.Do("ipsec legacy on");
            bench.Do("ipsec policy -n ike -t BYPASS -p udp -s 10.0.0.78,500 -d any -l 2");
            bench.Do("ipsec policy -n policy1 -t ESP -e 3DES-CBC -a HMAC-SHA-2-384 -m transport -p tcp -r 10.0.0.77 -s 10.0.0.78 -d 10.0.0.77");
            bench.Do("ipsec policy -n rest -t BYPASS -p any -s any -d any -l 7");
            return bench;
        }

        private static ConsoleBench WithSession()
        {
            ConsoleBench bench = Policies();
            string answer = bench.Do("ipsec addsa -a HMAC-SHA-2-384 -b " + AuthIn + " -c " + AuthOut + " -e 3DES-CBC -f " + CipherIn + " -g " + CipherOut
                + " -m transport -p tcp -r 10.0.0.77 -s 10.0.0.78 -d 10.0.0.77 -w b96e76e3 -x d17c6fc7");
            Assert.DoesNotContains("error", answer, answer);
            return bench;
        }
    }
}
