using NfIpsec.Lab;
using Xunit.Abstractions;

namespace NfIpsec.Tests.E2e;

/// <summary>Real TCP and ICMP between two real lwIPs, protected; the wire, the counters and tshark agree.</summary>
public sealed class ProtectedTrafficTests(ITestOutputHelper output)
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

    // AH vouches for the addresses too, so its ICVs are checked here and not by tshark, which cannot.
    [Theory]
    [InlineData("AH", "transport", false, null, 2_000_000)]
    [InlineData("AH", "tunnel", true, false, 2_000_000)]
    [InlineData("AHESP", "transport", true, null, 2_000_000)]
    [InlineData("AHESP", "tunnel", false, true, 10_000_000)]
    public void Traffic_arrives_whole_under_ah_alone_and_around_esp(string type, string mode, bool six, bool? outerSix, int bytes)
    {
        var protection = new Protection(Suite.Aes, mode, six) { Type = type, OuterSix = outerSix };
        Assert.Empty(ProtectedTraffic.Run(protection, bytes).Problems);
    }

    [Theory]
    [InlineData("ESP", "tunnel", false, false, "loss=0.5,dup=2,reorder=2,corrupt=1,seed=1", 4_000_000)]
    [InlineData("ESP", "transport", true, true, "loss=0.5,dup=1,reorder=1,corrupt=1,seed=2", 4_000_000)]
    [InlineData("AHESP", "tunnel", false, true, "loss=0.5,dup=1,reorder=1,corrupt=1,seed=3", 10_000_000)]
    public void A_bad_wire_costs_time_but_no_byte_and_every_damaged_or_doubled_packet_is_counted(string type, string mode, bool six, bool outerSix,
        string impair, int bytes)
    {
        var protection = new Protection(Suite.Aes, mode, six, "-o replay=1024") { Type = type, OuterSix = outerSix };
        var run = BadWire.Run(protection, impair, bytes);
        foreach (var count in run.Counts) output.WriteLine(count.ToString());
        Assert.Empty(run.Problems);
    }
}
