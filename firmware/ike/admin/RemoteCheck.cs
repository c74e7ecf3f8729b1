using NfIpsec.Base.Algorithm;
using NfIpsec.Base.Crypto;
using NfIpsec.Ike.Session;
using NfIpsec.Ipsec.Management;

namespace NfIpsec.Ike.Admin
{
    /// <summary>Says what is wrong with a configuration, or null.</summary>
    internal static class RemoteCheck
    {
        internal static string Parameters(RemoteConfig remote, bool legacy)
        {
            if (remote == null || !IsName(remote.Name))
            {
                return "-n: expected a name of at most " + IkeLimits.MaxName.ToString() + " characters";
            }
            if (remote.Version != 1 && remote.Version != 2)
            {
                return "-z '" + remote.Version.ToString() + "': expected 1 or 2";
            }
            if (remote.Remote == null)
            {
                return "-r: expected the peer's address";
            }
            if (remote.Local != null && remote.Local.Version != remote.Remote.Version)
            {
                return "-s '" + remote.Local.ToString() + "': expected the address family of -r";
            }
            if (remote.Initiate && remote.Remote.IsUnspecified)
            {
                return "-w: expected an address in -r that can be called";
            }
            string method = Method(remote);
            if (method != null)
            {
                return method;
            }
            string address = Addresses(remote);
            if (address != null)
            {
                return address;
            }
            if (remote.Interval <= 0 || remote.LifeSeconds <= 0 || remote.DpdSeconds < 0)
            {
                return "-i, -l: expected at least one second; dpd: 0 or more";
            }
            return Lists(remote, legacy);
        }

        private static string Addresses(RemoteConfig remote)
        {
            if (remote.VirtualRequest && (!remote.Initiate || remote.Version != 2))
            {
                return "vip=request: expected -w and IKEv2; who begins asks for the address";
            }
            if (remote.Pool != null && (remote.Initiate || remote.VirtualRequest || remote.Version != 2))
            {
                return "vip=pool: expected -u without -w, and IKEv2; the peer begins and asks for the address";
            }
            return remote.NameServer != null && remote.Pool == null ? "dns: expected vip=pool:A-B beside it" : null;
        }

        private static string Method(RemoteConfig remote)
        {
            if (remote.Method == AuthMethod.PresharedKey)
            {
                return remote.Psk == null || remote.Psk.Length <= 0 ? "-h: the shared secret is missing or empty"
                    : remote.OwnFiles != null || remote.PeerCertificate != null ? "-b, -c: expected with a method that has certificates" : null;
            }
            if (remote.Method == AuthMethod.NullAuth && remote.Version == 2)
            {
                return remote.Psk != null || remote.OwnFiles != null || remote.PeerCertificate != null || remote.RemoteId != null
                    ? "-h, -b, -c, -f: expected with a method that proves something; -m NULLAUTH has none of them" : null;
            }
            if (!AuthMethod.HasCertificates(remote.Method) || remote.Version != 2)
            {
                return "-m: expected PresharedKey, RSASIG, RSAPSS, ECDSASIG or NULLAUTH with IKEv2";
            }
            if (remote.PeerCertificate != null && !AuthMethod.Takes(remote.Method, remote.PeerCertificate.KeyType))
            {
                return "-b '" + remote.PeerFile + "': its key is not one for -m " + AuthMethod.Name(remote.Method);
            }
            return remote.Psk != null ? "-h: expected with -m PresharedKey"
                : remote.OwnFiles == null || remote.OwnFiles.Length == 0 ? "-c: expected our certificate, added with ce x509 -a FILE -d DEPTH -k KEYFILE" : null;
        }

        private static string Lists(RemoteConfig remote, bool legacy)
        {
            string error = List("-e", remote.Encryption, Algorithms.Encryption, legacy, 1);
            error = error != null ? error : List("-a", remote.Integrity, Algorithms.Integrity, legacy, NeedsIntegrity(remote.Encryption) ? 1 : 0);
            error = error != null ? error : List("-p", remote.Prf, Algorithms.Prf, legacy, 1);
            error = error != null ? error : List("-d", remote.Groups, Algorithms.Group, legacy, 1);
            error = error != null ? error : ForIke("-e", remote.Encryption, legacy);
            return error != null ? error : ForIke("-a", remote.Integrity, legacy);
        }

