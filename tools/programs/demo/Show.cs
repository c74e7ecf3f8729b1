using NfIpsec.Lab;

namespace NfIpsec.Demo;

/// <summary>What the demo prints, in order; every line that claims something has just been checked.</summary>
internal sealed class Show(long bytes, string? keep, bool quick)
{
    private int failures;

    /// <summary>The reference's example 2 alone.</summary>
    public int Certificates()
    {
        Console.WriteLine("IKEv2 with RSA certificates: the reference's example 2, typed at the consoles:\n");
        foreach (var line in CertificateExample.Lines(0)) Console.WriteLine("      -> " + line);
        var run = CertificateExample.Run(keep == null ? null : Path.Combine(Path.GetFullPath(keep), "example-2"));
        Console.WriteLine();
        Verdict(run.Problems.Count == 0, "3DES-CBC, HMAC-SHA-2-512-96 in a tunnel, MODP3072, RSASIG");
        Console.WriteLine($"      ping    {run.Pings} of 6 answered, three each way");
        Console.WriteLine($"      wire    IKE_SA_INIT and IKE_AUTH both ways, a {run.Esp[0]} ESP packets, b {run.Esp[1]}, no clear ICMP");
        Console.WriteLine($"      tshark  {run.Sk.Correct} of {run.Sk.All} SK payloads correct, {run.Tunnels.Opened} of {run.Tunnels.All} ESP packets decrypt to IPv4; it cannot check a 96-bit HMAC-SHA-2-512");
        foreach (var problem in run.Problems.Take(5)) Console.WriteLine("      ! " + problem);
        for (var end = 0; end < 2; end++) Console.WriteLine($"\nce x509 -l and ipsec netstat on board {"ab"[end]}:\n\n{run.Stores[end]}\n\n{run.Netstat[end]}");
        return End();
    }

    public int Run()
    {
        Console.WriteLine("IKEv2 with a pre-shared key: the reference's example 1, and the same with today's algorithms:\n");
        Example(IkeExample.Reference, typed: true);
        if (!quick)
        {
            Example(IkeExample.Reference, typed: false);
            Example(IkeExample.Today, typed: true);
        }
        Example(IkeExample.Today, typed: false);
        Console.WriteLine($"\nTwo boards, {Protection.Address4[0]} and {Protection.Address4[1]} (fd00::77, fd00::78), manual keys, " +
                          $"{bytes:N0} bytes of TCP and {ProtectedTraffic.PingSize}-byte pings each:\n");
        var table = Protections().Select(Traffic).ToList();
        Console.WriteLine("\nipsec netstat on board a, in the last of them:\n\n" + table[^1].Netstat);
        Console.WriteLine("Nothing leaves in clear, at any moment:\n");
        foreach (var moment in Moments()) Print(moment());
        if (quick) return End();
        Refusals();
        Scapy();
        return End();
    }

    private int End()
    {
        Console.WriteLine(failures == 0 ? "\nThe demo held." : $"\nThe demo did not hold: {failures} failed.");
        return failures == 0 ? 0 : 1;
    }

    private void Example(IkeExample.Algorithms algorithms, bool typed)
    {
        var name = $"{(algorithms.Legacy ? "example 1" : "today")}-{(typed ? "typed" : "ike_rc")}";
        var run = IkeExample.Run(algorithms, typed, bytes, keep == null ? null : Path.Combine(Path.GetFullPath(keep), name.Replace(' ', '-')));
        Verdict(run.Problems.Count == 0, $"{algorithms.Name}, {(typed ? "typed at the consoles" : "from ike_rc")}");
        Console.WriteLine($"      TCP     {bytes:N0} bytes in {run.Seconds:0.0} s, SHA-256 {run.Digest[..16]}... at both ends, ping both ways");
        Console.WriteLine($"      wire    IKE_SA_INIT and IKE_AUTH both ways, a {run.Esp[0].Seen:N0} ESP packets (counter {run.Esp[0].Counted:N0}), " +
                          $"b {run.Esp[1].Seen:N0} (counter {run.Esp[1].Counted:N0}), no clear TCP or ICMP");
        Console.WriteLine($"      tshark  {run.Sk.Correct} of {run.Sk.All} SK payloads correct, {run.Icv.Good:N0} ESP ICVs good, {run.Icv.Bad} bad, {run.Icv.Unchecked} unchecked");
        foreach (var problem in run.Problems.Take(5)) Console.WriteLine("      ! " + problem);
        if (!typed || !algorithms.Legacy) return;
        for (var end = 0; end < 2; end++) Console.WriteLine($"\nipsec netstat on board {"ab"[end]}:\n\n{run.Netstat[end]}\n");
    }

