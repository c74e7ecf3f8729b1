using nanoFramework.TestFramework;
using NfIpsec.Base;
using NfIpsec.Base.Bytes;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Tests.IkeRoom
{
    [TestClass]
    public class MessageWriterTests
    {
        // A message that does not fit: the status, and not a byte outside the capacity.
        [TestMethod]
        [DataRow(Messages.InitRequest)]
        [DataRow(Messages.CookieResponse)]
        public void WhatDoesNotFitIsAStatus(string hex)
        {
            Received received = Received.Message(hex);
            int whole = hex.Length / 2;
            byte[] buffer = new byte[whole + 16];
            for (int capacity = 0; capacity < whole; capacity++)
            {
                System.Array.Clear(buffer, 0, buffer.Length);
                MessageWriter writer = new MessageWriter();
                writer.Start(buffer, 8, capacity, 1, 2, ExchangeType.IkeSaInit, 0, 0);
                new Rewriter(writer).Write(received.Index);
                Assert.AreEqual(-Status.XE_DST_OUT_OF_SPACE, writer.Finish());
                Assert.AreEqual(-Status.XE_DST_OUT_OF_SPACE, writer.FinishEncrypted());
                Assert.IsTrue(IsClear(buffer, 0, 8) && IsClear(buffer, 8 + capacity, buffer.Length));
            }
        }

        private static bool IsClear(byte[] bytes, int from, int to)
        {
            for (int i = from; i < to; i++)
            {
                if (bytes[i] != 0)
                {
                    return false;
                }
            }
            return true;
        }

        [TestMethod]
        [DataRow(-1, 28)]
        [DataRow(0, -1)]
        [DataRow(0, 65)]
        [DataRow(37, 28)]
        [DataRow(0x7fffffff, 28)]
        public void ABufferThatIsNoneIsAStatus(int offset, int capacity)
        {
            MessageWriter writer = new MessageWriter();
            writer.Start(new byte[64], offset, capacity, 1, 2, 34, 0, 0);
            writer.Payload(PayloadType.Nonce);
            writer.Write8(1);
            Assert.AreEqual(-Status.XE_BAD_PARAM, writer.Finish());
            writer.Start(null, 0, 64, 1, 2, 34, 0, 0);
            writer.OpenEncrypted(16, 32);
            Assert.AreEqual(-Status.XE_BAD_PARAM, writer.FinishEncrypted());
        }

        [TestMethod]
        [DataRow("aabb", 0, 3)]
        [DataRow("aabb", -1, 1)]
        [DataRow("aabb", 0, -1)]
        [DataRow("aabb", 2, 1)]
        public void DataThatIsNotThereIsAStatus(string hex, int offset, int length)
        {
            MessageWriter writer = new MessageWriter();
            writer.Start(new byte[64], 0, 64, 1, 2, 34, 0, 0);
            writer.Payload(PayloadType.Nonce);
            writer.Write(Hex.Parse(hex), offset, length);
            Assert.AreEqual(-Status.XE_BAD_PARAM, writer.Finish());
        }

        [TestMethod]
        public void NoDataIsAStatus()
        {
            MessageWriter writer = new MessageWriter();
            writer.Start(new byte[64], 0, 64, 1, 2, 34, 0, 0);
            writer.Payload(PayloadType.Nonce);
            writer.Write(null, 0, 1);
            Assert.AreEqual(-Status.XE_BAD_PARAM, writer.Finish());
        }

        // Room for padding and ICV is kept free behind the payloads.
        [TestMethod]
        [DataRow(28 + 4 + 16 + 8 + 31, Status.XE_DST_OUT_OF_SPACE)]
        [DataRow(28 + 4 + 16 + 8 + 32, Status.XE_OK)]
        public void TheTailOfSkIsKeptFree(int capacity, int expected)
        {
            MessageWriter writer = new MessageWriter();
            writer.Start(new byte[200], 0, capacity, 1, 2, ExchangeType.Informational, 0, 0);
            writer.OpenEncrypted(16, 32);
            DeletePayload.WriteIke(writer);
            Assert.AreEqual(expected == Status.XE_OK ? 8 : -expected, writer.FinishEncrypted());
            Assert.AreEqual(IkeHeader.Size, writer.EncryptedAt);
        }

        [TestMethod]
        public void AnEmptySkNamesNoPayload()
        {
            byte[] buffer = new byte[100];
            buffer[28] = 99;
            MessageWriter writer = new MessageWriter();
            writer.Start(buffer, 0, 100, 1, 2, ExchangeType.Informational, IkeHeader.FlagResponse, 3);
            writer.OpenEncrypted(8, 20);
            Assert.AreEqual(0, writer.FinishEncrypted());
            Assert.AreEqual(PayloadType.None, (int)buffer[28]);
            Assert.AreEqual(PayloadType.Encrypted, (int)buffer[16]);
        }

        [TestMethod]
        public void AWriterIsUsedAgain()
        {
            MessageWriter writer = new MessageWriter();
            byte[] buffer = new byte[64];
            writer.Start(buffer, 0, 10, 1, 2, 34, 0, 0);
            Assert.AreEqual(-Status.XE_DST_OUT_OF_SPACE, writer.Finish());
            writer.Start(buffer, 0, 64, 1, 2, 34, IkeHeader.FlagResponse, 0);
            NotifyPayload.WriteGroup(writer, 31);
            Assert.AreEqual(38, writer.Finish());
            Assert.AreEqual("00000000000000010000000000000002292022200000000000000026" + "0000000a00000011001f", Hex.Format(buffer, 0, 38));
            Assert.AreEqual(-1, writer.Skip(100));
            Assert.AreEqual(Status.XE_DST_OUT_OF_SPACE, writer.Result);
        }

        [TestMethod]
        public void AGapIsFilledByItsOwner()
        {
            MessageWriter writer = new MessageWriter();
            byte[] buffer = new byte[64];
            writer.Start(buffer, 4, 60, 1, 2, 35, 0, 0);
            AuthPayload.Open(writer, AuthPayload.SharedKey);
            Assert.AreEqual(4 + 28 + 8, writer.Skip(16));
            Assert.AreEqual(28 + 8 + 16, writer.Finish());
            Assert.AreEqual(24, BigEndian.Read16(buffer, 4 + 28 + 2));
        }
    }
}
