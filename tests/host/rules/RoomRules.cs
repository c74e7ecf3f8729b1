using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using NfIpsec.Tools.ApiCheck;

namespace NfIpsec.Tests.Rules
{
    /// <summary>The arrows between rooms, and what only one room may know.</summary>
    public static class RoomRules
    {
        /// <summary>Who may use whom, by folder; the longest folder that fits counts. Everyone may use itself and its own subfolders.</summary>
        public static readonly IReadOnlyDictionary<string, string[]> Arrows = new Dictionary<string, string[]>
        {
            { "firmware/native", new string[0] },
            { "firmware/base", new string[0] },
            { "firmware/base/crypto", new[] { "firmware/base", "firmware/native" } },
            { "firmware/ipsec", new[] { "firmware/base" } },
            { "firmware/x509", new[] { "firmware/base" } },
            { "firmware/ike", new[] { "firmware/base", "firmware/x509", "firmware/ipsec/management", "firmware/ipsec/message" } },
            { "firmware/ikev1", new[] { "firmware/base", "firmware/ike" } },
            { "firmware/ikev2", new[] { "firmware/base", "firmware/ike" } },
            { "firmware/console", new[] { "firmware/base", "firmware/ipsec/management" } },
            { "firmware/ikeconsole", new[] { "firmware/base", "firmware/console", "firmware/ipsec/management", "firmware/ike", "firmware/x509" } },
            { "firmware/console/decode", new[] { "firmware/console", "firmware/ike/wire", "firmware/ipsec/packet", "firmware/base/algorithm" } },
            { "firmware/node", new[] { "firmware/base", "firmware/ipsec" } },
            { "firmware/product", new[] { "firmware/base", "firmware/ipsec", "firmware/node", "firmware/x509", "firmware/ike", "firmware/ikev1", "firmware/ikev2", "firmware/console", "firmware/ikeconsole" } },
            { "firmware/platform", new[] { "firmware/base", "firmware/native" } },
            { "boards", new[] { "firmware/product", "firmware/node", "firmware/platform", "firmware/base/ports" } },
        };

