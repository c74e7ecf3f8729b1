using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace NfIpsec.Lab;

/// <summary>One virtual board as a process: its folder, its console, its capture.</summary>
public sealed class BoardProcess : IDisposable
{
    private readonly Process process;
    private readonly List<string> lines = [];
    private readonly object gate = new();
    private int read;

    public string Name { get; }
    public string Folder { get; }

    /// <summary>Starts a board whose folder holds the given files and waits until its ike_rc has run.</summary>
    /// <param name="program">A build other than that of tools/board.</param>
    public BoardProcess(string name, string folder, IEnumerable<string> options, string? script = null, TimeSpan? patience = null,
        Namespace? inside = null, string? program = null)
    {
        Name = name;
        Folder = folder;
        Directory.CreateDirectory(folder);
        if (script != null) File.WriteAllText(Path.Combine(folder, "ike_rc"), script);
        string[] command = [.. inside?.Prefix ?? [], .. program == null ? [Repository.Path("tools/board")] : new[] { "dotnet", program }, "--dir", folder, .. options];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true
        };
        process = Process.Start(start) ?? throw new LabException("tools/board does not start");
        process.OutputDataReceived += (_, line) => Collect(line.Data);
        process.ErrorDataReceived += (_, line) => Collect(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Expect("^board ready", patience ?? TimeSpan.FromSeconds(30));
    }

    public int Id => process.Id;

    public bool Running => !process.HasExited;

    /// <summary>Everything the console has said so far.</summary>
    public string Transcript
    {
        get { lock (gate) return string.Join('\n', lines); }
    }

    /// <summary>Types a line.</summary>
    public void Type(string line)
    {
        lock (gate) read = lines.Count;
        process.StandardInput.WriteLine(line);
        process.StandardInput.Flush();
    }

    /// <summary>Types a line and waits for a line of the answer that matches; returns that match.</summary>
    public Match Command(string line, string expected, double seconds = 10)
    {
        Type(line);
        return Expect(expected, TimeSpan.FromSeconds(seconds));
    }

    /// <summary>The next line that matches, from where the last call stopped reading.</summary>
    public Match Expect(string expected, TimeSpan patience)
    {
        var pattern = new Regex(expected);
        var end = Stopwatch.GetTimestamp() + (long)(patience.TotalSeconds * Stopwatch.Frequency);
        lock (gate)
        {
            while (true)
            {
                while (read < lines.Count)
                {
                    var match = pattern.Match(lines[read++]);
                    if (match.Success) return match;
                }
                var left = (end - Stopwatch.GetTimestamp()) / (double)Stopwatch.Frequency;
                if (left <= 0 || (process.HasExited && !Monitor.Wait(gate, 300)))
                    throw new LabException($"{Name}: waited {patience.TotalSeconds:0} s for /{expected}/, the console said:\n{Tail()}");
                Monitor.Wait(gate, TimeSpan.FromSeconds(Math.Min(left, 0.5)));
            }
        }
    }

    /// <summary>Types a line and returns its whole answer: everything up to what a second line, a file that is not there, answers.</summary>
    public string Answer(string line)
    {
        const string end = "no-such-file";
        Type(line);
        var from = read;
        process.StandardInput.WriteLine("call " + end);
        process.StandardInput.Flush();
        Expect(end, TimeSpan.FromSeconds(10));
        lock (gate) return string.Join('\n', lines[from..(read - 1)].Where(one => !one.EndsWith(line)));
    }

    /// <summary>The counters of `ipsec netstat -a`, by name.</summary>
    public Dictionary<string, long> Counters()
    {
        var counters = new Dictionary<string, long>();
        foreach (Match match in Regex.Matches(Answer("ipsec netstat -a"), @"(?m)^ +(\w[\w ]*): (\d+)$"))
            counters.TryAdd(match.Groups[1].Value, long.Parse(match.Groups[2].Value));
        return counters;
    }

    /// <summary>Ends the board in order, so that its capture is whole.</summary>
    public void Quit()
    {
        if (process.HasExited) return;
        process.StandardInput.WriteLine("quit");
        process.StandardInput.Close();
        if (!process.WaitForExit(5000)) process.Kill(entireProcessTree: true);
        process.WaitForExit();
    }

    /// <summary>Pulls the plug.</summary>
    public void Kill()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
    }

    public void Dispose()
    {
        if (!process.HasExited) Kill();
        process.Dispose();
    }

    /// <summary>A UDP port on loopback that nobody uses now.</summary>
    public static int FreePort()
    {
        using var socket = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.Client.LocalEndPoint!).Port;
    }

    private void Collect(string? line)
    {
        if (line == null) return;
        if (line.StartsWith("-> ")) line = line[3..];
        lock (gate)
        {
            lines.Add(line);
            Monitor.PulseAll(gate);
        }
    }

    private string Tail() => string.Join('\n', lines.TakeLast(15));
}
