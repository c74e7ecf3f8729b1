using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

namespace NfIpsec.Tools.ApiCheck
{
    /// <summary>Compares the faces of the native interface: extern classes (the reference), C headers, the interpreter's
    /// method table. The P/Invoke twin is compared with what <see cref="TwinWriter"/> writes.</summary>
    public static class FaceCheck
    {
        private static readonly Regex TableEntry = new Regex(@"^\s+Library_NfIpsec_Native_(\w+)::(\w+?)___(\w+),\s*$", RegexOptions.Multiline);

        public static IEnumerable<Finding> Headers(IReadOnlyList<NativeMethod> methods, HeaderFace headers)
        {
            var functions = headers.Functions.ToDictionary(f => f.Name);
            foreach (var method in methods)
            {
                if (!functions.Remove(method.Entry, out var function))
                    yield return new Finding(method.File, method.Line, "FACE", method.ToString(), "no C header declares " + method.Entry);
                else if (Difference(method, function) is string difference)
                    yield return new Finding(function.File, function.Line, "FACE", function.Name, difference);
            }
            foreach (var function in functions.Values)
                yield return new Finding(function.File, function.Line, "FACE", function.Name, "no class of firmware/native declares it");
        }

        private static string Difference(NativeMethod method, HeaderFunction function)
        {
            if (method.Result != "int")
                return "returns " + method.Result + " in C#, int32_t in C";
            var expected = method.Parameters.SelectMany(Expected).ToList();
            if (expected.SequenceEqual(function.Parameters))
                return null;
            return "C# asks for (" + Text(expected) + "), C has (" + Text(function.Parameters) + ")";
        }

        /// <summary>What C must have for one C# parameter: an array is a pointer, then its capacity.</summary>
        private static IEnumerable<HeaderParameter> Expected(NativeParameter parameter)
        {
            string name = NativeFace.Snake(parameter.Name);
            yield return new HeaderParameter(CType(parameter.Element) + (parameter.IsArray ? "*" : ""), name);
            if (parameter.IsArray)
                yield return new HeaderParameter("int32_t", name + "_cap");
        }

        private static string CType(string type) => type == "byte" ? "uint8_t" : type == "int" ? "int32_t" : "no C type for " + type;

        private static string Text(IEnumerable<HeaderParameter> parameters) => string.Join(", ", parameters.Select(p => p.Type + " " + p.Name));

        /// <summary>The table is positional: its entries must be the methods, in order.</summary>
        public static IEnumerable<Finding> Table(IReadOnlyList<NativeMethod> methods, string table, string file)
        {
            var wanted = methods.Select(m => m.Class + "::" + m.Name + "___" + Signature(m)).ToList();
            var found = TableEntry.Matches(table).Select(m => m.Groups[1].Value + "::" + m.Groups[2].Value + "___" + m.Groups[3].Value).ToList();
            for (int i = 0; i < wanted.Count || i < found.Count; i++)
            {
                string want = i < wanted.Count ? wanted[i] : "nothing", have = i < found.Count ? found[i] : "nothing";
                if (want != have)
                {
                    yield return new Finding(file, 1, "FACE", "entry " + i + " is " + have, "firmware/native has " + want + " there");
                    yield break;
                }
            }
        }

        private static string Signature(NativeMethod method) =>
            "STATIC__" + string.Join("__", new[] { method.Result }.Concat(method.Parameters.Select(p => p.Type)).Select(TableType));

        private static string TableType(string type) =>
            type == "int" ? "I4" : type == "byte[]" ? "SZARRAY_U1" : type == "int[]" ? "SZARRAY_I4" : type;
    }
}
