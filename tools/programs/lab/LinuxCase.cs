using System.Security.Cryptography;

namespace NfIpsec.Lab;

/// <summary>One protection between a board and the Linux kernel: a line of tests/interop/linux/cases in one mode and family, with keys
/// of its own, in the words of both parties.</summary>
public sealed class LinuxCase
{
    /// <summary>An algorithm under both names; Icv in bits.</summary>
    private sealed record Algorithm(string Ours, int Key, int Icv, string Linux);

    /// <summary>SPI and keys of one direction. AH and ESP inside it share both SPI and the integrity key.</summary>
    private sealed record Way(string Spi, string Cipher, string Mac);

    private const int Reqid = 1;

    private readonly Algorithm cipher, mac;
    private readonly Way toBoard, toGuest;
    private readonly string extras;

    /// <summary>ESP, AH or AHESP.</summary>
    public string Protocols { get; }
    public string Mode { get; }

    /// <summary>The family of the traffic, and that of what is on the wire.</summary>
    public bool Six { get; }
    public bool OuterSix { get; }

    public string Board => (Six ? Protection.Address6 : Protection.Address4)[0];

    public string Guest => (Six ? Protection.Address6 : Protection.Address4)[1];

    private string BoardEnd => (OuterSix ? Protection.Address6 : Protection.Address4)[0];

    private string GuestEnd => (OuterSix ? Protection.Address6 : Protection.Address4)[1];

    public override string ToString() => string.Join(' ', new[] { Protocols, cipher.Ours, mac.Ours, Mode, Family(Six) + (Six == OuterSix ? "" : " in " + Family(OuterSix)), extras }.Where(word => word != ""));

    private static string Family(bool six) => six ? "IPv6" : "IPv4";

    /// <summary>The first column of the table.</summary>
    public static IEnumerable<string> AllProtocols => Table().Select(cell => cell[0]).Distinct();

    /// <summary>Every case of the table with these protocols.</summary>
    public static IEnumerable<LinuxCase> All(string protocols) =>
        from cell in Table()
        where cell[0] == protocols
        from form in cell.Length > 5 && Words(cell[5]).Any(IsForm) ? Words(cell[5]).Where(IsForm) : ["transport4", "transport6", "tunnel4", "tunnel6"]
        select new LinuxCase(cell, form);

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>transport4, transport6, tunnel4, tunnel6, and tunnel4in6, tunnel6in4: mode, family of the traffic, of what is around it.</summary>
    private static bool IsForm(string word) => word.StartsWith('t');

    private LinuxCase(string[] cell, string form)
    {
        (Protocols, Mode) = (cell[0], form.StartsWith("tunnel") ? "tunnel" : "transport");
        (Six, OuterSix) = (form[Mode.Length] == '6', form[^1] == '6');
        extras = cell.Length > 5 ? string.Join(' ', Words(cell[5]).Where(word => !IsForm(word))) : "";
        cipher = Parse(cell[1], cell[3]);
        mac = Parse(cell[2], cell[4]);
        toBoard = NewWay();
        toGuest = NewWay();
    }

    private bool Ah => Protocols.Contains("AH");

    private bool Esp => Protocols.Contains("ESP");

    private bool Esn => extras.Contains("esn");

    private bool Short => mac.Icv == 96 && mac.Ours.Contains("SHA-2");

    /// <summary>Behind a state: the window, and what concerns both protocols.</summary>
    private string Kept => Esn ? "replay-window 64 flag esn" : "replay-window 32";

    /// <summary>What is typed at the board: the policy and its SA pair.</summary>
    public IEnumerable<string> BoardLines()
    {
        var ends = $"-m {Mode} -p any -r {GuestEnd} -s {Board} -d {Guest}";
        var algorithms = Esp ? $"-e {cipher.Ours} -a {mac.Ours}" : $"-a {mac.Ours}";
        var keys = $"-b {toBoard.Mac} -c {toGuest.Mac}" + (Esp && cipher.Key > 0 ? $" -f {toBoard.Cipher} -g {toGuest.Cipher}" : "");
        var spis = (Esp ? $" -w {toBoard.Spi} -x {toGuest.Spi}" : "") + (Ah ? $" -y {toBoard.Spi} -z {toGuest.Spi}" : "");
        yield return $"ipsec policy -n linux -t {Protocols} {algorithms} {ends}{(Esn ? " -o esn=on,replay=64" : "")}{(Short ? " -h" : "")}";
        yield return $"ipsec addsa {algorithms} {keys} {ends}{spis}";
    }

