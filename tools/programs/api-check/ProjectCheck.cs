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

        private readonly string root;
        private readonly DeviceCompiler compiler;
        private readonly List<Finding> findings = new List<Finding>();

        public ProjectCheck(string root, ReferenceSet api)
        {
            this.root = Path.GetFullPath(root);
            compiler = new DeviceCompiler(api);
        }

        public IReadOnlyList<Finding> Findings => findings;
        public int Sources => compiler.Sources;
        public int Projects { get; private set; }
        public int Methods { get; private set; }

        public void Run()
        {
            var projects = Rooms.SelectMany(r => FilesUnder(r, "*.nfproj")).Select(DeviceProject.Read).ToList();
            Projects = projects.Count;
            foreach (var project in InOrder(projects))
                findings.AddRange(compiler.Compile(project));
            CheckStrays(projects);
            CheckFaces();
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