    private IEnumerable<Protection> Protections()
    {
        foreach (var suite in quick ? new[] { Suite.Aes } : [Suite.Aes, Suite.TripleDes])
        foreach (var mode in quick ? new[] { "transport" } : ["transport", "tunnel"])
        foreach (var six in quick ? new[] { false } : [false, true])
            yield return new Protection(suite, mode, six);
    }

    private ProtectedTraffic Traffic(Protection protection)
    {
        var folder = keep == null ? null : Path.Combine(Path.GetFullPath(keep), protection.ToString().Replace('/', '-').Replace(' ', '-'));
        var run = ProtectedTraffic.Run(protection, bytes, folder);
        Verdict(run.Problems.Count == 0, $"{protection,-38}");
        Console.WriteLine($"      TCP     {bytes:N0} bytes in {run.Seconds:0.0} s, SHA-256 {run.DigestSent[..16]}... at both ends");
        Console.WriteLine($"      ping    {run.PingsAnswered} of {run.PingsSent} answered, {ProtectedTraffic.PingSize} bytes each");
        Console.WriteLine($"      wire    a {run.Esp[0].Seen:N0} ESP packets (counter {run.Esp[0].Counted:N0}), b {run.Esp[1].Seen:N0} " +
                          $"(counter {run.Esp[1].Counted:N0}), no clear TCP or ICMP");
        Console.WriteLine($"      tshark  {run.Icv.Good:N0} ICVs good, {run.Icv.Bad} bad, {run.Icv.Unchecked} unchecked");
        foreach (var problem in run.Problems.Take(5)) Console.WriteLine("      ! " + problem);
        return run;
    }

    private static IEnumerable<Func<FailClosed.Moment>> Moments()
    {
        yield return FailClosed.BeforeTheFirstPolicy;
        yield return () => FailClosed.AfterFlush(new Protection(Suite.Aes, "transport", false));
        yield return () => FailClosed.WithoutSa(new Protection(Suite.Aes, "tunnel", false));
        yield return () => FailClosed.WrongKey(new Protection(Suite.Aes, "transport", true));
        yield return () => FailClosed.ClearFromThePeer(new Protection(Suite.Aes, "transport", false));
        yield return () => FailClosed.FullRing(new Protection(Suite.Aes, "transport", false));
        yield return () => FailClosed.PeerGone(new Protection(Suite.Aes, "tunnel", true));
    }

    private void Print(FailClosed.Moment moment)
    {
        var counted = moment.Code == "" ? "the board goes on" : $"{moment.Counted} counted as {moment.Code}";
        Verdict(moment.Problems.Count == 0, $"{moment.Name}: {counted}");
        foreach (var problem in moment.Problems.Take(5)) Console.WriteLine("      ! " + problem);
    }

    private void Refusals()
    {
        Console.WriteLine("\nA negotiation that cannot succeed, and the line that says why:\n");
        Func<IkeRefusals.Case>[] cases =
        [
            IkeRefusals.WrongSecret, IkeRefusals.NoCommonProposal, IkeRefusals.UnknownIdentity, IkeRefusals.PolicyWithoutRemote, IkeRefusals.SilentPeer
        ];
        foreach (var refusal in cases.AsParallel().AsOrdered().WithDegreeOfParallelism(cases.Length).Select(run => run()))
        {
            Verdict(refusal.Problems.Count == 0, $"{refusal.Name}: {refusal.Line.Trim()}");
            foreach (var problem in refusal.Problems.Take(2)) Console.WriteLine("      ! " + problem);
        }
        var restart = IkeRefusals.KilledAndRestarted();
        Verdict(restart.Count == 0, "a board killed and started again: the pair comes up without a hand on the other");
        foreach (var problem in restart.Take(2)) Console.WriteLine("      ! " + problem);
    }

    private void Scapy()
    {
        Console.WriteLine("\nscapy as the peer: it seals and we open, we seal and it opens:\n");
        foreach (var protection in Protections())
        {
            var (ok, report) = Judges.Scapy(protection);
            Verdict(ok, $"{protection,-38} {report.Split('\n').Count(line => line.Contains("\"ok\": true"))} checks");
            if (!ok) Console.WriteLine("      ! " + report.ReplaceLineEndings("\n      ! "));
        }
    }

    private void Verdict(bool ok, string text)
    {
        if (!ok) failures++;
        Console.WriteLine((ok ? "  ok  " : "FAIL  ") + text);
    }
}
