using NfIpsec.Lab;
using Xunit.Abstractions;

namespace NfIpsec.Tests.Interop;

/// <summary>Scenarios in network namespaces, strongSwan's among them, one at a time.</summary>
public sealed class NamespaceTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names() => new(Peers.InNamespaces.Select(one => one.Name));

    [Theory, MemberData(nameof(Names))]
    public void Holds(string name) => Scenarios.Hold(name, output);
}
