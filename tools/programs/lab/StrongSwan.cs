using System.Diagnostics;
using System.Text.RegularExpressions;

namespace NfIpsec.Lab;

/// <summary>strongSwan's charon in a namespace, with kernel-libipsec as its data plane (ESP tunnel in UDP), driven by swanctl.</summary>
public sealed class StrongSwan : IDisposable
{
    private readonly Namespace inside;
    private readonly Process charon;
    private readonly string folder;
    private bool ended;

    private string Vici => "unix://" + Path.Combine(folder, "vici");

    /// <summary>What charon has logged.</summary>
    public string Log => File.Exists(LogFile) ? File.ReadAllText(LogFile) : "";

    private string LogFile => Path.Combine(folder, "charon.log");

    /// <param name="folder">Scratch, for its socket and its log.</param>
    /// <param name="connections">A swanctl.conf.</param>
    public StrongSwan(Namespace inside, string folder, string connections, string more = "")
    {
        (this.inside, this.folder) = (inside, Directory.CreateDirectory(folder).FullName);
        // what one before this left is no sign of life
        File.Delete(Path.Combine(folder, "vici"));
        var settings = Path.Combine(folder, "strongswan.conf");
        File.WriteAllText(settings, Settings(more));
        // a /run of its own, or two instances would share a pid file
        string[] command = [.. inside.Prefix, "unshare", "-m", "sh", "-c", "mount -t tmpfs none /run && exec /usr/lib/ipsec/charon"];
        charon = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            Environment = { ["STRONGSWAN_CONF"] = settings }, RedirectStandardOutput = true, RedirectStandardError = true
        }) ?? throw new LabException("charon does not start");
        charon.OutputDataReceived += (_, _) => { };
        charon.ErrorDataReceived += (_, _) => { };
        charon.BeginOutputReadLine();
        charon.BeginErrorReadLine();
        Load(connections);
    }

    /// <summary>swanctl with the arguments; returns exit code and output.</summary>
    public (int Exit, string Output) Swanctl(params string[] arguments) =>
        Tool.Run(inside.Prefix[0], [.. inside.Prefix[1..], "swanctl", .. arguments, "--uri", Vici], 40);

    /// <summary>Waits for a line of charon's log.</summary>
    public void Expect(string pattern, double seconds = 10)
    {
        for (var end = DateTime.UtcNow.AddSeconds(seconds); !Regex.IsMatch(Log, pattern, RegexOptions.Multiline); Thread.Sleep(50))
        {
            if (DateTime.UtcNow > end) throw new LabException($"strongSwan: no /{pattern}/ in its log:\n{string.Join('\n', Log.Split('\n').TakeLast(25))}");
        }
    }

    public void Dispose()
    {
        if (ended) return;
        ended = true;
        charon.Kill(entireProcessTree: true);
        charon.WaitForExit();
        charon.Dispose();
    }

    private void Load(string connections)
    {
        var file = Path.Combine(folder, "swanctl.conf");
        File.WriteAllText(file, connections);
        for (var end = DateTime.UtcNow.AddSeconds(10); !File.Exists(Path.Combine(folder, "vici")); Thread.Sleep(50))
        {
            if (DateTime.UtcNow > end || charon.HasExited) throw new LabException("charon does not come up:\n" + Log);
        }
        var (exit, output) = Swanctl("--load-all", "--file", file);
        if (exit != 0) throw new LabException("swanctl does not load the connections: " + output);
    }

    // The marks let packets for the peer itself into the tunnel and keep IKE and ESP in UDP out of it.
    private string Settings(string more) => $$"""
        charon {
          load = random nonce aes sha1 sha2 md5 hmac kdf gcm curve25519 gmp openssl pem pkcs1 pubkey x509 kernel-libipsec kernel-netlink socket-default vici updown
          retransmit_tries = 3
          retransmit_timeout = 1.0
          {{more}}
          filelog {
            out {
              path = {{LogFile}}
              default = 1
              ike = 2
              cfg = 2
              flush_line = yes
            }
          }
          plugins {
            vici { socket = {{Vici}} }
            kernel-libipsec { allow_peer_ts = yes }
            kernel-netlink { fwmark = !0x42 }
            socket-default { fwmark = 0x42 }
          }
        }
        """;
}
