using nanoFramework.TestFramework;
using NfIpsec.Ipsec.Sa;

namespace NfIpsec.Tests.IpsecRoom
{
    /// <summary>Replay protection: RFC 4303 3.4.3 and appendix A2.</summary>
    [TestClass]
    public class ReplayWindowTests
    {
        private const long T32 = 1L << 32;

        // One history over a window of 64: each step is a number and whether it must be new (THREATS 34).
        [TestMethod]
        public void ANumberIsAcceptedOnceAndOnlyInsideTheWindow()
        {
            long[] numbers = { 0, 1, 1, 9, 8, 7, 7, 63, 62, 62, 64, 64, 65, 2, 1, 0, 10, 128, 65, 64, 66, 127, 127, 200, 136, 137, 137, 1000, 936, 937, 100000, 99936, 99937, 99937, 99999 };
            bool[] fresh = { false, true, false, true, true, true, false, true, true, false, true, false, true, true, false, false, true, true, false, false, true, true, false, true, false, true, false, true, false, true, true, false, true, false, true };
            ReplayWindow window = new ReplayWindow(64, false);
            for (int i = 0; i < numbers.Length; i++)
            {
                string step = "step " + i.ToString() + ", number " + numbers[i].ToString();
                Assert.AreEqual(fresh[i], window.Test(numbers[i]), step);
                Assert.AreEqual(fresh[i], window.Test(numbers[i]), step + ", asked again: a test marks nothing");
                if (fresh[i])
                {
                    window.Mark(numbers[i]);
                }
            }
        }

        [TestMethod]
        [DataRow(32)]
        [DataRow(64)]
        [DataRow(96)]
        [DataRow(128)]
        [DataRow(1024)]
        public void EveryNumberOfTheWindowIsKept(int size)
        {
            ReplayWindow window = new ReplayWindow(size, false);
            for (int top = 1; top < 3 * size + 70; top += 7)
            {
                window.Mark(top);
                Assert.IsFalse(window.Test(top - size), "just behind the window");
                for (int number = top - size + 1; number <= top; number++)
                {
                    bool marked = number <= 0 || number % 7 == 1;
                    Assert.AreEqual(!marked, window.Test(number), "top " + top.ToString() + ", number " + number.ToString());
                }
            }
        }

        // THREATS 34
        [TestMethod]
        public void AFarJumpForgetsNothingItShouldKnow()
        {
            long[] jumps = { 31, 32, 33, 63, 64, 65, 95, 96, 127, 128, 129, 4096, 4294967295L };
            for (int i = 0; i < jumps.Length; i++)
            {
                ReplayWindow window = new ReplayWindow(64, false);
                for (int n = 1; n <= 64; n++)
                {
                    window.Mark(n);
                }
                window.Mark(64 + jumps[i]);
                for (long number = 1; number <= 64 + jumps[i] && number < 5000; number++)
                {
                    bool fresh = number > 64 && number < 64 + jumps[i] && number > jumps[i];
                    Assert.AreEqual(fresh, window.Test(number), "jump " + jumps[i].ToString() + ", number " + number.ToString());
                }
            }
        }

        // THREATS 34
        [TestMethod]
        public void TheLastNumberOfThirtyTwoBitsIsAccepted()
        {
            ReplayWindow window = new ReplayWindow(64, false);
            Assert.AreEqual(T32 - 1, window.Expand(-1));
            Assert.IsTrue(window.Test(T32 - 1));
            window.Mark(T32 - 1);
            Assert.IsFalse(window.Test(window.Expand(-1)));
            Assert.IsFalse(window.Test(window.Expand(0)), "it never wraps");
            Assert.IsFalse(window.Test(window.Expand(5)));
        }

        // RFC 4303 A2.2: case A (the window lies within one 2^32 span) and case B (it straddles two). top, low bits, whole number (THREATS 34).
        [TestMethod]
        public void TheHighHalfIsInferred()
        {
            long[] tops = { 0, 0, 0, 100, 100, 100, T32 - 1, T32 - 1, T32 - 1, T32 + 10, T32 + 10, T32 + 10, T32 + 10, T32 + 63, T32 + 63, T32 + 62, 7 * T32 + 500, 7 * T32 + 500, 7 * T32 + 500, 0x7fffffffL, 0x80000000L };
            long[] lows = { 1, T32 - 64, T32 - 63, 37, 36, 100, T32 - 64, T32 - 65, 0, 11, T32 - 53, T32 - 54, 0, 0, T32 - 1, T32 - 1, 437, 436, T32 - 1, 0xffffffffL, 0x7fffffffL };
            long[] whole = { 1, T32 - 64, -63, 37, T32 + 36, 100, T32 - 64, 2 * T32 - 65, T32, T32 + 11, T32 - 53, 2 * T32 - 54, T32, T32, 2 * T32 - 1, T32 - 1, 7 * T32 + 437, 8 * T32 + 436, 8 * T32 - 1, 0xffffffffL, 0x7fffffffL };
            for (int i = 0; i < tops.Length; i++)
            {
                ReplayWindow window = new ReplayWindow(64, true);
                window.Top = tops[i];
                Assert.AreEqual(whole[i], window.Expand((int)lows[i]), "case " + i.ToString() + ": top " + tops[i].ToString() + ", low " + lows[i].ToString());
            }
        }

        [TestMethod]
        public void ANumberBeforeTheFirstIsRefused()
        {
            ReplayWindow window = new ReplayWindow(64, true);
            long before = window.Expand(-1);
            Assert.IsTrue(before < 0);
            Assert.IsFalse(window.Test(before));
        }

        // THREATS 34
        [TestMethod]
        public void ExtendedNumbersGoOnPastTheWrap()
        {
            ReplayWindow window = new ReplayWindow(128, true);
            for (long number = T32 - 300; number < T32 + 300; number++)
            {
                if (number == T32 - 300)
                {
                    window.Top = number - 1;
                }
                Assert.AreEqual(number, window.Expand((int)number), "in order");
                Assert.IsTrue(window.Test(number));
                window.Mark(number);
                long late = window.Expand((int)(number - 100));
                Assert.AreEqual(number - 100, late, "late");
                Assert.IsTrue(number < T32 - 200 || !window.Test(late), "replayed");
            }
        }

        [TestMethod]
        [DataRow(32, true)]
        [DataRow(64, true)]
        [DataRow(1024, true)]
        [DataRow(0, false)]
        [DataRow(31, false)]
        [DataRow(33, false)]
        [DataRow(1056, false)]
        [DataRow(-32, false)]
        public void SizesAreMultiplesOfThirtyTwo(int size, bool good)
        {
            Assert.AreEqual(good, ReplayWindow.IsSize(size));
        }
    }
}
