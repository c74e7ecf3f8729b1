using System;
using System.IO;
using System.Linq;

namespace NfIpsec.Tools.ApiCheck
{
    /// <summary>tools/api-check: does everything a board compiles keep to what a board runs?</summary>
    public static class Program
    {
        private const string Help =
            "usage: tools/api-check [--root DIR] [--write]\n"
            + "Compiles firmware, boards and tests/unit against the nanoFramework API alone (tools/nano-api, C# 10), rejects what\n"
            + "compiles but crashes the interpreter or runs silently wrong, and compares the faces of the native interface:\n"
            + "firmware/native, crypto-native/include, crypto-native/clr, tools/host-native. What the boards deploy is built again\n"
            + "under a dozen choices of build-time options (NfIpsecOptions), from IPSEC alone to all of them.\n"
            + "  --root DIR  the checkout (default: the one this tool stands in)\n"
            + "  --write     first writes the P/Invoke twin in tools/host-native from firmware/native\n"
            + "One line for each finding: FILE:LINE: RULE: CONSTRUCT: REASON. Exit 0 none, 1 findings, 2 could not check.\n";

        public static int Main(string[] args)
        {
            string root = Environment.GetEnvironmentVariable("NFIPSEC_ROOT") ?? Directory.GetCurrentDirectory();
            bool write = false;
            for (int i = 0; i < args.Length; i++)
            {
                if (args[i] == "--root" && i + 1 < args.Length)
                    root = args[++i];
                else if (args[i] == "--write")
                    write = true;
                else
                    return Usage(args[i]);
            }
            return Guarded(Path.GetFullPath(root), write);
        }

        private static int Usage(string word)
        {
            bool asked = word == "--help" || word == "-h";
            if (!asked)
                Console.Error.WriteLine("api-check: unknown or incomplete option: " + word);
            (asked ? Console.Out : Console.Error).Write(Help);
            return asked ? 0 : 2;
        }

        private static int Guarded(string root, bool write)
        {
            try
            {
                if (write)
                    WriteTwin(root);
                return Check(root);
            }
            catch (IOException e)
            {
                Console.Error.WriteLine("api-check: " + e.Message);
                return 2;
            }
        }

        private static void WriteTwin(string root)
        {
            foreach (var file in TwinWriter.Files(NativeFace.Read(Path.Combine(root, "firmware/native"))))
                File.WriteAllText(Path.Combine(root, "tools/host-native", file.Key), file.Value);
        }

        private static int Check(string root)
        {
            var api = ReferenceSet.Build(Path.Combine(root, "tools/nano-api"));
            foreach (string problem in api.Problems)
                Console.Error.WriteLine("api-check: tools/nano-api: " + problem);
            if (api.Problems.Count > 0)
                return 2;
            var check = new ProjectCheck(root, api);
            check.Run();
            var lines = check.Findings.Select(f => f.Text(root)).Distinct().ToList();
            foreach (string line in lines)
                Console.WriteLine(line);
            Console.WriteLine($"{check.Sources} sources, {check.Projects} projects, {check.Methods} methods compared, {check.Builds} builds, {lines.Count} findings");
            return lines.Count == 0 ? 0 : 1;
        }
    }
}
