using NfIpsec.Base;
using NfIpsec.Base.Log;
using NfIpsec.Base.Ports;
using NfIpsec.Console;
using NfIpsec.Console.Commands;
using NfIpsec.Console.Grammar;
using NfIpsec.Ike.Admin;
using NfIpsec.Ipsec.Management;

namespace NfIpsec.IkeConsole
{
    /// <summary>The commands of IKE and of its certificates over IKE's administrative interface.</summary>
    public sealed class IkeCommands : CommandModule
    {
        private const int Ikev2 = 2, Ikev2Sas = 3;

        private readonly IpsecAdmin _admin;
        private readonly IkeAdmin _ike;
        private readonly FilePort _files;
        private Answer _answer;
        private RemoteCommand _remote;
        private IkeNetstat _netstat;
        private CertificateCommand _certificates;

        public IkeCommands(IpsecAdmin admin, IkeAdmin ike, FilePort files)
        {
            _admin = admin;
            _ike = ike;
            _files = files;
        }

        public override Command[] Commands()
        {
            return IkeTable.Commands();
        }

        public override void Attach(Answer answer)
        {
            _answer = answer;
            _remote = new RemoteCommand(_admin, _ike, _files, answer);
            _netstat = new IkeNetstat(_ike, answer);
            _certificates = new CertificateCommand(_ike, _files, answer);
        }

        public override Activity Execute(Parsed parsed)
        {
            switch (parsed.Command.Id)
            {
                case IkeTable.Remote:
                    _remote.Execute(parsed);
                    break;
                case IkeTable.Netstat:
                    Netstat(parsed);
                    break;
                case IkeTable.Flush:
                    Flush(parsed);
                    break;
                case IkeTable.Up:
                    Up(parsed);
                    break;
                case IkeTable.Down:
                    Down(parsed);
                    break;
                case IkeTable.X509:
                    return _certificates.Execute(parsed);
                default:
                    Debug(parsed);
                    break;
            }
            return null;
        }

        public override int PolicyAdded(PolicyEntry entry, OptionList options, out string why)
        {
            int status = _ike.ikev2_AddPolicy(Child(entry, options));
            why = _ike.LastError;
            return status;
        }

        public override void PolicyGone(string name)
        {
            _ike.ikev2_DeletePolicy(name);
        }

        public override void Reset()
        {
            _ike.ikev2_shutdown();
            _ike.ikev2DeleteAllRemotes();
        }

        public override void Dump(DumpText lines)
        {
            for (int i = 0; i < _ike.Trust.Store.Count; i++)
            {
                lines.Add(CertificateLine.Command(_ike.Trust.Store.Get(i)));
            }
            for (int i = 0; i < _ike.RemoteCount; i++)
            {
                lines.Add(RemoteLine.Format(_ike.IkeAdminPrintRemoteConf(i)));
            }
        }

        private static ChildConfig Child(PolicyEntry entry, OptionList options)
        {
            ChildConfig child = new ChildConfig();
            child.Name = entry.Name;
            child.Spid = entry.Spid;
            child.RemoteName = entry.Remote;
            child.Encryption = entry.Encryption == null ? child.Encryption : entry.Encryption.ToRows();
            child.Integrity = entry.Integrity == null ? child.Integrity : entry.Integrity.ToRows();
            child.Groups = options.Group < 0 ? child.Groups : new int[] { options.Group };
            child.LifeSeconds = entry.Life;
            child.LifeBytes = options.Options.LifeBytes;
            child.LifePackets = options.Options.LifePackets;
            child.Encap = options.Encap == OptionList.EncapForce ? ChildConfig.EncapForce : options.Encap == OptionList.EncapOff ? ChildConfig.EncapOff : ChildConfig.EncapAuto;
            child.Options = entry.Options;
            return child;
        }

        // 0 for no -p; Bad, and said why, for a phase that this build does not know.
        private int Phase(Parsed parsed)
        {
            int phase = parsed.Has('p') ? Operands.Digits(parsed.Value('p'), 1, Ikev2Sas) : 0;
            if (phase != 0 && phase != Ikev2Sas)
            {
                _answer.Error(Operands.Where(parsed, 'p') + (phase == Operands.Bad ? "" : "IKEv1 is not in this build; ") + "expected 3");
                return Operands.Bad;
            }
            if (parsed.Has('n') && !parsed.Has('r'))
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

        private void Debug(Parsed parsed)
        {
            if (parsed.Has('t'))
            {
                _answer.Error(parsed.Command.Name + ": -t: tracing is in no build yet; expected -d");
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
