using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using NfIpsec.Tools.ApiCheck;

namespace NfIpsec.Tools.ClrGlue
{
    /// <summary>The checksum by which the interpreter accepts a native assembly, and the native names it is made of, as the
    /// nanoFramework metadata processor computes them.</summary>
    /// <remarks>CRC-32 with polynomial 0x04C11DB7, most significant bit first, start 0, no final inversion, chained over the
    /// method table: assembly, class and method name of a native method, "NULL" for a managed one. The chain restarts from 0
    /// at every link until the first native method is complete, so of that one only the method name counts.</remarks>
    public static class NativeChecksum
    {
        private const uint Polynomial = 0x04C11DB7;

        /// <summary>One entry of the table: class and method as <see cref="ClassName"/> and <see cref="MethodName"/> write
        /// them; null for a managed method.</summary>
        public sealed record Entry(string Class, string Method);

        /// <summary>The checksum of an assembly whose types are static classes of native methods only.</summary>
        public static uint Of(string assembly, string space, IEnumerable<NativeMethod> methods) =>
            Of(assembly, methods.Select(m => new Entry(ClassName(space, m.Class), MethodName(m))));

        public static uint Of(string assembly, IEnumerable<Entry> table)
        {
            uint sum = 0;
            bool native = false;
            foreach (Entry entry in table)
            {
                if (entry == null)
                {
                    sum = Add(native ? sum : 0, "NULL");
                    continue;
                }
                sum = Add(native ? sum : 0, assembly);
                sum = Add(native ? sum : 0, entry.Class);
                sum = Add(native ? sum : 0, entry.Method);
                native = true;
            }
            return native ? sum : 0;
        }

        /// <summary>NfIpsec.Native, CryptoNative -> NfIpsec_Native_CryptoNative</summary>
        public static string ClassName(string space, string name) => (space + "." + name).Replace('.', '_');

        /// <summary>Random(byte[], int, int) -> Random___STATIC__I4__SZARRAY_U1__I4__I4</summary>
        public static string MethodName(NativeMethod method) =>
            method.Name + "___STATIC__" + string.Join("__", new[] { method.Result }.Concat(method.Parameters.Select(p => p.Type)).Select(TypeName));

        private static string TypeName(string type) => type switch
        {
            "int" => "I4",
            "byte[]" => "SZARRAY_U1",
            "int[]" => "SZARRAY_I4",
            _ => throw new NotSupportedException("a native method may use int, byte[] and int[] only, not " + type),
        };

        private static uint Add(uint sum, string text)
        {
            foreach (byte octet in Encoding.ASCII.GetBytes(text))
            {
                sum ^= (uint)octet << 24;
                for (int bit = 0; bit < 8; bit++)
                    sum = (sum & 0x80000000) != 0 ? (sum << 1) ^ Polynomial : sum << 1;
            }
            return sum;
        }
    }
}
