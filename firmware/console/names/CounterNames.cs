using NfIpsec.Base;
using NfIpsec.Base.Ports;

namespace NfIpsec.Console.Names
{
    /// <summary>Names of the counters: the XE_ codes, then what passed.</summary>
    public static class CounterNames
    {
        /// <summary>The name of counter <paramref name="index"/>, as <see cref="PacketCounters"/> numbers them.</summary>
        public static string Name(int index)
        {
            if (index < Status.Count)
            {
                return StatusText.Name(index);
            }
            string[] names =
            {
                "bypassed out", "bypassed in", "dropped by policy out", "dropped by policy in", "queued out", "queued in", "ring full out",
                "ring full in", "sent", "fragments out", "delivered", "reassembled", "reassembly failed", "malformed", "forwarded",
                "hops exceeded", "icmp errors"
            };
            int at = index - PacketCounters.BypassOut;
            return at < names.Length ? names[at] : "counter " + index.ToString();
        }
    }
}
