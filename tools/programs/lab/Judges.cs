namespace NfIpsec.Lab;

/// <summary>Programs that are not ours and say whether our packets are right.</summary>
public static class Judges
{
    /// <summary>tshark with our key files: how many ESP packets have a good ICV, a bad one, and an unknown one.</summary>
    public static (int Good, int Bad, int Unchecked) Tshark(string pcap, string keys)
    {
        var (exit, output) = Tool.Run("tshark",
        [
            "-n", "-r", pcap, "-o", "esp.enable_encryption_decode:TRUE", "-o", "esp.enable_authentication_check:TRUE",
            "-Y", "esp", "-T", "fields", "-e", "esp.icv_good", "-e", "esp.icv_bad", "-e", "esp.protocol"
        ], 300, new Dictionary<string, string> { ["WIRESHARK_CONFIG_DIR"] = keys });
        if (exit != 0) throw new LabException("tshark failed: " + output);
        int good = 0, bad = 0, rest = 0;
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var field = line.Split('\t');
            if (field[0] is "1" or "True" && field[2] != "") good++;
            else if (field[1] is "1" or "True") bad++;
            else rest++;
        }
        return (good, bad, rest);
    }

    /// <summary>tshark with our key files: how many ESP packets there are, and in how many of them it found an IPv4 packet once they were
    /// decrypted. For ICVs that it knows no algorithm for, HMAC-SHA-2-512 cut to 96 bits among them.</summary>
    public static (int Opened, int All) TsharkTunnels(string pcap, string keys)
    {
        var (exit, output) = Tool.Run("tshark",
            ["-n", "-r", pcap, "-o", "esp.enable_encryption_decode:TRUE", "-Y", "esp", "-T", "fields", "-e", "esp.protocol"], 300,
            new Dictionary<string, string> { ["WIRESHARK_CONFIG_DIR"] = keys });
        if (exit != 0) throw new LabException("tshark failed: " + output);
        var lines = output.Split('\n');
        return (lines.Count(line => line.Trim() is "4" or "0x04" or "0x4"), WireAudit.Of(pcap).Esp(Protection.Address4[0]) + WireAudit.Of(pcap).Esp(Protection.Address4[1]));
    }

    /// <summary>tshark with our key files: how many SK payloads there are, and how many of them it found correct.</summary>
    public static (int Correct, int All) TsharkIke(string pcap, string keys)
    {
        var (exit, output) = Tool.Run("tshark", ["-n", "-r", pcap, "-Y", "isakmp", "-V"], 300,
            new Dictionary<string, string> { ["WIRESHARK_CONFIG_DIR"] = keys });
        if (exit != 0) throw new LabException("tshark failed: " + output);
        var lines = output.Split('\n');
        return (lines.Count(line => line.Contains("Integrity Checksum Data") && line.Contains("[correct]")),
            lines.Count(line => line.Contains("Payload: Encrypted and Authenticated")));
    }

    /// <summary>scapy as the peer of one board: seals towards it, opens what it answers. Returns the lines of its report.</summary>
    public static (bool Ok, string Report) Scapy(Protection protection)
    {
        var folder = Directory.CreateTempSubdirectory("nf-ipsec-").FullName;
        var (board, judge) = (BoardProcess.FreePort(), BoardProcess.FreePort());
        try
        {
            using var a = new BoardProcess("a", folder,
            [
                "--wire", $"udp:{board}:{judge}", "--ip4", Protection.Address4[0] + "/24", "--ip6", Protection.Address6[0] + "/64"
            ], protection.Script(0));
            var (outgoing, incoming) = (protection.Way[0], protection.Way[1]);
            var (exit, output) = Tool.Run("/usr/bin/python3",
            [
                Repository.Path("tests/interop/scapy_peer.py"), "--port", $"{judge}", "--board-port", $"{board}",
                "--local", protection.Address(1), "--board", protection.Address(0), "--mode", protection.Mode,
                "--cipher", protection.Suite.ScapyCipher, "--auth", protection.Suite.ScapyAuth,
                "--spi-in", Protection.Spi(incoming.Spi, 1), "--spi-out", Protection.Spi(outgoing.Spi, 1),
                "--cipher-key-in", incoming.Cipher, "--cipher-key-out", outgoing.Cipher,
                "--auth-key-in", incoming.Auth, "--auth-key-out", outgoing.Auth
            ]);
            return (exit == 0, exit == 0 ? output : output + "\nboard:\n" + a.Transcript);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
