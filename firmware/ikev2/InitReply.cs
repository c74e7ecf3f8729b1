using System;
using NfIpsec.Ike.Session;

namespace NfIpsec.Ikev2
{
    /// <summary>An answer to our IKE_SA_INIT as it came: AUTH covers its bytes, and it may have to wait for its turn.</summary>
    internal sealed class InitReply
    {
        internal readonly long ResponderSpi;
        internal readonly byte[] Bytes;
        internal readonly IkePath Path = new IkePath();

        internal InitReply(long responderSpi, IkePath path, byte[] bytes, int offset, int length)
        {
            ResponderSpi = responderSpi;
            Path.CopyFrom(path);
            Bytes = new byte[length];
            Array.Copy(bytes, offset, Bytes, 0, length);
        }
    }
}
