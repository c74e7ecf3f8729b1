using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace NfIpsec.Tests.Rules
{
    /// <summary>Every house rule holds in this checkout, and can fail: each is fed a sample that breaks it.</summary>
    public sealed class RuleTests
    {
        private sealed record Rule(Func<Tree, IEnumerable<string>> Check, params (string Path, string Text)[] Broken);

        private static string Hot(string body) =>
            "interface IThing { void Do(); } delegate void Call(); class Other { public int Size { get { return 1; } } } "
            + "class Outbound { IThing thing; Call call; Other other; int[] words; struct Pair { public int a; } void Step() { " + body + " } }";

        private static IEnumerable<string> HotViolations(string body) =>
            HotPathRule.Check(Tree.Of(("firmware/ipsec/engine/Outbound.cs", Hot(body)))).Where(v => !v.Contains("is not there"));

        private static readonly (string, string) Port = ("firmware/base/ports/Port.cs", "namespace NfIpsec.Base.Ports { public abstract class Port { } }");
        private static readonly (string, string) Native = ("firmware/native/ANative.cs", "namespace NfIpsec.Native { public static class ANative { public static extern int Start(); } }");
        private static readonly (string, string) Engine = ("firmware/ipsec/engine/Engine.cs", "namespace NfIpsec.Ipsec.Engine { public class Loop { public static int Count; } }");

        private static readonly Dictionary<string, Rule> Rules = new Dictionary<string, Rule>
        {
            ["top level is fixed"] = new Rule(HouseRules.TopLevelIsFixed, ("docs/a.md", "")),
            ["no file over 700 lines"] = new Rule(HouseRules.NoLongFile, ("firmware/base/A.cs", new string('\n', 702))),
            ["no folder called util"] = new Rule(HouseRules.NoEmptyFolderName, ("firmware/base/Util/A.cs", "")),
            ["no machine path"] = new Rule(HouseRules.NoMachinePath, ("tools/a", "cd /wo" + "rk/main")),
            ["no registry host"] = new Rule(HouseRules.NoMachinePath, ("tools/a", "https://api.nu" + "get.org/v3")),
            ["a board's Program.cs is short"] = new Rule(HouseRules.BoardProgramIsShort, ("boards/a/Program.cs", new string('\n', 62))),
            ["every command has help"] = new Rule(HouseRules.EveryCommandHasHelp, ("tools/a", "#!/bin/sh\nexit 0\n")),
            ["every tool folder explains itself"] = new Rule(HouseRules.EveryToolFolderExplainsItself, ("tools/programs/a/Program.cs", "class A { }")),
            ["bounds stand in Limits (C#)"] = new Rule(HouseRules.BoundsStandInLimits, ("firmware/base/A.cs", "class A { private const int MaxThings = 4; }")),
            ["bounds stand in Limits (C)"] = new Rule(HouseRules.NativeBoundsStandInLimits, ("crypto-native/packet/a.c", "#define NFI_MAX_THINGS 4\n")),
            ["solution holds every project"] = new Rule(HouseRules.SolutionHoldsEveryProject, ("nf-ipsec.sln", ""), ("firmware/a/A.csproj", "<Project/>")),
            ["packages have one version"] = new Rule(HouseRules.PackagesAgree, ("a/packages.config", "<p><package id='x' version='1.0'/></p>"), ("b/packages.config", "<p><package id='x' version='1.1'/></p>")),
            ["packages are stable"] = new Rule(HouseRules.PackagesAgree, ("a/packages.config", "<p><package id='x' version='2.0-preview'/></p>")),
            ["hint paths follow packages.config"] = new Rule(HouseRules.PackagesAgree, ("a/A.nfproj", @"..\packages\x.1.2.3\lib\x.dll"), ("a/packages.config", "<p><package id=\"x\" version=\"1.2.4\"/></p>")),
            ["no feed address"] = new Rule(HouseRules.NoFeedAddress, ("nuget.config", "<packageSources/>")),
            ["every room has both projects"] = new Rule(HouseRules.EveryRoomHasBothProjects, ("firmware/a/A.cs", ""), ("firmware/a/A.csproj", "")),
            ["lwIP only in the shim"] = new Rule(RoomRules.LwipIncludes, ("crypto-native/packet/verdicts.c", "#include \"lwip/ip4.h\"\n")),
            ["mbedTLS only in crypto"] = new Rule(RoomRules.MbedtlsIncludes, ("crypto-native/include/a.h", "#include <mbedtls/aes.h>\n")),
            ["no body in firmware/native"] = new Rule(RoomRules.NativeHoldsExternMethodsOnly,
                ("firmware/native/ANative.cs", "namespace NfIpsec.Native { public static class ANative { public static int Two() { return 2; } } }")),
            ["base uses native in crypto only"] = new Rule(RoomRules.SourceArrows, Native,
                ("firmware/base/timer/A.cs", "namespace NfIpsec.Base.Timer { class A { int a = NfIpsec.Native.ANative.Start(); } }")),
            ["platform does not see ipsec, by a relative name"] = new Rule(RoomRules.SourceArrows, Engine,
                ("firmware/platform/A.cs", "namespace NfIpsec.Platform { class A { int a = Ipsec.Engine.Loop.Count; } }")),
            ["console does not see the engine"] = new Rule(RoomRules.SourceArrows, Engine,
                ("firmware/console/A.cs", "using NfIpsec.Ipsec.Engine; namespace NfIpsec.Console { class A { Loop loop; } }")),
            ["a using is an arrow too"] = new Rule(RoomRules.UsingArrows, Engine, ("firmware/base/A.cs", "using NfIpsec.Ipsec.Engine;")),
            ["ike sees management and message only"] = new Rule(RoomRules.UsingArrows, ("firmware/ike/A.cs", "using NfIpsec.Ipsec.Sa;")),
            ["the generations do not see each other"] = new Rule(RoomRules.UsingArrows, ("firmware/ikev2/A.cs", "using NfIpsec.IkeV1;")),
            ["project references follow the arrows"] = new Rule(RoomRules.ProjectArrows,
                ("firmware/base/A.csproj", "<Project><ItemGroup><ProjectReference Include=\"../ipsec/B.csproj\" /></ItemGroup></Project>")),
            ["device project references too"] = new Rule(RoomRules.ProjectArrows,
                ("firmware/platform/A.nfproj", "<Project><ItemGroup><ProjectReference Include=\"..\\node\\B.nfproj\" /></ItemGroup></Project>")),
            ["a namespace is its folder's"] = new Rule(RoomRules.Namespaces, ("firmware/base/timer/A.cs", "namespace NfIpsec.Base.Clock { class A { } }")),
            ["hot path"] = new Rule(HotPathRule.Check, Port),
        };

        public static TheoryData<string> Names => new TheoryData<string>(Rules.Keys);

        [Theory]
        [MemberData(nameof(Names))]
        public void Holds(string rule)
        {
            var broken = Rules[rule].Check(Tree.Checkout).Distinct().ToList();
            Assert.True(broken.Count == 0, string.Join("\n", broken));
        }

        [Theory]
        [MemberData(nameof(Names))]
        public void CanFail(string rule)
        {
            Assert.NotEmpty(Rules[rule].Check(Tree.Of(Rules[rule].Broken)));
        }

        [Theory]
        [InlineData("other = new Other();")]
        [InlineData("words = new int[2];")]
        [InlineData("object o = \"a\";")]
        [InlineData("int a = 1; object o = $\"{a}\";")]
        [InlineData("object o = 1;")]
        [InlineData("try { } finally { }")]
        [InlineData("lock (words) { }")]
        [InlineData("call = () => { };")]
        [InlineData("call = Step;")]
        [InlineData("call();")]
        [InlineData("thing.Do();")]
        [InlineData("int n = other.Size;")]
        [InlineData("Pair p; p.a = 1;")]
        public void TheHotPathRuleForbids(string body)
        {
            Assert.NotEmpty(HotViolations(body));
        }

        [Fact]
        public void TheHotPathRuleAllowsWhatItShould()
        {
            Assert.Empty(HotViolations("int n = words.Length; for (int i = 0; i < n; i++) words[i] = i; if (other == null) return;"));
        }
    }
}