        /// <summary>Every name in a source that means something declared in another room.</summary>
        public static IEnumerable<string> SourceArrows(Tree tree)
        {
            foreach (var source in tree.Compilation.SyntaxTrees)
            {
                string room = Path.GetDirectoryName(source.FilePath);
                var model = tree.Compilation.GetSemanticModel(source);
                foreach (var name in source.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
                    foreach (string target in DeclaredIn(model.GetSymbolInfo(name).Symbol))
                        if (!MayUse(room, Path.GetDirectoryName(target)))
                            yield return Where(name) + " uses " + target;
            }
        }

        private static string Where(SyntaxNode node)
        {
            var span = node.GetLocation().GetLineSpan();
            return span.Path + ":" + (span.StartLinePosition.Line + 1);
        }

        /// <summary>The file that declares a symbol; none for namespaces, which several rooms may share.</summary>
        private static IEnumerable<string> DeclaredIn(ISymbol symbol) =>
            symbol == null || symbol is INamespaceSymbol
                ? Array.Empty<string>()
                : symbol.DeclaringSyntaxReferences.Take(1).Select(r => r.SyntaxTree.FilePath);

        private static bool MayUse(string from, string to)
        {
            string room = RoomOf(from);
            if (room == null || Tree.Within(to, room))
                return true;
            return Arrows[room].Any(allowed => Tree.Within(to, allowed));
        }

        private static string RoomOf(string folder) =>
            Arrows.Keys.Where(r => Tree.Within(folder, r)).OrderByDescending(r => r.Length).FirstOrDefault();

        /// <summary>A using of a namespace counts as an arrow even where nothing of it is used.</summary>
        public static IEnumerable<string> UsingArrows(Tree tree)
        {
            foreach (var source in tree.Compilation.SyntaxTrees)
                foreach (var use in source.GetCompilationUnitRoot().DescendantNodes().OfType<UsingDirectiveSyntax>())
                    if (use.Name.ToString().StartsWith("NfIpsec.", StringComparison.Ordinal) && !MayUse(Path.GetDirectoryName(source.FilePath), FolderOf(use.Name.ToString())))
                        yield return Where(use) + ": " + use;
        }

        /// <summary>NfIpsec.Base.Ports -> firmware/base/ports; a type's name behind it does no harm.</summary>
        private static string FolderOf(string space) => "firmware/" + string.Join("/", space.Split('.').Skip(1)).ToLowerInvariant();

        /// <summary>Rooms a project refers to. A board's project lists all it deploys, so there only the forbidden way is: from firmware to a board.</summary>
        public static IEnumerable<string> ProjectArrows(Tree tree)
        {
            foreach (string path in tree.Under("firmware", ".csproj").Concat(tree.Under("firmware", ".nfproj")))
                foreach (string target in References(tree, path))
                    if (!Arrows.Where(a => Tree.Within(a.Key, Path.GetDirectoryName(path))).SelectMany(a => a.Value).Any(allowed => Tree.Within(allowed, target)))
                        yield return path + " refers to " + target;
        }

        private static IEnumerable<string> References(Tree tree, string path) =>
            XDocument.Parse(tree.Text(path)).Descendants().Where(e => e.Name.LocalName == "ProjectReference")
                .Select(e => Resolve(Path.GetDirectoryName(path), e.Attribute("Include").Value.Replace('\\', '/')))
                .Select(target => target == "tools/host-native" ? "firmware/native" : target);

        private static string Resolve(string folder, string relative) =>
            Path.GetDirectoryName(Path.GetRelativePath("/", Path.GetFullPath(Path.Combine("/", folder, relative))));

        /// <summary>A file's namespace is its room's, or its folder's.</summary>
        public static IEnumerable<string> Namespaces(Tree tree)
        {
            foreach (var source in tree.Compilation.SyntaxTrees.Where(t => Tree.Within(t.FilePath, "firmware")))
                foreach (var space in source.GetRoot().DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>())
                {
                    string folder = Path.GetDirectoryName(source.FilePath), room = string.Join("/", folder.Split('/').Take(2));
                    if (FolderOf(space.Name.ToString()) != folder && FolderOf(space.Name.ToString()) != room)
                        yield return source.FilePath + ": namespace " + space.Name;
                }
        }

        /// <summary>lwIP is known to the shim and to the host's port of it; nobody else sees its headers.</summary>
        public static IEnumerable<string> LwipIncludes(Tree tree) =>
            Includes(tree, "lwip/", "netif/").Where(i => !IsShim(i.Path) && !Tree.Within(i.Path, "crypto-native/host")).Select(i => i.Text);

        private static bool IsShim(string path) =>
            Path.GetDirectoryName(path) == "crypto-native/packet" && Path.GetFileName(path).StartsWith("shim_lwip", StringComparison.Ordinal);

        /// <summary>mbedTLS is known to crypto and to the start-ups, its allocator to the packet room too; the public headers
        /// hold plain C types.</summary>
        public static IEnumerable<string> MbedtlsIncludes(Tree tree) =>
            Includes(tree, "mbedtls/").Where(i => !MayKnowMbedtls(i.Path, i.Text)).Select(i => i.Text);

        private static bool MayKnowMbedtls(string path, string text) =>
            new[] { "crypto", "host", "mcu" }.Any(f => Tree.Within(path, "crypto-native/" + f))
            || (Tree.Within(path, "crypto-native/packet") && text.Contains("mbedtls/platform.h"));

        private static IEnumerable<(string Path, string Text)> Includes(Tree tree, params string[] starts)
        {
            foreach (string path in tree.Under("crypto-native").Where(p => p.EndsWith(".c") || p.EndsWith(".h") || p.EndsWith(".cpp")))
            {
                var lines = tree.Lines(path);
                for (int i = 0; i < lines.Length; i++)
                    if (lines[i].TrimStart().StartsWith("#include") && starts.Any(s => lines[i].Contains("\"" + s) || lines[i].Contains("<" + s)))
                        yield return (path, path + ":" + (i + 1) + ": " + lines[i].Trim());
            }
        }

        public static IEnumerable<string> NativeHoldsExternMethodsOnly(Tree tree) =>
            tree.Compilation.SyntaxTrees.Where(t => Tree.Within(t.FilePath, "firmware/native")).SelectMany(t => NativeOnly.Check(t.GetRoot())).Select(f => f.Text(""));
    }
}
