using NfIpsec.Base;
using NfIpsec.Base.Address;
using NfIpsec.Base.Algorithm;
using NfIpsec.Console.Grammar;
using NfIpsec.Console.Names;
using NfIpsec.Ipsec.Management;

namespace NfIpsec.Console.Commands
{
    /// <summary>ipsec policy: adds, shows, deletes. Everything is checked before anything is changed.</summary>
    internal sealed class PolicyCommand
    {
        private const int DefaultLife = 3600;

        private readonly IpsecAdmin _admin;
        private readonly CommandModule _module;
        private readonly PolicyBook _book;
        private readonly Answer _answer;
        private readonly PolicyView _view = new PolicyView();

        public PolicyCommand(IpsecAdmin admin, CommandModule module, PolicyBook book, Answer answer)
        {
            _admin = admin;
            _module = module;
            _book = book;
            _answer = answer;
        }

        public void Execute(Parsed parsed)
        {
            switch (parsed.Form)
            {
                case Table.View:
                    View(parsed);
                    break;
                case Table.Delete:
                    Delete(parsed);
                    break;
                default:
                    Add(parsed);
                    break;
            }
        }

        private void Add(Parsed parsed)
        {
            string name = parsed.Value('n');
            if (name.Length == 0 || name.Length > Limits.MaxPolicyName || name == "ALLPOLICIES")
            {
                _answer.Error(Operands.Where(parsed, 'n') + "expected a name of 1 to " + Limits.MaxPolicyName.ToString() + " characters other than ALLPOLICIES");
                return;
            }
            if (_book.Find(name) != null)
            {
                _answer.Error(Operands.Where(parsed, 'n') + "there is a policy of that name; expected another, or -x " + name + " before");
                return;
            }
            int protocol = Operands.Protocol(parsed, false, _answer);
            int priority = Operands.Number(parsed, 'l', PolicyPriority.SP_PRIORITY_MEDIUM, PolicyPriority.SP_PRIORITY_HIGHEST, PolicyPriority.SP_PRIORITY_LOWEST, _answer);
            IPSecID source = protocol < 0 || priority < 0 ? null : Operands.Selector(parsed, 's', protocol, _answer);
            IPSecID destination = source == null ? null : Operands.Selector(parsed, 'd', protocol, _answer);
            if (destination != null)
            {
                AddOfType(parsed, source, destination, priority);
            }
        }

        private void AddOfType(Parsed parsed, IPSecID source, IPSecID destination, int priority)
        {
            switch (parsed.Value('t').ToUpper())
            {
                case "BYPASS":
                    AddUnprotected(parsed, PolicyAction.IPSEC_POLICY_BYPASS, source, destination, priority);
                    break;
                case "DROP":
                    AddUnprotected(parsed, PolicyAction.IPSEC_POLICY_DROP, source, destination, priority);
                    break;
                case "ESP":
                    AddSecure(parsed, PolicyFlags.SP_PROTO_ESP, source, destination, priority);
                    break;
                case "AH":
                    AddSecure(parsed, PolicyFlags.SP_PROTO_AH, source, destination, priority);
                    break;
                case "AHESP":
                    AddSecure(parsed, PolicyFlags.SP_PROTO_ESP | PolicyFlags.SP_PROTO_AH, source, destination, priority);
                    break;
                default:
                    _answer.Error(Operands.Where(parsed, 't') + "expected ESP, AH, AHESP, BYPASS or DROP");
                    break;
            }
        }

        private void AddUnprotected(Parsed parsed, int action, IPSecID source, IPSecID destination, int priority)
        {
            string barred = "aegrkchyo";
            for (int i = 0; i < barred.Length; i++)
            {
                if (parsed.Has(barred[i]))
                {
                    _answer.Error(parsed.Command.Name + ": -" + barred[i] + ": cannot stand beside -t " + parsed.Value('t') + "; expected only -n -t -p -s -d -l -m");
                    return;
                }
            }
            PolicyEntry entry = new PolicyEntry();
            entry.Name = parsed.Value('n');
            Install(entry, action, source, destination, null, 0, priority, null, parsed);
        }

