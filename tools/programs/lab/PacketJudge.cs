using System.Text.Json;
using NfIpsec.Base.Algorithm;

namespace NfIpsec.Lab;

/// <summary>scapy as the judge of single packets: each algorithm of our table, in each mode and family, sealed by one side and opened
/// by the other (tests/interop/packets).</summary>
public static class PacketJudge
{
    /// <summary>One SA's packets, and what did not hold of them.</summary>
    public sealed record Flow(string Suite, string Name, int Packets, IReadOnlyList<string> Problems);

    /// <summary>esp, ah and both: AH over ESP.</summary>
    public static readonly string[] Protocols = ["esp", "ah", "both"];

    /// <summary>Runs every flow of one protocol. The first flows are the rows of the table: is there a case for each?</summary>
    public static IReadOnlyList<Flow> Run(string protocol)
    {
        var table = Path.GetTempFileName();
        try
        {
            File.WriteAllText(table, JsonSerializer.Serialize(Rows().ToArray()));
            var (exit, output) = Tool.Run("/usr/bin/python3", [Repository.Path("tests/interop/packets/judge.py"), table, "--protocols", protocol], 400);
            return exit is 0 or 1 && output.StartsWith('{') ? Parse(output).ToList() : throw new LabException($"judge.py: exit {exit}: {output}");
        }
        finally
        {
            File.Delete(table);
        }
    }

    private static IEnumerable<Flow> Parse(string output)
    {
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line[0] != '{') throw new LabException("judge.py: " + line);
            var flow = JsonDocument.Parse(line).RootElement;
            yield return new Flow(flow.GetProperty("suite").GetString()!, flow.GetProperty("flow").GetString()!, flow.GetProperty("packets").GetInt32(),
                flow.GetProperty("problems").EnumerateArray().Select(problem => problem.GetString()!).ToList());
        }
    }

    /// <summary>The table of algorithms as the judge reads it; one that is added there is asked of the judge by itself.</summary>
    private static IEnumerable<object> Rows()
    {
        for (var row = 0; row < Algorithms.Count; row++)
        {
            var kind = Algorithms.Kind(row);
            if (kind is not (Algorithms.Encryption or Algorithms.Integrity)) continue;
            yield return new
            {
                name = Algorithms.Name(row), kind = kind == Algorithms.Encryption ? "encryption" : "integrity", ikev2 = Algorithms.Ikev2Number(row),
                native = Algorithms.NativeId(row), key = Algorithms.KeyBytes(row), salt = Algorithms.SaltBytes(row), iv = Algorithms.IvBytes(row),
                icv = Algorithms.IcvBytes(row), shortIcv = Algorithms.IcvBytes(row, true), aead = Algorithms.IsAead(row)
            };
        }
    }
}
