using nanoFramework.TestFramework;
using NfIpsec.Base.Algorithm;

namespace NfIpsec.Tests.BaseRoom
{
    /// <summary>The table against the standards: RFC 2404, 2410, 2451, 3602, 4106, 4868; numbers by IANA (IKEv2 transform types 1, 3).</summary>
    [TestClass]
    public class AlgorithmsTests
    {
        [TestMethod]
        [DataRow("NULL_ENC", 11, 0, 0, 1, 0)]
        [DataRow("3DES-CBC", 3, 24, 8, 8, 0)]
        [DataRow("AES128-CBC", 12, 16, 16, 16, 0)]
        [DataRow("AES192-CBC", 12, 24, 16, 16, 0)]
        [DataRow("AES256-CBC", 12, 32, 16, 16, 0)]
        [DataRow("AES128-GCM16", 20, 16, 8, 1, 16)]
        [DataRow("AES192-GCM16", 20, 24, 8, 1, 16)]
        [DataRow("AES256-GCM16", 20, 32, 8, 1, 16)]
        public void CiphersHaveTheirSizes(string name, int number, int key, int iv, int block, int icv)
        {
            int row = Algorithms.Find(Algorithms.Encryption, name);
            Assert.AreEqual(name, Algorithms.Name(row));
            Assert.AreEqual(number, Algorithms.Ikev2Number(row));
            Assert.AreEqual(key, Algorithms.KeyBytes(row));
            Assert.AreEqual(iv, Algorithms.IvBytes(row));
            Assert.AreEqual(block, Algorithms.BlockBytes(row));
            Assert.AreEqual(icv, Algorithms.IcvBytes(row));
            Assert.AreEqual(icv > 0, Algorithms.IsAead(row));
            Assert.AreEqual(icv > 0 ? 4 : 0, Algorithms.SaltBytes(row));
            Assert.AreEqual(row, Algorithms.FindNumber(Algorithms.Encryption, number, key));
        }

        [TestMethod]
        [DataRow("HMAC-SHA-1", 2, 2, 20, 12)]
        [DataRow("HMAC-SHA-2-256", 12, 5, 32, 16)]
        [DataRow("HMAC-SHA-2-384", 13, 6, 48, 24)]
        [DataRow("HMAC-SHA-2-512", 14, 7, 64, 32)]
        public void MacsHaveTheirSizes(string name, int number, int number1, int key, int icv)
        {
            int row = Algorithms.Find(Algorithms.Integrity, name);
            Assert.AreEqual(name, Algorithms.Name(row));
            Assert.AreEqual(number, Algorithms.Ikev2Number(row));
            Assert.AreEqual(number1, Algorithms.Ikev1EspNumber(row));
            Assert.AreEqual(key, Algorithms.KeyBytes(row));
            Assert.AreEqual(icv, Algorithms.IcvBytes(row, false));
            Assert.AreEqual(12, Algorithms.IcvBytes(row, true));
        }

        [TestMethod]
        [DataRow(1, "3des", 7)]
        [DataRow(1, "3DES", 7)]
        [DataRow(1, "null", 0)]
        [DataRow(1, "aes128", 1)]
        [DataRow(1, "AES256-GCM", 6)]
        [DataRow(2, "SHA", 8)]
        [DataRow(2, "hmac-sha256", 9)]
        [DataRow(2, "SHA512", 11)]
        [DataRow(1, "SHA", -1)]
        [DataRow(2, "3DES", -1)]
        [DataRow(1, "AES", -1)]
        [DataRow(2, "HMAC-MD5", -1)]
        [DataRow(1, "", -1)]
        public void ShortSpellingsAreAliases(int kind, string name, int row)
        {
            Assert.AreEqual(row, Algorithms.Find(kind, name));
        }

        [TestMethod]
        public void NoNameIsNoRow()
        {
            Assert.AreEqual(-1, Algorithms.Find(Algorithms.Encryption, null));
        }

        [TestMethod]
        public void OnlyTripleDesAndModp768AreLegacyAndOnlyGcmCounts()
        {
            for (int row = 0; row < Algorithms.Count; row++)
            {
                string name = Algorithms.Name(row);
                Assert.AreEqual(name == "3DES-CBC" || name == "MODP768", Algorithms.IsLegacy(row), name);
                Assert.AreEqual(Algorithms.ShortName(row) == "AES-GCM", Algorithms.IsCounter(row), name);
            }
        }

        [TestMethod]
        public void AWrongKeyLengthIsNoRow()
        {
            Assert.AreEqual(-1, Algorithms.FindNumber(Algorithms.Encryption, 12, 20));
            Assert.IsTrue(Algorithms.HasNumber(Algorithms.Encryption, 12));
            Assert.IsFalse(Algorithms.HasNumber(Algorithms.Encryption, 28));
        }
    }
}
