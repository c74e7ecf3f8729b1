using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using NfIpsec.Tools.ApiCheck;

namespace NfIpsec.Tools.ClrGlue
{
    /// <summary>tools/clr-glue: writes the interpreter's glue from firmware/native, or tells whether it is up to date.</summary>
    public static class Program
    {
        private const string Help =
            "usage: tools/clr-glue [--write | --checksum]\n"
            + "  without an option: checks that crypto-native/clr is what firmware/native asks for; exit 1 when not\n"
            + "  --write            writes it\n"
            + "  --checksum         prints the native checksum and version of NfIpsec.Native\n";

        public static int Main(string[] args)
        {
            string root = Environment.GetEnvironmentVariable("NFI_ROOT") ?? Directory.GetCurrentDirectory();
            string mode = args.Length == 0 ? "--check" : args[0];
            if (args.Length > 1 || !(mode is "--check" or "--write" or "--checksum"))
            {
                bool asked = mode is "--help" or "-h";
                (asked ? Console.Out : Console.Error).Write(Help);
                return asked ? 0 : 2;
            }
            string sources = Path.Combine(root, "firmware", "native");
            var writer = new GlueWriter(NativeFace.Read(sources), Version(Path.Combine(sources, "AssemblyInfo.cs")));
            SelfCheck();
            return mode switch
            {
                "--write" => Write(writer, Path.Combine(root, "crypto-native", "clr")),
                "--checksum" => Print(writer, sources),
                _ => Check(writer, Path.Combine(root, "crypto-native", "clr")),
            };
        }

        private static int Write(GlueWriter writer, string folder)
        {
            foreach (var file in writer.Files())
                File.WriteAllText(Path.Combine(folder, file.Key), file.Value);
            return 0;
        }

        private static int Print(GlueWriter writer, string sources)
        {
            Console.WriteLine("0x" + writer.Checksum.ToString("X8") + " " + Version(Path.Combine(sources, "AssemblyInfo.cs")));
            return 0;
        }

        private static int Check(GlueWriter writer, string folder)
        {
            var stale = writer.Files().Where(f => !Same(Path.Combine(folder, f.Key), f.Value)).Select(f => f.Key).ToList();
            foreach (string name in stale)
                Console.WriteLine("crypto-native/clr/" + name + " is not what firmware/native asks for: run tools/clr-glue --write");
            return stale.Count == 0 ? 0 : 1;
        }

        private static bool Same(string path, string text) => File.Exists(path) && File.ReadAllText(path) == text;

        private static Version Version(string file)
        {
            var match = Regex.Match(File.ReadAllText(file), "AssemblyNativeVersion\\(\"(\\d+\\.\\d+\\.\\d+\\.\\d+)\"\\)");
            if (!match.Success)
                throw new InvalidDataException(file + " has no AssemblyNativeVersion");
            return System.Version.Parse(match.Groups[1].Value);
        }

        // Checksums that released nanoFramework firmware carries, with the method tables they stand for: the chain is theirs.
        private static void SelfCheck()
        {
            var managed = (NativeChecksum.Entry)null;
            var hashing = Enumerable.Repeat(managed, 7)
                .Append(new NativeChecksum.Entry("System_IO_Hashing_Crc32", "ComputeHash___STATIC__U4__U4__SystemSpanByte"));
            Expect(0xEBD8ED20, NativeChecksum.Of("nanoFramework.System.IO.Hashing", hashing));

            const string controller = "System_Device_Dac_DacController", channel = "System_Device_Dac_DacChannel";
            var dac = Enumerable.Repeat(managed, 11)
                .Append(new NativeChecksum.Entry(controller, "NativeOpenChannel___VOID__I4"))
                .Append(new NativeChecksum.Entry(controller, "NativeGetChannelCount___I4"))
                .Append(new NativeChecksum.Entry(controller, "NativeGetResolutionInBits___I4"))
                .Append(new NativeChecksum.Entry(controller, "NativeInit___VOID"))
                .Concat(Enumerable.Repeat(managed, 2))
                .Append(new NativeChecksum.Entry(controller, "GetDeviceSelector___STATIC__STRING"))
                .Concat(Enumerable.Repeat(managed, 7))
                .Append(new NativeChecksum.Entry(channel, "NativeWriteValue___VOID__U2"))
                .Append(new NativeChecksum.Entry(channel, "NativeDispose___VOID__BOOLEAN"))
                .Concat(Enumerable.Repeat(managed, 6));
            Expect(0x02B3E860, NativeChecksum.Of("System.Device.Dac", dac));
        }

        private static void Expect(uint known, uint computed)
        {
            if (known != computed)
                throw new InvalidOperationException("the checksum chain gives 0x" + computed.ToString("X8") + " where 0x" + known.ToString("X8") + " is known");
        }
    }
}
