using NfIpsec.Base;
using NfIpsec.Base.Ports;
using NfIpsec.Console.Grammar;
using NfIpsec.Ipsec.Management;

namespace NfIpsec.Console.Commands
{
    /// <summary>The ipsec commands over the management interface.</summary>
    public sealed class IpsecCommands
    {
        private readonly IpsecAdmin _admin;
        private readonly Answer _answer;
        private readonly PolicyBook _book;
        private readonly PolicyCommand _policy;
        private readonly SaCommand _sa;
        private readonly NetstatCommand _netstat;
        private readonly DumpCommand _dump;

        /// <param name="module">Who negotiates keys, or null.</param>
        public IpsecCommands(IpsecAdmin admin, CommandModule module, FilePort files, Answer answer)
        {
            _admin = admin;
            _answer = answer;
            _book = new PolicyBook(admin, module);
            _policy = new PolicyCommand(admin, module, _book, answer);
            _sa = new SaCommand(admin, _book, answer);
            _netstat = new NetstatCommand(admin, answer);
            _dump = new DumpCommand(admin, module, _book, files, answer);
        }

        public void Execute(Parsed parsed)
        {
            switch (parsed.Command.Id)
            {
                case Table.Policy:
                    _policy.Execute(parsed);
                    break;
                case Table.AddSa:
                    _sa.Add(parsed);
                    break;
                case Table.DelSa:
                    _sa.Delete(parsed);
                    break;
                case Table.Flush:
                    Flush(parsed);
                    break;
                case Table.Netstat:
                    _netstat.Execute(parsed);
                    break;
                case Table.IkeCommands:
                    _dump.Execute(parsed);
                    break;
                case Table.Legacy:
                    Legacy(parsed);
                    break;
            }
        }

        /// <summary>Deletes all policies and security associations; false, and said why, when that failed.</summary>
        public bool FlushAll(Parsed parsed)
        {
            int status = _admin.IPSecAdminFlushAll();
            _book.Prune();
            if (status != Status.XE_OK)
            {
                _answer.Refused(parsed, status, _admin.LastError);
            }
            return status == Status.XE_OK;
        }

        /// <summary>A file that fills the tables begins: what it lets pass in the clear waits for its end.</summary>
        public void HoldClear()
        {
            _admin.HoldClear();
        }

        /// <summary>The file has ended.</summary>
        public void ReleaseClear()
        {
            int status = _admin.ReleaseClear();
            if (status != Status.XE_OK)
            {
                _answer.Error("bypass policies drop: " + _admin.LastError);
            }
        }

        private void Flush(Parsed parsed)
        {
            bool associations = parsed.Has('c');
            bool policies = parsed.Has('p');
            if (parsed.Has('a') || (associations && policies))
            {
                if (FlushAll(parsed))
                {
                    _answer.Note("security associations and policies flushed");
                }
                return;
            }
            if (!associations && !policies)
            {
                _answer.Error("ipsec flush: expected -a (both), -c (security associations) or -p (policies)");
                return;
            }
            int status = associations ? _admin.IPSecAdminFlushSAD() : _admin.IPSecAdminFlushSPD();
            _book.Prune();
            if (status != Status.XE_OK)
            {
                _answer.Refused(parsed, status, _admin.LastError);
                return;
            }
            _answer.Note(associations ? "security associations flushed" : "policies flushed");
        }

        private void Legacy(Parsed parsed)
        {
            string text = parsed.Operand(0).ToLower();
            if (text != "on" && text != "off")
            {
                _answer.Error("ipsec legacy: '" + parsed.Operand(0) + "': expected on or off");
                return;
            }
            _admin.LegacyAllowed = text == "on";
            _answer.Note("legacy algorithms are " + (text == "on" ? "allowed" : "refused"));
        }
    }
}
