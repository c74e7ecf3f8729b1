using System.Text.RegularExpressions;

namespace NfIpsec.Lab;

/// <summary>The Linux kernel as the peer of a board under manual keys: ping and TCP both ways through each case, counted on the SAs of
/// both sides, and no packet in clear on the wire. One guest for many cases.</summary>
public sealed class LinuxPeer : IDisposable
{
    private const int GuestPort = 5001, BoardPort = 5002, Bytes = 100_000;

    private readonly string scratch = Directory.CreateTempSubdirectory("nf-ipsec-").FullName;
    private readonly BoardProcess board;
    private readonly LinuxGuest guest;
    private readonly List<string> problems = [];

    private string Capture => Path.Combine(scratch, "wire.pcap");

    /// <summary>Runs the cases of one protocol ("ESP", "AH", "AHESP"); returns what did not hold.</summary>
    public static IReadOnlyList<string> Run(string protocols, Action<string> say)
    {
        using var peer = new LinuxPeer();
        var outer = new HashSet<int>();
        foreach (var one in LinuxCase.All(protocols))
        {
            say(one.ToString());
            peer.Case(one);
            outer.Add(one.OuterProtocol);
        }
        peer.WrongKey(LinuxCase.All(protocols).First());
        peer.Audit(outer);
        return peer.problems;
    }

    private LinuxPeer()
    {
        var (ours, theirs) = (BoardProcess.FreePort(), BoardProcess.FreePort());
        board = new BoardProcess("board", Path.Combine(scratch, "board"),
        [
            "--wire", $"udp:{ours}:{theirs}", "--ip4", Protection.Address4[0] + "/24", "--ip6", Protection.Address6[0] + "/64", "--pcap", Capture
        ], "ipsec legacy on\n");
        guest = new LinuxGuest(theirs, ours, Protection.Address4[1] + "/24", Protection.Address6[1] + "/64");
        board.Command($"tcp listen {BoardPort}", "^tcp listens");
    }

    private void Case(LinuxCase one)
    {
        try
        {
            Configure(one, wrongKey: false);
            var before = guest.Run("cat /proc/net/xfrm_stat");
            Ping(one);
            Transfer(one);
            Counted(one);
            var after = guest.Run("cat /proc/net/xfrm_stat");
            Require(before == after, one, "the kernel counted errors:\n" + after);
        }
        catch (LabException failure)
        {
            problems.Add($"{one}: {failure.Message}");
        }
    }

    private void Configure(LinuxCase one, bool wrongKey)
    {
        guest.Run($"ip -batch - <<'END'\n{string.Join('\n', one.GuestLines(wrongKey))}\nEND");
        board.Command("ipsec flush -a", "flushed");
        foreach (var line in one.BoardLines())
        {
            var answer = board.Answer(line);
            if (answer.Contains("error")) throw new LabException($"{line}: {answer}");
        }
    }

    private void Ping(LinuxCase one)
    {
        var match = board.Command($"ping {one.Guest} -c 1 -s 3000", @"^(\d+) sent, (\d+) answered", 20);
        Require(match.Groups[1].Value == match.Groups[2].Value, one, "ping from the board: " + match.Value);
        var (exit, output) = guest.Try($"ping -n -c 1 -W 3 -s 3000 {one.Board}");
        Require(exit == 0 && output.Contains("1 received"), one, "ping from the guest: " + output);
    }

    private void Transfer(LinuxCase one)
    {
        guest.Listen(GuestPort);
        board.Type($"tcp send {one.Guest} {GuestPort} {Bytes}");
        var sent = board.Expect("^tcp sent .*sha256 ([0-9a-f]{64})", TimeSpan.FromSeconds(30)).Groups[1].Value;
        var (count, digest) = guest.Received();
        Require(count == Bytes && digest == sent, one, $"tcp to the guest: {count} of {Bytes} bytes, or other ones");
        (_, digest) = guest.Send(one.Board, BoardPort, Bytes);
        var received = board.Expect($"^tcp received .* {Bytes} bytes.*sha256 ([0-9a-f]{{64}})", TimeSpan.FromSeconds(30)).Groups[1].Value;
        Require(digest == received, one, "tcp to the board: other bytes arrived");
    }

    /// <summary>An answered ping proves nothing by itself: every SA of both sides has carried packets.</summary>
    private void Counted(LinuxCase one)
    {
        Carried("the guest", one.Associations, Regex.Matches(guest.Run("ip -s xfrm state"), @"lifetime current:\s+\d+\(bytes\), (\d+)\(packets\)"));
        Carried("the board", 2, Regex.Matches(board.Answer("ipsec netstat -a"), @"(?m)^  Packets: (\d+),"));     // AH and ESP count as one

        void Carried(string side, int associations, MatchCollection packets) =>
            Require(packets.Count == associations && packets.All(match => long.Parse(match.Groups[1].Value) > 5), one,
                $"packets of the SAs of {side}: " + string.Join(", ", packets.Select(match => match.Groups[1].Value)));
    }

    /// <summary>The proof can fail: a packet under another key is refused and counted.</summary>
    private void WrongKey(LinuxCase one)
    {
        var code = one.OuterProtocol == 51 ? "XE_AH_DIGEST_MISMATCH" : "XE_ESP_DIGEST_MISMATCH";
        Configure(one, wrongKey: true);
        var before = board.Counters()[code];
        var (exit, _) = guest.Try($"ping -n -c 2 -i 0.2 -W 1 {one.Board}");
        Require(exit != 0, one, "a packet under a wrong key was answered");
        Require(board.Counters()[code] - before == 2, one, $"two packets under a wrong key: {code} went from {before} to {board.Counters()[code]}");
    }

    private void Audit(HashSet<int> outer)
    {
        board.Quit();
        var audit = WireAudit.Of(Capture);
        problems.AddRange(audit.Clear.Take(5).Select(line => "clear on the wire: " + line));
        foreach (var protocol in outer)
        foreach (var source in new[] { Protection.Address4[0], Protection.Address6[0], Protection.Address4[1], Protection.Address6[1] })
            if (audit.Count(source, protocol) == 0) problems.Add($"no packet of protocol {protocol} from {source} on the wire");
    }

    private void Require(bool holds, LinuxCase one, string problem)
    {
        if (!holds) problems.Add($"{one}: {problem}");
    }

    public void Dispose()
    {
        guest.Dispose();
        board.Dispose();
        Directory.Delete(scratch, recursive: true);
    }
}
