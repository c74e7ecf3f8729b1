using System.Buffers.Binary;
using System.Security.Cryptography;

namespace NfIpsec.Lab;

/// <summary>Checks the ICV of AH (RFC 4302 3.3.3), which tshark cannot, over headers without options. Shares no code with the
/// boards.</summary>
public static class AhAudit
{
    private const int Fixed = 12, IcvBytes = 16;

    /// <summary>Datagrams in one piece, with HMAC-SHA2-256-128 and the protection's keys.</summary>
    public static (int Good, int Bad) Of(string pcap, Protection protection)
    {
        var file = File.ReadAllBytes(pcap);
        int good = 0, bad = 0;
        for (var at = 24; at + 16 <= file.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 8));
            if (length > 14 && Verifies(file.AsSpan(at + 16 + 14, length - 14).ToArray(), protection) is { } holds)
            {
                good += holds ? 1 : 0;
                bad += holds ? 0 : 1;
            }
            at += 16 + length;
        }
        return (good, bad);
    }

    private static bool? Verifies(byte[] packet, Protection protection)
    {
        var six = packet[0] >> 4 == 6;
        var front = six ? 40 : 20;
        if (!six && packet[0] != 0x45 || packet.Length < front + Fixed + IcvBytes || packet[six ? 6 : 9] != 51) return null;
        if (!six && (BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(6)) & 0x3FFF) != 0) return null;
        var total = six ? 40 + BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(4)) : BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(2));
        packet = packet[..total];
        foreach (var at in six ? new[] { 1, 2, 3, 7 } : [1, 6, 7, 8, 10, 11]) packet[at] = 0;
        if (six) packet[0] = 0x60;
        var icv = packet[(front + Fixed)..(front + Fixed + IcvBytes)];
        Array.Clear(packet, front + Fixed, IcvBytes);
        var spi = BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(front + 4)).ToString("x8");
        return protection.Way.Any(way => (Protection.Spi(way.Spi, 0) == spi || Protection.Spi(way.Spi, 1) == spi) &&
            HMACSHA256.HashData(Convert.FromHexString(way.Auth), packet).AsSpan(0, IcvBytes).SequenceEqual(icv));
    }
}
