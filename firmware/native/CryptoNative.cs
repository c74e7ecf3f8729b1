using System.Runtime.CompilerServices;

namespace NfIpsec.Native
{
    /// <summary>Ciphers, hashes, secrets and jobs. Contract: crypto-native/include/nfi_crypto.h.</summary>
    /// <remarks>Every method returns a value >= 0, or the negated code of NfIpsec.Base.Status. A null or short array is an
    /// error code, never a fault. The order of the methods is the order of the native method table: add at the end only.</remarks>
    public static class CryptoNative
    {
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Start();

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int SelfTest();

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Random(byte[] dst, int offset, int length);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Wipe(byte[] dst, int offset, int length);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Compare(byte[] a, int aOffset, byte[] b, int bOffset, int length);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int SecretImport(byte[] src, int offset, int length);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int SecretRandom(int length);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int SecretLength(int secret);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int SecretExport(int secret, byte[] dst, int offset);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int HandleFree(int handle);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int HandleCount();

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int HashCreate(int algorithm);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int HashUpdate(int hash, byte[] src, int offset, int length);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int HashFinish(int hash, byte[] dst, int offset);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Mac(int algorithm, int secret, byte[] src, int offset, int length, byte[] dst, int dstOffset, int macLength);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Cipher(int algorithm, int secret, int encrypt, byte[] iv, int ivOffset, byte[] buffer, int offset, int length);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int JobStart(int kind, int a, int b, byte[] src, int offset, int length);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int JobPoll();

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int JobFinish(int job, byte[] dst, int offset);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int JobCancel(int job);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int DhLength(int group);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Derive(int prf, int keySecret, byte[] key, int keyOffset, int keyLength, int dataSecret, byte[] data, int dataOffset, int dataLength);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Expand(int prf, int keySecret, int seedSecret, byte[] seed, int seedOffset, int seedLength, int length);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int SecretSlice(int secret, int offset, int length);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int SkIvLength(int cipher);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int SkOverhead(int cipher, int mac, int icv);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int SkSeal(int cipher, int cipherSecret, int mac, int macSecret, int icv, byte[] message, int offset, int payload, int head, int length);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int SkOpen(int cipher, int cipherSecret, int mac, int macSecret, int icv, byte[] message, int offset, int payload, int head, int length);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Available(int kind, int algorithm, int keyLength);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int CertificateParse(byte[] src, int offset, int length);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int CrlParse(byte[] src, int offset, int length);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int CertificateInfo(int certificate, int[] words);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int CrlInfo(int crl, int[] words);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int CertificatePart(int certificate, int part, int index, byte[] dst, int offset);
    }
}