    /// <summary>A batch for the guest's ip command. A policy is updated, never removed: there is no moment at which the guest sends in clear.</summary>
    /// <param name="wrongKey">The guest seals with a key that the board does not have.</param>
    public IEnumerable<string> GuestLines(bool wrongKey = false)
    {
        yield return "xfrm state flush";
        foreach (var line in States(BoardEnd, GuestEnd, toGuest)) yield return line;
        foreach (var line in States(GuestEnd, BoardEnd, wrongKey ? toBoard with { Mac = toGuest.Mac } : toBoard)) yield return line;
        // an upper protocol "any" would protect neighbour discovery, which has no neighbour's address yet
        foreach (var upper in Six ? new[] { "tcp", "ipv6-icmp type 128", "ipv6-icmp type 129" } : ["tcp", "icmp"])
        {
            yield return $"xfrm policy update src {Guest} dst {Board} proto {upper} dir out {Templates(GuestEnd, BoardEnd)}";
            yield return $"xfrm policy update src {Board} dst {Guest} proto {upper} dir in {Templates(BoardEnd, GuestEnd)}";
        }
    }

    /// <summary>SAs as Linux has them: both directions of each protocol.</summary>
    public int Associations => Ah && Esp ? 4 : 2;

    /// <summary>IP protocol number of the header that follows the outer IP header.</summary>
    public int OuterProtocol => Ah ? 51 : 50;

    private IEnumerable<string> States(string source, string destination, Way way)
    {
        if (Esp)
        {
            yield return $"xfrm state add src {source} dst {destination} proto esp spi 0x{way.Spi} reqid {Reqid} mode {Mode} {Kept} {(Six == OuterSix ? "" : "flag af-unspec ")}" +
                         $"enc '{cipher.Linux}' '{(way.Cipher == "" ? "" : "0x" + way.Cipher)}' {Auth(way.Mac)}";
        }
        // RFC 4302 3.3.3.2.1 pads AH to 4 bytes in IPv4; Linux to 8 unless told
        if (Ah)
        {
            yield return $"xfrm state add src {source} dst {destination} proto ah spi 0x{way.Spi} reqid {Reqid} mode {(Esp ? "transport" : Mode)} {Kept} " +
                         $"{(Esp || Six == OuterSix ? "" : "flag af-unspec ")}{(OuterSix ? "" : "flag align4 ")}{Auth(way.Mac)}";
        }
    }

    private string Auth(string key) => $"auth-trunc '{mac.Linux}' 0x{key} {mac.Icv}";

    /// <summary>Inner first; in a tunnel only the innermost has the tunnel's ends.</summary>
    private string Templates(string source, string destination)
    {
        var inner = $"tmpl src {source} dst {destination} proto {(Esp ? "esp" : "ah")} reqid {Reqid} mode {Mode}";
        return Esp && Ah ? inner + $" tmpl src {source} dst {destination} proto ah reqid {Reqid} mode transport" : inner;
    }

    private static IEnumerable<string[]> Table() =>
        from line in File.ReadLines(Repository.Path("tests/interop/linux/cases"))
        where line != "" && line[0] != '#'
        select line.Split('|').Select(one => one.Trim()).ToArray();

    private static Algorithm Parse(string ours, string linux)
    {
        var word = ours.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return ours == "-" ? new Algorithm("", 0, 0, "") : new Algorithm(word[0], int.Parse(word[1]), word.Length > 2 ? int.Parse(word[2]) : 0, linux);
    }

    private Way NewWay() => new(NewSpi(), Hex(cipher.Key), Hex(mac.Key));

    private static string NewSpi() => RandomNumberGenerator.GetInt32(0x1000, 0x7FFFFFF0).ToString("x8");

    private static string Hex(int bytes) => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(bytes));
}
