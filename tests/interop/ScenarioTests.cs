using NfIpsec.Lab;
using Xunit.Abstractions;

namespace NfIpsec.Tests.Interop;

/// <summary>Every scenario folder beside this file.</summary>
public sealed class ScenarioTests(ITestOutputHelper output)
{
    public static TheoryData<string> Scenarios() => new(Scenario.All);

    [Theory, MemberData(nameof(Scenarios))]
    public void Holds(string scenario) => Scenario.Run(scenario, output.WriteLine);
}
