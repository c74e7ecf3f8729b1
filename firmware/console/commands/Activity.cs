namespace NfIpsec.Console.Commands
{
    /// <summary>A command that goes on after its line was read. It runs in the node's thread, in small steps.</summary>
    public abstract class Activity
    {
        public bool Done;

        public abstract void Poll(long now);

        /// <summary>When Poll wants to be called again, in the clock's milliseconds.</summary>
        public abstract long NextDue { get; }

        /// <summary>Ctrl-C: says what was reached and ends.</summary>
        public abstract void Cancel();

        public virtual void EchoReply(int sequence, int microseconds)
        {
        }
    }
}
