using nanoFramework.TestFramework;
using NfIpsec.Base;
using NfIpsec.Base.Address;
using NfIpsec.Base.Algorithm;
using NfIpsec.Base.Bytes;
using NfIpsec.Base.Crypto;
using NfIpsec.Base.Ports;
using NfIpsec.Ipsec.Engine;
using NfIpsec.Ipsec.Management;
using NfIpsec.Ipsec.Message;
using NfIpsec.Ipsec.Policy;
using NfIpsec.Ipsec.Sa;
using NfIpsec.Native;

namespace NfIpsec.Tests.IpsecRoom
{
    /// <summary>A clock that stands where it is put.</summary>
    public sealed class StillClock : ClockPort
    {
        public long Time = 603000;

        public override long Now
        {
            get { return Time; }
        }

        public override long UtcSeconds
        {
            get { return -1; }
        }
    }

    /// <summary>Numbers that can be repeated; or none.</summary>
    public sealed class CountingRandom : RandomSource
    {
        public int Seed = 1;
        public bool Broken;

        /// <summary>Numbers of two bytes, which are jitter: 0 to 65535.</summary>
        public int Jitter;

        /// <summary>Numbers for the next calls, one each, in network order; then the sequence goes on.</summary>
        public int[] Script;
        private int[] _running;
        private int _next;

        public override int Fill(byte[] dst, int offset, int length)
        {
            if (Script != _running)
            {
                _running = Script;
                _next = 0;
            }
            if (Script != null && _next < Script.Length && length == 4)
            {
                BigEndian.Write32(dst, offset, Script[_next++]);
                return Status.XE_OK;
            }
            for (int i = 0; i < length && length == 2; i++)
            {
                dst[offset + i] = (byte)(Jitter >> (8 - 8 * i));
            }
            for (int i = 0; i < length && length != 2; i++)
            {
                Seed = Seed * 1103515245 + 12345;
                dst[offset + i] = (byte)(Seed >> 16);
            }
            return Broken ? Status.NFI_NO_RANDOM : Status.XE_OK;
        }
    }

    /// <summary>Remembers the events it got.</summary>
    public sealed class EventLog : MessageReceiver
    {
        public int Count;
        public readonly byte[][] Events = new byte[64][];

        public override void Event(byte[] message, int length)
        {
            Events[Count++] = (byte[])message.Clone();
        }

        public int TypeOf(int index)
        {
            return Events[index][MessageHeader.Type];
        }
    }

    /// <summary>The rooms of IPsec put together over a scripted packet port, each within reach of a test.</summary>
    public sealed class Bench
    {
        public const int LocalSpi = 0x1001, RemoteSpi = 0x2001, Tcp = 6, Udp = 17;

        public readonly ScriptedPackets Packets = new ScriptedPackets();
        public readonly StillClock Clock = new StillClock();
        public readonly CountingRandom Random = new CountingRandom();
        public readonly EventQueue Events = new EventQueue();
        public readonly Tally Tally = new Tally();
        public readonly Spd Spd;
        public readonly Sad Sad;
        public readonly Expiry Expiry;
        public readonly Waiting Waiting;
        public readonly Clones Clones;
        public readonly Outbound Outbound;
        public readonly TfcPadding Tfc;
        public readonly Dummies Dummies;
        public readonly Inbound Inbound;
        public readonly Databases Databases;
        public readonly IpsecAdmin Admin;
        public readonly MessageInterface Messages;
        public readonly NfIpsec.Ipsec.PacketApi Api;

        public Bench()
        {
            Assert.IsTrue(CryptoNative.Start() >= 0, "CryptoNative.Start");   // keys given by hand become secrets
            Spd = new Spd(Packets);
            Sad = new Sad(Packets, Random);
            Expiry = new Expiry(Sad, Events);
            Waiting = new Waiting(Packets, Spd, Events, Tally, Clock);
            Clones = new Clones(Spd, Events, Clock);
            Tfc = new TfcPadding(Packets, Random);
            Outbound = new Outbound(Packets, Spd, Expiry, Waiting, Clones, Tfc, Tally);
            Dummies = new Dummies(Packets, Sad, Outbound, Random, Tally);
            Inbound = new Inbound(Packets, Spd, Sad, Expiry, Events, Tally);
            Databases = new Databases(Spd, Sad, Waiting, Clones, Outbound, Tfc, Dummies, Events, Clock);
            Admin = new IpsecAdmin(Databases, Packets, Tally);
            Messages = new MessageInterface(Databases, Admin, Events);
            Api = new NfIpsec.Ipsec.PacketApi(Databases, Packets, Outbound, Inbound, Tally);
            Packets.Interfaces = new int[][] { InterfaceWith("10.0.0.77", 24), InterfaceWith("2001:db8::77", 64) };
        }

        /// <summary>A bench that is started.</summary>
        public static Bench Started()
        {
            Bench bench = new Bench();
            Assert.AreEqual(Status.XE_OK, bench.Admin.IPSecInit());
            return bench;
        }

