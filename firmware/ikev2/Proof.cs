using System;
using NfIpsec.Base;
using NfIpsec.Base.Crypto;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Keys;
using NfIpsec.Ike.Session;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>AUTH written and checked, with a shared secret (RFC 7296 2.15) or with none: then each end's SK_p takes its place (RFC 7619
    /// 2.1), which binds IKE_SA_INIT to the SA and proves nothing.</summary>
    internal static class Proof
    {
        /// <summary>Writes our ID and AUTH payloads; a Status code.</summary>
        internal static int Write(MessageWriter writer, IkeSa sa)
        {
            IkeIdentity ours = Identities.Ours(sa);
            IdPayload.Write(writer, sa.Initiator ? PayloadType.IdInitiator : PayloadType.IdResponder, ours.Type, ours.Data, 0, ours.Data.Length);
            byte[] body = new byte[IdPayload.DataAt + ours.Data.Length];
            body[0] = (byte)ours.Type;
            Array.Copy(ours.Data, 0, body, IdPayload.DataAt, ours.Data.Length);
            byte[] auth = new byte[sa.Keys.PrfBytes];
            int status = Compute(sa, sa.Remote, sa.Initiator, body, 0, body.Length, auth);
            AuthPayload.Write(writer, MethodOf(sa.Remote), auth, 0, auth.Length);
            return status;
        }

        // The one method that the remote's line stands for: a peer that comes with another is refused, whichever is the weaker.
        private static int MethodOf(RemoteConfig remote)
        {
            return remote.Method == AuthMethod.NullAuth ? AuthPayload.Null : AuthPayload.SharedKey;
        }

        /// <summary>The peer's AUTH proves that it knows the secret of the remote; with NULLAUTH, that it has run this very
        /// exchange.</summary>
        internal static bool Holds(IkeSa sa, RemoteConfig remote, PayloadIndex index, int id)
        {
            int place = index.Find(PayloadType.Authentication);
            int at = index.Offset[place];
            if (AuthPayload.Method(index.Bytes, at) != MethodOf(remote) || index.Length[place] != AuthPayload.DataAt + sa.Keys.PrfBytes)
            {
                return false;
            }
            byte[] wanted = new byte[sa.Keys.PrfBytes];
            int status = Compute(sa, remote, !sa.Initiator, index.Bytes, index.Offset[id], index.Length[id], wanted);
            return status == Status.XE_OK && KeyDerivation.Same(index.Bytes, at + AuthPayload.DataAt, wanted, 0, wanted.Length);
        }

        /// <summary>Why it does not.</summary>
        internal static int FaultOf(RemoteConfig remote, PayloadIndex index)
        {
            bool method = AuthPayload.Method(index.Bytes, index.Offset[index.Find(PayloadType.Authentication)]) == MethodOf(remote);
            return !method ? Fault.OtherMethod : remote.Method == AuthMethod.NullAuth ? Fault.NotVerified : Fault.WrongSecret;
        }

        private static int Compute(IkeSa sa, RemoteConfig remote, bool byInitiator, byte[] id, int idAt, int idLength, byte[] dst)
        {
            byte[] message = byInitiator ? sa.InitRequest : sa.InitResponse;
            byte[] nonce = byInitiator ? sa.ResponderNonce : sa.InitiatorNonce;
            Secret secret = remote.Method != AuthMethod.NullAuth ? remote.Psk : byInitiator ? sa.Keys.AuthInitiator : sa.Keys.AuthResponder;
            return SharedSecretAuth.Compute(sa.Keys, secret, byInitiator, message, nonce, id, idAt, idLength, dst);
        }
    }
}
