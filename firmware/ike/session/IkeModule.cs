using NfIpsec.Base;
using NfIpsec.Base.Bytes;
using NfIpsec.Base.Crypto;
using NfIpsec.Base.Ports;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Wire;
using NfIpsec.Ipsec.Management;
using NfIpsec.Ipsec.Message;

namespace NfIpsec.Ike.Session
{
    /// <summary>IKE put together from its ports: datagrams and events in, datagrams and keys out. The protocol versions are added by who
    /// builds the node, so that either may be left out. One thread owns it.</summary>
    public sealed class IkeModule : KeyDaemon
    {
        private const int Versions = 3;

        private readonly PacketPort _packets;
        private readonly IkeGeneration[] _generations = new IkeGeneration[Versions];
        private readonly byte[] _in = new byte[IkeLimits.MaxMessage];
        private readonly IkePath _path = new IkePath();

        /// <summary>Where messages are built, from <see cref="MarkerSize"/> on, and where one that is kept elsewhere gets its marker on
        /// its way out: a message that is being built does not outlast a Send.</summary>
        public readonly byte[] Out = new byte[IkeLimits.MaxMessage];

        /// <summary>Bytes of the non-ESP marker (RFC 3948 2.2).</summary>
        public const int MarkerSize = UdpPayload.MarkerSize;

        public readonly ClockPort Clock;
        public readonly RandomSource Random;
        public readonly IkeLog Log;
        public readonly JobDesk Jobs;
        public readonly Trust Trust;
        public readonly Refusals Refusals = new Refusals();
        public readonly IpsecLink Ipsec;
        public readonly IpsecAdmin Management;
        public readonly FilePort KeyLog;

        /// <summary>The administrative API.</summary>
        public readonly IkeAdmin Admin;

        /// <summary>Registers with IPsec: from now on traffic without keys asks for them here.</summary>
        public IkeModule(IkePorts ports, IpsecAdmin management, MessageInterface messages)
        {
            _packets = ports.Packets;
            Clock = ports.Clock;
            Random = ports.Random;
            KeyLog = ports.KeyLog;
            Log = new IkeLog(ports.Log);
            Jobs = new JobDesk(ports.Jobs);
            Ipsec = new IpsecLink(messages);
            Management = management;
            Trust = new Trust(this, ports.Files, ports.Log);
            Admin = new IkeAdmin(this);
            Ipsec.Register(new IpsecEvents(this));
        }

        /// <summary>Adds a protocol version.</summary>
        public void Add(IkeGeneration generation)
        {
            _generations[generation.Version] = generation;
        }

        /// <summary>The generation, or null when it is not in the build.</summary>
        public IkeGeneration Generation(int version)
        {
            return version > 0 && version < Versions ? _generations[version] : null;
        }

        /// <summary>One IKE datagram as the packet port describes it. The slot is given back.</summary>
        public override void Datagram(int[] info)
        {
            int length = info[PacketInfo.Length];
            bool read = length <= _in.Length && _packets.Read(info[PacketInfo.Slot], 0, _in, 0, length) >= 0;
            _packets.Put(info[PacketInfo.Slot], PacketPort.Release);
            _path.SetReply(info);
            int at = read ? UdpPayload.Find(_in, length, _path.HasMarker, out length) : -1;
            if (at < 0)
            {
                Log.Count(Fault.BadHeader, _path);
                return;
            }
            int major = IkeHeader.MajorVersion(_in, at, length);
            IkeGeneration generation = major > 2 ? _generations[2] : Generation(major);
            if (generation == null)
            {
                Log.Count(Fault.BadHeader, _path);
                return;
            }
            generation.Message(_path, _in, at, length);
        }

        /// <summary>Sends one message, with the marker where the path has one.</summary>
        public int Send(IkePath path, byte[] message, int offset, int length)
        {
            if (!path.HasMarker)
            {
                return _packets.SendDatagram(path.Words, message, offset, length);
            }
            if (length > Out.Length - MarkerSize)
            {
                return -Status.XE_DST_OUT_OF_SPACE;
            }
            BigEndian.Write32(Out, 0, 0);
            if (message != Out || offset != MarkerSize)
            {
                System.Array.Copy(message, offset, Out, MarkerSize, length);
            }
            return _packets.SendDatagram(path.Words, Out, 0, length + MarkerSize);
        }

        /// <summary>One byte that keeps a NAT's mapping alive (RFC 3948 2.3).</summary>
        public void SendKeepalive(IkePath path)
        {
            Out[0] = 0xff;
            _packets.SendDatagram(path.Words, Out, 0, 1);
        }

