using System.Text;
using nanoFramework.TestFramework;
using NfIpsec.Base;
using NfIpsec.Base.Ports;
using NfIpsec.Console.Shell;
using NfIpsec.Tests.ConsoleRoom.Fakes;

namespace NfIpsec.Tests.ConsoleRoom
{
    /// <summary>Lines of the terminal and of files are executed in order, one at a time, in the node's thread.</summary>
    [TestClass]
    public class RunnerTests
    {
        [TestMethod]
        public void NothingIsTakenBeforeReadyAndNothingIsLost()
        {
            ConsoleBench bench = new ConsoleBench();
            bench.Post("ipsec legacy on");
            Assert.AreEqual("", bench.Poll());
            bench.Runner.Ready();
            Assert.AreEqual("-> \nlegacy algorithms are allowed\n-> \n", bench.Poll());
        }

        [TestMethod]
        [DataRow("")]
        [DataRow("   ")]
        [DataRow("# note")]
        public void AnEmptyLineGetsAPrompt(string line)
        {
            ConsoleBench bench = Ready();
            bench.Post(line);
            Assert.AreEqual("-> \n", bench.Poll());
        }

        [TestMethod]
#if IKE_V2
        [DataRow("remote -n x", "ike remote: -z is missing; expected -z VERSION (version of IKE that the line is for: 2)")]
#endif
        [DataRow("call nothing", "nothing: no such file")]
        [DataRow("ping nowhere", "ping: ADDR 'nowhere': expected an IPv4 or IPv6 address")]
        [DataRow("ping 10.0.0.78 -c 0", "ping: -c '0': expected a number from 1 to 1000000")]
        [DataRow("ping 10.0.0.78 -s 65508", "ping: -s '65508': expected a number from 0 to 65507")]
        [DataRow("tcp listen 0", "tcp listen: PORT '0': expected a number from 1 to 65535")]
        [DataRow("tcp send 10.0.0.78 5001 0", "tcp send: BYTES '0': expected a number from 1 to 2147483647")]
        [DataRow("tcp send 10.0.0.78 65536 1", "tcp send: PORT '65536': expected a number from 1 to 65535")]
        [DataRow("tcp send :: 5001 1", "tcp send: ADDR '::': expected an IPv4 or IPv6 address")]
        [DataRow("help frob", "help: 'frob': expected a command; help lists them")]
        [DataRow("help ipsec frob", "help: 'ipsec frob': expected a command; help lists them")]
        public void AnErrorIsOneLine(string line, string expected)
        {
            Assert.AreEqual("error: " + expected, new ConsoleBench().Do(line));
        }

        [TestMethod]
        public void HelpComesFromTheTable()
        {
            ConsoleBench bench = new ConsoleBench();
            Assert.Contains("ipsec policy    add, view or delete security policies\n", bench.Do("help"));
            Assert.DoesNotContains("ping", bench.Do("help ipsec"));
            string text = bench.Do("help policy");
            Assert.IsTrue(text.StartsWith("ipsec policy - add, view or delete security policies\n  ipsec policy -n NAME -t TYPE"), text);
            Assert.Contains("\n  -h                  96-bit ICV for HMAC-SHA-2\n", text);
#if IKE_V2
            text = bench.Do("help remote");
            Assert.IsTrue(text.StartsWith("ike remote - add, view or delete the peers that IKE talks to\n  ike remote -n NAME -z VERSION"), text);
#endif
        }

        [TestMethod]
        public void APingTellsEachAnswerAndTheSum()
        {
            ConsoleBench bench = Ready();
            bench.Post("ping 10.0.0.78 -c 3 -s 100");
            Assert.AreEqual("", bench.Poll());
            Assert.AreEqual(1, bench.Packets.Pings);
            Assert.AreEqual(100, bench.Packets.LastPingSize);
            Assert.AreEqual(0x0A00004E, bench.Packets.LastPingAddress[3]);
            bench.Runner.EchoReply(bench.Packets.LastPingSequence, 1234);
            Assert.AreEqual("100 bytes from 10.0.0.78: seq=1 time=1.234 ms\n", bench.Console.Take());
            bench.Clock.Time += 100;
            bench.Poll();
            Assert.AreEqual(2, bench.Packets.Pings);
            bench.Clock.Time += 2000;
            Assert.AreEqual("no answer from 10.0.0.78: seq=2\n", bench.Poll());
            Assert.AreEqual(3, bench.Packets.Pings);
            bench.Runner.EchoReply(bench.Packets.LastPingSequence, 766);
            bench.Console.Take();
            Assert.AreEqual("3 sent, 2 answered, 33% lost, min/avg/max 0.766/1.000/1.234 ms\n-> \n", bench.Poll());
        }

