using NfIpsec.Lab;

namespace NfIpsec.Tests.E2e;

/// <summary>Subnets behind gateways: hosts that know nothing of IPsec, a wire that shows nothing but ESP or AH.</summary>
public sealed class GatewayTests
{
    [Theory]
    [InlineData(false, false, false), InlineData(true, false, false), InlineData(false, true, false), InlineData(true, true, true), InlineData(false, false, true)]
    [InlineData(false, true, false, "AHESP"), InlineData(true, false, false, "AHESP"), InlineData(false, false, false, "AH")]
    public void Two_subnets_reach_each_other_through_a_tunnel(bool six, bool outerSix, bool negotiated, string type = "ESP")
    {
        using var sites = new Gateways(six, outerSix, negotiated, type: type);
        sites.HostA.Command($"ping {sites.Address(1)} -c 3", "^3 sent, [1-3] answered", 30);     // the first waits for keys and addresses
        sites.HostA.Command($"ping {sites.Address(1)} -c 5", "^5 sent, 5 answered", 30);
        sites.HostB.Command($"ping {sites.Address(0)} -c 3 -s 3000", "^3 sent, 3 answered", 30);
        sites.Transfer(10_000_000, 180);
        sites.HostA.Command($"ping {sites.Inside(0)} -c 1", "^1 sent, 1 answered", 30);
        var forwarded = sites.GateA.Counters()["forwarded"];
        sites.Quit();
        var wire = WireAudit.Of(sites.CaptureA);
        Assert.Empty(wire.Clear);
        var (there, back) = (wire.Count(sites.Outside(0), sites.WireProtocol), wire.Count(sites.Outside(1), sites.WireProtocol));
        Assert.True(there > 1000 && back > 1000, $"{there}, {back}");
        // no segment of TCP is cut, though the hosts know nothing of what is put around it
        if (!six) Assert.Equal(6, wire.Cut);
        // one for one, but that a datagram which its IPv6 source had cut is one here, both ways, and three pieces in the tunnel
        Assert.InRange(forwarded - there - back, six ? -12 : 0, 0);
    }

    /// <summary>What a bad wire damages is counted under its code, what it doubles is delivered once, and TCP completes.</summary>
    [Theory]
    [InlineData("loss=2,seed=3"), InlineData("dup=5,reorder=5,seed=4"), InlineData("corrupt=2,seed=5")]
    [InlineData("loss=1,dup=5,reorder=5,seed=6", "AHESP", true), InlineData("loss=1,corrupt=2,seed=7", "AHESP", true)]
    public void A_bad_wire_between_the_gateways_costs_time_but_no_byte(string impair, string type = "ESP", bool outerSix = false)
    {
        using var sites = new Gateways(outerSix: outerSix, impair: impair, type: type);
        var outer = type == "ESP" ? "XE_ESP" : "XE_AH";     // verified first
        sites.Transfer(400_000, 170);
        Thread.Sleep(500);
        var counters = sites.GateB.Counters();
        sites.Quit();
        var (there, here) = (WireAudit.Of(sites.CaptureA), WireAudit.Of(sites.CaptureB));
        Assert.Empty(there.Clear);
        var opened = counters["forwarded"] - counters["queued out"];
        // A damaged header may name any source, and in IPv6, where no checksum covers it, another protocol or place; a damaged fragment
        // offset is counted there apart.
        var arrived = here.Datagrams.Where(one => one.Key.Source.Contains(':') == outerSix && one.Key.Source != sites.Outside(1))
            .Where(one => !outerSix || one.Key.Protocol == sites.WireProtocol).Sum(one => one.Value);
        var mismatch = outer + "_DIGEST_MISMATCH";
        string[] codes = [mismatch, "XE_BAD_SEQUENCE_NUMBER", "XE_SA_NOT_FOUND", outer == "XE_ESP" ? "XE_BAD_ESP_SPI" : "XE_BAD_AH_SPI", "malformed"];
        Assert.InRange(opened + codes.Sum(code => counters[code]) - arrived, outerSix && impair.Contains("corrupt") ? -2 : 0, here.Fragments);
        if (impair.Contains("corrupt")) Assert.True(counters[mismatch] > 0 && counters["XE_BAD_SEQUENCE_NUMBER"] == 0);
        var sent = there.Count(sites.Outside(0), sites.WireProtocol);
        if (impair.Contains("dup")) Assert.True(counters["XE_BAD_SEQUENCE_NUMBER"] > 0 && opened <= sent, $"{opened} opened of {sent}");
    }
}
