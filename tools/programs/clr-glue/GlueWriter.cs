using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using NfIpsec.Tools.ApiCheck;

namespace NfIpsec.Tools.ClrGlue
{
    /// <summary>Writes the interpreter's face of the native classes (crypto-native/clr): one body for each method that takes
    /// the arguments off the stack frame, calls the C function and leaves its result, and the positional method table.</summary>
    public sealed class GlueWriter
    {
        public const string Assembly = "NfIpsec.Native";
        private const string Header = "native_methods.h";

        /// <summary>Methods whose body is written by hand, because they wait.</summary>
        private static readonly string[] ByHand = { "PacketNative.Wait" };

        private readonly IReadOnlyList<NativeMethod> methods;
        private readonly Version version;

        /// <param name="methods">in table order: classes by name, methods as written</param>
        /// <param name="version">the assembly's AssemblyNativeVersion</param>
        public GlueWriter(IReadOnlyList<NativeMethod> methods, Version version)
        {
            this.methods = methods;
            this.version = version;
        }

        public uint Checksum => NativeChecksum.Of(Assembly, Assembly, methods);

        /// <summary>The files by name.</summary>
        public IReadOnlyDictionary<string, string> Files()
        {
            var files = new Dictionary<string, string> { [Header] = Declarations(), ["native_table.cpp"] = Table() };
            foreach (var owner in Classes())
                files[NativeFace.Snake(owner.Key) + ".cpp"] = Bodies(owner);
            return files;
        }

        private IEnumerable<IGrouping<string, NativeMethod>> Classes() => methods.GroupBy(m => m.Class);

        private static string Top(string what) =>
            "// " + what + "\n// Written by tools/clr-glue --write from firmware/native. Do not edit.\n";

        private static string Struct(string name) => "Library_" + NativeChecksum.ClassName(Assembly, name);

        private static string Qualified(NativeMethod method) => Struct(method.Class) + "::" + NativeChecksum.MethodName(method);

        private string Declarations()
        {
            var text = new StringBuilder(Top("The native methods, named as the interpreter's tools name them."));
            text.Append("#ifndef NFI_NATIVE_METHODS_H\n#define NFI_NATIVE_METHODS_H\n#include <nanoCLR_Interop.h>\n#include <nanoCLR_Runtime.h>\n");
            foreach (var owner in Classes())
            {
                text.Append("\nstruct " + Struct(owner.Key) + "\n{\n");
                foreach (var method in owner)
                    text.Append("    NANOCLR_NATIVE_DECLARE(" + NativeChecksum.MethodName(method) + ");\n");
                text.Append("};\n");
            }
            return text.Append("\nextern const CLR_RT_NativeAssemblyData g_CLR_AssemblyNative_" + Assembly.Replace('.', '_') + ";\n\n#endif\n").ToString();
        }

        // The firmware's build reads checksum and version out of this file by pattern: keep the shape of the initialiser.
        private string Table()
        {
            var text = new StringBuilder(Top("The method table: the order is that of firmware/native, the checksum says so to the interpreter."));
            text.Append("#include \"" + Header + "\"\n\nstatic const CLR_RT_MethodHandler method_lookup[] = {\n");
            foreach (var method in methods)
                text.Append("    " + Qualified(method) + ",\n");
            text.Append("};\n\nconst CLR_RT_NativeAssemblyData g_CLR_AssemblyNative_" + Assembly.Replace('.', '_') + " = {\n");
            text.Append("    \"" + Assembly + "\",\n    0x" + Checksum.ToString("X8") + ",\n    method_lookup,\n");
            return text.Append($"    {{ {version.Major}, {version.Minor}, {version.Build}, {version.Revision} }}\n}};\n").ToString();
        }

        private static string Bodies(IGrouping<string, NativeMethod> owner)
        {
            string library = NativeFace.Prefix(owner.Key).TrimEnd('_');
            var text = new StringBuilder(Top(owner.Key + ": arguments off the stack frame, one C call, its result."));
            text.Append("#include \"" + Header + "\"\n#include \"arguments.h\"\n\nextern \"C\"\n{\n#include \"" + library + ".h\"\n}\n");
            foreach (var method in owner.Where(m => !ByHand.Contains(m.Class + "." + m.Name)))
                text.Append(Body(method));
            return text.ToString();
        }

        private static string Body(NativeMethod method)
        {
            var text = new StringBuilder("\nHRESULT " + Qualified(method) + "(CLR_RT_StackFrame &stack)\n{\n");
            for (int i = 0; i < method.Parameters.Count; i++)
                if (method.Parameters[i].IsArray)
                    text.Append("    const " + Holder(method.Parameters[i]) + " " + method.Parameters[i].Name + "(stack, " + i + ");\n");
            text.Append("    stack.SetResult_I4(" + method.Entry + "(" + string.Join(", ", method.Parameters.Select(Argument)) + "));\n");
            return text.Append("    return S_OK;\n}\n").ToString();
        }

        private static string Holder(NativeParameter parameter) => parameter.Element == "byte" ? "nfi_octets" : "nfi_words";

        private static string Argument(NativeParameter parameter, int index) =>
            parameter.IsArray ? parameter.Name + ".first, " + parameter.Name + ".capacity" : "nfi_integer(stack, " + index + ")";
    }
}
