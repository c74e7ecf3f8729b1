using System.Security.Cryptography;

namespace NfIpsec.Lab;

/// <summary>Two ends, one manually keyed policy between them: the lines for both consoles, and what a judge needs.</summary>
public sealed class Protection
{
    public Suite Suite { get; }
    public string Mode { get; }
    public bool Six { get; }

    /// <summary>The word of -t: ESP, AH, AHESP.</summary>
    public string Type { get; init; } = "ESP";

    /// <summary>The family of a tunnel's outside, where it is not that of the traffic.</summary>
    public bool? OuterSix { get; init; }

    public bool HasEsp => Type != "AH";

    public bool HasAh => Type != "ESP";

    /// <summary>What stands behind the IP header on the wire.</summary>
    public int WireProtocol => HasAh ? 51 : 50;

    /// <summary>SPI and keys of A to B (0) and of B to A (1).</summary>
    public (string Spi, string Cipher, string Auth)[] Way { get; }

    /// <summary>More of the policy, e.g. "-o replay=64".</summary>
    public string Options { get; }

    public Protection(Suite suite, string mode, bool six, string options = "")
    {
        (Suite, Mode, Six, Options) = (suite, mode, six, options);
        Way = [MakeWay(), MakeWay()];
    }

    public static readonly string[] Address4 = ["10.0.0.77", "10.0.0.78"];
    public static readonly string[] Address6 = ["fd00::77", "fd00::78"];

    /// <summary>The address of end 0 (A) or 1 (B).</summary>
    public string Address(int end) => (Six ? Address6 : Address4)[end];

    /// <summary>The address of that end on the wire.</summary>
    public string Endpoint(int end) => (OuterSix ?? Six ? Address6 : Address4)[end];

    public string Icmp => Six ? "icmp6" : "icmp";

    /// <summary>The ike_rc of one end: a policy for TCP and one for ping, and the SA of each.</summary>
    public string Script(int end)
    {
        var legacy = Suite.Legacy ? "ipsec legacy on\n" : "";
        return legacy + Lines(end, "tcp", 0) + Lines(end, Icmp, 1);
    }

    /// <summary>Policy and SA of one upper protocol. Each protocol has an SA pair of its own: SPI + index.</summary>
    public string Lines(int end, string protocol, int index)
    {
        var (local, remote) = (Address(end), Address(1 - end));
        var (incoming, outgoing) = (Way[1 - end], Way[end]);
        var cipher = HasEsp ? $"-e {Suite.Cipher} " : "";
        var keys = HasEsp ? $"-f {incoming.Cipher} -g {outgoing.Cipher} " : "";
        var (inSpi, outSpi) = (Spi(incoming.Spi, index), Spi(outgoing.Spi, index));
        var spis = (HasEsp ? $" -w {inSpi} -x {outSpi}" : "") + (HasAh ? $" -y {inSpi} -z {outSpi}" : "");
        return $"ipsec policy -n {protocol}-{index} -t {Type} {cipher}-a {Suite.Auth} -m {Mode} -p {protocol} " +
               $"-r {Endpoint(1 - end)} -s {local} -d {remote} {Options}\n" +
               $"ipsec addsa -a {Suite.Auth} -b {incoming.Auth} -c {outgoing.Auth} {cipher}{keys}" +
               $"-m {Mode} -p {protocol} -r {Endpoint(1 - end)} -s {local} -d {remote}{spis}\n";
    }

    public static string Spi(string spi, int index) => (Convert.ToUInt32(spi, 16) + (uint)index).ToString("x8");

    public override string ToString() => $"{(HasAh ? Type + " " : "")}{Suite} {Mode} {(Six ? "IPv6" : "IPv4")}{(OuterSix is { } six && six != Six ? six ? " in IPv6" : " in IPv4" : "")}";

    private (string, string, string) MakeWay() =>
        (RandomNumberGenerator.GetInt32(0x1000, 0x7FFFFFF0).ToString("x8"), Hex(Suite.CipherKey), Hex(Suite.AuthKey));

    private static string Hex(int bytes) => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(bytes));
}
