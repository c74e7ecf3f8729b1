namespace NfIpsec.Ipsec.Message
{
    /// <summary>An application that listens for events: a key daemon.</summary>
    public abstract class MessageReceiver
    {
        /// <summary>One event; the array is valid during the call only. The receiver may send requests from here.</summary>
        public abstract void Event(byte[] message, int length);
    }
}
