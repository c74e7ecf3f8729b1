namespace NfIpsec.Lab;

/// <summary>The reference's example 1, TCP in transport mode with a pre-shared key, and the same with today's algorithms; a second
/// policy protects ping. Typed at the consoles, or from ike_rc.</summary>
public sealed class IkeExample
{
    /// <summary>What differs between the two: algorithms of the policy, of the remote, and whether they need legacy.</summary>
    public sealed record Algorithms(string Name, string Policy, string Remote, bool Legacy);

    public static readonly Algorithms Reference = new("3DES-CBC, HMAC-SHA-2-384, MODP768",
        "-e 3DES-CBC -a HMAC-SHA-2-384", "-a HMAC-SHA-2-384 -e 3DES-CBC -p HMAC-SHA-2-384 -m PresharedKey -d MODP768", true);

    public static readonly Algorithms Today = new("AES256-GCM16, PRF HMAC-SHA-2-256, CURVE25519",
        "-e AES256-GCM16", "-e AES256-GCM16 -p HMAC-SHA-2-256 -m PresharedKey -d CURVE25519", false);

    private const string Secret = "a shared secret of thirty-two ch";

    public required Algorithms Chosen { get; init; }
    public required bool Typed { get; init; }
    public List<string> Problems { get; } = [];
    public string[] Netstat { get; } = new string[2];
    public (int Correct, int All) Sk { get; private set; }
    public (int Good, int Bad, int Unchecked) Icv { get; private set; }
    public (long Counted, int Seen)[] Esp { get; } = new (long, int)[2];
    public string Digest { get; private set; } = "";
    public double Seconds { get; private set; }

    public static IkeExample Run(Algorithms algorithms, bool typed, long bytes, string? folder = null)
    {
        var run = new IkeExample { Chosen = algorithms, Typed = typed };
        using var pair = run.Start(folder);
        if (typed)
        {
            foreach (var (board, end) in new[] { (pair.A, 0), (pair.B, 1) })
            foreach (var line in run.Lines(end)) run.Require(!board.Answer(line).Contains("error"), $"{board.Name}: {line}");
        }
        run.Traffic(pair, bytes);
        for (var end = 0; end < 2; end++)
        {
            run.Netstat[end] = (end == 0 ? pair.A : pair.B).Answer("ipsec netstat");
            run.Require(run.Netstat[end].Contains("IPSecSession"), "no live IPSecSession in ipsec netstat");
        }
        var counters = new[] { pair.A.Counters(), pair.B.Counters() };
        pair.Quit();
        run.Judge(pair, counters);
        return run;
    }

    /// <summary>The lines of one end, the first two character for character the reference's (line breaks joined).</summary>
    public IEnumerable<string> Lines(int end)
    {
        var (us, them) = (Protection.Address4[end], Protection.Address4[1 - end]);
        if (Chosen.Legacy) yield return "ipsec legacy on";
        yield return $"ipsec policy -n policy1 -g remoteINFO -t ESP {Chosen.Policy} -m transport -p tcp -r {them} -s {us} -d {them}";
        yield return $"ike remote -n remoteINFO -z 2 -w -u {Chosen.Remote} -r {them} -f ipv4:{them} -g ipv4:{us} -h secret_file.txt";
        yield return $"ipsec policy -n policy2 -g remoteINFO -t ESP {Chosen.Policy} -m transport -p icmp -r {them} -s {us} -d {them}";
    }

    private Pair Start(string? folder)
    {
        string Script(int end) => Typed ? "" : string.Join('\n', Lines(end)) + "\n";
        return new Pair(Script(0), Script(1), null, folder, new Dictionary<string, string> { ["secret_file.txt"] = Secret + "\n" });
    }

    private void Traffic(Pair pair, long bytes)
    {
        pair.B.Command("tcp listen 5001", "^tcp listen");
        pair.A.Type($"tcp send {Protection.Address4[1]} 5001 {bytes}");
        var sent = pair.A.Expect(@"^tcp sent .* sha256 ([0-9a-f]{64}) (\d+) ms", TimeSpan.FromSeconds(60));
        var received = pair.B.Expect($"^tcp received .* {bytes} bytes sha256 ([0-9a-f]{{64}})", TimeSpan.FromSeconds(30));
        (Digest, Seconds) = (sent.Groups[1].Value, int.Parse(sent.Groups[2].Value) / 1000.0);
        Require(Digest == received.Groups[1].Value, "the digests differ");
        foreach (var (board, address) in new[] { (pair.A, Protection.Address4[1]), (pair.B, Protection.Address4[0]) })
        {
            var ping = board.Command($"ping {address} -c 3", @"^3 sent, (\d) answered", 20);
            Require(ping.Groups[1].Value is "3", $"{board.Name}: {ping.Value}");
        }
    }

    private void Judge(Pair pair, Dictionary<string, long>[] counters)
    {
        string[] captures = [pair.CaptureA, pair.CaptureB];
        for (var end = 0; end < 2; end++)
        {
            var audit = WireAudit.Of(captures[end]);
            foreach (var line in audit.Clear) Problems.Add("clear on the wire: " + line);
            foreach (var exchange in new[] { 34, 35 })
            foreach (var address in Protection.Address4)
                Require(audit.Ike.GetValueOrDefault((address, exchange)) > 0, $"no {(exchange == 34 ? "IKE_SA_INIT" : "IKE_AUTH")} from {address}");
            Esp[end] = (Sent(counters[end], audit, end), audit.Esp(Protection.Address4[end]));
            Require(Esp[end].Counted == Esp[end].Seen && Esp[end].Seen > 0,
                $"board {"ab"[end]} counted {Esp[end].Counted} ESP packets sent, its capture holds {Esp[end].Seen}");
        }
        Icv = Judges.Tshark(pair.CaptureA, pair.KeyLog);
        Require(Icv is { Good: > 0, Bad: 0, Unchecked: 0 }, $"tshark: {Icv.Good} ICVs good, {Icv.Bad} bad, {Icv.Unchecked} not checked");
        Sk = Judges.TsharkIke(pair.CaptureA, pair.KeyLog);
        Require(Sk.All > 0 && Sk.Correct == Sk.All, $"tshark: {Sk.Correct} of {Sk.All} SK payloads correct");
    }

    // What the shim sent is ESP and IKE's own datagrams.
    private static long Sent(Dictionary<string, long> counters, WireAudit audit, int end) =>
        counters.GetValueOrDefault("sent", -1) - audit.Ike.Where(pair => pair.Key.Source == Protection.Address4[end]).Sum(pair => pair.Value);

    private void Require(bool holds, string problem)
    {
        if (!holds) Problems.Add(problem);
    }
}
