using nanoFramework.TestFramework;
using NfIpsec.Console.Grammar;
using NfIpsec.Console.Shell;
using NfIpsec.Tests.ConsoleRoom.Fakes;

namespace NfIpsec.Tests.ConsoleRoom
{
    /// <summary>The console's thread only makes lines of bytes and posts them.</summary>
    [TestClass]
    public class TerminalTests
    {
        [TestMethod]
        [DataRow("one\ntwo\r\nthree\rfour", "one|two|three|four")]
        [DataRow("\n\n", "|")]
        [DataRow("rubbish\u0003good\n", "good")]
        [DataRow("tab\there\n", "tab\there")]
        public void AProgramsLinesArePostedWithoutEcho(string typed, string expected)
        {
            RecordingConsole console = new RecordingConsole(false);
            ScriptedPackets packets = new ScriptedPackets();
            LineQueue queue = new LineQueue();
            console.Type(typed);
            NewTerminal(console, queue, packets).Run();
            Assert.AreEqual(expected, Drain(queue));
            Assert.AreEqual("", console.Take());
            Assert.IsTrue(queue.Ended);
            Assert.IsTrue(packets.Wakes > 0);
        }

        [TestMethod]
        public void APersonSeesWhatIsTyped()
        {
            RecordingConsole console = new RecordingConsole(true);
            LineQueue queue = new LineQueue();
            console.Type("hexlp\u0002\u0002\u0008\r");
            NewTerminal(console, queue, new ScriptedPackets()).Run();
            Assert.AreEqual("help", Drain(queue));
            Assert.IsTrue(console.Take().StartsWith("hexlp\b\b\blp \b\b\b\r\n"));
        }

        // THREATS 40
        [TestMethod]
        public void ABadLineIsPostedAsItsError()
        {
            RecordingConsole console = new RecordingConsole(false);
            LineQueue queue = new LineQueue();
            console.Type(new byte[] { (byte)'a', 0, 10, (byte)'b', 10 });
            NewTerminal(console, queue, new ScriptedPackets()).Run();
            PostedLine bad = queue.Take();
            Assert.IsNull(bad.Text);
            Assert.AreEqual("column 2 holds NUL; expected printable ASCII; the line was not executed", bad.Error);
            Assert.AreEqual("b", queue.Take().Text);
        }

        [TestMethod]
        public void TheQueueIsBoundedAndKeepsOrder()
        {
            LineQueue queue = new LineQueue();
            for (int i = 0; i < LineQueue.Capacity; i++)
            {
                Assert.IsTrue(queue.TryPost(new PostedLine(i.ToString(), null)));
            }
            Assert.IsFalse(queue.TryPost(new PostedLine("too much", null)));
            Assert.AreEqual("0", queue.Take().Text);
            Assert.IsTrue(queue.TryPost(new PostedLine("8", null)));
            Assert.AreEqual("1|2|3|4|5|6|7|8", Drain(queue));
            Assert.IsNull(queue.Take());
        }

        private static Terminal NewTerminal(RecordingConsole console, LineQueue queue, ScriptedPackets packets)
        {
            return new Terminal(console, queue, packets, new Completion(Table.NewParser(null)));
        }

        private static string Drain(LineQueue queue)
        {
            string text = null;
            for (PostedLine line = queue.Take(); line != null; line = queue.Take())
            {
                text = text == null ? line.Text : text + "|" + line.Text;
            }
            return text;
        }
    }
}
