using System.Text;
using nanoFramework.TestFramework;
using NfIpsec.Console.Grammar;
using NfIpsec.Console.Shell;

namespace NfIpsec.Tests.ConsoleRoom
{
    /// <summary>Keys in, the line they make out. No line with a byte that is no text, and none that is too long, is ever executed
    /// in part (THREATS 40).</summary>
    [TestClass]
    public class LineEditorTests
    {
        private const string Up = "\u001b[A", Down = "\u001b[B", Right = "\u001b[C", Left = "\u001b[D", Home = "\u001b[H", End = "\u001b[F";
        private const string DeleteKey = "\u001b[3~", HomeKey = "\u001b[1~", EndKey = "\u001b[4~";

        [TestMethod]
        [DataRow("help\r", "help")]
        [DataRow("help\n", "help")]
        [DataRow("hexlp\u001b[D\u001b[D\u0008\r", "help")]
        [DataRow("hexlp\u001b[D\u001b[D\u007f\r", "help")]
        [DataRow("elp\u001b[Hh\r", "help")]
        [DataRow("elp\u001b[1~h\u001b[4~!\r", "help!")]
        [DataRow("xhelp\u0001\u001b[3~\r", "help")]
        [DataRow("xhelp\u0001\u0004\r", "help")]
        [DataRow("elp\u0001h\u0005!\r", "help!")]
        [DataRow("hlp\u0002\u0002e\u0006!\r", "hel!p")]
        [DataRow("rubbish\u0015help\r", "help")]
        [DataRow("help me now\u0017\u0017\r", "help ")]
        [DataRow("help me\u0002\u0002\u0002\u000b\r", "help")]
        [DataRow("\u0008\u0008\u001b[D\u001b[3~help\r", "help")]
        [DataRow("help\u001b[C\u001b[9~\u001bOD\r", "help")]
        [DataRow("help\u001b[1;5D\r", "help")]
        public void KeysMakeTheLine(string keys, string expected)
        {
            LineEditor editor = NewEditor();
            string error;
            Assert.AreEqual(LineEditor.Line, Feed(editor, keys));
            Assert.AreEqual(expected, editor.TakeLine(out error));
            Assert.IsNull(error);
        }

        [TestMethod]
        public void CarriageReturnAndLineFeedAreOneEnd()
        {
            LineEditor editor = NewEditor();
            string error;
            Assert.AreEqual(LineEditor.Line, Feed(editor, "a\r"));
            editor.TakeLine(out error);
            Assert.AreEqual(LineEditor.Nothing, editor.Feed('\n'));
            Assert.AreEqual(LineEditor.Line, Feed(editor, "b\r"));
            Assert.AreEqual("b", editor.TakeLine(out error));
        }

        [TestMethod]
        public void CtrlCForgetsTheLine()
        {
            LineEditor editor = NewEditor();
            string error;
            Assert.AreEqual(LineEditor.Interrupt, Feed(editor, "ipsec flush -a\u0003"));
            Assert.AreEqual(LineEditor.Line, Feed(editor, "help\r"));
            Assert.AreEqual("help", editor.TakeLine(out error));
        }

        [TestMethod]
        public void CtrlDEndsOnlyOnAnEmptyLine()
        {
            LineEditor editor = NewEditor();
            Assert.AreEqual(LineEditor.EndOfInput, editor.Feed(4));
            Assert.AreEqual(LineEditor.Nothing, Feed(editor, "x\u0004"));
        }

        [TestMethod]
        public void TheHistoryGoesBackAndForth()
        {
            LineEditor editor = NewEditor();
            Enter(editor, "one");
            Enter(editor, "two");
            Enter(editor, "two");
            Assert.AreEqual("one", Enter(editor, Up + Up));
            Assert.AreEqual("two", Enter(editor, Up + Up));
            Assert.AreEqual("two", Enter(editor, Up + Up + Up + Up + Up + Down));
            Assert.AreEqual("", Enter(editor, Up + Down));
            Assert.AreEqual("two!", Enter(editor, "\u0010!"));
        }

        [TestMethod]
        public void TheHistoryKeepsNoKeys()
        {
            LineEditor editor = NewEditor();
            Enter(editor, "help");
            Enter(editor, "ipsec addsa -f 00112233");
            Assert.AreEqual("help", Enter(editor, Up));
        }

