using nanoFramework.TestFramework;
using NfIpsec.Base.Algorithm;
using NfIpsec.Base.Crypto;

namespace NfIpsec.Tests.BaseRoom
{
    /// <summary>The table against the standards: RFC 2403 to 2405, 2410, 2451, 3566, 3602, 3686, 4106, 4309, 4494, 4543, 4868, 7634; numbers
    /// by IANA (IKEv2 transform types 1 to 4).</summary>
    [TestClass]
    public class AlgorithmsTests
    {
        [TestMethod]
        [DataRow("NULL_ENC", 11, 0, 0, 0, 1, 0, 0)]
        [DataRow("3DES-CBC", 3, 24, 0, 8, 8, 0, 0)]
        [DataRow("DES-CBC", 2, 8, 0, 8, 8, 0, 0)]
        [DataRow("AES128-CBC", 12, 16, 0, 16, 16, 0, 128)]
        [DataRow("AES192-CBC", 12, 24, 0, 16, 16, 0, 192)]
        [DataRow("AES256-CBC", 12, 32, 0, 16, 16, 0, 256)]
        [DataRow("AES128-CTR", 13, 16, 4, 8, 1, 0, 128)]
        [DataRow("AES192-CTR", 13, 24, 4, 8, 1, 0, 192)]
        [DataRow("AES256-CTR", 13, 32, 4, 8, 1, 0, 256)]
        [DataRow("AES128-GCM8", 18, 16, 4, 8, 1, 8, 128)]
        [DataRow("AES192-GCM12", 19, 24, 4, 8, 1, 12, 192)]
        [DataRow("AES128-GCM16", 20, 16, 4, 8, 1, 16, 128)]
        [DataRow("AES192-GCM16", 20, 24, 4, 8, 1, 16, 192)]
        [DataRow("AES256-GCM16", 20, 32, 4, 8, 1, 16, 256)]
        [DataRow("AES128-CCM8", 14, 16, 3, 8, 1, 8, 128)]
        [DataRow("AES192-CCM12", 15, 24, 3, 8, 1, 12, 192)]
        [DataRow("AES256-CCM16", 16, 32, 3, 8, 1, 16, 256)]
        [DataRow("CHACHA20-POLY1305", 28, 32, 4, 8, 1, 16, 0)]
        [DataRow("AES128-GMAC", 21, 16, 4, 8, 1, 16, 128)]
        [DataRow("AES256-GMAC", 21, 32, 4, 8, 1, 16, 256)]
        public void CiphersHaveTheirSizes(string name, int number, int key, int salt, int iv, int block, int icv, int proposed)
        {
            int row = Algorithms.Find(Algorithms.Encryption, name);
            Assert.AreEqual(name, Algorithms.Name(row));
            Assert.AreEqual(number, Algorithms.Ikev2Number(row));
            Assert.AreEqual(key, Algorithms.KeyBytes(row));
            Assert.AreEqual(salt, Algorithms.SaltBytes(row));
            Assert.AreEqual(iv, Algorithms.IvBytes(row));
            Assert.AreEqual(block, Algorithms.BlockBytes(row));
            Assert.AreEqual(icv, Algorithms.IcvBytes(row));
            Assert.AreEqual(icv, Algorithms.IcvBytes(row, true));
            Assert.AreEqual(proposed, Algorithms.ProposedKeyBits(row));
            Assert.AreEqual(icv > 0, Algorithms.IsAead(row));
            Assert.AreEqual(salt > 0, Algorithms.IsCounter(row));
            Assert.AreEqual(row, Algorithms.FindNumber(Algorithms.Encryption, number, key));
        }

