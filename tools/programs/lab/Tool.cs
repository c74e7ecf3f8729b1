using System.Diagnostics;

namespace NfIpsec.Lab;

/// <summary>A program of the distribution, run to its end.</summary>
public static class Tool
{
    public static (int Exit, string Output) Run(string program, IEnumerable<string> arguments, double seconds = 120,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        using var process = Process.Start(start) ?? throw new LabException(program + " does not start");
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromSeconds(seconds)))
        {
            process.Kill(entireProcessTree: true);
            throw new LabException($"{program} did not end within {seconds} s");
        }
        var text = output.Result;
        return (process.ExitCode, process.ExitCode == 0 ? text : text + error.Result);
    }
}
