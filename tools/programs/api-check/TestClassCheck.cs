using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NfIpsec.Tools.ApiCheck
{
    /// <summary>What a board's test launcher and the metadata processor make of a [TestClass]: the launcher calls every method with a
    /// null "this", and the processor fails on a null in the arguments of an attribute.</summary>
    public static class TestClassCheck
    {
        public static IEnumerable<Finding> Check(SyntaxNode root) =>
            root.DescendantNodes().OfType<ClassDeclarationSyntax>().Where(c => Has(c, "TestClass")).SelectMany(Check);

        private static IEnumerable<Finding> Check(ClassDeclarationSyntax test)
        {
            foreach (var member in test.Members.Where(NeedsAnInstance))
                yield return Finding.At(member, "TESTSTATE", "the launcher calls tests without an instance; make it static");
            foreach (var argument in Rows(test).Where(IsNull))
                yield return Finding.At(argument, "TESTNULL", "no .pe can be made of a null here; give it a test of its own");
        }

        private static bool NeedsAnInstance(MemberDeclarationSyntax member) =>
            member is BaseFieldDeclarationSyntax or PropertyDeclarationSyntax or ConstructorDeclarationSyntax
            && !member.Modifiers.Any(SyntaxKind.StaticKeyword) && !member.Modifiers.Any(SyntaxKind.ConstKeyword);

        private static IEnumerable<ExpressionSyntax> Rows(ClassDeclarationSyntax test) =>
            test.Members.SelectMany(m => Attributes(m)).Where(a => Is(a, "DataRow") && a.ArgumentList != null)
                .SelectMany(a => a.ArgumentList.Arguments).Select(a => a.Expression);

        private static bool IsNull(ExpressionSyntax expression) =>
            expression.DescendantNodesAndSelf().Any(n => n.IsKind(SyntaxKind.NullLiteralExpression) || n.IsKind(SyntaxKind.DefaultLiteralExpression)
                || n.IsKind(SyntaxKind.DefaultExpression));

        private static IEnumerable<AttributeSyntax> Attributes(MemberDeclarationSyntax member) => member.AttributeLists.SelectMany(l => l.Attributes);

        private static bool Has(MemberDeclarationSyntax member, string name) => Attributes(member).Any(a => Is(a, name));

        private static bool Is(AttributeSyntax attribute, string name)
        {
            string last = attribute.Name.ToString().Split('.').Last();
            return last == name || last == name + "Attribute";
        }
    }
}
