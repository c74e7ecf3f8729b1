using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NfIpsec.Tests.Rules
{
    /// <summary>The rules on files and folders.</summary>
    public static class HouseRules
    {
        public const int MostLines = 700, MostProgramLines = 60;

        private static readonly string[] TopLevel =
            { "firmware", "crypto-native", "tests", "boards", "tools", "nf-ipsec.sln", "nuget.config", "README.md", "LICENSE", ".ci" };

        private static readonly string[] SourceEnds = { ".cs", ".c", ".h", ".cpp", ".S", ".py", ".sh", ".cmake", ".ld" };
        private static readonly string[] EmptyNames = { "util", "utils", "common", "helper", "helpers", "manager", "managers", "misc" };

        /// <summary>Folders of one machine and addresses of package registries. Put together here so that this file does not hold them.</summary>
        private static readonly Regex MachinePath = new Regex(
            @"(?<![\w.\-}""'/~])/(" + "work|ro" + "ot)/[A-Za-z]|/tmp/" + @"nf\b|/home/[a-z]+/|(nuget|pypi|npmjs|crates)\." + @"(org|com|io)\b");

        private static bool IsSource(string path) =>
            SourceEnds.Any(path.EndsWith) || (Tree.Within(path, "tools") && !Path.GetFileName(path).Contains('.')) || path == ".ci/run";

        public static IEnumerable<string> TopLevelIsFixed(Tree tree) =>
            tree.Paths.Select(p => p.Split('/')[0]).Distinct().Where(top => !TopLevel.Contains(top) && !(top[0] == '.' && tree.Has(top)));

        public static IEnumerable<string> NoLongFile(Tree tree) =>
            tree.Paths.Where(IsSource).Where(p => tree.Lines(p).Length > MostLines + 1).Select(p => p + " has " + (tree.Lines(p).Length - 1) + " lines");

        public static IEnumerable<string> NoEmptyFolderName(Tree tree) =>
            tree.Paths.Where(p => p.Split('/').SkipLast(1).Any(f => EmptyNames.Contains(f.ToLowerInvariant())));

        public static IEnumerable<string> NoMachinePath(Tree tree) =>
            tree.Paths.SelectMany(p => tree.Lines(p).Select((text, i) => (p, text, i)).Where(l => MachinePath.IsMatch(l.text)).Select(l => l.p + ":" + (l.i + 1) + ": " + l.text.Trim()));

        public static IEnumerable<string> BoardProgramIsShort(Tree tree) =>
            tree.Under("boards", "/Program.cs").Where(p => tree.Lines(p).Length > MostProgramLines + 1).Select(p => p + " has " + (tree.Lines(p).Length - 1) + " lines");

        /// <summary>A command says how it is called: itself, or the program behind it.</summary>
        public static IEnumerable<string> EveryCommandHasHelp(Tree tree) =>
            tree.Under("tools").Where(p => p.Count(c => c == '/') == 1 && !p.EndsWith(".md") && !tree.Text(p).Contains("--help")).Select(p => p + " does not know --help");

        /// <summary>A folder of tools says what it is: by a README, or, when it is a program, by its usage text. A library that
        /// only programs use is explained by them.</summary>
        public static IEnumerable<string> EveryToolFolderExplainsItself(Tree tree)
        {
            foreach (string folder in tree.Under("tools").Where(p => p.Count(c => c == '/') >= 2).Select(ToolFolder).Distinct())
                if (!tree.Has(folder + "/README.md") && !IsLibrary(tree, folder) && !tree.Under(folder, ".cs").Any(p => Usage.IsMatch(tree.Text(p))))
                    yield return folder + " has neither a README.md nor a usage text";
        }

        private static readonly Regex Usage = new Regex("usage:|--help", RegexOptions.IgnoreCase);

        private static bool IsLibrary(Tree tree, string folder) =>
            tree.Under(folder, ".csproj").Any() && !tree.Under(folder, ".csproj").Any(p => tree.Text(p).Contains("<OutputType>Exe"));

        private static string ToolFolder(string path)
        {
            var parts = path.Split('/');
            return string.Join("/", parts.Take(parts[1] == "programs" && parts.Length > 3 ? 3 : 2));
        }

        /// <summary>A bound stands in Limits: elsewhere a Max... constant may only repeat or be computed from another.</summary>
        public static IEnumerable<string> BoundsStandInLimits(Tree tree)
        {
            foreach (var source in tree.Compilation.SyntaxTrees.Where(t => Tree.Within(t.FilePath, "firmware") && Path.GetFileName(t.FilePath) != "Limits.cs"))
                foreach (var field in source.GetRoot().DescendantNodes().OfType<FieldDeclarationSyntax>().Where(f => f.Modifiers.Any(m => m.Text == "const")))
                    foreach (var value in field.Declaration.Variables.Where(IsBound))
                        yield return source.FilePath + ": " + value;
        }

        private static bool IsBound(VariableDeclaratorSyntax value) =>
            Regex.IsMatch(value.Identifier.Text, "^Max[A-Z]") && !value.Initializer.Value.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Any();

        /// <summary>The same for C.</summary>
        public static IEnumerable<string> NativeBoundsStandInLimits(Tree tree)
        {
            foreach (string path in tree.Under("crypto-native").Where(p => (p.EndsWith(".c") || p.EndsWith(".h")) && !p.EndsWith("/nfi_limits.h")))
                foreach (string line in tree.Lines(path).Where(l => Regex.IsMatch(l, @"^\s*#\s*define\s+NFI_MAX_\w+\s+\d")))
                    yield return path + ": " + line.Trim();
        }

        /// <summary>Every project is in the solution.</summary>
        public static IEnumerable<string> SolutionHoldsEveryProject(Tree tree)
        {
            string solution = tree.Has("nf-ipsec.sln") ? tree.Text("nf-ipsec.sln").Replace('\\', '/') : "";
            return tree.Under("", "proj").Where(p => (p.EndsWith(".csproj") || p.EndsWith(".nfproj")) && !solution.Contains("\"" + p + "\""))
                .Select(p => p + " is not in nf-ipsec.sln");
        }

        /// <summary>A package has one stable version everywhere, in packages.config as in the path to its assembly.</summary>
        public static IEnumerable<string> PackagesAgree(Tree tree)
        {
            var versions = new Dictionary<string, string>();
            foreach (string path in tree.Under("", "packages.config"))
                foreach (var package in XDocument.Parse(tree.Text(path)).Descendants("package"))
                {
                    string id = package.Attribute("id").Value, version = package.Attribute("version").Value;
                    if (version.Contains('-'))
                        yield return path + ": " + id + " " + version + " is no stable version";
                    if (versions.TryGetValue(id, out string other) && other != version)
                        yield return path + ": " + id + " " + version + ", elsewhere " + other;
                    versions[id] = version;
                }
            foreach (string path in tree.Under("", ".nfproj"))
                foreach (Match hint in Regex.Matches(tree.Text(path), @"packages\\([A-Za-z0-9.]+?)\.(\d[\d.]*)\\lib"))
                    if (!Lists(tree, Path.GetDirectoryName(path), hint.Groups[1].Value, hint.Groups[2].Value))
                        yield return path + ": " + hint.Value + " is not what its packages.config says";
        }

        private static bool Lists(Tree tree, string folder, string id, string version) =>
            tree.Has(folder + "/packages.config") && tree.Text(folder + "/packages.config").Contains("id=\"" + id + "\" version=\"" + version + "\"");

        /// <summary>nuget.config holds settings; which feed a machine uses is that machine's affair.</summary>
        public static IEnumerable<string> NoFeedAddress(Tree tree) =>
            tree.Under("", "nuget.config").Where(p => Regex.IsMatch(tree.Text(p), "packageSources|https?://(?!schemas)")).Select(p => p + " names a feed");

        /// <summary>Each firmware room can be built for a board and for the host; native has its twin in tools/host-native.</summary>
        public static IEnumerable<string> EveryRoomHasBothProjects(Tree tree)
        {
            foreach (string room in tree.Under("firmware", ".cs").Where(p => p.Split('/').Length > 2).Select(p => string.Join("/", p.Split('/').Take(2))).Distinct())
                foreach (string end in new[] { ".nfproj", ".csproj" })
                    if (!tree.Under(room, end).Any() && !(room == "firmware/native" && end == ".csproj"))
                        yield return room + " has no " + end;
        }
    }
}
