namespace NfIpsec.Lab;

/// <summary>The moments at which a stack is tempted to send in clear: none of them may put a packet on the wire, each is
/// counted under its XE_ code, and the board goes on.</summary>
public static class FailClosed
{
    /// <summary>One moment: what it is, the code that must count it, and whether it held.</summary>
    public sealed record Moment(string Name, string Code, long Counted, IReadOnlyList<string> Problems);

    /// <summary>No line in ike_rc: everything is dropped.</summary>
    public static Moment BeforeTheFirstPolicy()
    {
        using var pair = new Pair("", "");
        NoAnswer(pair.A, Protection.Address4[1]);
        NoAnswer(pair.A, Protection.Address6[1]);
        return Close(pair, "before the first policy", "XE_POLICY_NOT_FOUND", pair.A, espAllowed: false);
    }

    /// <summary>A working policy, then `ipsec flush -a` in the middle of the traffic.</summary>
    public static Moment AfterFlush(Protection protection)
    {
        using var pair = Pair.Protected(protection);
        Answered(pair.A, protection.Address(1));
        pair.B.Command("tcp listen 5001", "^tcp listen");
        pair.A.Type($"tcp send {protection.Address(1)} 5001 200000000");
        Thread.Sleep(700);
        pair.A.Command("ipsec flush -a", "flushed");
        NoAnswer(pair.A, protection.Address(1));
        return Close(pair, "after ipsec flush, TCP still running", "XE_POLICY_NOT_FOUND", pair.A, espAllowed: true);
    }

    /// <summary>The policies stay, the SAs go.</summary>
    public static Moment WithoutSa(Protection protection)
    {
        using var pair = Pair.Protected(protection);
        pair.A.Command("ipsec flush -c", "flushed");
        NoAnswer(pair.A, protection.Address(1));
        return Close(pair, "policy without an SA", "XE_SA_NOT_FOUND", pair.A, espAllowed: false);
    }

    /// <summary>B has other keys: it must not believe a single packet.</summary>
    public static Moment WrongKey(Protection protection)
    {
        var other = new Protection(protection.Suite, protection.Mode, protection.Six);
        for (var way = 0; way < 2; way++) other.Way[way].Spi = protection.Way[way].Spi;
        using var pair = new Pair(protection.Script(0), other.Script(1));
        NoAnswer(pair.A, protection.Address(1));
        return Close(pair, "wrong key", "XE_ESP_DIGEST_MISMATCH", pair.B, espAllowed: true);
    }

    /// <summary>Clear packets of a peer whose policy was forgotten do not get in.</summary>
    public static Moment ClearFromThePeer(Protection protection)
    {
        using var pair = new Pair($"ipsec policy -n open -t BYPASS -p {protection.Icmp} -s {protection.Address(0)} -d {protection.Address(1)}\n",
            protection.Script(1));
        NoAnswer(pair.A, protection.Address(1));
        return Close(pair, "clear text where policy says secure", "XE_INBOUND_EXPECTED_SECURE_PACKET", pair.B, espAllowed: false,
            clearFrom: protection.Address(0));
    }

    /// <summary>The peer's plug is pulled in the middle of a transfer.</summary>
    public static Moment PeerGone(Protection protection)
    {
        using var pair = Pair.Protected(protection);
        Answered(pair.A, protection.Address(1));
        pair.B.Command("tcp listen 5001", "^tcp listen");
        pair.A.Type($"tcp send {protection.Address(1)} 5001 200000000");
        Thread.Sleep(500);
        pair.B.Kill();
        NoAnswer(pair.A, protection.Address(1));
        return Close(pair, "peer gone", "", pair.A, espAllowed: true);
    }

    /// <summary>More flows at once than the rings of the smaller target have room for: what finds no room is refused, never sent past
    /// the policy, and TCP brings every byte in the end. IPv4 only: that target's lwIP knows no IPv6.</summary>
    public static Moment FullRing(Protection protection)
    {
        const int flows = 8, bytes = 2_000_000;
        using var pair = Pair.Protected(protection, ["--column", "stm32"]);
        Answered(pair.A, protection.Address(1));
        pair.B.Command("tcp listen 5001", "^tcp listen");
        for (var i = 0; i < flows; i++) pair.A.Type($"tcp send {protection.Address(1)} 5001 {bytes}");
        for (var i = 0; i < flows; i++) pair.B.Expect($"^tcp received .* {bytes} bytes", TimeSpan.FromSeconds(60));
        return Close(pair, "rings full", "XE_OUT_OF_PACKETS", pair.A, espAllowed: true);
    }

    private static void Answered(BoardProcess board, string address)
    {
        var match = board.Command($"ping {address} -c 2", @"^(\d+) sent, (\d+) answered", 20);
        if (match.Groups[2].Value == "0") throw new LabException($"{board.Name}: no answer although the policy stands");
    }

    private static void NoAnswer(BoardProcess board, string address)
    {
        var match = board.Command($"ping {address} -c 2", @"^(\d+) sent, (\d+) answered", 20);
        if (match.Groups[2].Value != "0") throw new LabException($"{board.Name}: ping {address} was answered: {match.Value}");
    }

    private static Moment Close(Pair pair, string name, string code, BoardProcess counting, bool espAllowed, string? clearFrom = null)
    {
        var problems = new List<string>();
        var counted = code == "" ? 0 : counting.Counters().GetValueOrDefault(code);
        if (code != "" && counted == 0) problems.Add($"{counting.Name} counted nothing under {code}");
        pair.A.Command("help", "ipsec");
        pair.Quit();
        foreach (var capture in new[] { pair.CaptureA, pair.CaptureB })
        {
            if (!File.Exists(capture)) continue;
            var audit = WireAudit.Of(capture);
            problems.AddRange(audit.Clear.Where(line => clearFrom == null || !line.Contains(clearFrom + " ")).Select(line => "clear on the wire: " + line));
            if (!espAllowed && audit.Datagrams.Keys.Any(key => key.Protocol == 50)) problems.Add("ESP on the wire although nothing may leave");
        }
        return new Moment(name, code, counted, problems);
    }
}
