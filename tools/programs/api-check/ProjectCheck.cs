using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace NfIpsec.Tools.ApiCheck
{
    /// <summary>The whole check of a checkout: every device project, the native faces, the constants.</summary>
    public sealed class ProjectCheck
    {
        private static readonly string[] Rooms = { "firmware", "boards", "tests/unit", "tests/device" };
        private static readonly string[] Headers = { "nfi_status.h", "nfi_crypto.h", "nfi_packet.h" };

        /// <summary>Choices of build-time options: none, each alone, all, and between them every two together in one build and apart in
        /// another. IPSEC is the product itself.</summary>
        private static readonly string[] Choices =
        {
            "IPSEC",
            "IPSEC;INCLUDE_CLI",
            "IPSEC;IKE_V2",
            "IPSEC;IKEv2_MENUS",
            "IPSEC;IKE_DEBUG",
            "IPSEC;IKE_ADD_TEST_BYPASS_POLICIES",
            "IPSEC;LEGACY_ALGORITHMS",
            "IPSEC;INCLUDE_CLI;IKE_DEBUG;LEGACY_ALGORITHMS",
            "IPSEC;INCLUDE_CLI;IKE_V2;LEGACY_ALGORITHMS;IKE_ADD_TEST_BYPASS_POLICIES",
            "IPSEC;INCLUDE_CLI;IKEv2_MENUS;IKE_ADD_TEST_BYPASS_POLICIES",
            "IPSEC;IKE_V2;IKE_DEBUG",
            "IPSEC;INCLUDE_CLI;IKE_V2;IKEv2_MENUS;IKE_DEBUG",
            "IPSEC;INCLUDE_CLI;IKE_V2;IKEv2_MENUS;IKE_DEBUG;LEGACY_ALGORITHMS;IKE_ADD_TEST_BYPASS_POLICIES",
        };

        private readonly string root;
        private readonly ReferenceSet api;
        private readonly DeviceCompiler compiler;
        private readonly List<Finding> findings = new List<Finding>();
        private readonly Dictionary<string, MetadataReference> images = new Dictionary<string, MetadataReference>();
        private readonly Dictionary<string, string> conditions = new Dictionary<string, string>();

        public ProjectCheck(string root, ReferenceSet api)
        {
            this.root = Path.GetFullPath(root);
            this.api = api;
            compiler = new DeviceCompiler(api);
        }

        public IReadOnlyList<Finding> Findings => findings;
        public int Sources => compiler.Sources;
        public int Projects { get; private set; }
        public int Methods { get; private set; }

        /// <summary>How many choices of options were built beside the default.</summary>
        public int Builds { get; private set; }

        public void Run()
        {
            var projects = Rooms.SelectMany(r => FilesUnder(r, "*.nfproj")).Select(p => DeviceProject.Read(p)).ToList();
            Projects = projects.Count;
            foreach (var project in InOrder(projects))
                findings.AddRange(compiler.Compile(project));
            CheckStrays(projects);
            CheckFaces();
            foreach (string options in Choices)
                Build(options);
        }

        /// <summary>What the boards deploy under a choice of options: each board's project and all that it refers to.</summary>
        private void Build(string options)
        {
            var all = new[] { "firmware", "boards" }.SelectMany(r => FilesUnder(r, "*.nfproj")).Select(p => DeviceProject.Read(p, options)).ToDictionary(p => p.Path);
            var wanted = new HashSet<string>();
            var open = new Queue<string>(all.Keys.Where(p => all[p].IsProgram));
            while (open.TryDequeue(out string path))
                if (wanted.Add(path))
                    all[path].ProjectReferences.Where(all.ContainsKey).ToList().ForEach(open.Enqueue);
            var build = new DeviceCompiler(api);
            var keys = new Dictionary<string, string>();
            foreach (var project in InOrder(wanted.Select(p => all[p]).OrderBy(p => p.Path, StringComparer.Ordinal).ToList()))
            {
                string key = keys[project.Path] = KeyOf(project, options, keys);
                if (images.TryGetValue(key, out var image))
                {
                    build[project.Path] = image;
                    continue;
                }
                findings.AddRange(build.Compile(project).Select(f => f.Under(options)));
                images[key] = build[project.Path];
            }
            Builds++;
        }

        /// <summary>The same for builds of a project that cannot differ: its sources ask for no option that is on in one of them alone.</summary>
        private string KeyOf(DeviceProject project, string options, Dictionary<string, string> keys) =>
            project.Path + ":" + string.Join(",", options.Split(';').Where(o => project.Sources.Any(f => Conditions(f).Contains(o)))) + "("
            + string.Join(" ", project.ProjectReferences.Select(r => keys.GetValueOrDefault(r))) + ")";

        private string Conditions(string file)
        {
            if (!conditions.TryGetValue(file, out string found))
                conditions[file] = found = string.Join("\n", File.ReadLines(file).Where(l => l.TrimStart().StartsWith("#", StringComparison.Ordinal)));
            return found;
        }

        private string At(string path) => Path.Combine(root, path);

        private IEnumerable<string> FilesUnder(string folder, string pattern) =>
            DeviceProject.SourcesUnder(At(folder), pattern).OrderBy(f => f, StringComparer.Ordinal);

        /// <summary>Each project after those it refers to.</summary>
        private static IEnumerable<DeviceProject> InOrder(IReadOnlyList<DeviceProject> projects)
        {
            var done = new HashSet<string>();
            var waiting = projects.ToList();
            while (waiting.Count > 0)
            {
                var ready = waiting.FirstOrDefault(p => p.ProjectReferences.All(r => done.Contains(r) || waiting.All(w => w.Path != r))) ?? waiting[0];
                waiting.Remove(ready);
                done.Add(ready.Path);
                yield return ready;
            }
        }

        private void CheckStrays(IReadOnlyList<DeviceProject> projects)
        {
            var known = projects.SelectMany(p => p.Sources).ToHashSet();
            foreach (string file in Rooms.SelectMany(r => FilesUnder(r, "*.cs")).Where(f => !known.Contains(f)))
                findings.Add(new Finding(file, 1, "STRAY", Path.GetFileName(file), "belongs to no .nfproj, so no board would compile it"));
        }

        private void CheckFaces()
        {
            string native = At("firmware/native");
            foreach (string file in FilesUnder("firmware/native", "*Native.cs"))
                findings.AddRange(NativeOnly.Check(CSharpSyntaxTree.ParseText(File.ReadAllText(file), path: file).GetRoot()));
            var methods = NativeFace.Read(native);
            Methods = methods.Count;
            var headers = new HeaderFace();
            foreach (string name in Headers)
                headers.Add(File.ReadAllText(At("crypto-native/include/" + name)), At("crypto-native/include/" + name));
            findings.AddRange(FaceCheck.Headers(methods, headers));
            findings.AddRange(ConstantCheck.Check(headers.Constants, ClassOf));
            CheckTwin(methods);
            CheckTable(methods);
        }

        private void CheckTwin(IReadOnlyList<NativeMethod> methods)
        {
            foreach (string file in TwinWriter.Stale(At("tools/host-native"), TwinWriter.Files(methods)))
                findings.Add(new Finding(At("tools/host-native/" + file), 1, "FACE", file, "is not firmware/native's twin; run tools/api-check --write"));
        }

        private void CheckTable(IReadOnlyList<NativeMethod> methods)
        {
            string table = At("crypto-native/clr/native_table.cpp");
            if (File.Exists(table))
                findings.AddRange(FaceCheck.Table(methods, File.ReadAllText(table), table));
            else
                findings.Add(new Finding(table, 1, "FACE", "native_table.cpp", "the interpreter's method table is missing"));
        }

        private INamedTypeSymbol ClassOf(string fullName) =>
            compiler.Compilations.TryGetValue("NfIpsec.Base", out var compilation) ? compilation.GetTypeByMetadataName(fullName) : null;
    }
}
