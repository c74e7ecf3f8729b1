using System;
using System.IO;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace NfIpsec.Native
{
    /// <summary>Finds the native library: the file NFIPSEC_LIBRARY names, else libnfipsec.so (libnfipsec-COLUMN.so when
    /// NFIPSEC_COLUMN is set) beside the assembly, else in out/native of any folder above it.</summary>
    internal static class LibraryResolver
    {
        internal const string Name = "nfipsec";

        [ModuleInitializer]
        internal static void Install()
        {
            NativeLibrary.SetDllImportResolver(typeof(LibraryResolver).Assembly, Resolve);
        }

        private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? search)
        {
            return name == Name ? NativeLibrary.Load(Locate()) : IntPtr.Zero;
        }

        private static string Locate()
        {
            string named = Environment.GetEnvironmentVariable("NFIPSEC_LIBRARY");
            if (!string.IsNullOrEmpty(named))
                return named;
            string file = FileName(Environment.GetEnvironmentVariable("NFIPSEC_COLUMN"));
            string beside = Path.Combine(AppContext.BaseDirectory, file);
            if (File.Exists(beside))
                return beside;
            for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder != null; folder = folder.Parent)
            {
                string built = Path.Combine(folder.FullName, "out", "native", file);
                if (File.Exists(built))
                    return built;
            }
            throw new DllNotFoundException(file + " is neither beside the program nor in an out/native above it; "
                + "build it with tools/native, or name it in NFIPSEC_LIBRARY");
        }

        private static string FileName(string column)
        {
            return string.IsNullOrEmpty(column) || column == "esp32" ? "libnfipsec.so" : "libnfipsec-" + column + ".so";
        }
    }
}
