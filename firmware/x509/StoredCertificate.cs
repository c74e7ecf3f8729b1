using NfIpsec.Base.Crypto;

namespace NfIpsec.X509
{
    /// <summary>One entry of the store: a certificate, with its private key when it is ours, or a CRL.</summary>
    public sealed class StoredCertificate
    {
        /// <summary>File on the board; also the entry's name. KeyFile is null where there is no key.</summary>
        public string Name, KeyFile;

        /// <summary>How many certificates may stand below it, when it is a CA's; 0: it is no anchor, only a link.</summary>
        public int Depth;

        /// <summary>One of the two.</summary>
        public Certificate Certificate;
        public RevocationList Crl;

        public PrivateKey Key;

        /// <summary>Remotes that use it.</summary>
        public int Users;

        /// <summary>Trusted by itself to sign for others.</summary>
        public bool IsAnchor
        {
            get { return Certificate != null && Certificate.IsAuthority && KeyFile == null && Depth > 0; }
        }

        internal void Dispose()
        {
            if (Certificate != null)
            {
                Certificate.Dispose();
            }
            if (Crl != null)
            {
                Crl.Dispose();
            }
            if (Key != null)
            {
                Key.Dispose();
            }
        }
    }
}
