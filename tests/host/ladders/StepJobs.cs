using System.Collections.Generic;
using System.Threading;
using NfIpsec.Base;
using NfIpsec.Base.Crypto;
using NfIpsec.Base.Ports;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>The native worker, waited for: a job is done by the next poll, later, or fails, as the test says.</summary>
    public sealed class StepJobs : JobPort
    {
        private static readonly NativeJobs s_native = new();
        private static readonly HashSet<int> s_done = new();
        private readonly Queue<int> _finished = new();
        private readonly HashSet<int> _mine = new();

        /// <summary>Polls that answer nothing before a job shows; jobs that fail; none starts.</summary>
        public int Late, Failing;
        public bool Busy;
        public int Started;

        public override int Start(int kind, int a, int b, byte[] src, int offset, int length)
        {
            if (Busy)
                return -Status.NFI_BUSY;
            int job = s_native.Start(kind, a, b, src, offset, length);
            if (job <= 0)
                return job;
            Started++;
            _mine.Add(job);
            for (int i = 0; i < 5000 && !s_done.Remove(job); i++)
            {
                int done = s_native.Poll();
                if (done > 0)
                    s_done.Add(done);
                else
                    Thread.Sleep(1);
            }
            _finished.Enqueue(job);
            return job;
        }

        public override int Poll()
        {
            if (_finished.Count == 0 || Late-- > 0)
                return 0;
            return _finished.Dequeue();
        }

        public override int Finish(int job, byte[] dst, int offset)
        {
            int result = s_native.Finish(job, dst, offset);
            if (Failing <= 0 || result < 0)
                return result;
            Failing--;
            NfIpsec.Native.CryptoNative.HandleFree(result);
            return -Status.NFI_CRYPTO_FAULT;
        }

        public override int Cancel(int job)
        {
            var rest = _finished.ToArray();
            _finished.Clear();
            foreach (int other in rest)
                if (other != job)
                    _finished.Enqueue(other);
            return s_native.Cancel(job);
        }
    }
}
