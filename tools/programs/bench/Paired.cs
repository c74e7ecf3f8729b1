namespace NfIpsec.Bench;

/// <summary>Two pieces of work timed in turn, so that a machine whose speed drifts spoils neither alone. Figures are medians.</summary>
internal static class Paired
{
    public const int Rounds = 21;

    /// <summary>Each piece returns its nanoseconds per packet. -> the medians, and the median of first / second, pair by pair.</summary>
    public static (double First, double Second, double Ratio) Run(Func<double> first, Func<double> second)
    {
        first();
        second();
        var (a, b, ratio) = (new double[Rounds], new double[Rounds], new double[Rounds]);
        for (var i = 0; i < Rounds; i++)
        {
            a[i] = first();
            b[i] = second();
            ratio[i] = a[i] / b[i];
        }
        return (Median(a), Median(b), Median(ratio));
    }

    public static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }
}
