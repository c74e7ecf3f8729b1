using NfIpsec.Base.Address;
using NfIpsec.Ike.Session;

namespace NfIpsec.Ikev2
{
    /// <summary>The addresses that came with an IKE SA (RFC 7296 2.19): ours, which the peer gave, or the peer's, from our pool. They last as
    /// long as the SA, and go over to the one that takes its place.</summary>
    internal sealed class Assigned
    {
        /// <summary>null where there is none of the family.</summary>
        internal IpAddress Four, Six;

        /// <summary>Name servers of the network behind the peer, null none; ours alone.</summary>
        internal IpAddress NameServer4, NameServer6;

        /// <summary>Where it is from; null: it is ours.</summary>
        internal AddressPool Pool;

        /// <summary>That of the family, or null.</summary>
        internal IpAddress Of(int version)
        {
            return version == 4 ? Four : Six;
        }

        /// <summary>For a log line.</summary>
        public override string ToString()
        {
            string text = (Four == null ? "" : Four.ToString()) + (Four != null && Six != null ? " and " : "") + (Six == null ? "" : Six.ToString());
            IpAddress server = NameServer4 != null ? NameServer4 : NameServer6;
            return text + (server == null ? "" : ", name server " + server.ToString());
        }

        /// <summary>The IKE SA is gone: the address is free.</summary>
        internal void Release()
        {
            if (Pool != null)
            {
                Pool.Release(Of(Pool.Version));
            }
        }
    }
}
