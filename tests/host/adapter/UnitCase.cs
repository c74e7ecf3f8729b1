using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Linq;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;
using nanoFramework.TestFramework;
using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace NfIpsec.Tests.Unit
{
    /// <summary>Marks the one host method that stands for every test method of tests/unit.</summary>
    [XunitTestCaseDiscoverer("NfIpsec.Tests.Unit.UnitCaseDiscoverer", "NfIpsec.Tests.Unit")]
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class UnitCasesAttribute : FactAttribute
    {
    }

    /// <summary>Makes a case of each [TestMethod], or of each of its [DataRow]s.</summary>
    public sealed class UnitCaseDiscoverer : IXunitTestCaseDiscoverer
    {
        private readonly IMessageSink diagnostics;

        public UnitCaseDiscoverer(IMessageSink diagnostics)
        {
            this.diagnostics = diagnostics;
        }

        public IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions options, ITestMethod method, IAttributeInfo attribute)
        {
            foreach (var test in UnitMethods.All())
                for (int row = 0; row < Math.Max(1, UnitMethods.Rows(test).Length); row++)
                    yield return new UnitCase(diagnostics, options, method, new object[] { test.DeclaringType.FullName, test.Name, row });
        }
    }

    /// <summary>One test method with one row of arguments. A SkipTestException makes it skipped instead of failed.</summary>
    public sealed class UnitCase : XunitTestCase
    {
        [EditorBrowsable(EditorBrowsableState.Never)]
        [Obsolete("for the deserializer")]
        public UnitCase()
        {
        }

        public UnitCase(IMessageSink diagnostics, ITestFrameworkDiscoveryOptions options, ITestMethod method, object[] arguments)
            : base(diagnostics, options.MethodDisplayOrDefault(), options.MethodDisplayOptionsOrDefault(), method, arguments)
        {
        }

        protected override void Initialize()
        {
            base.Initialize();
            DisplayName = UnitMethods.Display((string)TestMethodArguments[0], (string)TestMethodArguments[1], (int)TestMethodArguments[2]);
        }

        public override async Task<RunSummary> RunAsync(IMessageSink diagnosticMessageSink, IMessageBus messageBus, object[] constructorArguments,
            ExceptionAggregator aggregator, CancellationTokenSource cancellationTokenSource)
        {
            using var bus = new SkipBus(messageBus);
            var summary = await base.RunAsync(diagnosticMessageSink, bus, constructorArguments, aggregator, cancellationTokenSource);
            summary.Failed -= bus.Skipped;
            summary.Skipped += bus.Skipped;
            return summary;
        }
    }

    /// <summary>Turns the failure of a test that skipped itself into a skip.</summary>
    internal sealed class SkipBus : IMessageBus
    {
        private readonly IMessageBus inner;

        public SkipBus(IMessageBus inner)
        {
            this.inner = inner;
        }

        public int Skipped { get; private set; }

        public bool QueueMessage(IMessageSinkMessage message)
        {
            if (message is TestFailed failed && failed.ExceptionTypes.FirstOrDefault() == typeof(SkipTestException).FullName)
            {
                Skipped++;
                return inner.QueueMessage(new TestSkipped(failed.Test, failed.Messages.FirstOrDefault() ?? "skipped by the test"));
            }
            return inner.QueueMessage(message);
        }

        public void Dispose()
        {
        }
    }

    /// <summary>The test methods compiled in from tests/unit.</summary>
    internal static class UnitMethods
    {
        private const BindingFlags Any = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static;

        /// <summary>By class, and within a class the methods without rows before those with rows, as written: the launcher's order.</summary>
        public static IEnumerable<MethodInfo> All() =>
            Classes().SelectMany(t => Having<TestMethodAttribute>(t).Union(Having<DataRowAttribute>(t)).OrderBy(m => Rows(m).Length > 0).ThenBy(m => m.MetadataToken));

        private static IEnumerable<Type> Classes() =>
            typeof(UnitMethods).Assembly.GetTypes().Where(t => t.GetCustomAttribute<TestClassAttribute>() != null).OrderBy(t => t.FullName, StringComparer.Ordinal);

        public static IEnumerable<MethodInfo> Having<T>(Type type) where T : Attribute =>
            type.GetMethods(Any).Where(m => m.GetCustomAttributes<T>().Any());

        public static DataRowAttribute[] Rows(MethodInfo method) => method.GetCustomAttributes<DataRowAttribute>().ToArray();

        public static MethodInfo Find(string type, string name) => typeof(UnitMethods).Assembly.GetType(type).GetMethod(name, Any);

        public static string Display(string type, string name, int row)
        {
            string shortName = type.Substring(type.LastIndexOf('.') + 1) + "." + name;
            var rows = Rows(Find(type, name));
            return rows.Length == 0 ? shortName : shortName + "(" + string.Join(", ", rows[row].MethodParameters.Select(Assertion)) + ")";
        }

        private static string Assertion(object value) => value == null ? "null" : value is string s ? "\"" + s + "\"" : value.ToString();
    }
}
