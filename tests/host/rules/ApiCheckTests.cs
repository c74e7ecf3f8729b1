using System.Collections.Generic;
using System.Linq;
using NfIpsec.Tools.ApiCheck;
using Xunit;

namespace NfIpsec.Tests.Rules
{
    /// <summary>api-check rejects what the nanoFramework lacks, crashes at or silently does wrong, and nothing else.</summary>
    public sealed class ApiCheckTests
    {
        private static IReadOnlyList<Finding> Check(string source) => new DeviceCompiler(Tree.NanoApi).CompileText(source);

        private const string Test = "using nanoFramework.TestFramework; [TestClass] public class T ";

        [Theory]
        // crashes the interpreter
        [InlineData("GENERIC", "class A<T> { }")]
        [InlineData("GENERIC", "delegate T Make<T>();")]
        [InlineData("GENERIC", "class A { System.Func<int> f; }")]
        [InlineData("GENERIC", "class A { System.Action<int> f; }")]
        [InlineData("GENERIC", "class A { System.Collections.Generic.List<int> l; }")]
        [InlineData("MDARRAY", "class A { int[,] a; }")]
        [InlineData("MDARRAY", "class A { object a = new int[2, 3]; }")]
        // silently wrong
        [InlineData("GENERIC", "class A { void F<T>(T x) { } }")]
        [InlineData("GENERIC", "class A { void F<T>(T x) { } void G() { F(1); } }")]
        [InlineData("GENERIC", "class A { void G() { void F<T>(T x) { } F(1); } }")]
        [InlineData("CHECKED", "class A { int F(int x) { return checked(x + 1); } }")]
        [InlineData("CHECKED", "class A { int F(int x) { checked { return x + 1; } } }")]
        [InlineData("NUL", "class A { string s = \"a\\0b\"; }")]
        [InlineData("NUL", "class A { string s = \"a\\u0000b\"; }")]
        [InlineData("NUL", "class A { string F(int x) { return $\"{x}\\0\"; } }")]
        [InlineData("NUL", "class A { string F(string s) { return s + '\\0'; } }")]
        [InlineData("NUL", "class A { string F(string s) { s += '\\0'; return s; } }")]
        [InlineData("NUL", "class A { string F() { return new string('\\0', 3); } }")]
        [InlineData("NUL", "class A { string F(string s) { return s.PadLeft(9, '\\0'); } }")]
        [InlineData("NUL", "class A { void F(System.Text.StringBuilder b) { b.Append('\\0'); } }")]
        [InlineData("ENUMTEXT", "enum E { X } class A { string F(E e) { return e.ToString(); } }")]
        [InlineData("ENUMTEXT", "enum E { X } class A { string F(System.Enum e) { return e.ToString(); } }")]
        [InlineData("ENUMTEXT", "enum E { X } class A { string F(E e) { return $\"is {e}\"; } }")]
        [InlineData("ENUMTEXT", "enum E { X } class A { string F(E e) { return \"is \" + e; } }")]
        [InlineData("ENUMTEXT", "enum E { X } class A { string F(string s, E e) { s += e; return s; } }")]
        [InlineData("ENUMTEXT", "enum E { X } class A { string F(E e) { return string.Format(\"{0}\", e); } }")]
        [InlineData("ENUMTEXT", "enum E { X } class A { string F(E e) { return string.Concat(e, \"\"); } }")]
        [InlineData("STATICCTOR", "class A { static A() { } }")]
        [InlineData("STATICINIT", "class A { public static A One = new A(); } class B { static A a = A.One; }")]
        [InlineData("STATICINIT", "class A { static extern int N(); static int n = N(); }")]
        [InlineData("STATICINIT", "class A { static System.Threading.Timer t = new System.Threading.Timer(null, null, 0, 0); }")]
        // throws at run time
        [InlineData("INTERFACEBODY", "interface I { int F() { return 1; } }")]
        [InlineData("INTERFACEBODY", "interface I { int F { get { return 1; } } }")]
        [InlineData("STACKALLOC", "class A { void F() { var p = stackalloc int[2]; } }")]
        // rejected by the tools, or shifting their tables
        [InlineData("UNSAFE", "unsafe class A { int* p; }")]
        [InlineData("UNSAFE", "class A { void F(byte[] b) { unsafe { } } }")]
        [InlineData("EMBEDDED", "readonly struct S { }")]
        [InlineData("EMBEDDED", "class A { void F(in int x) { } }")]
        [InlineData("EMBEDDED", "#nullable enable\nclass A { string? s; }")]
        // what a board's test launcher does without, and what no attribute may hold
        [InlineData("TESTSTATE", Test + "{ int count; }")]
        [InlineData("TESTSTATE", Test + "{ readonly byte[] reply = new byte[4]; }")]
        [InlineData("TESTSTATE", Test + "{ event System.EventHandler Done; }")]
        [InlineData("TESTSTATE", Test + "{ int Count { get; set; } }")]
        [InlineData("TESTSTATE", Test + "{ public T() { } }")]
        [InlineData("TESTNULL", Test + "{ [TestMethod] [DataRow(1, null)] public void F(int x, string s) { } }")]
        [InlineData("TESTNULL", Test + "{ [DataRowAttribute((string)null)] public void F(string s) { } }")]
        [InlineData("TESTNULL", Test + "{ [DataRow(default(string))] public void F(string s) { } }")]
        // missing from the API, or from the language a board runs
        [InlineData("API", "class A { int? x; }")]
        [InlineData("API", "class A { (int, int) F() { return (1, 2); } }")]
        [InlineData("API", "record R(int X);")]
        [InlineData("API", "class A { decimal d = 1m; }")]
        [InlineData("API", "class A { volatile int x; }")]
        [InlineData("API", "class A { async System.Threading.Tasks.Task F() { } }")]
        [InlineData("API", "class A { System.Collections.IEnumerable F() { yield return 1; } }")]
        [InlineData("API", "class A { byte[] F(byte[] b) { return b[1..]; } }")]
        [InlineData("API", "class A { byte F(byte[] b) { return b[^1]; } }")]
        [InlineData("API", "class A { object F() { dynamic d = 1; return d.x; } }")]
        [InlineData("API", "class A { string F(string s) { return s.Replace('a', 'b'); } }")]
        [InlineData("API", "class A { string F(string[] s) { return string.Join(\",\", s); } }")]
        [InlineData("API", "class A { void F(int[] a) { System.Array.Sort(a); } }")]
        [InlineData("API", "class A { void F(byte[] a) { System.Buffer.BlockCopy(a, 0, a, 0, 1); } }")]
        [InlineData("API", "class A { object F() { return new System.Diagnostics.Stopwatch(); } }")]
        [InlineData("API", "class A { object F() { return System.Enum.Parse(typeof(System.DayOfWeek), \"Monday\"); } }")]
        [InlineData("API", "class A { void F() { System.Threading.ThreadPool.QueueUserWorkItem(null); } }")]
        [InlineData("API", "class A { void F() { System.Threading.Monitor.Wait(this); } }")]
        [InlineData("API", "class A { object F() { return System.Activator.CreateInstance(typeof(A)); } }")]
        [InlineData("API", "class A { object F() { return new System.Net.Sockets.UdpClient(); } }")]
        [InlineData("API", "class A { long x; void F() { System.Threading.Interlocked.Increment(ref x); } }")]
        [InlineData("API", "class A { System.Span<byte> F() { return default; } }")]
        [InlineData("API", "using System.Linq; class A { }")]
        // C# 11
        [InlineData("API", "class A { string s = \"\"\"raw\"\"\"; }")]
        [InlineData("API", "class A { bool F(int[] a) { return a is [1, ..]; } }")]
        [InlineData("API", "file class A { }")]
        public void Rejects(string rule, string source)
        {
            Assert.Contains(Check(source), f => f.Rule == rule);
        }