        [TestMethod]
        [DataRow("HMAC-MD5", 1, 1, 16, 12, 12)]
        [DataRow("HMAC-SHA-1", 2, 2, 20, 12, 12)]
        [DataRow("HMAC-SHA-2-256", 12, 5, 32, 16, 12)]
        [DataRow("HMAC-SHA-2-384", 13, 6, 48, 24, 12)]
        [DataRow("HMAC-SHA-2-512", 14, 7, 64, 32, 12)]
        [DataRow("AES-XCBC", 5, 9, 16, 12, 12)]
        [DataRow("AES-CMAC", 8, 0, 16, 12, 12)]
        [DataRow("AES128-GMAC", 9, 11, 16, 16, 16)]
        [DataRow("AES192-GMAC", 10, 12, 24, 16, 16)]
        [DataRow("AES256-GMAC", 11, 13, 32, 16, 16)]
        public void MacsHaveTheirSizes(string name, int number, int number1, int key, int icv, int shortIcv)
        {
            int row = Algorithms.Find(Algorithms.Integrity, name);
            bool gmac = name.EndsWith("GMAC");
            Assert.AreEqual(name, Algorithms.Name(row));
            Assert.AreEqual(number, Algorithms.Ikev2Number(row));
            Assert.AreEqual(number1, Algorithms.Ikev1EspNumber(row));
            Assert.AreEqual(key, Algorithms.KeyBytes(row));
            Assert.AreEqual(icv, Algorithms.IcvBytes(row, false));
            Assert.AreEqual(shortIcv, Algorithms.IcvBytes(row, true));
            Assert.AreEqual(0, Algorithms.ProposedKeyBits(row));
            Assert.AreEqual(gmac, Algorithms.IsCounter(row));
            Assert.AreEqual(gmac, Algorithms.Has(row, Algorithms.AhOnly));
            Assert.AreEqual(gmac ? 4 : 0, Algorithms.SaltBytes(row));
            Assert.AreEqual(gmac ? 8 : 0, Algorithms.IvBytes(row));
        }

        [TestMethod]
        [DataRow("HMAC-MD5", 1, 16, true, false)]
        [DataRow("HMAC-SHA-1", 2, 20, false, false)]
        [DataRow("HMAC-SHA-2-256", 5, 32, false, false)]
        [DataRow("HMAC-SHA-2-384", 6, 48, false, false)]
        [DataRow("HMAC-SHA-2-512", 7, 64, false, false)]
        [DataRow("AES-XCBC", 4, 16, false, true)]
        [DataRow("AES-CMAC", 8, 16, false, true)]
        public void PrfsHaveTheirSizes(string name, int number, int output, bool legacy, bool shortNonces)
        {
            int row = Algorithms.Find(Algorithms.Prf, name);
            Assert.AreEqual(name, Algorithms.Name(row));
            Assert.AreEqual(number, Algorithms.Ikev2Number(row));
            Assert.AreEqual(output, Algorithms.KeyBytes(row));
            Assert.AreEqual(legacy, Algorithms.IsLegacy(row));
            Assert.AreEqual(shortNonces, Algorithms.Has(row, Algorithms.ShortNonces));
        }

        [TestMethod]
        [DataRow("MODP768", 1, true)]
        [DataRow("MODP1024", 2, true)]
        [DataRow("MODP1536", 5, true)]
        [DataRow("MODP2048", 14, false)]
        [DataRow("MODP3072", 15, false)]
        [DataRow("MODP4096", 16, false)]
        [DataRow("MODP6144", 17, false)]
        [DataRow("MODP8192", 18, false)]
        [DataRow("ECP256", 19, false)]
        [DataRow("ECP384", 20, false)]
        [DataRow("ECP521", 21, false)]
        [DataRow("CURVE25519", 31, false)]
        public void GroupsHaveTheirNumbers(string name, int number, bool legacy)
        {
            int row = Algorithms.Find(Algorithms.Group, name);
            Assert.AreEqual(name, Algorithms.Name(row));
            Assert.AreEqual(number, Algorithms.Ikev2Number(row));
            Assert.AreEqual(number, Algorithms.NativeId(row));
            Assert.AreEqual(legacy, Algorithms.IsLegacy(row));
        }

