using System.Diagnostics;

namespace NfIpsec.Bench;

/// <summary>Two pieces of work timed in turn, so that a machine whose speed drifts spoils neither alone. Figures are medians.</summary>
internal static class Paired
{
    public const int Rounds = 21;

    /// <summary>Nanoseconds of each per call, and the median of the ratios first / second, pair by pair.</summary>
    public static (double First, double Second, double Ratio) Run(Action first, Action second, int callsFirst, int callsSecond)
    {
        first();
        second();
        var (a, b, ratio) = (new double[Rounds], new double[Rounds], new double[Rounds]);
        for (var i = 0; i < Rounds; i++)
        {
            a[i] = Nanoseconds(first) / callsFirst;
            b[i] = Nanoseconds(second) / callsSecond;
            ratio[i] = a[i] / b[i];
        }
        return (Median(a), Median(b), Median(ratio));
    }

    private static double Nanoseconds(Action work)
    {
        var start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds;
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }
}
