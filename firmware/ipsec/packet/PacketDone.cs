namespace NfIpsec.Ipsec
{
    /// <summary>Takes the results of the asynchronous Packet API. Called in the node's thread.</summary>
    public abstract class PacketDone
    {
        public abstract void EncapsulateDone(Request request);

        public abstract void DecapsulateDone(Request request);
    }
}
