namespace NfIpsec.Lab;

/// <summary>The reference's example 2: ICMP in tunnel mode, RSA certificates of a small CA that openssl makes. Typed at the consoles,
/// character for character (line breaks joined), after the one line that allows 3DES.</summary>
public sealed class CertificateExample
{
    private static readonly string[] Own = ["supam", "supas"];

    public List<string> Problems { get; } = [];
    public string[] Netstat { get; } = new string[2];
    public string[] Stores { get; } = new string[2];
    public (int Correct, int All) Sk { get; private set; }
    public (int Opened, int All) Tunnels { get; private set; }
    public int[] Esp { get; } = new int[2];
    public int Pings { get; private set; }

    public static CertificateExample Run(string? folder = null)
    {
        var run = new CertificateExample();
        using var pair = new Pair("", "", null, folder, Authority());
        foreach (var (board, end) in new[] { (pair.A, 0), (pair.B, 1) })
        foreach (var line in Lines(end))
        {
            var answer = board.Answer(line);
            run.Require(!answer.Contains("error"), $"{board.Name}: {line}: {answer}");
        }
        run.Traffic(pair);
        pair.Quit();
        run.Judge(pair);
        return run;
    }

    /// <summary>The lines of one end.</summary>
    public static IEnumerable<string> Lines(int end)
    {
        var (us, them) = (Protection.Address4[end], Protection.Address4[1 - end]);
        var (ours, theirs) = (Own[end], Own[1 - end]);
        yield return "ipsec legacy on";
        yield return "ce x509 -a cacert.pem -d 1";
        yield return $"ce x509 -a {ours}cert.pem -d 1 -k {ours}keyc.pem";
        yield return $"ike remote -n dexter -z 2 -w -u -a HMAC-SHA-2-512 -e AES192-CBC -p HMAC-SHA-2-256 -m RSASIG -d MODP3072 -r {them} " +
                     $"-f asnlbn: -g asnlbn: -b {theirs}cert.pem -c {ours}cert.pem,cacert.pem";
        yield return $"ipsec policy -n policy0 -g dexter -t ESP -e 3DES-CBC -a HMAC-SHA-2-512 -m tunnel -p icmp -r {them} -s {us} -d {them} -h";
    }

    /// <summary>A CA and a certificate for each end.</summary>
    public static Dictionary<string, string> Authority()
    {
        var folder = Directory.CreateTempSubdirectory("nf-ipsec-ca-").FullName;
        string At(string name) => Path.Combine(folder, name);
        Openssl($"req -x509 -newkey rsa:2048 -nodes -sha256 -days 365 -subj /C=US/O=Example/CN=ca -keyout {At("cakey.pem")} -out {At("cacert.pem")} " +
                "-addext keyUsage=critical,keyCertSign,cRLSign");
        foreach (var name in Own)
        {
            Openssl($"req -newkey rsa:2048 -nodes -subj /C=US/O=Example/CN={name} -keyout {At(name + "keyc.pem")} -out {At(name + ".csr")}");
            File.WriteAllText(At("extensions"), "keyUsage=critical,digitalSignature\n");
            Openssl($"x509 -req -sha256 -days 365 -in {At(name + ".csr")} -CA {At("cacert.pem")} -CAkey {At("cakey.pem")} -CAcreateserial " +
                    $"-extfile {At("extensions")} -out {At(name + "cert.pem")}");
        }
        string[] files = ["cacert.pem", "supamcert.pem", "supamkeyc.pem", "supascert.pem", "supaskeyc.pem"];
        var made = files.ToDictionary(file => file, file => File.ReadAllText(At(file)));
        Directory.Delete(folder, recursive: true);
        return made;
    }

    private static void Openssl(string words)
    {
        var start = new System.Diagnostics.ProcessStartInfo("openssl", words) { RedirectStandardError = true, RedirectStandardOutput = true };
        using var process = System.Diagnostics.Process.Start(start) ?? throw new LabException("openssl does not start");
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new LabException($"openssl {words}: {said}");
    }

    private void Traffic(Pair pair)
    {
        foreach (var (board, address) in new[] { (pair.A, Protection.Address4[1]), (pair.B, Protection.Address4[0]) })
        {
            var ping = board.Command($"ping {address} -c 3", @"^3 sent, (\d) answered", 30);
            Pings += int.Parse(ping.Groups[1].Value);
            Require(ping.Groups[1].Value is "3", $"{board.Name}: {ping.Value}");
        }
        for (var end = 0; end < 2; end++)
        {
            var board = end == 0 ? pair.A : pair.B;
            Netstat[end] = board.Answer("ipsec netstat");
            Stores[end] = board.Answer("ce x509 -l");
            Require(Netstat[end].Contains("IPSecSession"), "no live IPSecSession in ipsec netstat");
            var verified = board.Answer($"ce x509 -v {Own[end]}cert.pem");
            Require(verified.Contains("trusted"), verified);
        }
    }

    private void Judge(Pair pair)
    {
        string[] captures = [pair.CaptureA, pair.CaptureB];
        for (var end = 0; end < 2; end++)
        {
            var audit = WireAudit.Of(captures[end]);
            foreach (var line in audit.Clear) Problems.Add("clear on the wire: " + line);
            foreach (var exchange in new[] { 34, 35 })
            foreach (var address in Protection.Address4)
                Require(audit.Ike.GetValueOrDefault((address, exchange)) > 0, $"no {(exchange == 34 ? "IKE_SA_INIT" : "IKE_AUTH")} from {address}");
            Esp[end] = audit.Esp(Protection.Address4[end]);
            Require(Esp[end] >= 6, $"{Esp[end]} ESP packets from {Protection.Address4[end]}, six pings and answers were sent");
        }
        Tunnels = Judges.TsharkTunnels(pair.CaptureA, pair.KeyLog);
        Require(Tunnels.All > 0 && Tunnels.Opened == Tunnels.All, $"tshark: {Tunnels.Opened} of {Tunnels.All} ESP packets hold an IPv4 packet");
        Sk = Judges.TsharkIke(pair.CaptureA, pair.KeyLog);
        Require(Sk.All > 0 && Sk.Correct == Sk.All, $"tshark: {Sk.Correct} of {Sk.All} SK payloads correct");
    }

    private void Require(bool holds, string problem)
    {
        if (!holds) Problems.Add(problem);
    }
}
