using nanoFramework.TestFramework;
using NfIpsec.Base.Bytes;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Tests.IkeRoom
{
    [TestClass]
    public class PayloadRulesTests
    {
        // A body that its own check lets through.
        private static string Body(int type)
        {
            switch (type)
            {
                case PayloadType.SecurityAssociation:
                    return "0000001401030401c0ffee010000000805000000";
                case PayloadType.KeyExchange:
                    return "001f000001";
                case PayloadType.Nonce:
                    return "000102030405060708090a0b0c0d0e0f";
                case PayloadType.IdInitiator:
                case PayloadType.IdResponder:
                    return "0b00000001";
                case PayloadType.Authentication:
                    return "0200000001";
                case PayloadType.Certificate:
                case PayloadType.CertificateRequest:
                    return "0b01";
                case PayloadType.Notify:
                    return "00004000";
                case PayloadType.Delete:
                    return "01000000";
                case PayloadType.TsInitiator:
                case PayloadType.TsResponder:
                    return "0100000007000010" + "0000ffff0a0000000a0000ff";
                case PayloadType.Configuration:
                    return "01000000";
                case PayloadType.EncryptedFragment:
                    return "0001000100";
                default:
                    return "00";
            }
        }

        private static byte[] Chain(string types, out int first)
        {
            string[] names = types.Length == 0 ? new string[0] : types.Split(' ');
            string hex = "";
            for (int i = 0; i < names.Length; i++)
            {
                int type = int.Parse(names[i]);
                string body = Body(type);
                byte[] head = { (byte)(i + 1 < names.Length ? int.Parse(names[i + 1]) : 0), 0, 0, (byte)(4 + body.Length / 2) };
                hex += Hex.Format(head, 0, 4) + body;
            }
            first = names.Length == 0 ? 0 : int.Parse(names[0]);
            return hex.Length == 0 ? new byte[0] : Hex.Parse(hex);
        }

        private static int Inside(string types, int exchange, bool response)
        {
            byte[] bytes = Chain(types, out int first);
            return Received.Inside(bytes, first, exchange, response).Status;
        }

        private static Received InClear(string types, int exchange, bool response)
        {
            byte[] chain = Chain(types, out int first);
            byte[] message = new byte[IkeHeader.Size + chain.Length];
            MessageWriter writer = new MessageWriter();
            writer.Start(message, 0, message.Length, 1, 0, exchange, response ? IkeHeader.FlagResponse : IkeHeader.FlagInitiator, 0);
            writer.Write(chain, 0, chain.Length);
            writer.Finish();
            message[IkeHeader.NextPayloadAt] = (byte)first;
            return Received.Message(message);
        }

        // 33 SA, 34 KE, 35 IDi, 36 IDr, 37 CERT, 38 CERTREQ, 39 AUTH, 40 Nonce, 41 N, 42 D, 43 V, 44 TSi, 45 TSr, 46 SK, 47 CP, 48 EAP, 53 SKF
        // THREATS 4: a mandatory payload is missing
        [TestMethod]
        [DataRow("33 34 40", false, WireStatus.Ok)]
        [DataRow("33 34 40", true, WireStatus.Ok)]
        [DataRow("40 41 34 43 33 41", false, WireStatus.Ok)]
        [DataRow("33 34 40 38", true, WireStatus.Ok)]
        [DataRow("34 40", false, WireStatus.WrongPayloads)]
        [DataRow("33 40", false, WireStatus.WrongPayloads)]
        [DataRow("33 34", false, WireStatus.WrongPayloads)]
        [DataRow("33 34", true, WireStatus.WrongPayloads)]
        [DataRow("33 34 41", true, WireStatus.WrongPayloads)]
        [DataRow("", false, WireStatus.WrongPayloads)]
        [DataRow("", true, WireStatus.WrongPayloads)]
        [DataRow("41", true, WireStatus.Ok)]
        [DataRow("41 43", true, WireStatus.Ok)]
        [DataRow("41", false, WireStatus.WrongPayloads)]
        [DataRow("43", true, WireStatus.WrongPayloads)]
        [DataRow("33 33 34 40", false, WireStatus.WrongPayloads)]
        [DataRow("33 34 34 40", false, WireStatus.WrongPayloads)]
        [DataRow("33 34 40 40", false, WireStatus.WrongPayloads)]
        [DataRow("33 34 40 39", false, WireStatus.WrongPayloads)]
        [DataRow("33 34 40 35", false, WireStatus.WrongPayloads)]
        [DataRow("33 34 40 42", false, WireStatus.WrongPayloads)]
        [DataRow("33 34 40 44", false, WireStatus.WrongPayloads)]
        [DataRow("33 34 40 48", false, WireStatus.WrongPayloads)]
        [DataRow("33 34 40 46", false, WireStatus.WrongPayloads)]
        [DataRow("46", false, WireStatus.WrongPayloads)]
        public void IkeSaInitCarries(string types, bool response, int expected)
        {
            Assert.AreEqual(expected, InClear(types, ExchangeType.IkeSaInit, response).Status);
        }

        // THREATS 4
        [TestMethod]
        [DataRow("35 39 33 44 45", false, WireStatus.Ok)]
        [DataRow("35 37 37 41 38 36 39 47 33 44 45 41 43", false, WireStatus.Ok)]
        [DataRow("39 33 44 45", false, WireStatus.WrongPayloads)]
        [DataRow("35 33 44 45", false, WireStatus.WrongPayloads)]
        [DataRow("35 39 44 45", false, WireStatus.WrongPayloads)]
        [DataRow("35 39 33 45", false, WireStatus.WrongPayloads)]
        [DataRow("35 39 33 44", false, WireStatus.WrongPayloads)]
        [DataRow("35 39 39 33 44 45", false, WireStatus.WrongPayloads)]
        [DataRow("35 35 39 33 44 45", false, WireStatus.WrongPayloads)]
        [DataRow("35 39 33 44 44 45", false, WireStatus.WrongPayloads)]
        [DataRow("35 39 33 44 45 34", false, WireStatus.WrongPayloads)]
        [DataRow("35 39 33 44 45 40", false, WireStatus.WrongPayloads)]
        [DataRow("35 39 33 44 45 42", false, WireStatus.WrongPayloads)]
        [DataRow("35 39 33 44 45 48", false, WireStatus.WrongPayloads)]
        [DataRow("35 37 37 37 37 37 37 37 37 37 39 33 44 45", false, WireStatus.WrongPayloads)]
        [DataRow("41", false, WireStatus.WrongPayloads)]
        [DataRow("", false, WireStatus.WrongPayloads)]
        [DataRow("36 39 33 44 45", true, WireStatus.Ok)]
        [DataRow("36 37 39 47 33 44 45 41", true, WireStatus.Ok)]
        [DataRow("36 39 41", true, WireStatus.Ok)]
        [DataRow("41", true, WireStatus.Ok)]
        [DataRow("36 39", true, WireStatus.WrongPayloads)]
        [DataRow("36 39 33", true, WireStatus.WrongPayloads)]
        [DataRow("36 39 33 44", true, WireStatus.WrongPayloads)]
        [DataRow("36 33 44 45", true, WireStatus.WrongPayloads)]
        [DataRow("39 33 44 45", true, WireStatus.WrongPayloads)]
        [DataRow("35 39 33 44 45", true, WireStatus.WrongPayloads)]
        public void IkeAuthCarriesInsideSk(string types, bool response, int expected)
        {
            Assert.AreEqual(expected, Inside(types, ExchangeType.IkeAuth, response));
        }

        [TestMethod]
        [DataRow("33 40 44 45", false, WireStatus.Ok)]
        [DataRow("41 33 40 34 44 45", true, WireStatus.Ok)]
        [DataRow("33 40 34", false, WireStatus.Ok)]
        [DataRow("33 40 34", true, WireStatus.Ok)]
        [DataRow("33 40", false, WireStatus.WrongPayloads)]
        [DataRow("33 40 34 44", false, WireStatus.WrongPayloads)]
        [DataRow("33 34 44 45", false, WireStatus.WrongPayloads)]
        [DataRow("40 44 45", false, WireStatus.WrongPayloads)]
        [DataRow("33 40 34 34", false, WireStatus.WrongPayloads)]
        [DataRow("33 40 44 45 39", false, WireStatus.WrongPayloads)]
        [DataRow("41", true, WireStatus.Ok)]
        [DataRow("41", false, WireStatus.WrongPayloads)]
        [DataRow("", true, WireStatus.WrongPayloads)]
        public void CreateChildSaCarriesInsideSk(string types, bool response, int expected)
        {
            Assert.AreEqual(expected, Inside(types, ExchangeType.CreateChildSa, response));
        }

        [TestMethod]
        [DataRow("", WireStatus.Ok)]
        [DataRow("42", WireStatus.Ok)]
        [DataRow("41 42 42 47 43", WireStatus.Ok)]
        [DataRow("47 47", WireStatus.WrongPayloads)]
        [DataRow("33", WireStatus.WrongPayloads)]
        [DataRow("39", WireStatus.WrongPayloads)]
        [DataRow("37", WireStatus.WrongPayloads)]
        public void InformationalCarriesInsideSk(string types, int expected)
        {
            Assert.AreEqual(expected, Inside(types, ExchangeType.Informational, false));
            Assert.AreEqual(expected, Inside(types, ExchangeType.Informational, true));
        }

        [TestMethod]
        [DataRow("46", WireStatus.Ok)]
        [DataRow("53", WireStatus.Ok)]
        [DataRow("", WireStatus.Unprotected)]
        [DataRow("41", WireStatus.Unprotected)]
        [DataRow("42", WireStatus.Unprotected)]
        [DataRow("41 46", WireStatus.Unprotected)]
        [DataRow("35 39 33 44 45", WireStatus.Unprotected)]
        [DataRow("36 39 33 44 45", WireStatus.Unprotected)]
        [DataRow("33 40 44 45", WireStatus.Unprotected)]
        public void AfterIkeSaInitNothingStandsInClear(string types, int expected)
        {
            for (int exchange = ExchangeType.IkeAuth; exchange <= ExchangeType.Informational; exchange++)
            {
                Assert.AreEqual(expected, InClear(types, exchange, false).Status);
                Assert.AreEqual(expected, InClear(types, exchange, true).Status);
            }
        }

        [TestMethod]
        [DataRow(0)]
        [DataRow(2)]
        [DataRow(33)]
        [DataRow(38)]
        [DataRow(255)]
        public void AnExchangeWeDoNotKnowCarriesNothing(int exchange)
        {
            Assert.AreEqual(WireStatus.UnknownExchange, InClear("46", exchange, false).Status);
            Assert.AreEqual(WireStatus.UnknownExchange, Inside("41", exchange, false));
        }

        // IKE_SA_INIT never comes out of SK.
        [TestMethod]
        public void IkeSaInitIsNotSealed()
        {
            Assert.AreEqual(WireStatus.WrongPayloads, Inside("33 34 40", ExchangeType.IkeSaInit, false));
        }

        [TestMethod]
        [DataRow(49, true, WireStatus.UnsupportedCritical)]
        [DataRow(200, true, WireStatus.UnsupportedCritical)]
        [DataRow(255, true, WireStatus.UnsupportedCritical)]
        [DataRow(49, false, WireStatus.Ok)]
        [DataRow(255, false, WireStatus.Ok)]
        public void AnUnknownPayloadIsPassedOverUnlessItIsCritical(int type, bool critical, int expected)
        {
            byte[] bytes = { PayloadType.Notify, (byte)(critical ? 0x80 : 0), 0, 4, 0, 0, 0, 8, 0, 0, 0x40, 0 };
            Received received = Received.Inside(bytes, type, ExchangeType.Informational, false);
            Assert.AreEqual(expected, received.Status);
            Assert.AreEqual(critical ? type : 0, received.Index.UnknownCritical);
        }

        // RFC 7296 3.2: the bit means nothing on a type that we know.
        [TestMethod]
        public void TheCriticalBitOfAKnownPayloadMeansNothing()
        {
            byte[] bytes = { 0, 0x80, 0, 8, 0, 0, 0x40, 0 };
            Assert.AreEqual(WireStatus.Ok, Received.Inside(bytes, PayloadType.Notify, ExchangeType.Informational, false).Status);
        }

        // Before its integrity is known, a sealed message cannot make us answer.
        [TestMethod]
        public void ACriticalPayloadBesideSkIsNotAnswered()
        {
            byte[] message = Hex.Parse("0123456789abcdef0000000000000001c82023080000000100000028" + "2e800004" + "0000000800000000");
            Assert.AreEqual(WireStatus.Unprotected, Received.Message(message).Status);
        }

        [TestMethod]
        public void ABadBodySpoilsTheMessage()
        {
            byte[] bytes = { 0, 0, 0, 7, 0, 0, 0x40 };
            Received received = Received.Inside(bytes, PayloadType.Notify, ExchangeType.Informational, false);
            Assert.AreEqual(WireStatus.BadPayload, received.Status);
            Assert.AreEqual(PayloadRules.NoShape, received.Index.Shape);
        }
    }
}
