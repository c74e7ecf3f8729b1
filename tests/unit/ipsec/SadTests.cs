using nanoFramework.TestFramework;
using NfIpsec.Base;
using NfIpsec.Base.Address;
using NfIpsec.Base.Algorithm;
using NfIpsec.Base.Ports;
using NfIpsec.Ipsec.Management;
using NfIpsec.Ipsec.Policy;
using NfIpsec.Ipsec.Sa;

namespace NfIpsec.Tests.IpsecRoom
{
    [TestClass]
    public class SadTests
    {
        private const int SlotMask = Limits.MaxSessions - 1;

        [TestMethod]
        public void AGeneratedSpiCarriesItsSlotAndIsNeverReserved()
        {
            Bench bench = Bench.Started();
            for (int i = 0; i < 2000; i++)
            {
                int slot = i % Limits.MaxSessions;
                int spi = bench.Sad.GenerateSpi(slot);
                Assert.AreEqual(slot, spi & SlotMask);
                Assert.IsFalse(Sad.IsReserved(spi));
            }
            bench.Random.Broken = true;
            Assert.AreEqual(0, bench.Sad.GenerateSpi(1), "without randomness there is no SPI");
        }

        [TestMethod]
        public void AReservedOrTakenSpiIsDrawnAgain()
        {
            Bench bench = Bench.Started();
            int taken = (7 << 16) | 1;
            SaRequest request = Bench.Request();
            request.InboundSpi = taken;
            bench.AddSession(bench.SecureTcp(0), request);
            bench.Random.Script = new int[] { 0, 0, taken, 8 << 16 };
            Assert.AreEqual((8 << 16) | 1, bench.Sad.GenerateSpi(1));
            bench.Random.Script = new int[100];
            Assert.AreEqual(0, bench.Sad.GenerateSpi(1), "it does not try for ever");
        }

        [TestMethod]
        public void ASessionIsFoundByAGeneratedAndByAGivenSpi()
        {
            Bench bench = Bench.Started();
            SecurityPolicy a = bench.SecureTcp(0);
            SecurityPolicy b = bench.AddPolicy(PolicyAction.IPSEC_POLICY_SECURE_TRANSPORT, "10.0.0.77", "10.0.0.78", 17, 4, PolicyFlags.SP_PROTO_ESP);
            SaRequest generated = Bench.Request();
            generated.InboundSpi = 0;
            IpsecSession given = bench.AddSession(a);
            IpsecSession made = bench.AddSession(b, generated);
            Assert.AreSame(given, bench.Sad.Find(Bench.LocalSpi));
            Assert.AreSame(made, bench.Sad.Find(made.InboundSpi));
            Assert.IsNull(bench.Sad.Find(Bench.LocalSpi + Limits.MaxSessions), "the slot alone is not enough");
            Assert.IsNull(bench.Sad.Find(0));
        }

        [TestMethod]
        [DataRow(0x1001, 255, Status.XE_BAD_ESP_SPI)]
        [DataRow(255, 0x2001, Status.XE_BAD_ESP_SPI)]
        [DataRow(1, 0x2001, Status.XE_BAD_ESP_SPI)]
        [DataRow(0x1001, 0, Status.XE_BAD_ESP_SPI)]
        [DataRow(256, 256, Status.XE_OK)]
        [DataRow(-1, -1, Status.XE_OK)]
        public void ReservedSpisAreRefused(int inbound, int outbound, int expected)
        {
            Bench bench = Bench.Started();
            SaRequest request = Bench.Request();
            request.InboundSpi = inbound;
            request.OutboundSpi = outbound;
            IpsecSession session = bench.Databases.AddSession(bench.SecureTcp(0), request, out int status);
            Assert.AreEqual(expected, status);
            Assert.AreEqual(expected == Status.XE_OK, session != null);
        }

        [TestMethod]
        public void AnInboundSpiIsTakenOnce()
        {
            Bench bench = Bench.Started();
            bench.AddSession(bench.SecureTcp(0));
            SecurityPolicy other = bench.AddPolicy(PolicyAction.IPSEC_POLICY_SECURE_TRANSPORT, "any", "any", 17, 4, PolicyFlags.SP_PROTO_ESP);
            Assert.IsNull(bench.Databases.AddSession(other, Bench.Request(), out int status));
            Assert.AreEqual(Status.XE_EXIST, status);
            Assert.AreEqual(2, bench.Packets.LiveTransforms);
        }

        [TestMethod]
        public void TheDatabaseIsBoundedAndRecovers()
        {
            Bench bench = Bench.Started();
            SecurityPolicy policy = null;
            for (int i = 0; i < Limits.MaxSessions; i++)
            {
                policy = bench.AddPolicy(PolicyAction.IPSEC_POLICY_SECURE_TRANSPORT, "any", "10.1." + (i / 256).ToString() + "." + (i % 256).ToString(), 0, 4, PolicyFlags.SP_PROTO_ESP);
                SaRequest request = Bench.Request();
                request.InboundSpi = 0;
                bench.AddSession(policy, request);
            }
            SaRequest more = Bench.Request();
            Assert.IsNull(bench.Databases.AddSession(policy, more, out int status));
            Assert.AreEqual(Status.XE_OUT_OF_SESSIONS, status);
            Assert.AreEqual(2 * Limits.MaxSessions, bench.Packets.LiveTransforms);
            bench.Databases.RemoveAllSessions();
            Assert.AreEqual(0, bench.Sad.Count);
            Assert.AreEqual(0, bench.Packets.LiveTransforms);
            Assert.AreEqual(0, bench.Sad.Timers.Count);
            bench.AddSession(policy, more);
        }

