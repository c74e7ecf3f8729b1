using System.Diagnostics;
using System.Globalization;

namespace NfIpsec.Bench;

/// <summary>The key negotiation: handshakes and their share of native code, and what IKE holds of a board's heap. The firmware's
/// sources with a board's bounds are a program of their own (ike/), whose calls into native code are timed.</summary>
internal static class Ike
{
    private const string Program = "nf-ipsec-bench-ike";
    private static readonly Dictionary<string, double> Budgets = new()
    {
        ["idle node"] = 24 * 1024, ["idle node, IPv6 too"] = 24 * 1024, ["one IKE SA and one child pair"] = 12 * 1024, ["a further child pair"] = 3 * 1024,
    };

    public static IEnumerable<Figure> Run()
    {
        var built = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../ike/bin/Release/net10.0"));
        var folder = Directory.CreateTempSubdirectory("nf-ipsec-ike-").FullName;
        try
        {
            foreach (var file in Directory.GetFiles(built)) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            Instrument.Calls(folder, [Program]);
            return Times(folder).Concat(Heap(built)).ToList();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<Figure> Times(string folder)
    {
        foreach (var field in Lines(folder, "time"))
        {
            yield return new Figure("ike", field[0] + ": handshakes, both ends", Number(field[1]), "1/s");
            yield return new Figure("ike", field[0] + ": share of native code", Number(field[2]), "", 0.8);
        }
    }

    private static IEnumerable<Figure> Heap(string folder)
    {
        foreach (var field in Lines(folder, "heap"))
            yield return new Figure("ike", "heap: " + field[0], Number(field[1]), "bytes", Budgets.TryGetValue(field[0], out var budget) ? budget : null, AtMost: true);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static IEnumerable<string[]> Lines(string folder, string what)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(folder, Program + ".dll"), what]) { RedirectStandardOutput = true };
        using var child = Process.Start(start)!;
        var lines = child.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        child.WaitForExit();
        if (child.ExitCode != 0 || lines.Length == 0) throw new InvalidOperationException($"{Program} {what} failed: {string.Join('\n', lines)}");
        return lines.Select(line => line.Split('\t'));
    }
}
