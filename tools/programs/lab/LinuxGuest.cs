using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NfIpsec.Lab;

/// <summary>A Linux kernel of our own, with all of its IPsec: a User-Mode-Linux guest at the other end of a board's UDP wire. Needs
/// neither root nor a network device of the host.</summary>
public sealed class LinuxGuest : IDisposable
{
    private const string Kernel = "/usr/bin/linux.uml";

    private readonly Process process;
    private readonly BlockingCollection<string> answers = [];
    private readonly ConcurrentQueue<string> console = new();
    private readonly string folder = Directory.CreateTempSubdirectory("nf-ipsec-guest-").FullName;

    /// <param name="port">Where its frames arrive.</param>
    /// <param name="peer">Where they go.</param>
    /// <param name="addresses">Of its interface, with prefix length.</param>
    public LinuxGuest(int port, int peer, params string[] addresses)
    {
        string[] command =
        [
            "mem=160M", "rootfstype=hostfs", "rootflags=/", "ro", "quiet", "con=null", "con0=fd:0,fd:1", "uml_dir=" + folder,
            $"eth0=ucast,02:00:00:00:00:4e,127.0.0.1,{port},{peer}", "init=" + Repository.Path("tests/interop/linux/guest.py"),
            "ADDRESSES=" + string.Join(',', addresses)
        ];
        process = Process.Start(new ProcessStartInfo(Kernel, command)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            Environment = { ["TMPDIR"] = folder }     // its memory is a file there
        }) ?? throw new LabException(Kernel + " does not start");
        process.OutputDataReceived += (_, line) => Collect(line.Data);
        process.ErrorDataReceived += (_, line) => Collect(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var ready = Answer(60);
        if (!ready["ready"]!.GetValue<bool>()) throw new LabException("the Linux guest is not ready: " + ready["output"]);
    }

    /// <summary>Runs a shell command there to its end; it must succeed. Returns what it printed.</summary>
    public string Run(string command)
    {
        var (exit, output) = Try(command);
        return exit == 0 ? output : throw new LabException($"Linux guest: {command}: exit {exit}: {output}");
    }

    public (int Exit, string Output) Try(string command)
    {
        var answer = Order(new JsonObject { ["run"] = command });
        return (answer["exit"]!.GetValue<int>(), answer["output"]!.GetValue<string>());
    }

    /// <summary>Waits for one TCP connection in the background; <see cref="Received"/> tells what it brought.</summary>
    public void Listen(int port) => Order(new JsonObject { ["listen"] = port });

    /// <summary>Bytes and their SHA-256 of the next connection that ended.</summary>
    public (long Bytes, string Digest) Received() => Transfer(Order(new JsonObject { ["received"] = true }, 40));

    /// <summary>Sends random bytes over TCP and waits until the peer has closed too.</summary>
    public (long Bytes, string Digest) Send(string address, int port, int bytes) =>
        Transfer(Order(new JsonObject { ["send"] = address, ["port"] = port, ["bytes"] = bytes }, 40));

    public void Dispose()
    {
        try
        {
            process.StandardInput.WriteLine("halt");
            process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // it has ended
        }
        if (!process.WaitForExit(5000)) process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static (long, string) Transfer(JsonNode answer) => answer["error"] is { } error
        ? throw new LabException("Linux guest: tcp: " + error)
        : (answer["bytes"]!.GetValue<long>(), answer["sha256"]!.GetValue<string>());

    private JsonNode Order(JsonObject order, double seconds = 30)
    {
        process.StandardInput.WriteLine(order.ToJsonString());
        process.StandardInput.Flush();
        return Answer(seconds);
    }

    private JsonNode Answer(double seconds) => answers.TryTake(out var answer, TimeSpan.FromSeconds(seconds))
        ? JsonNode.Parse(answer)!
        : throw new LabException($"the Linux guest gave no answer within {seconds} s; its console:\n{string.Join('\n', console.TakeLast(25))}");

    private void Collect(string? line)
    {
        if (line == null) return;
        var at = line.IndexOf("@ {", StringComparison.Ordinal);
        if (at >= 0) answers.Add(line[(at + 2)..]);
        else console.Enqueue(line);
    }
}
