using NfIpsec.Base.Address;
using NfIpsec.Base.Crypto;
using NfIpsec.Ike.Session;

namespace NfIpsec.Ike.Admin
{
    /// <summary>One "ike remote" line: everything IKE needs to talk to a peer. Filled by the caller, then given to
    /// ikev2_CreateRemote; not changed afterwards.</summary>
    public sealed class RemoteConfig
    {
        /// <summary>-n</summary>
        public string Name;

        /// <summary>-z: 1 or 2.</summary>
        public int Version = 2;

        /// <summary>-w, -u: this version is used when we begin; is accepted when the peer does.</summary>
        public bool Initiate, Accept;

        /// <summary>-e -a -p -d: rows of the algorithm table in order of preference, arrays as long as the lists. Integrity may be
        /// empty when every cipher is an AEAD.</summary>
        public int[] Encryption = new int[0], Integrity = new int[0], Prf = new int[0], Groups = new int[0];

        /// <summary>-m: one of <see cref="AuthMethod"/>.</summary>
        public int Method = AuthMethod.PresharedKey;

        /// <summary>-h: the shared secret. IkeAdmin owns it once the remote is created.</summary>
        public Secret Psk;

        /// <summary>-h: the file's name, for display and dump.</summary>
        public string PskFile;

        /// <summary>-c: files in the store, separated by commas: our certificate, then others that are sent along. IkeAdmin looks them up and
        /// fills Own and OwnKey.</summary>
        public string OwnFiles;
        public Certificate[] Own;
        public PrivateKey OwnKey;

        /// <summary>-b: the certificate that the peer must show, or null; IkeAdmin owns it once the remote is created. The file's name, for
        /// display and dump.</summary>
        public Certificate PeerCertificate;
        public string PeerFile;

        /// <summary>certreq=, crl=strict, certtime=any: ask for certificates; each CA of a chain needs a fresh CRL; validity is not judged.</summary>
        public bool CertRequest = true, StrictCrl, AnyTime;

        /// <summary>-f, -g: what the peer must show (null: its address), what we show (null: our address).</summary>
        public IkeIdentity RemoteId, LocalId;

        /// <summary>-r, -s: endpoints; Local null: chosen by the stack.</summary>
        public IpAddress Remote, Local;

        /// <summary>-i, -l, dpd=: first retransmission, lifetime of the IKE SA, idle time before a liveness check (0 off); seconds.</summary>
        public int Interval = IkeLimits.DefaultInterval, LifeSeconds = IkeLimits.DefaultLife, DpdSeconds = IkeLimits.DefaultDpd;

        /// <summary>natt=: AuthMethod.NatOff, NatOn, NatForce.</summary>
        public int NatTraversal = AuthMethod.NatOn;

        /// <summary>frag=: large messages may go in fragments (RFC 7383).</summary>
        public bool Fragmentation = true;

        /// <summary>vip=request: tunnels run under an address that the peer gives us. vip=pool: we give it one, and it must ask; dns=: and a
        /// name server, or null.</summary>
        public bool VirtualRequest;
        public AddressPool Pool;
        public IpAddress NameServer;

        /// <summary>The peer gave no address: not asked again before, milliseconds of the clock. Kept by IKE.</summary>
        public long AddressRetryAt;

        /// <summary>-o as it was typed, or null; for dump only.</summary>
        public string Options;

        /// <summary>Why the last negotiation with this remote failed, or null. Kept by IKE.</summary>
        public string LastFailure;
    }
}