        // A conversation about keys in the clear is nobody's wish (RFC 8247 2.1) but an old test bed's.
        private static string ForIke(string option, int[] rows, bool legacy)
        {
            for (int i = 0; i < rows.Length; i++)
            {
                if (Algorithms.Has(rows[i], Algorithms.PacketsOnly))
                {
                    return option + " " + Algorithms.Name(rows[i]) + ": protects packets only; expected an algorithm for IKE's own messages";
                }
                if (Algorithms.Has(rows[i], Algorithms.LegacyInIke) && !legacy)
                {
                    return option + " " + Algorithms.Name(rows[i]) + ": legacy here, it hides nothing; expected a cipher that encrypts, or the line 'ipsec legacy on' before";
                }
            }
            return null;
        }

        /// <param name="protocols">The SP_PROTO_ flags of the policy.</param>
        internal static string Parameters(ChildConfig child, int protocols, bool legacy)
        {
            if (child == null || !IsName(child.Name) || child.Spid <= 0)
            {
                return "-n: expected a name of at most " + IkeLimits.MaxName.ToString() + " characters, and a policy in the SPD";
            }
            if (!IsName(child.RemoteName))
            {
                return "-g: expected the name of an 'ike remote'";
            }
            if (child.LifeSeconds < 0 || child.LifeBytes < 0 || child.LifePackets < 0)
            {
                return "-k: expected 0 (no limit) or more";
            }
            bool ah = (protocols & PolicyFlags.SP_PROTO_AH) != 0;
            if (ah && (protocols & PolicyFlags.SP_PROTO_ESP) != 0)
            {
                return "-t AHESP: IKE negotiates one protocol for a policy (RFC 7296 3.3); expected ESP or AH";
            }
            if (ah && child.Encryption != null && child.Encryption.Length > 0)
            {
                return "-e: AH does not encrypt; expected -a alone";
            }
            string error = List("-e", child.Encryption, Algorithms.Encryption, legacy, ah ? 0 : 1);
            error = error != null ? error : List("-a", child.Integrity, Algorithms.Integrity, legacy, ah || NeedsIntegrity(child.Encryption) ? 1 : 0);
            error = error != null || ah ? error : ForEsp(child.Integrity);
            return error != null ? error : List("pfs", child.Groups, Algorithms.Group, legacy, 0);
        }

        private static string ForEsp(int[] integrity)
        {
            for (int i = 0; i < integrity.Length; i++)
            {
                if (Algorithms.Has(integrity[i], Algorithms.AhOnly))
                {
                    return "-a " + Algorithms.Name(integrity[i]) + ": for AH alone; in ESP it stands in -e";
                }
            }
            return null;
        }

        private static bool IsName(string name)
        {
            return name != null && name.Length > 0 && name.Length <= IkeLimits.MaxName;
        }

        private static bool NeedsIntegrity(int[] encryption)
        {
            for (int i = 0; i < encryption.Length; i++)
            {
                if (!Algorithms.IsAead(encryption[i]))
                {
                    return true;
                }
            }
            return false;
        }

        private static string List(string option, int[] rows, int kind, bool legacy, int least)
        {
            if (rows == null || rows.Length < least || rows.Length > IkeLimits.MaxAlgorithms)
            {
                return option + ": expected " + least.ToString() + " to " + IkeLimits.MaxAlgorithms.ToString() + " algorithms";
            }
            for (int i = 0; i < rows.Length; i++)
            {
                if (rows[i] < 0 || rows[i] >= Algorithms.Count || Algorithms.Kind(rows[i]) != kind)
                {
                    return option + ": a row that is no such algorithm";
                }
                if (!Availability.Has(rows[i]))
                {
                    return option + " " + Algorithms.Name(rows[i]) + ": this build or this chip does not have it";
                }
                if (Algorithms.IsLegacy(rows[i]) && !legacy)
                {
                    return option + " " + Algorithms.Name(rows[i]) + ": a legacy algorithm; expected the line 'ipsec legacy on' before";
                }
            }
            return null;
        }
    }
}