        [Theory]
        [InlineData("class A { int F(object o) { return o is string s && s.Length > 2 ? s[0] : o switch { int i => i, _ => 0 }; } }")]
        [InlineData("class A { string F(int x, string s) { return $\"{x} and {s}\" + x.ToString(\"X8\"); } }")]
        [InlineData("class A { int F(string s) { switch (s) { case \"a\": return 1; case \"b\": return 2; case \"c\": return 3; case \"d\": return 4; case \"e\": return 5; case \"f\": return 6; case \"g\": return 7; default: return 0; } } }")]
        [InlineData("class A { byte[] table = { 1, 2, 3, 4, 5, 6, 7, 8, 9 }; int[][] jagged = new int[2][]; }")]
        [InlineData("class A { event System.EventHandler Done; void F() { int n = 1; Done += (s, e) => { n++; }; if (Done != null) Done(this, null); } }")]
        [InlineData("class A { void F(System.Collections.ArrayList l, System.Collections.Hashtable t) { foreach (object o in l) { } foreach (object o in t) { } lock (l) { } } }")]
        [InlineData("class A { int F() { try { return 1; } catch (System.Exception e) when (e.Message == \"x\") { return 2; } finally { } } }")]
        [InlineData("class A { ulong F(ulong a, int b) { unchecked { return (a << b) * 3UL / 7UL; } } void G(ref int x, out int y) { y = x; } }")]
        [InlineData("class A { System.Threading.Thread t; void F() { t = new System.Threading.Thread(Run); t.Start(); System.Threading.Thread.Sleep(1); } void Run() { } }")]
        [InlineData("class A : System.IDisposable { public void Dispose() { } static void F() { using var a = new A(); } ~A() { } }")]
        [InlineData("class A { static readonly A One = new A(); const int X = 1; static int[] t = new int[X]; string s = \"a\" + X.ToString(); bool F(char c) { return c == '\\0'; } }")]
        [InlineData("enum E { X, Y } class A { int F(E e) { switch (e) { case E.X: return (int)e; default: return ((int)e).ToString().Length; } } }")]
        [InlineData("struct S { public int x; } class A { S F() { S s; s.x = 1; return s; } long G() { return System.DateTime.UtcNow.Ticks + System.Environment.TickCount64; } }")]
        [InlineData("abstract class B { public abstract int F { get; } } sealed class A : B { public override int F { get { return 1; } } public int G { get; private set; } = 2; }")]
        [InlineData("using nanoFramework.TestFramework; [TestClass] public class T { [TestMethod] [DataRow(1)] [DataRow(2)] public void F(int x) { Assert.AreEqual(x, x); Assert.ThrowsException(typeof(System.Exception), () => { throw new System.Exception(); }); } }")]
        [InlineData("using nanoFramework.TestFramework; [TestClass] public class T { const int X = 1; static int s_count; [Setup] public void S() { s_count = X; } [DataRow(\"null\")] public void F(string s) { } private static void G() { } } class Bench { int count; }")]
        [InlineData("class A { void F() { var s = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Dgram, System.Net.Sockets.ProtocolType.Udp); s.Poll(1, System.Net.Sockets.SelectMode.SelectRead); } }")]
        public void Accepts(string source)
        {
            Assert.Equal("", string.Join("\n", Check(source).Select(f => f.Text(""))));
        }

