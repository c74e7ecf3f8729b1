namespace NfIpsec.Base.Ports
{
    /// <summary>Command lines as the node sees them: text in, work done in the node's thread. The console implements it; an image
    /// without console has none.</summary>
    public abstract class CommandPort
    {
        /// <summary>The file that is executed at start and by ike reload (IKE_SCRIPT_FILE).</summary>
        public const string StartFile = "ike_rc";

        /// <summary>Executes a bounded number of waiting lines and moves running commands on. Only the node's thread calls it.</summary>
        public abstract void Poll(long now);

        /// <summary>When Poll wants to be called again, in the clock's milliseconds; long.MaxValue when nothing is under way.</summary>
        public abstract long NextDue { get; }

        /// <summary>Starts to execute a file line by line. A bad line is reported with its number and does not stop the rest.</summary>
        public abstract void RunFile(string name);

        /// <summary>True while a command or a file is being worked on.</summary>
        public abstract bool Busy { get; }

        /// <summary>The first prompt: from now on lines are taken.</summary>
        public abstract void Ready();

        /// <summary>An answer to an ICMP echo request came in.</summary>
        public abstract void EchoReply(int sequence, int microseconds);

        /// <summary>Shows a line that nobody asked for.</summary>
        public abstract void Report(string line);

        /// <summary>True when the terminal is gone or a command asked for the end.</summary>
        public abstract bool QuitRequested { get; }
    }
}
