using NfIpsec.Base.Ports;
using NfIpsec.Console.Grammar;
using NfIpsec.Ipsec.Management;

namespace NfIpsec.Console.Commands
{
    /// <summary>ike commands: the configuration as the lines that make it.</summary>
    internal sealed class DumpCommand
    {
        /// <summary>Where it writes when no file is named (IKE_DUMP_CMD_FILE).</summary>
        private const string DumpFile = "ike_dump_cmds.txt";

        private readonly IpsecAdmin _admin;
        private readonly CommandModule _module;
        private readonly PolicyBook _book;
        private readonly FilePort _files;
        private readonly Answer _answer;

        public DumpCommand(IpsecAdmin admin, CommandModule module, PolicyBook book, FilePort files, Answer answer)
        {
            _admin = admin;
            _module = module;
            _book = book;
            _files = files;
            _answer = answer;
        }

        public void Execute(Parsed parsed)
        {
            string file = parsed.Value('f');
            DumpText text = new DumpText(file == null ? _answer : null);
            _book.Prune();
            text.Add(_admin.LegacyAllowed == IpsecAdmin.LegacyAtStart ? null : _admin.LegacyAllowed ? "ipsec legacy on" : "ipsec legacy off");
            if (_module != null)
            {
                _module.Dump(text);
            }
            PolicyView view = new PolicyView();
            for (int i = 0; i < _book.Count; i++)
            {
                text.Add(_admin.GetPolicyById(_book[i].Spid, view) ? PolicyLine.Format(_book[i], view) : null);
            }
            file = file == null ? DumpFile : file;
            if (!_files.Write(file, text.Bytes()))
            {
                _answer.Error(parsed.Command.Name + ": '" + file + "' cannot be written");
                return;
            }
            _answer.Note("written to " + file);
        }
    }
}
