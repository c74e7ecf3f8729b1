using nanoFramework.TestFramework;
using NfIpsec.Base;
using NfIpsec.Base.Bytes;
using NfIpsec.Base.Crypto;
using NfIpsec.Native;

namespace NfIpsec.Tests.BaseRoom
{
    [TestClass]
    public class SecretTests
    {
        [Setup]
        public void Start()
        {
            Assert.IsTrue(CryptoNative.Start() >= 0, "CryptoNative.Start");
        }

        [TestMethod]
        public void ADisposedSecretIsGone()
        {
            Secret secret = Secret.Import(new byte[16], 0, 16, out int status);
            Assert.AreEqual(Status.XE_OK, status);
            int handle = secret.Handle;
            Assert.AreEqual(16, secret.Length);
            Assert.AreEqual(handle, Secret.HandleOf(secret));
            secret.Dispose();
            secret.Dispose();
            Assert.AreEqual(0, secret.Handle);
            Assert.IsTrue(CryptoNative.SecretLength(handle) < 0);
            Assert.AreEqual(0, Secret.HandleOf(null));
        }

        [TestMethod]
        public void ARangeThatDoesNotFitMakesNoSecret()
        {
            Assert.IsNull(Secret.Import(new byte[16], 8, 16, out int status));
            Assert.AreNotEqual(Status.XE_OK, status);
            Assert.IsNull(Secret.Import(null, 0, 1, out status));
            Assert.AreNotEqual(Status.XE_OK, status);
        }

        // FIPS 180-4, "abc".
        [TestMethod]
        public void AHashOwnerHashes()
        {
            Hash hash = Hash.Create(Algorithms256(), out int status);
            Assert.AreEqual(Status.XE_OK, status);
            byte[] digest = new byte[32];
            Assert.AreEqual(Status.XE_OK, hash.Update(new byte[] { 97, 98, 99 }, 0, 3));
            Assert.AreEqual(32, hash.Finish(digest, 0));
            Assert.AreEqual("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", Hex.Format(digest, 0, 32));
            hash.Dispose();
            Assert.AreNotEqual(Status.XE_OK, hash.Update(digest, 0, 1));
        }

        private static int Algorithms256()
        {
            return NfIpsec.Base.Algorithm.Algorithms.NativeId(NfIpsec.Base.Algorithm.Algorithms.HmacSha256);
        }

        [TestMethod]
        public void RandomBytesDiffer()
        {
            byte[] a = new byte[16];
            byte[] b = new byte[16];
            NativeRandom random = new NativeRandom();
            Assert.AreEqual(Status.XE_OK, random.Fill(a, 0, 16));
            Assert.AreEqual(Status.XE_OK, random.Fill(b, 0, 16));
            Assert.AreNotEqual(Hex.Format(a, 0, 16), Hex.Format(b, 0, 16));
            Assert.AreNotEqual(Status.XE_OK, random.Fill(a, 8, 16));
        }
    }
}