        [TestMethod]
        [DataRow("IPSEC AddSA -f 00112233")]
        [DataRow("ipsec adsa -f 000102030405060708090a0b0c0d0e0f")]
        [DataRow("000102030405060708090A0B0C0D0E0F")]
        [DataRow("ike remote -n r -PSK geheim")]
        public void TheHistoryKeepsNoKeysHoweverTheLineWasMistyped(string line)
        {
            LineEditor editor = NewEditor();
            Enter(editor, "help");
            Enter(editor, line);
            Assert.AreEqual("help", Enter(editor, Up));
        }

        [TestMethod]
        public void TheHistoryForgetsTheOldest()
        {
            LineEditor editor = NewEditor();
            string up = "";
            for (int i = 0; i <= History.Depth; i++)
            {
                Enter(editor, "line " + i.ToString());
                up += Up;
            }
            Assert.AreEqual("line 1", Enter(editor, up + Up));
        }

        [TestMethod]
        public void AFullLineIsTaken()
        {
            LineEditor editor = NewEditor();
            string longest = new string('a', LineText.Max);
            Assert.AreEqual(longest, Enter(editor, longest));
        }

        [TestMethod]
        public void ALineThatIsTooLongIsRefusedAsAWhole()
        {
            LineEditor editor = NewEditor();
            string error;
            Feed(editor, new string('a', LineText.Max + 3) + "\r");
            Assert.IsNull(editor.TakeLine(out error));
            Assert.AreEqual("the line has 2051 characters; expected at most 2048; it was not executed", error);
            Assert.AreEqual("help", Enter(editor, "help"), "the next line");
        }

        [TestMethod]
        [DataRow(0, "column 3 holds NUL; expected printable ASCII; the line was not executed")]
        [DataRow(0xE9, "column 3 holds byte 0xE9; expected printable ASCII; the line was not executed")]
        public void ALineWithAByteThatIsNoTextIsRefused(int bad, string expected)
        {
            LineEditor editor = NewEditor();
            string error;
            Feed(editor, "ab");
            editor.Feed(bad);
            Feed(editor, "cd\r");
            Assert.IsNull(editor.TakeLine(out error));
            Assert.AreEqual(expected, error);
            Assert.AreEqual("help", Enter(editor, "help"), "the next line");
            Feed(editor, "ab");
            editor.Feed(bad);
            Feed(editor, "\r");
            Assert.IsNull(editor.TakeLine(out error), "at the end of the line");
            Assert.AreEqual(expected, error);
        }

        [TestMethod]
        public void EchoShowsWhatIsTypedAndRepairsTheTail()
        {
            LineEditor editor = NewEditor();
            Feed(editor, "ac" + Left);
            editor.TakeEcho();
            Feed(editor, "b");
            Assert.AreEqual("bc\b", editor.TakeEcho());
            editor.Feed(8);
            Assert.AreEqual("\bc \b\b", editor.TakeEcho());
        }

        [TestMethod]
        [DataRow("ip\t", "ipsec ")]
        [DataRow("ipsec p\t", "ipsec policy ")]
        [DataRow("ipsec policy -n x -m tr\t", "ipsec policy -n x -m transport ")]
        [DataRow("ipsec policy -e aes128-cb\t", "ipsec policy -e AES128-CBC ")]
        [DataRow("ipsec policy -e 3DES-CBC,aes2\t", "ipsec policy -e 3DES-CBC,AES256-")]
        [DataRow("policy -t BY\t", "policy -t BYPASS ")]
        [DataRow("help ipsec\t", "help ipsec")]
        [DataRow("xyz\t", "xyz")]
        public void TabCompletesFromTheTable(string keys, string expected)
        {
            Assert.AreEqual(expected, Enter(NewEditor(), keys));
        }

        [TestMethod]
        public void TabListsWhatIsPossible()
        {
            LineEditor editor = NewEditor();
            Feed(editor, "ipsec addsa -p ");
            editor.TakeEcho();
            editor.Feed(9);
            Assert.AreEqual("\r\nudp  tcp  icmp  icmp6  any\r\n-> ipsec addsa -p ", editor.TakeEcho());
        }

        private static LineEditor NewEditor()
        {
            return new LineEditor("-> ", new Completion(Table.NewParser(null)));
        }

        private static string Enter(LineEditor editor, string keys)
        {
            string error;
            Feed(editor, keys + "\r");
            return editor.TakeLine(out error);
        }

        private static int Feed(LineEditor editor, string keys)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(keys);
            int result = LineEditor.Nothing;
            for (int i = 0; i < bytes.Length; i++)
            {
                result = editor.Feed(bytes[i]);
            }
            return result;
        }
    }
}
