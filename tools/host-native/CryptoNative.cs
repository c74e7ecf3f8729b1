// Written by tools/api-check --write from firmware/native/CryptoNative.cs. Do not edit.
using System.Runtime.InteropServices;

namespace NfIpsec.Native
{
    /// <summary>The host's face of the native class: arrays are pinned for the call and go with their capacity;
    /// null goes as a null pointer of capacity 0.</summary>
    public static unsafe class CryptoNative
    {
        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_crypto_start();

        public static int Start()
        {
            return nfi_crypto_start();
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_crypto_self_test();

        public static int SelfTest()
        {
            return nfi_crypto_self_test();
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_crypto_random(byte* dst, int dstCapacity, int offset, int length);

        public static int Random(byte[] dst, int offset, int length)
        {
            fixed (byte* dstPointer = dst)
                return nfi_crypto_random(dstPointer, dst == null ? 0 : dst.Length, offset, length);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_crypto_wipe(byte* dst, int dstCapacity, int offset, int length);

        public static int Wipe(byte[] dst, int offset, int length)
        {
            fixed (byte* dstPointer = dst)
                return nfi_crypto_wipe(dstPointer, dst == null ? 0 : dst.Length, offset, length);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_crypto_compare(byte* a, int aCapacity, int aOffset, byte* b, int bCapacity, int bOffset, int length);

        public static int Compare(byte[] a, int aOffset, byte[] b, int bOffset, int length)
        {
            fixed (byte* aPointer = a)
            fixed (byte* bPointer = b)
                return nfi_crypto_compare(aPointer, a == null ? 0 : a.Length, aOffset, bPointer, b == null ? 0 : b.Length, bOffset, length);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_crypto_secret_import(byte* src, int srcCapacity, int offset, int length);

        public static int SecretImport(byte[] src, int offset, int length)
        {
            fixed (byte* srcPointer = src)
                return nfi_crypto_secret_import(srcPointer, src == null ? 0 : src.Length, offset, length);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_crypto_secret_random(int length);

        public static int SecretRandom(int length)
        {
            return nfi_crypto_secret_random(length);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_crypto_secret_length(int secret);

        public static int SecretLength(int secret)
        {
            return nfi_crypto_secret_length(secret);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_crypto_secret_export(int secret, byte* dst, int dstCapacity, int offset);

        public static int SecretExport(int secret, byte[] dst, int offset)
        {
            fixed (byte* dstPointer = dst)
                return nfi_crypto_secret_export(secret, dstPointer, dst == null ? 0 : dst.Length, offset);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_crypto_handle_free(int handle);

        public static int HandleFree(int handle)
        {
            return nfi_crypto_handle_free(handle);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_crypto_handle_count();

        public static int HandleCount()
        {
            return nfi_crypto_handle_count();
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_crypto_hash_create(int algorithm);

        public static int HashCreate(int algorithm)
        {
            return nfi_crypto_hash_create(algorithm);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_crypto_hash_update(int hash, byte* src, int srcCapacity, int offset, int length);

        public static int HashUpdate(int hash, byte[] src, int offset, int length)
        {
            fixed (byte* srcPointer = src)
                return nfi_crypto_hash_update(hash, srcPointer, src == null ? 0 : src.Length, offset, length);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_crypto_hash_finish(int hash, byte* dst, int dstCapacity, int offset);

        public static int HashFinish(int hash, byte[] dst, int offset)
        {
            fixed (byte* dstPointer = dst)
                return nfi_crypto_hash_finish(hash, dstPointer, dst == null ? 0 : dst.Length, offset);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_crypto_mac(int algorithm, int secret, byte* src, int srcCapacity, int offset, int length, byte* dst, int dstCapacity, int dstOffset, int macLength);

        public static int Mac(int algorithm, int secret, byte[] src, int offset, int length, byte[] dst, int dstOffset, int macLength)
        {
            fixed (byte* srcPointer = src)
            fixed (byte* dstPointer = dst)
                return nfi_crypto_mac(algorithm, secret, srcPointer, src == null ? 0 : src.Length, offset, length, dstPointer, dst == null ? 0 : dst.Length, dstOffset, macLength);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_crypto_cipher(int algorithm, int secret, int encrypt, byte* iv, int ivCapacity, int ivOffset, byte* buffer, int bufferCapacity, int offset, int length);

        public static int Cipher(int algorithm, int secret, int encrypt, byte[] iv, int ivOffset, byte[] buffer, int offset, int length)
        {
            fixed (byte* ivPointer = iv)
            fixed (byte* bufferPointer = buffer)
                return nfi_crypto_cipher(algorithm, secret, encrypt, ivPointer, iv == null ? 0 : iv.Length, ivOffset, bufferPointer, buffer == null ? 0 : buffer.Length, offset, length);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_crypto_job_start(int kind, int a, int b, byte* src, int srcCapacity, int offset, int length);

        public static int JobStart(int kind, int a, int b, byte[] src, int offset, int length)
        {
            fixed (byte* srcPointer = src)
                return nfi_crypto_job_start(kind, a, b, srcPointer, src == null ? 0 : src.Length, offset, length);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_crypto_job_poll();

        public static int JobPoll()
        {
            return nfi_crypto_job_poll();
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_crypto_job_finish(int job, byte* dst, int dstCapacity, int offset);

        public static int JobFinish(int job, byte[] dst, int offset)
        {
            fixed (byte* dstPointer = dst)
                return nfi_crypto_job_finish(job, dstPointer, dst == null ? 0 : dst.Length, offset);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_crypto_job_cancel(int job);

        public static int JobCancel(int job)
        {
            return nfi_crypto_job_cancel(job);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_crypto_dh_length(int group);

        public static int DhLength(int group)
        {
            return nfi_crypto_dh_length(group);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_crypto_derive(int prf, int keySecret, byte* key, int keyCapacity, int keyOffset, int keyLength, int dataSecret, byte* data, int dataCapacity, int dataOffset, int dataLength);

        public static int Derive(int prf, int keySecret, byte[] key, int keyOffset, int keyLength, int dataSecret, byte[] data, int dataOffset, int dataLength)
        {
            fixed (byte* keyPointer = key)
            fixed (byte* dataPointer = data)
                return nfi_crypto_derive(prf, keySecret, keyPointer, key == null ? 0 : key.Length, keyOffset, keyLength, dataSecret, dataPointer, data == null ? 0 : data.Length, dataOffset, dataLength);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_crypto_expand(int prf, int keySecret, int seedSecret, byte* seed, int seedCapacity, int seedOffset, int seedLength, int length);

        public static int Expand(int prf, int keySecret, int seedSecret, byte[] seed, int seedOffset, int seedLength, int length)
        {
            fixed (byte* seedPointer = seed)
                return nfi_crypto_expand(prf, keySecret, seedSecret, seedPointer, seed == null ? 0 : seed.Length, seedOffset, seedLength, length);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_crypto_secret_slice(int secret, int offset, int length);

        public static int SecretSlice(int secret, int offset, int length)
        {
            return nfi_crypto_secret_slice(secret, offset, length);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_crypto_sk_iv_length(int cipher);

        public static int SkIvLength(int cipher)
        {
            return nfi_crypto_sk_iv_length(cipher);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_crypto_sk_overhead(int cipher, int mac, int icv);

        public static int SkOverhead(int cipher, int mac, int icv)
        {
            return nfi_crypto_sk_overhead(cipher, mac, icv);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_crypto_sk_seal(int cipher, int cipherSecret, int mac, int macSecret, int icv, byte* message, int messageCapacity, int offset, int payload, int head, int length);

        public static int SkSeal(int cipher, int cipherSecret, int mac, int macSecret, int icv, byte[] message, int offset, int payload, int head, int length)
        {
            fixed (byte* messagePointer = message)
                return nfi_crypto_sk_seal(cipher, cipherSecret, mac, macSecret, icv, messagePointer, message == null ? 0 : message.Length, offset, payload, head, length);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_crypto_sk_open(int cipher, int cipherSecret, int mac, int macSecret, int icv, byte* message, int messageCapacity, int offset, int payload, int head, int length);

        public static int SkOpen(int cipher, int cipherSecret, int mac, int macSecret, int icv, byte[] message, int offset, int payload, int head, int length)
        {
            fixed (byte* messagePointer = message)
                return nfi_crypto_sk_open(cipher, cipherSecret, mac, macSecret, icv, messagePointer, message == null ? 0 : message.Length, offset, payload, head, length);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_crypto_available(int kind, int algorithm, int keyLength);

        public static int Available(int kind, int algorithm, int keyLength)
        {
            return nfi_crypto_available(kind, algorithm, keyLength);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_crypto_certificate_parse(byte* src, int srcCapacity, int offset, int length);

        public static int CertificateParse(byte[] src, int offset, int length)
        {
            fixed (byte* srcPointer = src)
                return nfi_crypto_certificate_parse(srcPointer, src == null ? 0 : src.Length, offset, length);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_crypto_crl_parse(byte* src, int srcCapacity, int offset, int length);

        public static int CrlParse(byte[] src, int offset, int length)
        {
            fixed (byte* srcPointer = src)
                return nfi_crypto_crl_parse(srcPointer, src == null ? 0 : src.Length, offset, length);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_crypto_certificate_info(int certificate, int* words, int wordsCapacity);

        public static int CertificateInfo(int certificate, int[] words)
        {
            fixed (int* wordsPointer = words)
                return nfi_crypto_certificate_info(certificate, wordsPointer, words == null ? 0 : words.Length);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_crypto_crl_info(int crl, int* words, int wordsCapacity);

        public static int CrlInfo(int crl, int[] words)
        {
            fixed (int* wordsPointer = words)
                return nfi_crypto_crl_info(crl, wordsPointer, words == null ? 0 : words.Length);
        }

        [DllImport(LibraryResolver.Name)]
        private static extern int nfi_crypto_certificate_part(int certificate, int part, int index, byte* dst, int dstCapacity, int offset);

        public static int CertificatePart(int certificate, int part, int index, byte[] dst, int offset)
        {
            fixed (byte* dstPointer = dst)
                return nfi_crypto_certificate_part(certificate, part, index, dstPointer, dst == null ? 0 : dst.Length, offset);
        }
    }
}
