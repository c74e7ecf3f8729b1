using NfIpsec.Base.Address;
using NfIpsec.Base.Ports;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>Who we are to a remote, and whether somebody is that remote.</summary>
    internal static class Identities
    {
        /// <summary>-g, or the address we talk from.</summary>
        internal static IkeIdentity Ours(IkeSa sa)
        {
            return sa.Remote.LocalId != null ? sa.Remote.LocalId : IkeIdentity.FromAddress(IpAddress.FromWords(sa.Path.Words, PacketInfo.Source));
        }

        /// <summary>-f, or the peer's address where -f is not given.</summary>
        private static IkeIdentity Theirs(RemoteConfig remote, IkeSa sa)
        {
            return remote.RemoteId != null ? remote.RemoteId : IkeIdentity.FromAddress(IpAddress.FromWords(sa.Path.Words, PacketInfo.Destination));
        }

        /// <summary>Both SAs are with the same identity, whatever its addresses.</summary>
        internal static bool AreSame(IkeSa one, IkeSa other)
        {
            IkeIdentity wanted = Theirs(one.Remote, one);
            return Theirs(other.Remote, other).Same(wanted.Type, wanted.Data, 0, wanted.Data.Length);
        }

        /// <summary>The ID payload shows what -f says, or the peer's address where -f is not given.</summary>
        internal static bool Fits(RemoteConfig remote, IkeSa sa, PayloadIndex index, int place)
        {
            IkeIdentity wanted = Theirs(remote, sa);
            int at = index.Offset[place];
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
