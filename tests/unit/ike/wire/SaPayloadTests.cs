using nanoFramework.TestFramework;
using NfIpsec.Base.Bytes;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Tests.IkeRoom
{
    [TestClass]
    public class SaPayloadTests
    {
        // One ESP proposal, AES-CBC-256 and "no ESN"; every row of the next test is this with something changed.
        private const string Good = "0000002001030402c0ffee01" + "0300000c0100000c800e0100" + "0000000805000000";

        private static int Check(string hex)
        {
            byte[] body = hex.Length == 0 ? new byte[0] : Hex.Parse(hex);
            return SaPayload.Check(body, 0, body.Length);
        }

        // THREATS 3
        [TestMethod]
        [DataRow(Good, WireStatus.Ok)]
        [DataRow("", WireStatus.BadPayload)]
        [DataRow("0000001f01030402c0ffee010300000c0100000c800e01000000000805000000", WireStatus.BadPayload)]
        [DataRow("0000002101030402c0ffee010300000c0100000c800e01000000000805000000", WireStatus.BadPayload)]
        [DataRow("0000000001030402c0ffee010300000c0100000c800e01000000000805000000", WireStatus.BadPayload)]
        [DataRow("0000000701030402c0ffee010300000c0100000c800e01000000000805000000", WireStatus.BadPayload)]
        [DataRow("0000ffff01030402c0ffee010300000c0100000c800e01000000000805000000", WireStatus.BadPayload)]
        // last proposal marked as not the last, or with an unknown mark
        [DataRow("0200002001030402c0ffee010300000c0100000c800e01000000000805000000", WireStatus.BadPayload)]
        [DataRow("0300002001030402c0ffee010300000c0100000c800e01000000000805000000", WireStatus.BadPayload)]
        // proposal number 0
        [DataRow("0000002000030402c0ffee010300000c0100000c800e01000000000805000000", WireStatus.BadPayload)]
        // protocol 0; ESP with the SPI of IKE; SPI sizes 0, 3, 5, 255
        [DataRow("0000002001000402c0ffee010300000c0100000c800e01000000000805000000", WireStatus.BadPayload)]
        [DataRow("0000002001010402c0ffee010300000c0100000c800e01000000000805000000", WireStatus.BadPayload)]
        [DataRow("0000001c010300020300000c0100000c800e01000000000805000000", WireStatus.BadPayload)]
        [DataRow("0000002001030302c0ffee010300000c0100000c800e01000000000805000000", WireStatus.BadPayload)]
        [DataRow("0000002001030502c0ffee010300000c0100000c800e01000000000805000000", WireStatus.BadPayload)]
        [DataRow("000000200103ff02c0ffee010300000c0100000c800e01000000000805000000", WireStatus.BadPayload)]
        // an SPI of zero
        [DataRow("0000002001030402000000000300000c0100000c800e01000000000805000000", WireStatus.BadPayload)]
        // transforms: none, fewer and more than counted, 255
        [DataRow("0000002001030400c0ffee010300000c0100000c800e01000000000805000000", WireStatus.BadPayload)]
        [DataRow("0000000c01030400c0ffee01", WireStatus.BadPayload)]
        [DataRow("0000002001030401c0ffee010300000c0100000c800e01000000000805000000", WireStatus.BadPayload)]
        [DataRow("0000002001030403c0ffee010300000c0100000c800e01000000000805000000", WireStatus.BadPayload)]
        [DataRow("00000020010304ffc0ffee010300000c0100000c800e01000000000805000000", WireStatus.BadPayload)]
        // transform lengths
        [DataRow("0000002001030402c0ffee01030000000100000c800e01000000000805000000", WireStatus.BadPayload)]
        [DataRow("0000002001030402c0ffee01030000070100000c800e01000000000805000000", WireStatus.BadPayload)]
        [DataRow("0000002001030402c0ffee010300000b0100000c800e01000000000805000000", WireStatus.BadPayload)]
        [DataRow("0000002001030402c0ffee010300000d0100000c800e01000000000805000000", WireStatus.BadPayload)]
        [DataRow("0000002001030402c0ffee010300ffff0100000c800e01000000000805000000", WireStatus.BadPayload)]
        [DataRow("0000002001030402c0ffee010300000c0100000c800e01000000000905000000", WireStatus.BadPayload)]
        // marks of transforms
        [DataRow("0000002001030402c0ffee010000000c0100000c800e01000000000805000000", WireStatus.BadPayload)]
        [DataRow("0000002001030402c0ffee010200000c0100000c800e01000000000805000000", WireStatus.BadPayload)]
        [DataRow("0000002001030402c0ffee010300000c0100000c800e01000300000805000000", WireStatus.BadPayload)]
        // an attribute in the long form whose length lies
        [DataRow("0000002001030402c0ffee010300000c0100000c000e00010000000805000000", WireStatus.BadPayload)]
        [DataRow("0000002001030402c0ffee010300000c0100000c000effff0000000805000000", WireStatus.BadPayload)]
        [DataRow("0000002001030402c0ffee010300000c0100000c000e00000000000805000000", WireStatus.Ok)]
        // protocols that we do not know are well formed, and nobody's choice
        [DataRow("0000001c010400020300000c0100000c800e01000000000805000000", WireStatus.Ok)]
        // IKE: no SPI, 8 bytes, 8 zeros, cut
        [DataRow("0000001001010001" + "0000000802000005", WireStatus.Ok)]
        [DataRow("000000180101080101020304050607080000000802000005", WireStatus.Ok)]
        [DataRow("000000180101080100000000000000000000000802000005", WireStatus.BadPayload)]
        [DataRow("0000000c0101080101020304", WireStatus.BadPayload)]
        public void AProposalThatLiesIsRefused(string hex, int expected)
        {
            Assert.AreEqual(expected, Check(hex));
        }

        // THREATS 3
        [TestMethod]
        [DataRow(Messages.InitRequest)]
        [DataRow(Messages.InitResponse)]
        public void CutAnywhereItIsRefused(string message)
        {
            byte[] whole = Received.Message(message).Body(PayloadType.SecurityAssociation);
            Assert.AreEqual(WireStatus.Ok, SaPayload.Check(whole, 0, whole.Length));
            for (int length = 0; length < whole.Length; length++)
            {
                byte[] cut = new byte[length];
                System.Array.Copy(whole, 0, cut, 0, length);
                Assert.AreEqual(WireStatus.BadPayload, SaPayload.Check(cut, 0, length));
                SaReader reader = new SaReader();
                Assert.AreEqual(WireStatus.BadPayload, reader.Open(cut, 0, length));
                Assert.IsFalse(reader.NextProposal());
            }
        }

        // THREATS 3: more than 256 transforms
        [TestMethod]
        [DataRow(2, 128, 0, WireStatus.Ok)]
        [DataRow(2, 128, 1, WireStatus.BadPayload)]
        [DataRow(1, 255, 0, WireStatus.Ok)]
        [DataRow(60, 5, 0, WireStatus.BadPayload)]
        public void TransformsAreBounded(int proposals, int transforms, int more, int expected)
        {
            byte[] buffer = new byte[8192];
            MessageWriter writer = new MessageWriter();
            SaWriter sa = new SaWriter();
            writer.Start(buffer, 0, buffer.Length, 1, 0, ExchangeType.IkeSaInit, 0, 0);
            sa.Open(writer);
            for (int p = 1; p <= proposals; p++)
            {
                sa.IkeProposal(p, 0);
                for (int t = p == 1 ? -more : 0; t < transforms; t++)
                {
                    sa.Transform(TransformType.Encryption, 12, 128);
                }
            }
            sa.Close();
            int length = writer.Finish() - IkeHeader.Size - 4;
            Assert.AreEqual(expected, SaPayload.Check(buffer, IkeHeader.Size + 4, length));
        }

        [TestMethod]
        [DataRow("01", "02", WireStatus.Ok)]
        [DataRow("02", "03", WireStatus.Ok)]
        [DataRow("01", "01", WireStatus.BadPayload)]
        [DataRow("01", "03", WireStatus.BadPayload)]
        [DataRow("02", "01", WireStatus.BadPayload)]
        [DataRow("ff", "00", WireStatus.BadPayload)]
        public void ProposalsAreNumberedOneAfterTheOther(string first, string second, int expected)
        {
            Assert.AreEqual(expected, Check("02000010" + first + "010001" + "0000000802000005" + "00000010" + second + "010001" + "0000000802000005"));
        }

        // RFC 7296 3.3.6
        [TestMethod]
        [DataRow("800e0100", true, 256)]
        [DataRow("", true, 0)]
        [DataRow("800e0000", false, 0)]
        [DataRow("800f0001", false, 0)]
        [DataRow("800e0100800e0080", false, 256)]
        [DataRow("800e0100800f0001", false, 256)]
        [DataRow("000e00020100", false, 0)]
        public void ATransformWithWhatWeDoNotKnowMustNotBeChosen(string attributes, bool usable, int keyBits)
        {
            int size = 8 + attributes.Length / 2;
            byte[] sizes = { (byte)(size + 8), (byte)size };
            string hex = "000000" + Hex.Format(sizes, 0, 1) + "01010001" + "000000" + Hex.Format(sizes, 1, 1) + "0100000c" + attributes;
            byte[] body = Hex.Parse(hex);
            SaReader reader = new SaReader();
            Assert.AreEqual(WireStatus.Ok, reader.Open(body, 0, body.Length));
            Assert.IsTrue(reader.NextProposal() && reader.NextTransform());
            Assert.AreEqual(usable, reader.Usable);
            Assert.AreEqual(keyBits, reader.KeyBits);
            Assert.IsFalse(reader.NextTransform());
        }

        [TestMethod]
        public void AWalkMayBeRepeated()
        {
            byte[] body = Hex.Parse(Good);
            SaReader reader = new SaReader();
            reader.Open(body, 0, body.Length);
            for (int round = 0; round < 2; round++)
            {
                Assert.IsTrue(reader.NextProposal());
                Assert.AreEqual(unchecked((int)0xc0ffee01), reader.ChildSpi);
                Assert.AreEqual(0L, reader.IkeSpi);
                Assert.IsTrue(reader.NextTransform() && reader.NextTransform() && !reader.NextTransform());
                reader.RewindTransforms();
                Assert.IsTrue(reader.NextTransform());
                Assert.AreEqual(12, reader.Id);
                Assert.IsFalse(reader.NextProposal());
                Assert.IsFalse(reader.NextProposal());
                reader.Rewind();
            }
            Assert.IsFalse(new SaReader().NextProposal());
            Assert.IsFalse(new SaReader().NextTransform());
        }
    }
}
