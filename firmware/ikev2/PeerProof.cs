using System;
using NfIpsec.Base;
using NfIpsec.Base.Crypto;
using NfIpsec.Base.Ports;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Keys;
using NfIpsec.Ike.Session;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>The peer's certificates and signature: is the certificate that of -b, does it speak for the identity shown, is its chain
    /// to be trusted, and does the signature verify with its key? In that order; the last two are jobs, whose owner hands them over.</summary>
    internal sealed class PeerProof
    {
        private readonly Ikev2Module _ike;
        private readonly IkeSa _sa;
        private readonly RemoteConfig _remote;
        private readonly Certificate[] _links = new Certificate[IkeLimits.MaxCertificates];
        private Certificate _leaf;
        private bool _byUrl, _chained;

        /// <summary>The message, kept: jobs outlast the buffer it came in.</summary>
        internal readonly PayloadIndex Index;
        private readonly int _id;

        /// <summary>Why the proof does not hold.</summary>
        internal string Detail;

        internal PeerProof(Ikev2Module ike, IkeSa sa, RemoteConfig remote, PayloadIndex index, int id)
        {
            _ike = ike;
            _sa = sa;
            _remote = remote;
            Index = index.Copy();
            _id = id;
        }

        /// <summary>What can be judged at once; a Fault, or None.</summary>
        internal int Look()
        {
            Collect();
            int at = Index.Offset[_id];
            if (_leaf == null)
            {
                Detail = _byUrl ? "certificates by URL are not fetched" : "expected an X.509 certificate in its message, or -b";
                return Fault.NoCertificate;
            }
            if (!AuthMethod.Takes(_remote.Method, _leaf.KeyType))
            {
                return Fault.OtherMethod;
            }
            if (_remote.PeerCertificate != null && !IsPinned())
            {
                Detail = "it is not that of -b '" + _remote.PeerFile + "'";
                return Fault.NotTrusted;
            }
            if (!Trust.SpeaksFor(_leaf, IdPayload.Type(Index.Bytes, at), Index.Bytes, at + IdPayload.DataAt, Index.Length[_id] - IdPayload.DataAt))
            {
                Detail = "it does not speak for " + Identities.Shown(Index, _id);
                return Fault.NotTrusted;
            }
            return Fault.None;
        }

        // The first is the peer's own (RFC 7296 3.6); of the others those are left out that nobody can use.
        private void Collect()
        {
            int links = 0, seen = 0;
            for (int place = Index.Find(PayloadType.Certificate); place >= 0 && seen < IkeLimits.MaxCertificates; place = Index.Next(place))
            {
                int at = Index.Offset[place];
                int encoding = CertificatePayload.Encoding(Index.Bytes, at);
                _byUrl |= encoding == CertificatePayload.HashAndUrl || encoding == CertificatePayload.HashAndUrlOfBundle;
                Certificate one = encoding != CertificatePayload.X509Signature ? null
                    : Certificate.Parse(Index.Bytes, at + CertificatePayload.DataAt, Index.Length[place] - CertificatePayload.DataAt, out int status);
                if (one != null && seen == 0)
                {
                    _leaf = one;
                }
                else if (one != null && one.IsAuthority)
                {
                    _links[links++] = one;
                }
                else if (one != null)
                {
                    one.Dispose();
                }
                seen++;
            }
            if (seen == 0 && _remote.PeerCertificate != null)
            {
                byte[] der = _remote.PeerCertificate.Part(CertificatePart.Der, 0);
                _leaf = Certificate.Parse(der, 0, der.Length, out int parsed);
            }
        }

        private bool IsPinned()
        {
            byte[] shown = _leaf.Part(CertificatePart.Fingerprint, 0), wanted = _remote.PeerCertificate.Part(CertificatePart.Fingerprint, 0);
            return KeyDerivation.Same(shown, 0, wanted, 0, wanted.Length);
        }

        /// <summary>Starts the job that is next; NFI_BUSY: again later. Another code: the proof does not hold, Detail says why.</summary>
        internal int Begin(JobOwner owner)
        {
            int status = _chained ? Verify(owner) : _ike.Module.Trust.Check(_leaf, _links, _remote.StrictCrl, _remote.AnyTime, owner);
            if (status == Status.XE_BAD_PARAM && !_chained)
            {
                Detail = "this board does not know the time: set it, or say certtime=any";
            }
            else if (status != Status.XE_OK && status != Status.NFI_BUSY)
            {
                Detail = "code " + status.ToString();
            }
            return status;
        }

        private int Verify(JobOwner owner)
        {
            int place = Index.Find(PayloadType.Authentication);
            int body = Index.Offset[place], length = Index.Length[place];
            int scheme = SignatureScheme.Read(_remote.Method, _leaf.KeyType, Index.Bytes, body, length, out int signature);
            if (scheme < 0)
            {
                return Status.XE_UNKNOWN_ALGORITHM;
            }
            byte[] digest = SignatureAuth.Digest(_sa.Keys, scheme & 0xff, !_sa.Initiator, _sa.Initiator ? _sa.InitResponse : _sa.InitRequest,
                _sa.Initiator ? _sa.InitiatorNonce : _sa.ResponderNonce, Index.Bytes, Index.Offset[_id], Index.Length[_id], out int status);
            if (digest == null)
            {
                return status;
            }
            int rest = body + length - signature;
            byte[] both = new byte[digest.Length + rest];
            Array.Copy(digest, 0, both, 0, digest.Length);
            Array.Copy(Index.Bytes, signature, both, digest.Length, rest);
            return _ike.Module.Jobs.Start(JobPort.Verify, _leaf.Handle, scheme, both, 0, both.Length, owner);
        }

        /// <summary>A job of Begin is done: a Fault, or None, and then IsProved tells whether another Begin must follow.</summary>
        internal int Take(int kind, int status, byte[] output)
        {
            if (kind == JobPort.Chain)
            {
                Detail = status != Status.XE_OK ? "code " + status.ToString() : _ike.Module.Trust.Refusal(output);
                _chained = Detail == null;
                return _chained ? Fault.None : Fault.NotTrusted;
            }
            IsProved = status == Status.XE_OK;
            return IsProved ? Fault.None : Fault.BadSignature;
        }

        /// <summary>Both jobs ended well.</summary>
        internal bool IsProved;

        /// <summary>What a Begin that did not start comes to.</summary>
        internal int FaultOf(int status)
        {
            return !_chained ? Fault.NotTrusted : status == Status.XE_UNKNOWN_ALGORITHM ? Fault.OtherMethod : Fault.OwnFault;
        }

        internal void End()
        {
            for (int i = 0; i < _links.Length && _links[i] != null; i++)
            {
                _links[i].Dispose();
            }
            if (_leaf != null)
            {
                _leaf.Dispose();
            }
        }
    }
}
