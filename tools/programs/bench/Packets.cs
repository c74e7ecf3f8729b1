using System.Diagnostics;

namespace NfIpsec.Bench;

/// <summary>The engine from ring-take to ring-put against mbedTLS alone over the same bytes, in one run.</summary>
internal static class Packets
{
    private static readonly string[] Suites = ["AES128-CBC/HMAC-SHA-2-256", "3DES-CBC/HMAC-SHA-2-384", "AES128-GCM16"];
    private const int PacketsPerRound = 512;

    public static IEnumerable<Figure> Run()
    {
        Engine.Start();
        for (var suite = 0; suite < Suites.Length; suite++)
        {
            var engine = new Engine(suite);
            foreach (var size in new[] { 64, 576, 1400 })
            foreach (var open in new[] { false, true })
                yield return Compare(engine, suite, size, open);
        }
    }

    private static Figure Compare(Engine engine, int suite, int size, bool open)
    {
        var clear = Engine.Packet(size);
        var packet = open ? engine.Sealed(clear) : clear;
        var (raw, ours, ratio) = Paired.Run(() => RawTime(suite, open, size), () => EngineTime(engine, open, packet));
        return new Figure("packet", $"{(open ? "open" : "seal")} {size} B {Suites[suite]}, of raw mbedTLS speed", Math.Round(ratio, 3), "ratio",
            suite != 1 && size == 1400 ? 0.7 : null) { Detail = $"engine {ours:0} ns, mbedTLS {raw:0} ns" };
    }

    private static double RawTime(int suite, bool open, int size)
    {
        var start = Stopwatch.GetTimestamp();
        if (LoopNative.Raw(suite, open, size, PacketsPerRound) != 0) throw new InvalidOperationException("mbedTLS refused");
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / PacketsPerRound;
    }

    private static double EngineTime(Engine engine, bool open, byte[] packet)
    {
        var time = 0.0;
        for (var i = 0; i < PacketsPerRound; i += Engine.Batch) time += engine.Handle(open ? LoopNative.Inbound : LoopNative.Outbound, packet);
        return time / PacketsPerRound;
    }
}