        private void AddSecure(Parsed parsed, int flags, IPSecID source, IPSecID destination, int priority)
        {
            bool ah = (flags & PolicyFlags.SP_PROTO_AH) != 0;
            bool esp = (flags & PolicyFlags.SP_PROTO_ESP) != 0;
            if (_module == null && parsed.Has('g'))
            {
                _answer.Error(parsed.Command.Name + ": -g: IKE is not in this build (IKE_V2, IKEv2_MENUS); expected keys by hand without -g: help ipsec addsa");
                return;
            }
            if (ah && esp && parsed.Has('g'))
            {
                _answer.Error(parsed.Command.Name + ": -g: IKE negotiates one protocol for a policy (RFC 7296 3.3), not AH around ESP; expected -t ESP or -t AH, or keys by hand without -g");
                return;
            }
            bool ok;
            bool tunnel = Operands.Tunnel(parsed, _answer, out ok);
            if (!ok || Missing(parsed, 'r', "the remote endpoint"))
            {
                return;
            }
            OptionList options = new OptionList(parsed.Has('g'));
            IpAddress remote = !options.Parse(parsed, _answer) ? null
                : Operands.Endpoint(parsed, tunnel && parsed.Has('g') && (options.Flags & PolicyFlags.SP_CLONE_DST) != 0, _answer);
            PolicyEntry entry = remote == null ? null : ReadAlgorithms(parsed, esp, ah);
            if (entry == null || !ReadLife(parsed, entry, options) || (ah && !SuitsAh(parsed, esp, options)))
            {
                return;
            }
            flags |= options.Flags | SwitchFlags(parsed);
            Install(entry, tunnel ? PolicyAction.IPSEC_POLICY_SECURE_TUNNEL : PolicyAction.IPSEC_POLICY_SECURE_TRANSPORT,
                source, destination, remote, flags, priority, options, parsed);
        }

        private bool SuitsAh(Parsed parsed, bool esp, OptionList options)
        {
            bool padding = !esp && (parsed.Has('c') || parsed.Has('y'));
            if (padding)
            {
                _answer.Error(parsed.Command.Name + ": -" + (parsed.Has('c') ? "c" : "y") + ": cannot stand beside -t AH, which hides nothing; expected -t ESP or AHESP");
            }
            else if (options.Encap == OptionList.EncapForce)
            {
                _answer.Error(parsed.Command.Name + ": -o: 'encap=force': AH cannot travel in UDP, since it covers the addresses that a NAT changes; expected -t ESP");
            }
            return !padding && options.Encap != OptionList.EncapForce;
        }

        private static int SwitchFlags(Parsed parsed)
        {
            return (parsed.Has('g') ? 0 : PolicyFlags.SP_KEYNEG_MANUAL)
                | (parsed.Has('c') ? PolicyFlags.SP_TX_TFC_PADDING : 0)
                | (parsed.Has('y') ? PolicyFlags.SP_TX_DUMMY_PKT : 0)
                | (parsed.Has('h') ? PolicyFlags.SP_AUTH_SHA2_ICV_SHORT : 0);
        }

        private PolicyEntry ReadAlgorithms(Parsed parsed, bool esp, bool ah)
        {
            PolicyEntry entry = new PolicyEntry();
            entry.Name = parsed.Value('n');
            entry.Remote = parsed.Value('g');
            entry.Options = parsed.Value('o');
            if (esp)
            {
                if (Missing(parsed, 'e', "the encryption algorithms"))
                {
                    return null;
                }
                entry.Encryption = AlgorithmList.Parse(parsed, 'e', Algorithms.Encryption, AlgorithmList.Max, _admin.LegacyAllowed, _answer);
                if (entry.Encryption == null)
                {
                    return null;
                }
            }
            else if (parsed.Has('e'))
            {
                _answer.Error(parsed.Command.Name + ": -e: cannot stand beside -t AH; expected -a alone");
                return null;
            }
            return ReadIntegrity(parsed, entry, ah) ? entry : null;
        }

        private bool ReadIntegrity(Parsed parsed, PolicyEntry entry, bool ah)
        {
            if (!parsed.Has('a'))
            {
                return (!ah && entry.Encryption != null && entry.Encryption.AllAead) || !Missing(parsed, 'a', "the authentication algorithms");
            }
            entry.Integrity = AlgorithmList.Parse(parsed, 'a', Algorithms.Integrity, AlgorithmList.Max, _admin.LegacyAllowed, _answer);
            return entry.Integrity != null;
        }

        private bool ReadLife(Parsed parsed, PolicyEntry entry, OptionList options)
        {
            entry.Life = Operands.Number(parsed, 'k', DefaultLife, 1, int.MaxValue, _answer);
            if (entry.Life > 0 && entry.Remote != null)
            {
                options.Options.LifeSeconds = entry.Life;
            }
            return entry.Life > 0;
        }

