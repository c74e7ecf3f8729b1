using System.CommandLine;
using System.Diagnostics;
using NfIpsec.Lab;

var wanted = new Argument<string[]>("SCENARIO") { Description = "names of scenarios, or the beginning of some: \"linux\"; without: all of them", Arity = ArgumentArity.ZeroOrMore };
var list = new Option<bool>("--list") { Description = "print the names and what each proves" };
var root = new RootCommand("Virtual boards and packets against implementations that are not ours. Exit 0 when every scenario held, 1 when one did not, 2 for a name or option there is not.")
{
    wanted, list
};
root.SetAction(result => result.GetValue(list) ? Print(Peers.All) : Run(result.GetValue(wanted)!));
var parsed = root.Parse(args);
if (parsed.Errors.Count == 0) return parsed.Invoke();
foreach (var error in parsed.Errors) Console.Error.WriteLine("interop: " + error.Message + " (tools/interop --help)");
return 2;

static int Print(IEnumerable<Peers.Named> scenarios)
{
    foreach (var one in scenarios) Console.WriteLine($"{one.Name,-24} {one.Proves}");
    return 0;
}

static int Run(string[] names)
{
    var unknown = names.FirstOrDefault(name => !Peers.All.Any(one => one.Name.StartsWith(name, StringComparison.Ordinal)));
    if (unknown != null)
    {
        Console.Error.WriteLine($"interop: no scenario '{unknown}'; tools/interop --list names them");
        return 2;
    }
    var chosen = Peers.All.Where(one => names.Length == 0 || names.Any(name => one.Name.StartsWith(name, StringComparison.Ordinal))).ToList();
    var failed = chosen.Count(one => !Holds(one));
    Console.WriteLine($"{chosen.Count - failed} passed, {failed} failed");
    return failed == 0 ? 0 : 1;
}

static bool Holds(Peers.Named scenario)
{
    Console.WriteLine($"{scenario.Name}: {scenario.Proves}");
    var clock = Stopwatch.StartNew();
    IReadOnlyList<string> problems;
    try
    {
        problems = scenario.Run(line => Console.WriteLine("    " + line));
    }
    catch (LabException failure)
    {
        problems = [failure.Message];
    }
    foreach (var problem in problems) Console.WriteLine("  FAIL " + problem);
    Console.WriteLine($"  {(problems.Count == 0 ? "held" : "did not hold")} ({clock.Elapsed.TotalSeconds:0} s)");
    return problems.Count == 0;
}
