namespace NfIpsec.Lab;

/// <summary>One interoperability scenario: a folder of data. `peer.conf` is strongSwan's, `charon.conf`, where there is one, holds further
/// settings of its daemon, `ike_rc` and the other files are the board's, `steps` is what happens, behind a first line that says what it proves.</summary>
/// <remarks>A step is a line: `board LINE` types at the board's console; `expect SECONDS REGEX` waits for a line there;
/// `swanctl ARGUMENTS` and `peer COMMAND` run in the peer's namespace and must end with 0; `start COMMAND` runs one there and goes
/// on; `log SECONDS REGEX` waits for a line of strongSwan's log; `kill board` pulls the board's plug, `kill peer` ends
/// strongSwan without a word, and `restart` with either starts it again, ended before or not. At the end the wire is audited: nothing of TCP,
/// UDP or ICMP in clear, and after a step `tshark` every message of IKE opens there with the board's key log. Where the folder has a file `nat`, a NAT stands between the two, and the file says
/// who is behind it, `board` or `peer`; the step `nat PORT` gives it another mapping.</remarks>
public sealed class Scenario : IDisposable
{
    private const string BoardAddress = "10.0.0.77/24", PeerAddress = "10.0.0.78/24";

    private readonly string source;
    private readonly string scratch = Directory.CreateTempSubdirectory("nf-ipsec-").FullName;
    private readonly Action<string> say;
    private readonly Namespace inside;
    private readonly Nat? nat;
    private readonly bool boardIsBehind;
    private StrongSwan peer;
    private bool judged, unplugged;
    private readonly List<string> captures = [];
    private BoardProcess board;

    private string Keys => Path.Combine(scratch, "keys");

    public static string Folder => Repository.Path("tests/interop");

    /// <summary>The scenarios there are, by the name of their folder.</summary>
    public static IEnumerable<string> All => Directory.GetDirectories(Folder)
        .Where(folder => File.Exists(Path.Combine(folder, "steps"))).Select(Path.GetFileName).Order()!;

    /// <summary>What one proves: the first line of its steps.</summary>
    public static string Proves(string name) => File.ReadLines(Path.Combine(Folder, name, "steps")).First().TrimStart('#', ' ').TrimEnd('.');

    /// <summary>Runs one; throws where a step does not do what it says.</summary>
    public static void Run(string name, Action<string> say)
    {
        using var scenario = new Scenario(Path.Combine(Folder, name), say);
        scenario.Steps();
        scenario.Audit();
    }

    private Scenario(string source, Action<string> say)
    {
        (this.source, this.say) = (source, say);
        // certificates and keys of the peer stand beside its configuration
        foreach (var file in Directory.Exists(Path.Combine(source, "swanctl")) ? Directory.GetFiles(Path.Combine(source, "swanctl"), "*", SearchOption.AllDirectories) : [])
        {
            var copy = Path.Combine(scratch, "peer", Path.GetRelativePath(Path.Combine(source, "swanctl"), file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        var behind = File.Exists(Path.Combine(source, "nat")) ? File.ReadAllText(Path.Combine(source, "nat")).Trim() : null;
        inside = behind == null ? new Namespace("nfi-peer", PeerAddress, "fd00::78/64") : new Namespace("nfi-peer");
        nat = behind == null ? null : new Nat(inside, behind == "peer");
        boardIsBehind = behind == "board";
        peer = Peer();
        board = Board();
    }

    private StrongSwan Peer()
    {
        var settings = Path.Combine(source, "charon.conf");
        return new StrongSwan(inside, Path.Combine(scratch, "peer"), File.ReadAllText(Path.Combine(source, "peer.conf")),
            File.Exists(settings) ? File.ReadAllText(settings) : "");
    }

    private BoardProcess Board()
    {
        var folder = Directory.CreateDirectory(Path.Combine(scratch, "board")).FullName;
        foreach (var file in Directory.GetFiles(source)) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        captures.Add(Path.Combine(scratch, $"{captures.Count}.pcap"));
        unplugged = false;
        string[] addresses = boardIsBehind ? ["--ip4", Nat.Host("77"), "--gateway", Nat.Inside] : ["--ip4", BoardAddress, "--ip6", "fd00::77/64"];
        var cable = nat?.Box ?? inside;
        return new BoardProcess("board", folder, ["--wire", "tap:" + cable.Tap, .. addresses, "--pcap", captures[^1], "--keylog", Keys], inside: cable);
    }

    private void Steps()
    {
        foreach (var line in File.ReadLines(Path.Combine(source, "steps")).Select(line => line.Trim()))
        {
            if (line == "" || line[0] == '#') continue;
            say(line);
            var word = line.Split(' ', 2);
            try
            {
                Step(word[0], word.Length > 1 ? word[1] : "");
            }
            catch (LabException failure)
            {
                throw new LabException($"{Path.GetFileName(source)}: step '{line}': {failure.Message}\nboard:\n{board.Transcript}\nstrongSwan:\n{peer.Log}");
            }
        }
    }

    private void Step(string verb, string rest)
    {
        switch (verb)
        {
            case "board": board.Type(rest); break;
            case "expect": Waited(rest, (seconds, regex) => board.Expect(regex, TimeSpan.FromSeconds(seconds))); break;
            case "log": Waited(rest, (seconds, regex) => peer.Expect(regex, seconds)); break;
            case "peer": inside.Inside("sh", "-c", $"cd {Folder} && {rest}"); break;
            case "start": _ = Task.Run(() => Tool.Run(inside.Prefix[0], [.. inside.Prefix[1..], "sh", "-c", $"cd {Folder} && exec {rest}"])); break;
            case "nat": nat!.Map(int.Parse(rest)); break;
            case "pause": Thread.Sleep(TimeSpan.FromSeconds(double.Parse(rest))); break;
            case "swanctl":
                var (exit, output) = peer.Swanctl(rest.Split(' '));
                if (exit != 0) throw new LabException($"exit {exit}: {output}");
                break;
            case "kill": Kill(rest); break;
            case "restart":
                Kill(rest);
                if (rest == "peer") peer = Peer();
                else board = Board();
                break;
            case "tshark": judged = true; break;
            default: throw new LabException($"unknown verb '{verb}'");
        }
    }

    private void Kill(string which)
    {
        if (which == "peer")
        {
            peer.Dispose();
            return;
        }
        if (which != "board") throw new LabException($"who is '{which}'?");
        if (unplugged) return;
        unplugged = true;
        board.Kill();
        board.Dispose();
    }

    private static void Waited(string rest, Action<double, string> wait)
    {
        var part = rest.Split(' ', 2);
        wait(double.Parse(part[0]), part[1]);
    }

    private void Audit()
    {
        if (!unplugged) board.Quit();
        foreach (var capture in captures.Where(File.Exists))
        {
            var clear = WireAudit.Of(capture).Clear;
            if (clear.Count > 0) throw new LabException("clear on the wire: " + string.Join("\n", clear.Take(5)));
            var (correct, all) = judged ? Judges.TsharkIke(capture, Keys) : (0, 0);
            if (correct != all || (judged && all == 0)) throw new LabException($"tshark opens {correct} of {all} messages of IKE");
        }
    }

    public void Dispose()
    {
        if (!unplugged) board.Dispose();
        peer.Dispose();
        nat?.Dispose();
        inside.Dispose();
        Directory.Delete(scratch, recursive: true);
    }
}
