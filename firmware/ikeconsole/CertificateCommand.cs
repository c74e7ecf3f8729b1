using NfIpsec.Base;
using NfIpsec.Base.Crypto;
using NfIpsec.Base.Ports;
using NfIpsec.Console.Commands;
using NfIpsec.Console.Grammar;
using NfIpsec.Console.Names;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Session;
using NfIpsec.X509;

namespace NfIpsec.IkeConsole
{
    /// <summary>ce x509: adds, lists, deletes, verifies. Adding a key and verifying a chain take time.</summary>
    internal sealed class CertificateCommand
    {
        private const int Deepest = 9;

        private readonly Trust _trust;
        private readonly FilePort _files;
        private readonly Answer _answer;

        public CertificateCommand(IkeAdmin ike, FilePort files, Answer answer)
        {
            _trust = ike.Trust;
            _files = files;
            _answer = answer;
        }

        /// <summary>What goes on after the line was read, or null.</summary>
        public Activity Execute(Parsed parsed)
        {
            switch (parsed.Form)
            {
                case Table.View:
                    List();
                    return null;
                case Table.Delete:
                    Delete(parsed);
                    return null;
                case Table.Verify:
                    return Verify(parsed);
                default:
                    return Add(parsed);
            }
        }

        private Activity Add(Parsed parsed)
        {
            int depth = Operands.Number(parsed, 'd', 0, 0, Deepest, _answer);
            if (depth < 0 || !IsFile(parsed, 'a') || (parsed.Has('k') && !IsFile(parsed, 'k')))
            {
                return null;
            }
            return new AddCertificate(_trust.Store, _answer, parsed.Value('a'), depth, parsed.Value('k'));
        }

        private bool IsFile(Parsed parsed, char letter)
        {
            string name = parsed.Value(letter);
            bool good = name.Length > 0 && name.Length <= Limits.MaxFileName && name.IndexOf(',') < 0 && name.IndexOf(' ') < 0;
            if (!good)
            {
                _answer.Error(Operands.Where(parsed, letter) + "expected a file name of 1 to " + Limits.MaxFileName.ToString() + " characters without blank and comma");
            }
            return good;
        }

        private void List()
        {
            for (int i = 0; i < _trust.Store.Count; i++)
            {
                _answer.Line(CertificateLine.Format(_trust.Store.Get(i)));
            }
            if (_trust.Store.Count == 0)
            {
                _answer.Note("no certificates");
            }
        }

        private void Delete(Parsed parsed)
        {
            string error = _trust.Store.Delete(parsed.Value('x'));
            if (error != null)
            {
                _answer.Error(Operands.Where(parsed, 'x') + error);
                return;
            }
            _answer.Note("certificate " + parsed.Value('x') + " deleted");
        }

        private Activity Verify(Parsed parsed)
        {
            StoredCertificate entry = _trust.Store.Find(parsed.Value('v'));
            if (entry == null || entry.Certificate == null)
            {
                _answer.Error(Operands.Where(parsed, 'v') + "no certificate of that name; ce x509 -l lists them");
                return null;
            }
            VerifyCertificate verify = new VerifyCertificate(_answer, entry.Name);
            int status = _trust.Check(entry.Certificate, new Certificate[0], false, false, verify.Owner);
            if (status == Status.XE_OK)
            {
                return verify;
            }
            _answer.Error(Operands.Where(parsed, 'v') + (status == Status.XE_BAD_PARAM ? "this board does not know the time: validity cannot be judged"
                : status == Status.NFI_BUSY ? "the worker is busy; try again" : StatusText.Explain(status)));
            return null;
        }
    }
}
