using nanoFramework.TestFramework;
using NfIpsec.Console.Grammar;

namespace NfIpsec.Tests.ConsoleRoom
{
    /// <summary>A line falls into words as written, or is refused with the reason.</summary>
    [TestClass]
    public class TokensTests
    {
        [TestMethod]
        [DataRow("", "")]
        [DataRow("   \t ", "")]
        [DataRow("# a comment", "")]
        [DataRow("help # a comment", "help")]
        [DataRow("a b\tc", "a|b|c")]
        [DataRow("-n x#1", "-n|x#1")]
        [DataRow("call \"my file\"", "call|my file")]
        [DataRow("-f asn1dn:\"C=US, O=x\"", "-f|asn1dn:C=US, O=x")]
        [DataRow("\"\"", "")]
        [DataRow("- h secret", "-h|secret")]
        [DataRow("a -", "a|-")]
        public void ALineFallsIntoWords(string line, string expected)
        {
            Tokens tokens = Tokens.Split(line);
            Assert.IsNull(tokens.Error);
            string text = "";
            for (int i = 0; i < tokens.Count; i++)
            {
                text += (i == 0 ? "" : "|") + tokens.Items[i];
            }
            Assert.AreEqual(expected, text);
        }

        // THREATS 40
        [TestMethod]
        [DataRow("call \"my file", "the quote at column 6 is not closed")]
        [DataRow("a\"", "the quote at column 2 is not closed")]
        public void AnOpenQuoteIsRefused(string line, string expected)
        {
            Assert.AreEqual(expected, Tokens.Split(line).Error);
        }

        // THREATS 40
        [TestMethod]
        public void TooManyWordsAreRefused()
        {
            string line = "";
            for (int i = 0; i < Tokens.Max; i++)
            {
                line += "x ";
            }
            Assert.IsNull(Tokens.Split(line).Error);
            Assert.AreEqual("more than 64 words in one line", Tokens.Split(line + "x").Error);
        }
    }
}
