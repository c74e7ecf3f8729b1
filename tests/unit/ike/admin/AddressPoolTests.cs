using nanoFramework.TestFramework;
using NfIpsec.Base.Address;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Session;

namespace NfIpsec.Tests.IkeRoom
{
    /// <summary>Addresses of a pool: one for each identity and the same again, bounded, none twice.</summary>
    [TestClass]
    public class AddressPoolTests
    {
        private static AddressPool Pool(string first, string last)
        {
            return new AddressPool(IpAddress.Parse(first), IpAddress.Parse(last));
        }

        private static IkeIdentity Id(string name)
        {
            return IkeIdentity.Parse("fqdn:" + name, out string error);
        }

        private static string Take(AddressPool pool, string name)
        {
            IpAddress address = pool.Take(name == null ? null : Id(name), null);
            return address == null ? "none" : address.ToString();
        }

        [TestMethod]
        [DataRow("10.9.0.254", "10.9.1.1", "10.9.0.254 10.9.0.255 10.9.1.0 10.9.1.1 none")]
        [DataRow("10.9.0.1", "10.9.0.1", "10.9.0.1 none")]
        [DataRow("255.255.255.254", "255.255.255.255", "255.255.255.254 255.255.255.255 none")]
        [DataRow("fd00::ffff:ffff", "fd00::1:0:1", "fd00::ffff:ffff fd00:0:0:0:0:1:0:0 fd00::1:0:1 none")]
        public void EachIdentityHasOneOfItsOwnUntilThereIsNone(string first, string last, string given)
        {
            AddressPool pool = Pool(first, last);
            string[] expected = given.Split(' ');
            for (int i = 0; i < expected.Length; i++)
            {
                string wanted = expected[i] == "none" ? "none" : IpAddress.Parse(expected[i]).ToString();
                Assert.AreEqual(wanted, Take(pool, "peer" + i.ToString()));
            }
            Assert.AreEqual(expected.Length - 1, pool.Taken);
        }

        [TestMethod]
        public void TheSameIdentityHasTheSameAgainAndSharesItWithItself()
        {
            AddressPool pool = Pool("10.9.0.1", "10.9.0.3");
            Assert.AreEqual("10.9.0.1", Take(pool, "a"));
            Assert.AreEqual("10.9.0.2", Take(pool, "b"));
            Assert.AreEqual("10.9.0.1", Take(pool, "a"), "its successor while it is still there");
            pool.Release(IpAddress.Parse("10.9.0.1"));
            Assert.AreEqual(2, pool.Taken, "one of the two has it still");
            pool.Release(IpAddress.Parse("10.9.0.1"));
            Assert.AreEqual(1, pool.Taken);
            pool.Release(IpAddress.Parse("10.9.0.1"));
            pool.Release(IpAddress.Parse("10.9.0.9"));
            Assert.AreEqual(1, pool.Taken, "nobody has what is given back");
            Assert.AreEqual("10.9.0.3", Take(pool, "c"), "one that nobody has had before one that a might come back for");
            Assert.AreEqual("10.9.0.1", Take(pool, "a"));
        }

        [TestMethod]
        public void TheOneThatIsFreeForLongestGoesFirst()
        {
            AddressPool pool = Pool("10.9.0.1", "10.9.0.2");
            Take(pool, "a");
            Take(pool, "b");
            pool.Release(IpAddress.Parse("10.9.0.2"));
            pool.Release(IpAddress.Parse("10.9.0.1"));
            Assert.AreEqual("10.9.0.2", Take(pool, "c"));
            Assert.AreEqual("10.9.0.1", Take(pool, "b"), "b's own is c's now");
            Assert.AreEqual("none", Take(pool, "a"));
        }

        [TestMethod]
        public void WhoProvesNothingIsSomebodyElseEachTime()
        {
            AddressPool pool = Pool("10.9.0.1", "10.9.0.2");
            Assert.AreEqual("10.9.0.1", Take(pool, null));
            Assert.AreEqual("10.9.0.2", Take(pool, null));
            Assert.AreEqual("none", Take(pool, null));
            pool.Release(IpAddress.Parse("10.9.0.1"));
            Assert.AreEqual("10.9.0.1", Take(pool, "a"));
        }

        [TestMethod]
        [DataRow("10.9.0.2", "10.9.0.2")]
        [DataRow("10.9.0.1", "10.9.0.3")]
        [DataRow("10.9.0.9", "10.9.0.3")]
        [DataRow("fd00::1", "10.9.0.3")]
        public void AWishIsHeardWhereNobodyElseHasAClaim(string wish, string given)
        {
            AddressPool pool = Pool("10.9.0.1", "10.9.0.4");
            Take(pool, "a");
            pool.Release(IpAddress.Parse("10.9.0.1"));
            if (given != wish)
            {
                Take(pool, "b");
            }
            Assert.AreEqual(given, pool.Take(Id("c"), IpAddress.Parse(wish)).ToString());
        }

        [TestMethod]
        public void AWideRangeCostsBoundedMemory()
        {
            AddressPool pool = Pool("fd00::", "fd00::ffff:ffff:ffff:ffff");
            int count = 0;
            while (count <= IkeLimits.MaxLeases && pool.Take(Id("peer" + count.ToString()), null) != null)
            {
                count++;
            }
            Assert.AreEqual(IkeLimits.MaxLeases, count);
        }

        [TestMethod]
        [DataRow("10.9.0.1", "10.9.0.9", "10.9.0.9", "10.9.0.20", true)]
        [DataRow("10.9.0.1", "10.9.0.9", "10.9.0.10", "10.9.0.20", false)]
        [DataRow("10.9.0.1", "10.9.0.9", "fd00::1", "fd00::9", false)]
        public void PoolsOverlapWhereTheyShareAnAddress(string first, string last, string otherFirst, string otherLast, bool expected)
        {
            Assert.AreEqual(expected, Pool(first, last).Overlaps(Pool(otherFirst, otherLast)));
            Assert.AreEqual(expected, Pool(otherFirst, otherLast).Overlaps(Pool(first, last)));
        }
    }
}
