using System;
using NfIpsec.Base;
using NfIpsec.Base.Address;
using NfIpsec.Base.Algorithm;
using NfIpsec.Console.Grammar;
using NfIpsec.Ipsec.Management;

namespace NfIpsec.Console.Commands
{
    /// <summary>ipsec addsa and ipsec delsa. Keys are wiped when the line is done, and never repeated in an answer.</summary>
    internal sealed class SaCommand
    {
        private readonly IpsecAdmin _admin;
        private readonly PolicyBook _book;
        private readonly Answer _answer;
        private readonly PolicyView _view = new PolicyView();

        public SaCommand(IpsecAdmin admin, PolicyBook book, Answer answer)
        {
            _admin = admin;
            _book = book;
            _answer = answer;
        }

        public void Add(Parsed parsed)
        {
            SaKeys keys = new SaKeys();
            if (ReadSelectors(parsed) && ReadAlgorithms(parsed, keys) && ReadSpis(parsed, keys))
            {
                int spid = 0;
                if (FindPolicy(parsed, keys, out spid))
                {
                    Install(parsed, keys, spid);
                }
            }
            keys.Wipe();
        }

        public void Delete(Parsed parsed)
        {
            if (!ReadSelectors(parsed))
            {
                return;
            }
            int status = _admin.IPSecAdminDeleteSABySelectors(parsed.Value('s'), parsed.Value('d'), Operands.Protocol(parsed, true, _answer));
            if (status != Status.XE_OK)
            {
                _answer.Refused(parsed, status, _admin.LastError);
                return;
            }
            _answer.Note("security associations deleted");
        }

        private bool ReadSelectors(Parsed parsed)
        {
            int protocol = Operands.Protocol(parsed, true, _answer);
            return protocol >= 0 && Operands.Selector(parsed, 's', protocol, _answer) != null && Operands.Selector(parsed, 'd', protocol, _answer) != null;
        }

        private bool ReadAlgorithms(Parsed parsed, SaKeys keys)
        {
            bool esp = parsed.Has('w') || parsed.Has('x') || parsed.Has('e') || parsed.Has('f') || parsed.Has('g');
            keys.Esp = esp;
            keys.Ah = parsed.Has('y') || parsed.Has('z');
            if (esp && !ReadEncryption(parsed, keys))
            {
                return false;
            }
            if (!parsed.Has('a'))
            {
                bool alone = !keys.Ah && keys.Encryption >= 0 && Algorithms.IsAead(keys.Encryption);
                return alone || Say(parsed, "-a is missing; expected -a NAME with -b and -c: nothing is accepted without an integrity check");
            }
            return ReadIntegrity(parsed, keys);
        }

        private bool ReadEncryption(Parsed parsed, SaKeys keys)
        {
            if (!parsed.Has('e'))
            {
                return Say(parsed, "-e is missing; expected -e NAME (NULL_ENC for none)");
            }
            AlgorithmList list = AlgorithmList.Parse(parsed, 'e', Algorithms.Encryption, 1, _admin.LegacyAllowed, _answer);
            if (list == null)
            {
                return false;
            }
            keys.Encryption = list.Rows[0];
            keys.Legacy |= list.HasLegacy;
            if (Algorithms.IsCounter(keys.Encryption))
            {
                return Say(parsed, "-e '" + parsed.Value('e') + "': a counter-mode cipher is refused with manual keys, because a repeated counter gives the plaintext away "
                    + "(RFC 8221 section 3); expected a CBC cipher (XE_UNKNOWN_ALGORITHM)");
            }
            if (Algorithms.KeyBytes(keys.Encryption) == 0)
            {
                bool given = parsed.Has('f') || parsed.Has('g');
                return !given || Say(parsed, (parsed.Has('f') ? "-f" : "-g") + ": " + Algorithms.Name(keys.Encryption) + " takes no key");
            }
            keys.EncryptionIn = Operands.Key(parsed, 'f', keys.Encryption, _answer);
            keys.EncryptionOut = keys.EncryptionIn == null ? null : Operands.Key(parsed, 'g', keys.Encryption, _answer);
            return keys.EncryptionOut != null;
        }

