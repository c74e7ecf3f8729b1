using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NfIpsec.Tools.ApiCheck
{
    /// <summary>A string of a .pe is a 16-bit offset into one table that holds names, literals and the rows of [DataRow]. The metadata
    /// processor refuses an assembly with more; here it is told before anybody deploys.</summary>
    public static class StringTableCheck
    {
        /// <summary>Room of the table, bytes, the zero behind each string included.</summary>
        private const int Limit = ushort.MaxValue;

        public static IEnumerable<Finding> Check(CSharpCompilation compilation, byte[] image, string key)
        {
            var strings = new HashSet<string>(InAttributes(compilation).Concat(Asserted(compilation)), StringComparer.Ordinal) { "" };
            using var file = new PEReader(new MemoryStream(image));
            AddNames(file.GetMetadataReader(), strings);
            AddLiterals(file.GetMetadataReader(), strings);
            // A few too many: the processor leaves out the names that every board knows.
            int size = strings.Sum(s => Encoding.UTF8.GetByteCount(s) + 1);
            if (size > Limit)
                yield return new Finding(key, 1, "STRINGS", size + " bytes of strings", "a .pe holds " + Limit + ": part the project in two");
        }

        private static IEnumerable<string> InAttributes(CSharpCompilation compilation) =>
            from tree in compilation.SyntaxTrees
            let model = compilation.GetSemanticModel(tree)
            from argument in tree.GetRoot().DescendantNodes().OfType<AttributeArgumentSyntax>()
            let text = model.GetConstantValue(argument.Expression).Value as string
            where text != null
            select text;

        // An assertion without a message gets the text of what it judges, put in by the compiler on the user's machine
        // (CallerArgumentExpression): half of the strings of a test.
        private static IEnumerable<string> Asserted(CSharpCompilation compilation) =>
            from tree in compilation.SyntaxTrees
            let model = compilation.GetSemanticModel(tree)
            from call in tree.GetRoot().DescendantNodes().OfType<InvocationExpressionSyntax>()
            let arguments = call.ArgumentList.Arguments
            where model.GetSymbolInfo(call).Symbol is IMethodSymbol { ContainingType.Name: "Assert" } method && arguments.Count < method.Parameters.Length && arguments.Count > 0
            select arguments.Last().ToString();

        private static void AddNames(MetadataReader metadata, HashSet<string> strings)
        {
            var names = metadata.TypeReferences.Select(metadata.GetTypeReference).SelectMany(t => new[] { t.Namespace, t.Name })
                .Concat(metadata.TypeDefinitions.Select(metadata.GetTypeDefinition).SelectMany(t => new[] { t.Namespace, t.Name }))
                .Concat(metadata.MethodDefinitions.Select(m => metadata.GetMethodDefinition(m).Name))
                .Concat(metadata.FieldDefinitions.Select(f => metadata.GetFieldDefinition(f).Name))
                .Concat(metadata.MemberReferences.Select(m => metadata.GetMemberReference(m).Name));
            strings.UnionWith(names.Select(metadata.GetString));
        }

        private static void AddLiterals(MetadataReader metadata, HashSet<string> strings)
        {
            for (var text = metadata.GetNextHandle(default(UserStringHandle)); !text.IsNil; text = metadata.GetNextHandle(text))
                strings.Add(metadata.GetUserString(text));
        }
    }
}
