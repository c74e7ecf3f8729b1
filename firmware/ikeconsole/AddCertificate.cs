using NfIpsec.Console.Commands;
using NfIpsec.X509;

namespace NfIpsec.IkeConsole
{
    /// <summary>ce x509 -a: waits for its turn, then for the key.</summary>
    internal sealed class AddCertificate : Activity
    {
        private const int LookMs = 10;

        private readonly CertificateStore _store;
        private readonly Answer _answer;
        private readonly string _name, _keyFile;
        private readonly int _depth;
        private bool _begun;
        private long _next;

        public AddCertificate(CertificateStore store, Answer answer, string name, int depth, string keyFile)
        {
            _store = store;
            _answer = answer;
            _name = name;
            _depth = depth;
            _keyFile = keyFile;
        }

        public override long NextDue
        {
            get { return _next; }
        }

        public override void Poll(long now)
        {
            if (!_begun && !_store.IsBusy)
            {
                _begun = true;
                _store.Add(_name, _depth, _keyFile);
            }
            _next = now + LookMs;
            if (_begun && !_store.IsBusy)
            {
                Tell();
            }
        }

        private void Tell()
        {
            Done = true;
            if (_store.Error != null)
            {
                _answer.Error("ce x509: " + _store.Error);
                return;
            }
            StoredCertificate entry = _store.Find(_name);
            if (entry.Certificate != null && !entry.Certificate.IsAuthority && _keyFile == null)
            {
                _answer.Note("certificate " + _name + " added: a peer's, no CA's");
                return;
            }
            _answer.Note((entry.Crl != null ? "CRL " : "certificate ") + _name + " added");
        }

        public override void Cancel()
        {
            Done = true;
            _answer.Line("ce x509: " + _name + " goes on in the background");
        }
    }
}
