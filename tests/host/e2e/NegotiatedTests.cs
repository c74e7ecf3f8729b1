using NfIpsec.Lab;

namespace NfIpsec.Tests.E2e;

/// <summary>What IKEv2 has beyond a secret and ESP, between two boards with traffic: AH with GMAC, ends that prove nothing, an address that
/// one gives the other. On both columns of lwIP: with one interface and checksums left to the MAC as well.</summary>
public sealed class NegotiatedTests
{
    private const string Remote = "-z 2 -e AES128-GCM16 -p HMAC-SHA-2-256 -d CURVE25519";

    private static readonly string A = Protection.Address4[0], B = Protection.Address4[1];
    private static readonly Dictionary<string, string> Secret = new() { ["secret_file.txt"] = "a shared secret of thirty-two ch\n" };

    private static string Psk(string us, string them) => $"-m PresharedKey -f ipv4:{them} -g ipv4:{us} -h secret_file.txt";

    private static IReadOnlyList<string>? Column(bool stm32) => stm32 ? ["--column", "stm32"] : null;

    private static void Transfer(BoardProcess from, BoardProcess to, string address, int port, long bytes)
    {
        to.Command($"tcp listen {port}", "^tcp listen");
        from.Type($"tcp send {address} {port} {bytes}");
        var sent = from.Expect(@"^tcp sent .* sha256 ([0-9a-f]{64}) (\d+) ms", TimeSpan.FromSeconds(60));
        var received = to.Expect($"^tcp received .* {bytes} bytes sha256 ([0-9a-f]{{64}})", TimeSpan.FromSeconds(30));
        Assert.Equal(sent.Groups[1].Value, received.Groups[1].Value);
    }

    /// <summary>Nothing in clear in either capture, and more than so many packets of the protocol from each end.</summary>
    private static void Audit(Pair pair, int protocol, int least)
    {
        pair.Quit();
        foreach (var capture in new[] { pair.CaptureA, pair.CaptureB })
        {
            var wire = WireAudit.Of(capture);
            Assert.Empty(wire.Clear);
            Assert.True(wire.Count(A, protocol) > least && wire.Count(B, protocol) > least, $"{wire.Count(A, protocol)}, {wire.Count(B, protocol)}");
        }
    }

    [Theory]
    [InlineData("transport", "AES128-GMAC"), InlineData("tunnel", "AES256-GMAC")]
    public void Ah_with_gmac(string mode, string integrity)
    {
        string Lines(string us, string them) => $"ike remote -n peer -w -u {Remote} {Psk(us, them)} -r {them}\n"
            + $"ipsec policy -n all -g peer -t AH -a {integrity} -m {mode} -p any -r {them} -s {us} -d {them}\n";
        using var pair = new Pair(Lines(A, B), Lines(B, A), files: Secret);
        pair.A.Command($"ping {B} -c 3", "^3 sent, [23] answered", 20);
        pair.B.Command($"ping {A} -c 2 -s 3000", "^2 sent, 2 answered", 20);
        Transfer(pair.A, pair.B, B, 5001, 300_000);
        Assert.Contains("GMAC", pair.A.Answer("ipsec netstat"));
        Audit(pair, 51, 100);
    }

    [Fact]
    public void Two_who_prove_nothing()
    {
        string Lines(string us, string them) => $"ike remote -n peer -w -u {Remote} -m NULLAUTH -r {them}\n"
            + $"ipsec policy -n all -g peer -t ESP -e AES128-GCM16 -m transport -p any -r {them} -s {us} -d {them}\n";
        using var pair = new Pair(Lines(A, B), Lines(B, A));
        pair.A.Command($"ping {B} -c 3", "^3 sent, [23] answered", 20);
        Transfer(pair.B, pair.A, A, 5001, 300_000);
        Audit(pair, 50, 100);
    }

    /// <summary>B has the address that A gives it: A sees nothing else of B, sockets of B need not be bound to it, and after the IKE SA has
    /// gone nothing leaves under either address.</summary>
    [Theory]
    [InlineData(false, false), InlineData(true, false), InlineData(false, true)]
    public void A_virtual_address_from_a_pool(bool stm32, bool six)
    {
        var (given, last, net, any) = six ? ("fd09::1", "fd09::9", "fd09::/64", "any6") : ("10.9.0.1", "10.9.0.9", "10.9.0.0/24", "any");
        var (near, own) = six ? (Protection.Address6[0], Protection.Address6[1]) : (A, B);
        var gateway = $"ike remote -n peer -u {Remote} {Psk(A, B)} -r 0.0.0.0 -o vip=pool:{given}-{last},dns={near}\n"
            + $"ipsec policy -n net -g peer -t ESP -e AES128-GCM16 -m tunnel -p any -r 0.0.0.0 -s {near} -d {net} -o clone=dst\n";
        var client = $"ike remote -n peer -w {Remote} {Psk(B, A)} -r {A} -o vip=request\n"
            + $"ipsec policy -n net -g peer -t ESP -e AES128-GCM16 -m tunnel -p any -r {A} -s {any} -d {near}\n";
        using var pair = new Pair(gateway, client, Column(stm32), files: Secret);
        pair.B.Command($"ping {near} -c 3", "^3 sent, [23] answered", 20);
        Assert.Contains($"Virtual address: {given}, name server {near}", pair.B.Answer("ike netstat -p 3"));
        Assert.Contains($"Virtual address: {given}", pair.A.Answer("ike netstat -p 3"));
        pair.A.Command($"ping {given} -c 3", "^3 sent, 3 answered", 20);
        pair.A.Command($"ping {given} -c 2 -s 3000", "^2 sent, 2 answered", 20);
        pair.B.Command($"ping {near} -c 2 -s 3000", "^2 sent, 2 answered", 20);
        Transfer(pair.B, pair.A, near, 5001, 300_000);
        Transfer(pair.A, pair.B, given, 5002, 300_000);
        // B's own address is none of the tunnel's.
        pair.A.Command($"ping {own} -c 1", "^1 sent, 0 answered", 20);
        pair.B.Answer("ike flush -p 3");
        pair.A.Command($"ping {given} -c 1", "^1 sent, 0 answered", 20);
        // The same again, by what B sends next.
        pair.B.Command($"ping {near} -c 3", "^3 sent, [23] answered", 20);
        Assert.Contains($"Virtual address: {given}", pair.B.Answer("ike netstat -p 3"));
        Audit(pair, 50, 100);
    }
}
