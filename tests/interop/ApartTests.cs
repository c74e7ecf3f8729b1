using NfIpsec.Lab;
using Xunit.Abstractions;

namespace NfIpsec.Tests.Interop;

/// <summary>Scenarios that mostly compute: they run beside those of <see cref="NamespaceTests"/>, which mostly wait.</summary>
public sealed class ApartTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names() => new(Peers.Apart.Select(one => one.Name));

    [Theory, MemberData(nameof(Names))]
    public void Holds(string name) => Scenarios.Hold(name, output);
}
