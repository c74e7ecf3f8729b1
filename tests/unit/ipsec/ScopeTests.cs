using nanoFramework.TestFramework;
using NfIpsec.Base.Address;
using NfIpsec.Base.Ports;
using NfIpsec.Ipsec.Sa;

namespace NfIpsec.Tests.IpsecRoom
{
    [TestClass]
    public class ScopeTests
    {
        private const int Tcp = 6, Icmp = 1, Icmp6 = 58;

        private static void Put(Scope scope, int place, int protocol, int first, int last, string low, string high)
        {
            int at = place * Scope.WordCount;
            scope.Words[at + Scope.Protocol] = protocol;
            scope.Words[at + Scope.FirstPort] = first;
            scope.Words[at + Scope.LastPort] = last;
            IpAddress.Copy(IpAddress.Parse(low).Words, 0, scope.Words, at + Scope.Low);
            IpAddress.Copy(IpAddress.Parse(high).Words, 0, scope.Words, at + Scope.High);
        }

        // local: any protocol of 10.0.0.0/25, TCP port 80 of 10.0.0.200; remote: all of 10.0.1.0/24
        [TestMethod]
        [DataRow("10.0.0.127", "10.0.1.1", 17, 53, true)]
        [DataRow("10.0.0.128", "10.0.1.1", 17, 53, false)]
        [DataRow("10.0.0.200", "10.0.1.255", 6, 80, true)]
        [DataRow("10.0.0.200", "10.0.1.255", 6, 81, false)]
        [DataRow("10.0.0.200", "10.0.1.255", 17, 80, false)]
        [DataRow("10.0.0.200", "10.0.1.255", 6, -1, false)]
        [DataRow("10.0.0.1", "10.0.2.0", 6, 80, false)]
        [DataRow("10.0.0.1", "10.0.1.0", 6, -1, true)]
        public void BothEndsMustBeInOneOfTheirSelectors(string local, string remote, int protocol, int port, bool expected)
        {
            Scope scope = new Scope(2, 1);
            Put(scope, 0, 0, 0, 65535, "10.0.0.0", "10.0.0.127");
            Put(scope, 1, Tcp, 80, 80, "10.0.0.200", "10.0.0.200");
            Put(scope, 2, 0, 0, 65535, "10.0.1.0", "10.0.1.255");
            Assert.AreEqual(expected, scope.MatchesOutbound(Bench.Info(PacketInfo.Outbound, local, remote, protocol, port, 4000)));
            Assert.AreEqual(expected, scope.MatchesInbound(Bench.Info(PacketInfo.Inbound, remote, local, protocol, 4000, port)));
        }

        // type 8, codes 0 to 255; the same number on both sides, in both directions
        [TestMethod]
        [DataRow(8, 0, true)]
        [DataRow(8, 255, true)]
        [DataRow(9, 0, false)]
        [DataRow(0, 8, false)]
        [DataRow(-1, -1, false)]
        public void TypeAndCodeOfIcmpBelongToNoEnd(int type, int code, bool expected)
        {
            int[] protocols = { Icmp, Icmp6 };
            for (int i = 0; i < protocols.Length; i++)
            {
                string near = i == 0 ? "10.0.0.1" : "2001:db8::1";
                string far = i == 0 ? "10.0.0.2" : "2001:db8::2";
                Scope scope = new Scope(1, 1);
                Put(scope, 0, protocols[i], 0x800, 0x8ff, near, near);
                Put(scope, 1, protocols[i], 0x800, 0x8ff, far, far);
                Assert.AreEqual(expected, scope.MatchesOutbound(Bench.Info(PacketInfo.Outbound, near, far, protocols[i], type, code)));
                Assert.AreEqual(expected, scope.MatchesInbound(Bench.Info(PacketInfo.Inbound, far, near, protocols[i], type, code)));
            }
        }
    }
}
