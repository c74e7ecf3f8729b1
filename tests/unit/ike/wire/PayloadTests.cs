using nanoFramework.TestFramework;
using NfIpsec.Base.Bytes;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Tests.IkeRoom
{
    /// <summary>The payloads with one level of structure.</summary>
    [TestClass]
    public class PayloadTests
    {
        private static int Check(int type, string hex)
        {
            byte[] body = hex.Length == 0 ? new byte[0] : Hex.Parse(hex);
            return PayloadBody.Check(type, body, 0, body.Length);
        }

        // Cut anywhere: refused below the least length at which the body still says something; whole: taken.
        [TestMethod]
        [DataRow(PayloadType.KeyExchange, "001f0000aabbccdd", 5)]
        [DataRow(PayloadType.Nonce, "000102030405060708090a0b0c0d0e0f1011", 16)]
        [DataRow(PayloadType.IdInitiator, "01000000c0a80001", 8)]
        [DataRow(PayloadType.IdResponder, "0500000020010db8000000000000000000000001", 20)]
        [DataRow(PayloadType.IdInitiator, "0200000061622e6364", 5)]
        [DataRow(PayloadType.Authentication, "02000000aabbccdd", 5)]
        [DataRow(PayloadType.Certificate, "04aabbcc", 2)]
        [DataRow(PayloadType.CertificateRequest, "0baabbcc", 1)]
        [DataRow(PayloadType.Notify, "00004000", 4)]
        [DataRow(PayloadType.Notify, "03044009c0ffee01", 8)]
        [DataRow(PayloadType.Notify, "00004004000102030405060708090a0b0c0d0e0f10111213", 24)]
        [DataRow(PayloadType.Notify, "00000011001f", 6)]
        [DataRow(PayloadType.Notify, "00000001c8", 5)]
        [DataRow(PayloadType.Delete, "01000000", 4)]
        [DataRow(PayloadType.Delete, "03040002c0ffee01c0ffee02", 12)]
        [DataRow(PayloadType.Encrypted, "00", 1)]
        [DataRow(PayloadType.EncryptedFragment, "00010002aabb", 5)]
        public void CutAnywhereItIsRefused(int type, string hex, int least)
        {
            byte[] whole = Hex.Parse(hex);
            for (int length = 0; length <= whole.Length; length++)
            {
                byte[] cut = new byte[length];
                System.Array.Copy(whole, 0, cut, 0, length);
                Assert.AreEqual(length < least ? WireStatus.BadPayload : WireStatus.Ok, PayloadBody.Check(type, cut, 0, length), hex + " cut to " + length.ToString());
            }
        }

        // What is written before sealing is what a reader finds: the message above, from the header of its one payload on.
        [TestMethod]
        public void AFragmentSaysItsNumberItsTotalAndWhatIsFirstInside()
        {
            byte[] bytes = Hex.Parse(Messages.AuthFragment);
            byte[] copy = new byte[bytes.Length];
            System.Array.Copy(bytes, 0, copy, 0, bytes.Length);
            System.Array.Clear(copy, IkeHeader.Size, EncryptedPayload.FragmentHead);
            BigEndian.Write16(copy, IkeHeader.Size + 2, bytes.Length - IkeHeader.Size);
            EncryptedPayload.WriteFragment(copy, IkeHeader.Size, PayloadType.IdInitiator, 1, 3);
            Assert.AreEqual(Hex.Format(bytes, 0, bytes.Length), Hex.Format(copy, 0, copy.Length));
            Received received = Received.Message(Messages.AuthFragment);
            PayloadIndex index = received.Index;
            Assert.AreEqual(PayloadRules.Fragment, index.Shape);
            Assert.AreEqual(PayloadType.IdInitiator, index.InnerFirst);
            int at = index.Offset[index.Find(PayloadType.EncryptedFragment)];
            Assert.AreEqual(1, EncryptedPayload.Number(index.Bytes, at));
            Assert.AreEqual(3, EncryptedPayload.Total(index.Bytes, at));
        }

        // Cut between two attributes a configuration is whole again.
        [TestMethod]
        public void AConfigurationIsCutOnlyBetweenAttributes()
        {
            byte[] whole = Hex.Parse("020000000001" + "00040a000005" + "00030000");
            for (int length = 0; length <= whole.Length; length++)
            {
                byte[] cut = new byte[length];
                System.Array.Copy(whole, 0, cut, 0, length);
                bool good = length == 4 || length == 12 || length == 16;
                Assert.AreEqual(good ? WireStatus.Ok : WireStatus.BadPayload, PayloadBody.Check(PayloadType.Configuration, cut, 0, length));
            }
        }

        [TestMethod]
        [DataRow(PayloadType.KeyExchange, "00000000aa", WireStatus.BadPayload)]
        [DataRow(PayloadType.Authentication, "00000000aa", WireStatus.BadPayload)]
        [DataRow(PayloadType.IdInitiator, "00000000aa", WireStatus.BadPayload)]
        [DataRow(PayloadType.IdInitiator, "01000000c0a8000100", WireStatus.BadPayload)]
        [DataRow(PayloadType.IdInitiator, "050000002001", WireStatus.BadPayload)]
        [DataRow(PayloadType.IdInitiator, "0d000000", WireStatus.Ok)]
        [DataRow(PayloadType.IdInitiator, "0d00000001", WireStatus.BadPayload)]
        [DataRow(PayloadType.IdInitiator, "0b00000000", WireStatus.Ok)]
        [DataRow(PayloadType.IdInitiator, "c800000000", WireStatus.Ok)]
        // a name is cut off by no byte in it
        [DataRow(PayloadType.IdInitiator, "02000000610062", WireStatus.BadPayload)]
        [DataRow(PayloadType.IdInitiator, "02000000610d62", WireStatus.BadPayload)]
        [DataRow(PayloadType.IdInitiator, "02000000612062", WireStatus.BadPayload)]
        [DataRow(PayloadType.IdResponder, "03000000617f62", WireStatus.BadPayload)]
        [DataRow(PayloadType.IdResponder, "03000000614062", WireStatus.Ok)]
        [DataRow(PayloadType.CertificateRequest, "04", WireStatus.Ok)]
        [DataRow(PayloadType.CertificateRequest, "04aa", WireStatus.BadPayload)]
        [DataRow(PayloadType.CertificateRequest, "04000102030405060708090a0b0c0d0e0f10111213", WireStatus.Ok)]
        [DataRow(PayloadType.CertificateRequest, "00", WireStatus.BadPayload)]
        [DataRow(PayloadType.Certificate, "00aa", WireStatus.BadPayload)]
        // SPI sizes of notifies
        [DataRow(PayloadType.Notify, "00044000c0ffee01", WireStatus.BadPayload)]
        [DataRow(PayloadType.Notify, "01044000c0ffee01", WireStatus.BadPayload)]
        [DataRow(PayloadType.Notify, "010840000102030405060708", WireStatus.Ok)]
        [DataRow(PayloadType.Notify, "03ff4000c0ffee01", WireStatus.BadPayload)]
        [DataRow(PayloadType.Notify, "03004000", WireStatus.Ok)]
        [DataRow(PayloadType.Notify, "ff004000", WireStatus.Ok)]
        // THREATS 18: REKEY_SA names an SA of AH or ESP
        [DataRow(PayloadType.Notify, "02044009c0ffee01", WireStatus.Ok)]
        [DataRow(PayloadType.Notify, "00004009", WireStatus.BadPayload)]
        [DataRow(PayloadType.Notify, "010840090102030405060708", WireStatus.BadPayload)]
        [DataRow(PayloadType.Notify, "03004009", WireStatus.BadPayload)]
        // data of a known length
        [DataRow(PayloadType.Notify, "00004006", WireStatus.BadPayload)]
        [DataRow(PayloadType.Notify, "0000400600", WireStatus.Ok)]
        [DataRow(PayloadType.Notify, "00000011001f00", WireStatus.BadPayload)]
        [DataRow(PayloadType.Notify, "0000402f", WireStatus.BadPayload)]
        [DataRow(PayloadType.Notify, "0000a000aabbcc", WireStatus.Ok)]
        // deletes: lying counts and sizes
        [DataRow(PayloadType.Delete, "00000000", WireStatus.BadPayload)]
        [DataRow(PayloadType.Delete, "01000001", WireStatus.BadPayload)]
        [DataRow(PayloadType.Delete, "010800010102030405060708", WireStatus.BadPayload)]
        [DataRow(PayloadType.Delete, "03040000", WireStatus.BadPayload)]
        [DataRow(PayloadType.Delete, "03000001", WireStatus.BadPayload)]
        [DataRow(PayloadType.Delete, "03040001c0ffee01c0ffee02", WireStatus.BadPayload)]
        [DataRow(PayloadType.Delete, "0304ffffc0ffee01", WireStatus.BadPayload)]
        [DataRow(PayloadType.Delete, "03080001c0ffee01", WireStatus.BadPayload)]
        [DataRow(PayloadType.Delete, "04040001c0ffee01", WireStatus.BadPayload)]
        // THREATS 14: fragment numbers
        [DataRow(PayloadType.EncryptedFragment, "00000002aa", WireStatus.BadPayload)]
        [DataRow(PayloadType.EncryptedFragment, "00030002aa", WireStatus.BadPayload)]
        [DataRow(PayloadType.EncryptedFragment, "00010000aa", WireStatus.BadPayload)]
        [DataRow(PayloadType.Configuration, "00000000", WireStatus.BadPayload)]
        [DataRow(PayloadType.Configuration, "05000000", WireStatus.BadPayload)]
        [DataRow(PayloadType.Configuration, "010000000001ffff", WireStatus.BadPayload)]
        [DataRow(PayloadType.Configuration, "0100000000010001", WireStatus.BadPayload)]
        [DataRow(PayloadType.Eap, "0201000501", WireStatus.WrongPayloads)]
        [DataRow(PayloadType.VendorId, "", WireStatus.Ok)]
        public void ABodyThatLiesIsRefused(int type, string hex, int expected)
        {
            Assert.AreEqual(expected, Check(type, hex));
        }

        [TestMethod]
        [DataRow(15, WireStatus.BadPayload)]
        [DataRow(16, WireStatus.Ok)]
        [DataRow(256, WireStatus.Ok)]
        [DataRow(257, WireStatus.BadPayload)]
        public void ANonceHas16To256Bytes(int length, int expected)
        {
            Assert.AreEqual(expected, PayloadBody.Check(PayloadType.Nonce, new byte[length], 0, length));
        }

        [TestMethod]
        [DataRow(64, WireStatus.Ok)]
        [DataRow(65, WireStatus.BadPayload)]
        public void ACookieHasUpTo64Bytes(int length, int expected)
        {
            byte[] body = new byte[4 + length];
            BigEndian.Write16(body, 2, NotifyType.Cookie);
            Assert.AreEqual(expected, NotifyPayload.Check(body, 0, body.Length));
        }

        [TestMethod]
        public void AVendorIdIsComparedWhole()
        {
            byte[] id = { 1, 2, 3 };
            Assert.IsTrue(VendorPayload.Is(new byte[] { 0, 1, 2, 3 }, 1, 3, id));
            Assert.IsFalse(VendorPayload.Is(new byte[] { 0, 1, 2, 3 }, 1, 2, id));
            Assert.IsFalse(VendorPayload.Is(new byte[] { 0, 1, 2, 4 }, 1, 3, id));
        }

        [TestMethod]
        public void ADeleteGivesItsSpisInOrder()
        {
            PayloadIndex index = Received.Inside(Messages.DeletesInside, PayloadType.Delete, ExchangeType.Informational, false).Index;
            int at = index.Offset[index.Next(0)];
            Assert.AreEqual(ProtocolId.Ah, DeletePayload.Protocol(index.Bytes, at));
            Assert.AreEqual(2, DeletePayload.Count(index.Bytes, at));
            Assert.AreEqual(unchecked((int)0xc0ffee02), DeletePayload.Spi(index.Bytes, at, 1));
        }
    }
}
