using nanoFramework.TestFramework;
using NfIpsec.Base.Table;

namespace NfIpsec.Tests.BaseRoom
{
    [TestClass]
    public class IntTableTests
    {
        private const int Keys = 64, Capacity = 24;

        private static int s_seed;

        private static int Next(int bound)
        {
            s_seed = s_seed * 1103515245 + 12345;
            return ((s_seed >> 16) & 0x7fff) % bound;
        }

        [TestMethod]
        public void ItAgreesWithAPlainArrayOverManyChanges()
        {
            s_seed = 12345;
            IntTable table = new IntTable(Capacity);
            int[] plain = new int[Keys + 1];      // value + 1, 0 absent
            int count = 0;
            for (int step = 0; step < 4000; step++)
            {
                int key = 1 + Next(Keys);
                if (Next(2) == 0)
                {
                    bool expected = plain[key] == 0 && count < Capacity;
                    Assert.AreEqual(expected, table.Add(key << 20 | key, step), "add");
                    if (expected)
                    {
                        plain[key] = step + 1;
                        count++;
                    }
                }
                else
                {
                    Assert.AreEqual(plain[key] != 0, table.Remove(key << 20 | key), "remove");
                    count -= plain[key] != 0 ? 1 : 0;
                    plain[key] = 0;
                }
                int probe = 1 + Next(Keys);
                Assert.AreEqual(plain[probe] - 1, table.Find(probe << 20 | probe), "find");
                Assert.AreEqual(count, table.Count);
            }
        }

        [TestMethod]
        public void ZeroIsNoKey()
        {
            IntTable table = new IntTable(4);
            Assert.IsFalse(table.Add(0, 1));
            Assert.AreEqual(-1, table.Find(0));
            Assert.IsFalse(table.Remove(0));
        }

        [TestMethod]
        public void AFullTableStillFindsAndRefuses()
        {
            IntTable table = new IntTable(3);
            for (int i = 1; i <= 3; i++)
            {
                Assert.IsTrue(table.Add(-i, i));
            }
            Assert.IsFalse(table.Add(-4, 4));
            Assert.AreEqual(3, table.Find(-3));
            Assert.AreEqual(-1, table.Find(-4));
        }
    }
}
