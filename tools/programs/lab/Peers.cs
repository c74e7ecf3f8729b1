namespace NfIpsec.Lab;

/// <summary>Every interoperability scenario by name: what tools/interop runs, and the tests in tests/interop.</summary>
public static class Peers
{
    /// <summary>Run says what it does, and returns what did not hold; it may throw a <see cref="LabException"/> instead.</summary>
    public sealed record Named(string Name, string Proves, Func<Action<string>, IReadOnlyList<string>> Run);

    /// <summary>Scenarios that touch nothing of this machine's: they may run beside the others.</summary>
    public static IReadOnlyList<Named> Apart { get; } =
    [
        .. PacketJudge.Protocols.Select(protocol => new Named("packets-" + protocol,
            $"scapy opens our packets and we open scapy's: {protocol switch { "both" => "AH over ESP", _ => protocol.ToUpperInvariant() }}", say => Packets(protocol, say))),
        .. LinuxCase.AllProtocols.Select(protocols => new Named("linux-" + protocols.ToLowerInvariant(),
            $"ping and TCP under manual keys with the Linux kernel: {protocols}", say => LinuxPeer.Run(protocols, say))),
    ];

    /// <summary>Scenarios in network namespaces, whose names they share: one at a time.</summary>
    public static IReadOnlyList<Named> InNamespaces { get; } =
    [
        new Named("nat-boards", "two boards in transport mode through the Linux kernel's NAT, which gives one another port in the middle of a transfer", NatBoards.Run),
        .. Scenario.All.Select(folder => new Named(folder, Scenario.Proves(folder), say =>
        {
            Scenario.Run(folder, say);
            return [];
        }))
    ];

    public static IReadOnlyList<Named> All { get; } = [.. Apart, .. InNamespaces];

    private static IReadOnlyList<string> Packets(string protocol, Action<string> say)
    {
        var flows = PacketJudge.Run(protocol);
        foreach (var suite in flows.Where(flow => flow.Packets > 0).GroupBy(flow => flow.Suite))
            say($"{suite.Key}: {suite.Count()} flows, {suite.Sum(flow => flow.Packets)} packets");
        return flows.SelectMany(flow => flow.Problems, (flow, problem) => $"{flow.Suite}, {flow.Name}: {problem}").ToList();
    }
}
