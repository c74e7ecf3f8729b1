using System.Runtime.InteropServices;
using NfIpsec.Base.Ports;
using NfIpsec.Node;
using NfIpsec.Platform;
using NfIpsec.Product;

namespace NfIpsec.Board;

/// <summary>The virtual board's Program: the same steps as on a board, over this machine's ports.</summary>
public static class Program
{
    private const int Failed = 1, Usage = 2;

    public static int Main(string[] arguments)
    {
        var parsed = BoardOptions.Command(Run, missing => Refuse(missing)).Parse(arguments);
        if (parsed.Errors.Count > 0) return Refuse([.. parsed.Errors.Select(error => error.Message)]);
        var code = parsed.Invoke();
        if (arguments.Any(argument => argument is "--help" or "-h" or "-?")) System.Console.WriteLine(BoardOptions.Examples);
        return code;
    }

    private static int Refuse(params string[] errors)
    {
        foreach (var error in errors) System.Console.Error.WriteLine("tools/board: " + error);
        System.Console.Error.WriteLine("tools/board --help explains the options");
        return Usage;
    }

    private static int Run(BoardOptions options)
    {
        try
        {
            MakeFolder("--dir", options.Folder);
            if (options.KeyLog != null) MakeFolder("--keylog", options.KeyLog);
            Start(options);
            return 0;
        }
        catch (Exception e) when (e is BoardException or IOException or UnauthorizedAccessException or DllNotFoundException)
        {
            System.Console.Error.WriteLine("tools/board: " + e.Message);
            return e is BoardException { WrongOption: true } ? Usage : Failed;
        }
    }

    private static void MakeFolder(string option, string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BoardException($"{option} '{folder}': the folder cannot be made: {e.Message}");
        }
    }

    private static void Start(BoardOptions options)
    {
        HostStack.Choose(options.Column);
        // First of all, as on a board. The interface carries nothing before it is hooked, and then only what a policy allows.
        Require(ShimPackets.Start());
        HostStack.Start(options);
        Require(ShimPackets.Hook());
        var packets = new ShimPackets();
        var ports = new NodePorts
        {
            Packets = packets, Clock = new BoardClock(), Files = new HostFiles(options.Folder), WaitForIp6 = options.Ip6 != null,
            Forward = options.Forward,
            KeyLog = options.KeyLog == null ? null : new HostFiles(options.KeyLog)
        };
        using var console = OpenConsole(options);
        var product = new IpsecProduct(ports, new HostStreams(packets), console, canQuit: true);
        var node = product.Node;
        node.Started = () => Announce(options, console);
        using var end = StopOnSignals(node);
        new Thread(product.Terminal.Run) { IsBackground = true, Name = "console input" }.Start();
        node.Run();
        HostStack.Stop();
    }

    private static void Require(int status)
    {
        if (status != 0) throw new BoardException("the packet shim does not start: " + NfIpsec.Console.Names.StatusText.Explain(status));
    }

    private static HostConsole OpenConsole(BoardOptions options)
    {
        if (!options.Pty) return HostConsole.Stdio();
        var console = HostConsole.Pty(out var path);
        System.Console.WriteLine("console " + path);
        return console;
    }

    private static void Announce(BoardOptions options, HostConsole console)
    {
        if (options.Pty) System.Console.WriteLine("board ready");
        else console.Write(console.Interactive ? "board ready\r\n" : "board ready\n");
    }

    private static Signals StopOnSignals(IpsecNode node) => new(node.Stop);

    /// <summary>SIGTERM, SIGINT and SIGHUP end the node in order.</summary>
    private sealed class Signals(Action stop) : IDisposable
    {
        private readonly PosixSignalRegistration[] registrations =
            [.. new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                stop();
            }))];

        public void Dispose()
        {
            foreach (var registration in registrations) registration.Dispose();
        }
    }
}
