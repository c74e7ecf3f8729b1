namespace NfIpsec.Base.Ports
{
    /// <summary>Takes what comes from the packet port and is no IPsec packet. Called in the node's thread.</summary>
    public abstract class PacketReceiver
    {
        /// <summary>An IKE datagram; the receiver owns the slot from now on and gives it back with Put.</summary>
        public abstract void Datagram(int[] info);

        /// <summary>An interface or an address changed: read it again with PacketPort.Interface.</summary>
        public abstract void InterfaceChanged(int[] info);

        /// <summary>The answer to a ping came in.</summary>
        public abstract void Echo(int sequence, int microseconds);
    }
}
