using System.Runtime.InteropServices;

namespace NfIpsec.Bench;

/// <summary>The stack that is none (native/loop.h), and the yardstick.</summary>
internal static unsafe partial class LoopNative
{
    private const string Library = "nfipsec-loop";

    static LoopNative() => NativeLibrary.SetDllImportResolver(typeof(LoopNative).Assembly, (name, _, _) =>
        name == Library ? NativeLibrary.Load(Environment.GetEnvironmentVariable("NFIPSEC_LIBRARY")!) : 0);

    public const int Outbound = 1, Inbound = 2;

    public static int Feed(int kind, byte[] packet, int length)
    {
        fixed (byte* bytes = packet) return nfi_loop_feed(kind, bytes, length);
    }

    public static int Drain(byte[] last, out int length)
    {
        int got;
        fixed (byte* bytes = last)
        {
            var count = nfi_loop_drain(bytes, last.Length, &got);
            length = got;
            return count;
        }
    }

    public static int Verdict(byte[] packet)
    {
        fixed (byte* bytes = packet) return nfi_loop_verdict(bytes, packet.Length);
    }

    public static int Raw(int suite, bool open, int size, int rounds) => nfi_loop_raw(suite, open ? 1 : 0, size, rounds);

    [LibraryImport(Library)]
    private static partial int nfi_loop_feed(int kind, byte* packet, int length);

    [LibraryImport(Library)]
    private static partial int nfi_loop_drain(byte* last, int capacity, int* length);

    [LibraryImport(Library)]
    private static partial int nfi_loop_verdict(byte* packet, int length);

    [LibraryImport(Library)]
    private static partial int nfi_loop_raw(int suite, int open, int size, int rounds);
}
