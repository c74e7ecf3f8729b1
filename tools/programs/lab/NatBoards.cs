using System.Text.RegularExpressions;

namespace NfIpsec.Lab;

/// <summary>Two boards in transport mode, one of them behind a NAT: the addresses under every TCP checksum change on the way, so a
/// transfer that completes shows that they were mended (RFC 3948 3.1.2). The NAT forgets its mapping in the middle of one.</summary>
public sealed class NatBoards : IDisposable
{
    private const string Server = "10.0.0.78", Client = "10.1.0.77", Secret = "a secret nobody guesses, 32 characters";

    private readonly string folder = Directory.CreateTempSubdirectory("nf-ipsec-nat-").FullName;
    private readonly Action<string> say;
    private readonly Nat nat = new();
    private readonly BoardProcess a, b;
    private readonly List<string> problems = [];

    public static IReadOnlyList<string> Run(Action<string> say)
    {
        using var boards = new NatBoards(say);
        boards.b.Command("tcp listen 5001", "^tcp listen");
        boards.Transfer(1_000_000, () => { });
        boards.Ping(boards.a, Server, 3);
        boards.Transfer(20_000_000, () =>
        {
            Thread.Sleep(300);
            boards.nat.Map(31001);
        });
        boards.Seen(31001);
        boards.Ping(boards.b, Nat.Outside, 3);
        boards.Audit();
        return boards.problems;
    }

    private NatBoards(Action<string> say)
    {
        this.say = say;
        b = Board("b", Nat.OuterTap, ["--ip4", Server + "/24"], Script(Server, Nat.Outside, "b", "a", "-u"));
        a = Board("a", nat.Box.Tap, ["--ip4", Nat.Host("77"), "--gateway", Nat.Inside], Script(Client, Server, "a", "b", "-w"));
    }

    // Each end has the other's address as it sees it.
    private static string Script(string us, string them, string ourName, string theirName, string role) =>
        string.Concat(new[] { "tcp", "icmp" }.Select(protocol =>
            $"ipsec policy -n {protocol} -g peer -t ESP -e AES256-GCM16 -m transport -p {protocol} -r {them} -s {us} -d {them}\n"))
        + $"ike remote -n peer -z 2 {role} -e AES256-GCM16 -p HMAC-SHA-2-256 -d CURVE25519 -m PresharedKey -r {them} -f fqdn:{theirName} -g fqdn:{ourName} -h secret_file.txt\n";

    private BoardProcess Board(string name, string tap, string[] addresses, string script)
    {
        var home = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        File.WriteAllText(Path.Combine(home, "secret_file.txt"), Secret);
        return new BoardProcess(name, home, ["--wire", "tap:" + tap, .. addresses, "--pcap", Capture(name)], script, inside: nat.Box);
    }

    private string Capture(string name) => Path.Combine(folder, name + ".pcap");

    private void Transfer(long bytes, Action meanwhile)
    {
        a.Type($"tcp send {Server} 5001 {bytes}");
        meanwhile();
        var sent = a.Expect("^tcp (sent|failed) .*", TimeSpan.FromSeconds(60)).Value;
        say($"a: {sent}");
        var received = b.Expect("^tcp received .*", TimeSpan.FromSeconds(30)).Value;
        say($"b: {received}");
        Require(Digest(sent) != "" && Digest(sent) == Digest(received) && received.Contains($" {bytes} bytes "), $"a: {sent}; b: {received}");
    }

    private static string Digest(string line) => Regex.Match(line, "sha256 ([0-9a-f]{64})").Groups[1].Value;

    private void Ping(BoardProcess board, string address, int count)
    {
        var answer = board.Command($"ping {address} -c {count}", $"^{count} sent, .*", 30).Value;
        say($"{board.Name}: ping {address}: {answer}");
        Require(answer.StartsWith($"{count} sent, {count} answered"), $"{board.Name}: {answer}");
    }

    private void Seen(int port)
    {
        var netstat = b.Answer("ike netstat");
        say($"b has the peer at port {port}");
        Require(netstat.Contains(port.ToString()), $"b does not have the peer at port {port}:\n{netstat}");
    }

    // All of it went in UDP: no ESP of its own, nothing in clear.
    private void Audit()
    {
        a.Quit();
        b.Quit();
        foreach (var name in new[] { "a", "b" })
        {
            var wire = WireAudit.Of(Capture(name));
            var udp = wire.Datagrams.Where(one => one.Key.Protocol == 17).Sum(one => one.Value);
            say($"{name}'s wire: {udp} datagrams of UDP, {wire.Clear.Count} packets in clear");
            Require(wire.Clear.Count == 0 && udp > 1000 && wire.Esp(Server) == 0, $"{name}'s wire: {string.Join('\n', wire.Clear.Take(5))}");
        }
    }

    private void Require(bool holds, string problem)
    {
        if (!holds) problems.Add(problem);
    }

    public void Dispose()
    {
        a.Dispose();
        b.Dispose();
        nat.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
