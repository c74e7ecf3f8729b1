using NfIpsec.Lab;
using Xunit.Abstractions;

namespace NfIpsec.Tests.Interop;

/// <summary>Single packets: what scapy sealed we open, what we sealed scapy opens, and neither opens a damaged one.</summary>
public sealed class PacketTests(ITestOutputHelper output)
{
    public static TheoryData<string> Protocols() => new(PacketJudge.Protocols);

    [Theory, MemberData(nameof(Protocols))]
    public void Every_algorithm_in_every_mode_is_read_and_written_as_scapy_does(string protocol)
    {
        var flows = PacketJudge.Run(protocol);
        output.WriteLine($"{flows.Count} flows, {flows.Sum(flow => flow.Packets)} packets");
        Assert.Empty(flows.SelectMany(flow => flow.Problems, (flow, problem) => $"{flow.Suite}, {flow.Name}: {problem}"));
        Assert.True(flows.Count(flow => flow.Packets > 0) > 90);
    }
}
