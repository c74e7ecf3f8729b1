namespace NfIpsec.Base.Ports
{
    /// <summary>Who negotiates keys, as the node drives it. IKE implements it; an image without one has keys set by hand. What it does to
    /// policies and security associations goes through the management API and the message interface.</summary>
    public abstract class KeyDaemon
    {
        /// <summary>One IKE datagram as the packet port describes it. The daemon gives the slot back.</summary>
        public abstract void Datagram(int[] info);

        /// <summary>Finished jobs and timers. Cheap when nothing is due: the node calls it every round.</summary>
        public abstract void Poll(long now);

        /// <summary>When Poll wants to be called again, in the clock's milliseconds, unless a datagram or a finished job comes before;
        /// long.MaxValue when nothing is due.</summary>
        public abstract long NextDue { get; }
    }
}
