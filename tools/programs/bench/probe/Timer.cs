using System.Runtime.InteropServices;

namespace NfIpsec.Bench;

/// <summary>Processor time of this thread in native code: the instrumented firmware enters before each call into it and leaves behind
/// it. Processor time, because a busy machine's waiting is nobody's work.</summary>
public static unsafe partial class Timer
{
    private const int ThreadProcessorTime = 3, ProcessProcessorTime = 2;

    /// <summary>Nanoseconds in native calls, and in waiting for the native worker.</summary>
    public static long Native, Waiting;

    private static long entered;
    private static int depth;

    public static void Enter()
    {
        if (depth++ == 0) entered = OfThread;
    }

    public static void Leave()
    {
        if (--depth == 0) Native += OfThread - entered;
    }

    /// <summary>As Leave, for what only waited.</summary>
    public static void LeaveWait()
    {
        if (--depth == 0) Waiting += OfThread - entered;
    }

    /// <summary>Nanoseconds that this thread, and all threads, have worked.</summary>
    public static long OfThread => Read(ThreadProcessorTime);

    public static long OfProcess => Read(ProcessProcessorTime);

    private static long Read(int clock)
    {
        long* time = stackalloc long[2];
        clock_gettime(clock, time);
        return time[0] * 1_000_000_000 + time[1];
    }

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, long* time);
}
