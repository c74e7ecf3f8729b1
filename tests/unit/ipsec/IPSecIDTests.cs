using nanoFramework.TestFramework;
using NfIpsec.Base;
using NfIpsec.Base.Address;
using NfIpsec.Ipsec.Management;

namespace NfIpsec.Tests.IpsecRoom
{
    /// <summary>Every textual form of an identity, and what each wrong one is called.</summary>
    [TestClass]
    public class IPSecIDTests
    {
        [TestMethod]
        [DataRow("192.168.10.1", "192.168.10.1", "192.168.10.1", 0)]
        [DataRow("192.168.10.0/255.255.255.0", "192.168.10.0", "192.168.10.255", 0)]
        [DataRow("192.168.10.0/24", "192.168.10.0", "192.168.10.255", 0)]
        [DataRow("192.168.10.40-192.168.10.60", "192.168.10.40", "192.168.10.60", 0)]
        [DataRow("192.168.10.1,1500", "192.168.10.1", "192.168.10.1", 1500)]
        [DataRow("192.168.10.0,1500/255.255.255.0", "192.168.10.0", "192.168.10.255", 1500)]
        [DataRow("192.168.10.0/24,1500", "192.168.10.0", "192.168.10.255", 1500)]
        [DataRow("192.168.10.0/255.255.255.0,1500", "192.168.10.0", "192.168.10.255", 1500)]
        [DataRow("192.168.10.40-192.168.10.60,1500", "192.168.10.40", "192.168.10.60", 1500)]
        [DataRow("192.168.10.7/24", "192.168.10.0", "192.168.10.255", 0)]
        [DataRow("0.0.0.0/0", "0.0.0.0", "255.255.255.255", 0)]
        [DataRow("10.0.0.1/32", "10.0.0.1", "10.0.0.1", 0)]
        [DataRow("10.0.0.1,0", "10.0.0.1", "10.0.0.1", 0)]
        [DataRow("10.0.0.1,65535", "10.0.0.1", "10.0.0.1", 65535)]
        [DataRow("3ffe:501:ffff::211:11ff:febe:7f61", "3ffe:501:ffff:0:211:11ff:febe:7f61", "3ffe:501:ffff:0:211:11ff:febe:7f61", 0)]
        [DataRow("3ffe:501:ffff:2::/64", "3ffe:501:ffff:2::", "3ffe:501:ffff:2:ffff:ffff:ffff:ffff", 0)]
        [DataRow("3ffe:501:ffff:2::/64,500", "3ffe:501:ffff:2::", "3ffe:501:ffff:2:ffff:ffff:ffff:ffff", 500)]
        [DataRow("fe80::1-fe80::ff", "fe80::1", "fe80::ff", 0)]
        [DataRow("::1,80", "::1", "::1", 80)]
        [DataRow("any", "0.0.0.0", "255.255.255.255", 0)]
        [DataRow("any6", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 0)]
        [DataRow("any,500", "0.0.0.0", "255.255.255.255", 500)]
        [DataRow("any6,500", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 500)]
        public void AFormOfTheReferenceIsRead(string text, string low, string high, int port)
        {
            IPSecID id = Bench.Id(text, 17);
            Assert.AreEqual(low, IpAddress.Format(id.Low, 0));
            Assert.AreEqual(high, IpAddress.Format(id.High, 0));
            Assert.AreEqual(port, id.Port);
            Assert.AreEqual(low.IndexOf(':') < 0 ? 4 : 6, id.Version);
            Assert.AreEqual(17, id.Protocol);
            Assert.IsTrue(id.Same(Bench.Id(id.ToString(), 17)), "read back: " + id.ToString());
        }

        [TestMethod]
        [DataRow("10.0.0.78,500", "10.0.0.78:500")]
        [DataRow("10.0.0.0/24,500", "10.0.0.0/24:500")]
        [DataRow("any", "any")]
        [DataRow("any6,80", "any6:80")]
        [DataRow("2001:db8::1,80", "[2001:db8::1]:80")]
        [DataRow("10.0.0.0-10.0.0.255", "10.0.0.0/24")]
        [DataRow("10.0.0.1-10.0.0.255", "10.0.0.1-10.0.0.255")]
        public void NetstatShowsIt(string text, string shown)
        {
            Assert.AreEqual(shown, Bench.Id(text, 17).ToShown());
        }

