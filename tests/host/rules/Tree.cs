using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NfIpsec.Tools.ApiCheck;

namespace NfIpsec.Tests.Rules
{
    /// <summary>Files by path from the repository's root, '/' between folders: a checkout, or a sample for a test.</summary>
    public sealed class Tree
    {
        private static readonly string[] Output = { ".git", ".vs", "bin", "obj", "out", "packages", "TestResults", "__pycache__" };
        private static readonly Lazy<ReferenceSet> Api = new Lazy<ReferenceSet>(() => ReferenceSet.Build(Path.Combine(Root(), "tools/nano-api")));
        private static readonly Lazy<Tree> Read = new Lazy<Tree>(ReadCheckout);

        private readonly SortedDictionary<string, Func<string>> files = new SortedDictionary<string, Func<string>>(StringComparer.Ordinal);
        private readonly Lazy<CSharpCompilation> compilation;

        private Tree()
        {
            compilation = new Lazy<CSharpCompilation>(Compile);
        }

        public static Tree Checkout => Read.Value;

        public static Tree Of(params (string Path, string Text)[] sample)
        {
            var tree = new Tree();
            foreach (var file in sample)
                tree.files[file.Path] = () => file.Text;
            return tree;
        }

        public IEnumerable<string> Paths => files.Keys;

        /// <summary>Files under a folder ("" for all) whose name ends so.</summary>
        public IEnumerable<string> Under(string folder, string end = "") =>
            files.Keys.Where(p => Within(p, folder) && p.EndsWith(end, StringComparison.Ordinal));

        public static bool Within(string path, string folder) =>
            folder == "" || path == folder || path.StartsWith(folder + "/", StringComparison.Ordinal);

        public bool Has(string path) => files.ContainsKey(path);

        public string Text(string path) => files[path]();

        public string[] Lines(string path) => Text(path).Split('\n');

        /// <summary>All device sources of the tree as one compilation against the nanoFramework API.</summary>
        public CSharpCompilation Compilation => compilation.Value;

        public static ReferenceSet NanoApi => Api.Value;

        public static string Root()
        {
            for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder != null; folder = folder.Parent)
                if (File.Exists(Path.Combine(folder.FullName, "nf-ipsec.sln")))
                    return folder.FullName;
            throw new DirectoryNotFoundException("no folder above the tests holds nf-ipsec.sln");
        }

        private static Tree ReadCheckout()
        {
            var tree = new Tree();
            string root = Root();
            tree.AddFolder(root, root);
            return tree;
        }

        private void AddFolder(string root, string folder)
        {
            foreach (string file in Directory.GetFiles(folder))
                files[Path.GetRelativePath(root, file)] = () => File.ReadAllText(file);
            foreach (string inner in Directory.GetDirectories(folder).Where(d => !Output.Contains(Path.GetFileName(d))))
                AddFolder(root, inner);
        }

        private CSharpCompilation Compile()
        {
            var parse = new CSharpParseOptions(LanguageVersion.CSharp10, DocumentationMode.None, preprocessorSymbols: new[] { "IPSEC", "INCLUDE_CLI", "IKE_V2", "IKEv2_MENUS" });
            var trees = Under("firmware", ".cs").Concat(Under("boards", ".cs")).Select(p => CSharpSyntaxTree.ParseText(Text(p), parse, p));
            return CSharpCompilation.Create("Firmware", trees, NanoApi.Names.Select(n => NanoApi[n]),
                new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        }
    }
}
