using NfIpsec.Lab;

namespace NfIpsec.Tests.E2e;

/// <summary>Subnets behind gateways: hosts that know nothing of IPsec, a wire that shows nothing but ESP.</summary>
public sealed class GatewayTests
{
    [Theory]
    [InlineData(false, false, false), InlineData(true, false, false), InlineData(false, true, false), InlineData(true, true, true), InlineData(false, false, true)]
    public void Two_subnets_reach_each_other_through_a_tunnel(bool six, bool outerSix, bool negotiated)
    {
        using var sites = new Gateways(six, outerSix, negotiated);
        sites.HostA.Command($"ping {sites.Address(1)} -c 3", "^3 sent, [1-3] answered", 30);     // the first waits for keys and addresses
        sites.HostA.Command($"ping {sites.Address(1)} -c 5", "^5 sent, 5 answered", 30);
        sites.HostB.Command($"ping {sites.Address(0)} -c 3 -s 3000", "^3 sent, 3 answered", 30);
        sites.Transfer(10_000_000, 180);
        sites.HostA.Command($"ping {sites.Inside(0)} -c 1", "^1 sent, 1 answered", 30);
        var forwarded = sites.GateA.Counters()["forwarded"];
        sites.Quit();
        var wire = WireAudit.Of(sites.CaptureA);
        Assert.Empty(wire.Clear);
        Assert.True(wire.Esp(sites.Outside(0)) > 1000 && wire.Esp(sites.Outside(1)) > 1000, $"{wire.Esp(sites.Outside(0))}, {wire.Esp(sites.Outside(1))}");
        // one for one, but that a datagram which its IPv6 source had cut is one here and several in the tunnel
        Assert.InRange(forwarded - wire.Esp(sites.Outside(0)) - wire.Esp(sites.Outside(1)), -6, 0);
    }
}
