using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using NfIpsec.Base;
using NfIpsec.Base.Crypto;
using NfIpsec.Base.Ports;
using NfIpsec.Native;
using Xunit;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>One case of tests/vectors/ikev2-handshake.txt.</summary>
    public sealed class GoldenHandshake
    {
        private readonly Dictionary<string, string> _fields = new();

        public byte[] this[string field] => Convert.FromHexString(_fields[field]);

        public string Name => _fields["name"];

        public static GoldenHandshake[] All()
        {
            var cases = new List<GoldenHandshake>();
            foreach (string line in File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "ikev2-handshake.txt")))
            {
                int equals = line.IndexOf(" = ", StringComparison.Ordinal);
                if (line.StartsWith('#') || line.Length == 0)
                    continue;
                if (line.StartsWith("name ", StringComparison.Ordinal))
                    cases.Add(new GoldenHandshake());
                cases[^1]._fields[line[..equals]] = line[(equals + 3)..];
            }
            return cases.ToArray();
        }
    }

    /// <summary>Draws what the case says, in the order in which it is asked for.</summary>
    internal sealed class FixedRandom : RandomSource
    {
        private readonly Queue<byte[]> _numbers;

        public FixedRandom(params byte[][] numbers)
        {
            _numbers = new Queue<byte[]>(numbers);
        }

        public override int Fill(byte[] dst, int offset, int length)
        {
            // Jitter is in no message.
            if (length == 2)
                return Status.XE_OK;
            var number = _numbers.Dequeue();
            Assert.Equal(number.Length, length);
            number.CopyTo(dst, offset);
            return Status.XE_OK;
        }
    }

    /// <summary>A Diffie-Hellman whose private key is that of the case: the public value is its, and so is the shared secret, when it is
    /// asked for with the other side's value.</summary>
    internal sealed class FixedJobs : JobPort
    {
        private readonly byte[] _ours, _theirs, _shared;
        private int _job, _done, _kind;

        public FixedJobs(byte[] ours, byte[] theirs, byte[] shared)
        {
            _ours = ours;
            _theirs = theirs;
            _shared = shared;
        }

        public override int Start(int kind, int a, int b, byte[] src, int offset, int length)
        {
            if (kind == DhShared)
                Assert.Equal(_theirs, src.AsSpan(offset, length).ToArray());
            _kind = kind;
            return _done = ++_job;
        }

        public override int Poll() => _done;

        public override int Finish(int job, byte[] dst, int offset)
        {
            _done = 0;
            if (_kind == DhGenerate)
                _ours.CopyTo(dst, offset);
            return CryptoNative.SecretImport(_shared, 0, _shared.Length);
        }

        public override int Cancel(int job) => _done = 0;
    }
}
