using nanoFramework.TestFramework;
using NfIpsec.Base.Timer;

namespace NfIpsec.Tests.BaseRoom
{
    [TestClass]
    public class TimerQueueTests
    {
        private const int Capacity = 16;

        private static int s_seed;

        private static int Next(int bound)
        {
            s_seed = s_seed * 1103515245 + 12345;
            return ((s_seed >> 16) & 0x7fff) % bound;
        }

        [TestMethod]
        public void TimersComeInTheOrderOfTheirTimes()
        {
            TimerQueue timers = new TimerQueue(4);
            Assert.AreEqual(long.MaxValue, timers.NextDue);
            timers.Set(0, 30);
            timers.Set(1, 10);
            timers.Set(2, 20);
            Assert.AreEqual(10L, timers.NextDue);
            Assert.AreEqual(-1, timers.PopDue(9));
            Assert.AreEqual(1, timers.PopDue(100));
            timers.Set(0, 5);
            timers.Cancel(2);
            timers.Cancel(2);
            Assert.AreEqual(0, timers.PopDue(100));
            Assert.AreEqual(-1, timers.PopDue(100));
        }

        [TestMethod]
        public void ItAgreesWithAPlainArrayOverManyChanges()
        {
            s_seed = 99;
            TimerQueue timers = new TimerQueue(Capacity);
            long[] plain = new long[Capacity];
            for (int i = 0; i < Capacity; i++)
            {
                plain[i] = long.MaxValue;
            }
            for (int step = 0; step < 4000; step++)
            {
                int key = Next(Capacity);
                int what = Next(4);
                if (what < 2)
                {
                    plain[key] = Next(1000);
                    timers.Set(key, plain[key]);
                }
                else if (what == 2)
                {
                    plain[key] = long.MaxValue;
                    timers.Cancel(key);
                }
                else
                {
                    PopBoth(timers, plain, Next(1000));
                }
                Assert.AreEqual(Earliest(plain), timers.NextDue);
            }
        }

        private static void PopBoth(TimerQueue timers, long[] plain, long now)
        {
            long earliest = Earliest(plain);
            int key = timers.PopDue(now);
            if (earliest > now)
            {
                Assert.AreEqual(-1, key);
                return;
            }
            Assert.AreEqual(earliest, plain[key]);
            plain[key] = long.MaxValue;
        }

        private static long Earliest(long[] plain)
        {
            long earliest = long.MaxValue;
            for (int i = 0; i < plain.Length; i++)
            {
                earliest = plain[i] < earliest ? plain[i] : earliest;
            }
            return earliest;
        }
    }
}
