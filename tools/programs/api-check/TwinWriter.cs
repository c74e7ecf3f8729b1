using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

namespace NfIpsec.Tools.ApiCheck
{
    /// <summary>Writes the P/Invoke twin of a native class: every array becomes a pinned pointer and its capacity.</summary>
    public static class TwinWriter
    {
        /// <summary>The twin's files by name, one for each class.</summary>
        public static IReadOnlyDictionary<string, string> Files(IReadOnlyList<NativeMethod> methods) =>
            methods.GroupBy(m => m.Class).ToDictionary(g => g.Key + ".cs", g => ClassText(g.Key, g.ToList()));

        /// <summary>Names of files under <paramref name="folder"/> that are not what the writer would write.</summary>
        public static IEnumerable<string> Stale(string folder, IReadOnlyDictionary<string, string> files) =>
            files.Where(f => !SameText(Path.Combine(folder, f.Key), f.Value)).Select(f => f.Key)
                .Concat(Directory.GetFiles(folder, "*Native.cs").Select(Path.GetFileName).Where(f => !files.ContainsKey(f)));

        private static bool SameText(string path, string text) => File.Exists(path) && File.ReadAllText(path) == text;

        private static string ClassText(string name, IReadOnlyList<NativeMethod> methods)
        {
            var text = new StringBuilder();
            text.Append("// Written by tools/api-check --write from firmware/native/" + name + ".cs. Do not edit.\n"
                + "using System.Runtime.InteropServices;\n\n"
                + "namespace NfIpsec.Native\n{\n"
                + "    /// <summary>The host's face of the native class: arrays are pinned for the call and go with their capacity;\n"
                + "    /// null goes as a null pointer of capacity 0.</summary>\n"
                + "    public static unsafe class " + name + "\n    {\n");
            text.Append(string.Join("\n", methods.Select(MethodText)));
            return text.Append("    }\n}\n").ToString();
        }

        private static string MethodText(NativeMethod method)
        {
            var arrays = method.Parameters.Where(p => p.IsArray).ToList();
            string call = method.Entry + "(" + string.Join(", ", method.Parameters.Select(Argument)) + ");\n";
            var text = new StringBuilder();
            text.Append("        [DllImport(LibraryResolver.Name)]\n        private static extern " + method.Result + " " + method.Entry
                + "(" + string.Join(", ", method.Parameters.Select(NativeDeclaration)) + ");\n\n");
            text.Append("        public static " + method.Result + " " + method.Name
                + "(" + string.Join(", ", method.Parameters.Select(p => p.Type + " " + p.Name)) + ")\n        {\n");
            foreach (var array in arrays)
                text.Append("            fixed (" + array.Element + "* " + array.Name + "Pointer = " + array.Name + ")\n");
            text.Append(arrays.Count > 0 ? "                return " : "            return ").Append(call);
            return text.Append("        }\n").ToString();
        }

        private static string Argument(NativeParameter p) =>
            p.IsArray ? p.Name + "Pointer, " + p.Name + " == null ? 0 : " + p.Name + ".Length" : p.Name;

        private static string NativeDeclaration(NativeParameter p) =>
            p.IsArray ? p.Element + "* " + p.Name + ", int " + p.Name + "Capacity" : p.Type + " " + p.Name;
    }
}