        [TestMethod]
        [DataRow(1, "3des", "3DES-CBC")]
        [DataRow(1, "DES", "DES-CBC")]
        [DataRow(1, "null", "NULL_ENC")]
        [DataRow(1, "aes128", "AES128-CBC")]
        [DataRow(1, "AES256-GCM", "AES256-GCM16")]
        [DataRow(1, "AES128-CCM", "AES128-CCM16")]
        [DataRow(1, "chacha20", "CHACHA20-POLY1305")]
        [DataRow(2, "SHA", "HMAC-SHA-1")]
        [DataRow(2, "MD5", "HMAC-MD5")]
        [DataRow(3, "MD5", "HMAC-MD5")]
        [DataRow(2, "hmac-sha256", "HMAC-SHA-2-256")]
        [DataRow(3, "SHA512", "HMAC-SHA-2-512")]
        [DataRow(4, "x25519", "CURVE25519")]
        [DataRow(1, "SHA", "")]
        [DataRow(2, "3DES", "")]
        [DataRow(1, "AES", "")]
        [DataRow(3, "AES128-GMAC", "")]
        [DataRow(1, "", "")]
        public void ShortSpellingsAreAliases(int kind, string name, string canonical)
        {
            int row = Algorithms.Find(kind, name);
            Assert.AreEqual(canonical.Length == 0, row < 0);
            if (canonical.Length > 0)
            {
                Assert.AreEqual(canonical, Algorithms.Name(row));
                Assert.AreEqual(kind, Algorithms.Kind(row));
            }
        }

        [TestMethod]
        public void ConstantsNameTheirRows()
        {
            Assert.AreEqual("NULL_ENC", Algorithms.Name(Algorithms.Null));
            Assert.AreEqual("AES256-CBC", Algorithms.Name(Algorithms.Aes256Cbc));
            Assert.AreEqual("AES256-CCM16", Algorithms.Name(Algorithms.Aes256Ccm16));
            Assert.AreEqual("CHACHA20-POLY1305", Algorithms.Name(Algorithms.ChaCha20Poly1305));
            Assert.AreEqual("DES-CBC", Algorithms.Name(Algorithms.DesCbc));
            Assert.AreEqual("HMAC-SHA-2-512", Algorithms.Name(Algorithms.HmacSha512));
            Assert.AreEqual("AES256-GMAC", Algorithms.Name(Algorithms.AhAes256Gmac));
            Assert.AreEqual("AES-CMAC", Algorithms.Name(Algorithms.PrfAesCmac));
            Assert.AreEqual("CURVE25519", Algorithms.Name(Algorithms.Curve25519));
            Assert.AreEqual(Algorithms.Count - 1, Algorithms.Curve25519);
        }

        // A name, and a number with its key, lead back to the row they came from; the native side has them all.
        [TestMethod]
        public void EveryRowIsFoundByNameAndNumberAndIsAvailable()
        {
            for (int row = 0; row < Algorithms.Count; row++)
            {
                string name = Algorithms.Name(row);
                Assert.AreEqual(row, Algorithms.Find(Algorithms.Kind(row), name), name);
                Assert.AreEqual(row, Algorithms.FindNumber(Algorithms.Kind(row), Algorithms.Ikev2Number(row), Algorithms.KeyBytes(row)), name);
                Assert.IsTrue(Availability.Has(row), name);
            }
        }

        [TestMethod]
        public void NoNameIsNoRow()
        {
            Assert.AreEqual(-1, Algorithms.Find(Algorithms.Encryption, null));
        }

        // RFC 8221, RFC 8247, and the groups they would not offer.
        [TestMethod]
        public void OnlyWhatTheRfcsForbidIsLegacy()
        {
            string legacy = "";
            for (int row = 0; row < Algorithms.Count; row++)
            {
                legacy += Algorithms.IsLegacy(row) ? Algorithms.Name(row) + " " : "";
            }
            Assert.AreEqual("3DES-CBC DES-CBC HMAC-MD5 HMAC-MD5 MODP768 MODP1024 MODP1536 ", legacy);
        }

        [TestMethod]
        public void AWrongKeyLengthIsNoRow()
        {
            Assert.AreEqual(-1, Algorithms.FindNumber(Algorithms.Encryption, 12, 20));
            Assert.IsTrue(Algorithms.HasNumber(Algorithms.Encryption, 12));
            Assert.IsFalse(Algorithms.HasNumber(Algorithms.Encryption, 27));
        }
    }
}
