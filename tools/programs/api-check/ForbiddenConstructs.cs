using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NfIpsec.Tools.ApiCheck
{
    /// <summary>What compiles against the API and yet crashes the interpreter, or runs silently wrong on it.</summary>
    public sealed class ForbiddenConstructs : CSharpSyntaxWalker
    {
        private readonly SemanticModel model;
        private readonly List<Finding> findings = new List<Finding>();

        private ForbiddenConstructs(SemanticModel model)
        {
            this.model = model;
        }

        public static IReadOnlyList<Finding> Check(SemanticModel model)
        {
            var walker = new ForbiddenConstructs(model);
            walker.Visit(model.SyntaxTree.GetRoot());
            return walker.findings;
        }

        private void Report(SyntaxNodeOrToken node, string rule, string reason) => findings.Add(Finding.At(node, rule, reason));

        // Generics: classes and delegates crash, methods are silently wrong.

        public override void VisitTypeParameterList(TypeParameterListSyntax node)
        {
            Report(node.Parent, "GENERIC", "generic types crash the interpreter, generic methods are silently wrong");
            base.VisitTypeParameterList(node);
        }

        public override void VisitGenericName(GenericNameSyntax node)
        {
            Report(node, "GENERIC", "generic types, delegates and methods do not run on the interpreter");
            base.VisitGenericName(node);
        }

        private void CheckInferredGeneric(InvocationExpressionSyntax node, IMethodSymbol method)
        {
            bool written = node.Expression.DescendantNodesAndSelf().OfType<GenericNameSyntax>().Any();
            if (!written && method != null && method.IsGenericMethod)
                Report(node, "GENERIC", "a call of a generic method is silently wrong");
        }

        // Arrays, arithmetic, memory

        public override void VisitArrayRankSpecifier(ArrayRankSpecifierSyntax node)
        {
            if (node.Rank > 1)
                Report(node.Parent, "MDARRAY", "multi-dimensional arrays crash the interpreter; use jagged ones");
            base.VisitArrayRankSpecifier(node);
        }

        public override void VisitCheckedExpression(CheckedExpressionSyntax node)
        {
            if (node.IsKind(SyntaxKind.CheckedExpression))
                Report(node, "CHECKED", "checked arithmetic wraps silently; test the bounds");
            base.VisitCheckedExpression(node);
        }

        public override void VisitCheckedStatement(CheckedStatementSyntax node)
        {
            if (node.IsKind(SyntaxKind.CheckedStatement))
                Report(node.Keyword, "CHECKED", "checked arithmetic wraps silently; test the bounds");
            base.VisitCheckedStatement(node);
        }

        public override void VisitStackAllocArrayCreationExpression(StackAllocArrayCreationExpressionSyntax node) => ReportStackalloc(node);

        public override void VisitImplicitStackAllocArrayCreationExpression(ImplicitStackAllocArrayCreationExpressionSyntax node) => ReportStackalloc(node);

        private void ReportStackalloc(SyntaxNode node) => Report(node, "STACKALLOC", "throws at run time");

        public override void VisitPointerType(PointerTypeSyntax node) => Report(node, "UNSAFE", "pointers are rejected");

        public override void VisitFixedStatement(FixedStatementSyntax node) => Report(node.FixedKeyword, "UNSAFE", "pointers are rejected");

        public override void VisitUnsafeStatement(UnsafeStatementSyntax node) => Report(node.UnsafeKeyword, "UNSAFE", "pointers are rejected");

        // Strings

        public override void VisitLiteralExpression(LiteralExpressionSyntax node)
        {
            if (node.IsKind(SyntaxKind.StringLiteralExpression) && node.Token.ValueText.Contains('\0'))
                Report(node, "NUL", "a string ends at its first NUL");
            if (node.IsKind(SyntaxKind.CharacterLiteralExpression) && node.Token.ValueText == "\0" && GoesIntoText(node))
                Report(node.Parent, "NUL", "a string ends at its first NUL");
        }

        public override void VisitInterpolatedStringText(InterpolatedStringTextSyntax node)
        {
            if (node.TextToken.ValueText.Contains('\0'))
                Report(node, "NUL", "a string ends at its first NUL");
        }

        public override void VisitInterpolation(InterpolationSyntax node)
        {
            CheckEnumText(node.Expression);
            base.VisitInterpolation(node);
        }

        public override void VisitBinaryExpression(BinaryExpressionSyntax node)
        {
            if (node.IsKind(SyntaxKind.AddExpression) && IsString(node))
            {
                CheckEnumText(node.Left);
                CheckEnumText(node.Right);
            }
            base.VisitBinaryExpression(node);
        }

        public override void VisitAssignmentExpression(AssignmentExpressionSyntax node)
        {
            if (node.IsKind(SyntaxKind.AddAssignmentExpression) && IsString(node.Left))
                CheckEnumText(node.Right);
            base.VisitAssignmentExpression(node);
        }

        public override void VisitInvocationExpression(InvocationExpressionSyntax node)
        {
            var method = model.GetSymbolInfo(node).Symbol as IMethodSymbol;
            CheckInferredGeneric(node, method);
            if (method != null && method.Name == "ToString" && node.Expression is MemberAccessExpressionSyntax member && IsEnum(member.Expression))
                Report(node, "ENUMTEXT", "gives the number, not the name");
            if (IsTextMember(method))
                foreach (var argument in node.ArgumentList.Arguments)
                    CheckEnumText(argument.Expression);
            base.VisitInvocationExpression(node);
        }

        private void CheckEnumText(ExpressionSyntax expression)
        {
            if (IsEnum(expression))
                Report(expression, "ENUMTEXT", "becomes the number in text, not the name");
        }

        private bool IsEnum(ExpressionSyntax expression)
        {
            var type = model.GetTypeInfo(expression).Type;
            return type != null && (type.TypeKind == TypeKind.Enum || type.SpecialType == SpecialType.System_Enum);
        }

        private bool IsString(ExpressionSyntax expression) =>
            model.GetTypeInfo(expression).Type?.SpecialType == SpecialType.System_String;

        private bool GoesIntoText(SyntaxNode literal)
        {
            SyntaxNode parent = literal.Parent;
            if (parent is BinaryExpressionSyntax binary)
                return binary.IsKind(SyntaxKind.AddExpression) && IsString(binary);
            if (parent is AssignmentExpressionSyntax assignment)
                return assignment.IsKind(SyntaxKind.AddAssignmentExpression) && IsString(assignment.Left);
            if (parent is InterpolationSyntax)
                return true;
            return parent is ArgumentSyntax && IsTextMember(model.GetSymbolInfo(parent.Parent.Parent).Symbol as IMethodSymbol, appends: true);
        }

        /// <summary>A method that makes text of its arguments; with <paramref name="appends"/> only one that keeps their characters.</summary>
        private static bool IsTextMember(IMethodSymbol method, bool appends = false)
        {
            string owner = method?.ContainingType?.ToDisplayString();
            if (owner == "string")
                return appends ? method.MethodKind == MethodKind.Constructor || method.Name.StartsWith("Pad") : method.Name is "Concat" or "Format";
            if (owner == "System.Text.StringBuilder")
                return method.Name is "Append" or "Insert" or "AppendLine";
            return !appends && owner is "System.Console" or "System.Diagnostics.Debug";
        }

        // Types

        public override void VisitInterfaceDeclaration(InterfaceDeclarationSyntax node)
        {
            foreach (var member in node.Members.Where(HasBody))
                Report(member, "INTERFACEBODY", "default interface methods throw at run time");
            base.VisitInterfaceDeclaration(node);
        }

        private static bool HasBody(MemberDeclarationSyntax member) =>
            member.DescendantNodes().Any(n => n is BlockSyntax || n is ArrowExpressionClauseSyntax);

        public override void VisitConstructorDeclaration(ConstructorDeclarationSyntax node)
        {
            if (node.Modifiers.Any(SyntaxKind.StaticKeyword))
                Report(node.Identifier, "STATICCTOR", "static constructors of every type run before Main, in type order, used or not");
            base.VisitConstructorDeclaration(node);
        }

        public override void VisitFieldDeclaration(FieldDeclarationSyntax node)
        {
            if (node.Modifiers.Any(SyntaxKind.StaticKeyword))
                foreach (var value in node.Declaration.Variables.Where(v => v.Initializer != null))
                    CheckStaticInitializer(value.Initializer.Value);
            base.VisitFieldDeclaration(node);
        }

        public override void VisitPropertyDeclaration(PropertyDeclarationSyntax node)
        {
            if (node.Modifiers.Any(SyntaxKind.StaticKeyword) && node.Initializer != null)
                CheckStaticInitializer(node.Initializer.Value);
            base.VisitPropertyDeclaration(node);
        }

        /// <summary>An initialiser runs before Main, in type order: another type's static field may still be null there.</summary>
        private void CheckStaticInitializer(ExpressionSyntax value)
        {
            var owner = model.GetEnclosingSymbol(value.SpanStart)?.ContainingType;
            foreach (var name in value.DescendantNodesAndSelf(n => !(n is AnonymousFunctionExpressionSyntax)).OfType<SimpleNameSyntax>())
            {
                var symbol = model.GetSymbolInfo(name).Symbol;
                if (symbol is IFieldSymbol field && field.IsStatic && !field.IsConst && Foreign(field, owner))
                    Report(name, "STATICINIT", "may still be null: static initialisers run before Main, in type order");
                if (symbol is IMethodSymbol method && (method.IsExtern || Starts(method.ContainingType)) || symbol is INamedTypeSymbol type && Starts(type))
                    Report(name, "STATICINIT", "a side effect before Main: static initialisers of every type run first");
            }
        }

        private static bool Foreign(IFieldSymbol field, INamedTypeSymbol owner) =>
            field.DeclaringSyntaxReferences.Length > 0 && !SymbolEqualityComparer.Default.Equals(field.ContainingType, owner);

        private static bool Starts(INamedTypeSymbol type) =>
            type?.ToDisplayString() is "System.Threading.Thread" or "System.Threading.Timer";
    }
}
