using NfIpsec.Base;
using NfIpsec.Base.Address;
using NfIpsec.Base.Ports;
using NfIpsec.Ike.Session;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>The configuration payload (RFC 7296 2.19, 3.15), both roles: CFG_REQUEST for an address, CFG_REPLY with one. We ask in
    /// IKE_AUTH; a peer may ask with a later child too. Any
    /// other attribute is passed over, and so are CFG_SET and CFG_ACK. A reply that was not asked for is not read.</summary>
    internal static class Configuration
    {
        // RFC 7296 3.15.1.
        private const int Ip4Address = 1, Ip4Dns = 3, Ip6Address = 8, Ip6Dns = 10;
        private const int Ip4Bytes = 4, Ip6Bytes = 16, Ip6PrefixBytes = 17, WholePrefix = 128;

        /// <summary>We want an address of the peer. Stands ahead of SA.</summary>
        internal static void WriteRequest(MessageWriter writer)
        {
            ConfigurationPayload.Open(writer, ConfigurationPayload.Request);
            ConfigurationPayload.WriteAttribute(writer, Ip4Address, null, 0, 0);
            ConfigurationPayload.WriteAttribute(writer, Ip6Address, null, 0, 0);
            ConfigurationPayload.WriteAttribute(writer, Ip4Dns, null, 0, 0);
            ConfigurationPayload.WriteAttribute(writer, Ip6Dns, null, 0, 0);
        }

        /// <summary>What the peer gives us, once it has proved itself; a fault.</summary>
        internal static int Take(Ikev2Module ike, IkeSa sa, PayloadIndex index)
        {
            int place = index.Find(PayloadType.Configuration);
            Assigned given = new Assigned();
            if (place >= 0 && ConfigurationPayload.Type(index.Bytes, index.Offset[place]) == ConfigurationPayload.Reply)
            {
                int at = index.Offset[place], length = index.Length[place];
                for (int one = ConfigurationPayload.First(at, length); one != ConfigurationPayload.End; one = ConfigurationPayload.Next(index.Bytes, one, at, length))
                {
                    Take(given, ConfigurationPayload.Attribute(index.Bytes, one), Read(index.Bytes, one));
                }
            }
            if (!IsUsable(ike, sa, given.Four))
            {
                given.Four = null;
            }
            if (!IsUsable(ike, sa, given.Six))
            {
                given.Six = null;
            }
            if (given.Four == null && given.Six == null)
            {
                return Fault.NoAddress;
            }
            sa.Assigned = given;
            ike.Module.Log.Info("'" + sa.Remote.Name + "' gives us the virtual address " + given.ToString());
            return Fault.None;
        }

        // The first of each kind counts.
        private static void Take(Assigned given, int attribute, IpAddress address)
        {
            if (address == null)
            {
                return;
            }
            switch (attribute)
            {
                case Ip4Address:
                    given.Four = given.Four == null && address.Version == 4 ? address : given.Four;
                    break;
                case Ip6Address:
                    given.Six = given.Six == null && address.Version == 6 ? address : given.Six;
                    break;
                case Ip4Dns:
                    given.NameServer4 = given.NameServer4 == null && address.Version == 4 ? address : given.NameServer4;
                    break;
                case Ip6Dns:
                    given.NameServer6 = given.NameServer6 == null && address.Version == 6 ? address : given.NameServer6;
                    break;
            }
        }

        // The address of an attribute: 4 bytes, 16, or 16 and a prefix length; null of any other length, and for an empty one.
        private static IpAddress Read(byte[] src, int place)
        {
            int length = ConfigurationPayload.ValueLength(src, place);
            return length == Ip4Bytes || length == Ip6Bytes || length == Ip6PrefixBytes
                ? IpAddress.FromBytes(src, ConfigurationPayload.ValueAt(place), length == Ip4Bytes ? 4 : 6) : null;
        }

        // One host's, which nobody has here and that is not the peer itself.
        private static bool IsUsable(Ikev2Module ike, IkeSa sa, IpAddress address)
        {
            return address != null && !address.IsUnspecified && !address.IsSpecial && !ike.Module.IsOurs(address)
                && !IpAddress.Same(address.Words, 0, sa.Path.Words, PacketInfo.Destination);
        }

        /// <summary>The message holds a CFG_REQUEST.</summary>
        internal static bool IsAsked(PayloadIndex index)
        {
            int place = index.Find(PayloadType.Configuration);
            return place >= 0 && ConfigurationPayload.Type(index.Bytes, index.Offset[place]) == ConfigurationPayload.Request;
        }

        /// <summary>The peer's request is answered out of the pool of its line; a fault, which refuses its children and leaves the SA
        /// (3.15.4). Without a pool nothing is given, whatever is asked.</summary>
        internal static int Serve(Ikev2Module ike, IkeSa sa, PayloadIndex index)
        {
            AddressPool pool = sa.Remote.Pool;
            int place = index.Find(PayloadType.Configuration);
            if (pool == null)
            {
                return Fault.None;
            }
            if (!IsAsked(index))
            {
                return Fault.AddressNotAsked;
            }
            int at = index.Offset[place], length = index.Length[place];
            int wanted = pool.Version == 4 ? Ip4Address : Ip6Address;
            int one = ConfigurationPayload.First(at, length);
            while (one != ConfigurationPayload.End && ConfigurationPayload.Attribute(index.Bytes, one) != wanted)
            {
                one = ConfigurationPayload.Next(index.Bytes, one, at, length);
            }
            IpAddress address = one == ConfigurationPayload.End ? null : pool.Take(sa.PeerId, Read(index.Bytes, one));
            if (address == null)
            {
                return Fault.PoolEmpty;
            }
            sa.Assigned = new Assigned();
            sa.Assigned.Pool = pool;
            sa.Assigned.Four = pool.Version == 4 ? address : null;
            sa.Assigned.Six = pool.Version == 6 ? address : null;
            ike.Module.Log.Info("'" + sa.Remote.Name + "' at " + sa.Path.RemoteText + " has the virtual address " + sa.Assigned.ToString());
            return Fault.None;
        }

        /// <summary>CFG_REPLY with what Serve gave. Stands ahead of SA.</summary>
        internal static void WriteReply(MessageWriter writer, IkeSa sa)
        {
            if (sa.Assigned == null || sa.Assigned.Pool == null)
            {
                return;
            }
            ConfigurationPayload.Open(writer, ConfigurationPayload.Reply);
            Write(writer, sa.Assigned.Of(sa.Assigned.Pool.Version), Ip4Address, Ip6Address, true);
            if (sa.Remote.NameServer != null)
            {
                Write(writer, sa.Remote.NameServer, Ip4Dns, Ip6Dns, false);
            }
        }

        private static void Write(MessageWriter writer, IpAddress address, int four, int six, bool prefix)
        {
            byte[] value = new byte[address.Version == 4 ? Ip4Bytes : prefix ? Ip6PrefixBytes : Ip6Bytes];
            address.ToBytes(value, 0);
            if (value.Length == Ip6PrefixBytes)
            {
                value[Ip6Bytes] = WholePrefix;
            }
            ConfigurationPayload.WriteAttribute(writer, address.Version == 4 ? four : six, value, 0, value.Length);
        }
    }
}
