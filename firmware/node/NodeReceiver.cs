using NfIpsec.Base.Ports;

namespace NfIpsec.Node
{
    /// <summary>Hands on what comes from the packet port and is no IPsec packet.</summary>
    internal sealed class NodeReceiver : PacketReceiver
    {
        private readonly IpsecNode _node;
        private readonly PacketPort _packets;

        public NodeReceiver(IpsecNode node, PacketPort packets)
        {
            _node = node;
            _packets = packets;
        }

        public override void Datagram(int[] info)
        {
            if (_node.Keys != null)
            {
                _node.Keys.Datagram(info);
                return;
            }
            _packets.Put(info[PacketInfo.Slot], PacketPort.Release);
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
