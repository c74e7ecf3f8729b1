using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace NfIpsec.Tools.ApiCheck
{
    /// <summary>What a .nfproj says under a choice of build-time options: assembly name, sources, references, symbols.</summary>
    public sealed class DeviceProject
    {
        /// <summary>Referenced by test projects for the runner alone; nothing in it is called from source.</summary>
        private const string TestLauncher = "nanoFramework.UnitTestLauncher";

        public string Path, Folder, AssemblyName, LanguageVersion;
        public bool IsProgram;
        public IReadOnlyList<string> Sources, References, ProjectReferences, Symbols;

        /// <summary>The property that holds the build-time options, with its default in every project.</summary>
        private const string OptionsName = "NfIpsecOptions";

        private static readonly Regex WantsOption = new Regex(@"\$\(" + OptionsName + @"\.Contains\('(\w+)'\)\)");

        /// <param name="options">The options, parted by semicolons; null for the project's own default.</param>
        public static DeviceProject Read(string path, string options = null)
        {
            var everything = XDocument.Load(path).Root.Descendants().ToList();
            options ??= Value(everything, OptionsName) ?? "";
            var all = everything.Where(e => e.AncestorsAndSelf().All(a => Holds(a.Attribute("Condition")?.Value, options))).ToList();
            string folder = System.IO.Path.GetDirectoryName(path);
            return new DeviceProject
            {
                Path = path,
                Folder = folder,
                AssemblyName = Value(all, "AssemblyName"),
                LanguageVersion = Value(all, "LangVersion"),
                IsProgram = Value(all, "OutputType") == "Exe",
                Sources = Includes(all, "Compile").SelectMany(i => Expand(folder, i)).Distinct().OrderBy(f => f, StringComparer.Ordinal).ToList(),
                References = Includes(all, "Reference").Select(r => r.Split(',')[0]).Where(r => r != TestLauncher).ToList(),
                ProjectReferences = Includes(all, "ProjectReference").Select(r => System.IO.Path.GetFullPath(System.IO.Path.Combine(folder, r))).ToList(),
                Symbols = (Value(everything, "DefineConstants") ?? "").Replace("$(" + OptionsName + ")", options).Split(';').Where(s => s.Length > 0 && s[0] != '$').ToList(),
            };
        }

        /// <summary>Whether a condition on options holds; one on anything else is taken to.</summary>
        private static bool Holds(string condition, string options) =>
            condition == null || WantsOption.Matches(condition).All(m => options.Contains(m.Groups[1].Value, StringComparison.Ordinal));

        private static string Value(List<XElement> all, string name) => all.FirstOrDefault(e => e.Name.LocalName == name)?.Value;

        private static IEnumerable<string> Includes(List<XElement> all, string name) =>
            all.Where(e => e.Name.LocalName == name && e.Attribute("Include") != null).Select(e => e.Attribute("Include").Value.Replace('\\', '/'));

        /// <summary>A file, or the pattern "FOLDER/**/*.cs", without build output.</summary>
        private static IEnumerable<string> Expand(string folder, string include)
        {
            int wild = include.IndexOf("**", StringComparison.Ordinal);
            if (wild < 0)
                return new[] { System.IO.Path.GetFullPath(System.IO.Path.Combine(folder, include)) };
            string start = System.IO.Path.GetFullPath(System.IO.Path.Combine(folder, include.Substring(0, wild)));
            return SourcesUnder(start, System.IO.Path.GetFileName(include));
        }

        /// <summary>The sources of a folder and those below it, without build output.</summary>
        public static IEnumerable<string> SourcesUnder(string start, string pattern = "*.cs") =>
            Directory.Exists(start)
                ? Directory.GetFiles(start, pattern, SearchOption.AllDirectories).Where(f => !IsOutput(System.IO.Path.GetRelativePath(start, f)))
                : Array.Empty<string>();

        private static bool IsOutput(string relative) => relative.Split('/').Any(part => part == "bin" || part == "obj");
    }
}
