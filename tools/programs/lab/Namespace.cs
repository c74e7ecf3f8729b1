namespace NfIpsec.Lab;

/// <summary>A network namespace of our own with one TAP device: the peer's kernel on one side, a board on the other. Needs root.</summary>
public sealed class Namespace : IDisposable
{
    public string Name { get; }
    public string Tap { get; }

    /// <summary>What stands before a command that is to run inside.</summary>
    public string[] Prefix => ["ip", "netns", "exec", Name];

    /// <param name="addresses">Of the kernel's side of the TAP, with prefix length.</param>
    public Namespace(string name, params string[] addresses)
    {
        (Name, Tap) = (name, name + "-tap");
        // one that an earlier run left, and the name of one that is gone already
        Tool.Run("ip", ["netns", "del", name]);
        var left = Path.Combine("/run/netns", name);
        if (File.Exists(left)) File.Delete(left);
        Must("ip", "netns", "add", name);
        Inside("ip", "link", "set", "lo", "up");
        AddTap(Tap, addresses);
    }

    /// <summary>One more TAP device, with the addresses of the kernel's side.</summary>
    public void AddTap(string tap, params string[] addresses)
    {
        Inside("ip", "tuntap", "add", "dev", tap, "mode", "tap");
        foreach (var address in addresses)
        {
            string[] add = ["ip", "address", "add", address, "dev", tap];
            Inside(address.Contains(':') ? [.. add, "nodad"] : add);
        }
        Inside("ip", "link", "set", tap, "up");
    }

    /// <summary>Runs a command inside to its end; it must succeed. Returns what it printed.</summary>
    public string Inside(params string[] command) => Must([.. Prefix, .. command]);

    public void Dispose() => Tool.Run("ip", ["netns", "del", Name]);

    private static string Must(params string[] command)
    {
        var (exit, output) = Tool.Run(command[0], command[1..]);
        return exit == 0 ? output : throw new LabException($"{string.Join(' ', command)}: exit {exit}: {output}");
    }
}
