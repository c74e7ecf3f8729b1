using nanoFramework.TestFramework;
using NfIpsec.Base.Bytes;

namespace NfIpsec.Tests.BaseRoom
{
    [TestClass]
    public class BytesTests
    {
        [TestMethod]
        public void NumbersAreInNetworkOrder()
        {
            byte[] bytes = new byte[16];
            BigEndian.Write16(bytes, 1, 0x89ab);
            BigEndian.Write32(bytes, 3, unchecked((int)0x89abcdef));
            BigEndian.Write64(bytes, 7, unchecked((long)0xfedcba9876543210UL));
            Assert.AreEqual("0089ab89abcdeffedcba987654321000", Hex.Format(bytes, 0, 16));
            Assert.AreEqual(0x89ab, BigEndian.Read16(bytes, 1));
            Assert.AreEqual(unchecked((int)0x89abcdef), BigEndian.Read32(bytes, 3));
            Assert.AreEqual(unchecked((long)0xfedcba9876543210UL), BigEndian.Read64(bytes, 7));
        }

        [TestMethod]
        [DataRow("00ff10", "00ff10")]
        [DataRow("0x00FF10", "00ff10")]
        [DataRow("0XaB", "ab")]
        public void HexIsReadInEitherCase(string text, string expected)
        {
            byte[] bytes = Hex.Parse(text);
            Assert.IsNotNull(bytes);
            Assert.AreEqual(expected, Hex.Format(bytes, 0, bytes.Length));
        }

        [TestMethod]
        [DataRow("")]
        [DataRow("0x")]
        [DataRow("123")]
        [DataRow("1g")]
        [DataRow("12 3")]
        public void WhatIsNoHexIsRefused(string text)
        {
            Assert.IsNull(Hex.Parse(text));
        }

        [TestMethod]
        [DataRow("100", 256, true)]
        [DataRow("0xffffffff", -1, true)]
        [DataRow("b96e76e3", -1183942941, true)]
        [DataRow("1ffffffff", 0, false)]
        [DataRow("", 0, false)]
        [DataRow("0x", 0, false)]
        [DataRow("12x", 0, false)]
        public void AnSpiIsUpToEightDigits(string text, int value, bool good)
        {
            Assert.AreEqual(good, Hex.TryParse32(text, out int actual));
            if (good)
            {
                Assert.AreEqual(value, actual);
            }
        }

        [TestMethod]
        public void AScannerNeverReadsPastItsText()
        {
            TextScanner scanner = new TextScanner("12,fffff");
            Assert.AreEqual(12, scanner.TakeNumber());
            Assert.AreEqual(-1, scanner.TakeNumber());
            Assert.IsTrue(scanner.Take(','));
            Assert.AreEqual(-1, scanner.TakeHex16(), "five digits are no group");
            Assert.AreEqual("fffff", scanner.Rest);
            scanner.At = 100;
            Assert.IsTrue(scanner.AtEnd);
            Assert.IsFalse(scanner.Take('f'));
            Assert.AreEqual(-1, new TextScanner("1234567890").TakeNumber(), "ten digits may not fit");
            Assert.AreEqual(-1, new TextScanner(null).TakeNumber());
        }
    }
}