        [TestMethod]
        public void ALateAnswerIsNotTakenForANewOne()
        {
            ConsoleBench bench = Ready();
            bench.Post("ping 10.0.0.78 -c 1");
            bench.Poll();
            int old = bench.Packets.LastPingSequence;
            bench.Clock.Time += 2000;
            bench.Poll();
            bench.Post("ping 10.0.0.78 -c 1");
            bench.Poll();
            bench.Runner.EchoReply(old, 5);
            Assert.AreEqual("", bench.Poll());
            bench.Runner.EchoReply(bench.Packets.LastPingSequence, 5);
            Assert.Contains("1 sent, 1 answered", bench.Console.Take() + bench.Poll());
        }

        [TestMethod]
        public void APingThatIsNotSentSaysWhy()
        {
            ConsoleBench bench = Ready();
            bench.Packets.PingResult = -Status.XE_OUT_OF_PACKETS;
            bench.Post("ping fd00::78 -c 1");
            Assert.AreEqual("not sent to fd00::78: seq=1 XE_OUT_OF_PACKETS\n1 sent, 0 answered, 100% lost\n-> \n", bench.Poll() + bench.Poll());
        }

        [TestMethod]
        public void TheNextLineWaitsForThePing()
        {
            ConsoleBench bench = Ready();
            bench.Post("ping 10.0.0.78 -c 1");
            bench.Post("ipsec legacy on");
            Assert.AreEqual("", bench.Poll());
            bench.Runner.EchoReply(bench.Packets.LastPingSequence, 5);
            Assert.Contains("legacy algorithms are allowed\n-> \n", bench.Poll() + bench.Poll());
        }

        [TestMethod]
        public void CtrlCEndsThePingAndDropsWhatWasTypedAhead()
        {
            ConsoleBench bench = Ready();
            bench.Post("ping 10.0.0.78 -c 100");
            bench.Poll();
            bench.Post("ipsec legacy on");
            bench.Runner.Queue.Interrupt();
            Assert.AreEqual("1 sent, 0 answered, 100% lost\n-> \n", bench.Poll());
            Assert.AreEqual("", bench.Poll());
            Assert.IsFalse(bench.Ipsec.Admin.LegacyAllowed);
        }

        [TestMethod]
        public void ATransferReportsWhenItIsDone()
        {
            ConsoleBench bench = Ready();
            bench.Post("tcp listen 5001");
            Assert.AreEqual("tcp listens on port 5001\n-> \n", bench.Poll());
            bench.Post("tcp send 10.0.0.78 5002 1000");
            Assert.AreEqual("tcp sending 1000 bytes to 10.0.0.78 port 5002\n-> \n", bench.Poll());
            Assert.AreEqual(5002, bench.Streams.Port);
            Assert.AreEqual(1000, bench.Streams.Bytes);
            bench.Streams.Lines.Enqueue("tcp sent 10.0.0.78:5002 1000 bytes sha256 00 1 ms");
            Assert.AreEqual("tcp sent 10.0.0.78:5002 1000 bytes sha256 00 1 ms\n", bench.Poll());
            bench.Streams.Result = Status.NFI_BUSY;
            bench.Post("tcp listen 5001");
            Assert.AreEqual("error: tcp listen: 5001: NFI_BUSY\n-> \n", bench.Poll());
        }

        [TestMethod]
        public void ABadLineOfAFileIsReportedWithItsNumberAndTheRestGoesOn()
        {
            ConsoleBench bench = Ready();
            bench.Files.Put("setup", "\uFEFF# first\r\nfrob\r\n\r\nipsec legacy on\ncall \"x\n" + new string('a', LineText.Max + 1) + "\nipsec legacy off\rfrob");
            bench.Post("call setup");
            string text = PollAll(bench);
            Assert.AreEqual("setup:2: error: 'frob': unknown command; help lists the commands\n"
                + "setup:5: error: the quote at column 6 is not closed\n"
                + "setup:6: error: the line has 2049 characters; expected at most 2048; it was not executed\n"
                + "setup:8: error: 'frob': unknown command; help lists the commands\n-> \n", text);
            Assert.IsFalse(bench.Ipsec.Admin.LegacyAllowed);
            Assert.AreEqual(4, bench.Runner.Errors);
        }

        // THREATS 40
        [TestMethod]
        public void ANulInAFileIsSeen()
        {
            ConsoleBench bench = Ready();
            bench.Files.Write("setup", new byte[] { (byte)'h', 0, (byte)'e', 10, (byte)'x', 10 });
            bench.Post("call setup");
            Assert.AreEqual("setup:1: error: column 2 holds NUL; expected printable ASCII; the line was not executed\n"
                + "setup:2: error: 'x': unknown command; help lists the commands\n-> \n", PollAll(bench));
        }

