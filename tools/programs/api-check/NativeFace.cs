using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NfIpsec.Tools.ApiCheck
{
    /// <summary>One parameter of a native method: its C# type and name.</summary>
    public sealed record NativeParameter(string Type, string Name)
    {
        public bool IsArray => Type.EndsWith("[]", StringComparison.Ordinal);
        public string Element => IsArray ? Type.Substring(0, Type.Length - 2) : Type;
    }

    /// <summary>One native method as C# declares it, and the C name it must have.</summary>
    public sealed record NativeMethod(string Class, string Name, string Result, IReadOnlyList<NativeParameter> Parameters, string File, int Line)
    {
        public string Entry => NativeFace.Prefix(Class) + NativeFace.Snake(Name);

        public override string ToString() =>
            Class + "." + Name + "(" + string.Join(", ", Parameters.Select(p => p.Type + " " + p.Name)) + ")";
    }

    /// <summary>Reads the native classes (firmware/native) from their source, in table order.</summary>
    public static class NativeFace
    {
        /// <summary>CryptoNative -> nfi_crypto_</summary>
        public static string Prefix(string className) =>
            "nfi_" + Snake(className.EndsWith("Native", StringComparison.Ordinal) ? className.Substring(0, className.Length - 6) : className) + "_";

        /// <summary>BufferFreeCount -> buffer_free_count</summary>
        public static string Snake(string name)
        {
            var text = new System.Text.StringBuilder();
            foreach (char c in name)
            {
                if (char.IsUpper(c) && text.Length > 0)
                    text.Append('_');
                text.Append(char.ToLowerInvariant(c));
            }
            return text.ToString();
        }

        /// <summary>The classes of a folder of sources; only public methods, in the order they are written.</summary>
        public static IReadOnlyList<NativeMethod> Read(string folder)
        {
            var methods = new List<NativeMethod>();
            foreach (string file in Directory.GetFiles(folder, "*Native.cs").OrderBy(f => f, StringComparer.Ordinal))
                methods.AddRange(Parse(File.ReadAllText(file), file));
            return methods;
        }

        public static IEnumerable<NativeMethod> Parse(string source, string file)
        {
            var root = CSharpSyntaxTree.ParseText(source, path: file).GetCompilationUnitRoot();
            foreach (var method in root.DescendantNodes().OfType<MethodDeclarationSyntax>())
            {
                if (!method.Modifiers.Any(SyntaxKind.PublicKeyword) || method.Parent is not ClassDeclarationSyntax owner)
                    continue;
                var parameters = method.ParameterList.Parameters
                    .Select(p => new NativeParameter(p.Type.ToString(), p.Identifier.Text)).ToList();
                int line = method.Identifier.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
                yield return new NativeMethod(owner.Identifier.Text, method.Identifier.Text, method.ReturnType.ToString(), parameters, file, line);
            }
        }
    }
}