        [Fact]
        public void AFindingTellsFileLineConstructAndReason()
        {
            var finding = Check("class A\n{\n    int[,] a;\n}").First(f => f.Rule == "MDARRAY");
            Assert.Equal("text.cs:3: MDARRAY: int[,]: multi-dimensional arrays crash the interpreter; use jagged ones", finding.Text(""));
        }

        [Fact]
        public void EveryListedLineIsUnderstoodAndDeclared()
        {
            Assert.Empty(Tree.NanoApi.Problems);
            foreach (string path in Tree.Checkout.Under("tools/nano-api", ".txt"))
            {
                var assembly = ListingReader.Parse(Tree.Checkout.Lines(path).Select(l => l.TrimEnd('\r')).ToArray());
                int lines = Tree.Checkout.Lines(path).Count(l => l.Trim().Length > 0) - 1;
                Assert.Equal(lines, assembly.Types.Sum(Count));
            }
        }

        private static int Count(ListedType type) => 1 + type.Members.Count + type.Nested.Sum(Count);

        [Fact]
        public void WhatIsNotListedDoesNotExist()
        {
            var api = new DeviceCompiler(Tree.NanoApi);
            Assert.Contains(api.CompileText("class A { void F() { System.Console.ReadLine(); } }"), f => f.Construct == "CS0117");
            Assert.DoesNotContain(api.CompileText("class A { void F() { System.Console.WriteLine(\"\"); } }"), f => f.Rule == "API");
        }