        private bool ReadIntegrity(Parsed parsed, SaKeys keys)
        {
            AlgorithmList list = AlgorithmList.Parse(parsed, 'a', Algorithms.Integrity, 1, _admin.LegacyAllowed, _answer);
            if (list == null)
            {
                return false;
            }
            keys.Integrity = list.Rows[0];
            keys.Legacy |= list.HasLegacy;
            if (Algorithms.IsCounter(keys.Integrity))
            {
                return Say(parsed, "-a '" + parsed.Value('a') + "': GMAC is refused with manual keys, because a repeated nonce gives its key away "
                    + "(RFC 8221 section 3); expected an HMAC, AES-XCBC or AES-CMAC (XE_UNKNOWN_ALGORITHM)");
            }
            keys.IntegrityIn = Operands.Key(parsed, 'b', keys.Integrity, _answer);
            keys.IntegrityOut = keys.IntegrityIn == null ? null : Operands.Key(parsed, 'c', keys.Integrity, _answer);
            return keys.IntegrityOut != null;
        }

        private bool ReadSpis(Parsed parsed, SaKeys keys)
        {
            if (!keys.Esp && !keys.Ah)
            {
                return Say(parsed, "-w is missing; expected -w and -x (ESP) or -y and -z (AH)");
            }
            bool good = true;
            if (keys.Esp)
            {
                keys.EspIn = Operands.Spi(parsed, 'w', _answer);
                keys.EspOut = keys.EspIn == 0 ? 0 : Operands.Spi(parsed, 'x', _answer);
                good = keys.EspOut != 0;
            }
            if (good && keys.Ah)
            {
                keys.AhIn = Operands.Spi(parsed, 'y', _answer);
                keys.AhOut = keys.AhIn == 0 ? 0 : Operands.Spi(parsed, 'z', _answer);
                good = keys.AhOut != 0;
            }
            return good;
        }

        // The policy with these selectors; 0 when there is none yet and -m and -r say how to make it.
        private bool FindPolicy(Parsed parsed, SaKeys keys, out int spid)
        {
            spid = _admin.FindPolicy(parsed.Value('s'), parsed.Value('d'), Operands.Protocol(parsed, true, _answer));
            bool ok = true;
            bool tunnel = spid == 0 || parsed.Has('m') ? Operands.Tunnel(parsed, _answer, out ok) : false;
            IpAddress remote = ok && parsed.Has('r') ? Operands.Endpoint(parsed, false, _answer) : null;
            if (!ok || (parsed.Has('r') && remote == null))
            {
                return false;
            }
            if (spid == 0)
            {
                return parsed.Has('r') || Say(parsed, "-r is missing; expected -r ADDR, because no policy has these selectors yet");
            }
            return _admin.GetPolicyById(spid, _view) && Agrees(parsed, keys, tunnel, remote);
        }

        private bool Agrees(Parsed parsed, SaKeys keys, bool tunnel, IpAddress remote)
        {
            bool policyTunnel = _view.Action == PolicyAction.IPSEC_POLICY_SECURE_TUNNEL;
            if (!PolicyLine.IsSecure(_view))
            {
                return Say(parsed, "policy " + _view.Spid.ToString() + " with these selectors protects nothing; expected a policy of -t ESP, AH or AHESP");
            }
            bool esp = (_view.Flags & PolicyFlags.SP_PROTO_ESP) != 0;
            bool ah = (_view.Flags & PolicyFlags.SP_PROTO_AH) != 0;
            if (esp != keys.Esp || ah != keys.Ah)
            {
                return Say(parsed, "policy " + _view.Spid.ToString() + " with these selectors is of -t " + PolicyLine.Type(_view) + "; expected "
                    + (esp && ah ? "-w -x and -y -z" : ah ? "-y and -z alone" : "-w and -x alone"));
            }
            if (parsed.Has('m') && tunnel != policyTunnel)
            {
                return Say(parsed, "-m '" + parsed.Value('m') + "': policy " + _view.Spid.ToString() + " is in " + (policyTunnel ? "tunnel" : "transport") + " mode");
            }
            if (remote != null && _view.Gateway != null && remote.ToString() != _view.Gateway)
            {
                return Say(parsed, "-r '" + parsed.Value('r') + "': the remote endpoint of policy " + _view.Spid.ToString() + " is " + _view.Gateway);
            }
            PolicyEntry entry = _book.FindSpid(_view.Spid);
            return entry == null || (Lists(parsed, 'e', entry.Encryption, keys.Encryption) && Lists(parsed, 'a', entry.Integrity, keys.Integrity));
        }

