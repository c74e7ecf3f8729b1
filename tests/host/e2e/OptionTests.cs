using NfIpsec.Lab;

namespace NfIpsec.Tests.E2e;

/// <summary>A wrong command line of the virtual board ends with 2 and says which option is wrong.</summary>
public sealed class OptionTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("nf-ipsec-").FullName;

    [Theory]
    [InlineData("--ip4 10.0.0.300/24", "--ip4 '10.0.0.300/24': expected an IPv4 address")]
    [InlineData("--ip4 10.0.0.3", "--ip4 '10.0.0.3': expected")]
    [InlineData("--ip4 10.0.0.3/33", "--ip4 '10.0.0.3/33': expected")]
    [InlineData("--ip6 fd00::g/64", "--ip6 'fd00::g/64': expected an IPv6 address")]
    [InlineData("--ip4 10.0.0.3/24 --lan foo --lan-ip4 10.1.0.1/24", "--lan 'foo': expected udp:PORT:PEERPORT")]
    [InlineData("--ip4 10.0.0.3/24 --lan foo", "--lan 'foo': expected udp:PORT:PEERPORT")]
    [InlineData("--ip4 10.0.0.3/24 --lan udp:7003:7004 --lan-ip4 foo", "--lan-ip4 'foo': expected")]
    [InlineData("--ip4 10.0.0.3/24 --lan udp:7003:7004", "--lan: expected --lan-ip4")]
    [InlineData("--ip4 10.0.0.3/24 --lan-ip4 10.1.0.1/24", "expected --lan beside")]
    [InlineData("", "an address is missing")]
    [InlineData("--ip4 10.0.0.3/24 --impair foo=1", "impair: 'foo=1'")]
    [InlineData("--ip4 10.0.0.3/24 --ip6 fd00::3/64 --column stm32", "ip6 'fd00::3/64': this column's lwIP is built without IPv6")]
    [InlineData("--ip4 10.0.0.3/24 --lan udp:7003:7004 --lan-ip4 10.1.0.1/24 --column stm32", "built for one interface")]
    public void A_wrong_option_is_named(string options, string said) => Refused(2, said, $"--dir {folder} --wire udp:7001:7002 {options}");

    [Theory]
    [InlineData("--dir {0} --wire foo", "--wire 'foo': expected udp:PORT:PEERPORT")]
    [InlineData("--wire udp:7001:7002 --ip4 10.0.0.3/24 --dir", "--dir")]
    public void One_wrong_option_is_not_hidden_by_a_missing_one(string arguments, string said) => Refused(2, said, string.Format(arguments, folder));

    [Theory]
    [InlineData("--dir {0}/file/x --wire udp:7001:7002 --ip4 10.0.0.3/24", "--dir '")]
    [InlineData("--dir {0} --keylog {0}/file/x --wire udp:7001:7002 --ip4 10.0.0.3/24", "--keylog '")]
    public void A_folder_that_cannot_be_made_is_named_with_its_option(string arguments, string said)
    {
        File.WriteAllText(Path.Combine(folder, "file"), "");
        Refused(1, said, string.Format(arguments, folder));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static void Refused(int exit, string said, string arguments)
    {
        var (code, output) = Tool.Run(Repository.Path("tools/board"), arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), 30);
        Assert.Contains(said, output);
        Assert.Equal(exit, code);
    }
}
