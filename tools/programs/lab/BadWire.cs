using System.Net;
using System.Text.RegularExpressions;

namespace NfIpsec.Lab;

/// <summary>A TCP transfer over a wire that loses, doubles, reorders and damages frames: the bytes arrive whole, and every frame that a
/// board received is accounted for, by its own counters against both captures.</summary>
public sealed class BadWire
{
    /// <summary>How many frames of one direction arrived how, and what the receiving board counted.</summary>
    public sealed record Count(int Intact, int Doubled, int Damaged, int HeaderDamaged, long Mismatch, long Replayed, long Accepted);

    public List<string> Problems { get; } = [];

    /// <summary>A to B, B to A.</summary>
    public List<Count> Counts { get; } = [];

    private const int Ethernet = 14;

    private readonly Protection protection;

    private bool OuterSix => protection.OuterSix ?? protection.Six;

    /// <summary>Where ESP or AH begins. AH has its SPI and sequence number behind four other bytes.</summary>
    private int Header => Ethernet + (OuterSix ? 40 : 20) + (protection.HasAh ? 4 : 0);

    /// <param name="impair">As tools/board takes it, for both boards.</param>
    public static BadWire Run(Protection protection, string impair, int bytes)
    {
        var run = new BadWire(protection);
        using var pair = Pair.Protected(run.protection, ["--impair", impair]);
        run.Transfer(pair, bytes);
        string[] netstat = [pair.A.Answer("ipsec netstat -a"), pair.B.Answer("ipsec netstat -a")];
        var counters = new[] { pair.A.Counters(), pair.B.Counters() };
        pair.Quit();
        run.Judge(WireAudit.Read(pair.CaptureA), WireAudit.Read(pair.CaptureB), 0, netstat[1], counters[1]);
        run.Judge(WireAudit.Read(pair.CaptureB), WireAudit.Read(pair.CaptureA), 1, netstat[0], counters[0]);
        run.Clear(pair.CaptureA, 0);
        run.Clear(pair.CaptureB, 1);
        return run;
    }

    private BadWire(Protection protection) => this.protection = protection;

    private void Transfer(Pair pair, int bytes)
    {
        pair.B.Command("tcp listen 5001", "^tcp listen");
        pair.A.Type($"tcp send {protection.Address(1)} 5001 {bytes}");
        var sent = pair.A.Expect("^tcp sent .*sha256 ([0-9a-f]{64})", TimeSpan.FromSeconds(240)).Groups[1].Value;
        var received = pair.B.Expect($"^tcp received .* {bytes} bytes.*sha256 ([0-9a-f]{{64}})", TimeSpan.FromSeconds(60)).Groups[1].Value;
        Require(sent == received, "the digests differ");
    }

    /// <summary>What a board sent in clear; what it received may be a damaged frame that looks so.</summary>
    private void Clear(string capture, int end) => Problems.AddRange(WireAudit.Of(capture).Clear
        .Where(line => line.Contains($": {protection.Endpoint(end)} ")).Take(3).Select(line => "clear on the wire: " + line));

    /// <summary>One direction: what the sender gave to its wire, what came out of it, and what the receiver says of that.</summary>
    private void Judge(List<byte[]> sender, List<byte[]> receiver, int from, string netstat, Dictionary<string, long> counters)
    {
        var sent = new Sent(sender.Where(frame => IsProtected(frame, from)), Header);
        HashSet<byte[]> arrived = [];
        int doubled = 0, damaged = 0, headerDamaged = 0;
        foreach (var frame in receiver.Where(frame => !IsFrom(frame, 1 - from)))
        {
            if (sent.Find(frame) is not { } original) continue;
            var difference = original.AsSpan().CommonPrefixLength(frame);
            if (difference == frame.Length) doubled += arrived.Add(original) ? 0 : 1;
            else if (difference < Header + 8) headerDamaged++;
            else damaged++;
        }
        Account(from == 0 ? "a to b" : "b to a", new Count(arrived.Count, doubled, damaged, headerDamaged, counters[protection.HasAh ? "XE_AH_DIGEST_MISMATCH" : "XE_ESP_DIGEST_MISMATCH"],
            Numbers(netstat, @"Replayed: (\d+)").Sum(), Numbers(netstat, @"(?s)Inbound SA.*?Packets: (\d+)").Sum()));
    }

    /// <summary>A frame damaged in its IP header, SPI or sequence number may be refused by others first, or not at all: TTL.</summary>
    private void Account(string way, Count count)
    {
        Counts.Add(count);
        Require(count is { Intact: > 0, Doubled: > 0, Damaged: > 0 }, $"{way}: the wire was not bad: {count}");
        Within("damaged", count.Damaged, count.Mismatch);
        Within("doubled", count.Doubled, count.Replayed);
        Within("intact", count.Intact, count.Accepted);

        void Within(string name, int seen, long counted) =>
            Require(counted >= seen && counted <= seen + count.HeaderDamaged, $"{way}: {seen} {name}, the board counted {counted}: {count}");
    }

    /// <summary>Every protected frame that went to the wire. One flipped bit leaves either SPI and sequence number or the last bytes whole.</summary>
    private sealed class Sent
    {
        private readonly Dictionary<string, byte[]> frames = [];
        private readonly int header;

        public Sent(IEnumerable<byte[]> all, int header)
        {
            this.header = header;
            foreach (var frame in all) frames[Front(frame)] = frames[End(frame)] = frame;
        }

        public byte[]? Find(byte[] frame) => frame.Length >= header + 8 + 16
            ? frames.GetValueOrDefault(Front(frame)) ?? frames.GetValueOrDefault(End(frame))
            : null;

        private string Front(byte[] frame) => Convert.ToHexString(frame, header, 8);

        private static string End(byte[] frame) => Convert.ToHexString(frame, frame.Length - 16, 16);
    }

    private static IEnumerable<long> Numbers(string netstat, string pattern) =>
        Regex.Matches(netstat, pattern).Select(match => long.Parse(match.Groups[1].Value));

    private bool IsFrom(byte[] frame, int end)
    {
        var source = IPAddress.Parse(protection.Endpoint(end)).GetAddressBytes();
        var at = Ethernet + (OuterSix ? 8 : 12);
        return frame.Length > at + source.Length && frame.AsSpan(at, source.Length).SequenceEqual(source);
    }

    private bool IsProtected(byte[] frame, int end) => IsFrom(frame, end) && frame[Ethernet + (OuterSix ? 6 : 9)] == protection.WireProtocol;

    private void Require(bool holds, string problem)
    {
        if (!holds) Problems.Add(problem);
    }
}
