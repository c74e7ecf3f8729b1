using NfIpsec.Base.Crypto;

namespace NfIpsec.Ike.Session
{
    /// <summary>Who asked for a job.</summary>
    public abstract class JobOwner
    {
        /// <summary>The job is done.</summary>
        /// <param name="secret">What it made, owned by the receiver from now on; null on failure.</param>
        /// <param name="output">The public value of DhGenerate; valid during the call only.</param>
        public abstract void JobDone(int kind, Secret secret, int status, byte[] output);
    }
}
