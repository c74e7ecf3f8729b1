using System;
using System.Text;
using NfIpsec.Base;
using NfIpsec.Base.Address;
using NfIpsec.Base.Algorithm;
using NfIpsec.Base.Crypto;
using NfIpsec.Base.Ports;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Session;
using NfIpsec.Ikev2;
using NfIpsec.Ipsec;
using NfIpsec.Ipsec.Management;
using Xunit;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>One board without a stack: IPsec, IKE and IKEv2 put together as the node does it.</summary>
    public sealed class Peer : IDisposable
    {
        public readonly World World;
        public readonly string Address;
        public readonly LinkPackets Packets;
        public readonly KeptLog Log = new();
        public readonly StepJobs Jobs = new();

        /// <summary>Where IKE's numbers, those of inbound SPIs and shared secrets come from; in force from the next Start.</summary>
        public RandomSource Random = new NativeRandom(), SpiRandom = new NativeRandom();
        public JobPort JobPort;

        /// <summary>Where certificates lie; in force from the next Start.</summary>
        public FilePort Files;
        public IpsecModule Ipsec;
        public IkeModule Ike;
        public Ikev2Module Ikev2;
        private int[] _last;

        public Peer(World world, string address)
        {
            World = world;
            Address = address;
            Packets = new LinkPackets(this, address);
            JobPort = Jobs;
            Start();
        }

        /// <summary>As after a reset: nothing is remembered. The keys of before are wiped without a word to anyone.</summary>
        public void Start()
        {
            Stop();
            Ipsec = new IpsecModule(Packets, World.Clock, SpiRandom);
            Assert.Equal(Status.XE_OK, Ipsec.Admin.IPSecInit());
            Ipsec.Admin.LegacyAllowed = true;
            var ports = new IkePorts { Packets = Packets, Clock = World.Clock, Random = Random, Jobs = JobPort, Log = Log, Files = Files };
            Ike = new IkeModule(ports, Ipsec.Admin, Ipsec.Messages);
            Ikev2 = new Ikev2Module(Ike);
            Ike.Add(Ikev2);
            Ike.Admin.LogLevel = NfIpsec.Base.Log.LogLevel.Info;
        }

        private void Stop()
        {
            if (Ipsec == null)
                return;
            Ike.Stop();
            Ipsec.Admin.IPSecAdminFlushAll();
        }

        /// <summary>One round; true when something happened.</summary>
        public bool Work()
        {
            bool moved = Ipsec.TakePackets(16) > 0;
            if (World.Clock.Now >= Ipsec.NextDue)
            {
                Ipsec.Poll(World.Clock.Now);
                moved = true;
            }
            bool busy = Ike.Jobs.Count > 0;
            bool due = World.Clock.Now >= Ike.NextDue;
            Ike.Poll(World.Clock.Now);
            return moved | busy | due;
        }

        public long NextDue => Math.Min(Ipsec.NextDue, Ike.NextDue);

        public void Receive(Sent sent) => Ike.Datagram(Packets.Arrived(sent));

        // ---- configuration ----

        public static int Row(int kind, string name)
        {
            int row = Algorithms.Find(kind, name);
            Assert.True(row >= 0, name);
            return row;
        }

        public static int[] Rows(int kind, string names) =>
            names == "" ? new int[0] : Array.ConvertAll(names.Split(','), name => Row(kind, name));

        public static Secret Psk(string text)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            return Secret.Import(bytes, 0, bytes.Length, out _);
        }

        public RemoteConfig Remote(string address, Setup setup)
        {
            var remote = new RemoteConfig
            {
                Name = setup.Remote, Version = setup.Version, Initiate = setup.Initiate, Accept = true, Method = setup.Method,
                Psk = setup.Method == AuthMethod.PresharedKey ? Psk(setup.Psk) : null, PskFile = "secret_file.txt",
                Encryption = Rows(Algorithms.Encryption, setup.Encryption), Integrity = Rows(Algorithms.Integrity, setup.Integrity),
                Prf = Rows(Algorithms.Prf, setup.Prf), Groups = Rows(Algorithms.Group, setup.Groups),
                Remote = IpAddress.Parse(address), RemoteId = setup.Method == AuthMethod.NullAuth ? null : Id(setup.TheirId ?? "ipv4:" + address),
                LocalId = setup.Method == AuthMethod.NullAuth ? null : Id(setup.OurId ?? "ipv4:" + Address),
                LifeSeconds = setup.IkeLife, DpdSeconds = setup.Dpd, NatTraversal = setup.Nat, VirtualRequest = setup.Request, Pool = Pool(setup.Pool),
                NameServer = setup.NameServer == null ? null : IpAddress.Parse(setup.NameServer),
                Fragmentation = setup.Fragmentation,
            };
            Assert.True(Ike.Admin.ikev2_CreateRemote(remote) == Status.XE_OK, Ike.Admin.LastError);
            return remote;
        }

        /// <summary>"FIRST-LAST", or null.</summary>
        private static AddressPool Pool(string range)
        {
            var ends = range?.Split('-');
            return range == null ? null : new AddressPool(IpAddress.Parse(ends[0]), IpAddress.Parse(ends[1]));
        }

        public static IkeIdentity Id(string text) => IkeIdentity.Parse(text, out _);

        /// <summary>A policy for one protocol between the two.</summary>
        public ChildConfig Policy(string name, string peer, int protocol, Setup setup)
        {
            var child = new ChildConfig
            {
                Name = name, RemoteName = setup.Remote, Encryption = Rows(Algorithms.Encryption, setup.ChildEncryption),
                Integrity = Rows(Algorithms.Integrity, setup.ChildIntegrity), Groups = Rows(Algorithms.Group, setup.Pfs), LifeSeconds = setup.ChildLife,
                Encap = setup.Encap, LifeBytes = setup.Bytes, LifePackets = setup.Packets,
            };
            int action = setup.Tunnel ? PolicyAction.IPSEC_POLICY_SECURE_TUNNEL : PolicyAction.IPSEC_POLICY_SECURE_TRANSPORT;
            int flags = setup.Protocols | PolicyFlags.SP_CHECK_REPLAY | setup.Flags;
            int status = Ike.Admin.IkeAdminAddIPSecConf(child, action, protocol, setup.Source ?? Address, setup.Destination ?? peer, peer, flags, 4);
            Assert.True(status == Status.XE_OK, Ike.Admin.LastError);
            return child;
        }

        // ---- what happened ----

        /// <summary>A packet of ours that the policy must protect.</summary>
        public void Traffic(ChildConfig child, string peer, int protocol, int sourcePort = 40000, int destinationPort = 5001)
        {
            _last = new int[PacketInfo.Words];
            _last[PacketInfo.Kind] = PacketInfo.Outbound;
            _last[PacketInfo.Domain] = 1;
            _last[PacketInfo.Row] = -1;
            _last[PacketInfo.Length] = 100;
            _last[PacketInfo.Version] = 4;
            _last[PacketInfo.Protocol] = protocol;
            IpAddress.Copy(IpAddress.Parse(Address).Words, 0, _last, PacketInfo.Source);
            IpAddress.Copy(IpAddress.Parse(peer).Words, 0, _last, PacketInfo.Destination);
            _last[PacketInfo.SourcePort] = sourcePort;
            _last[PacketInfo.DestinationPort] = destinationPort;
            Packets.Outgoing((int[])_last.Clone());
        }

        internal void Described(int[] info) => _last.CopyTo(info, 0);

        public IkeSaView[] Sas()
        {
            var sas = new IkeSaView[Ikev2.SaCount];
            for (int i = 0; i < sas.Length; i++)
            {
                sas[i] = new IkeSaView();
                Assert.True(Ikev2.GetSa(i, sas[i]));
            }
            return sas;
        }

        public SessionView[] Sessions()
        {
            var sessions = new SessionView[Ipsec.Admin.SessionCount];
            for (int i = 0; i < sessions.Length; i++)
            {
                sessions[i] = new SessionView();
                Assert.True(Ipsec.Admin.GetSession(i, sessions[i]));
            }
            return sessions;
        }

        public bool Said(string part) => Log.Lines.Exists(line => line.Contains(part));

        public void Dispose() => Stop();
    }

    /// <summary>The two configuration lines, as a test wants them.</summary>
    public sealed record Setup
    {
        public string Remote { get; init; } = "remoteINFO";
        public int Version { get; init; } = 2;
        public bool Initiate { get; init; } = true;

        /// <summary>PresharedKey or NullAuth.</summary>
        public int Method { get; init; } = AuthMethod.PresharedKey;
        public string Psk { get; init; } = "a secret of at least sixteen bytes";
        public string Encryption { get; init; } = "AES128-CBC";
        public string Integrity { get; init; } = "HMAC-SHA-2-256";
        public string Prf { get; init; } = "HMAC-SHA-2-256";
        public string Groups { get; init; } = "CURVE25519";
        public string ChildEncryption { get; init; } = "AES128-CBC";
        public string ChildIntegrity { get; init; } = "HMAC-SHA-2-256";
        public string Pfs { get; init; } = "";

        /// <summary>One of ChildConfig.Encap*.</summary>
        public int Encap { get; init; } = ChildConfig.EncapAuto;
        public bool Tunnel { get; init; }

        /// <summary>SP_PROTO_ESP or SP_PROTO_AH.</summary>
        public int Protocols { get; init; } = PolicyFlags.SP_PROTO_ESP;

        /// <summary>More bits of PolicyFlags.</summary>
        public int Flags { get; init; }
        public string Source { get; init; }
        public string Destination { get; init; }
        public string OurId { get; init; }
        public string TheirId { get; init; }
        public int IkeLife { get; init; } = 86400;
        public int ChildLife { get; init; } = 3600;

        /// <summary>Hard limits of a child, 0 none.</summary>
        public long Bytes { get; init; }
        public long Packets { get; init; }
        public int Dpd { get; init; } = 30;
        public int Nat { get; init; } = AuthMethod.NatOn;

        /// <summary>vip=request, vip=pool:, dns=.</summary>
        public bool Request { get; init; }
        public string Pool { get; init; }
        public string NameServer { get; init; }
        public bool Fragmentation { get; init; } = true;
    }
}
