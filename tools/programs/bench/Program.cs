using System.CommandLine;
using System.Text.Json;
using NfIpsec.Bench;

var benches = new Dictionary<string, Func<IEnumerable<Figure>>> { ["packet"] = Packets.Run, ["il"] = Il.Run, ["verdicts"] = Verdicts.Run, ["ike"] = Ike.Run };
if (args is ["il-child"])
{
    Il.Child();
    return 0;
}

var names = new Argument<string[]>("NAME") { Description = string.Join(", ", benches.Keys) + "; default: all", Arity = ArgumentArity.ZeroOrMore };
var json = new Option<bool>("--json") { Description = "JSON lines instead of a table" };
var root = new RootCommand("Speed and cost against the budgets. Exit 1 when one is broken.") { names, json };
var exit = 0;
root.SetAction(result =>
{
    var wanted = result.GetValue(names) is { Length: > 0 } some ? some : [.. benches.Keys];
    foreach (var name in wanted)
    {
        if (!benches.TryGetValue(name, out var bench))
        {
            Console.Error.WriteLine($"bench: no bench '{name}': expected {string.Join(", ", benches.Keys)}");
            return 2;
        }
        foreach (var figure in bench()) Print(figure, result.GetValue(json));
    }
    return exit;
});
var parsed = root.Parse(args);
if (parsed.Errors.Count == 0) return parsed.Invoke();
foreach (var error in parsed.Errors) Console.Error.WriteLine("bench: " + error.Message);
return 2;

void Print(Figure figure, bool asJson)
{
    if (figure.Kept == false) exit = 1;
    if (asJson)
    {
        Console.WriteLine(JsonSerializer.Serialize(figure, FigureJson.Default.Figure));
        return;
    }
    var budget = figure.Budget == null ? "" : $"  budget {(figure.AtMost ? "<=" : ">=")} {figure.Budget:0.##}: {(figure.Kept == true ? "kept" : "BROKEN")}";
    Console.WriteLine($"{figure.Bench,-8} {figure.Name,-62} {figure.Value,9:0.###} {figure.Unit,-7} {figure.Detail}{budget}");
}