        [TestMethod]
        public void AFailureOfTheSecondTransformFreesTheFirst()
        {
            Bench bench = Bench.Started();
            bench.Packets.CreateResult = -Status.NFI_BAD_HANDLE;
            Assert.IsNull(bench.Databases.AddSession(bench.SecureTcp(0), Bench.Request(), out int status));
            Assert.AreEqual(Status.NFI_BAD_HANDLE, status);
            Assert.AreEqual(0, bench.Packets.LiveTransforms);
            Assert.AreEqual(0, bench.Sad.Count);
            Assert.IsNull(bench.Sad.Find(Bench.LocalSpi));
        }

        [TestMethod]
        public void ARenewedSessionReplacesAndTheOldOneStaysForLateComers()
        {
            Bench bench = Bench.Started();
            SecurityPolicy policy = bench.SecureTcp(0);
            IpsecSession first = bench.AddSession(policy);
            SaRequest next = Bench.Request();
            next.InboundSpi = 0x1002;
            IpsecSession second = bench.AddSession(policy, next);
            Assert.AreSame(second, policy.Session);
            Assert.AreSame(first, policy.Alternate);
            Assert.AreSame(first, bench.Sad.Find(Bench.LocalSpi));
            bench.Sad.Remove(second);
            Assert.AreSame(first, policy.Session, "the older one serves again");
            Assert.IsNull(policy.Alternate);
        }

        [TestMethod]
        public void AManualSessionIsNotReplaced()
        {
            Bench bench = Bench.Started();
            SecurityPolicy policy = bench.SecureTcp(0);
            SaRequest request = Bench.Request();
            request.Manual = true;
            bench.AddSession(policy, request);
            request = Bench.Request();
            request.InboundSpi = 0x1002;
            Assert.IsNull(bench.Databases.AddSession(policy, request, out int status));
            Assert.AreEqual(Status.XE_EXIST, status);
        }

        [TestMethod]
        public void TheTransformGetsWhatThePolicySays()
        {
            Bench bench = Bench.Started();
            int flags = PolicyFlags.SP_PROTO_ESP | PolicyFlags.SP_CHECK_ESP_PAD | PolicyFlags.SP_FULL_ECN | PolicyFlags.SP_DF_SET | PolicyFlags.SP_ESN | PolicyFlags.SP_AUTH_SHA2_ICV_SHORT;
            SecurityPolicy policy = bench.AddPolicy(PolicyAction.IPSEC_POLICY_SECURE_TUNNEL, "10.1.0.0/16", "10.2.0.0/16", 0, 4, flags);
            IpsecSession session = bench.AddSession(policy);
            int[] config = bench.Packets.LastConfig;      // the outbound one comes second
            Assert.AreEqual(TransformConfig.Tunnel | TransformConfig.Esp | TransformConfig.Esn | TransformConfig.PadCheck | TransformConfig.FullEcn | TransformConfig.DfSet, config[TransformConfig.Flags]);
            Assert.AreEqual(1, config[TransformConfig.Cipher]);
            Assert.AreEqual(3, config[TransformConfig.EspMac]);
            Assert.AreEqual(12, config[TransformConfig.EspIcv]);
            Assert.AreEqual(Bench.RemoteSpi, config[TransformConfig.Spi]);
            Assert.AreEqual(4, config[TransformConfig.Version]);
            Assert.AreEqual("10.0.0.77", IpAddress.Format(config, TransformConfig.Local));
            Assert.AreEqual("10.0.0.78", IpAddress.Format(config, TransformConfig.Remote));
            Assert.IsNotNull(session.Inbound.Window, "extended numbers need the window");
        }

        [TestMethod]
        public void ReplayIsCheckedOnlyWhenAskedFor()
        {
            Bench bench = Bench.Started();
            SecurityPolicy without = bench.SecureTcp(0);
            Assert.IsNull(bench.AddSession(without).Inbound.Window);
            bench.Databases.RemoveAllSessions();
            Assert.AreEqual(Status.XE_OK, bench.Databases.RemovePolicy(without));
            SecurityPolicy with = bench.SecureTcp(PolicyFlags.SP_CHECK_REPLAY);
            with.Protection.ReplayWindow = 128;
            Assert.AreEqual(128, bench.AddSession(with).Inbound.Window.Size);
        }

        [TestMethod]
        public void APolicyTakesItsSessionsAlong()
        {
            Bench bench = Bench.Started();
            SecurityPolicy policy = bench.SecureTcp(0);
            bench.AddSession(policy);
            Assert.AreEqual(Status.XE_OK, bench.Databases.RemovePolicy(policy));
            Assert.AreEqual(0, bench.Sad.Count);
            Assert.AreEqual(0, bench.Packets.LiveTransforms);
            Assert.IsNull(bench.Sad.Find(Bench.LocalSpi));
        }
    }
}