        [Theory]
        [InlineData("class A { string f = \"LONG\"; }")]
        [InlineData(Test + "{ [TestMethod] [DataRow(\"LONG\")] public void F(string s) { } }")]
        [InlineData(Test + "{ [TestMethod] public void F() { string s = null; Assert.IsTrue(s == \"LONG\"); } }")]
        public void TheStringsOfOneAssemblyAreCounted(string source)
        {
            Assert.Empty(Check(source.Replace("LONG", new string('x', 30_000))));
            Assert.Contains(Check(source.Replace("LONG", new string('x', 66_000))), f => f.Rule == "STRINGS");
        }
    }

    /// <summary>The faces of the native interface are compared name by name, type by type, value by value.</summary>
    public sealed class NativeFaceTests
    {
        private const string Source = "public static class AThingNative { [MethodImpl(MethodImplOptions.InternalCall)] public static extern int ReadAll(int slot, byte[] dst, int dstOffset); }";
        private const string Header = "int32_t nfi_a_thing_read_all(int32_t slot, uint8_t *dst, int32_t dst_cap, int32_t dst_offset);";

        private static IEnumerable<Finding> Compare(string header)
        {
            var face = new HeaderFace();
            face.Add(header, "a.h");
            return FaceCheck.Headers(NativeFace.Parse(Source, "a.cs").ToList(), face);
        }

        [Fact]
        public void TheSameFaceHasNoFinding()
        {
            Assert.Empty(Compare(Header));
            Assert.Empty(Compare("/* read, or\n not */ " + Header.Replace("uint8_t *dst", "const uint8_t *dst") + " // more"));
        }

        [Theory]
        [InlineData("")]
        [InlineData("int32_t nfi_a_thing_read(int32_t slot, uint8_t *dst, int32_t dst_cap, int32_t dst_offset);")]
        [InlineData("int32_t nfi_a_thing_read_all(int32_t slot, uint8_t *dst, int32_t dst_offset);")]
        [InlineData("int32_t nfi_a_thing_read_all(uint8_t *dst, int32_t dst_cap, int32_t dst_offset, int32_t slot);")]
        [InlineData("int32_t nfi_a_thing_read_all(int32_t slot, uint8_t *dst, int32_t dst_offset, int32_t dst_cap);")]
        [InlineData("int32_t nfi_a_thing_read_all(int32_t slot, int32_t *dst, int32_t dst_cap, int32_t dst_offset);")]
        [InlineData("int32_t nfi_a_thing_read_all(int32_t slot, uint8_t dst, int32_t dst_cap, int32_t dst_offset);")]
        [InlineData(Header + "int32_t nfi_a_thing_more(void);")]
        public void AnotherFaceIsFound(string header)
        {
            Assert.NotEmpty(Compare(header));
        }

