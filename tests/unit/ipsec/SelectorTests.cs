using nanoFramework.TestFramework;
using NfIpsec.Base.Ports;
using NfIpsec.Ipsec.Policy;

namespace NfIpsec.Tests.IpsecRoom
{
    [TestClass]
    public class SelectorTests
    {
        private static Selector Of(string source, string destination, int protocol, int domain)
        {
            return new Selector(Bench.Id(source, protocol), Bench.Id(destination, protocol), domain);
        }

        // name | selector: source, destination, protocol | packet: source, destination, protocol, ports | matches outbound
        [TestMethod]
        [DataRow("10.0.0.77", "10.0.0.78", 6, "10.0.0.77", "10.0.0.78", 6, 1, 2, true)]
        [DataRow("10.0.0.77", "10.0.0.78", 6, "10.0.0.78", "10.0.0.77", 6, 1, 2, false)]
        [DataRow("10.0.0.77", "10.0.0.78", 6, "10.0.0.77", "10.0.0.78", 17, 1, 2, false)]
        [DataRow("10.0.0.77", "10.0.0.78", 0, "10.0.0.77", "10.0.0.78", 17, 1, 2, true)]
        [DataRow("10.0.0.77", "10.0.0.78", 0, "10.0.0.77", "10.0.0.79", 17, 1, 2, false)]
        [DataRow("any", "any", 0, "255.255.255.255", "128.0.0.1", 17, 1, 2, true)]
        [DataRow("any", "any", 0, "2001:db8::1", "2001:db8::2", 17, 1, 2, false)]
        [DataRow("any6", "any6", 0, "10.0.0.1", "10.0.0.2", 17, 1, 2, false)]
        [DataRow("any6", "any6", 0, "ffff::1", "2001:db8::2", 17, 1, 2, true)]
        [DataRow("2001:db8::/32", "any6", 0, "2001:db8:ffff::1", "::1", 17, 1, 2, true)]
        [DataRow("2001:db8::/32", "any6", 0, "2001:db9::", "::1", 17, 1, 2, false)]
        [DataRow("127.0.0.0-200.0.0.0", "any", 0, "128.0.0.0", "10.0.0.2", 17, 1, 2, true)]
        [DataRow("127.0.0.0-200.0.0.0", "any", 0, "200.0.0.1", "10.0.0.2", 17, 1, 2, false)]
        [DataRow("any,500", "any", 17, "10.0.0.1", "10.0.0.2", 17, 500, 9, true)]
        [DataRow("any,500", "any", 17, "10.0.0.1", "10.0.0.2", 17, 9, 500, false)]
        [DataRow("any", "any,500", 17, "10.0.0.1", "10.0.0.2", 17, 9, 500, true)]
        [DataRow("any,500", "any", 17, "10.0.0.1", "10.0.0.2", 17, -1, -1, false)]
        [DataRow("any", "any", 17, "10.0.0.1", "10.0.0.2", 17, -1, -1, true)]
        [DataRow("any,8", "any", 1, "10.0.0.1", "10.0.0.2", 1, 8, 0, true)]
        [DataRow("any,8", "any", 1, "10.0.0.1", "10.0.0.2", 1, 3, 8, false)]
        [DataRow("any,0", "any", 1, "10.0.0.1", "10.0.0.2", 1, 0, 0, true)]
        [DataRow("any,0", "any", 1, "10.0.0.1", "10.0.0.2", 1, 8, 0, false)]
        [DataRow("any,3", "any,0", 1, "10.0.0.1", "10.0.0.2", 1, 3, 0, true)]
        [DataRow("any,3", "any,0", 1, "10.0.0.1", "10.0.0.2", 1, 3, 1, false)]
        [DataRow("any,3", "any", 1, "10.0.0.1", "10.0.0.2", 1, 3, 1, true)]
        [DataRow("any", "any", 1, "10.0.0.1", "10.0.0.2", 1, 0, 0, true)]
        [DataRow("any,0", "any", 1, "10.0.0.1", "10.0.0.2", 1, -1, -1, false)]
        [DataRow("any6,0", "any6", 58, "2001:db8::1", "2001:db8::2", 58, 0, 4, true)]
        public void APacketMatchesWhatItsSelectorSays(string source, string destination, int protocol, string from, string to, int upper, int sourcePort, int destinationPort, bool expected)
        {
            int[] info = Bench.Info(PacketInfo.Outbound, from, to, upper, sourcePort, destinationPort);
            Assert.AreEqual(expected, Of(source, destination, protocol, 0).MatchesOutbound(info));
        }

        [TestMethod]
        public void InboundTheEndsAreExchanged()
        {
            Selector selector = Of("10.0.0.77,500", "10.0.0.78,501", 17, 0);
            Assert.IsTrue(selector.MatchesInbound(Bench.Info(PacketInfo.Inbound, "10.0.0.78", "10.0.0.77", 17, 501, 500)));
            Assert.IsFalse(selector.MatchesInbound(Bench.Info(PacketInfo.Inbound, "10.0.0.78", "10.0.0.77", 17, 500, 501)));
            Assert.IsFalse(selector.MatchesInbound(Bench.Info(PacketInfo.Inbound, "10.0.0.77", "10.0.0.78", 17, 501, 500)));
        }

        [TestMethod]
        public void TypeAndCodeOfIcmpAreNeverExchanged()
        {
            Selector selector = Of("any,3", "any,4", 1, 0);
            Assert.IsTrue(selector.MatchesInbound(Bench.Info(PacketInfo.Inbound, "10.0.0.78", "10.0.0.77", 1, 3, 4)));
            Assert.IsTrue(selector.MatchesOutbound(Bench.Info(PacketInfo.Outbound, "10.0.0.77", "10.0.0.78", 1, 3, 4)));
            Assert.IsFalse(selector.MatchesInbound(Bench.Info(PacketInfo.Inbound, "10.0.0.78", "10.0.0.77", 1, 4, 3)));
        }

        [TestMethod]
        public void ADomainOtherThanZeroMustBeThePackets()
        {
            int[] info = Bench.Info(PacketInfo.Outbound, "10.0.0.77", "10.0.0.78", 6, 1, 2);
            Assert.IsTrue(Of("any", "any", 0, 1).MatchesOutbound(info));
            Assert.IsFalse(Of("any", "any", 0, 2).MatchesOutbound(info));
        }

        [TestMethod]
        [DataRow("10.0.0.0/24", "any", 0, "10.0.0.7", "10.0.0.1", 6, true)]
        [DataRow("10.0.0.0/24", "any", 17, "10.0.0.7", "10.0.0.1", 6, false)]
        [DataRow("10.0.0.0/24", "any", 0, "10.0.1.7", "10.0.0.1", 6, false)]
        [DataRow("any", "any", 0, "any6", "any6", 0, false)]
        [DataRow("any,80", "any", 6, "any,81", "any", 6, false)]
        [DataRow("any,80", "any", 6, "any", "any,81", 6, true)]
        public void SelectorsOverlapWhenAPacketCouldMatchBoth(string source, string destination, int protocol, string source2, string destination2, int protocol2, bool expected)
        {
            Selector a = Of(source, destination, protocol, 0);
            Selector b = Of(source2, destination2, protocol2, 0);
            Assert.AreEqual(expected, a.Overlaps(b));
            Assert.AreEqual(expected, b.Overlaps(a));
        }
    }
}
