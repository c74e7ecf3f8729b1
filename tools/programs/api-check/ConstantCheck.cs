using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;

namespace NfIpsec.Tools.ApiCheck
{
    /// <summary>Compares the constants of the C headers with the C# classes that repeat them.</summary>
    public static class ConstantCheck
    {
        /// <summary>Which C constants belong to which class: by enum (or "#define"), by prefix, and what the prefix becomes.</summary>
        public sealed record Rule(string Group, string Prefix, string Class, string Start = "");

        private const string Ports = "NfIpsec.Base.Ports.", Crypto = "NfIpsec.Base.Crypto.";

        /// <summary>First match counts, so a longer prefix stands before a shorter one.</summary>
        public static readonly IReadOnlyList<Rule> Rules = new[]
        {
            new Rule("nfi_status", "", "NfIpsec.Base.Status"),
            new Rule("nfi_info", "NFI_INFO_", Ports + "PacketInfo"),
            new Rule("nfi_kind", "NFI_", Ports + "PacketInfo"),
            new Rule("nfi_upper", "NFI_", Ports + "PacketInfo"),
            new Rule("", "NFI_FLAG_", Ports + "PacketInfo", "Flag"),
            new Rule("nfi_row", "NFI_ROW_", Ports + "VerdictRow"),
            new Rule("nfi_action", "NFI_", Ports + "VerdictRow"),
            new Rule("nfi_transform_config", "NFI_T_", Ports + "TransformConfig"),
            new Rule("", "NFI_TF_", Ports + "TransformConfig"),
            new Rule("nfi_interface", "NFI_IF_", Ports + "InterfaceInfo"),
            new Rule("nfi_counter", "NFI_COUNT_", Ports + "PacketCounters"),
            new Rule("nfi_certificate_info", "NFI_CERT_", Crypto + "CertificateInfo"),
            new Rule("nfi_crl_info", "NFI_CRL_", Crypto + "CrlInfo"),
            new Rule("nfi_certificate_part", "NFI_PART_", Crypto + "CertificatePart"),
            new Rule("nfi_chain_reason", "NFI_REASON_", Crypto + "ChainReason"),
            new Rule("nfi_signature_form", "NFI_SIGN_", Crypto + "SignatureForm"),
            new Rule("", "NFI_KEY_", Crypto + "KeyType"),
            new Rule("", "NFI_RELEASE", Ports + "PacketPort", "Release"),
            new Rule("", "NFI_SEND", Ports + "PacketPort", "Send"),
            new Rule("", "NFI_DELIVER", Ports + "PacketPort", "Deliver"),
        };

        /// <summary>C# constants without a C twin of that name.</summary>
        private static readonly HashSet<string> OnlyInCSharp = new HashSet<string> { "InterfaceInfo.AddressWords", "Status.Count" };

        /// <param name="classOf">finds a compiled class by full name, or null</param>
        public static IEnumerable<Finding> Check(IEnumerable<HeaderConstant> constants, Func<string, INamedTypeSymbol> classOf)
        {
            var seen = new HashSet<string>();
            foreach (var c in constants)
            {
                var rule = Rules.FirstOrDefault(r => r.Group == c.Group && c.Name.StartsWith(r.Prefix, StringComparison.Ordinal));
                if (rule == null)
                    continue;
                string name = rule.Prefix == "" ? c.Name : rule.Start + Pascal(c.Name.Substring(rule.Prefix.Length));
                seen.Add(rule.Class + "." + name);
                if (Difference(classOf(rule.Class), rule.Class, name, c.Value) is string difference)
                    yield return new Finding(c.File, c.Line, "CONST", c.Name, difference);
            }
            foreach (var finding in Extra(seen, classOf))
                yield return finding;
        }

        private static string Difference(INamedTypeSymbol owner, string className, string name, int value)
        {
            if (owner == null)
                return "its C# class " + className + " does not compile or is not there";
            var field = owner.GetMembers(name).OfType<IFieldSymbol>().FirstOrDefault(f => f.IsConst);
            if (field == null)
                return "no constant " + owner.Name + "." + name;
            int there = Convert.ToInt32(field.ConstantValue, CultureInfo.InvariantCulture);
            return there == value ? null : owner.Name + "." + name + " is " + there + ", C has " + value;
        }

        private static IEnumerable<Finding> Extra(HashSet<string> seen, Func<string, INamedTypeSymbol> classOf)
        {
            foreach (string className in Rules.Select(r => r.Class).Distinct())
                foreach (var field in classOf(className)?.GetMembers().OfType<IFieldSymbol>().Where(f => f.IsConst) ?? Array.Empty<IFieldSymbol>())
                    if (!seen.Contains(className + "." + field.Name) && !OnlyInCSharp.Contains(field.ContainingType.Name + "." + field.Name))
                        yield return Finding.At(field.DeclaringSyntaxReferences[0].GetSyntax(), "CONST", "no C constant says the same");
        }

        /// <summary>SOURCE_PORT -> SourcePort</summary>
        public static string Pascal(string name)
        {
            var text = new StringBuilder();
            foreach (string word in name.Split('_').Where(w => w.Length > 0))
                text.Append(char.ToUpperInvariant(word[0])).Append(word.Substring(1).ToLowerInvariant());
            return text.ToString();
        }
    }
}
