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
        // one for one, but that a datagram which its IPv6 source had cut is one here, both ways, and three pieces in the tunnel
        Assert.InRange(forwarded - wire.Esp(sites.Outside(0)) - wire.Esp(sites.Outside(1)), six ? -12 : 0, 0);
    }

    /// <summary>What a bad wire damages is counted under its code, what it doubles is delivered once, and TCP completes.</summary>
    [Theory]
    [InlineData("loss=2,seed=3"), InlineData("dup=5,reorder=5,seed=4"), InlineData("corrupt=2,seed=5")]
    public void A_bad_wire_between_the_gateways_costs_time_but_no_byte(string impair)
    {
        using var sites = new Gateways(impair: impair);
        sites.Transfer(400_000, 170);
        Thread.Sleep(500);
        var counters = sites.GateB.Counters();
        sites.Quit();
        var (there, here) = (WireAudit.Of(sites.CaptureA), WireAudit.Of(sites.CaptureB));
        Assert.Empty(there.Clear);
        var opened = counters["forwarded"] - counters["queued out"];
        // a damaged header may name any source; a damaged fragment offset is counted there apart
        var arrived = here.Datagrams.Where(one => !one.Key.Source.Contains(':') && one.Key.Source != sites.Outside(1)).Sum(one => one.Value);
        string[] codes = ["XE_ESP_DIGEST_MISMATCH", "XE_BAD_SEQUENCE_NUMBER", "XE_SA_NOT_FOUND", "XE_BAD_ESP_SPI", "malformed"];
        Assert.InRange(opened + codes.Sum(code => counters[code]) - arrived, 0, here.Fragments);
        if (impair.StartsWith("corrupt")) Assert.True(counters["XE_ESP_DIGEST_MISMATCH"] > 0 && counters["XE_BAD_SEQUENCE_NUMBER"] == 0);
        if (impair.StartsWith("dup")) Assert.True(counters["XE_BAD_SEQUENCE_NUMBER"] > 0 && opened <= there.Esp(sites.Outside(0)), $"{opened} opened of {there.Esp(sites.Outside(0))}");
    }
}
