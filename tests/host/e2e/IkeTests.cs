using NfIpsec.Lab;

namespace NfIpsec.Tests.E2e;

/// <summary>IKEv2 with a pre-shared key between two boards: the reference's example 1, today's algorithms, and what goes wrong.</summary>
public sealed class IkeTests
{
    [Theory]
    [InlineData(true, true), InlineData(true, false), InlineData(false, true), InlineData(false, false)]
    public void Example_1_and_its_successor(bool reference, bool typed) =>
        Assert.Empty(IkeExample.Run(reference ? IkeExample.Reference : IkeExample.Today, typed, 1_000_000).Problems);

    [Fact]
    public void Example_2_with_certificates() => Assert.Empty(CertificateExample.Run().Problems);

    [Fact]
    public void A_wrong_secret() => Holds(IkeRefusals.WrongSecret());

    [Fact]
    public void No_common_proposal() => Holds(IkeRefusals.NoCommonProposal());

    [Fact]
    public void An_unknown_identity() => Holds(IkeRefusals.UnknownIdentity());

    [Fact]
    public void A_policy_without_a_remote() => Holds(IkeRefusals.PolicyWithoutRemote());

    [Fact]
    public void A_silent_peer() => Holds(IkeRefusals.SilentPeer());

    [Fact]
    public void A_board_killed_and_restarted_comes_up_without_a_hand_on_the_other() => Assert.Empty(IkeRefusals.KilledAndRestarted());

    private static void Holds(IkeRefusals.Case refusal) => Assert.Empty(refusal.Problems);
}
