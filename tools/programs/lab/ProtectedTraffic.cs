namespace NfIpsec.Lab;

/// <summary>The main job, measured: two boards with one protection between them, large pings and a TCP transfer, and what the
/// wire, the counters and tshark say about it.</summary>
public sealed class ProtectedTraffic
{
    public required Protection Protection { get; init; }
    public required long Bytes { get; init; }
    public string DigestSent { get; private set; } = "";
    public string DigestReceived { get; private set; } = "";
    public double Seconds { get; private set; }
    public int PingsSent { get; private set; }
    public int PingsAnswered { get; private set; }

    /// <summary>Protected datagrams that left each board: by its own counter, and on the wire.</summary>
    public (long Counted, int Seen)[] Esp { get; } = new (long, int)[2];

    public int Fragments { get; private set; }
    public (int Good, int Bad, int Unchecked) Icv { get; private set; }

    /// <summary>AH datagrams of board A that came in one piece, by their ICV.</summary>
    public (int Good, int Bad) AhIcv { get; private set; }

    /// <summary>What did not hold; empty when the proof is whole.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>The answer to `ipsec netstat` of board A while the SAs live.</summary>
    public string Netstat { get; private set; } = "";

    public const int PingSize = 4000, Pings = 5;

    private const int Mtu = 1500, Slack = 48;

    public static ProtectedTraffic Run(Protection protection, long bytes, string? folder = null, IReadOnlyList<string>? options = null,
        string? program = null)
    {
        var run = new ProtectedTraffic { Protection = protection, Bytes = bytes };
        using var pair = Pair.Protected(protection, options, folder, program);
        // the first packet of all waits for address resolution, where lwIP keeps one fragment at most
        pair.A.Command($"ping {protection.Address(1)} -c 1", "^1 sent", 10);
        run.Ping(pair.A, protection.Address(1));
        run.Ping(pair.B, protection.Address(0));
        run.Transfer(pair);
        run.Netstat = pair.A.Answer("ipsec netstat");
        run.Require(run.Netstat.Contains("IPSecSession"), "ipsec netstat shows no IPSecSession");
        var counters = new[] { pair.A.Counters(), pair.B.Counters() };
        pair.Quit();
        run.Judge(pair, counters);
        return run;
    }

    private void Ping(BoardProcess board, string address)
    {
        var match = board.Command($"ping {address} -c {Pings} -s {PingSize}", @"^(\d+) sent, (\d+) answered", 30);
        PingsSent += int.Parse(match.Groups[1].Value);
        PingsAnswered += int.Parse(match.Groups[2].Value);
        Require(match.Groups[1].Value == match.Groups[2].Value, $"{board.Name}: {match.Value}");
    }

    private void Transfer(Pair pair)
    {
        pair.B.Command("tcp listen 5001", "^tcp listen");
        pair.A.Type($"tcp send {Protection.Address(1)} 5001 {Bytes}");
        var sent = pair.A.Expect(Report("sent"), TimeSpan.FromSeconds(180));
        var received = pair.B.Expect(Report("received"), TimeSpan.FromSeconds(30));
        (DigestSent, DigestReceived) = (sent.Groups["digest"].Value, received.Groups["digest"].Value);
        Seconds = int.Parse(sent.Groups["ms"].Value) / 1000.0;
        Require(long.Parse(received.Groups["bytes"].Value) == Bytes, $"b received {received.Groups["bytes"].Value} of {Bytes} bytes");
        Require(DigestSent == DigestReceived && DigestSent.Length == 64, "the digests differ");
    }

    private static string Report(string direction) =>
        $@"^tcp {direction} .*?(?<bytes>\d+) bytes.* sha256 (?<digest>[0-9a-f]{{64}}).*? (?<ms>\d+) ms";

    private void Judge(Pair pair, Dictionary<string, long>[] counters)
    {
        string[] captures = [pair.CaptureA, pair.CaptureB];
        for (var end = 0; end < 2; end++)
        {
            var audit = WireAudit.Of(captures[end]);
            foreach (var line in audit.Clear) Problems.Add($"clear on the wire: {line}");
            Esp[end] = (counters[end].GetValueOrDefault("sent", -1), audit.Count(Protection.Endpoint(end), Protection.WireProtocol));
            Require(Esp[end].Counted == Esp[end].Seen && Esp[end].Seen > 0,
                $"board {"ab"[end]} counted {Esp[end].Counted} packets sent, its capture holds {Esp[end].Seen} protected packets of it");
            Fragments += audit.Fragments;
            // the pings and their answers, no segment of TCP: its MSS leaves room for all that is put around it, and not much more
            Require(audit.Cut == 4 * Pings, $"{audit.Cut} datagrams in pieces in the capture of board {"ab"[end]}, the large pings are {4 * Pings}");
            Require(audit.Longest is <= Mtu and > Mtu - Slack, $"the longest protected packet in one piece has {audit.Longest} bytes");
        }
        if (Protection.HasAh)
        {
            AhIcv = AhAudit.Of(pair.CaptureA, Protection);
            Require(AhIcv is { Good: > 0, Bad: 0 }, $"{AhIcv.Good} ICVs of AH good, {AhIcv.Bad} bad");
        }
        if (!Protection.HasEsp) return;
        Icv = Judges.Tshark(pair.CaptureA, pair.KeyLog);
        Require(Icv is { Good: > 0, Bad: 0, Unchecked: 0 }, $"tshark: {Icv.Good} ICVs good, {Icv.Bad} bad, {Icv.Unchecked} not checked");
    }

    private void Require(bool holds, string problem)
    {
        if (!holds) Problems.Add(problem);
    }
}
