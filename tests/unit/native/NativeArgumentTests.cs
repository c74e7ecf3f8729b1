using nanoFramework.TestFramework;
using NfIpsec.Native;

namespace NfIpsec.Tests.Native
{
    /// <summary>The native face checks every array, offset and length: what does not fit is an error code, never a fault (THREATS 43).</summary>
    [TestClass]
    public class NativeArgumentTests
    {
        [Setup]
        public void Start()
        {
            Assert.IsTrue(CryptoNative.Start() >= 0, "CryptoNative.Start");
        }

        [TestMethod]
        public void ANullArrayIsAnErrorCode()
        {
            Assert.IsTrue(CryptoNative.Random(null, 0, 1) < 0, "Random");
            Assert.IsTrue(CryptoNative.Wipe(null, 0, 1) < 0, "Wipe");
            Assert.IsTrue(CryptoNative.Compare(null, 0, new byte[1], 0, 1) < 0, "Compare, first");
            Assert.IsTrue(CryptoNative.Compare(new byte[1], 0, null, 0, 1) < 0, "Compare, second");
            Assert.IsTrue(CryptoNative.SecretImport(null, 0, 16) < 0, "SecretImport");
        }

        [TestMethod]
        [DataRow(4, 0, 5)]
        [DataRow(4, 4, 1)]
        [DataRow(4, 5, 0)]
        [DataRow(4, -1, 2)]
        [DataRow(4, 0, -1)]
        [DataRow(4, 1, 2147483647)]
        [DataRow(4, -2147483648, 1)]
        public void ARangeOutsideTheArrayIsAnErrorCodeAndTouchesNothing(int capacity, int offset, int length)
        {
            byte[] buffer = new byte[capacity];
            Assert.IsTrue(CryptoNative.Random(buffer, offset, length) < 0);
            for (int i = 0; i < capacity; i++)
                Assert.AreEqual(0, (int)buffer[i], "byte " + i.ToString());
        }

        [TestMethod]
        [DataRow(0)]
        [DataRow(-1)]
        [DataRow(2147483647)]
        public void AHandleNobodyGaveIsAnErrorCode(int handle)
        {
            Assert.IsTrue(CryptoNative.SecretLength(handle) < 0, "SecretLength");
            Assert.IsTrue(CryptoNative.HandleFree(handle) < 0, "HandleFree");
            Assert.IsTrue(PacketNative.TransformMove(handle, new int[4], 4500) < 0, "TransformMove");
        }
    }
}