        [Fact]
        public void TheMethodTableIsPositional()
        {
            var methods = NativeFace.Parse(Source.Replace("public static extern", "public static extern int Size(); public static extern"), "a.cs").ToList();
            const string size = "    Library_NfIpsec_Native_AThingNative::Size___STATIC__I4,\n";
            const string read = "    Library_NfIpsec_Native_AThingNative::ReadAll___STATIC__I4__I4__SZARRAY_U1__I4,\n";
            Assert.Empty(FaceCheck.Table(methods, size + read, "t"));
            Assert.NotEmpty(FaceCheck.Table(methods, read + size, "t"));
            Assert.NotEmpty(FaceCheck.Table(methods, size, "t"));
            Assert.NotEmpty(FaceCheck.Table(methods, size + read + size, "t"));
            Assert.NotEmpty(FaceCheck.Table(methods, size + read.Replace("U1", "I4"), "t"));
        }

        [Theory]
        [InlineData("public static class ANative { public static int F() { return 1; } }")]
        [InlineData("public static class ANative { static int field; }")]
        [InlineData("public static class ANative { public static extern int F(); }")]
        [InlineData("public class ANative { }")]
        [InlineData("public struct ANative { }")]
        [InlineData("public static class ANative { static class Inner { } }")]
        public void TheNativeAssemblyHoldsNothingElse(string source)
        {
            var root = Microsoft.CodeAnalysis.CSharp.CSharpSyntaxTree.ParseText("namespace N { " + source + " }").GetRoot();
            Assert.NotEmpty(NativeOnly.Check(root));
        }

        [Fact]
        public void TheTwinPassesEveryArrayWithItsCapacity()
        {
            string twin = TwinWriter.Files(NativeFace.Parse(Source, "a.cs").ToList())["AThingNative.cs"];
            Assert.Contains("private static extern int nfi_a_thing_read_all(int slot, byte* dst, int dstCapacity, int dstOffset);", twin);
            Assert.Contains("return nfi_a_thing_read_all(slot, dstPointer, dst == null ? 0 : dst.Length, dstOffset);", twin);
        }

        [Theory]
        [InlineData("enum nfi_kind { NFI_NOTHING = 0, NFI_OUTBOUND };", "", true)]
        [InlineData("enum nfi_kind { NFI_NOTHING = 0, NFI_OUTBOUND = 2 };", "NFI_OUTBOUND", false)]
        [InlineData("enum nfi_kind { NFI_NOTHING = 0, NFI_OUTBOUND, NFI_MORE };", "NFI_MORE", false)]
        [InlineData("enum nfi_kind { NFI_NOTHING };", "Outbound = 1", false)]
        public void ConstantsAreCompared(string header, string construct, bool same)
        {
            var api = new DeviceCompiler(Tree.NanoApi);
            api.CompileText("namespace NfIpsec.Base.Ports { public static class PacketInfo { public const int Nothing = 0, Outbound = 1; } }");
            var face = new HeaderFace();
            face.Add(header, "a.h");
            var findings = ConstantCheck.Check(face.Constants, name => api.Compilations["Text"].GetTypeByMetadataName(name)).ToList();
            Assert.Equal(same, findings.Count == 0);
            Assert.All(findings, f => Assert.Equal(construct, f.Construct));
        }

        [Fact]
        public void TheHeadersConstantsAreRead()
        {
            var face = new HeaderFace();
            foreach (string name in new[] { "nfi_status.h", "nfi_packet.h" })
                face.Add(Tree.Checkout.Text("crypto-native/include/" + name), name);
            int Value(string name) => face.Constants.Single(c => c.Name == name).Value;
            Assert.Equal(33, Value("XE_UNKNOWN_IP_PROTOCOL"));
            Assert.Equal(34, Value("NFI_XE_COUNT"));
            Assert.Equal(35, Value("NFI_COUNT_BYPASS_IN"));
            Assert.Equal(256, Value("NFI_TF_DF_SET"));
        }
    }
}
