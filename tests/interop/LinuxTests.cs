using NfIpsec.Lab;
using Xunit.Abstractions;

namespace NfIpsec.Tests.Interop;

/// <summary>The Linux kernel's own ESP and AH as the peer, under manual keys.</summary>
public sealed class LinuxTests(ITestOutputHelper output)
{
    public static TheoryData<string> Protocols() => new(LinuxPeer.Protocols);

    [Theory, MemberData(nameof(Protocols))]
    public void Ping_and_tcp_pass_both_ways_and_only_protected(string protocols) => Assert.Empty(LinuxPeer.Run(protocols, output.WriteLine));
}