        private void Warn(Parsed parsed, PolicyEntry entry, OptionList options)
        {
            bool legacy = (entry.Encryption != null && entry.Encryption.HasLegacy) || (entry.Integrity != null && entry.Integrity.HasLegacy)
                || (options.Group >= 0 && Algorithms.IsLegacy(options.Group));
            if (legacy)
            {
                _answer.Warning(parsed.Command.Name + " " + entry.Name + ": a legacy algorithm is used");
            }
            if (entry.Remote == null && parsed.Has('k'))
            {
                _answer.Warning(parsed.Command.Name + " " + entry.Name + ": -k applies only with -g; keys set by hand have no lifetime");
            }
        }

        private void Install(PolicyEntry entry, int action, IPSecID source, IPSecID destination, IpAddress remote, int flags, int priority, OptionList options, Parsed parsed)
        {
            int spid = 0;
            int status = _admin.IPSecMgmtAddPolicy(action, source, destination, remote, flags, priority, ref spid);
            string why = _admin.LastError;
            if (status == Status.XE_OK)
            {
                entry.Spid = spid;
                status = Complete(entry, options, out why);
            }
            if (status != Status.XE_OK)
            {
                _answer.Refused(parsed, status, why);
                return;
            }
            _book.Add(entry);
            if (options != null)
            {
                Warn(parsed, entry, options);
            }
            _answer.Note("policy " + entry.Name + " added, spid " + spid.ToString());
        }

        // What a policy needs beyond its entry in the SPD; when that fails, the entry goes again.
        private int Complete(PolicyEntry entry, OptionList options, out string why)
        {
            why = null;
            int status = options == null ? Status.XE_OK : _admin.IPSecMgmtSetPolicyOptions(entry.Spid, options.Options);
            if (status != Status.XE_OK)
            {
                why = _admin.LastError;
            }
            else if (entry.Remote != null)
            {
                status = _module.PolicyAdded(entry, options, out why);
            }
            if (status != Status.XE_OK)
            {
                _admin.IPSecAdminDeletePolicy(entry.Spid);
            }
            return status;
        }

        private void View(Parsed parsed)
        {
            string name = parsed.Value('n');
            if (name != null && _book.Find(name) == null)
            {
                _answer.Error(Operands.Where(parsed, 'n') + "no policy of that name; ipsec policy -v lists them");
                return;
            }
            for (int i = 0; i < _book.Count; i++)
            {
                if ((name == null || _book[i].Name == name) && _admin.GetPolicyById(_book[i].Spid, _view))
                {
                    _answer.Line(PolicyLine.Format(_book[i], _view) + "  # spid " + _view.Spid.ToString());
                    ViewClones();
                }
            }
        }

        // A comment: clones come from traffic, not from lines.
        private void ViewClones()
        {
            int parent = _view.Clones > 0 ? _view.Spid : 0;
            for (int i = 0; parent != 0 && _admin.GetPolicy(i, _view); i++)
            {
                if (_view.Parent == parent)
                {
                    _answer.Line("# cloned: spid " + _view.Spid.ToString() + ", " + ProtocolNames.Name(_view.Protocol) + " " + _view.Source + " to " + _view.Destination
                        + (_view.Session < 0 ? ", no keys" : ""));
                }
            }
        }

        private void Delete(Parsed parsed)
        {
            string name = parsed.Value('x');
            int status;
            if (name == "ALLPOLICIES")
            {
                status = _admin.IPSecAdminDeleteAllPolicies();
            }
            else
            {
                PolicyEntry entry = _book.Find(name);
                if (entry == null)
                {
                    _answer.Error(Operands.Where(parsed, 'x') + "no policy of that name; expected one that ipsec policy -v lists, or ALLPOLICIES");
                    return;
                }
                status = _admin.IPSecAdminDeletePolicy(entry.Spid);
            }
            _book.Prune();
            if (status != Status.XE_OK)
            {
                _answer.Refused(parsed, status, _admin.LastError);
                return;
            }
            _answer.Note(name == "ALLPOLICIES" ? "all policies deleted" : "policy " + name + " deleted");
        }

        private bool Missing(Parsed parsed, char letter, string what)
        {
            if (parsed.Has(letter))
            {
                return false;
            }
            Option option = parsed.Command.Options[parsed.Command.Find(letter)];
            _answer.Error(parsed.Command.Name + ": -" + letter + " is missing; expected " + option.ToString() + ", " + what + ", with -t " + parsed.Value('t'));
            return true;
        }
    }
}
