using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Session;

namespace NfIpsec.Ikev2
{
    /// <summary>IKEv2 (RFC 7296): to be added to the module with Add.</summary>
    public sealed class Ikev2Module : IkeGeneration
    {
        public Ikev2Module(IkeModule ike)
        {
        }

        public override int Version
        {
            get { return 2; }
        }

        public override void Message(IkePath path, byte[] bytes, int offset, int length)
        {
        }

        public override void Acquire(ChildConfig child, RemoteConfig remote)
        {
        }

        public override void SaExpired(int spid, int inboundSpi, int outboundSpi, bool hard)
        {
        }

        public override void SaDeleted(int spid, int inboundSpi)
        {
        }

        public override void RemoteDeleted(RemoteConfig remote)
        {
        }

        public override void Shutdown()
        {
        }

        public override void Poll(long now)
        {
        }

        public override long NextDue
        {
            get { return long.MaxValue; }
        }

        public override int SaCount
        {
            get { return 0; }
        }

        public override bool GetSa(int index, IkeSaView view)
        {
            return false;
        }
    }
}
