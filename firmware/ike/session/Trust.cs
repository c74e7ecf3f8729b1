using NfIpsec.Base;
using NfIpsec.Base.Crypto;
using NfIpsec.Base.Ports;
using NfIpsec.Ike.Admin;
using NfIpsec.X509;

namespace NfIpsec.Ike.Session
{
    /// <summary>Certificates in IKE: which are ours for a remote, and whether a peer's is to be trusted. Both generations ask here.</summary>
    public sealed class Trust
    {
        private readonly IkeModule _ike;

        public readonly CertificateStore Store;

        internal Trust(IkeModule ike, FilePort files, LogPort log)
        {
            _ike = ike;
            Store = new CertificateStore(files, ike.Jobs, log);
            Store.Load();
        }

        // ---- a remote's certificates ----

        /// <summary>Looks up -c; null, or what is wrong.</summary>
        internal string Enlist(RemoteConfig remote, out string warning)
        {
            warning = null;
            if (!AuthMethod.HasCertificates(remote.Method))
            {
                return null;
            }
            string[] names = remote.OwnFiles.Split(',');
            Certificate[] own = new Certificate[names.Length];
            StoredCertificate first = Store.Find(names[0]);
            for (int i = 0; i < names.Length; i++)
            {
                StoredCertificate entry = Store.Find(names[i]);
                if (entry == null || entry.Certificate == null)
                {
                    return "-c '" + names[i] + "': not in the store; expected the line 'ce x509 -a " + names[i] + " -d DEPTH' before";
                }
                own[i] = entry.Certificate;
            }
            string error = first.Key == null ? "it has no private key; expected ce x509 -a " + names[0] + " -d DEPTH -k KEYFILE"
                : !AuthMethod.Takes(remote.Method, first.Certificate.KeyType) ? "its key is not one for -m " + AuthMethod.Name(remote.Method)
                : names.Length > IkeLimits.MaxCertificates ? "more than " + IkeLimits.MaxCertificates.ToString() + " files" : SubjectError(remote, own[0]);
            if (error != null)
            {
                return "-c '" + names[0] + "': " + error;
            }
            remote.Own = own;
            remote.OwnKey = first.Key;
            Count(remote, 1);
            warning = Warning(remote);
            return null;
        }

        private static string SubjectError(RemoteConfig remote, Certificate own)
        {
            IkeIdentity id = remote.LocalId;
            byte[] subject = own.Part(CertificatePart.Subject, 0);
            return id == null || id.Type != IkeIdentity.Dn || id.Same(IkeIdentity.Dn, subject, 0, subject.Length) ? null
                : "its subject is " + DistinguishedName.Text(subject, 0, subject.Length) + ", -g says otherwise";
        }

        private string Warning(RemoteConfig remote)
        {
            IkeIdentity ours = remote.LocalId;
            if (ours != null && ours.Type != IkeIdentity.Dn && !SpeaksFor(remote.Own[0], ours.Type, ours.Data, 0, ours.Data.Length))
            {
                return "-g is not a name in our certificate: most peers refuse that";
            }
            bool anybody = remote.PeerCertificate == null && remote.RemoteId != null && remote.RemoteId.Type == IkeIdentity.Dn && remote.RemoteId.Data.Length == 0;
            return anybody ? "every certificate below a trust anchor is accepted: name the peer with -f or -b"
                : _ike.Clock.UtcSeconds < 0 && !remote.AnyTime ? "this board does not know the time: certificates are refused until it does, or with certtime=any" : null;
        }

        private void Count(RemoteConfig remote, int change)
        {
            string[] names = remote.OwnFiles.Split(',');
            for (int i = 0; i < names.Length; i++)
            {
                Store.Find(names[i]).Users += change;
            }
        }

        /// <summary>The remote goes.</summary>
        internal void Dismiss(RemoteConfig remote)
        {
            if (remote.Own != null)
            {
                Count(remote, -1);
                remote.Own = null;
                remote.OwnKey = null;
            }
            if (remote.PeerCertificate != null)
            {
                remote.PeerCertificate.Dispose();
            }
        }

        /// <summary>The SHA-1 of each trust anchor's public key, side by side, as CERTREQ has them (RFC 7296 3.7).</summary>
        public byte[] Authorities()
        {
            return Store.Authorities();
        }

        // ---- a peer's ----

        /// <summary>The certificate speaks for the identity of an ID payload (RFC 4945 3.1).</summary>
        public static bool SpeaksFor(Certificate certificate, int type, byte[] id, int offset, int length)
        {
            return CertificateNames.Match(certificate, type, id, offset, length);
        }

        /// <summary>Starts the check of a chain; its output is for <see cref="Refusal"/>. XE_BAD_PARAM: the board does not know the
        /// time.</summary>
        /// <param name="links">What the peer sent along; null behind the last.</param>
        public int Check(Certificate leaf, Certificate[] links, bool strictCrl, bool anyTime, JobOwner owner)
        {
            long now = _ike.Clock.UtcSeconds;
            if (now < 0 && !anyTime)
            {
                return Status.XE_BAD_PARAM;
            }
            int flags = (strictCrl ? ChainRequest.StrictCrl : 0) | (anyTime ? ChainRequest.AnyTime : 0) | (_ike.Management.LegacyAllowed ? ChainRequest.Legacy : 0);
            ChainRequest request = new ChainRequest(now, flags);
            bool room = Store.Fill(request);
            for (int i = 0; i < links.Length && links[i] != null; i++)
            {
                room &= request.AddLink(links[i]);
            }
            return room ? _ike.Jobs.Start(JobPort.Chain, leaf.Handle, request.Bytes, 0, request.Length, owner) : Status.XE_DST_OUT_OF_SPACE;
        }

        /// <summary>Why the certificate is not trusted, or null. What is left open about revocation goes to the log.</summary>
        public string Refusal(byte[] output)
        {
            if (output[ChainResult.Reason] != ChainReason.None)
            {
                return ChainText.Of(output);
            }
            string open = ChainText.OfCrls(output);
            if (open != null)
            {
                _ike.Log.Info("a certificate was accepted although " + open);
            }
            return null;
        }
    }
}
