using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace NfIpsec.Tests.Rules
{
    /// <summary>What the two packet loops must not do once built: allocate, make text, call through an interface or a delegate,
    /// read a property, enter a try or a lock, or hold a struct (a heap allocation at method entry).</summary>
    public static class HotPathRule
    {
        private static readonly string[] Files = { "firmware/ipsec/engine/Outbound.cs", "firmware/ipsec/engine/Inbound.cs", "firmware/ipsec/sa/Scope.cs" };

        public static IEnumerable<string> Check(Tree tree)
        {
            foreach (string path in Files)
            {
                var source = tree.Compilation.SyntaxTrees.FirstOrDefault(t => t.FilePath == path);
                if (source == null)
                {
                    yield return path + " is not there";
                    continue;
                }
                var model = tree.Compilation.GetSemanticModel(source);
                foreach (var method in source.GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>())
                    foreach (string violation in InMethod(model, method))
                        yield return path + ":" + violation;
            }
        }

        private static IEnumerable<string> InMethod(SemanticModel model, MethodDeclarationSyntax method)
        {
            var body = (SyntaxNode)method.Body ?? method.ExpressionBody;
            var operation = body == null ? null : model.GetOperation(body) ?? model.GetOperation(method);
            if (body != null && operation == null)
                yield return method.Identifier + " cannot be understood";
            foreach (var step in operation?.DescendantsAndSelf() ?? Enumerable.Empty<IOperation>())
                if (Fault(step) is string fault)
                    yield return (step.Syntax.GetLocation().GetLineSpan().StartLinePosition.Line + 1) + ": " + fault + ": " + step.Syntax.ToString().Split('\n')[0];
        }

        private static string Fault(IOperation step)
        {
            switch (step)
            {
                case IObjectCreationOperation _: return "new";
                case IArrayCreationOperation _: return "new array";
                case IDelegateCreationOperation _: return "delegate";
                case IAnonymousFunctionOperation _: return "lambda";
                case ITryOperation _: return "try";
                case ILockOperation _: return "lock";
                case IThrowOperation _: return "throw";
                case IInterpolatedStringOperation _: return "text";
                case ILiteralOperation literal when literal.Type?.SpecialType == SpecialType.System_String: return "text";
                case IBinaryOperation sum when sum.Type?.SpecialType == SpecialType.System_String: return "text";
                case IConversionOperation box when Boxes(box): return "boxing";
                case IInvocationOperation call when call.TargetMethod.ContainingType.TypeKind == TypeKind.Interface: return "interface call";
                case IInvocationOperation call when call.TargetMethod.ContainingType.TypeKind == TypeKind.Delegate: return "delegate call";
                case IPropertyReferenceOperation property when property.Property.ContainingType.SpecialType != SpecialType.System_Array: return "property";
                case IVariableDeclaratorOperation local when IsStruct(local.Symbol.Type): return "struct local";
                default: return null;
            }
        }

        private static bool Boxes(IConversionOperation conversion) =>
            conversion.Operand.Type != null && conversion.Operand.Type.IsValueType && conversion.Type != null && conversion.Type.IsReferenceType;

        private static bool IsStruct(ITypeSymbol type) => type.TypeKind == TypeKind.Struct && type.SpecialType == SpecialType.None;
    }
}
