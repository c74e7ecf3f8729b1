using System.Text;
using NfIpsec.Base;
using NfIpsec.Base.Log;
using NfIpsec.Base.Ports;
using NfIpsec.Console.Grammar;
using NfIpsec.Ike.Admin;
using NfIpsec.Ipsec.Management;

namespace NfIpsec.Console.Commands
{
    /// <summary>The ike commands over IKE's administrative interface.</summary>
    internal sealed class IkeCommands
    {
        /// <summary>Where "ike commands" writes (IKE_DUMP_CMD_FILE).</summary>
        private const string DumpFile = "ike_dump_cmds.txt";

        private const int Ikev2 = 2, Phase2 = 2, Ikev2Sas = 3;

        private readonly IpsecAdmin _admin;
        private readonly IkeAdmin _ike;
        private readonly PolicyBook _book;
        private readonly FilePort _files;
        private readonly Answer _answer;
        private readonly RemoteCommand _remote;
        private readonly IkeNetstat _netstat;

        public IkeCommands(IpsecAdmin admin, IkeAdmin ike, PolicyBook book, FilePort files, Answer answer)
        {
            _admin = admin;
            _ike = ike;
            _book = book;
            _files = files;
            _answer = answer;
            _remote = new RemoteCommand(admin, ike, files, answer);
            _netstat = new IkeNetstat(ike, answer);
        }

        /// <summary>False when the command is none of these.</summary>
        public bool Execute(Parsed parsed)
        {
            switch (parsed.Command.Id)
            {
                case Table.Remote:
                    _remote.Execute(parsed);
                    return true;
                case Table.IkeNetstat:
                    Netstat(parsed);
                    return true;
                case Table.IkeFlush:
                    Flush(parsed);
                    return true;
                case Table.IkeUp:
                    Up(parsed);
                    return true;
                case Table.IkeDown:
                    Down(parsed);
                    return true;
                case Table.IkeCommands:
                    Dump(parsed);
                    return true;
                case Table.IkeDebug:
                    Debug(parsed);
                    return true;
                default:
                    return false;
            }
        }

        /// <summary>Everything as at start: no SA, no remote, no legacy algorithm. Peers are told.</summary>
        public void Reset()
        {
            _admin.LegacyAllowed = false;
            _ike.ikev2_shutdown();
            _ike.ikev2DeleteAllRemotes();
        }

        // 0 for no -p; Bad, and said why, for a phase that this build does not know.
        private int Phase(Parsed parsed)
        {
            int phase = Operands.Number(parsed, 'p', 0, 1, Ikev2Sas, _answer);
            if (phase == 1 || phase == Phase2)
            {
                _answer.Error(Operands.Where(parsed, 'p') + "IKEv1 is not in this build; expected 3");
                return Operands.Bad;
            }
            if (phase >= 0 && parsed.Has('n') && !parsed.Has('r'))
            {
                _answer.Error(parsed.Command.Name + ": -n: cannot stand without -r");
                return Operands.Bad;
            }
            return phase;
        }

        private void Netstat(Parsed parsed)
        {
            int phase = Phase(parsed);
            bool all = phase == 0 && !parsed.Has('r');
            if (all || phase == Ikev2Sas)
            {
                _netstat.Show(Ikev2);
            }
            if ((all || (phase >= 0 && parsed.Has('r'))) && !_remote.Show(parsed.Value('n')))
            {
                _answer.Error(Operands.Where(parsed, 'n') + "no remote of that name; ike remote -v lists them");
            }
        }

        private void Flush(Parsed parsed)
        {
            int phase = Phase(parsed);
            bool all = phase == 0 && !parsed.Has('r');
            if (all || phase == Ikev2Sas)
            {
                _ike.ikev2_shutdown();
                _answer.Note("IKE SAs flushed");
            }
            if (all || (phase >= 0 && parsed.Has('r')))
            {
                FlushRemotes(parsed);
            }
        }

        private void FlushRemotes(Parsed parsed)
        {
            string name = parsed.Value('n');
            int status = name == null ? _ike.ikev2DeleteAllRemotes() : _ike.ikev2DeleteRemote(name);
            if (status != Status.XE_OK)
            {
                _answer.Refused(parsed, status, _ike.LastError);
                return;
            }
            _answer.Note(name == null ? "remotes flushed" : "remote " + name + " flushed");
        }

        private void Up(Parsed parsed)
        {
            string name = parsed.Operand(0);
            int status = _ike.Up(name);
            if (status != Status.XE_OK)
            {
                _answer.Refused(parsed, status, _ike.LastError);
                return;
            }
            _answer.Note("negotiation for policy " + name + " begins");
        }

        // IPsec tells IKE that the SAs are gone, and IKE tells the peer.
        private void Down(Parsed parsed)
        {
            string name = parsed.Operand(0);
            ChildConfig child = _ike.FindChild(name);
            int status = child == null ? Status.XE_POLICY_NOT_FOUND : _admin.IPSecAdminDeleteSA(child.Spid);
            if (status != Status.XE_OK)
            {
                _answer.Refused(parsed, status, child == null ? "no policy with -g has the name '" + name + "'" : _admin.LastError);
                return;
            }
            _answer.Note("security associations of policy " + name + " deleted");
        }

        private void Dump(Parsed parsed)
        {
            string file = parsed.Value('f');
            StringBuilder text = new StringBuilder();
            _book.Prune();
            Add(text, _admin.LegacyAllowed ? "ipsec legacy on" : null, file == null);
            for (int i = 0; i < _ike.Trust.Store.Count; i++)
            {
                Add(text, CertificateLine.Command(_ike.Trust.Store.Get(i)), file == null);
            }
            for (int i = 0; i < _ike.RemoteCount; i++)
            {
                Add(text, RemoteLine.Format(_ike.IkeAdminPrintRemoteConf(i)), file == null);
            }
            PolicyView view = new PolicyView();
            for (int i = 0; i < _book.Count; i++)
            {
                Add(text, _admin.GetPolicyById(_book[i].Spid, view) ? PolicyLine.Format(_book[i], view) : null, file == null);
            }
            file = file == null ? DumpFile : file;
            if (!_files.Write(file, Encoding.UTF8.GetBytes(text.ToString())))
            {
                _answer.Error(parsed.Command.Name + ": '" + file + "' cannot be written");
                return;
            }
            _answer.Note("written to " + file);
        }

        private void Add(StringBuilder text, string line, bool show)
        {
            if (line != null)
            {
                text.Append(line).Append("\n");
            }
            if (line != null && show)
            {
                _answer.Line(line);
            }
        }

        private void Debug(Parsed parsed)
        {
            if (parsed.Has('t'))
            {
                _answer.Error(parsed.Command.Name + ": -t: tracing is not in this build (IKE_DEBUG_TRACE)");
                return;
            }
#if !IKE_DEBUG
            if (parsed.Has('d'))
            {
                _answer.Error(parsed.Command.Name + ": -d: not in this build (IKE_DEBUG)");
                return;
            }
#endif
            _ike.LogLevel = parsed.Has('d') ? LogLevel.Debug : LogLevel.Warning;
            _answer.Note("IKE debugging is " + (parsed.Has('d') ? "on" : "off"));
        }
    }
}
