using System;
using Microsoft.CodeAnalysis;

namespace NfIpsec.Tools.ApiCheck
{
    /// <summary>One line of the report: where, which rule, what stands there and why it must not.</summary>
    public sealed record Finding(string File, int Line, string Rule, string Construct, string Reason)
    {
        public static Finding At(SyntaxNodeOrToken node, string rule, string reason)
        {
            var span = node.GetLocation().GetLineSpan();
            return new Finding(span.Path, span.StartLinePosition.Line + 1, rule, Shorten(node.ToString()), reason);
        }

        public static Finding Of(Diagnostic diagnostic)
        {
            var span = diagnostic.Location.GetLineSpan();
            return new Finding(span.Path ?? "", span.StartLinePosition.Line + 1, "API", diagnostic.Id, diagnostic.GetMessage());
        }

        public string Text(string root) =>
            (File.StartsWith(root, StringComparison.Ordinal) ? File.Substring(root.Length).TrimStart('/') : File)
            + ":" + Line + ": " + Rule + ": " + Construct + ": " + Reason;

        /// <summary>The same, found in a build with these options.</summary>
        public Finding Under(string options) => this with { Reason = Reason + " (options " + options + ")" };

        private static string Shorten(string text)
        {
            string line = text.Split('\n')[0].Trim();
            return line.Length > 60 ? line.Substring(0, 57) + "..." : line;
        }
    }
}
