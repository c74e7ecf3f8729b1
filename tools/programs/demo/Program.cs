using System.CommandLine;
using NfIpsec.Demo;
using NfIpsec.Lab;

var bytes = new Option<long>("--bytes") { Description = "TCP bytes for each suite, mode and family", DefaultValueFactory = _ => 10_000_000 };
var keep = new Option<string?>("--keep") { Description = "keep captures, key files and board folders in this folder" };
var quick = new Option<bool>("--quick") { Description = "two negotiations instead of four, one suite, mode and family instead of eight, no scapy" };

var root = new RootCommand("Two virtual boards, a real lwIP each, negotiate keys (IKEv2, pre-shared key) and protect TCP and ICMP, then the same with manual keys; the proof is printed. Exit 0 only if it held.")
{
    bytes, keep, quick
};
var certificates = new Command("x509", "the reference's example 2 alone: ICMP in a tunnel, RSA certificates of a CA that openssl makes") { keep };
certificates.SetAction(result => Guarded(() => new Show(0, result.GetValue(keep), true).Certificates()));
root.Add(certificates);
root.SetAction(result => Guarded(() => new Show(result.GetValue(bytes), result.GetValue(keep), result.GetValue(quick)).Run()));
var parsed = root.Parse(args);
if (parsed.Errors.Count == 0) return parsed.Invoke();
foreach (var error in parsed.Errors) Console.Error.WriteLine("demo: " + error.Message + " (tools/demo --help)");
return 2;

static int Guarded(Func<int> show)
{
    try
    {
        return show();
    }
    catch (LabException failure)
    {
        Console.Error.WriteLine("demo: " + failure.Message);
        return 1;
    }
}
