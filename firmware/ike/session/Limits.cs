namespace NfIpsec.Ike.Session
{
    /// <summary>Bounds of IKE.</summary>
    public static class IkeLimits
    {
#if NF_HOST
        /// <summary>Remotes, child configurations and IKE SAs, half-open ones included.</summary>
        public const int MaxRemotes = 256, MaxChildren = 2048, MaxSas = 256;

        /// <summary>IKE SAs of peers that have not authenticated yet; from CookieThreshold on a peer must first show that it receives.</summary>
        public const int MaxHalfOpen = 64, CookieThreshold = 16;

        /// <summary>Those of one source: an IPv4 address, or a /64 of IPv6, which one host has to itself (RFC 8019 4).</summary>
        public const int MaxHalfOpenPerSource = 32;

        /// <summary>Messages that are put together from fragments at the same time.</summary>
        public const int MaxReassemblies = 16;

        /// <summary>Policies whose refusal is remembered.</summary>
        public const int MaxRefusals = 64;
#else
        public const int MaxRemotes = 8, MaxChildren = 32, MaxSas = 8;
        public const int MaxHalfOpen = 4, CookieThreshold = 2, MaxHalfOpenPerSource = 2;
        public const int MaxReassemblies = 2, MaxRefusals = 4;
#endif
        /// <summary>IKE SAs of peers that prove nothing, and those of one source; of the sessions they have half.</summary>
        public const int MaxStrangers = MaxSas / 2, MaxStrangersPerSource = MaxHalfOpenPerSource;

        /// <summary>IKE SAs between one identity and us: where it begins another the oldest goes. Some are side by side while one takes over
        /// from another.</summary>
        public const int MaxSasPerIdentity = 4;

        /// <summary>Child SAs of one IKE SA; negotiations that wait for their turn on it.</summary>
        public const int MaxChildSas = 8, MaxPending = 8;

        /// <summary>The same with those that have a successor and wait for their end.</summary>
        public const int MaxChildPlaces = 2 * MaxChildSas;

        /// <summary>Longest message taken or sent, bytes: room for the largest public value of all and every proposal a peer may list.</summary>
        public const int MaxMessage = 2400;

        /// <summary>A message that comes in fragments (RFC 7383): their number, and what is inside of them, bytes. The RFC wants no more
        /// than 64 KB (5); this is a chain of certificates.</summary>
        public const int MaxFragments = 32, MaxReassembled = 4096;

        /// <summary>How long its fragments wait for the others, milliseconds: as long as a request is sent again (RFC 7383 2.6). From
        /// GiveWayMs on they give way where another message's need the room.</summary>
        public const int ReassemblyMs = 64000, GiveWayMs = 1000;

        /// <summary>Datagrams of IKE_AUTH that wait for the keys of their SA, beside the bound of one message in bytes.</summary>
        public const int MaxEarly = 8;

        /// <summary>An IP datagram that holds a longer message is not sent: the message goes in fragments, each in one of at most that
        /// size (RFC 7383 2.5.1), bytes.</summary>
        public const int MaxDatagram4 = 576, MaxDatagram6 = 1280;

        /// <summary>Addresses of one pool that are given out, and remembered for who had them.</summary>
        public const int MaxLeases = 2 * MaxSas;

        /// <summary>A peer that gave us no address is asked for one again after this, milliseconds: not soon (RFC 7296 3.15.4).</summary>
        public const int AddressRetryMs = 180000;

        /// <summary>After a child was refused a packet asks for it again after the first, twice as long each time, and at most after the second,
        /// milliseconds.</summary>
        public const int RefusalMs = 1000, MaxRefusalMs = 60000;

        /// <summary>Longest identity and name, bytes and characters.</summary>
        public const int MaxIdentity = 128, MaxName = 32;

        /// <summary>Certificates sent, or looked at, of one message.</summary>
        public const int MaxCertificates = 6;

        /// <summary>Algorithms in one list.</summary>
        public const int MaxAlgorithms = 8;

        /// <summary>Our nonces, bytes: RFC 7296 3.9 has 16 to 256.</summary>
        public const int NonceBytes = 32;

        /// <summary>Sendings of one request before the peer counts as silent; the interval doubles from the remote's (RFC 7296 2.4).</summary>
        public const int MaxSendings = 6;

        /// <summary>The same for the request that deletes the IKE SA: nothing depends on its answer.</summary>
        public const int MaxDeleteSendings = 3;

        /// <summary>How often one negotiation follows COOKIE or INVALID_KE_PAYLOAD.</summary>
        public const int MaxRestarts = 3;

        /// <summary>Answers to one IKE_SA_INIT that are tried: a forged one may come before the true one (RFC 7296 2.4).</summary>
        public const int MaxInitAnswers = 3;

        /// <summary>A peer's half-open IKE SA lives that long, milliseconds; where another one finds no room, only for the second, which is
        /// enough for a round trip and the peer's arithmetic (RFC 8019 4.1).</summary>
        public const int HalfOpenMs = 30000, HalfOpenLeastMs = 3000;

        /// <summary>Who is turned away for want of room or randomness is told of once in this time, and counted each time, milliseconds.</summary>
        public const int QuietMs = 60000;

        /// <summary>NAT keepalives (RFC 3948 4), and how long a cookie's secret is used, milliseconds.</summary>
        public const int KeepaliveMs = 20000, CookieSecretMs = 60000;

        /// <summary>A peer that a NAT seems to have moved is asked so often, and so long, milliseconds, before it is held to be where it was;
        /// the next move then waits for MovePauseMs, twice as long each time, and at most MaxMovePauseMs.</summary>
        public const int MaxQuestions = 3, UnshownMs = 10000, MovePauseMs = 1000, MaxMovePauseMs = 300000;

        /// <summary>How often an answer is sent again within that time, milliseconds.</summary>
        public const int MaxResends = 4, ResendMs = 1000;

        /// <summary>A job port that is full is asked again after this, milliseconds.</summary>
        public const int JobRetryMs = 50;

        /// <summary>Deletes of unknown SPIs that an exchange remembers until its answer comes: the answer may have been overtaken by the
        /// end of what it made.</summary>
        public const int MaxEarlyDeletes = 4;

        /// <summary>After TEMPORARY_FAILURE one asks again later, after RetryMs and up to RetryJitterMs more; when it has been the answer
        /// for TroubleMs, the IKE SA is closed (RFC 7296 2.25: several minutes). One that comes TroubleGapMs after the one before has
        /// nothing to do with it. Milliseconds.</summary>
        public const int RetryMs = 5000, RetryJitterMs = 5000, TroubleMs = 180000, TroubleGapMs = 90000;

        /// <summary>A peer that does not know a child it has asked for may not have our answer yet, for this long after it, milliseconds: its
        /// sendings are over then.</summary>
        public const int UnknownMs = 60000;

        /// <summary>A child whose bytes or packets run out is renewed by who did not ask for it within this, milliseconds.</summary>
        public const int RenewJitterMs = 2000;

        /// <summary>An IKE SA that the peer has rekeyed is deleted by the peer, or after this by us, milliseconds.</summary>
        public const int ReplacedMs = 60000;

        /// <summary>A secret shorter than this is warned about, bytes: it can be guessed offline (Felsch 2018).</summary>
        public const int ShortSecret = 16;

        /// <summary>Defaults of a remote: retransmission interval, IKE SA lifetime, liveness check; of a child: lifetime. Seconds.</summary>
        public const int DefaultInterval = 1, DefaultLife = 86400, DefaultDpd = 30, DefaultChildLife = 3600;
    }
}
