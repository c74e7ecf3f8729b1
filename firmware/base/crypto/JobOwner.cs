namespace NfIpsec.Base.Crypto
{
    /// <summary>Who asked for a job.</summary>
    public abstract class JobOwner
    {
        /// <summary>The job is done.</summary>
        /// <param name="secret">What Diffie-Hellman made, owned by the receiver from now on; null on failure, and with other kinds, whose
        /// result is in JobDesk.Result.</param>
        /// <param name="output">The public value, signature or verdict; valid during the call only.</param>
        public abstract void JobDone(int kind, Secret secret, int status, byte[] output);
    }
}