        [TestMethod]
        [DataRow("", Status.XE_BAD_ID_TYPE)]
        [DataRow("host.example", Status.XE_BAD_ID_TYPE)]
        [DataRow("any7", Status.XE_BAD_ID_TYPE)]
        [DataRow("10.0.0.1 ", Status.XE_BAD_ID_TYPE)]
        [DataRow("10.0.0.1x", Status.XE_BAD_ID_TYPE)]
        [DataRow("any/8", Status.XE_BAD_ID_TYPE)]
        [DataRow("10.0.0.1/24/8", Status.XE_BAD_ID_TYPE)]
        [DataRow("300.0.0.1", Status.XE_BAD_ADDR_RANGE)]
        [DataRow("10.0.0", Status.XE_BAD_ADDR_RANGE)]
        [DataRow("10.0.0.1/33", Status.XE_BAD_ADDR_RANGE)]
        [DataRow("10.0.0.1/", Status.XE_BAD_ADDR_RANGE)]
        [DataRow("10.0.0.0/255.0.255.0", Status.XE_BAD_ADDR_RANGE)]
        [DataRow("10.0.0.9-10.0.0.8", Status.XE_BAD_ADDR_RANGE)]
        [DataRow("10.0.0.9-::1", Status.XE_BAD_ADDR_RANGE)]
        [DataRow("10.0.0.9-", Status.XE_BAD_ADDR_RANGE)]
        [DataRow("::1/129", Status.XE_BAD_ADDR_RANGE)]
        [DataRow("1::2::3", Status.XE_BAD_ADDR_RANGE)]
        [DataRow("10.0.0.1,65536", Status.XE_BAD_PORT_NUMBER)]
        [DataRow("10.0.0.1,", Status.XE_BAD_PORT_NUMBER)]
        [DataRow("10.0.0.1,http", Status.XE_BAD_PORT_NUMBER)]
        [DataRow("10.0.0.1,-1", Status.XE_BAD_PORT_NUMBER)]
        [DataRow("10.0.0.0,80/24,80", Status.XE_BAD_PORT_NUMBER)]
        [DataRow("any,99999999999", Status.XE_BAD_PORT_NUMBER)]
        public void AWrongOneIsNamed(string text, int expected)
        {
            Assert.IsNull(IPSecID.Parse(text, 17, out int status, out string error));
            Assert.AreEqual(expected, status, error);
            Assert.Contains("'" + text + "'", error);
        }

        [TestMethod]
        public void NoTextIsNoIdentity()
        {
            Assert.IsNull(IPSecID.Parse(null, 17, out int status, out string error));
            Assert.AreEqual(Status.XE_BAD_ID_TYPE, status, error);
        }

        [TestMethod]
        public void OnlyProtocolsWithPortsTakeOne()
        {
            Assert.IsNull(IPSecID.Parse("10.0.0.1,80", 50, out int status, out string error));
            Assert.AreEqual(Status.XE_BAD_PORT_NUMBER, status);
            Assert.IsNull(IPSecID.Parse("10.0.0.1,256", 1, out status, out error));
            Assert.AreEqual(Status.XE_BAD_PORT_NUMBER, status);
        }

        // RFC 4301 4.4.1.1: type and code are the source's and the destination's port; 0 is one of them.
        [TestMethod]
        [DataRow("10.0.0.1,8", 1, 8)]
        [DataRow("10.0.0.1,0", 1, 0)]
        [DataRow("any,255", 1, 255)]
        [DataRow("any6,0", 58, 0)]
        [DataRow("10.0.0.0/24,3", 1, 3)]
        public void AnIcmpTypeOrCodeIsToldFromAny(string text, int protocol, int value)
        {
            IPSecID id = Bench.Id(text, protocol);
            Assert.AreEqual(256 + value, id.Port);
            Assert.AreEqual(text, id.ToString());
            Assert.IsTrue(id.ToShown().EndsWith(":" + value.ToString()), id.ToShown());
            Assert.IsFalse(id.Same(Bench.Id(text.Substring(0, text.IndexOf(',')), protocol)));
        }
    }
}
