using nanoFramework.TestFramework;
using NfIpsec.Base.Bytes;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Tests.IkeRoom
{
    [TestClass]
    public class PayloadIndexTests
    {
        private static int Read(PayloadIndex index, string hex, int first)
        {
            byte[] bytes = hex.Length == 0 ? new byte[0] : Hex.Parse(hex);
            return index.ReadInner(bytes, 0, bytes.Length, first);
        }

        // THREATS 2: lengths below 4, past the end, bytes left over, a chain that ends too late
        [TestMethod]
        [DataRow("00000004", 41, WireStatus.Ok)]
        [DataRow("00000008aabbccdd", 41, WireStatus.Ok)]
        [DataRow("2b00000400000004", 41, WireStatus.Ok)]
        [DataRow("", 0, WireStatus.Ok)]
        [DataRow("00", 0, WireStatus.BadChain)]
        [DataRow("00000004", 0, WireStatus.BadChain)]
        [DataRow("", 41, WireStatus.BadChain)]
        [DataRow("000000", 41, WireStatus.BadChain)]
        [DataRow("00000000", 41, WireStatus.BadChain)]
        [DataRow("00000003", 41, WireStatus.BadChain)]
        [DataRow("00000005", 41, WireStatus.BadChain)]
        [DataRow("0000ffff", 41, WireStatus.BadChain)]
        [DataRow("0000000400", 41, WireStatus.BadChain)]
        [DataRow("2b000004", 41, WireStatus.BadChain)]
        [DataRow("2b000000", 41, WireStatus.BadChain)]
        [DataRow("2b0000020004", 41, WireStatus.BadChain)]
        [DataRow("290000000000000000000004", 41, WireStatus.BadChain)]
        [DataRow("2b00000400000005", 41, WireStatus.BadChain)]
        [DataRow("2b00000800000004", 41, WireStatus.BadChain)]
        public void AChainEndsExactlyWhereTheBytesDo(string hex, int first, int expected)
        {
            PayloadIndex index = new PayloadIndex();
            Assert.AreEqual(expected, Read(index, hex, first));
            Assert.IsTrue(expected == WireStatus.Ok || (index.Count == 0 && index.Known == 0 && index.Find(41) == PayloadIndex.None));
        }

        // THREATS 2: a payload that names itself as the next, again and again, still moves forward
        [TestMethod]
        public void NoChainLoops()
        {
            byte[] bytes = new byte[4 * (WireLimits.MaxPayloads + 1)];
            for (int i = 0; i < bytes.Length; i += 4)
            {
                bytes[i] = PayloadType.Notify;
                bytes[i + 3] = 4;
            }
            PayloadIndex index = new PayloadIndex();
            Assert.AreEqual(WireStatus.TooMany, index.ReadInner(bytes, 0, bytes.Length, PayloadType.Notify));
            Assert.AreEqual(WireStatus.BadChain, index.ReadInner(bytes, 0, bytes.Length - 4, PayloadType.Notify));
            bytes[bytes.Length - 8] = PayloadType.None;
            Assert.AreEqual(WireStatus.Ok, index.ReadInner(bytes, 0, bytes.Length - 4, PayloadType.Notify));
            Assert.AreEqual(WireLimits.MaxPayloads, index.Count);
        }

        // THREATS 10
        [TestMethod]
        public void APayloadOfIkev1IsNoPayload()
        {
            for (int type = 1; type < PayloadType.First; type++)
            {
                Assert.AreEqual(WireStatus.BadChain, Read(new PayloadIndex(), "00000008aabbccdd", type));
                Assert.AreEqual(WireStatus.BadChain, Read(new PayloadIndex(), Hex.Format(new byte[] { (byte)type, 0, 0, 4 }, 0, 4) + "00000004", PayloadType.Notify));
            }
        }

        [TestMethod]
        [DataRow("0000000800000000", WireStatus.Ok)]
        [DataRow("230000080000000000000004", WireStatus.BadChain)]
        public void SkIsTheLastPayload(string hex, int expected)
        {
            byte[] message = Message(PayloadType.Encrypted, hex);
            IkeHeader header = new IkeHeader();
            Assert.AreEqual(WireStatus.Ok, header.Read(message, 0, message.Length));
            Assert.AreEqual(expected, new PayloadIndex().ReadMessage(message, 0, header));
        }

        private static byte[] Message(int first, string hex)
        {
            string zeros = "0000000000000000";
            byte[] bytes = Hex.Parse("0123456789abcdef" + zeros + "2e2023080000000100000000" + hex);
            bytes[IkeHeader.NextPayloadAt] = (byte)first;
            BigEndian.Write32(bytes, IkeHeader.LengthAt, bytes.Length);
            return bytes;
        }

        [TestMethod]
        [DataRow(PayloadType.Encrypted)]
        [DataRow(PayloadType.EncryptedFragment)]
        public void SkHoldsNoSk(int type)
        {
            Assert.AreEqual(WireStatus.BadChain, Read(new PayloadIndex(), "0000000800010001", type));
        }

        [TestMethod]
        public void PayloadsAreFoundCountedAndWalked()
        {
            PayloadIndex index = new PayloadIndex();
            Assert.AreEqual(WireStatus.Ok, Read(index, "2b000004" + "298000080a0b0c0d" + "c8000004" + "00800004", PayloadType.Notify));
            Assert.AreEqual(4, index.Count);
            Assert.AreEqual(3, index.Known);
            Assert.AreEqual(2, index.CountOf(PayloadType.Notify));
            Assert.AreEqual(1, index.CountOf(PayloadType.VendorId));
            Assert.AreEqual(0, index.CountOf(PayloadType.Delete));
            Assert.AreEqual(0, index.Find(PayloadType.Notify));
            Assert.AreEqual(2, index.Next(0));
            Assert.AreEqual(PayloadIndex.None, index.Next(2));
            Assert.AreEqual(8, (int)index.Offset[1]);
            Assert.AreEqual(4, (int)index.Length[1]);
            Assert.AreEqual(1, (int)index.Critical[1]);
            Assert.AreEqual(0xc8, index.UnknownCritical);
            Assert.AreEqual(WireStatus.Ok, Read(index, "00000004", PayloadType.Delete));
            Assert.AreEqual(0, index.CountOf(PayloadType.Notify));
            Assert.AreEqual(0, index.UnknownCritical);
        }

        [TestMethod]
        [DataRow(-1, 4)]
        [DataRow(0, 5)]
        [DataRow(1, 4)]
        [DataRow(0x7fffffff, 4)]
        [DataRow(0, -1)]
        public void ARangeOutsideTheBufferIsNoChain(int offset, int length)
        {
            Assert.AreEqual(WireStatus.BadChain, new PayloadIndex().ReadInner(new byte[] { 0, 0, 0, 4 }, offset, length, PayloadType.Notify));
            Assert.AreEqual(WireStatus.BadChain, new PayloadIndex().ReadInner(null, 0, 4, PayloadType.Notify));
        }

        // THREATS 1: cut anywhere, with and without a header that says so
        [TestMethod]
        [DataRow(Messages.InitRequest)]
        [DataRow(Messages.InitResponse)]
        [DataRow(Messages.AuthRequest)]
        [DataRow(Messages.CookieResponse)]
        public void AMessageCutAnywhereIsDropped(string hex)
        {
            byte[] whole = Hex.Parse(hex);
            for (int length = 0; length < whole.Length; length++)
            {
                byte[] cut = new byte[length];
                System.Array.Copy(whole, 0, cut, 0, length);
                Assert.AreEqual(WireStatus.BadHeader, Received.Message(cut).Status);
                if (length >= IkeHeader.Size)
                {
                    BigEndian.Write32(cut, IkeHeader.LengthAt, length);
                    Assert.AreEqual(WireStatus.BadChain, Received.Message(cut).Status);
                }
            }
        }

        // THREATS 1
        [TestMethod]
        public void BytesBehindAMessageAreRefused()
        {
            byte[] whole = Hex.Parse(Messages.InitRequest + "00");
            Assert.AreEqual(WireStatus.BadHeader, Received.Message(whole).Status);
            BigEndian.Write32(whole, IkeHeader.LengthAt, whole.Length);
            Assert.AreEqual(WireStatus.BadChain, Received.Message(whole).Status);
        }
    }
}
