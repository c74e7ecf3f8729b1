using NfIpsec.Base.Crypto;
using NfIpsec.Base.Ports;

namespace NfIpsec.Ike.Session
{
    /// <summary>What IKE stands on.</summary>
    public sealed class IkePorts
    {
        public PacketPort Packets;
        public ClockPort Clock;

        /// <summary>The native generator and worker, where nothing else is said.</summary>
        public RandomSource Random = new NativeRandom();
        public JobPort Jobs = new NativeJobs();

        /// <summary>Where certificates and keys lie; null: there are none.</summary>
        public FilePort Files;

        /// <summary>null: nothing is logged.</summary>
        public LogPort Log;

        /// <summary>Where Wireshark's ikev2_decryption_table is written in debug builds; null for none.</summary>
        public FilePort KeyLog;
    }
}
