using NfIpsec.Lab;
using Xunit.Abstractions;

namespace NfIpsec.Tests.Interop;

/// <summary>Runs one scenario of those that tools/interop knows.</summary>
internal static class Scenarios
{
    public static void Hold(string name, ITestOutputHelper output)
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
