using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace NfIpsec.Tools.ApiCheck
{
    /// <summary>The reference assemblies made from the listings, by assembly name.</summary>
    public sealed class ReferenceSet
    {
        private readonly Dictionary<string, MetadataReference> references = new Dictionary<string, MetadataReference>();
        private readonly List<string> problems = new List<string>();

        /// <summary>Listing lines that were not understood and declarations that did not compile: the set is then not the API.</summary>
        public IReadOnlyList<string> Problems => problems;

        public int Lines { get; private set; }

        public MetadataReference this[string assembly] => references[assembly];

        public bool Contains(string assembly) => references.ContainsKey(assembly);

        public IEnumerable<string> Names => references.Keys;

        public static ReferenceSet Build(string folder)
        {
            var set = new ReferenceSet();
            var listed = Directory.GetFiles(folder, "*.txt").OrderBy(f => f, StringComparer.Ordinal).Select(ListingReader.Read).ToList();
            var known = new Dictionary<string, ListedType>();
            foreach (var type in listed.SelectMany(a => a.Types).SelectMany(WithNested))
                known[type.FullName] = type;
            foreach (var assembly in listed)
                set.problems.AddRange(assembly.Unread.Select(l => assembly.Name + ": not understood: " + l));
            var waiting = new List<ListedAssembly>(listed);
            while (waiting.Count > 0)
                set.CompileReady(waiting, known);
            return set;
        }

        private static IEnumerable<ListedType> WithNested(ListedType type) =>
            new[] { type }.Concat(type.Nested.SelectMany(WithNested));

        private void CompileReady(List<ListedAssembly> waiting, Dictionary<string, ListedType> known)
        {
            var ready = waiting.FirstOrDefault(a => a.References.All(references.ContainsKey));
            if (ready == null)
                throw new InvalidDataException("the listings refer to one another, or to one that is missing: "
                    + string.Join(", ", waiting.Select(a => a.Name)));
            waiting.Remove(ready);
            Compile(ready, new ListingWriter(known).Write(ready));
        }

        private void Compile(ListedAssembly assembly, string source)
        {
            var tree = CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.CSharp10), assembly.Name + ".cs");
            var options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release);
            var compilation = CSharpCompilation.Create(assembly.Name, new[] { tree }, Closure(assembly.References).Select(n => references[n]), options);
            using var image = new MemoryStream();
            var result = compilation.Emit(image, options: new EmitOptions(runtimeMetadataVersion: "v4.0.30319"));
            foreach (var d in result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error))
                problems.Add(assembly.Name + ": " + d.GetMessage() + ": " + LineText(d));
            references[assembly.Name] = MetadataReference.CreateFromImage(image.ToArray());
            closures[assembly.Name] = assembly.References;
        }

        private readonly Dictionary<string, IReadOnlyList<string>> closures = new Dictionary<string, IReadOnlyList<string>>();

        private IEnumerable<string> Closure(IEnumerable<string> names) =>
            names.SelectMany(n => new[] { n }.Concat(Closure(closures[n]))).Distinct();

        private static string LineText(Diagnostic d) =>
            d.Location.SourceTree == null ? "" : d.Location.SourceTree.GetText().Lines[d.Location.GetLineSpan().StartLinePosition.Line].ToString();
    }
}
