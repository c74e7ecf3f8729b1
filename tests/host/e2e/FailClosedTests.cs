using NfIpsec.Lab;

namespace NfIpsec.Tests.E2e;

/// <summary>Nothing leaves in clear, at any moment; what is dropped is counted; the board goes on (THREATS 35, 42).</summary>
public sealed class FailClosedTests
{
    private static Protection Aes(string mode = "transport", bool six = false) => new(Suite.Aes, mode, six);

    [Fact]
    public void Before_the_first_policy() => Holds(FailClosed.BeforeTheFirstPolicy());

    [Theory, InlineData("transport", false), InlineData("tunnel", true)]
    public void After_a_flush_under_traffic(string mode, bool six) => Holds(FailClosed.AfterFlush(Aes(mode, six)));

    [Theory, InlineData("transport", false), InlineData("tunnel", true)]
    public void A_policy_without_an_sa(string mode, bool six) => Holds(FailClosed.WithoutSa(Aes(mode, six)));

    [Theory, InlineData("transport", false), InlineData("tunnel", true)]
    public void A_wrong_key(string mode, bool six) => Holds(FailClosed.WrongKey(Aes(mode, six)));

    [Theory, InlineData(false), InlineData(true)]
    public void Clear_text_where_the_policy_says_secure(bool six) => Holds(FailClosed.ClearFromThePeer(Aes(six: six)));

    [Theory, InlineData("transport"), InlineData("tunnel")]
    public void Rings_full_of_eight_flows(string mode) => Holds(FailClosed.FullRing(Aes(mode)));

    [Theory, InlineData("transport", false), InlineData("tunnel", true)]
    public void The_peer_gone_in_mid_transfer(string mode, bool six) => Holds(FailClosed.PeerGone(Aes(mode, six)));

    private static void Holds(FailClosed.Moment moment) => Assert.Empty(moment.Problems);
}
