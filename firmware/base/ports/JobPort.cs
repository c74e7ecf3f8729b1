namespace NfIpsec.Base.Ports
{
    /// <summary>Slow arithmetic outside the node's thread: started, polled, finished. A board has the native worker; tests have jobs
    /// that are done at once, late, or fail.</summary>
    /// <remarks>Numbers and meanings: crypto-native/include/nfi_crypto.h, enum NFI_JOB_.</remarks>
    public abstract class JobPort
    {
        /// <summary>Kinds. DhGenerate: a is the group's native id; the result is a private key's handle, the output our public value.
        /// DhShared: a is that handle, the input the peer's public value; the result is the handle of the shared secret.</summary>
        public const int DhGenerate = 3, DhShared = 4;

        /// <summary>Of certificates. PrivateKey: a is the certificate it must fit or 0, the input a file; the result is the key's handle.
        /// Sign: a is a private key, b a scheme, the input a digest; the result counts the bytes of the output. Verify: a is a
        /// certificate, b a scheme, the input digest and signature. Chain: a is a certificate, the input what ChainRequest writes.
        /// </summary>
        public const int PrivateKey = 5, Sign = 6, Verify = 7, Chain = 8;

        /// <summary>Copies the input and starts; the job's number, or a negated code (NFI_BUSY: all places are taken).</summary>
        public abstract int Start(int kind, int a, int b, byte[] src, int offset, int length);

        /// <summary>The number of the oldest finished job, or 0; the same one until it is finished or cancelled.</summary>
        public abstract int Poll();

        /// <summary>The finished job's result, or a negated code; writes its output and frees it.</summary>
        public abstract int Finish(int job, byte[] dst, int offset);

        /// <summary>Nobody waits for the job any more: its result is wiped.</summary>
        public abstract int Cancel(int job);
    }
}
