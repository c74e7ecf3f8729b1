using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace NfIpsec.Lab;

/// <summary>Two subnets behind two gateways: host A - gateway A ==tunnel== gateway B - host B. The hosts know nothing of it; what
/// lies between the gateways is audited.</summary>
public sealed class Gateways : IDisposable
{
    public BoardProcess HostA { get; }
    public BoardProcess HostB { get; }
    public BoardProcess GateA { get; }
    public BoardProcess GateB { get; }

    public string CaptureA => Path.Combine(folder, "gate-a.pcap");
    public string CaptureB => Path.Combine(folder, "gate-b.pcap");

    private static readonly string[] Outer4 = ["192.0.2.1", "192.0.2.2"], Outer6 = ["2001:db8::1", "2001:db8::2"];
    private const string Secret = "a secret nobody guesses, 32 characters";

    private readonly string folder = Directory.CreateTempSubdirectory("nf-ipsec-gateways-").FullName;
    private readonly bool six, outerSix, negotiated;
    private readonly string more, type;
    private readonly (string Spi, string Cipher, string Auth)[] ways = [MakeWay(), MakeWay()];

    /// <param name="six">The subnets speak IPv6.</param>
    /// <param name="outerSix">The gateways do.</param>
    /// <param name="negotiated">IKEv2 makes the keys, else they are typed.</param>
    /// <param name="impair">What the wire between the gateways does to frames.</param>
    /// <param name="more">More of a policy's -o options, each with a comma ahead.</param>
    /// <param name="type">ESP, AH or AHESP where the keys are typed.</param>
    public Gateways(bool six = false, bool outerSix = false, bool negotiated = false, string? impair = null, string more = "", string type = "ESP")
    {
        (this.six, this.outerSix, this.negotiated, this.more, this.type) = (six, outerSix, negotiated, more, type);
        var ports = Enumerable.Range(0, 6).Select(_ => BoardProcess.FreePort()).ToArray();
        GateB = Gate(1, ports[1], ports[0], ports[4], ports[5], impair);
        GateA = Gate(0, ports[0], ports[1], ports[2], ports[3], impair);
        HostB = Host(1, ports[5], ports[4]);
        HostA = Host(0, ports[3], ports[2]);
    }

    /// <summary>The address of the host behind gateway A (0) or B (1).</summary>
    public string Address(int end) => six ? $"fd0{end + 1}::5" : $"10.{end + 1}.0.5";

    /// <summary>The gateway's own address in its subnet.</summary>
    public string Inside(int end) => six ? $"fd0{end + 1}::1" : $"10.{end + 1}.0.1";

    public string Outside(int end) => (outerSix ? Outer6 : Outer4)[end];

    /// <summary>What stands behind the outer IP header.</summary>
    public int WireProtocol => type == "ESP" ? 50 : 51;

    /// <summary>Sends so many bytes by TCP from host A to host B; both ends must see the same.</summary>
    public void Transfer(long bytes, double seconds)
    {
        HostB.Command("tcp listen 5001", "^tcp listen");
        HostA.Type($"tcp send {Address(1)} 5001 {bytes}");
        var sent = HostA.Expect("^tcp (sent|failed) .*", TimeSpan.FromSeconds(seconds)).Value;
        var received = HostB.Expect("^tcp received .*", TimeSpan.FromSeconds(30)).Value;
        if (!sent.Contains($" {bytes} bytes ") || !received.Contains($" {bytes} bytes ") || Digest(sent) != Digest(received))
            throw new LabException($"host A: {sent}\nhost B: {received}");
    }

    public void Quit()
    {
        foreach (var board in new[] { HostA, HostB, GateA, GateB }) board.Quit();
    }

    public void Dispose()
    {
        foreach (var board in new[] { HostA, HostB, GateA, GateB }) board?.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static string Digest(string line) => Regex.Match(line, "sha256 ([0-9a-f]{64})").Groups[1].Value;

    private BoardProcess Host(int end, int port, int peer)
    {
        string[] options = ["--wire", $"udp:{port}:{peer}", six ? "--ip6" : "--ip4", Address(end) + (six ? "/64" : "/24"), "--gateway", Inside(end)];
        return new BoardProcess("host-" + "ab"[end], Path.Combine(folder, "host-" + "ab"[end]), options, $"ipsec policy -n all -t BYPASS -p any -s {Any} -d {Any}\n");
    }

    private BoardProcess Gate(int end, int port, int peer, int lan, int lanPeer, string? impair)
    {
        var name = "gate-" + "ab"[end];
        var home = Path.Combine(folder, name);
        Directory.CreateDirectory(home);
        File.WriteAllText(Path.Combine(home, "secret_file.txt"), Secret);
        string[] options =
        [
            "--wire", $"udp:{port}:{peer}", outerSix ? "--ip6" : "--ip4", Outside(end) + (outerSix ? "/64" : "/24"), "--pcap", Path.Combine(folder, name + ".pcap"),
            "--lan", $"udp:{lan}:{lanPeer}", six ? "--lan-ip6" : "--lan-ip4", Inside(end) + (six ? "/64" : "/24"), .. impair == null ? Array.Empty<string>() : ["--impair", impair]
        ];
        return new BoardProcess(name, home, options, Script(end));
    }

    private string Any => six ? "any6" : "any";

    private string Subnet(int end) => six ? $"fd0{end + 1}::/64" : $"10.{end + 1}.0.0/24";

    // What the gateway itself says to its subnet, the errors it sends above all, needs a line as anything does.
    private string Script(int end)
    {
        var (local, remote) = (Outside(end), Outside(1 - end));
        var ends = $"-m tunnel -p any -r {remote} -s {Subnet(end)} -d {Subnet(1 - end)}";
        var own = $"ipsec policy -n inside -t BYPASS -p {(six ? "icmp6" : "icmp")} -s {Inside(end)} -d {Subnet(end)}\n";
        if (negotiated)
            return own + $"ike remote -n peer -z 2 -w -u -e AES256-GCM16 -p HMAC-SHA-2-256 -d CURVE25519 -m PresharedKey -r {remote} -f {Family}:{remote} -g {Family}:{local} -h secret_file.txt\n"
                + $"ipsec policy -n site -g peer -t ESP -e AES256-GCM16 {ends} -o replay=64{more}\n";
        var (incoming, outgoing) = (ways[1 - end], ways[end]);
        var (cipher, keys) = type == "AH" ? ("", "") : ("-e AES128-CBC ", $"-f {incoming.Cipher} -g {outgoing.Cipher} ");
        var spis = (type == "AH" ? "" : $" -w {incoming.Spi} -x {outgoing.Spi}") + (type == "ESP" ? "" : $" -y {incoming.Spi} -z {outgoing.Spi}");
        return own + $"ipsec policy -n site -t {type} {cipher}-a HMAC-SHA-2-256 {ends} -o replay=64{more}\n"
            + $"ipsec addsa -a HMAC-SHA-2-256 -b {incoming.Auth} -c {outgoing.Auth} {cipher}{keys}{ends}{spis}\n";
    }

    private string Family => outerSix ? "ipv6" : "ipv4";

    private static (string, string, string) MakeWay() =>
        (RandomNumberGenerator.GetInt32(0x1000, 0x7FFFFFF0).ToString("x8"), Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
}
