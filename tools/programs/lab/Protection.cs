using System.Security.Cryptography;

namespace NfIpsec.Lab;

/// <summary>Two ends, one manually keyed policy between them: the lines for both consoles, and what a judge needs.</summary>
public sealed class Protection
{
    public Suite Suite { get; }
    public string Mode { get; }
    public bool Six { get; }

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
        return $"ipsec policy -n {protocol}-{index} -t ESP -e {Suite.Cipher} -a {Suite.Auth} -m {Mode} -p {protocol} " +
               $"-r {remote} -s {local} -d {remote} {Options}\n" +
               $"ipsec addsa -a {Suite.Auth} -b {incoming.Auth} -c {outgoing.Auth} -e {Suite.Cipher} -f {incoming.Cipher} -g {outgoing.Cipher} " +
               $"-m {Mode} -p {protocol} -r {remote} -s {local} -d {remote} -w {Spi(incoming.Spi, index)} -x {Spi(outgoing.Spi, index)}\n";
    }

    public static string Spi(string spi, int index) => (Convert.ToUInt32(spi, 16) + (uint)index).ToString("x8");

    public override string ToString() => $"{Suite} {Mode} {(Six ? "IPv6" : "IPv4")}";

    private (string, string, string) MakeWay() =>
        (RandomNumberGenerator.GetInt32(0x1000, 0x7FFFFFF0).ToString("x8"), Hex(Suite.CipherKey), Hex(Suite.AuthKey));

    private static string Hex(int bytes) => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(bytes));
}