        /// <summary>The address we talk to the remote from.</summary>
        public bool ChoosePath(RemoteConfig remote, IkePath path)
        {
            Base.Address.IpAddress local = remote.Local != null ? remote.Local : new LocalEndpoint(_packets).Choose(new IPSecID(), remote.Remote);
            if (local == null)
            {
                return false;
            }
            path.Set(local, remote.Remote, IkePath.IkePort, IkePath.IkePort);
            return true;
        }

        /// <summary>IPsec has room for another session.</summary>
        public bool HasSession
        {
            get { return Management.SessionCount < Limits.MaxSessions; }
        }

        /// <summary>An interface of ours has the address.</summary>
        public bool IsOurs(Base.Address.IpAddress address)
        {
            return new LocalEndpoint(_packets).IsOurs(address);
        }

        /// <summary>Our own address that stands behind a virtual one of that version: the one we talk to the peer from where it is of that
        /// family, else one that reaches the other end of the policy; null: there is none.</summary>
        public Base.Address.IpAddress OwnAddress(int version, IkePath path, PolicySelectors policy)
        {
            Base.Address.IpAddress own = Base.Address.IpAddress.FromWords(path.Words, PacketInfo.Source);
            return own.Version == version ? own : new LocalEndpoint(_packets).Choose(new IPSecID(), Base.Address.IpAddress.FromWords(policy.RemoteLow, 0));
        }

        /// <summary>Finished jobs and timers. Cheap when nothing is due: the node calls it every round.</summary>
        public override void Poll(long now)
        {
            if (Jobs.Count > 0)
            {
                Jobs.Poll();
            }
            for (int i = 0; i < Versions; i++)
            {
                if (_generations[i] != null && _generations[i].NextDue <= now)
                {
                    _generations[i].Poll(now);
                }
            }
        }

        /// <summary>The end: every key is wiped, peers are told nothing. To tell them, shut the versions down before and let time pass.</summary>
        public void Stop()
        {
            for (int i = 0; i < Versions; i++)
            {
                if (_generations[i] != null)
                {
                    _generations[i].Drop();
                }
            }
            Admin.ikev2DeleteAllRemotes();
            Trust.Store.Close();
        }

        /// <summary>When Poll wants to be called again, unless a datagram or a finished job (both end the packet port's Wait) comes
        /// before; long.MaxValue when nothing is due.</summary>
        public override long NextDue
        {
            get
            {
                long due = long.MaxValue;
                for (int i = 0; i < Versions; i++)
                {
                    if (_generations[i] != null && _generations[i].NextDue < due)
                    {
                        due = _generations[i].NextDue;
                    }
                }
                return due;
            }
        }

        internal void SaExpired(int spid, int inboundSpi, int outboundSpi, bool hard)
        {
            for (int i = 0; i < Versions; i++)
            {
                if (_generations[i] != null)
                {
                    _generations[i].SaExpired(spid, inboundSpi, outboundSpi, hard);
                }
            }
        }

        internal void SaDeleted(int spid, int inboundSpi)
        {
            for (int i = 0; i < Versions; i++)
            {
                if (_generations[i] != null)
                {
                    _generations[i].SaDeleted(spid, inboundSpi);
                }
            }
        }

        internal void PeerMoved(int inboundSpi, int[] address, int port)
        {
            for (int i = 0; i < Versions; i++)
            {
                if (_generations[i] != null)
                {
                    _generations[i].PeerMoved(inboundSpi, address, port);
                }
            }
        }

        /// <summary>The path's other end can be one host: no group, no broadcast, none of our own.</summary>
        public bool IsHost(IkePath path)
        {
            return new LocalEndpoint(_packets).IsHost(path.Words, PacketInfo.Destination);
        }

        internal void Acquire(int spid, int[] packet)
        {
            ChildConfig child = Admin.FindChild(spid);
            RemoteConfig remote = child == null ? null : Admin.FindInitiator(child.RemoteName);
            IkeGeneration generation = remote == null ? null : Generation(remote.Version);
            if (generation != null)
            {
                generation.Acquire(child.ForPacket(packet), remote);
                return;
            }
            Log.Fail(Fault.NoRemote, null, child == null ? "of policy " + spid.ToString() : "'" + child.RemoteName + "' of policy '" + child.Name + "'",
                child == null ? "the policy has no -g" : remote == null ? "with -w" : "IKEv" + remote.Version.ToString() + " is not in this build");
            Ipsec.AcquireFail(spid);
        }
    }
}
