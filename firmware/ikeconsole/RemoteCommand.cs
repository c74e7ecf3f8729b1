using NfIpsec.Base;
using NfIpsec.Base.Address;
using NfIpsec.Base.Algorithm;
using NfIpsec.Base.Crypto;
using NfIpsec.Base.Ports;
using NfIpsec.Console.Commands;
using NfIpsec.Console.Grammar;
using NfIpsec.Console.Names;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Session;
using NfIpsec.Ipsec.Management;

namespace NfIpsec.IkeConsole
{
    /// <summary>ike remote: adds, shows, deletes. Everything is checked before anything is changed.</summary>
    internal sealed class RemoteCommand
    {
        private const string All = "ALLREMOTES";
        private const int Ikev2 = 2;

        private readonly IpsecAdmin _admin;
        private readonly IkeAdmin _ike;
        private readonly FilePort _files;
        private readonly Answer _answer;
        private bool _legacy;

        public RemoteCommand(IpsecAdmin admin, IkeAdmin ike, FilePort files, Answer answer)
        {
            _admin = admin;
            _ike = ike;
            _files = files;
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
            RemoteConfig remote = new RemoteConfig();
            _legacy = false;
            if (ReadName(parsed, remote) && ReadMethod(parsed, remote) && ReadAlgorithms(parsed, remote) && ReadEnds(parsed, remote)
                && ReadTimes(parsed, remote) && new RemoteOptions(remote).Parse(parsed, _answer) && Create(parsed, remote))
            {
                return;
            }
            if (remote.PeerCertificate != null)
            {
                remote.PeerCertificate.Dispose();
            }
        }

        private bool ReadName(Parsed parsed, RemoteConfig remote)
        {
            remote.Name = parsed.Value('n');
            remote.Initiate = parsed.Has('w');
            remote.Accept = parsed.Has('u');
            if (remote.Name.Length == 0 || remote.Name.Length > IkeLimits.MaxName || remote.Name == All)
            {
                _answer.Error(Operands.Where(parsed, 'n') + "expected a name of 1 to " + IkeLimits.MaxName.ToString() + " characters other than " + All);
                return false;
            }
            int version = Operands.Number(parsed, 'z', Ikev2, 1, Ikev2, _answer);
            if (version == 1)
            {
                _answer.Error(Operands.Where(parsed, 'z') + "IKEv1 is not in this build; expected 2");
            }
            return version == Ikev2;
        }

        private bool ReadMethod(Parsed parsed, RemoteConfig remote)
        {
            string name = parsed.Value('m').ToUpper();
            remote.Method = AuthMethod.Find(name);
            if (remote.Method == 0)
            {
                string why = name == "EDDSASIG" ? "Ed25519 is not in this build's crypto library" : "not a method of this build";
                _answer.Error(Operands.Where(parsed, 'm') + why + "; expected PresharedKey, RSASIG, RSAPSS, ECDSASIG or NULLAUTH");
                return false;
            }
            bool certificates = AuthMethod.HasCertificates(remote.Method);
            if (remote.Method == AuthMethod.NullAuth && parsed.Has('h'))
            {
                _answer.Error(parsed.Command.Name + ": -h: expected with -m PresharedKey; NULLAUTH has no secret");
                return false;
            }
            if (!certificates && (parsed.Has('b') || parsed.Has('c')))
            {
                _answer.Error(parsed.Command.Name + ": -" + (parsed.Has('b') ? "b" : "c") + ": expected with -m RSASIG, RSAPSS or ECDSASIG; -m PresharedKey has -h");
                return false;
            }
            if (certificates && (parsed.Has('h') || !parsed.Has('c')))
            {
                _answer.Error(parsed.Command.Name + (parsed.Has('h') ? ": -h: expected with -m PresharedKey; " : ": -c is missing; ")
                    + AuthMethod.Name(remote.Method) + " has -c FILE,..., our certificate");
                return false;
            }
            remote.OwnFiles = parsed.Value('c');
            return !certificates || ReadPeer(parsed, remote);
        }

        private bool ReadPeer(Parsed parsed, RemoteConfig remote)
        {
            if (!parsed.Has('b'))
            {
                return true;
            }
            remote.PeerFile = parsed.Value('b');
            byte[] bytes = _files.Read(remote.PeerFile);
            int status = Status.XE_NO_DATA;
            remote.PeerCertificate = bytes == null ? null : Certificate.Parse(bytes, 0, bytes.Length, out status);
            if (remote.PeerCertificate == null)
            {
                _answer.Error(Operands.Where(parsed, 'b') + (bytes == null ? "no such file; expected the peer's certificate"
                    : "no certificate that can be used: " + StatusText.Explain(status)));
            }
            return remote.PeerCertificate != null;
        }

        private bool ReadAlgorithms(Parsed parsed, RemoteConfig remote)
        {
            AlgorithmList encryption = List(parsed, 'e', Algorithms.Encryption);
            if (encryption == null)
            {
                return false;
            }
            if (!parsed.Has('a') && !encryption.AllAead)
            {
                _answer.Error(parsed.Command.Name + ": -a is missing; expected -a LIST, the authentication algorithms, beside a cipher that is no AEAD");
                return false;
            }
            AlgorithmList integrity = parsed.Has('a') ? List(parsed, 'a', Algorithms.Integrity) : new AlgorithmList();
            AlgorithmList prf = integrity == null ? null : List(parsed, 'p', Algorithms.Prf);
            AlgorithmList groups = prf == null ? null : List(parsed, 'd', Algorithms.Group);
            if (groups == null)
            {
                return false;
            }
            _legacy |= encryption.Has(Algorithms.LegacyInIke);
            remote.Encryption = encryption.ToRows();
            remote.Integrity = integrity.ToRows();
            remote.Prf = prf.ToRows();
            remote.Groups = groups.ToRows();
            return true;
        }

