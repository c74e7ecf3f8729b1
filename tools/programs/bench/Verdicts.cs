using System.Buffers.Binary;
using NfIpsec.Base.Ports;
using NfIpsec.Native;

namespace NfIpsec.Bench;

/// <summary>1,000 policies against 10 over 4,096 random flows, known (warm) and new (cold).</summary>
internal static class Verdicts
{
    private const int Flows = 4096;

    public static IEnumerable<Figure> Run()
    {
        Engine.Start();
        var random = new Random(4301);
        var flows = Enumerable.Range(0, Flows).Select(_ => Packet(random)).ToArray();
        foreach (var cold in new[] { false, true })
        {
            double[] cost = new double[2];
            // one table at a time is in force: the two are measured in turn, several times
            var ratios = new List<double>();
            for (var round = 0; round < 7; round++)
            {
                for (var size = 0; size < 2; size++)
                {
                    Load(size == 0 ? 10 : 1000, random);
                    cost[size] = Cost(flows, cold);
                }
                ratios.Add(cost[1] / cost[0]);
            }
            ratios.Sort();
            yield return new Figure("verdicts", cold ? "new flows, 1,000 rows / 10" : "known flows, 1,000 rows / 10",
                ratios[ratios.Count / 2], "x", cold ? 3.0 : 1.5, AtMost: true) { Detail = $"{cost[1]:0} ns / {cost[0]:0} ns" };
        }
    }

    private static double Cost(byte[][] flows, bool cold)
    {
        foreach (var flow in flows) LoopNative.Verdict(flow);
        var (time, calls) = (0.0, 0);
        for (var pass = 0; pass < 20; pass++)
        {
            if (cold) PacketNative.RowCommit(++generation);
            var start = System.Diagnostics.Stopwatch.GetTimestamp();
            foreach (var flow in flows) LoopNative.Verdict(flow);
            time += System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalNanoseconds;
            calls += flows.Length;
        }
        return time / calls;
    }

    private static int generation = 1000;

    /// <summary>Hosts, subnets and ports of 10.0.0.0/8, the last row open for all, as a gateway's table looks.</summary>
    private static void Load(int rows, Random random)
    {
        var row = new int[VerdictRow.Words];
        for (var index = 0; index < 1000; index++)
        {
            Array.Clear(row);
            if (index < rows) Fill(row, index, index == rows - 1, random);
            var status = PacketNative.RowStage(index, row);
            if (status < 0) throw new InvalidOperationException($"row {index}: {status}");
        }
        if (PacketNative.RowCommit(++generation) < 0) throw new InvalidOperationException("the table is refused");
    }

    private static void Fill(int[] row, int index, bool open, Random random)
    {
        row[VerdictRow.Action] = VerdictRow.Bypass;
        row[VerdictRow.Order] = index;
        row[VerdictRow.Version] = 4;
        row[VerdictRow.Protocol] = open ? 0 : index % 3 == 0 ? 17 : 6;
        var bits = open ? 0 : index % 4 switch { 0 => 32, 1 => 24, 2 => 28, _ => 16 };
        Range(row, VerdictRow.LocalLow, VerdictRow.LocalHigh, 0x0A000000, open ? 0 : 8);
        Range(row, VerdictRow.RemoteLow, VerdictRow.RemoteHigh, 0x0A000000 | (uint)random.Next(1 << 24), bits);
        if (!open && index % 5 == 0) row[VerdictRow.RemotePort] = 1 + random.Next(1024);
    }

    private static void Range(int[] row, int low, int high, uint address, int bits)
    {
        var mask = bits == 0 ? 0 : uint.MaxValue << (32 - bits);
        row[low + 2] = row[high + 2] = 0xFFFF;
        row[low + 3] = (int)(address & mask);
        row[high + 3] = (int)(address | ~mask);
    }

    private static byte[] Packet(Random random)
    {
        var packet = new byte[40];
        packet[0] = 0x45;
        packet[3] = 40;
        packet[8] = 64;
        packet[9] = (byte)(random.Next(3) == 0 ? 17 : 6);
        if (packet[9] == 17) packet[25] = 20;
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(12), 0x0A000000 | (uint)random.Next(1 << 24));
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(16), 0x0A000000 | (uint)random.Next(1 << 24));
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(20), (ushort)random.Next(1024, 65535));
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(22), (ushort)random.Next(1, 1024));
        packet[32] = 0x50;
        return packet;
    }
}