        [TestMethod]
        public void AFileThatCallsItselfEnds()
        {
            ConsoleBench bench = Ready();
            bench.Files.Put("loop", "call loop\nfrob\n");
            bench.Post("call loop");
            string text = PollAll(bench);
            Assert.Contains("loop:1: error: loop: files call each other more than 4 deep\n", text);
            Assert.EndsWith("loop:2: error: 'frob': unknown command; help lists the commands\n-> \n", text);
        }

        // THREATS 42
        [TestMethod]
        public void ReloadFlushesAndExecutesTheStartFile()
        {
            ConsoleBench bench = Ready();
            bench.Do("ipsec policy -n old -t BYPASS -p any -s any -d any");
            bench.Files.Put("ike_rc", "ipsec policy -n new -t DROP -p any -s any -d any\n");
            bench.Post("ike reload");
            Assert.AreEqual("-> \n", PollAll(bench));
            Assert.AreEqual(1, bench.Ipsec.Admin.PolicyCount);
            Assert.Contains("-n new -t DROP", bench.Do("ipsec policy -v"));
        }

        // As after a fresh start: what was typed since is gone, so legacy algorithms are off unless the file turns them on.
        [TestMethod]
        [DataRow("", false)]
        [DataRow("ipsec legacy on\n", true)]
        public void AfterAReloadLegacyIsWhatTheStartFileSays(string first, bool expected)
        {
            ConsoleBench bench = Ready();
            bench.Do("ipsec legacy on");
            bench.Files.Put("ike_rc", first + "ipsec policy -n old -t ESP -e 3DES-CBC -a HMAC-SHA-1 -m transport -p tcp -r 10.0.0.78 -s 10.0.0.77 -d 10.0.0.78\n");
            bench.Post("ike reload");
            string said = PollAll(bench);
            Assert.AreEqual(expected, bench.Ipsec.Admin.LegacyAllowed);
            Assert.AreEqual(expected ? 1 : 0, bench.Ipsec.Admin.PolicyCount, said);
        }

        private const string WideBypassFirst = "ipsec policy -n wide -t BYPASS -p any -s any -d any -l 7\n# 2\n# 3\n# 4\n# 5\n# 6\n"
            + "ipsec policy -n tcp -t ESP -e AES128-CBC -a HMAC-SHA-1 -m transport -p tcp -r 10.0.0.78 -s 10.0.0.77 -d 10.0.0.78\n";

        // Lines are executed a few at a time and packets go on between them: what the last line protects must not leave by the first (THREATS 42).
        [TestMethod]
        public void NothingPassesInTheClearBeforeTheStartFileHasEnded()
        {
            ConsoleBench bench = Ready();
            bench.Files.Put("ike_rc", WideBypassFirst);
            bench.Post("ike reload");
            bench.Poll();
            Assert.AreEqual(1, bench.Ipsec.Admin.PolicyCount, "in the middle of the file");
            Assert.AreEqual(VerdictRow.Drop, bench.Packets.Actions[0]);
            Assert.AreEqual("-> \n", PollAll(bench));
            Assert.AreEqual(VerdictRow.Bypass, bench.Packets.Actions[0]);
            Assert.AreEqual(VerdictRow.Secure, bench.Packets.Actions[1]);
        }

        [TestMethod]
        public void AStartFileThatIsInterruptedLetsNothingPassInTheClear()
        {
            ConsoleBench bench = Ready();
            bench.Files.Put("ike_rc", WideBypassFirst);
            bench.Post("ike reload");
            bench.Poll();
            bench.Runner.Queue.Interrupt();
            Assert.Contains("error: ike_rc: interrupted; bypass policies drop until ike reload has executed all of it", PollAll(bench));
            Assert.AreEqual(VerdictRow.Drop, bench.Packets.Actions[0]);
            bench.Post("ike reload");
            PollAll(bench);
            Assert.AreEqual(VerdictRow.Bypass, bench.Packets.Actions[0]);
        }

        // THREATS 42
        [TestMethod]
        public void ATableThatCannotBeChangedKeepsBypassHeldAndSaysSo()
        {
            ConsoleBench bench = Ready();
            bench.Files.Put("ike_rc", WideBypassFirst);
            bench.Post("ike reload");
            bench.Poll();
            bench.Packets.CommitResult = -Status.NFI_BUSY;
            Assert.Contains("error: bypass policies drop: ", PollAll(bench));
            Assert.AreEqual(VerdictRow.Drop, bench.Packets.Actions[0]);
        }

