using System;
using System.Collections;
using TestFrameworkShared;

namespace nanoFramework.TestFramework
{
    /// <summary>Assert of the board's test framework, for the host: the same methods, overloads and meaning.</summary>
    public sealed class Assert
    {
        private static void Fail(string what, string message) =>
            throw new AssertFailedException(string.IsNullOrEmpty(message) ? what : what + ": " + message);

        private static void Same(object expected, object actual, string message, bool wanted)
        {
            if (Equals(expected, actual) != wanted)
                Fail((wanted ? "expected " : "not expected ") + Text(expected) + ", actual " + Text(actual), message);
        }

        internal static string Text(object value) => value == null ? "null" : value is string s ? "\"" + s + "\"" : value.ToString();

        public static void SkipTest(string message = null) => throw new SkipTestException(message);

        public static void IsTrue(bool condition, string message = "")
        {
            if (!condition)
                Fail("expected true", message);
        }

        public static void IsFalse(bool condition, string message = "")
        {
            if (condition)
                Fail("expected false", message);
        }

        public static void IsNull(object value, string message = "")
        {
            if (value != null)
                Fail("expected null, actual " + Text(value), message);
        }

        public static void IsNotNull(object value, string message = "")
        {
            if (value == null)
                Fail("expected not null", message);
        }

        public static void AreSame(object expected, object actual, string message = "")
        {
            if (!ReferenceEquals(expected, actual))
                Fail("expected the same object", message);
        }

        public static void AreNotSame(object notExpected, object actual, string message = "")
        {
            if (ReferenceEquals(notExpected, actual))
                Fail("expected another object", message);
        }

        public static void IsInstanceOfType(object value, Type expected, string message = "")
        {
            if (!expected.IsInstanceOfType(value))
                Fail("expected a " + expected + ", actual " + (value == null ? "null" : value.GetType().ToString()), message);
        }

        public static void IsNotInstanceOfType(object value, Type notExpected, string message = "")
        {
            if (notExpected.IsInstanceOfType(value))
                Fail("expected no " + notExpected, message);
        }

        public static void Contains(string expected, string value, string message = "") =>
            Part(value.Contains(expected, StringComparison.Ordinal), expected, "in", value, message);

        public static void DoesNotContains(string notExpected, string value, string message = "") =>
            Part(!value.Contains(notExpected, StringComparison.Ordinal), notExpected, "not in", value, message);

        public static void StartsWith(string expected, string value, string message = "") =>
            Part(value.StartsWith(expected, StringComparison.Ordinal), expected, "at the start of", value, message);

        public static void EndsWith(string expected, string value, string message = "") =>
            Part(value.EndsWith(expected, StringComparison.Ordinal), expected, "at the end of", value, message);

        private static void Part(bool holds, string expected, string where, string value, string message)
        {
            if (!holds)
                Fail("expected " + Text(expected) + " " + where + " " + Text(value), message);
        }

        public static void ThrowsException(Type exception, Action action, string message = "")
        {
            try
            {
                action();
            }
            catch (Exception e)
            {
                if (e.GetType() != exception)
                    Fail("expected " + exception + ", thrown " + e.GetType() + ": " + e.Message, message);
                return;
            }
            Fail("expected " + exception + ", nothing thrown", message);
        }

        public static void AreEqual(object expected, object actual, string message = "") => Same(expected, actual, message, true);

        public static void AreNotEqual(object notExpected, object actual, string message = "") => Same(notExpected, actual, message, false);

