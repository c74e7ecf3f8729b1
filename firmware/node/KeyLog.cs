#if IKE_DEBUG
using System.Text;
using NfIpsec.Base.Algorithm;
using NfIpsec.Base.Bytes;
using NfIpsec.Base.Ports;
using NfIpsec.Ipsec.Management;

namespace NfIpsec.Node
{
    /// <summary>Debug builds only: the keys of every security association as rows of Wireshark's table esp_sa.</summary>
    internal sealed class KeyLog
    {
        private const string FileName = "esp_sa";

        // A session that came as another went is found this much later, milliseconds.
        private const int LookAgainMs = 500;

        // Sessions already written, by slot: a slot is written again when its SPIs change.
        private const int Slots = 64;

        private readonly FilePort _files;
        private readonly IpsecAdmin _admin;
        private readonly SessionView _session = new SessionView();
        private readonly PolicyView _policy = new PolicyView();
        private readonly int[] _inbound = new int[Slots];
        private readonly int[] _outbound = new int[Slots];
        private readonly int[] _slot = new int[Slots];
        private int _next, _count;
        private long _lookedAt;

        public KeyLog(FilePort files, IpsecAdmin admin)
        {
            _files = files;
            _admin = admin;
        }

        /// <summary>Writes the sessions that have come since the last call.</summary>
        public void Update(long now)
        {
            if (_admin.SessionCount == _count && now - _lookedAt < LookAgainMs)
            {
                return;
            }
            _count = _admin.SessionCount;
            _lookedAt = now;
            for (int i = 0; _admin.GetSession(i, _session); i++)
            {
                if (_session.Encryption >= 0 && Remember() && _admin.GetPolicyById(_session.Spid, _policy))
                {
                    Write();
                }
            }
        }

        // True for a session that was not known before.
        private bool Remember()
        {
            for (int i = 0; i < Slots; i++)
            {
                if (_slot[i] == _session.Slot + 1 && _inbound[i] == _session.InboundSpi && _outbound[i] == _session.OutboundSpi)
                {
                    return false;
                }
            }
            _slot[_next] = _session.Slot + 1;
            _inbound[_next] = _session.InboundSpi;
            _outbound[_next] = _session.OutboundSpi;
            _next = (_next + 1) % Slots;
            return true;
        }

        // An algorithm that Wireshark has no name for makes no row: one with a wrong name would spoil the table.
        private void Write()
        {
            if (CipherName() == null)
            {
                return;
            }
            string local = Local();
            string remote = _policy.Gateway == null ? "*" : _policy.Gateway;
            string rows = Row(local, remote, _session.OutboundSpi, true) + Row(remote, local, _session.InboundSpi, false);
            _files.Append(FileName, Encoding.UTF8.GetBytes(rows));
        }

        // Outer addresses: in transport mode those of the packet, which a selector of one address names.
        private string Local()
        {
            if (_policy.Local != null)
            {
                return _policy.Local;
            }
            string source = _policy.Source;
            int comma = source.IndexOf(',');
            source = comma < 0 ? source : source.Substring(0, comma);
            bool single = source.IndexOf('/') < 0 && source.IndexOf('-') < 0 && !source.StartsWith("any");
            return single && !_session.Tunnel ? source : "*";
        }

        private string Row(string from, string to, int spi, bool outbound)
        {
            string family = (from + to).IndexOf(':') >= 0 ? "IPv6" : "IPv4";
            return Quoted(family) + "," + Quoted(from) + "," + Quoted(to) + "," + Quoted("0x" + Hex.Format32(spi)) + ","
                + Quoted(CipherName()) + "," + Quoted(Key(outbound, false)) + "," + Quoted(MacName()) + "," + Quoted(Key(outbound, true)) + "\n";
        }

        private string Key(bool outbound, bool integrity)
        {
            string key = _admin.ShowKey(_session.Slot, outbound, integrity);
            return key == null || key.Length == 0 ? "" : "0x" + key;
        }

        private string CipherName()
        {
            switch (Algorithms.ShortName(_session.Encryption))
            {
                case "NULL":
                    return "NULL";
                case "3DES":
                    return "TripleDES-CBC [RFC2451]";
                case "DES":
                    return "DES-CBC [RFC2405]";
                case "AES":
                    return "AES-CBC [RFC3602]";
                case "AES-CTR":
                    return "AES-CTR [RFC3686]";
                case "AES-GCM":
                    return "AES-GCM with " + _session.IcvBytes.ToString() + " octet ICV [RFC4106]";
                default:
                    return null;
            }
        }

        // Wireshark knows the HMACs at the length of their RFC; the short SHA-384 and SHA-512, and AES' MACs, it can only skip.
        private string MacName()
        {
            bool isShort = _session.IcvBytes == Algorithms.ShortIcv;
            switch (_session.Integrity)
            {
                case Algorithms.HmacMd5:
                    return "HMAC-MD5-96 [RFC2403]";
                case Algorithms.HmacSha1:
                    return "HMAC-SHA-1-96 [RFC2404]";
                case Algorithms.HmacSha256:
                    return isShort ? "HMAC-SHA-256-96 [draft-ietf-ipsec-ciph-sha-256-00]" : "HMAC-SHA-256-128 [RFC4868]";
                case Algorithms.HmacSha384:
                    return isShort ? "ANY 96 bit authentication [no checking]" : "HMAC-SHA-384-192 [RFC4868]";
                case Algorithms.HmacSha512:
                    return isShort ? "ANY 96 bit authentication [no checking]" : "HMAC-SHA-512-256 [RFC4868]";
                case Algorithms.AesXcbc:
                case Algorithms.AesCmac:
                    return "ANY 96 bit authentication [no checking]";
                default:
                    return "NULL";
            }
        }

        private static string Quoted(string text)
        {
            return "\"" + text + "\"";
        }
    }
}
#endif
