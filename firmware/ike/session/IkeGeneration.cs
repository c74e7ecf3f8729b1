using NfIpsec.Ike.Admin;

namespace NfIpsec.Ike.Session
{
    /// <summary>One version of the protocol, as the module drives it. All calls come in the node's thread.</summary>
    public abstract class IkeGeneration
    {
        /// <summary>Major version.</summary>
        public abstract int Version { get; }

        /// <summary>A message; the bytes may be changed in place and are valid during the call only.</summary>
        /// <param name="path">From where it came: Source is the peer. Valid during the call only.</param>
        public abstract void Message(IkePath path, byte[] bytes, int offset, int length);

        /// <summary>The policy needs keys: a child on the IKE SA there is with the remote, or a new IKE SA.</summary>
        public abstract void Acquire(ChildConfig child, RemoteConfig remote);

        /// <summary>A session has reached its soft or hard lifetime.</summary>
        public abstract void SaExpired(int spid, int inboundSpi, int outboundSpi, bool hard);

        /// <summary>IPsec has deleted the session, not at our request.</summary>
        public abstract void SaDeleted(int spid, int inboundSpi);

        /// <summary>The newest packet of the session came from elsewhere than the last ones; answered with IpsecLink.PeerAt.</summary>
        /// <param name="address">Four words; valid during the call only.</param>
        public abstract void PeerMoved(int inboundSpi, int[] address, int port);

        /// <summary>The remote is no longer configured: what is not established with it ends.</summary>
        public abstract void RemoteDeleted(RemoteConfig remote);

        /// <summary>Deletes every SA and tells the peers.</summary>
        public abstract void Shutdown();

        /// <summary>Wipes every SA here and now; the peers are told nothing.</summary>
        public virtual void Drop()
        {
            Shutdown();
        }

        public abstract void Poll(long now);

        /// <summary>Milliseconds of the clock, or long.MaxValue.</summary>
        public abstract long NextDue { get; }

        public abstract int SaCount { get; }

        /// <summary>Fills the view with SA <paramref name="index"/>, from 0; false behind the last.</summary>
        public abstract bool GetSa(int index, IkeSaView view);
    }
}
