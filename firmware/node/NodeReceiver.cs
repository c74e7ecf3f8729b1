using NfIpsec.Base.Ports;
using NfIpsec.Ike.Session;

namespace NfIpsec.Node
{
    /// <summary>Hands on what comes from the packet port and is no IPsec packet.</summary>
    internal sealed class NodeReceiver : PacketReceiver
    {
        private readonly IpsecNode _node;
        private readonly IkeModule _ike;

        public NodeReceiver(IpsecNode node, IkeModule ike)
        {
            _node = node;
            _ike = ike;
        }

        public override void Datagram(int[] info)
        {
            _ike.Datagram(info);
        }

        public override void InterfaceChanged(int[] info)
        {
            _node.AddressesChanged();
        }

        public override void Echo(int sequence, int microseconds)
        {
            _node.EchoReply(sequence, microseconds);
        }
    }
}
