using System.Runtime.InteropServices;
using System.Text;
using NfIpsec.Base;

namespace NfIpsec.Board;

/// <summary>lwIP on this machine: the interface, its wire and the capture. Contract: crypto-native/host/nfi_host.h.</summary>
internal static partial class HostStack
{
    private const string Library = "nfipsec", Variable = "NFIPSEC_LIBRARY";

    /// <summary>Chooses the build of lwIP and the C code, before the first native call.</summary>
    public static void Choose(string column)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable)))
            Environment.SetEnvironmentVariable(Variable, Find(column == "esp32" ? "libnfipsec.so" : $"libnfipsec-{column}.so"));
        NativeLibrary.SetDllImportResolver(typeof(HostStack).Assembly, Resolve);
    }

    /// <summary>Brings the interfaces up on their wires.</summary>
    public static void Start(BoardOptions options)
    {
        Require(nfi_host_start(Name(options.Wire), Text(options.Ip4), Text(options.Ip6), options.Gateway, null, options.Pcap, options.Impair));
        if (options.Lan != null) Require(nfi_host_add(Name(options.Lan), Text(options.LanIp4), Text(options.LanIp6), null));
    }

    /// <summary>Takes the interfaces down; the capture is whole afterwards.</summary>
    public static void Stop() => nfi_host_stop();

    public static int Listen(int port) => -nfi_host_tcp_listen(port);

    public static int Send(int[] address, int port, int bytes) => -nfi_host_tcp_send(address, address.Length, port, bytes);

    /// <summary>The next finished transfer as one line, or null.</summary>
    public static string? Poll()
    {
        var line = new byte[256];
        var length = nfi_host_tcp_poll(line, line.Length);
        return length > 0 ? Encoding.UTF8.GetString(line, 0, length) : null;
    }

    private static string Find(string file)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder != null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "out", "native", file);
            if (File.Exists(path)) return path;
        }
        throw new BoardException($"{file} is in no out/native above {AppContext.BaseDirectory}; tools/native builds it");
    }

    private static string Name(Wire wire) => wire.Tap != null ? "tap:" + wire.Tap : $"udp:{wire.Port}:{wire.PeerPort}";

    private static void Require(int result)
    {
        if (result < 0) throw new BoardException(LastError(result), result is -Status.XE_BAD_PARAM or -Status.XE_BAD_ADDR_RANGE);
    }

    private static string? Text(IPNetworkAddress? address) => address == null ? null : $"{address.Address}/{address.Prefix}";

    private static string LastError(int result)
    {
        var sentence = new byte[512];
        var length = nfi_host_error(sentence, sentence.Length);
        return length > 0 ? Encoding.UTF8.GetString(sentence, 0, length) : NfIpsec.Console.Names.StatusText.Explain(-result);
    }

    // The twin of the native interface (tools/host-native) takes the library that this variable names: both use one copy of it.
    private static IntPtr Resolve(string name, System.Reflection.Assembly assembly, DllImportSearchPath? search) =>
        name == Library ? NativeLibrary.Load(Environment.GetEnvironmentVariable(Variable)!) : IntPtr.Zero;

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int nfi_host_start(string wire, string? ip4, string? ip6, string? gateway, string? mac, string? pcap, string? impair);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int nfi_host_add(string wire, string? ip4, string? ip6, string? mac);

    [LibraryImport(Library)]
    private static partial int nfi_host_stop();

    [LibraryImport(Library)]
    private static partial int nfi_host_error([Out] byte[] text, int capacity);

    [LibraryImport(Library)]
    private static partial int nfi_host_tcp_listen(int port);

    [LibraryImport(Library)]
    private static partial int nfi_host_tcp_send([In] int[] address, int capacity, int port, int bytes);

    [LibraryImport(Library)]
    private static partial int nfi_host_tcp_poll([Out] byte[] line, int capacity);
}
