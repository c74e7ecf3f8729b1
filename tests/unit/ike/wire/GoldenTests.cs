using nanoFramework.TestFramework;
using NfIpsec.Base.Bytes;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Tests.IkeRoom
{
    /// <summary>Other people's messages read, and come out of our writers byte for byte.</summary>
    [TestClass]
    public class GoldenTests
    {
        [TestMethod]
        [DataRow(Messages.InitRequest, PayloadRules.Init)]
        [DataRow(Messages.InitResponse, PayloadRules.Init)]
        [DataRow(Messages.CookieResponse, PayloadRules.Refusal)]
        [DataRow(Messages.InvalidKeResponse, PayloadRules.Refusal)]
        public void AMessageInClearIsReadAndWrittenAgain(string hex, int shape)
        {
            Received received = Received.Message(hex);
            Assert.AreEqual(WireStatus.Ok, received.Status);
            Assert.AreEqual(shape, received.Index.Shape);
            MessageWriter writer = new MessageWriter();
            byte[] buffer = new byte[hex.Length / 2];
            Start(writer, buffer, received.Header);
            new Rewriter(writer).Write(received.Index);
            Assert.AreEqual(buffer.Length, writer.Finish());
            Assert.AreEqual(hex, Hex.Format(buffer, 0, buffer.Length));
        }

        private static void Start(MessageWriter writer, byte[] buffer, IkeHeader header)
        {
            writer.Start(buffer, 0, buffer.Length, header.InitiatorSpi, header.ResponderSpi, header.Exchange, header.Flags, header.MessageId);
        }

        [TestMethod]
        [DataRow(Messages.AuthRequestInside, PayloadType.IdInitiator, ExchangeType.IkeAuth, false, PayloadRules.AuthRequest)]
        [DataRow(Messages.AuthResponseInside, PayloadType.IdResponder, ExchangeType.IkeAuth, true, PayloadRules.AuthAlone)]
        [DataRow(Messages.AuthResponseWithChildInside, PayloadType.IdResponder, ExchangeType.IkeAuth, true, PayloadRules.Auth)]
        [DataRow(Messages.RekeyRequestInside, PayloadType.SecurityAssociation, ExchangeType.CreateChildSa, false, PayloadRules.IkeRekey)]
        [DataRow(Messages.RekeyResponseInside, PayloadType.SecurityAssociation, ExchangeType.CreateChildSa, true, PayloadRules.IkeRekey)]
        [DataRow(Messages.ChildRequestInside, PayloadType.Notify, ExchangeType.CreateChildSa, false, PayloadRules.Child)]
        [DataRow(Messages.DeleteInside, PayloadType.Delete, ExchangeType.Informational, false, PayloadRules.Informational)]
        [DataRow(Messages.DeletesInside, PayloadType.Delete, ExchangeType.Informational, false, PayloadRules.Informational)]
        public void WhatSkHeldIsReadAndWrittenAgain(string hex, int first, int exchange, bool response, int shape)
        {
            Received received = Received.Inside(hex, first, exchange, response);
            Assert.AreEqual(WireStatus.Ok, received.Status);
            Assert.AreEqual(shape, received.Index.Shape);
            MessageWriter writer = new MessageWriter();
            byte[] buffer = new byte[600];
            writer.Start(buffer, 0, buffer.Length, 1, 2, exchange, 0, 1);
            writer.OpenEncrypted(16, 32);
            new Rewriter(writer).Write(received.Index);
            Assert.AreEqual(hex.Length / 2, writer.FinishEncrypted());
            Assert.AreEqual(first, (int)buffer[writer.EncryptedAt]);
            Assert.AreEqual(hex, Hex.Format(buffer, writer.EncryptedAt + EncryptedPayload.Head + 16, hex.Length / 2));
        }

        [TestMethod]
        public void ASealedMessageTellsWhereSkIsAndWhatIsFirstInIt()
        {
            Received received = Received.Message(Messages.AuthRequest);
            Assert.AreEqual(WireStatus.Ok, received.Status);
            Assert.AreEqual(PayloadRules.Sealed, received.Index.Shape);
            Assert.AreEqual(ExchangeType.IkeAuth, received.Header.Exchange);
            Assert.AreEqual(1, received.Header.MessageId);
            Assert.IsTrue(received.Header.FromInitiator);
            Assert.IsFalse(received.Header.IsResponse);
            Assert.AreEqual(PayloadType.IdInitiator, received.Index.InnerFirst);
            Assert.AreEqual(IkeHeader.Size, received.Index.HeaderAt(received.Index.Find(PayloadType.Encrypted), 0));
        }

        [TestMethod]
        public void AMessageMayStandAnywhereInItsBuffer()
        {
            byte[] message = Hex.Parse(Messages.InitRequest);
            byte[] buffer = new byte[message.Length + 20];
            System.Array.Copy(message, 0, buffer, 7, message.Length);
            IkeHeader header = new IkeHeader();
            PayloadIndex index = new PayloadIndex();
            Assert.AreEqual(WireStatus.Ok, header.Read(buffer, 7, message.Length));
            Assert.AreEqual(WireStatus.Ok, index.ReadMessage(buffer, 7, header));
            Assert.AreEqual(WireStatus.Ok, PayloadRules.Check(index, header.Exchange, header.IsResponse));
            Assert.AreEqual(IkeHeader.Size, index.HeaderAt(0, 7));
        }

        // charon.conf: aes256-sha256-prfsha256-x25519-modp2048, aes256gcm16-prfsha256-x25519
        [TestMethod]
        public void TheProposalsOfARealInitiatorAreWhatItsConfigurationSays()
        {
            byte[] body = Received.Message(Messages.InitRequest).Body(PayloadType.SecurityAssociation);
            SaReader reader = new SaReader();
            Assert.AreEqual(WireStatus.Ok, reader.Open(body, 0, body.Length));
            string text = "";
            while (reader.NextProposal())
            {
                text += "#" + reader.Number.ToString() + " " + reader.Protocol.ToString() + ":";
                while (reader.NextTransform())
                {
                    text += " " + TransformType.Name(reader.Type) + "=" + reader.Id.ToString() + "/" + reader.KeyBits.ToString();
                }
                text += ";";
            }
            Assert.AreEqual("#1 1: ENCR=12/256 INTEG=12/0 PRF=5/0 KE=31/0 KE=14/0;#2 1: ENCR=20/256 PRF=5/0 KE=31/0;", text);
        }

        [TestMethod]
        public void TheNotifiesOfARealResponderHaveTheirNames()
        {
            PayloadIndex index = Received.Message(Messages.InitResponse).Index;
            string text = "";
            for (int i = index.Find(PayloadType.Notify); i != PayloadIndex.None; i = index.Next(i))
            {
                text += NotifyType.Name(NotifyPayload.Type(index.Bytes, index.Offset[i])) + " ";
            }
            Assert.AreEqual(
                "NAT_DETECTION_SOURCE_IP NAT_DETECTION_DESTINATION_IP IKEV2_FRAGMENTATION_SUPPORTED SIGNATURE_HASH_ALGORITHMS "
                + "CHILDLESS_IKEV2_SUPPORTED MULTIPLE_AUTH_SUPPORTED ", text);
        }

        [TestMethod]
        public void AnErrorIsFoundAmongStatuses()
        {
            PayloadIndex index = Received.Inside(Messages.AuthResponseInside, PayloadType.IdResponder, ExchangeType.IkeAuth, true).Index;
            Assert.AreEqual(NotifyType.TsUnacceptable, NotifyPayload.FirstError(index));
            Assert.AreEqual(2, NotifyPayload.Find(index, NotifyType.MobikeSupported));
            Assert.AreEqual(PayloadIndex.None, NotifyPayload.Next(index, 2));
            Assert.AreEqual(PayloadIndex.None, NotifyPayload.Find(index, NotifyType.Cookie));
            Assert.AreEqual(0, NotifyPayload.FirstError(Received.Message(Messages.InitRequest).Index));
        }
    }
}
