using System;
using System.Collections.Generic;
using System.Linq;

namespace NfIpsec.Tools.ApiCheck
{
    /// <summary>The small text work on a listing's line: modifiers, parameter lists, dotted names.</summary>
    public static class ListingText
    {
        private static readonly string[] ModifierWords =
            { "public", "protected", "internal", "private", "static", "abstract", "sealed", "virtual", "override", "extern", "readonly", "const", "event", "new", "params", "ref" };

        /// <summary>Cuts the leading modifier words off a line.</summary>
        public static string TakeModifiers(ref string line)
        {
            var words = new List<string>();
            while (true)
            {
                int space = line.IndexOf(' ');
                if (space < 0 || !ModifierWords.Contains(line.Substring(0, space)))
                    return string.Join(" ", words);
                words.Add(line.Substring(0, space));
                line = line.Substring(space + 1);
            }
        }

        /// <summary>The parameters of a list, one text each; default values may hold commas only in quotes.</summary>
        public static IReadOnlyList<string> Parameters(string list) =>
            string.IsNullOrEmpty(list) ? Array.Empty<string>() : list.Split(", ").ToArray();

        public static IEnumerable<string> ParameterTypes(string list) =>
            Parameters(list).Select(p => ParameterType(p));

        private static string ParameterType(string parameter)
        {
            string text = parameter.Split(" = ")[0];
            TakeParameterWord(ref text, "params ");
            return text.Substring(0, text.LastIndexOf(' '));
        }

        private static void TakeParameterWord(ref string text, string word)
        {
            if (text.StartsWith(word, StringComparison.Ordinal))
                text = text.Substring(word.Length);
        }

        /// <summary>"a.b.Name" -> ("a.b", "Name")</summary>
        public static (string Container, string Name) Split(string dotted)
        {
            int dot = dotted.LastIndexOf('.');
            return (dotted.Substring(0, dot), dotted.Substring(dot + 1));
        }
    }
}
