using System;
using System.Collections.Generic;
using System.Threading;
using NfIpsec.Base;
using NfIpsec.Base.Crypto;
using NfIpsec.Base.Ports;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>The native worker, waited for: a job shows at the next poll, later, or fails, as the test says.</summary>
    public sealed class StepJobs : JobPort
    {
        private sealed record Outcome(int Job, int Result, byte[] Output);

        private static readonly NativeJobs s_native = new();
        private readonly List<Outcome> _finished = new();

        /// <summary>Polls that answer nothing before a job shows; jobs that fail; none starts.</summary>
        public int Late, Failing;
        public bool Busy;

        /// <summary>Jobs under way at most, as the native worker has it.</summary>
        public int Places = 4;

        public int Started;

        /// <summary>What was said to jobs that were not taken.</summary>
        public readonly List<int> Refusals = new();

        public override int Start(int kind, int a, int b, byte[] src, int offset, int length)
        {
            int job = Busy || _finished.Count == Places ? -Status.NFI_BUSY : s_native.Start(kind, a, b, src, offset, length);
            if (job <= 0)
            {
                Refusals.Add(job);
                return job;
            }
            Started++;
            while (s_native.Poll() != job)
                Thread.Sleep(0);
            var output = new byte[Limits.MaxJobOutput];
            _finished.Add(new Outcome(job, s_native.Finish(job, output, 0), output));
            return job;
        }

        public override int Poll() => _finished.Count == 0 || Late-- > 0 ? 0 : _finished[0].Job;

        private Outcome Take(int job)
        {
            var outcome = _finished.Find(o => o.Job == job);
            _finished.Remove(outcome);
            return outcome;
        }

        public override int Finish(int job, byte[] dst, int offset)
        {
            var outcome = Take(job);
            if (outcome.Result > 0 && Failing > 0)
            {
                Failing--;
                NfIpsec.Native.CryptoNative.HandleFree(outcome.Result);
                return -Status.NFI_CRYPTO_FAULT;
            }
            Array.Copy(outcome.Output, 0, dst, offset, Math.Min(outcome.Output.Length, dst.Length - offset));
            return outcome.Result;
        }

        public override int Cancel(int job)
        {
            var outcome = Take(job);
            return outcome.Result > 0 ? NfIpsec.Native.CryptoNative.HandleFree(outcome.Result) : 0;
        }
    }
}
