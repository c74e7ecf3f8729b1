using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Session;

namespace NfIpsec.Tests.ConsoleRoom.Fakes
{
    /// <summary>A version of IKE that negotiates nothing: it remembers what was asked and shows the SA that the test has put in.</summary>
    public sealed class RecordingGeneration : IkeGeneration
    {
        public int Shutdowns, RemotesDeleted;
        public string Acquired = "";
        public bool HasSa;

        public override int Version
        {
            get { return 2; }
        }

        public override void Message(IkePath path, byte[] bytes, int offset, int length)
        {
        }

        public override void Acquire(ChildConfig child, RemoteConfig remote)
        {
            Acquired += child.Name + ">" + remote.Name + " ";
        }

        public override void SaExpired(int spid, int inboundSpi, int outboundSpi, bool hard)
        {
        }

        public override void SaDeleted(int spid, int inboundSpi)
        {
        }

        public override void PeerMoved(int inboundSpi, int[] address, int port)
        {
        }

        public override void RemoteDeleted(RemoteConfig remote)
        {
            RemotesDeleted++;
        }

        public override void Shutdown()
        {
            Shutdowns++;
            HasSa = false;
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
            get { return HasSa ? 1 : 0; }
        }

        public override bool GetSa(int index, IkeSaView view)
        {
            if (index != 0 || !HasSa)
            {
                return false;
            }
            view.Version = 2;
            view.RemoteName = "peer";
            view.State = "ESTABLISHED";
            view.Initiator = true;
            view.InitiatorSpi = "0102030405060708";
            view.ResponderSpi = "1112131415161718";
            view.LocalAddress = "10.0.0.77";
            view.RemoteAddress = "10.0.0.78";
            view.LocalPort = 4500;
            view.RemotePort = 4500;
            view.RemoteNat = true;
            view.Encryption = NfIpsec.Base.Algorithm.Algorithms.Aes128Cbc;
            view.Integrity = NfIpsec.Base.Algorithm.Algorithms.HmacSha256;
            view.Prf = NfIpsec.Base.Algorithm.Algorithms.PrfHmacSha256;
            view.Group = NfIpsec.Base.Algorithm.Algorithms.Modp2048;
            view.Age = 12;
            view.Life = 86400;
            view.Children = 1;
            view.Spid[0] = 7;
            view.InboundSpi[0] = 0x1001;
            view.OutboundSpi[0] = 0x2001;
            return true;
        }
    }
}