        public static int[] InterfaceWith(string address, int prefix)
        {
            int[] words = new int[InterfaceInfo.Words];
            words[InterfaceInfo.Domain] = 1;
            words[InterfaceInfo.Up] = 1;
            words[InterfaceInfo.Mtu] = 1500;
            words[InterfaceInfo.Addresses] = 1;
            words[InterfaceInfo.First] = prefix;
            IpAddress.Copy(IpAddress.Parse(address).Words, 0, words, InterfaceInfo.First + 1);
            return words;
        }

        public static IPSecID Id(string text, int protocol)
        {
            IPSecID id = IPSecID.Parse(text, protocol, out int status, out string error);
            Assert.IsNotNull(id, error);
            return id;
        }

        /// <summary>Adds a policy straight to the database.</summary>
        public SecurityPolicy AddPolicy(int action, string source, string destination, int protocol, int priority, int flags)
        {
            IpAddress remote = action >= PolicyAction.IPSEC_POLICY_SECURE_TUNNEL ? IpAddress.Parse(source.IndexOf(':') < 0 ? "10.0.0.78" : "2001:db8::78") : null;
            SecurityPolicy policy = new SecurityPolicy(action, Id(source, protocol), Id(destination, protocol), 0, remote, flags, priority);
            if (policy.IsSecure)
            {
                policy.Protection.Local = IpAddress.Parse("10.0.0.77");
            }
            Assert.AreEqual(Status.XE_OK, Databases.AddPolicy(policy, 0));
            return policy;
        }

        /// <summary>TCP between 10.0.0.77 (us) and 10.0.0.78 in transport mode.</summary>
        public SecurityPolicy SecureTcp(int flags)
        {
            return AddPolicy(PolicyAction.IPSEC_POLICY_SECURE_TRANSPORT, "10.0.0.77", "10.0.0.78", Tcp, 4, PolicyFlags.SP_PROTO_ESP | flags);
        }

        public static SaRequest Request()
        {
            SaRequest request = new SaRequest();
            request.Encryption = Algorithms.Aes128Cbc;
            request.Integrity = Algorithms.HmacSha256;
            request.InboundSpi = LocalSpi;
            request.OutboundSpi = RemoteSpi;
            return request;
        }

        public IpsecSession AddSession(SecurityPolicy policy)
        {
            return AddSession(policy, Request());
        }

        public IpsecSession AddSession(SecurityPolicy policy, SaRequest request)
        {
            IpsecSession session = Databases.AddSession(policy, request, out int status);
            Assert.AreEqual(Status.XE_OK, status);
            return session;
        }

        /// <summary>A description; ports -1 when not given, of ICMP type and code.</summary>
        public static int[] Info(int kind, string source, string destination, int protocol, int sourcePort, int destinationPort)
        {
            int[] info = new int[PacketInfo.Words];
            info[PacketInfo.Kind] = kind;
            info[PacketInfo.Slot] = 3;
            info[PacketInfo.Domain] = 1;
            info[PacketInfo.Row] = -1;
            info[PacketInfo.Length] = 100;
            info[PacketInfo.Protocol] = protocol;
            IpAddress.Copy(IpAddress.Parse(source).Words, 0, info, PacketInfo.Source);
            IpAddress.Copy(IpAddress.Parse(destination).Words, 0, info, PacketInfo.Destination);
            info[PacketInfo.Version] = IpAddress.VersionOf(info, PacketInfo.Source);
            int shown = IPSecID.IsIcmp(protocol) ? PacketInfo.IcmpShown : 0;
            info[PacketInfo.SourcePort] = sourcePort < 0 ? sourcePort : sourcePort + shown;
            info[PacketInfo.DestinationPort] = destinationPort < 0 ? destinationPort : destinationPort + shown;
            return info;
        }

        /// <summary>TCP of ours to the peer, as the verdict table matched it.</summary>
        public int[] TcpOut(SecurityPolicy policy)
        {
            int[] info = Info(PacketInfo.Outbound, "10.0.0.77", "10.0.0.78", Tcp, 40000, 5001);
            info[PacketInfo.Row] = policy == null ? -1 : policy.Slot;
            info[PacketInfo.Generation] = Spd.Generation;
            return info;
        }

        /// <summary>ESP from the peer.</summary>
        public static int[] EspIn(int spi, int sequence)
        {
            int[] info = Info(PacketInfo.Inbound, "10.0.0.78", "10.0.0.77", 50, -1, -1);
            info[PacketInfo.Spi] = spi;
            info[PacketInfo.Sequence] = sequence;
            return info;
        }

        /// <summary>What is inside: TCP of the peer to us.</summary>
        public static int[] TcpIn()
        {
            int[] info = Info(PacketInfo.Inbound, "10.0.0.78", "10.0.0.77", Tcp, 5001, 40000);
            info[PacketInfo.Next] = Tcp;
            return info;
        }

        /// <summary>Asserts that exactly this code was counted, once, and the packet released.</summary>
        public void AssertDropped(int status, string what)
        {
            for (int i = 0; i < Status.Count; i++)
            {
                Assert.AreEqual(i == status ? 1 : 0, Tally.Xe[i], what + ": counter " + i.ToString());
            }
            Assert.AreEqual(1, Packets.Released, what + ": released");
            Assert.AreEqual(0, Packets.Sent, what + ": sent");
            Assert.AreEqual(0, Packets.Delivered, what + ": delivered");
        }
    }
}
