using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace NfIpsec.Tools.ApiCheck
{
    /// <summary>Reads a listing of tools/nano-api: one type or member a line, full names.</summary>
    public static class ListingReader
    {
        private static readonly Regex Head = new Regex(@"^# assembly (\S+);.*references: ?(.*)$");
        private static readonly Regex TypeLine = new Regex(@"^(class|struct|interface|enum) (\S+)(?: : (.+))?$");
        private static readonly Regex DelegateLine = new Regex(@"^delegate (\S+) ([^\s(]+)\((.*)\)$");
        private static readonly Regex Indexer = new Regex(@"^(\S+) (\S+)\.this\[(.+)\] \{ (.+) \}$");
        private static readonly Regex Property = new Regex(@"^(\S+) (\S+) \{ (.+) \}$");
        private static readonly Regex Method = new Regex(@"^(\S+) ([^\s(]+)\((.*)\)$");
        private static readonly Regex Constructor = new Regex(@"^([^\s(]+)\((.*)\)$");
        private static readonly Regex Constant = new Regex(@"^(\S+) (\S+) = (.+)$");
        private static readonly Regex Field = new Regex(@"^(\S+) (\S+)$");
        private static readonly Regex EnumValue = new Regex(@"^(\S+) = (-?\d+)$");

        public static ListedAssembly Read(string path) => Parse(File.ReadAllLines(path));

        public static ListedAssembly Parse(IReadOnlyList<string> lines)
        {
            var head = Head.Match(lines[0]);
            if (!head.Success)
                throw new InvalidDataException("no assembly line: " + lines[0]);
            var references = head.Groups[2].Value.Split(", ", StringSplitOptions.RemoveEmptyEntries);
            var assembly = new ListedAssembly { Name = head.Groups[1].Value, References = references };
            var types = new Dictionary<string, ListedType>();
            foreach (string line in lines.Skip(1).Where(l => l.Length > 0))
                if (!AddType(types, line) && !AddMember(types, line))
                    assembly.Unread.Add(line);
            Nest(assembly, types);
            return assembly;
        }

        private static bool AddType(Dictionary<string, ListedType> types, string line)
        {
            bool flags = line.StartsWith("[Flags] ", StringComparison.Ordinal);
            string rest = flags ? line.Substring(8) : line;
            string modifiers = ListingText.TakeModifiers(ref rest);
            var type = ReadType(rest);
            if (type == null)
                return false;
            type.Modifiers = modifiers;
            type.Flags = flags;
            types[type.FullName] = type;
            return true;
        }

        private static ListedType ReadType(string rest)
        {
            var m = DelegateLine.Match(rest);
            if (m.Success)
                return new ListedType { Kind = "delegate", FullName = m.Groups[2].Value, DelegateResult = m.Groups[1].Value, DelegateParameters = m.Groups[3].Value };
            m = TypeLine.Match(rest);
            if (!m.Success)
                return null;
            return new ListedType { Kind = m.Groups[1].Value, FullName = m.Groups[2].Value, Bases = ListingText.Parameters(m.Groups[3].Value) };
        }

        private static bool AddMember(Dictionary<string, ListedType> types, string line)
        {
            string rest = line;
            string modifiers = ListingText.TakeModifiers(ref rest);
            var member = ReadMember(modifiers, rest, types, out string owner);
            if (member == null || !types.TryGetValue(owner, out var type))
                return false;
            member.Modifiers = modifiers;
            type.Members.Add(member);
            return true;
        }

        private static ListedMember ReadMember(string modifiers, string rest, Dictionary<string, ListedType> types, out string owner)
        {
            owner = "";
            Match m;
            if ((m = EnumValue.Match(rest)).Success && modifiers == "")
                return Named("value", null, m.Groups[1].Value, out owner, value: m.Groups[2].Value);
            if (modifiers.Contains("const") && (m = Constant.Match(rest)).Success)
                return Named("const", m.Groups[1].Value, m.Groups[2].Value, out owner, value: m.Groups[3].Value);
            if (modifiers.Contains("event") && (m = Field.Match(rest)).Success)
                return Named("event", m.Groups[1].Value, m.Groups[2].Value, out owner);
            if ((m = Indexer.Match(rest)).Success)
            {
                owner = m.Groups[2].Value;
                return new ListedMember { Kind = "indexer", Type = m.Groups[1].Value, Name = "this", Parameters = m.Groups[3].Value, Accessors = m.Groups[4].Value };
            }
            if ((m = Property.Match(rest)).Success)
                return Named("property", m.Groups[1].Value, m.Groups[2].Value, out owner, accessors: m.Groups[3].Value);
            if ((m = Constructor.Match(rest)).Success && types.ContainsKey(m.Groups[1].Value))
            {
                owner = m.Groups[1].Value;
                return new ListedMember { Kind = "constructor", Name = ".ctor", Parameters = m.Groups[2].Value };
            }
            if ((m = Method.Match(rest)).Success)
                return Named("method", m.Groups[1].Value, m.Groups[2].Value, out owner, parameters: m.Groups[3].Value);
            return (m = Field.Match(rest)).Success ? Named("field", m.Groups[1].Value, m.Groups[2].Value, out owner) : null;
        }

        private static ListedMember Named(string kind, string type, string dotted, out string owner,
            string parameters = null, string accessors = null, string value = null)
        {
            (owner, string name) = ListingText.Split(dotted);
            return new ListedMember { Kind = kind, Type = type, Name = name, Parameters = parameters, Accessors = accessors, Value = value };
        }

        private static void Nest(ListedAssembly assembly, Dictionary<string, ListedType> types)
        {
            foreach (var type in types.Values)
                if (types.TryGetValue(type.Container, out var outer))
                    outer.Nested.Add(type);
                else
                    assembly.Types.Add(type);
        }
    }
}
