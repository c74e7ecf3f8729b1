namespace NfIpsec.Lab;

/// <summary>What goes wrong between two boards that negotiate: one clear line each, nothing in clear, and the board goes on.</summary>
public static class IkeRefusals
{
    /// <summary>One case: what it is, the line that the console says, and what did not hold.</summary>
    public sealed record Case(string Name, string Line, IReadOnlyList<string> Problems);

    private const string Secret = "a shared secret of thirty-two ch";

    public static Case WrongSecret() => Run("wrong pre-shared key", "AUTHENTICATION_FAILED|shared secret", secretB: "another shared secret of 32 chars");

    public static Case NoCommonProposal() => Run("no common proposal", "no proposal in common", remoteB: line => line.Replace("AES256-GCM16", "AES128-GCM16"));

    /// <summary>The end that expected another name says so; the other one only learns that it was refused (RFC 7296 2.21.2).</summary>
    public static Case UnknownIdentity() => Run("unknown identity", "an identity that is not expected", remoteB: line => line.Replace("-f ipv4:10.0.0.77", "-f fqdn:somebody.else"),
        told: pair => pair.B);

    public static Case PolicyWithoutRemote() => Run("policy without a remote", "a remote that is not configured", remoteA: _ => "");

    /// <summary>Six sendings, each after twice the time of the one before: the line comes after a minute.</summary>
    public static Case SilentPeer() => Run("peer silent", "peer does not answer", before: pair => pair.B.Kill(), seconds: 90);

    private static Case Run(string name, string pattern, string secretB = Secret, Func<string, string>? remoteA = null,
        Func<string, string>? remoteB = null, Func<Pair, BoardProcess>? told = null, Action<Pair>? before = null, double seconds = 30)
    {
        string Script(int end, Func<string, string>? change)
        {
            var (us, them) = (Protection.Address4[end], Protection.Address4[1 - end]);
            var remote = $"ike remote -n peer -z 2 -w -u -e AES256-GCM16 -p HMAC-SHA-2-256 -m PresharedKey -d CURVE25519 -r {them} " +
                         $"-f ipv4:{them} -g ipv4:{us} -h secret_file.txt\n";
            return $"ipsec policy -n p -g peer -t ESP -e AES256-GCM16 -m transport -p icmp -r {them} -s {us} -d {them}\n" +
                   (change == null ? remote : change(remote));
        }
        using var pair = new Pair(Script(0, remoteA), Script(1, remoteB), null, null,
            new Dictionary<string, string> { ["secret_file.txt"] = Secret + "\n" });
        if (secretB != Secret)
        {
            File.WriteAllText(Path.Combine(pair.B.Folder, "secret_file.txt"), secretB + "\n");
            pair.B.Answer("ike reload");
        }
        before?.Invoke(pair);
        return Judge(pair, told == null ? pair.A : told(pair), name, "^ike: .*(" + pattern + ")", seconds);
    }

    private static Case Judge(Pair pair, BoardProcess told, string name, string pattern, double seconds)
    {
        var problems = new List<string>();
        pair.A.Type($"ping {Protection.Address4[1]} -c 2");
        var line = "";
        try
        {
            line = told.Expect(pattern, TimeSpan.FromSeconds(seconds)).Value;
            line = told.Transcript.Split('\n').Last(one => one.Contains(line));
        }
        catch (LabException silent)
        {
            problems.Add(silent.Message + "\na:\n" + pair.A.Transcript);
        }
        var answered = pair.A.Transcript.Contains("bytes from");
        if (answered) problems.Add("the ping was answered");
        pair.A.Command("help", "ipsec", 20);
        pair.Quit();
        foreach (var capture in new[] { pair.CaptureA, pair.CaptureB })
        {
            var audit = WireAudit.Of(capture);
            problems.AddRange(audit.Clear.Select(one => "clear on the wire: " + one));
            if (audit.Datagrams.Keys.Any(key => key.Protocol == 50)) problems.Add("ESP on the wire although no SA may stand");
        }
        return new Case(name, line, problems);
    }

    /// <summary>Board A's plug is pulled and it starts again: the pair comes up without a hand on B.</summary>
    public static IReadOnlyList<string> KilledAndRestarted()
    {
        var problems = new List<string>();
        var folder = Directory.CreateTempSubdirectory("nf-ipsec-").FullName;
        var (portA, portB) = (BoardProcess.FreePort(), BoardProcess.FreePort());
        try
        {
            using var b = Board(1, folder, "b", portB, portA);
            for (var life = 0; life < 2; life++)
            {
                using var a = Board(0, folder, "a" + life, portA, portB);
                var ping = a.Command($"ping {Protection.Address4[1]} -c 3", @"^3 sent, (\d) answered", 30);
                if (ping.Groups[1].Value == "0") problems.Add($"life {life}: {ping.Value}\n{a.Transcript}");
                a.Kill();
            }
            var back = b.Answer("ike netstat");
            var count = back.Split('\n').Count(line => line.StartsWith("IKEv2 SA"));
            if (count != 1) problems.Add($"board b holds {count} IKE SAs:\n{back}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
        return problems;
    }

    private static BoardProcess Board(int end, string folder, string name, int port, int peer)
    {
        var own = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        File.WriteAllText(Path.Combine(own, "secret_file.txt"), Secret + "\n");
        var (us, them) = (Protection.Address4[end], Protection.Address4[1 - end]);
        return new BoardProcess(name, own, ["--wire", $"udp:{port}:{peer}", "--ip4", us + "/24"],
            $"ipsec policy -n p -g peer -t ESP -e AES256-GCM16 -m transport -p icmp -r {them} -s {us} -d {them}\n" +
            $"ike remote -n peer -z 2 -w -u -e AES256-GCM16 -p HMAC-SHA-2-256 -m PresharedKey -d CURVE25519 -r {them} -f ipv4:{them} -g ipv4:{us} -h secret_file.txt\n");
    }
}
