using nanoFramework.TestFramework;
using NfIpsec.Base.Address;
using NfIpsec.Base.Bytes;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Tests.IkeRoom
{
    [TestClass]
    public class TrafficSelectorsTests
    {
        private static int Read(TrafficSelectors selectors, string hex)
        {
            byte[] body = hex.Length == 0 ? new byte[0] : Hex.Parse(hex);
            return selectors.Read(body, 0, body.Length);
        }

        // THREATS 19
        [TestMethod]
        [DataRow("01000000070600100000ffff0a0000000a0000ff", WireStatus.Ok)]
        [DataRow("01000000070600100000ffff0a0000010a000001", WireStatus.Ok)]
        // count: none, fewer, more
        [DataRow("00000000", WireStatus.BadPayload)]
        [DataRow("00000000070600100000ffff0a0000000a0000ff", WireStatus.BadPayload)]
        [DataRow("02000000070600100000ffff0a0000000a0000ff", WireStatus.BadPayload)]
        [DataRow("ff000000070600100000ffff0a0000000a0000ff", WireStatus.BadPayload)]
        [DataRow("", WireStatus.BadPayload)]
        [DataRow("01000000070600100000ffff0a0000000a0000ff00", WireStatus.BadPayload)]
        // selector lengths
        [DataRow("01000000070600000000ffff0a0000000a0000ff", WireStatus.BadPayload)]
        [DataRow("010000000706000f0000ffff0a0000000a0000ff", WireStatus.BadPayload)]
        [DataRow("01000000070600110000ffff0a0000000a0000ff", WireStatus.BadPayload)]
        [DataRow("010000000706ffff0000ffff0a0000000a0000ff", WireStatus.BadPayload)]
        [DataRow("01000000070600280000ffff0a0000000a0000ff", WireStatus.BadPayload)]
        [DataRow("01000000080600100000ffff0a0000000a0000ff", WireStatus.BadPayload)]
        [DataRow("010000000706001100" + "00ffff0a0000000a0000ff00", WireStatus.BadPayload)]
        // first address behind the last; ports the wrong way round, but for OPAQUE
        [DataRow("01000000070600100000ffff0a0001000a0000ff", WireStatus.BadPayload)]
        [DataRow("01000000070600100000ffff800000000a000000", WireStatus.BadPayload)]
        [DataRow("010000000706001001f501f40a0000000a0000ff", WireStatus.BadPayload)]
        [DataRow("0100000007060010ffff00010a0000000a0000ff", WireStatus.BadPayload)]
        [DataRow("0100000007060010ffff00000a0000000a0000ff", WireStatus.Ok)]
        // IPv6
        [DataRow("01000000083a00280000ffff20010db800000000000000000000000020010db800000000000000000000ffff", WireStatus.Ok)]
        [DataRow("01000000083a00280000ffff20010db900000000000000000000000020010db800000000000000000000ffff", WireStatus.BadPayload)]
        [DataRow("01000000083a00270000ffff20010db800000000000000000000000020010db800000000000000000000ffff", WireStatus.BadPayload)]
        // types that we do not know: passed over, unless there is nothing else
        [DataRow("0100000009060008aabbccdd", WireStatus.TsUnacceptable)]
        [DataRow("01000000000600100000ffff0a0000000a0000ff", WireStatus.TsUnacceptable)]
        [DataRow("0200000009060008aabbccdd070600100000ffff0a0000000a0000ff", WireStatus.Ok)]
        [DataRow("0100000009060003", WireStatus.BadPayload)]
        [DataRow("0100000009060009aabbccdd", WireStatus.BadPayload)]
        public void ASelectorThatLiesIsRefused(string hex, int expected)
        {
            TrafficSelectors selectors = new TrafficSelectors();
            Assert.AreEqual(expected, Read(selectors, hex));
            Assert.AreEqual(expected == WireStatus.Ok ? 1 : 0, selectors.Count);
        }

        // THREATS 19
        [TestMethod]
        public void CutAnywhereItIsRefused()
        {
            byte[] whole = Received.Inside(Messages.ChildRequestInside, PayloadType.Notify, ExchangeType.CreateChildSa, false).Body(PayloadType.TsInitiator);
            Assert.AreEqual(WireStatus.Ok, TrafficSelectors.Check(whole, 0, whole.Length));
            for (int length = 0; length < whole.Length; length++)
            {
                byte[] cut = new byte[length];
                System.Array.Copy(whole, 0, cut, 0, length);
                Assert.AreEqual(WireStatus.BadPayload, TrafficSelectors.Check(cut, 0, length));
            }
        }

        [TestMethod]
        public void EveryFieldIsReadFromItsPlace()
        {
            byte[] body = Received.Inside(Messages.ChildRequestInside, PayloadType.Notify, ExchangeType.CreateChildSa, false).Body(PayloadType.TsInitiator);
            TrafficSelectors selectors = new TrafficSelectors();
            Assert.AreEqual(WireStatus.Ok, selectors.Read(body, 0, body.Length));
            Assert.AreEqual(2, selectors.Count);
            Assert.AreEqual("4 6 1000-2000 10.0.0.77-10.0.0.77", Text(selectors, 0));
            Assert.AreEqual("6 0 0-65535 2001:db8::-2001:db8::ffff", Text(selectors, 1));
        }

        private static string Text(TrafficSelectors selectors, int i)
        {
            int[] words = selectors.Words;
            int at = TrafficSelectors.At(i);
            return words[at + TrafficSelectors.Version].ToString() + " " + words[at + TrafficSelectors.Protocol].ToString() + " "
                + words[at + TrafficSelectors.FirstPort].ToString() + "-" + words[at + TrafficSelectors.LastPort].ToString() + " "
                + IpAddress.Format(words, at + TrafficSelectors.Low) + "-" + IpAddress.Format(words, at + TrafficSelectors.High);
        }

        [TestMethod]
        public void SelectorsBeyondTheBoundAreLeftOut()
        {
            string hex = "";
            for (int i = 0; i <= WireLimits.MaxSelectors; i++)
            {
                hex += "070600100000ffff0a0000000a0000ff";
            }
            byte[] count = { WireLimits.MaxSelectors + 1 };
            TrafficSelectors selectors = new TrafficSelectors();
            Assert.AreEqual(WireStatus.Ok, Read(selectors, Hex.Format(count, 0, 1) + "000000" + hex));
            Assert.AreEqual(WireLimits.MaxSelectors, selectors.Count);
            Assert.AreEqual(WireLimits.MaxSelectors + 1, selectors.Total);
            int[] any = new int[4];
            Assert.IsFalse(selectors.Add(6, 0, 0, TrafficSelectors.AnyPort, any, 0, any, 0));
            selectors.Clear();
            Assert.IsTrue(selectors.Add(6, 0, 0, TrafficSelectors.AnyPort, any, 0, any, 0));
        }
    }
}
