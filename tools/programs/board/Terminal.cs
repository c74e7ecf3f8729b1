using System.Runtime.InteropServices;

namespace NfIpsec.Board;

/// <summary>The few calls of the C library that make a pseudo-terminal and switch a terminal to raw bytes.</summary>
internal static partial class Terminal
{
    private const int ReadWrite = 2, NoControllingTerminal = 0x100, Now = 0, Interrupted = 4;

    // struct termios is smaller than this on every Linux; it is only carried from get to set.
    private const int TermiosBytes = 256;

    /// <summary>Opens a pseudo-terminal in raw mode: our end, and the path for the other side. Its own other end stays open, so
    /// that a program may come and go.</summary>
    public static (int Ours, string Path) OpenPty()
    {
        var ours = posix_openpt(ReadWrite | NoControllingTerminal);
        var path = new byte[128];
        if (ours < 0 || grantpt(ours) != 0 || unlockpt(ours) != 0 || ptsname_r(ours, path, (nuint)path.Length) != 0)
            throw new BoardException("cannot open a pseudo-terminal (errno " + Marshal.GetLastPInvokeError() + ")");
        var name = System.Text.Encoding.UTF8.GetString(path, 0, Array.IndexOf(path, (byte)0));
        var theirs = open(name, ReadWrite | NoControllingTerminal);
        if (theirs < 0 || !MakeRaw(theirs, out _)) throw new BoardException("cannot set up " + name);
        return (ours, name);
    }

    /// <summary>Switches a terminal to raw bytes; <paramref name="before"/> restores it.</summary>
    public static bool MakeRaw(int terminal, out byte[] before)
    {
        before = new byte[TermiosBytes];
        if (tcgetattr(terminal, before) != 0) return false;
        var raw = (byte[])before.Clone();
        cfmakeraw(raw);
        return tcsetattr(terminal, Now, raw) == 0;
    }

    public static void Restore(int terminal, byte[] before) => _ = tcsetattr(terminal, Now, before);

    /// <summary>Writes all of it; false when nobody takes it.</summary>
    public static bool Write(int file, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var written = write(file, bytes, (nuint)bytes.Length);
            if (written < 0 && Marshal.GetLastPInvokeError() == Interrupted) continue;
            if (written <= 0) return false;
            bytes = bytes[(int)written..];
        }
        return true;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(int file, ReadOnlySpan<byte> bytes, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int posix_openpt(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int grantpt(int file);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unlockpt(int file);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ptsname_r(int file, [Out] byte[] name, nuint length);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc")]
    private static partial int tcgetattr(int file, [In, Out] byte[] termios);

    [LibraryImport("libc")]
    private static partial int tcsetattr(int file, int when, [In] byte[] termios);

    [LibraryImport("libc")]
    private static partial void cfmakeraw([In, Out] byte[] termios);
}
