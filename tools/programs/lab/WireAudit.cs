using System.Buffers.Binary;
using System.Net;

namespace NfIpsec.Lab;

/// <summary>What a capture holds, judged by a reader of its own: it shares no code with the boards.</summary>
/// <remarks>Reads classic pcap with Ethernet frames. A datagram in fragments counts once, at its first fragment.</remarks>
public sealed class WireAudit
{
    /// <summary>Datagrams by source address and IP protocol.</summary>
    public Dictionary<(string Source, int Protocol), int> Datagrams { get; } = [];

    /// <summary>One line for every packet that should not be in clear: TCP, UDP other than DHCP, ICMP, ICMPv6 other than ND and MLD.</summary>
    public List<string> Clear { get; } = [];

    /// <summary>IKE messages by source address and exchange type (34 IKE_SA_INIT, 35 IKE_AUTH, 36 CREATE_CHILD_SA, 37 INFORMATIONAL).</summary>
    public Dictionary<(string Source, int Exchange), int> Ike { get; } = [];

    public int Frames { get; private set; }

    public int Fragments { get; private set; }

    /// <summary>Datagrams that came in pieces.</summary>
    public int Cut { get; private set; }

    /// <summary>Bytes of the longest IP packet in one piece that is ESP or AH.</summary>
    public int Longest { get; private set; }

    public int Count(string source, int protocol) => Datagrams.GetValueOrDefault((source, protocol));

    public int Esp(string source) => Count(source, 50);

    public static WireAudit Of(string pcap)
    {
        var audit = new WireAudit();
        foreach (var frame in Read(pcap)) audit.Frame(frame);
        return audit;
    }

    /// <summary>The frames of a capture, in order.</summary>
    public static List<byte[]> Read(string pcap)
    {
        var frames = new List<byte[]>();
        var file = File.ReadAllBytes(pcap);
        if (file.Length < 24 || BinaryPrimitives.ReadUInt32LittleEndian(file) != 0xA1B2C3D4)
            throw new LabException(pcap + " is no classic pcap file");
        for (var at = 24; at + 16 <= file.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 8));
            if (at + 16 + length > file.Length) throw new LabException(pcap + " ends inside a packet");
            frames.Add(file[(at + 16)..(at + 16 + length)]);
            at += 16 + length;
        }
        return frames;
    }

    private void Frame(ReadOnlySpan<byte> frame)
    {
        Frames++;
        if (frame.Length < 14) return;
        var type = BinaryPrimitives.ReadUInt16BigEndian(frame[12..]);
        if (type == 0x0800) Version4(frame[14..]);
        if (type == 0x86DD) Version6(frame[14..]);
    }

    private void Version4(ReadOnlySpan<byte> packet)
    {
        var header = (packet[0] & 15) * 4;
        var fragment = BinaryPrimitives.ReadUInt16BigEndian(packet[6..]);
        if ((fragment & 0x3FFF) != 0) Fragments++;
        if ((fragment & 0x3FFF) == 0x2000) Cut++;
        if ((fragment & 0x3FFF) == 0 && packet[9] is 50 or 51) Longest = Math.Max(Longest, BinaryPrimitives.ReadUInt16BigEndian(packet[2..]));
        if ((fragment & 0x1FFF) != 0) return;
        Datagram(new IPAddress(packet.Slice(12, 4)), packet[9], packet[header..], (fragment & 0x2000) != 0);
    }

    private void Version6(ReadOnlySpan<byte> packet)
    {
        int next = packet[6], at = 40;
        while (next is 0 or 43 or 60 or 44 && at + 8 <= packet.Length)
        {
            if (next == 44)
            {
                Fragments++;
                if ((BinaryPrimitives.ReadUInt16BigEndian(packet[(at + 2)..]) & 0xFFF8) != 0) return;
                Cut++;
            }
            var step = next == 44 ? 8 : 8 + packet[at + 1] * 8;
            next = packet[at];
            at += step;
        }
        if (packet[6] is 50 or 51) Longest = Math.Max(Longest, 40 + BinaryPrimitives.ReadUInt16BigEndian(packet[4..]));
        Datagram(new IPAddress(packet.Slice(8, 16)), next, packet[Math.Min(at, packet.Length)..], false);
    }

    private void Datagram(IPAddress source, int protocol, ReadOnlySpan<byte> payload, bool more)
    {
        var key = (source.ToString(), protocol);
        Datagrams[key] = Datagrams.GetValueOrDefault(key) + 1;
        if (protocol == 17) Isakmp(key.Item1, payload);
        var clear = protocol switch
        {
            6 or 1 => true,
            17 => payload.Length >= 4 && !IsHousekeeping(payload),
            58 => payload.Length < 1 || payload[0] is not (>= 130 and <= 136 or 143),
            50 or 51 => false,
            _ => protocol != 2
        };
        if (clear) Clear.Add($"frame {Frames}: {source} protocol {protocol}, {payload.Length} bytes{(more ? ", first fragment" : "")}");
    }

    private void Isakmp(string source, ReadOnlySpan<byte> udp)
    {
        if (udp.Length < 8 + 4 + 28) return;
        var port = BinaryPrimitives.ReadUInt16BigEndian(udp[2..]);
        if (port is not (500 or 4500) && BinaryPrimitives.ReadUInt16BigEndian(udp) is not (500 or 4500)) return;
        var marked = BinaryPrimitives.ReadUInt16BigEndian(udp) == 4500 || port == 4500;
        if (marked && BinaryPrimitives.ReadUInt32BigEndian(udp[8..]) != 0) return;
        var key = (source, (int)udp[marked ? 8 + 4 + 18 : 8 + 18]);
        Ike[key] = Ike.GetValueOrDefault(key) + 1;
    }

    // To 4500 ESP and IKE also come from a port of a NAT's choice.
    private static bool IsHousekeeping(ReadOnlySpan<byte> udp) =>
        BinaryPrimitives.ReadUInt16BigEndian(udp) is 67 or 68 or 546 or 547 or 500 or 4500 || BinaryPrimitives.ReadUInt16BigEndian(udp[2..]) == 4500
        || IsStrangersIke(udp);

    // From a port of its own, so it must look like what it says to be: version 2, and as long as its header has it.
    private static bool IsStrangersIke(ReadOnlySpan<byte> udp) =>
        udp.Length >= 8 + 28 && BinaryPrimitives.ReadUInt16BigEndian(udp[2..]) == 500 && udp[8 + 17] == 0x20
        && BinaryPrimitives.ReadUInt32BigEndian(udp[(8 + 24)..]) == udp.Length - 8;
}
