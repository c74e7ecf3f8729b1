using nanoFramework.TestFramework;
using NfIpsec.Ike.Admin;

namespace NfIpsec.Tests.IkeRoom
{
    /// <summary>Identities (RFC 7296 3.5): what is read is written the same, and anything else is named in the error.</summary>
    [TestClass]
    public class IkeIdentityTests
    {
        [TestMethod]
        [DataRow("ipv4:10.0.0.77", 1, 4)]
        [DataRow("ipv6:fe80::240:f4ff:feed:8b77", 5, 16)]
        [DataRow("fqdn:board.example", 2, 13)]
        [DataRow("email:a@b.example", 3, 11)]
        [DataRow("keyid:k1", 11, 2)]
        public void TextComesBack(string text, int type, int length)
        {
            IkeIdentity id = IkeIdentity.Parse(text, out string error);
            Assert.IsNotNull(id, error);
            Assert.AreEqual(type, id.Type);
            Assert.AreEqual(length, id.Data.Length);
            Assert.AreEqual(text, id.ToString());
            Assert.IsTrue(id.Same(type, id.Data, 0, length));
            Assert.IsFalse(id.Same(type, id.Data, 0, length - 1));
            Assert.IsFalse(id.Same(type == 2 ? 3 : 2, id.Data, 0, length));
        }

        [TestMethod]
        [DataRow("")]
        [DataRow("10.0.0.77")]
        [DataRow("ipv4:")]
        [DataRow("ipv4:10.0.0")]
        [DataRow("ipv4:fe80::1")]
        [DataRow("ipv6:10.0.0.1")]
        [DataRow("dns:board")]
        public void OtherTextIsNamed(string text)
        {
            Assert.IsNull(IkeIdentity.Parse(text, out string error));
            Assert.IsTrue(error.IndexOf("'" + text + "'") >= 0, error);
        }
    }
}
