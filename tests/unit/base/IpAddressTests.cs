using nanoFramework.TestFramework;
using NfIpsec.Base.Address;

namespace NfIpsec.Tests.BaseRoom
{
    /// <summary>Addresses as text (RFC 4291 2.2 in, RFC 5952 out) and as numbers.</summary>
    [TestClass]
    public class IpAddressTests
    {
        [TestMethod]
        [DataRow("10.0.0.78", "10.0.0.78")]
        [DataRow("255.255.255.255", "255.255.255.255")]
        [DataRow("0.0.0.0", "0.0.0.0")]
        [DataRow("::", "::")]
        [DataRow("::1", "::1")]
        [DataRow("1::", "1::")]
        [DataRow("3ffe:501:ffff::211:11ff:febe:7f61", "3ffe:501:ffff:0:211:11ff:febe:7f61")]
        [DataRow("fe80::211:11ff:febe:7f61", "fe80::211:11ff:febe:7f61")]
        [DataRow("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1")]
        [DataRow("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1")]
        [DataRow("2001:0:0:1:0:0:0:1", "2001:0:0:1::1")]
        [DataRow("0:0:0:0:0:0:0:0", "::")]
        [DataRow("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0")]
        [DataRow("::ffff:10.0.0.1", "10.0.0.1")]
        [DataRow("64:ff9b::192.0.2.33", "64:ff9b::c000:221")]
        public void AnAddressIsReadAndWrittenInItsCanonicalForm(string text, string canonical)
        {
            IpAddress address = IpAddress.Parse(text);
            Assert.IsNotNull(address);
            Assert.AreEqual(canonical, address.ToString());
        }

        [TestMethod]
        [DataRow("")]
        [DataRow("any")]
        [DataRow("10.0.0")]
        [DataRow("10.0.0.256")]
        [DataRow("10.0.0.1.2")]
        [DataRow("10.0.0.-1")]
        [DataRow("10.0.0.1 ")]
        [DataRow("4294967296.0.0.1")]
        [DataRow("1:2:3:4:5:6:7")]
        [DataRow("1:2:3:4:5:6:7:8:9")]
        [DataRow("1:2:3:4:5:6:7:8::")]
        [DataRow("1::2::3")]
        [DataRow(":1::2")]
        [DataRow("1:::2")]
        [DataRow("12345::")]
        [DataRow("1:2:3:4:5:6:7:1.2.3.4")]
        [DataRow("::1.2.3")]
        [DataRow("1:")]
        [DataRow("fe80::1%1")]
        public void WhatIsNoAddressIsRefused(string text)
        {
            Assert.IsNull(IpAddress.Parse(text));
        }

        [TestMethod]
        public void OrderIsThatOfUnsignedNumbers()
        {
            string[] ascending = { "::", "0.0.0.0", "10.0.0.1", "127.255.255.255", "128.0.0.0", "255.255.255.255", "1::", "7fff::", "8000::", "ffff::" };
            for (int i = 0; i < ascending.Length; i++)
            {
                for (int k = 0; k < ascending.Length; k++)
                {
                    int expected = i < k ? -1 : i > k ? 1 : 0;
                    int actual = IpAddress.Compare(IpAddress.Parse(ascending[i]).Words, 0, IpAddress.Parse(ascending[k]).Words, 0);
                    Assert.AreEqual(expected, actual, ascending[i] + " and " + ascending[k]);
                }
            }
        }

        [TestMethod]
        [DataRow("10.1.2.3", 104, "10.0.0.0", "10.255.255.255")]
        [DataRow("10.1.2.3", 128, "10.1.2.3", "10.1.2.3")]
        [DataRow("10.1.2.3", 96, "0.0.0.0", "255.255.255.255")]
        [DataRow("10.1.2.3", 127, "10.1.2.2", "10.1.2.3")]
        [DataRow("2001:db8:1:2:3::", 64, "2001:db8:1:2::", "2001:db8:1:2:ffff:ffff:ffff:ffff")]
        [DataRow("2001:db8:1:2:3::", 33, "2001:db8::", "2001:db8:7fff:ffff:ffff:ffff:ffff:ffff")]
        [DataRow("2001:db8::", 0, "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
        public void APrefixSpansItsAddresses(string text, int bits, string first, string last)
        {
            IpAddress low = IpAddress.Parse(text);
            IpAddress high = new IpAddress();
            IpAddress.PrefixRange(low.Words, 0, high.Words, 0, bits);
            Assert.AreEqual(first, low.ToString());
            Assert.AreEqual(last, high.ToString());
            Assert.AreEqual(bits, IpAddress.CommonBits(low.Words, 0, high.Words, 0));
        }

        [TestMethod]
        public void OnlyLeadingOnesAreAMask()
        {
            Assert.AreEqual(0, IpAddress.MaskBits(0));
            Assert.AreEqual(24, IpAddress.MaskBits(-256));
            Assert.AreEqual(32, IpAddress.MaskBits(-1));
            Assert.AreEqual(-1, IpAddress.MaskBits(255));
            Assert.AreEqual(-1, IpAddress.MaskBits(unchecked((int)0xff00ff00)));
        }
    }
}
