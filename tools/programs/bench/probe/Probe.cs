namespace NfIpsec.Bench;

/// <summary>What the instrumented firmware reports: one call at the start of every basic block.</summary>
public static class Probe
{
    public static long Instructions, Interop, Allocations;

    public static void Block(int instructions, int interop, int allocations)
    {
        Instructions += instructions;
        Interop += interop;
        Allocations += allocations;
    }
}
