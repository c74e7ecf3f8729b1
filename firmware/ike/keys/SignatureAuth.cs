using NfIpsec.Base;
using NfIpsec.Base.Crypto;

namespace NfIpsec.Ike.Keys
{
    /// <summary>What a signature in AUTH covers (RFC 7296 2.15, RFC 7427 3):
    /// <code>
    ///   message | nonce of the other | prf(SK_p, ID body)
    /// </code></summary>
    public static class SignatureAuth
    {
        /// <summary>The digest of it, or null with the code in status.</summary>
        /// <param name="hash">Native id.</param>
        /// <param name="byInitiator">Whose AUTH it is.</param>
        /// <param name="message">First message of that side, whole.</param>
        /// <param name="nonce">The other side's.</param>
        /// <param name="id">Body of that side's ID payload.</param>
        public static byte[] Digest(IkeKeys keys, int hash, bool byInitiator, byte[] message, byte[] nonce, byte[] id, int idAt, int idLength, out int status)
        {
            byte[] maced = new byte[keys.PrfBytes];
            Secret authKey = byInitiator ? keys.AuthInitiator : keys.AuthResponder;
            status = KeyDerivation.Mac(keys.Prf, authKey, id, idAt, idLength, maced, 0, maced.Length);
            Hash running = status != Status.XE_OK ? null : Hash.Create(hash, out status);
            if (running == null)
            {
                return null;
            }
            byte[] room = new byte[Limits.MaxDigest];
            status = running.Update(message, 0, message.Length);
            status = status == Status.XE_OK ? running.Update(nonce, 0, nonce.Length) : status;
            status = status == Status.XE_OK ? running.Update(maced, 0, maced.Length) : status;
            int length = status == Status.XE_OK ? running.Finish(room, 0) : -status;
            running.Dispose();
            status = length < 0 ? -length : Status.XE_OK;
            if (length < 0)
            {
                return null;
            }
            byte[] digest = new byte[length];
            System.Array.Copy(room, 0, digest, 0, length);
            return digest;
        }
    }
}