        private bool Lists(Parsed parsed, char letter, AlgorithmList list, int row)
        {
            bool found = list == null || row < 0;
            for (int i = 0; !found && i < list.Count; i++)
            {
                found = list.Rows[i] == row;
            }
            return found || Say(parsed, "-" + letter + " '" + parsed.Value(letter) + "': policy " + _view.Spid.ToString() + " allows " + list.ToString());
        }

        private void Install(Parsed parsed, SaKeys keys, int spid)
        {
            if (keys.Legacy)
            {
                _answer.Warning(parsed.Command.Name + ": a legacy algorithm is used");
            }
            int status = spid != 0 ? AddToPolicy(keys, spid) : AddWithPolicy(parsed, keys, out spid);
            if (status != Status.XE_OK)
            {
                _answer.Refused(parsed, status, _admin.LastError);
                return;
            }
            _answer.Note("security associations added to policy " + spid.ToString());
        }

        private int AddToPolicy(SaKeys keys, int spid)
        {
            return _admin.IPSecMgmtAddSA(spid, keys.EncryptionNumber, Length(keys.EncryptionIn), keys.EncryptionIn, keys.EncryptionOut,
                keys.IntegrityNumber, Length(keys.IntegrityIn), keys.IntegrityIn, keys.IntegrityOut, keys.EspIn, keys.EspOut, keys.AhIn, keys.AhOut);
        }

        private int AddWithPolicy(Parsed parsed, SaKeys keys, out int spid)
        {
            bool tunnel = parsed.Value('m').ToLower() == "tunnel";
            int flags = PolicyFlags.SP_KEYNEG_MANUAL | PolicyFlags.SP_CHECK_ESP_PAD | PolicyFlags.SP_FULL_ECN | PolicyFlags.SP_DF_COPY
                | (keys.Esp ? PolicyFlags.SP_PROTO_ESP : 0) | (keys.Ah ? PolicyFlags.SP_PROTO_AH : 0);
            return _admin.IPSecAdminAddManualSA2(tunnel ? PolicyAction.IPSEC_POLICY_SECURE_TUNNEL : PolicyAction.IPSEC_POLICY_SECURE_TRANSPORT,
                Operands.Protocol(parsed, true, _answer), parsed.Value('s'), parsed.Value('d'), parsed.Value('r'), flags, PolicyPriority.SP_PRIORITY_MEDIUM,
                keys.EncryptionNumber, Length(keys.EncryptionIn), keys.EncryptionIn, keys.EncryptionOut,
                keys.IntegrityNumber, Length(keys.IntegrityIn), keys.IntegrityIn, keys.IntegrityOut, keys.EspIn, keys.EspOut, keys.AhIn, keys.AhOut, out spid);
        }

        private static int Length(byte[] key)
        {
            return key == null ? 0 : key.Length;
        }

        private bool Say(Parsed parsed, string error)
        {
            _answer.Error(parsed.Command.Name + ": " + error);
            return false;
        }

        // What one addsa line carries.
        private sealed class SaKeys
        {
            public bool Esp, Ah, Legacy;
            public int Encryption = Algorithms.None, Integrity = Algorithms.None;
            public byte[] EncryptionIn, EncryptionOut, IntegrityIn, IntegrityOut;
            public int EspIn, EspOut, AhIn, AhOut;

            public int EncryptionNumber
            {
                get { return Encryption < 0 ? 0 : Algorithms.Ikev2Number(Encryption); }
            }

            public int IntegrityNumber
            {
                get { return Integrity < 0 ? 0 : Algorithms.Ikev2Number(Integrity); }
            }

            public void Wipe()
            {
                Wipe(EncryptionIn);
                Wipe(EncryptionOut);
                Wipe(IntegrityIn);
                Wipe(IntegrityOut);
            }

            private static void Wipe(byte[] key)
            {
                if (key != null)
                {
                    Array.Clear(key, 0, key.Length);
                }
            }
        }
    }
}
