using NfIpsec.Base.Ports;
using NfIpsec.Native;

namespace NfIpsec.Base.Crypto
{
    /// <summary>The native worker.</summary>
    public sealed class NativeJobs : JobPort
    {
        public override int Start(int kind, int a, int b, byte[] src, int offset, int length)
        {
            return CryptoNative.JobStart(kind, a, b, src, offset, length);
        }

        public override int Poll()
        {
            return CryptoNative.JobPoll();
        }

        public override int Finish(int job, byte[] dst, int offset)
        {
            return CryptoNative.JobFinish(job, dst, offset);
        }

        public override int Cancel(int job)
        {
            return CryptoNative.JobCancel(job);
        }
    }
}
