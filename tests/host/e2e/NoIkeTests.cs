using NfIpsec.Lab;

namespace NfIpsec.Tests.E2e;

/// <summary>A board whose image holds no IKE: keys by hand protect real traffic, and a command of IKE says what is missing.</summary>
public sealed class NoIkeTests
{
    private static readonly Lazy<string> Program = new(() => BoardBuild.With("no-ike", "IPSEC;INCLUDE_CLI;IKE_DEBUG;LEGACY_ALGORITHMS"));

    [Fact]
    public void No_assembly_of_ike_is_in_the_image()
    {
        var names = Directory.GetFiles(Path.GetDirectoryName(Program.Value)!, "NfIpsec.*.dll").Select(path => Path.GetFileNameWithoutExtension(path)).ToList();
        Assert.Contains("NfIpsec.Console", names);
        Assert.DoesNotContain(names, name => name.Contains("Ike") || name.Contains("X509"));
    }

    [Theory, InlineData("ESP", "transport", false), InlineData("AHESP", "tunnel", true)]
    public void Manual_keys_protect_traffic(string type, string mode, bool six) =>
        Assert.Empty(ProtectedTraffic.Run(new Protection(Suite.Aes, mode, six) { Type = type }, 2_000_000, program: Program.Value).Problems);

    /// <summary>By the option LEGACY_ALGORITHMS, with no line in ike_rc.</summary>
    [Fact]
    public void The_build_may_allow_legacy_algorithms()
    {
        const string line = "ipsec policy -n old -t ESP -e 3DES-CBC -a HMAC-MD5 -m transport -p udp -r 10.0.0.78 -s 10.0.0.77 -d 10.0.0.78";
        using var pair = new Pair("", "", program: Program.Value);
        pair.A.Command(line, "^policy old added");
        pair.A.Command("ipsec legacy off", "refused");
        Assert.Contains("ipsec legacy off", pair.A.Answer("ike commands"));
        pair.A.Command("ipsec policy -x old", "deleted");
        pair.A.Command(line, "^error: .*3DES-CBC is a legacy algorithm and refused");
    }

    [Fact]
    public void What_needs_ike_is_refused_and_nobody_answers_at_its_ports()
    {
        using var pair = Pair.Protected(new Protection(Suite.Aes, "transport", false), program: Program.Value);
        pair.A.Command("ike remote -v", "^error: 'ike remote': IKE is not in this build");
        pair.A.Command("ce x509 -l", "^error: 'ce x509': IKE is not in this build");
        pair.A.Command("ipsec policy -n x -g peer -t ESP -e AES256-GCM16 -m tunnel -p udp -r 10.0.0.78 -s 10.0.0.77 -d 10.0.0.78", "^error: ipsec policy: -g: IKE is not in this build");
        Assert.DoesNotContain(",500", pair.A.Answer("ipsec netstat -p"));
    }
}
