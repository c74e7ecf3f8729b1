using NfIpsec.Base;
using NfIpsec.Base.Crypto;
using NfIpsec.Console.Commands;
using NfIpsec.Console.Names;
using NfIpsec.X509;

namespace NfIpsec.IkeConsole
{
    /// <summary>ce x509 -v: tells what the chain check came to.</summary>
    internal sealed class VerifyCertificate : Activity
    {
        private const int LookMs = 10;

        /// <summary>Whom the job tells.</summary>
        private sealed class Waiter : JobOwner
        {
            private readonly VerifyCertificate _command;

            public Waiter(VerifyCertificate command)
            {
                _command = command;
            }

            public override void JobDone(int kind, Secret secret, int status, byte[] output)
            {
                _command.Tell(status, output);
            }
        }

        private readonly Answer _answer;
        private readonly string _name;
        private long _next;

        public readonly JobOwner Owner;

        public VerifyCertificate(Answer answer, string name)
        {
            _answer = answer;
            _name = name;
            Owner = new Waiter(this);
        }

        public override long NextDue
        {
            get { return _next; }
        }

        public override void Poll(long now)
        {
            _next = now + LookMs;
        }

        private void Tell(int status, byte[] output)
        {
            Done = true;
            if (status != Status.XE_OK)
            {
                _answer.Error("ce x509: " + _name + ": " + StatusText.Explain(status));
                return;
            }
            string open = ChainText.OfCrls(output);
            _answer.Line(_name + ": " + ChainText.Of(output) + (output[ChainResult.Reason] == ChainReason.None && open != null ? " (" + open + ")" : ""));
        }

        public override void Cancel()
        {
            Done = true;
        }
    }
}
