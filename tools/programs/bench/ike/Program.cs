using System;
using System.Diagnostics;
using NfIpsec.Native;

namespace NfIpsec.Bench
{
    /// <summary>Run by tools/bench. "time": for each suite its name, handshakes a second and the share of the time in native code;
    /// "heap": for each thing its name and bytes. Fields are separated by tabs.</summary>
    internal static class Program
    {
        private const int WarmUp = 60, Handshakes = 200;

        private static readonly Suite[] s_suites =
        {
            new Suite("AES128-GCM16, CURVE25519", "AES128-GCM16", "", "HMAC-SHA-2-256", "CURVE25519"),
            new Suite("AES128-CBC, HMAC-SHA-2-256, ECP256", "AES128-CBC", "HMAC-SHA-2-256", "HMAC-SHA-2-256", "ECP256"),
            new Suite("AES256-CBC, HMAC-SHA-2-256, MODP2048", "AES256-CBC", "HMAC-SHA-2-256", "HMAC-SHA-2-256", "MODP2048"),
        };

        private static int Main(string[] args)
        {
            if (args.Length != 1 || (args[0] != "time" && args[0] != "heap"))
            {
                Console.Error.WriteLine("nf-ipsec-bench-ike: expected time or heap");
                return 2;
            }
            if (CryptoNative.Start() < 0 || PacketNative.Start() < 0)
            {
                Console.Error.WriteLine("nf-ipsec-bench-ike: the native side does not start");
                return 1;
            }
            if (args[0] == "time")
            {
                foreach (var suite in s_suites)
                {
                    Time(suite);
                }
            }
            else
            {
                Heap(s_suites[1]);
            }
            return 0;
        }

        // From the request to come up to the sessions of both: the work of both ends in one thread, and the native worker's. What this
        // thread does outside of native calls is managed.
        private static void Time(Suite suite)
        {
            var pair = new Pair();
            pair.Configure(suite, 1);
            long wall = 0, all = 0, managed = 0;
            for (int i = -WarmUp; i < Handshakes; i++)
            {
                long native = Timer.Native, waiting = Timer.Waiting, thread = Timer.OfThread, process = Timer.OfProcess;
                long start = Stopwatch.GetTimestamp();
                pair.Up(0, 1);
                if (i >= 0)
                {
                    wall += Stopwatch.GetTimestamp() - start;
                    waiting = Timer.Waiting - waiting;
                    all += Timer.OfProcess - process - waiting;
                    managed += Timer.OfThread - thread - waiting - (Timer.Native - native);
                }
                pair.Down();
            }
            if (Timer.Native == 0)
            {
                throw new InvalidOperationException("nothing was timed: the program is not instrumented");
            }
            Console.WriteLine(FormattableString.Invariant($"{suite.Name}\t{Handshakes / (wall / (double)Stopwatch.Frequency):0.#}\t{1 - managed / (double)all:0.####}"));
        }

        private static void Heap(Suite suite)
        {
            var pair = new Pair();
            var before = new int[2];
            Report("idle node", pair, before);
            Report("idle node, IPv6 too", new Pair(true), new int[2]);
            Console.WriteLine("what its static fields hold\t" + Weight.OfStatics());
            pair.Configure(suite, 2);
            Report("one remote and two policies", pair, before);
            pair.Up(0, 1);
            Report("one IKE SA and one child pair", pair, before);
            pair.Up(1, 2);
            Report("a further child pair", pair, before);
        }

        // What has come since the last report. Initiator and responder do not keep the same things: the larger counts.
        private static void Report(string what, Pair pair, int[] before)
        {
            int larger = 0;
            for (int i = 0; i < 2; i++)
            {
                int now = Weight.Of(pair.Nodes[i]);
                larger = Math.Max(larger, now - before[i]);
                before[i] = now;
            }
            Console.WriteLine(what + "\t" + larger);
        }
    }
}
