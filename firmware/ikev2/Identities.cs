using NfIpsec.Base.Address;
using NfIpsec.Base.Crypto;
using NfIpsec.Base.Ports;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>Who we are to a remote, and whether somebody is that remote.</summary>
    internal static class Identities
    {
        /// <summary>-g, or the address we talk from, or nobody with NULLAUTH; with a certificate its subject instead, and also where -g is a Name.</summary>
        internal static IkeIdentity Ours(IkeSa sa)
        {
            IkeIdentity id = sa.Remote.LocalId;
            if (sa.Remote.Own != null && (id == null || id.Type == IkeIdentity.Dn))
            {
                return new IkeIdentity(IkeIdentity.Dn, sa.Remote.Own[0].Part(CertificatePart.Subject, 0));
            }
            if (sa.Remote.Method == AuthMethod.NullAuth && id == null)
            {
                return new IkeIdentity(IkeIdentity.Null, new byte[0]);
            }
            return sa.Remote.LocalId != null ? sa.Remote.LocalId : IkeIdentity.FromAddress(IpAddress.FromWords(sa.Path.Words, PacketInfo.Source));
        }

        /// <summary>-f, or the peer's address where -f is not given.</summary>
        private static IkeIdentity Theirs(RemoteConfig remote, IkeSa sa)
        {
            return remote.RemoteId != null ? remote.RemoteId : IkeIdentity.FromAddress(IpAddress.FromWords(sa.Path.Words, PacketInfo.Destination));
        }

        /// <summary>Both SAs are between the same pair of authenticated identities, whatever the addresses: under one 'ike remote' line, so
        /// by one secret or trust, and with one identity of ours (RFC 7296 2.4). An address that several peers behind a NAT may have is
        /// none of them alone: there the NAT's port must be the same too.</summary>
        internal static bool AreSame(IkeSa one, IkeSa other)
        {
            return one.Remote == other.Remote && one.PeerId != null && other.PeerId != null && !Differ(one, other)
                && (one.Remote.LocalId != null || IpAddress.Same(one.Path.Words, PacketInfo.Source, other.Path.Words, PacketInfo.Source))
                && (!IsShared(one) || one.Path.RemotePort == other.Path.RemotePort);
        }

        private static bool IsShared(IkeSa sa)
        {
            return sa.RemoteNat && (sa.PeerId.Type == IkeIdentity.Ipv4 || sa.PeerId.Type == IkeIdentity.Ipv6);
        }

        /// <summary>The peers have shown two identities, or could have: who proves none is another one at another address, and may be one
        /// behind a NAT.</summary>
        internal static bool Differ(IkeSa one, IkeSa other)
        {
            IkeIdentity id = one.PeerId;
            if (one.Remote.Method == AuthMethod.NullAuth || other.Remote.Method == AuthMethod.NullAuth)
            {
                return one.RemoteNat || other.RemoteNat || !one.Path.SameAddresses(other.Path);
            }
            return id != null && other.PeerId != null && !other.PeerId.SameBytes(id.Type, id.Data, 0, id.Data.Length);
        }

        /// <summary>The identity that an ID payload shows.</summary>
        private static IkeIdentity Read(PayloadIndex index, int place)
        {
            byte[] data = new byte[index.Length[place] - IdPayload.DataAt];
            System.Array.Copy(index.Bytes, index.Offset[place] + IdPayload.DataAt, data, 0, data.Length);
            return new IkeIdentity(IdPayload.Type(index.Bytes, index.Offset[place]), data);
        }

        /// <summary>The identity that the peer has proved; null where it proved none, whatever it shows (RFC 7619 2.2).</summary>
        internal static IkeIdentity Proved(RemoteConfig remote, PayloadIndex index, int place)
        {
            return remote.Method == AuthMethod.NullAuth ? null : Read(index, place);
        }

        /// <summary>The ID payload shows what -f says, or the peer's address where -f is not given. With NULLAUTH it is not looked at.</summary>
        internal static bool Fits(RemoteConfig remote, IkeSa sa, PayloadIndex index, int place)
        {
            IkeIdentity wanted = Theirs(remote, sa);
            int at = index.Offset[place];
            if (remote.Method == AuthMethod.NullAuth)
            {
                return true;
            }
            if (remote.RemoteId == null && remote.PeerCertificate != null)
            {
                return true;      // -b says who it is; that the certificate speaks for the identity is looked at with it
            }
            return wanted.Same(IdPayload.Type(index.Bytes, at), index.Bytes, at + IdPayload.DataAt, index.Length[place] - IdPayload.DataAt);
        }

        /// <summary>For a log line.</summary>
        internal static string Shown(PayloadIndex index, int place)
        {
            int at = index.Offset[place];
            return IkeIdentity.Format(IdPayload.Type(index.Bytes, at), index.Bytes, at + IdPayload.DataAt, index.Length[place] - IdPayload.DataAt);
        }
    }
}
