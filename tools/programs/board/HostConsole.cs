using System.Collections.Concurrent;
using System.Text;
using Microsoft.Win32.SafeHandles;
using NfIpsec.Base.Ports;

namespace NfIpsec.Board;

/// <summary>The virtual board's console: standard input and output, or a pseudo-terminal. Output goes through a bounded queue and a
/// thread of its own, so that nobody who fails to read it holds packets up.</summary>
public sealed class HostConsole : ConsolePort, IDisposable
{
    private const int QueuedWrites = 20000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Stream input;
    private readonly int output;
    private readonly BlockingCollection<byte[]> queue = new(QueuedWrites);
    private readonly Thread writer;
    private readonly byte[] buffer = new byte[4096];
    private readonly Action restore;
    private int at, filled;

    private HostConsole(Stream input, int output, bool interactive, Action restore)
    {
        (this.input, this.output, this.restore) = (input, output, restore);
        Interactive = interactive;
        writer = new Thread(WriteLoop) { IsBackground = true, Name = "console output" };
        writer.Start();
    }

    public override bool Interactive { get; }

    /// <summary>Standard input and output; a person's terminal is switched to raw bytes until the end.</summary>
    public static HostConsole Stdio()
    {
        // Not System.Console: on a terminal it brings .NET's own line editor and key modes.
        var person = Terminal.MakeRaw(0, out var before);
        var input = new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0);
        return new HostConsole(input, 1, person, () => { if (person) Terminal.Restore(0, before); });
    }

    /// <summary>A new pseudo-terminal; <paramref name="path"/> is what a terminal program opens.</summary>
    public static HostConsole Pty(out string path)
    {
        (var ours, path) = Terminal.OpenPty();
        var stream = new FileStream(new SafeFileHandle(ours, ownsHandle: true), FileAccess.ReadWrite, bufferSize: 0);
        return new HostConsole(stream, ours, true, () => { });
    }

    public override int ReadByte()
    {
        if (at == filled)
        {
            try
            {
                (at, filled) = (0, input.Read(buffer));
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                (at, filled) = (0, 0);
            }
        }
        return at < filled ? buffer[at++] : -1;
    }

    public override void Write(string text)
    {
        if (!queue.IsAddingCompleted) queue.TryAdd(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Writes what is queued and gives the terminal back as it was.</summary>
    public void Dispose()
    {
        queue.CompleteAdding();
        writer.Join(Patience);
        restore();
    }

    private void WriteLoop()
    {
        // When nobody reads any more, the board goes on without.
        foreach (var bytes in queue.GetConsumingEnumerable()) Terminal.Write(output, bytes);
    }
}
