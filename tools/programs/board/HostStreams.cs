using System.Collections.Concurrent;
using NfIpsec.Base.Ports;

namespace NfIpsec.Board;

/// <summary>tcp listen and tcp send on lwIP. The native side does not call back, so a thread of ours looks for results.</summary>
internal sealed class HostStreams(PacketPort node) : StreamPort
{
    private const int LookEveryMs = 20;

    private readonly ConcurrentQueue<string> results = new();
    private Thread? watcher;

    public override int Listen(int port)
    {
        Watch();
        return HostStack.Listen(port);
    }

    public override int Send(int[] address, int port, int bytes)
    {
        Watch();
        return HostStack.Send(address, port, bytes);
    }

    public override string? Poll() => results.TryDequeue(out var line) ? line : null;

    private void Watch()
    {
        if (watcher != null) return;
        watcher = new Thread(Look) { IsBackground = true, Name = "tcp results" };
        watcher.Start();
    }

    private void Look()
    {
        while (true)
        {
            var line = HostStack.Poll();
            if (line == null)
            {
                Thread.Sleep(LookEveryMs);
                continue;
            }
            results.Enqueue(line);
            node.Wake();
        }
    }
}
