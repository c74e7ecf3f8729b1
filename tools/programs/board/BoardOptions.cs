using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace NfIpsec.Board;

/// <summary>What the command line says, checked.</summary>
public sealed record BoardOptions(string Folder, Wire Wire, IPNetworkAddress? Ip4, IPNetworkAddress? Ip6, string? Gateway,
    Wire? Lan, IPNetworkAddress? LanIp4, IPNetworkAddress? LanIp6, bool Forward, bool Pty, string? Pcap, string? KeyLog, string? Impair, string Column)
{
    private static readonly Option<DirectoryInfo> Dir = new("--dir")
    {
        Required = true, HelpName = "D", Description = "folder with the board's files: ike_rc, secrets, certificates; made when missing"
    };

    private static readonly Option<Wire?> WireOption = new("--wire")
    {
        Required = true, HelpName = "udp:PORT:PEERPORT|tap:NAME", CustomParser = ParseWire,
        Description = "the cable: Ethernet frames in UDP on loopback (no root needed), or a TAP device"
    };

    private static readonly Option<IPNetworkAddress?> Ip4Option = new("--ip4")
    {
        HelpName = "A/N", Description = "IPv4 address and prefix length", CustomParser = result => ParseAddress(result, AddressFamily.InterNetwork, 32)
    };

    private static readonly Option<IPNetworkAddress?> Ip6Option = new("--ip6")
    {
        HelpName = "A/N", Description = "IPv6 address and prefix length", CustomParser = result => ParseAddress(result, AddressFamily.InterNetworkV6, 128)
    };

    private static readonly Option<string?> GatewayOption = new("--gateway")
    {
        HelpName = "G", Description = "gateway: an IPv4 address, an IPv6 address, or both with a comma between", CustomParser = ParseGateway
    };

    private static readonly Option<Wire?> LanOption = new("--lan")
    {
        HelpName = "udp:PORT:PEERPORT|tap:NAME", CustomParser = ParseWire,
        Description = "a second cable, to the subnet behind the board; needs an address too, and implies --forward"
    };

    private static readonly Option<IPNetworkAddress?> LanIp4Option = new("--lan-ip4")
    {
        HelpName = "A/N", Description = "IPv4 address on the second cable", CustomParser = result => ParseAddress(result, AddressFamily.InterNetwork, 32)
    };

    private static readonly Option<IPNetworkAddress?> LanIp6Option = new("--lan-ip6")
    {
        HelpName = "A/N", Description = "IPv6 address on the second cable", CustomParser = result => ParseAddress(result, AddressFamily.InterNetworkV6, 128)
    };

    private static readonly Option<bool> ForwardOption = new("--forward")
    {
        Description = "be a gateway: packets between other hosts go on where a policy lets them, and are dropped where none does"
    };

    private static readonly Option<string> ConsoleOption = Choice("--console", "the board's serial port: this terminal, or a new pseudo-terminal whose path is printed", "stdio", "pty");

    private static readonly Option<FileInfo?> PcapOption = new("--pcap") { HelpName = "FILE", Description = "capture of every frame on the first cable" };

    private static readonly Option<DirectoryInfo?> KeyLogOption = new("--keylog")
    {
        HelpName = "DIR", Description = "write the keys of each SA to DIR/esp_sa and DIR/ikev2_decryption_table for Wireshark (a debug build: this one is)"
    };

    private static readonly Option<string?> ImpairOption = new("--impair")
    {
        HelpName = "SPEC", Description = "what the first cable does to frames sent, percent and milliseconds: loss=5,dup=2,reorder=3,corrupt=1,delay=20,seed=7"
    };

    private static readonly Option<string> ColumnOption = Choice("--column", "which board's build of lwIP", "esp32", "stm32");

    /// <summary>The command, with help and examples.</summary>
    /// <param name="run">Gets what it says and returns the exit code, as does <paramref name="refuse"/>, which gets what is missing.</param>
    public static RootCommand Command(Func<BoardOptions, int> run, Func<string, int> refuse)
    {
        var command = new RootCommand("One virtual board: the firmware with a real lwIP on this machine. Exit code 0 in order, 1 when it failed, 2 for a wrong option.")
        {
            Dir, WireOption, Ip4Option, Ip6Option, GatewayOption, LanOption, LanIp4Option, LanIp6Option, ForwardOption, ConsoleOption, PcapOption, KeyLogOption, ImpairOption, ColumnOption
        };
        command.SetAction(parsed => Missing(parsed) is { } missing ? refuse(missing) : run(new BoardOptions(
            parsed.GetRequiredValue(Dir).FullName, parsed.GetRequiredValue(WireOption)!, parsed.GetValue(Ip4Option), parsed.GetValue(Ip6Option),
            parsed.GetValue(GatewayOption), parsed.GetValue(LanOption), parsed.GetValue(LanIp4Option), parsed.GetValue(LanIp6Option),
            parsed.GetValue(ForwardOption) || parsed.GetValue(LanOption) != null, parsed.GetValue(ConsoleOption) == "pty", parsed.GetValue(PcapOption)?.FullName,
            parsed.GetValue(KeyLogOption)?.FullName, parsed.GetValue(ImpairOption), parsed.GetValue(ColumnOption)!)));
        return command;
    }

    // What must stand beside what; null where nothing is missing. Looked at when every option for itself is in order: an error of the
    // command would hide those of its options.
    private static string? Missing(ParseResult parsed)
    {
        bool Has(Option option) => parsed.GetResult(option) != null;
        if (!Has(Ip4Option) && !Has(Ip6Option)) return "an address is missing: expected --ip4 A/N, --ip6 A/N or both";
        var lanAddress = Has(LanIp4Option) || Has(LanIp6Option);
        if (Has(LanOption) && !lanAddress) return "--lan: expected --lan-ip4 A/N, --lan-ip6 A/N or both beside it";
        return lanAddress && !Has(LanOption) ? "--lan-ip4, --lan-ip6: expected --lan beside them" : null;
    }

    public const string Examples = """

        Examples:
          tools/board --dir /tmp/a --wire udp:7001:7002 --ip4 10.0.0.77/24
              a board on this terminal; start its peer with --dir /tmp/b --wire udp:7002:7001 --ip4 10.0.0.78/24
          tools/board --dir /tmp/a --wire tap:tap0 --ip4 10.0.0.77/24 --ip6 fd00::77/64 --console pty --pcap /tmp/a.pcap
              a board on a TAP device, its console on a pseudo-terminal, with a capture
          tools/board --dir /tmp/gw --wire udp:7001:7002 --ip4 192.0.2.1/24 --lan udp:7003:7004 --lan-ip4 10.1.0.1/24
              a gateway: it protects the subnet 10.1.0.0/24 behind it, as its policies say
          printf 'ping 10.0.0.78 -c 2\nquit\n' | tools/board --dir /tmp/a --wire udp:7001:7002 --ip4 10.0.0.77/24
              driven by a program: no echo, a line "-> " after each answer; ends at the end of its input
        """;

    private static Option<string> Choice(string name, string description, params string[] values)
    {
        var option = new Option<string>(name) { HelpName = string.Join('|', values), Description = description, DefaultValueFactory = _ => values[0] };
        option.Validators.Add(result =>
        {
            var text = result.Tokens.Count == 0 ? values[0] : result.Tokens[0].Value;
            if (!values.Contains(text)) result.AddError($"{name} '{text}': expected {string.Join(" or ", values)}");
        });
        return option;
    }

    private static string NameOf(ArgumentResult result) => (result.Parent as OptionResult)?.Option.Name ?? "";

    private static Wire? ParseWire(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        var udp = Regex.Match(text, @"^udp:(\d{1,5}):(\d{1,5})$");
        var tap = Regex.Match(text, @"^tap:([A-Za-z0-9_.-]{1,15})$");
        if (tap.Success) return new Wire(tap.Groups[1].Value, 0, 0);
        if (udp.Success && ushort.TryParse(udp.Groups[1].Value, out var own) && ushort.TryParse(udp.Groups[2].Value, out var peer) && own > 0 && peer > 0)
            return new Wire(null, own, peer);
        result.AddError($"{NameOf(result)} '{text}': expected udp:PORT:PEERPORT (ports 1 to 65535) or tap:NAME");
        return null;
    }

    private static IPNetworkAddress? ParseAddress(ArgumentResult result, AddressFamily family, int bits)
    {
        var text = result.Tokens[0].Value;
        var part = text.Split('/');
        if (part.Length == 2 && IPAddress.TryParse(part[0], out var address) && address.AddressFamily == family
            && (family == AddressFamily.InterNetworkV6 || part[0].Count(c => c == '.') == 3)
            && int.TryParse(part[1], out var prefix) && prefix >= 0 && prefix <= bits)
            return new IPNetworkAddress(address, prefix);
        result.AddError($"{NameOf(result)} '{text}': expected {(bits == 32 ? "an IPv4 address" : "an IPv6 address")} and a prefix length from 0 to {bits}, as A/N");
        return null;
    }

    private static string? ParseGateway(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        var families = text.Split(',').Select(one => IPAddress.TryParse(one, out var address)
            && (address.AddressFamily == AddressFamily.InterNetworkV6 || one.Count(c => c == '.') == 3) ? address.AddressFamily : AddressFamily.Unknown).ToArray();
        if (!families.Contains(AddressFamily.Unknown) && families.Distinct().Count() == families.Length) return text;
        result.AddError($"--gateway '{text}': expected an IPv4 address, an IPv6 address, or both with a comma between");
        return null;
    }
}

/// <summary>The board's cable: a TAP device, or UDP ports on loopback.</summary>
public sealed record Wire(string? Tap, int Port, int PeerPort);

/// <summary>An interface's address with the length of its prefix in bits.</summary>
public sealed record IPNetworkAddress(IPAddress Address, int Prefix);
