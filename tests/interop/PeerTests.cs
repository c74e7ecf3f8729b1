using NfIpsec.Lab;
using Xunit.Abstractions;

namespace NfIpsec.Tests.Interop;

/// <summary>Implementations that are not ours: every scenario that tools/interop knows.</summary>
public sealed class PeerTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names() => new(Peers.All.Select(one => one.Name));

    [Theory, MemberData(nameof(Names))]
    public void Holds(string name)
    {
        var steps = 0;
        Assert.Empty(Peers.All.Single(one => one.Name == name).Run(line =>
        {
            steps++;
            output.WriteLine(line);
        }));
        Assert.True(steps > 5);
    }
}
