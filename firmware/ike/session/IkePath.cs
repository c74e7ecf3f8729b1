using System;
using NfIpsec.Base.Address;
using NfIpsec.Base.Ports;

namespace NfIpsec.Ike.Session
{
    /// <summary>Between which ends datagrams go: interface, both addresses, both ports. <see cref="Words"/> are as
    /// <see cref="PacketInfo"/> lays them out, our end as the source.</summary>
    public sealed class IkePath
    {
        public const int IkePort = 500, NatPort = 4500;

        public readonly int[] Words = new int[PacketInfo.Words];

        public int LocalPort
        {
            get { return Words[PacketInfo.SourcePort]; }
            set { Words[PacketInfo.SourcePort] = value; }
        }

        public int RemotePort
        {
            get { return Words[PacketInfo.DestinationPort]; }
            set { Words[PacketInfo.DestinationPort] = value; }
        }

        /// <summary>RFC 3948 2.2: on 4500 a message has four zero bytes before it.</summary>
        public bool HasMarker
        {
            get { return LocalPort == NatPort; }
        }

        /// <summary>The way back of what came in.</summary>
        public void SetReply(int[] info)
        {
            Words[PacketInfo.Domain] = info[PacketInfo.Domain];
            IpAddress.Copy(info, PacketInfo.Destination, Words, PacketInfo.Source);
            IpAddress.Copy(info, PacketInfo.Source, Words, PacketInfo.Destination);
            LocalPort = info[PacketInfo.DestinationPort];
            RemotePort = info[PacketInfo.SourcePort];
        }

        public void Set(IpAddress local, IpAddress remote, int localPort, int remotePort)
        {
            Array.Clear(Words, 0, Words.Length);
            IpAddress.Copy(local.Words, 0, Words, PacketInfo.Source);
            IpAddress.Copy(remote.Words, 0, Words, PacketInfo.Destination);
            LocalPort = localPort;
            RemotePort = remotePort;
        }

        public IkePath Copy()
        {
            IkePath copy = new IkePath();
            copy.CopyFrom(this);
            return copy;
        }

        public void CopyFrom(IkePath other)
        {
            Array.Copy(other.Words, 0, Words, 0, Words.Length);
        }

        public bool Same(IkePath other)
        {
            return LocalPort == other.LocalPort && RemotePort == other.RemotePort && SameAddresses(other);
        }

        public bool SameAddresses(IkePath other)
        {
            return IpAddress.Same(Words, PacketInfo.Source, other.Words, PacketInfo.Source)
                && IpAddress.Same(Words, PacketInfo.Destination, other.Words, PacketInfo.Destination);
        }

        /// <summary>The peers are one host as far as addresses tell: the same IPv4 address, or the same /64 of IPv6.</summary>
        public bool SameSource(IkePath other)
        {
            bool four = IpAddress.VersionOf(Words, PacketInfo.Destination) == 4;
            int words = four ? IpAddress.WordCount : IpAddress.WordCount / 2;
            bool same = four == (IpAddress.VersionOf(other.Words, PacketInfo.Destination) == 4);
            for (int i = 0; i < words; i++)
            {
                same = same && Words[PacketInfo.Destination + i] == other.Words[PacketInfo.Destination + i];
            }
            return same;
        }

        /// <summary>The peer's address as text.</summary>
        public string RemoteText
        {
            get { return IpAddress.Format(Words, PacketInfo.Destination); }
        }

        public string LocalText
        {
            get { return IpAddress.Format(Words, PacketInfo.Source); }
        }
    }
}
