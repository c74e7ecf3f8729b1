using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace NfIpsec.Tools.ApiCheck
{
    /// <summary>Compiles device sources against the nanoFramework API alone, C# 10, and applies the rules.</summary>
    public sealed class DeviceCompiler
    {
        private readonly ReferenceSet api;
        private readonly Dictionary<string, MetadataReference> built = new Dictionary<string, MetadataReference>();

        public DeviceCompiler(ReferenceSet api)
        {
            this.api = api;
        }

        /// <summary>The compilations so far, by assembly name.</summary>
        public Dictionary<string, CSharpCompilation> Compilations { get; } = new Dictionary<string, CSharpCompilation>();

        public int Sources { get; private set; }

        /// <summary>What other projects refer to; null when it has not been compiled.</summary>
        public MetadataReference this[string path]
        {
            get => built.GetValueOrDefault(path);
            set => built[path] = value;
        }

        /// <summary>Compiles one project; those it refers to must have been compiled before.</summary>
        public IReadOnlyList<Finding> Compile(DeviceProject project)
        {
            var missing = new List<Finding>();
            var references = new List<MetadataReference>();
            foreach (string name in project.References)
                if (api.Contains(name)) references.Add(api[name]);
                else missing.Add(new Finding(project.Path, 1, "API", name, "is not in tools/nano-api"));
            foreach (string path in project.ProjectReferences)
                if (built.TryGetValue(path, out var reference)) references.Add(reference);
                else missing.Add(new Finding(project.Path, 1, "API", Path.GetFileName(path), "is no project"));
            if (project.LanguageVersion != "10.0")
                missing.Add(new Finding(project.Path, 1, "LANGUAGE", "LangVersion " + project.LanguageVersion,
                    "must be 10.0: from 11 the compiler embeds an attribute that shifts the native method table"));
            var parse = new CSharpParseOptions(LanguageVersion.CSharp10, DocumentationMode.None, preprocessorSymbols: project.Symbols);
            var trees = project.Sources.Select(f => CSharpSyntaxTree.ParseText(File.ReadAllText(f), parse, f)).ToList();
            Sources += trees.Count;
            var kind = project.IsProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary;
            return missing.Concat(Compile(project.AssemblyName, project.Path, trees, references, kind)).ToList();
        }

        /// <summary>Checks one text on its own against every listed assembly: for the tests of the rules.</summary>
        public IReadOnlyList<Finding> CompileText(string source)
        {
            var tree = CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.CSharp10, DocumentationMode.None), "text.cs");
            return Compile("Text", "text", new[] { tree }, api.Names.Select(n => api[n]).ToList(), OutputKind.DynamicallyLinkedLibrary);
        }

        private IReadOnlyList<Finding> Compile(string name, string key, IReadOnlyList<SyntaxTree> trees, IReadOnlyList<MetadataReference> references, OutputKind kind)
        {
            var options = new CSharpCompilationOptions(kind, allowUnsafe: false, checkOverflow: false, optimizationLevel: OptimizationLevel.Release);
            var compilation = CSharpCompilation.Create(name, trees, references, options);
            Compilations[name] = compilation;
            using var image = new MemoryStream();
            var result = compilation.Emit(image, options: new EmitOptions(runtimeMetadataVersion: "v4.0.30319"));
            var findings = result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Select(Finding.Of).ToList();
            foreach (var tree in trees)
            {
                findings.AddRange(ForbiddenConstructs.Check(compilation.GetSemanticModel(tree)));
                findings.AddRange(TestClassCheck.Check(tree.GetRoot()));
            }
            if (result.Success)
            {
                findings.AddRange(Embedded(image.ToArray(), key));
                findings.AddRange(StringTableCheck.Check(compilation, image.ToArray(), key));
            }
            // What did not compile is still referred to, so that its errors are told once and not again by all who use it.
            built[key] = result.Success ? MetadataReference.CreateFromImage(image.ToArray(), filePath: name) : compilation.ToMetadataReference();
            return findings;
        }

        /// <summary>Types the compiler put in unasked (attributes it found missing): they shift the tables.</summary>
        private static IEnumerable<Finding> Embedded(byte[] image, string key)
        {
            using var reader = new PEReader(new MemoryStream(image));
            var metadata = reader.GetMetadataReader();
            foreach (var handle in metadata.TypeDefinitions)
            {
                var type = metadata.GetTypeDefinition(handle);
                string space = metadata.GetString(type.Namespace);
                if (space == "Microsoft.CodeAnalysis" || space == "System.Runtime.CompilerServices")
                    yield return new Finding(key, 1, "EMBEDDED", space + "." + metadata.GetString(type.Name),
                        "the compiler embedded this attribute: a readonly struct, ref struct, in parameter or nullable annotation asks for it");
            }
        }
    }
}