        // Keys of manual SAs stand in files: their bytes are zeroed as they are read, those of lines never reached too.
        [TestMethod]
        public void TheBytesOfAFileAreWipedWhenItEndsAndWhenItIsInterrupted()
        {
            for (int interrupted = 0; interrupted < 2; interrupted++)
            {
                ConsoleBench bench = Ready();
                bench.Files.Put("ike_rc", WideBypassFirst);
                bench.Post("ike reload");
                bench.Poll();
                if (interrupted == 1)
                {
                    bench.Runner.Queue.Interrupt();
                }
                PollAll(bench);
                for (int i = 0; i < bench.Files.LastRead.Length; i++)
                {
                    Assert.IsTrue(bench.Files.LastRead[i] <= 32, "byte " + i.ToString());
                }
            }
        }

        [TestMethod]
        public void QuitIsForTheVirtualBoardAndTheEndOfInputWaitsForWhatRuns()
        {
            ConsoleBench bench = Ready();
            bench.Post("ping 10.0.0.78 -c 1");
            bench.Poll();
            bench.Runner.Queue.End();
            bench.Poll();
            Assert.IsFalse(bench.Runner.QuitRequested, "the ping runs");
            bench.Runner.EchoReply(bench.Packets.LastPingSequence, 1);
            PollAll(bench);
            Assert.IsTrue(bench.Runner.QuitRequested);
            bench = Ready();
            bench.Post("quit");
            bench.Poll();
            Assert.IsTrue(bench.Runner.QuitRequested);
        }

        [TestMethod]
        public void AnInputThatEndedBeforeTheStartEndsTheBoardAfterIt()
        {
            ConsoleBench bench = new ConsoleBench();
            bench.Runner.Queue.End();
            bench.Poll();
            Assert.IsFalse(bench.Runner.QuitRequested, "ike_rc is still to come");
            bench.Runner.Ready();
            Assert.IsTrue(bench.Runner.NextDue <= bench.Clock.Now);
            bench.Poll();
            Assert.IsTrue(bench.Runner.QuitRequested);
        }

        [TestMethod]
        public void TheEndOfInputWaitsForATransferAndQuitDoesNot()
        {
            ConsoleBench bench = Ready();
            bench.Post("tcp send 10.0.0.78 5001 1000");
            bench.Runner.Queue.End();
            bench.Poll();
            Assert.IsFalse(bench.Runner.QuitRequested, "it runs");
            bench.Clock.Time += 29999;
            bench.Poll();
            Assert.IsFalse(bench.Runner.QuitRequested, "it still may end");
            bench.Clock.Time += 1;
            bench.Poll();
            Assert.IsTrue(bench.Runner.QuitRequested, "long enough");
            bench = Ready();
            bench.Post("tcp send 10.0.0.78 5001 1000");
            bench.Post("quit");
            bench.Runner.Queue.End();
            bench.Poll();
            Assert.IsTrue(bench.Runner.QuitRequested, "quit");
        }

        // A board has neither half a megabyte for such a file nor, in one StringBuilder, more than 32,767 characters for the answers.
#if NF_HOST
        private const int ManyLines = 10000;
#else
        private const int ManyLines = Limits.MaxPolicies + 50;
#endif

        // What finds room is there, what does not is an error each, and the console goes on (THREATS 40).
        [TestMethod]
        public void PoliciesBeyondTheLastAreRefusedOneByOne()
        {
            ConsoleBench bench = Ready();
            bench.Files.Write("many", PolicyLines(ManyLines));
            bench.Post("call many");
            string text = PollAll(bench);
            Assert.AreEqual(Limits.MaxPolicies, bench.Ipsec.Admin.PolicyCount);
            Assert.AreEqual(ManyLines - Limits.MaxPolicies, bench.Runner.Errors);
            Assert.Contains("XE_OUT_OF_POLICIES", text);
            Assert.EndsWith("-> \n", text);
        }

        private static byte[] PolicyLines(int count)
        {
            const int longest = 64;
            byte[] lines = new byte[count * longest];
            int length = 0;
            for (int i = 0; i < count; i++)
            {
                byte[] line = Encoding.UTF8.GetBytes("ipsec policy -n p" + i.ToString() + " -t DROP -p udp -s any," + (i + 1).ToString() + " -d any\n");
                System.Array.Copy(line, 0, lines, length, line.Length);
                length += line.Length;
            }
            byte[] file = new byte[length];
            System.Array.Copy(lines, 0, file, 0, length);
            return file;
        }

        private static ConsoleBench Ready()
        {
            ConsoleBench bench = new ConsoleBench();
            bench.Runner.Ready();
            bench.Console.Take();
            return bench;
        }

        private static string PollAll(ConsoleBench bench)
        {
            StringBuilder text = new StringBuilder(bench.Poll());
            while (bench.Runner.NextDue <= bench.Clock.Now)
            {
                text.Append(bench.Poll());
            }
            return text.ToString();
        }
    }
}
