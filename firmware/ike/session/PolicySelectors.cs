using NfIpsec.Base.Address;
using NfIpsec.Base.Bytes;
using NfIpsec.Ike.Wire;
using NfIpsec.Ipsec.Management;

namespace NfIpsec.Ike.Session
{
    /// <summary>What a negotiation needs to know of a policy, read from a GET_POLICY reply.</summary>
    public sealed class PolicySelectors
    {
        private const int Action = 4, Flags = 8, Source = 12, Destination = 48, Remote = 84, Low = 4, High = 20;

        public int Spid, Flag;
        public bool IsSecure, IsTunnel;

        /// <summary>ProtocolId.Ah or Esp; None for both together, which IKE has no words for (RFC 7296 3.3).</summary>
        public int SaProtocol;

        /// <summary>4 or 6, of both selectors.</summary>
        public int Version;

        /// <summary>0 any; of ICMP the ports are type and code with PacketInfo.IcmpShown added.</summary>
        public int Protocol, LocalPort, RemotePort;

        public readonly int[] LocalLow = new int[IpAddress.WordCount], LocalHigh = new int[IpAddress.WordCount];
        public readonly int[] RemoteLow = new int[IpAddress.WordCount], RemoteHigh = new int[IpAddress.WordCount];
        public readonly int[] Endpoint = new int[IpAddress.WordCount];

        internal void Read(byte[] src, int at)
        {
            Spid = BigEndian.Read32(src, at);
            int action = src[at + Action];
            IsTunnel = action == PolicyAction.IPSEC_POLICY_SECURE_TUNNEL;
            IsSecure = IsTunnel || action == PolicyAction.IPSEC_POLICY_SECURE_TRANSPORT;
            Flag = BigEndian.Read32(src, at + Flags);
            SaProtocol = ProtocolOf(Flag & (PolicyFlags.SP_PROTO_AH | PolicyFlags.SP_PROTO_ESP));
            Version = src[at + Source];
            Protocol = src[at + Source + 1];
            LocalPort = BigEndian.Read16(src, at + Source + 2);
            RemotePort = BigEndian.Read16(src, at + Destination + 2);
            ReadWords(src, at + Source + Low, LocalLow);
            ReadWords(src, at + Source + High, LocalHigh);
            ReadWords(src, at + Destination + Low, RemoteLow);
            ReadWords(src, at + Destination + High, RemoteHigh);
            ReadWords(src, at + Remote, Endpoint);
        }

        private static int ProtocolOf(int protocols)
        {
            return protocols == PolicyFlags.SP_PROTO_ESP ? ProtocolId.Esp : protocols == PolicyFlags.SP_PROTO_AH ? ProtocolId.Ah : ProtocolId.None;
        }

        private static void ReadWords(byte[] src, int at, int[] words)
        {
            for (int i = 0; i < words.Length; i++)
            {
                words[i] = BigEndian.Read32(src, at + 4 * i);
            }
        }

        /// <summary>One end as an identity of the message interface.</summary>
        internal void WriteEnd(byte[] dst, int at, bool local)
        {
            dst[at] = (byte)Version;
            dst[at + 1] = (byte)Protocol;
            BigEndian.Write16(dst, at + 2, local ? LocalPort : RemotePort);
            WriteWords(dst, at + Low, local ? LocalLow : RemoteLow);
            WriteWords(dst, at + High, local ? LocalHigh : RemoteHigh);
        }

        private static void WriteWords(byte[] dst, int at, int[] words)
        {
            for (int i = 0; i < words.Length; i++)
            {
                BigEndian.Write32(dst, at + 4 * i, words[i]);
            }
        }

        /// <summary>Each flow gets a policy and SAs of its own; this one has none.</summary>
        public bool IsPattern
        {
            get { return (Flag & PolicyFlags.SP_CLONE) != 0; }
        }

        /// <summary>The pattern of a tunnel whose peers may be anywhere.</summary>
        public bool IsRoaming
        {
            get { return IsTunnel && IpAddress.FromWords(Endpoint, 0).IsUnspecified; }
        }

        /// <summary>Extended sequence numbers are wanted.</summary>
        public bool Esn
        {
            get { return (Flag & PolicyFlags.SP_ESN) != 0; }
        }
    }
}
