using NfIpsec.Lab;

namespace NfIpsec.Tests.E2e;

/// <summary>Real TCP and ICMP between two real lwIPs, protected; the wire, the counters and tshark agree.</summary>
public sealed class ProtectedTrafficTests
{
    public static TheoryData<string, string, bool, string> Cases()
    {
        var cases = new TheoryData<string, string, bool, string>();
        foreach (var suite in new[] { "AES", "3DES" })
        foreach (var mode in new[] { "transport", "tunnel" })
        foreach (var six in new[] { false, true })
            cases.Add(suite, mode, six, "esp32");
        foreach (var mode in new[] { "transport", "tunnel" }) cases.Add("AES", mode, false, "stm32");
        return cases;
    }

    [Theory, MemberData(nameof(Cases))]
    public void Traffic_under_policy_arrives_whole_and_only_as_esp(string suite, string mode, bool six, string column)
    {
        var protection = new Protection(suite == "AES" ? Suite.Aes : Suite.TripleDes, mode, six);
        var run = ProtectedTraffic.Run(protection, 2_000_000, options: ["--column", column]);
        Assert.Empty(run.Problems);
    }

    [Theory]
    [InlineData("loss=3,seed=1")]
    [InlineData("dup=5,reorder=5,seed=2")]
    public void A_bad_wire_costs_time_but_no_byte(string impair)
    {
        var protection = new Protection(Suite.Aes, "tunnel", false);
        using var pair = Pair.Protected(protection, ["--impair", impair]);
        pair.B.Command("tcp listen 5001", "^tcp listen");
        pair.A.Type($"tcp send {protection.Address(1)} 5001 500000");
        var sent = pair.A.Expect("^tcp sent .*sha256 ([0-9a-f]{64})", TimeSpan.FromSeconds(120));
        var received = pair.B.Expect("^tcp received .* 500000 bytes.*sha256 ([0-9a-f]{64})", TimeSpan.FromSeconds(60));
        Assert.Equal(sent.Groups[1].Value, received.Groups[1].Value);
        pair.Quit();
        Assert.Empty(WireAudit.Of(pair.CaptureB).Clear);
    }
}
