using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NfIpsec.Tools.ApiCheck
{
    /// <summary>firmware/native holds extern methods and nothing else: the native method table is positional, and the
    /// interpreter's checksum does not see managed methods ahead of the first native one.</summary>
    public static class NativeOnly
    {
        private const string Reason = "the native method table is positional: this assembly holds extern methods and nothing else";

        public static IEnumerable<Finding> Check(SyntaxNode root)
        {
            foreach (var member in root.DescendantNodes().OfType<MemberDeclarationSyntax>())
                if (!Allowed(member))
                    yield return Finding.At(member, "NATIVEBODY", Reason);
        }

        private static bool Allowed(MemberDeclarationSyntax member)
        {
            if (member is BaseNamespaceDeclarationSyntax)
                return true;
            if (member is ClassDeclarationSyntax owner)
                return owner.Modifiers.Any(SyntaxKind.StaticKeyword) && owner.Parent is BaseNamespaceDeclarationSyntax;
            return member is MethodDeclarationSyntax method && method.Modifiers.Any(SyntaxKind.ExternKeyword)
                && method.Modifiers.Any(SyntaxKind.StaticKeyword) && method.Modifiers.Any(SyntaxKind.PublicKeyword)
                && method.AttributeLists.ToString().Contains("InternalCall");
        }
    }
}