        private AlgorithmList List(Parsed parsed, char letter, int kind)
        {
            AlgorithmList list = AlgorithmList.Parse(parsed, letter, kind, IkeLimits.MaxAlgorithms, _admin.LegacyAllowed, _answer);
            _legacy |= list != null && list.HasLegacy;
            return list;
        }

        private bool ReadEnds(Parsed parsed, RemoteConfig remote)
        {
            bool ok = true;
            remote.Remote = Address(parsed, 'r', ref ok);
            remote.Local = Address(parsed, 's', ref ok);
            remote.RemoteId = Identity(parsed, 'f', ref ok);
            remote.LocalId = Identity(parsed, 'g', ref ok);
            return ok;
        }

        private IpAddress Address(Parsed parsed, char letter, ref bool ok)
        {
            if (!ok || !parsed.Has(letter))
            {
                return null;
            }
            IpAddress address = IpAddress.Parse(parsed.Value(letter));
            ok = address != null && (letter == 'r' || !address.IsUnspecified);
            if (!ok)
            {
                _answer.Error(Operands.Where(parsed, letter) + "expected one IPv4 or IPv6 address");
            }
            return address;
        }

        private IkeIdentity Identity(Parsed parsed, char letter, ref bool ok)
        {
            if (!ok || !parsed.Has(letter))
            {
                return null;
            }
            string text = parsed.Value(letter);
            string error;
            IkeIdentity identity = IkeIdentity.Parse(text, out error);
            for (int i = 0; error == null && i < text.Length; i++)
            {
                error = text[i] > ' ' && text[i] < 127 ? null : "identity '" + text + "': expected printable characters without blanks";
            }
            ok = error == null;
            if (!ok)
            {
                _answer.Error(parsed.Command.Name + ": -" + letter + ": " + error);
            }
            return identity;
        }

        private bool ReadTimes(Parsed parsed, RemoteConfig remote)
        {
            remote.Interval = Operands.Number(parsed, 'i', IkeLimits.DefaultInterval, 1, CommandLimits.MaxInterval, _answer);
            remote.LifeSeconds = remote.Interval < 0 ? Operands.Bad : Operands.Number(parsed, 'l', IkeLimits.DefaultLife, 1, int.MaxValue, _answer);
            return remote.LifeSeconds > 0;
        }

        // False: the remote is not there.
        private bool Create(Parsed parsed, RemoteConfig remote)
        {
            bool secret = remote.Method == AuthMethod.PresharedKey;
            remote.Psk = secret ? SecretFile.Read(parsed, _files, _answer) : null;
            remote.PskFile = parsed.Value('h');
            if (secret && remote.Psk == null)
            {
                return false;
            }
            int status = _ike.ikev2_CreateRemote(remote);
            if (status != Status.XE_OK)
            {
                if (remote.Psk != null)
                {
                    remote.Psk.Dispose();
                }
                _answer.Refused(parsed, status, _ike.LastError);
                return false;
            }
            Warn(parsed, remote);
            _answer.Note("remote " + remote.Name + " added");
            return true;
        }

        private void Warn(Parsed parsed, RemoteConfig remote)
        {
            string where = parsed.Command.Name + " " + remote.Name + ": ";
            if (_legacy)
            {
                _answer.Warning(where + "a legacy algorithm is used");
            }
            if (_ike.LastWarning.Length > 0)
            {
                _answer.Warning(where + (remote.Psk != null ? "-h '" + remote.PskFile + "': " : "") + _ike.LastWarning);
            }
            if (!remote.Initiate && !remote.Accept)
            {
                _answer.Warning(where + "neither -w nor -u: this version is neither begun nor accepted");
            }
        }

        private void View(Parsed parsed)
        {
            if (!Show(parsed.Value('n')))
            {
                _answer.Error(Operands.Where(parsed, 'n') + "no remote of that name; ike remote -v lists them");
            }
        }

        /// <summary>One line for each remote of that name, in every version; null: of all. False when there is none of that name.</summary>
        public bool Show(string name)
        {
            bool found = name == null;
            for (int i = 0; i < _ike.RemoteCount; i++)
            {
                RemoteConfig remote = _ike.IkeAdminPrintRemoteConf(i);
                if (name == null || remote.Name == name)
                {
                    _answer.Line(RemoteLine.Format(remote) + (remote.LastFailure == null ? "" : "  # last failure: " + remote.LastFailure));
                    found = true;
                }
            }
            return found;
        }

        private void Delete(Parsed parsed)
        {
            string name = parsed.Value('x');
            int status = name == All ? _ike.ikev2DeleteAllRemotes() : _ike.ikev2DeleteRemote(name);
            if (status != Status.XE_OK)
            {
                _answer.Error(Operands.Where(parsed, 'x') + "no remote of that name; expected one that ike remote -v lists, or " + All);
                return;
            }
            _answer.Note(name == All ? "all remotes deleted" : "remote " + name + " deleted");
        }
    }
}
