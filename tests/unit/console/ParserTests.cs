using nanoFramework.TestFramework;
using NfIpsec.Console.Grammar;
using NfIpsec.Tests.ConsoleRoom.Fakes;

namespace NfIpsec.Tests.ConsoleRoom
{
    /// <summary>The table decides what a line means. An error names the option, the text and what was expected.</summary>
    [TestClass]
    public class ParserTests
    {
        [TestMethod]
        [DataRow("ipsec policy -v", "ipsec policy")]
        [DataRow("policy -v", "ipsec policy")]
        [DataRow("IPSEC Policy -v", "ipsec policy")]
        [DataRow("ipsec netstat", "ipsec netstat")]
        [DataRow("ping 10.0.0.1", "ping")]
        [DataRow("help", "help")]
        public void WordsNameACommand(string line, string expected)
        {
            Parsed parsed = Table.NewParser(null).Parse(line);
            Assert.IsNull(parsed.Error);
            Assert.AreEqual(expected, parsed.Command.Name);
        }

        // The same policy, options in three orders, one value glued to its letter.
        [TestMethod]
        [DataRow("ipsec policy -n p -t ESP -s any -d any -p tcp -h")]
        [DataRow("ipsec policy -h -p tcp -d any -s any -t ESP -n p")]
        [DataRow("policy -ptcp -t ESP -h -n p -d any -s any")]
        public void OptionsStandInAnyOrder(string line)
        {
            Parsed parsed = Table.NewParser(null).Parse(line);
            Assert.IsNull(parsed.Error);
            Assert.AreEqual("p", parsed.Value('n'));
            Assert.AreEqual("tcp", parsed.Value('p'));
            Assert.IsTrue(parsed.Has('h'));
            Assert.IsFalse(parsed.Has('c'));
            Assert.IsNull(parsed.Value('r'));
            Assert.AreEqual(Table.Add, parsed.Form);
        }

        [TestMethod]
        public void TheSameLetterMayBeASwitchHereAndTakeAValueThere()
        {
            Command one = new Command(1, "ipsec policy", "", new Option[] { new Option('h', null, "short ICV", 1, 0, 0, null) }, new string[0], 0, 1, "");
            Command two = new Command(2, "ike remote", "", new Option[] { new Option('h', "FILE", "secret", 1, 0, 0, null) }, new string[0], 0, 1, "");
            Parser parser = new Parser(new Command[] { one, two }, "", new string[] { "remote" }, new string[] { "ike remote" });
            Assert.IsNull(parser.Parse("ipsec policy -h").Error);
            Assert.AreEqual("ipsec policy: 'secret.txt': expected an option, one of -h", parser.Parse("ipsec policy -h secret.txt").Error);
            Assert.AreEqual("secret.txt", parser.Parse("remote -h secret.txt").Value('h'));
            Assert.AreEqual("ike remote: -h: expected FILE behind it (secret)", parser.Parse("ike remote -h").Error);
        }

        [TestMethod]
        [DataRow("frob", "'frob': unknown command; help lists the commands")]
        [DataRow("ipsec", "ipsec: expected one of policy addsa delsa flush netstat legacy")]
        [DataRow("ipsec frob", "ipsec: 'frob': expected one of policy addsa delsa flush netstat legacy")]
        [DataRow("tcp", "tcp: expected one of listen send")]
        [DataRow("ipsec flush -q", "ipsec flush: '-q': unknown option; expected one of -a -c -p")]
        [DataRow("ipsec flush -a -a", "ipsec flush: -a: given twice")]
        [DataRow("ipsec flush -ax", "ipsec flush: '-ax': -a takes no value")]
        [DataRow("ipsec flush all", "ipsec flush: 'all': expected an option, one of -a -c -p")]
        [DataRow("ike reload now", "ike reload: 'now': expected nothing more")]
        [DataRow("ike reload -f", "ike reload: '-f': unknown option; expected none")]
        [DataRow("ipsec delsa -s any -d any", "ipsec delsa: -p is missing; expected -p PROTOCOL (the policy's upper protocol, name or number)")]
        [DataRow("ipsec delsa -s -d any -p 0", "ipsec delsa: -s: expected ID behind it (the policy's source)")]
        [DataRow("ipsec policy -x p -n p", "ipsec policy: -n: cannot stand here; expected ipsec policy -x NAME")]
        [DataRow("ipsec policy -v -t ESP", "ipsec policy: -t: cannot stand here; expected ipsec policy [-n NAME] -v")]
        [DataRow("ipsec policy", "ipsec policy: -n is missing; expected -n NAME (policy name)")]
        [DataRow("ping", "ping: ADDR is missing; expected ping [-c N] [-s SIZE] ADDR")]
        [DataRow("ping 10.0.0.1 10.0.0.2", "ping: '10.0.0.2': expected an option, one of -c -s")]
        [DataRow("call \"x", "the quote at column 6 is not closed")]
        public void AnErrorSaysWhatWasExpected(string line, string expected)
        {
            Assert.AreEqual(expected, Table.NewParser(null).Parse(line).Error);
        }

        [TestMethod]
        public void EveryExampleInTheTableParses()
        {
            Parser parser = new ConsoleBench().Runner.Parser;
            for (int i = 0; i < parser.Commands.Length; i++)
            {
                Parsed parsed = parser.Parse(parser.Commands[i].Example);
                Assert.IsNull(parsed.Error, parser.Commands[i].Example);
                Assert.AreEqual(parser.Commands[i].Id, parsed.Command.Id, parser.Commands[i].Example);
            }
        }

        [TestMethod]
        public void LettersAndIdsAreUnique()
        {
            Command[] commands = new ConsoleBench().Runner.Parser.Commands;
            for (int i = 0; i < commands.Length; i++)
            {
                Assert.AreEqual(i + 1, IdsUpTo(commands, i), commands[i].Name);
                for (int k = 0; k < commands[i].Options.Length; k++)
                {
                    Assert.AreEqual(k, commands[i].Find(commands[i].Options[k].Letter), commands[i].Name);
                }
            }
        }

        private static int IdsUpTo(Command[] commands, int last)
        {
            int different = 0;
            for (int i = 0; i <= last; i++)
            {
                bool seen = false;
                for (int k = 0; k < i; k++)
                {
                    seen |= commands[k].Id == commands[i].Id;
                }
                different += seen ? 0 : 1;
            }
            return different;
        }
    }
}
