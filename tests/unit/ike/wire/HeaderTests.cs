using nanoFramework.TestFramework;
using NfIpsec.Base.Bytes;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Tests.IkeRoom
{
    [TestClass]
    public class HeaderTests
    {
        private static byte[] Header(int length)
        {
            byte[] bytes = Hex.Parse("0123456789abcdeffedcba98765432102220220000000007" + "00000000");
            BigEndian.Write32(bytes, IkeHeader.LengthAt, length);
            return bytes;
        }

        [TestMethod]
        public void EveryFieldIsReadFromItsPlace()
        {
            IkeHeader header = new IkeHeader();
            byte[] bytes = Hex.Parse("0123456789abcdeffedcba98765432102120232800000007" + "0000001c");
            Assert.AreEqual(WireStatus.Ok, header.Read(bytes, 0, bytes.Length));
            Assert.AreEqual(0x0123456789abcdefL, header.InitiatorSpi);
            Assert.AreEqual(unchecked((long)0xfedcba9876543210UL), header.ResponderSpi);
            Assert.AreEqual(PayloadType.SecurityAssociation, header.NextPayload);
            Assert.AreEqual(0x23, header.Exchange);
            Assert.AreEqual(7, header.MessageId);
            Assert.AreEqual(IkeHeader.Size, header.Length);
            Assert.IsTrue(header.IsResponse);
            Assert.IsTrue(header.FromInitiator);
        }

        // THREATS 1
        [TestMethod]
        [DataRow(28, 0)]
        [DataRow(27, WireStatus.BadHeader)]
        [DataRow(29, WireStatus.BadHeader)]
        [DataRow(0, WireStatus.BadHeader)]
        [DataRow(65536 + 28, WireStatus.BadHeader)]
        [DataRow(-28, WireStatus.BadHeader)]
        [DataRow(0x7fffffff, WireStatus.BadHeader)]
        public void TheLengthFieldIsTheDatagrams(int field, int expected)
        {
            Assert.AreEqual(expected, new IkeHeader().Read(Header(field), 0, IkeHeader.Size));
        }

        // THREATS 1
        [TestMethod]
        public void ShorterThanAHeaderIsNoMessage()
        {
            for (int length = 0; length < IkeHeader.Size; length++)
            {
                byte[] cut = new byte[length];
                System.Array.Copy(Header(length), 0, cut, 0, length);
                Assert.AreEqual(WireStatus.BadHeader, new IkeHeader().Read(cut, 0, length));
                Assert.AreEqual(-1, IkeHeader.MajorVersion(cut, 0, length));
            }
        }

        [TestMethod]
        [DataRow(-1, 28)]
        [DataRow(1, 28)]
        [DataRow(0x7fffffff, 28)]
        [DataRow(0, 29)]
        [DataRow(0, -1)]
        [DataRow(0, 0x7fffffff)]
        public void ARangeOutsideTheBufferIsNoMessage(int offset, int length)
        {
            Assert.AreEqual(WireStatus.BadHeader, new IkeHeader().Read(Header(28), offset, length));
            Assert.AreEqual(WireStatus.BadHeader, new IkeHeader().Read(null, 0, 28));
        }

        // THREATS 10
        [TestMethod]
        [DataRow(0x20, WireStatus.Ok)]
        [DataRow(0x21, WireStatus.Ok)]
        [DataRow(0x2f, WireStatus.Ok)]
        [DataRow(0x10, WireStatus.OtherVersion)]
        [DataRow(0x00, WireStatus.OtherVersion)]
        [DataRow(0x30, WireStatus.HigherVersion)]
        [DataRow(0xf0, WireStatus.HigherVersion)]
        public void OnlyTheMajorVersionCounts(int version, int expected)
        {
            byte[] bytes = Header(28);
            bytes[IkeHeader.VersionAt] = (byte)version;
            Assert.AreEqual(expected, new IkeHeader().Read(bytes, 0, 28));
            Assert.AreEqual(version >> 4, IkeHeader.MajorVersion(bytes, 0, 28));
        }

        [TestMethod]
        public void TheInitiatorsSpiIsNeverZero()
        {
            byte[] bytes = Header(28);
            System.Array.Clear(bytes, 0, 8);
            Assert.AreEqual(WireStatus.BadHeader, new IkeHeader().Read(bytes, 0, 28));
        }

        [TestMethod]
        [DataRow(WireStatus.BadHeader, 0, 0)]
        [DataRow(WireStatus.OtherVersion, 0, 0)]
        [DataRow(WireStatus.HigherVersion, NotifyType.InvalidMajorVersion, NotifyType.InvalidMajorVersion)]
        [DataRow(WireStatus.BadChain, 0, NotifyType.InvalidSyntax)]
        [DataRow(WireStatus.TooMany, 0, NotifyType.InvalidSyntax)]
        [DataRow(WireStatus.UnsupportedCritical, NotifyType.UnsupportedCriticalPayload, NotifyType.UnsupportedCriticalPayload)]
        [DataRow(WireStatus.Unprotected, 0, 0)]
        [DataRow(WireStatus.WrongPayloads, NotifyType.InvalidSyntax, NotifyType.InvalidSyntax)]
        [DataRow(WireStatus.BadPayload, NotifyType.InvalidSyntax, NotifyType.InvalidSyntax)]
        [DataRow(WireStatus.UnknownExchange, 0, NotifyType.InvalidSyntax)]
        [DataRow(WireStatus.TsUnacceptable, NotifyType.TsUnacceptable, NotifyType.TsUnacceptable)]
        [DataRow(WireStatus.TooLong, 0, NotifyType.InvalidSyntax)]
        public void EachResultHasOneAnswer(int status, int inClear, int authenticated)
        {
            Assert.AreEqual(inClear, WireStatus.Notify(status, false));
            Assert.AreEqual(authenticated, WireStatus.Notify(status, true));
            Assert.IsTrue(WireStatus.Text(status).Length > 0);
        }

        [TestMethod]
        public void EveryResultHasAnAnswerAndAText()
        {
            for (int status = 0; status < WireStatus.Count; status++)
            {
                Assert.IsTrue(WireStatus.Notify(status, false) >= 0 && WireStatus.Notify(status, true) >= 0);
                Assert.IsTrue(WireStatus.Text(status) != null);
            }
        }

        [TestMethod]
        public void NamesAreTheRfcsOrTheNumber()
        {
            Assert.AreEqual("CREATE_CHILD_SA", ExchangeType.Name(36));
            Assert.AreEqual("38", ExchangeType.Name(38));
            Assert.AreEqual("SA", PayloadType.Name(33));
            Assert.AreEqual("EAP", PayloadType.Name(48));
            Assert.AreEqual("SKF", PayloadType.Name(53));
            Assert.AreEqual("49", PayloadType.Name(49));
            Assert.AreEqual("ESN", TransformType.Name(5));
            Assert.AreEqual("6", TransformType.Name(6));
            Assert.AreEqual("UNSUPPORTED_CRITICAL_PAYLOAD", NotifyType.Name(1));
            Assert.AreEqual("CHILD_SA_NOT_FOUND", NotifyType.Name(44));
            Assert.AreEqual("INITIAL_CONTACT", NotifyType.Name(16384));
            Assert.AreEqual("MOBIKE_SUPPORTED", NotifyType.Name(16396));
            Assert.AreEqual("EAP_ONLY_AUTHENTICATION", NotifyType.Name(16417));
            Assert.AreEqual("INTERMEDIATE_EXCHANGE_SUPPORTED", NotifyType.Name(16438));
            Assert.AreEqual("40960", NotifyType.Name(40960));
        }
    }
}
