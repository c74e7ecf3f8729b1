using System;
using System.Collections.Generic;
using System.Linq;
using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.ExceptionServices;
using nanoFramework.TestFramework;
using NfIpsec.Native;
using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace NfIpsec.Tests.Unit
{
    /// <summary>Runs a class of tests as the board's launcher does: Setup once, the methods, Cleanup once, and no instance: each
    /// method is called with a null "this", so that a test which keeps something in an instance field fails here as it does there.</summary>
    public sealed class UnitClasses : IDisposable
    {
        private static readonly object[] None = new object[0];

        private Type current;

        public void Run(string type, string name, int row)
        {
            var method = UnitMethods.Find(type, name);
            if (current != method.DeclaringType)
                Enter(method.DeclaringType);
            var rows = UnitMethods.Rows(method);
            Invoke(method, rows.Length == 0 ? None : rows[row].MethodParameters);
        }

        private void Enter(Type type)
        {
            Leave();
            foreach (var setup in UnitMethods.Having<SetupAttribute>(type))
                Invoke(setup, None);
            current = type;
        }

        private void Leave()
        {
            var left = current;
            current = null;
            if (left != null)
                foreach (var cleanup in UnitMethods.Having<CleanupAttribute>(left))
                    Invoke(cleanup, None);
        }

        /// <summary>A row holds constants as the compiler saw them: an int constant for a byte parameter is made a byte here.</summary>
        private static void Invoke(MethodInfo method, object[] arguments)
        {
            var parameters = method.GetParameters();
            var values = (object[])arguments.Clone();
            for (int i = 0; i < values.Length; i++)
                if (values[i] is IConvertible && values[i].GetType() != parameters[i].ParameterType && parameters[i].ParameterType.IsPrimitive)
                    values[i] = Convert.ChangeType(values[i], parameters[i].ParameterType);
            try
            {
                WithoutInstance(method, parameters).DynamicInvoke(values);
            }
            catch (TargetInvocationException e)
            {
                ExceptionDispatchInfo.Capture(e.InnerException).Throw();
            }
        }

        private static Delegate WithoutInstance(MethodInfo method, ParameterInfo[] parameters)
        {
            var signature = parameters.Select(p => p.ParameterType).Append(method.ReturnType).ToArray();
            return Delegate.CreateDelegate(Expression.GetDelegateType(signature), null, method);
        }

        public void Dispose() => Leave();
    }

    /// <summary>The cases of tests/unit.</summary>
    [TestCaseOrderer("NfIpsec.Tests.Unit.AsOnABoard", "NfIpsec.Tests.Unit")]
    public sealed class UnitTests : IClassFixture<UnitClasses>
    {
        private readonly UnitClasses classes;

        public UnitTests(UnitClasses classes)
        {
            this.classes = classes;
        }

        [UnitCases]
        public void Run(string type, string method, int row) => classes.Run(type, method, row);
    }

    /// <summary>In the order of UnitMethods: a class is set up and cleaned up once.</summary>
    public sealed class AsOnABoard : ITestCaseOrderer
    {
        public IEnumerable<T> OrderTestCases<T>(IEnumerable<T> cases)
            where T : ITestCase
        {
            var order = new Dictionary<string, int>();
            foreach (var method in UnitMethods.All())
                order[method.DeclaringType.FullName + "." + method.Name] = order.Count;
            var list = new List<T>(cases);
            list.Sort((a, b) => Place(order, a).CompareTo(Place(order, b)));
            return list;
        }

        private static long Place(Dictionary<string, int> order, ITestCase test)
        {
            var arguments = test.TestMethodArguments;
            return order[(string)arguments[0] + "." + (string)arguments[1]] * 100000L + (int)arguments[2];
        }
    }

    /// <summary>The unit tests call the native code: without the library nothing here would prove anything.</summary>
    public sealed class NativeLibraryTests
    {
        [Fact]
        public void TheNativeLibraryLoadsAndItsKnownAnswersHold()
        {
            int result = CryptoNative.Start();
            Xunit.Assert.True(result >= 0, "nfi_crypto_start returned " + result);
        }
    }
}
