using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace NfIpsec.Tools.ApiCheck
{
    /// <summary>Writes a listed assembly as C# declarations whose bodies only throw, for the compiler to make a reference
    /// assembly of. What the listing leaves out but a declaration needs (private constructors, explicit interface members)
    /// is added here; what the compiler needs of the base library stands in <see cref="Supplement"/>.</summary>
    public sealed class ListingWriter
    {
        /// <summary>Members the listing cannot show and the real assembly surely has.</summary>
        private static readonly Dictionary<string, string> Supplement = new Dictionary<string, string>
        {
            // finalizers run on the interpreter, but Object.Finalize is protected and hidden by C#
            { "System.Object", "~Object() { }" },
        };

        /// <summary>Attribute uses the metadata listing does not carry.</summary>
        private static readonly Dictionary<string, string> Usage = new Dictionary<string, string>
        {
            { "nanoFramework.TestFramework.DataRowAttribute", "[global::System.AttributeUsage(global::System.AttributeTargets.Method, AllowMultiple = true)]" },
            { "System.Runtime.CompilerServices.InternalsVisibleToAttribute", "[global::System.AttributeUsage(global::System.AttributeTargets.Assembly, AllowMultiple = true)]" },
            { "System.Diagnostics.ConditionalAttribute", "[global::System.AttributeUsage(global::System.AttributeTargets.All, AllowMultiple = true)]" },
        };

        private static readonly Dictionary<string, string> Operators = new Dictionary<string, string>
        {
            { "op_Addition", "+" }, { "op_Subtraction", "-" }, { "op_UnaryNegation", "-" }, { "op_UnaryPlus", "+" }, { "op_Equality", "==" },
            { "op_Inequality", "!=" }, { "op_LessThan", "<" }, { "op_GreaterThan", ">" }, { "op_LessThanOrEqual", "<=" }, { "op_GreaterThanOrEqual", ">=" },
        };

        private readonly IReadOnlyDictionary<string, ListedType> known;
        private readonly StringBuilder text = new StringBuilder();

        /// <param name="known">Every listed type by full name, of all assemblies.</param>
        public ListingWriter(IReadOnlyDictionary<string, ListedType> known)
        {
            this.known = known;
        }

        public string Write(ListedAssembly assembly)
        {
            foreach (var type in assembly.Types.Where(t => !t.IsGeneric))
            {
                text.Append("namespace ").Append(type.Container).Append("\n{\n");
                WriteType(type);
                text.Append("}\n");
            }
            return text.ToString();
        }

        private void WriteType(ListedType type)
        {
            if (Usage.TryGetValue(type.FullName, out string usage))
                text.Append(usage).Append('\n');
            if (type.Flags)
                text.Append("[global::System.Flags]\n");
            text.Append(type.Modifiers).Append(' ');
            if (type.Kind == "delegate")
                text.Append("delegate ").Append(TypeText(type.DelegateResult)).Append(' ').Append(type.Name)
                    .Append('(').Append(ParameterText(type.DelegateParameters)).Append(");\n");
            else
                WriteBody(type);
        }

        private void WriteBody(ListedType type)
        {
            text.Append(type.Kind).Append(' ').Append(type.Name);
            var bases = type.Bases.Where(b => !b.Contains('`')).Select(TypeText).ToList();
            if (bases.Count > 0)
                text.Append(" : ").Append(string.Join(", ", bases));
            text.Append("\n{\n");
            foreach (var member in type.Members.Where(m => !MentionsGeneric(m)))
                WriteMember(type, member);
            WriteHidden(type);
            foreach (var nested in type.Nested.Where(t => !t.IsGeneric))
                WriteType(nested);
            text.Append("}\n");
        }

        private static bool MentionsGeneric(ListedMember m) =>
            (m.Type ?? "").Contains('`') || (m.Parameters ?? "").Contains('`');

        private void WriteMember(ListedType owner, ListedMember m)
        {
            string modifiers = m.Modifiers.Replace("extern", "").Replace("  ", " ").Trim();
            bool bodiless = owner.Kind == "interface" || modifiers.Contains("abstract");
            switch (m.Kind)
            {
                case "value": text.Append(m.Name).Append(" = ").Append(m.Value).Append(",\n"); break;
                case "const": Line(modifiers, TypeText(m.Type), m.Name, "=", ConstantText(m) + ";"); break;
                case "field": Line(modifiers, TypeText(m.Type), m.Name + ";"); break;
                case "event": Line(modifiers, TypeText(m.Type), m.Name, bodiless ? ";" : "{ add { } remove { } }"); break;
                case "indexer": Line(modifiers, TypeText(m.Type), "this[" + ParameterText(m.Parameters) + "]", Accessors(m, bodiless)); break;
                case "property": Line(modifiers, TypeText(m.Type), m.Name, Accessors(m, bodiless)); break;
                case "constructor": Line(modifiers, owner.Name + "(" + ParameterText(m.Parameters) + ")", BaseCall(owner), "=> throw null;"); break;
                default: WriteMethod(owner, m, modifiers, bodiless); break;
            }
        }

        private void WriteMethod(ListedType owner, ListedMember m, string modifiers, bool bodiless)
        {
            string end = "(" + ParameterText(m.Parameters) + ")" + (bodiless ? ";" : " => throw null;");
            if (m.Name == "Finalize" && modifiers.Contains("override"))
                Line("~" + owner.Name + "() { }");
            else if (m.Name == "op_Implicit" || m.Name == "op_Explicit")
                Line(modifiers, m.Name == "op_Implicit" ? "implicit operator" : "explicit operator", TypeText(m.Type) + end);
            else if (Operators.TryGetValue(m.Name, out string symbol))
                Line(modifiers, TypeText(m.Type), "operator", symbol + end);
            else
                Line(modifiers, TypeText(m.Type), m.Name + end);
        }

        private void Line(params string[] words) => text.Append(string.Join(" ", words.Where(w => w.Length > 0))).Append('\n');

        private static string Accessors(ListedMember m, bool bodiless)
        {
            var parts = m.Accessors.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return "{ " + string.Join(" ", parts.Select(p => bodiless ? p + ";" : p + " => throw null;")) + " }";
        }

        /// <summary>What the listing does not show: a constructor nobody else may call, a struct's content, explicit interface members.</summary>
        private void WriteHidden(ListedType type)
        {
            if (type.Kind == "class" && !type.IsStatic && !type.Members.Any(m => m.Kind == "constructor"))
                Line("internal", type.Name + "()", BaseCall(type), "=> throw null;");
            if (type.Kind == "struct" && !IsPrimitive(type.FullName))
                Line("private int content;");
            if (Supplement.TryGetValue(type.FullName, out string extra))
                Line(extra);
            if (type.Kind == "class" || type.Kind == "struct")
                foreach (var face in Interfaces(type).Distinct())
                    foreach (var member in face.Members.Where(m => !Implements(type, m)))
                        WriteExplicit(face, member);
        }

        private void WriteExplicit(ListedType face, ListedMember m)
        {
            string owner = TypeText(face.FullName) + ".";
            if (m.Kind == "property")
                Line(TypeText(m.Type), owner + m.Name, Accessors(m, false));
            else if (m.Kind == "indexer")
                Line(TypeText(m.Type), owner + "this[" + ParameterText(m.Parameters) + "]", Accessors(m, false));
            else
                Line(TypeText(m.Type), owner + m.Name + "(" + ParameterText(m.Parameters) + ")", "=> throw null;");
        }

        private IEnumerable<ListedType> Interfaces(ListedType type)
        {
            foreach (string name in type.Bases)
                if (known.TryGetValue(name, out var b) && b.Kind == "interface")
                {
                    yield return b;
                    foreach (var inherited in Interfaces(b))
                        yield return inherited;
                }
        }

        private bool Implements(ListedType type, ListedMember wanted)
        {
            for (var t = type; t != null; t = BaseClass(t))
                if (t.Members.Any(m => m.Kind == wanted.Kind && m.Modifiers.Contains("public") && m.Signature == wanted.Signature && m.Type == wanted.Type))
                    return true;
            return false;
        }

        private ListedType BaseClass(ListedType type) =>
            type.Bases.Select(b => known.TryGetValue(b, out var t) ? t : null).FirstOrDefault(t => t != null && t.Kind == "class");

        private string BaseCall(ListedType type)
        {
            var constructors = type.Kind == "class" ? BaseClass(type)?.Members.Where(m => m.Kind == "constructor").ToList() : null;
            if (constructors == null || constructors.Count == 0 || constructors.Any(c => c.Parameters == ""))
                return "";
            var types = ListingText.ParameterTypes(constructors[0].Parameters);
            return ": base(" + string.Join(", ", types.Select(t => "default(" + TypeText(t) + ")")) + ")";
        }

        private static string ParameterText(string list) =>
            string.Join(", ", ListingText.Parameters(list).Select(OneParameter));

        private static string OneParameter(string parameter)
        {
            var halves = parameter.Split(" = ");
            int space = halves[0].LastIndexOf(' ');
            string type = halves[0].Substring(0, space);
            string declared = DecoratedType(type) + " @" + halves[0].Substring(space + 1);
            return halves.Length == 1 ? declared : declared + " = " + DefaultText(type, halves[1]);
        }

        private static string DecoratedType(string type)
        {
            foreach (string word in new[] { "params ", "out ", "ref ", "in " })
                if (type.StartsWith(word, StringComparison.Ordinal))
                    return word + TypeText(type.Substring(word.Length));
            return TypeText(type);
        }

        private static string DefaultText(string type, string value)
        {
            if (value == "null")
                return "default";
            return type.Contains('.') ? "(" + TypeText(type) + ")(" + value + ")" : value;
        }

        private static string ConstantText(ListedMember m)
        {
            switch (m.Value)
            {
                case "NaN": return "(" + m.Type + ")(0.0 / 0.0)";
                case "Infinity": return "(" + m.Type + ")(1.0 / 0.0)";
                case "-Infinity": return "(" + m.Type + ")(-1.0 / 0.0)";
            }
            return m.Type == "float" ? m.Value + "f" : DefaultText(m.Type, m.Value);
        }

        private static string TypeText(string type) => type.Contains('.') ? "global::" + type : type;

        private static bool IsPrimitive(string fullName)
        {
            switch (fullName)
            {
                case "System.Boolean": case "System.Byte": case "System.SByte": case "System.Char": case "System.Int16": case "System.UInt16":
                case "System.Int32": case "System.UInt32": case "System.Int64": case "System.UInt64": case "System.Single": case "System.Double":
                case "System.IntPtr": case "System.UIntPtr": case "System.Void": return true;
                default: return false;
            }
        }
    }
}
