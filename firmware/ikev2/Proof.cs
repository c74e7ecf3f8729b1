using System;
using NfIpsec.Base;
using NfIpsec.Base.Crypto;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Keys;
using NfIpsec.Ike.Session;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>AUTH written and checked (RFC 7296 2.15).</summary>
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
            int status = Compute(sa, sa.Remote.Psk, sa.Initiator, body, 0, body.Length, auth);
            AuthPayload.Write(writer, AuthPayload.SharedKey, auth, 0, auth.Length);
            return status;
        }

        /// <summary>The peer's AUTH proves that it knows the secret of the remote.</summary>
        internal static bool Holds(IkeSa sa, RemoteConfig remote, PayloadIndex index, int id)
        {
            int place = index.Find(PayloadType.Authentication);
            int at = index.Offset[place];
            if (AuthPayload.Method(index.Bytes, at) != AuthPayload.SharedKey || index.Length[place] != AuthPayload.DataAt + sa.Keys.PrfBytes)
            {
                return false;
            }
            byte[] wanted = new byte[sa.Keys.PrfBytes];
            int status = Compute(sa, remote.Psk, !sa.Initiator, index.Bytes, index.Offset[id], index.Length[id], wanted);
            return status == Status.XE_OK && KeyDerivation.Same(index.Bytes, at + AuthPayload.DataAt, wanted, 0, wanted.Length);
        }

        /// <summary>Why it does not.</summary>
        internal static int FaultOf(PayloadIndex index)
        {
            return AuthPayload.Method(index.Bytes, index.Offset[index.Find(PayloadType.Authentication)]) == AuthPayload.SharedKey ? Fault.WrongSecret : Fault.OtherMethod;
        }

        private static int Compute(IkeSa sa, Secret psk, bool byInitiator, byte[] id, int idAt, int idLength, byte[] dst)
        {
            byte[] message = byInitiator ? sa.InitRequest : sa.InitResponse;
            byte[] nonce = byInitiator ? sa.ResponderNonce : sa.InitiatorNonce;
            return SharedSecretAuth.Compute(sa.Keys, psk, byInitiator, message, nonce, id, idAt, idLength, dst);
        }
    }
}
