using System;
using NfIpsec.Base;
using NfIpsec.Base.Crypto;
using NfIpsec.Base.Ports;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Keys;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>Our side of IKE_AUTH with a certificate: ID, CERT, AUTH. The signature is a job's work, whose owner hands it over with
    /// <see cref="Take"/>.</summary>
    internal sealed class OwnProof
    {
        private readonly Ikev2Module _ike;
        private readonly IkeSa _sa;
        private readonly IkeIdentity _id;
        private int _method, _scheme;
        private byte[] _signature;

        internal OwnProof(Ikev2Module ike, IkeSa sa)
        {
            _ike = ike;
            _sa = sa;
            _id = Identities.Ours(sa);
        }

        /// <summary>Starts the job; NFI_BUSY: again later; XE_UNKNOWN_ALGORITHM: the peer takes no signature of ours.</summary>
        internal int Sign(JobOwner owner)
        {
            Certificate own = _sa.Remote.Own == null ? null : _sa.Remote.Own[0];
            _scheme = 0;
            _method = own == null ? 0 : SignatureScheme.Choose(_sa.Remote.Method, own.KeyType, _sa.PeerHashes, out _scheme);
            if (_method == 0)
            {
                return Status.XE_UNKNOWN_ALGORITHM;
            }
            byte[] body = new byte[IdPayload.DataAt + _id.Data.Length];
            body[0] = (byte)_id.Type;
            Array.Copy(_id.Data, 0, body, IdPayload.DataAt, _id.Data.Length);
            byte[] digest = SignatureAuth.Digest(_sa.Keys, _scheme & 0xff, _sa.Initiator, _sa.Initiator ? _sa.InitRequest : _sa.InitResponse,
                _sa.Initiator ? _sa.ResponderNonce : _sa.InitiatorNonce, body, 0, body.Length, out int status);
            return digest == null ? status : _ike.Module.Jobs.Start(JobPort.Sign, _sa.Remote.OwnKey.Handle, _scheme, digest, 0, digest.Length, owner);
        }

        /// <summary>The job is done.</summary>
        internal int Take(int result, byte[] output)
        {
            if (result < 0)
            {
                return -result;
            }
            _signature = new byte[result];
            Array.Copy(output, 0, _signature, 0, result);
            return Status.XE_OK;
        }

        /// <summary>False: Sign comes first.</summary>
        internal bool IsSigned
        {
            get { return _signature != null; }
        }

        /// <summary>Writes ID, CERTs, CERTREQ (the initiator; the responder had its turn in IKE_SA_INIT) and AUTH.</summary>
        internal void Write(MessageWriter writer)
        {
            IdPayload.Write(writer, _sa.Initiator ? PayloadType.IdInitiator : PayloadType.IdResponder, _id.Type, _id.Data, 0, _id.Data.Length);
            Certificate[] own = _sa.Remote.Own;
            for (int i = 0; i < own.Length; i++)
            {
                byte[] der = own[i].Part(CertificatePart.Der, 0);
                CertificatePayload.Write(writer, PayloadType.Certificate, CertificatePayload.X509Signature, der, 0, der.Length);
            }
            if (_sa.Initiator)
            {
                WriteRequest(writer, _ike, _sa.Remote);
            }
            AuthPayload.Open(writer, _method);
            if (_method == AuthPayload.DigitalSignature)
            {
                byte[] identifier = SignatureScheme.Identifier(_scheme & 0xff00, _scheme & 0xff);
                writer.Write8(identifier.Length);
                writer.Write(identifier, 0, identifier.Length);
            }
            writer.Write(_signature, 0, _signature.Length);
        }

        /// <summary>CERTREQ with our trust anchors, where it is wanted and there are any.</summary>
        internal static void WriteRequest(MessageWriter writer, Ikev2Module ike, RemoteConfig remote)
        {
            byte[] authorities = AuthMethod.HasCertificates(remote.Method) && remote.CertRequest ? ike.Module.Trust.Authorities() : new byte[0];
            if (authorities.Length > 0)
            {
                CertificatePayload.Write(writer, PayloadType.CertificateRequest, CertificatePayload.X509Signature, authorities, 0, authorities.Length);
            }
        }

        /// <summary>SIGNATURE_HASH_ALGORITHMS (RFC 7427 4).</summary>
        internal static void WriteHashes(MessageWriter writer, RemoteConfig remote)
        {
            if (AuthMethod.HasCertificates(remote.Method))
            {
                byte[] hashes = SignatureScheme.OurHashes();
                NotifyPayload.Write(writer, NotifyType.SignatureHashAlgorithms, hashes, 0, hashes.Length);
            }
        }

        /// <summary>What the peer said of its hashes in IKE_SA_INIT.</summary>
        internal static int ReadHashes(PayloadIndex index)
        {
            int place = NotifyPayload.Find(index, NotifyType.SignatureHashAlgorithms);
            if (place < 0)
            {
                return 0;
            }
            int at = index.Offset[place];
            return SignatureScheme.Hashes(index.Bytes, NotifyPayload.DataAt(index.Bytes, at), NotifyPayload.DataLength(index.Bytes, at, index.Length[place]));
        }
    }
}