        public static void AreEqual(bool expected, bool actual, string message = "") => Same(expected, actual, message, true);
        public static void AreEqual(byte expected, byte actual, string message = "") => Same(expected, actual, message, true);
        public static void AreEqual(char expected, char actual, string message = "") => Same(expected, actual, message, true);
        public static void AreEqual(DateTime expected, DateTime actual, string message = "") => Same(expected, actual, message, true);
        public static void AreEqual(double expected, double actual, string message = "") => Same(expected, actual, message, true);
        public static void AreEqual(float expected, float actual, string message = "") => Same(expected, actual, message, true);
        public static void AreEqual(int expected, int actual, string message = "") => Same(expected, actual, message, true);
        public static void AreEqual(long expected, long actual, string message = "") => Same(expected, actual, message, true);
        public static void AreEqual(sbyte expected, sbyte actual, string message = "") => Same(expected, actual, message, true);
        public static void AreEqual(short expected, short actual, string message = "") => Same(expected, actual, message, true);
        public static void AreEqual(string expected, string actual, string message = "") => Same(expected, actual, message, true);
        public static void AreEqual(uint expected, uint actual, string message = "") => Same(expected, actual, message, true);
        public static void AreEqual(ulong expected, ulong actual, string message = "") => Same(expected, actual, message, true);
        public static void AreEqual(ushort expected, ushort actual, string message = "") => Same(expected, actual, message, true);
        public static void AreNotEqual(bool notExpected, bool actual, string message = "") => Same(notExpected, actual, message, false);
        public static void AreNotEqual(byte notExpected, byte actual, string message = "") => Same(notExpected, actual, message, false);
        public static void AreNotEqual(char notExpected, char actual, string message = "") => Same(notExpected, actual, message, false);
        public static void AreNotEqual(DateTime notExpected, DateTime actual, string message = "") => Same(notExpected, actual, message, false);
        public static void AreNotEqual(double notExpected, double actual, string message = "") => Same(notExpected, actual, message, false);
        public static void AreNotEqual(float notExpected, float actual, string message = "") => Same(notExpected, actual, message, false);
        public static void AreNotEqual(int notExpected, int actual, string message = "") => Same(notExpected, actual, message, false);
        public static void AreNotEqual(long notExpected, long actual, string message = "") => Same(notExpected, actual, message, false);
        public static void AreNotEqual(sbyte notExpected, sbyte actual, string message = "") => Same(notExpected, actual, message, false);
        public static void AreNotEqual(short notExpected, short actual, string message = "") => Same(notExpected, actual, message, false);
        public static void AreNotEqual(string notExpected, string actual, string message = "") => Same(notExpected, actual, message, false);
        public static void AreNotEqual(uint notExpected, uint actual, string message = "") => Same(notExpected, actual, message, false);
        public static void AreNotEqual(ulong notExpected, ulong actual, string message = "") => Same(notExpected, actual, message, false);
        public static void AreNotEqual(ushort notExpected, ushort actual, string message = "") => Same(notExpected, actual, message, false);
    }

    /// <summary>CollectionAssert of the board's test framework, for the host.</summary>
    public sealed class CollectionAssert
    {
        public static void Empty(ICollection collection, string message = "") => Assert.AreEqual(0, collection.Count, message);

        public static void NotEmpty(ICollection collection, string message = "") => Assert.AreNotEqual(0, collection.Count, message);

        public static void AreEqual(ICollection expected, ICollection actual, string message = "") =>
            Assert.IsTrue(FirstDifference(expected, actual) < 0, "they differ at element " + FirstDifference(expected, actual) + ". " + message);

        public static void AreNotEqual(ICollection notExpected, ICollection actual, string message = "") =>
            Assert.IsTrue(FirstDifference(notExpected, actual) >= 0, "they are equal. " + message);

        /// <summary>The index of the first element that differs or is missing, -1 when there is none.</summary>
        private static int FirstDifference(ICollection a, ICollection b)
        {
            IEnumerator x = a.GetEnumerator(), y = b.GetEnumerator();
            for (int i = 0; ; i++)
            {
                bool more = x.MoveNext(), too = y.MoveNext();
                if (!more && !too)
                    return -1;
                if (more != too || !Equals(x.Current, y.Current))
                    return i;
            }
        }
    }
}
