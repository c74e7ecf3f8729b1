using System.Diagnostics;

namespace NfIpsec.Bench;

/// <summary>Executed IL, calls into native code and allocations per established packet: the firmware's assemblies, instrumented
/// in a copy of this program's folder, run the same loop in a process of their own.</summary>
internal static class Il
{
    private static readonly string[] Firmware = ["NfIpsec.Base", "NfIpsec.Ipsec", "NfIpsec.Platform"];
    private const int Packets = 64 * Engine.Batch;

    public static IEnumerable<Figure> Run()
    {
        var folder = Directory.CreateTempSubdirectory("nf-ipsec-il-").FullName;
        try
        {
            foreach (var file in Directory.GetFiles(AppContext.BaseDirectory)) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            Instrument.Folder(folder, Firmware);
            return Counted(folder).ToList();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<Figure> Counted(string folder)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(folder, "nf-ipsec-bench.dll"), "il-child"]) { RedirectStandardOutput = true };
        using var child = Process.Start(start)!;
        var lines = child.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        child.WaitForExit();
        if (child.ExitCode != 0 || lines.Length != 4) throw new InvalidOperationException("the instrumented run failed: " + string.Join('\n', lines));
        foreach (var line in lines)
        {
            var field = line.Split('\t');
            yield return new Figure("il", field[0] + ": executed IL per packet", double.Parse(field[1]), "IL", field[0].Contains("AH") ? 900 : 600, AtMost: true);
            yield return new Figure("il", field[0] + ": interop calls per packet", double.Parse(field[2]), "calls", 4, AtMost: true);
            yield return new Figure("il", field[0] + ": allocations per packet", double.Parse(field[3]), "objects", 0, AtMost: true);
        }
    }

    /// <summary>What the child does: 1 line for each protection and direction, tab-separated.</summary>
    public static void Child()
    {
        Engine.Start();
        Count("ESP", new Engine(0));
        Count("AH+ESP", new Engine(0, ah: true));
    }

    private static void Count(string protection, Engine engine)
    {
        var clear = Engine.Packet(576);
        var closed = engine.Sealed(clear);
        foreach (var (name, kind, packet) in new[] { ("outbound " + protection, LoopNative.Outbound, clear), ("inbound " + protection, LoopNative.Inbound, closed) })
        {
            for (var i = 0; i < 8; i++) engine.Handle(kind, packet);
            (Probe.Instructions, Probe.Interop, Probe.Allocations) = (0, 0, 0);
            for (var i = 0; i < Packets; i += Engine.Batch) engine.Handle(kind, packet);
            if (Probe.Instructions == 0) throw new InvalidOperationException("nothing was counted: the assemblies are not instrumented");
            Console.WriteLine($"{name}\t{(double)Probe.Instructions / Packets:0.#}\t{(double)Probe.Interop / Packets:0.##}\t{(double)Probe.Allocations / Packets:0.###}");
        }
    }
}
