using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;

namespace NfIpsec.Tools.ApiCheck
{
    /// <summary>One parameter of a C function, const left out: "uint8_t*" and "int32_t" are all there is.</summary>
    public sealed record HeaderParameter(string Type, string Name);

    public sealed record HeaderFunction(string Name, IReadOnlyList<HeaderParameter> Parameters, string File, int Line);

    /// <summary>One constant of a C enum (<see cref="Group"/>, empty when it has no name) or a #define (group "#define").</summary>
    public sealed record HeaderConstant(string Group, string Name, int Value, string File, int Line);

    /// <summary>Reads the plain C headers of crypto-native/include: prototypes, enums and number defines.</summary>
    public sealed class HeaderFace
    {
        private static readonly Regex Comment = new Regex(@"/\*.*?\*/|//[^\n]*", RegexOptions.Singleline);
        private static readonly Regex Prototype = new Regex(@"\bint32_t\s+(nfi_\w+)\s*\(([^)]*)\)\s*;");
        private static readonly Regex Enum = new Regex(@"\benum\s*(\w*)\s*\{([^}]*)\}");
        private static readonly Regex Define = new Regex(@"^[ \t]*#define[ \t]+(\w+)[ \t]+(\d+)[ \t]*$", RegexOptions.Multiline);
        private static readonly Regex Entry = new Regex(@"(\w+)\s*(?:=\s*([^,]+))?");
        private static readonly Regex Pointer = new Regex(@"^(?:const\s+)?(\w+)\s*(\*?)\s*(\w+)$");

        private readonly Dictionary<string, int> values = new Dictionary<string, int>();

        public List<HeaderFunction> Functions { get; } = new List<HeaderFunction>();
        public List<HeaderConstant> Constants { get; } = new List<HeaderConstant>();

        /// <summary>Adds one header; one that another uses must come first.</summary>
        public void Add(string source, string file)
        {
            string text = Comment.Replace(source, m => new string(m.Value.Where(c => c == '\n').ToArray()));
            foreach (Match m in Define.Matches(text))
                AddConstant("#define", m.Groups[1].Value, int.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture), file, Line(text, m.Index));
            foreach (Match m in Enum.Matches(text))
                AddEnum(text, m, file);
            foreach (Match m in Prototype.Matches(text))
                Functions.Add(new HeaderFunction(m.Groups[1].Value, Parameters(m.Groups[2].Value), file, Line(text, m.Index)));
        }

        private void AddEnum(string text, Match m, string file)
        {
            int next = 0;
            foreach (Match entry in Entry.Matches(m.Groups[2].Value))
            {
                int value = entry.Groups[2].Success ? Evaluate(entry.Groups[2].Value.Trim()) : next;
                next = value + 1;
                AddConstant(m.Groups[1].Value, entry.Groups[1].Value, value, file, Line(text, m.Groups[2].Index + entry.Index));
            }
        }

        private void AddConstant(string group, string name, int value, string file, int line)
        {
            values[name] = value;
            Constants.Add(new HeaderConstant(group, name, value, file, line));
        }

        private int Evaluate(string expression)
        {
            if (values.TryGetValue(expression, out int known))
                return known;
            return expression.StartsWith("0x", StringComparison.Ordinal)
                ? int.Parse(expression.Substring(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)
                : int.Parse(expression, CultureInfo.InvariantCulture);
        }

        private static IReadOnlyList<HeaderParameter> Parameters(string list)
        {
            if (list.Trim() == "void" || list.Trim() == "")
                return Array.Empty<HeaderParameter>();
            return list.Split(',').Select(p => Pointer.Match(p.Trim())).Select(m => new HeaderParameter(m.Groups[1].Value + m.Groups[2].Value, m.Groups[3].Value)).ToList();
        }

        private static int Line(string text, int index) => text.Take(index).Count(c => c == '\n') + 1;
    }
}
