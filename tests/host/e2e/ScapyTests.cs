using NfIpsec.Lab;

namespace NfIpsec.Tests.E2e;

/// <summary>An independent implementation seals what we open and opens what we seal.</summary>
public sealed class ScapyTests
{
    [Theory]
    [InlineData("AES", "transport", false), InlineData("AES", "transport", true)]
    [InlineData("AES", "tunnel", false), InlineData("AES", "tunnel", true)]
    [InlineData("3DES", "transport", false), InlineData("3DES", "transport", true)]
    [InlineData("3DES", "tunnel", false), InlineData("3DES", "tunnel", true)]
    public void Scapy_and_a_board_understand_each_other(string suite, string mode, bool six)
    {
        var (ok, report) = Judges.Scapy(new Protection(suite == "AES" ? Suite.Aes : Suite.TripleDes, mode, six));
        Assert.True(ok, report);
    }
}
