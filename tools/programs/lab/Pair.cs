namespace NfIpsec.Lab;

/// <summary>Two boards on one wire, in a scratch folder that goes with them.</summary>
public sealed class Pair : IDisposable
{
    public BoardProcess A { get; }
    public BoardProcess B { get; }
    public string Folder { get; }

    public string CaptureA => Path.Combine(Folder, "a.pcap");
    public string CaptureB => Path.Combine(Folder, "b.pcap");
    public string KeyLog => Path.Combine(Folder, "keys");

    private readonly bool keep;
    private readonly string? program;

    /// <param name="files">More files for both boards' folders.</param>
    /// <param name="program">A build other than that of tools/board.</param>
    public Pair(string scriptA, string scriptB, IReadOnlyList<string>? more = null, string? folder = null,
        IReadOnlyDictionary<string, string>? files = null, string? program = null)
    {
        this.program = program;
        keep = folder != null;
        Folder = folder ?? Directory.CreateTempSubdirectory("nf-ipsec-").FullName;
        Directory.CreateDirectory(KeyLog);
        foreach (var (name, content) in files ?? new Dictionary<string, string>())
        foreach (var board in new[] { "a", "b" })
        {
            Directory.CreateDirectory(Path.Combine(Folder, board));
            File.WriteAllText(Path.Combine(Folder, board, name), content);
        }
        var (portA, portB) = (BoardProcess.FreePort(), BoardProcess.FreePort());
        A = Start("a", portA, portB, 0, scriptA, CaptureA, more);
        B = Start("b", portB, portA, 1, scriptB, CaptureB, more);
    }

    public static Pair Protected(Protection protection, IReadOnlyList<string>? more = null, string? folder = null, string? program = null) =>
        new(protection.Script(0), protection.Script(1), more, folder, program: program);

    /// <summary>Ends both boards in order; the captures are whole afterwards.</summary>
    public void Quit()
    {
        A.Quit();
        B.Quit();
    }

    public void Dispose()
    {
        A.Dispose();
        B.Dispose();
        if (!keep) Directory.Delete(Folder, recursive: true);
    }

    private BoardProcess Start(string name, int port, int peer, int end, string script, string capture, IReadOnlyList<string>? more)
    {
        string[] options =
        [
            "--wire", $"udp:{port}:{peer}", "--ip4", Protection.Address4[end] + "/24", "--pcap", capture, "--keylog", KeyLog
        ];
        // the stm32 column's lwIP knows no IPv6
        string[] six = more?.Contains("stm32") == true ? [] : ["--ip6", Protection.Address6[end] + "/64"];
        return new BoardProcess(name, Path.Combine(Folder, name), [.. options, .. six, .. more ?? []], script, program: program);
    }
}
