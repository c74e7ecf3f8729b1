using nanoFramework.TestFramework;
using NfIpsec.Tests.ConsoleRoom.Fakes;

namespace NfIpsec.Tests.ConsoleRoom
{
    /// <summary>A console in an image without IKE: keys by hand, and a clear word where somebody asks for more.</summary>
    [TestClass]
    public class NoIkeTests
    {
        private const string Ends = " -m transport -p tcp -r 10.0.0.78 -s 10.0.0.77 -d 10.0.0.78", Key = "000102030405060708090a0b0c0d0e0f";
        private const string Policy = "ipsec policy -n p -t ESP -e AES128-CBC -a HMAC-SHA-2-256" + Ends;

        [TestMethod]
        [DataRow("ike remote -n b -z 2 -w -r 10.0.0.78", "'ike remote'")]
        [DataRow("ike up p", "'ike up'")]
        [DataRow("IKE netstat", "'IKE netstat'")]
        [DataRow("ike", "'ike'")]
        [DataRow("remote -n b", "'remote'")]
        [DataRow("ce x509 -l", "'ce x509'")]
        public void AnIkeCommandSaysThatItIsNotThere(string line, string what)
        {
            Assert.AreEqual("error: " + what + ": IKE is not in this build (IKE_V2, IKEv2_MENUS); keys are set by hand: help ipsec addsa", new ConsoleBench(false).Do(line));
        }

        [TestMethod]
        public void APolicyCannotAskForNegotiatedKeys()
        {
            ConsoleBench bench = new ConsoleBench(false);
            Assert.AreEqual("error: ipsec policy: -g: IKE is not in this build (IKE_V2, IKEv2_MENUS); expected keys by hand without -g: help ipsec addsa", bench.Do(Policy + " -g peer"));
            Assert.AreEqual(0, bench.Ipsec.Admin.PolicyCount);
        }

        [TestMethod]
        public void HelpListsWhatThereIs()
        {
            string text = new ConsoleBench(false).Do("help");
            Assert.Contains("ipsec addsa", text);
            Assert.Contains("ike reload", text);
            Assert.DoesNotContains("ike remote", text);
            Assert.DoesNotContains("ce x509", text);
        }

        [TestMethod]
        public void KeysByHandReloadAndDumpNeedNoIke()
        {
            ConsoleBench bench = new ConsoleBench(false);
            bench.Do(Policy);
            Assert.Contains("added", bench.Do("ipsec addsa -e AES128-CBC -f " + Key + " -g " + Key + " -a HMAC-SHA-2-256 -b " + Key + Key + " -c " + Key + Key + " -w 1001 -x 2001" + Ends));
            Assert.AreEqual(1, bench.Ipsec.Admin.SessionCount);
            bench.Do("ipsec legacy on");
            bench.Do("ike commands -f saved");
            Assert.AreEqual("ipsec legacy on\n" + Policy + " -l 4\n", bench.Files.Text("saved"));
            bench.Files.Put("ike_rc", "ipsec policy -n q -t DROP -p any -s any -d any\n");
            bench.Do("ike reload");
            bench.Poll();
            bench.Poll();
            Assert.AreEqual(1, bench.Ipsec.Admin.PolicyCount);
            Assert.AreEqual(0, bench.Ipsec.Admin.SessionCount);
            Assert.IsFalse(bench.Ipsec.Admin.LegacyAllowed);
        }
    }
}
