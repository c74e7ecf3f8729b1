namespace NfIpsec.Ike.Session
{
    /// <summary>What can go wrong; each has a notify (0: nothing is said to the peer), a counter and a sentence.</summary>
    public static class Fault
    {
        public const int None = 0, BadHeader = 1, BadSyntax = 2, UnknownCritical = 3, HigherVersion = 4, UnknownSpi = 5, Replayed = 6;
        public const int NotVerified = 7, WrongSecret = 8, UnknownIdentity = 9, NoRemoteForAddress = 10, NoProposal = 11, OtherGroup = 12;
        public const int BadPublicValue = 13, Selectors = 14, WiderAnswer = 15, Mode = 16, PeerSilent = 17, TooMany = 18, OwnFault = 19;
        public const int NoRemote = 20, PeerRefused = 21, Reflected = 22, OutOfPlace = 23, Expired = 24, ManyFlows = 25, AhBehindNat = 26;
        public const int NoCertificate = 27, NotTrusted = 28, BadSignature = 29, OtherMethod = 30, OtherPeer = 31, Overrun = 32;
        public const int Unproved = 33, NoAddress = 34, PoolEmpty = 35, AddressNotAsked = 36, Busy = 37, NoRandom = 38;
        public const int Count = 39;

        // RFC 7296 3.10.1: 1 UNSUPPORTED_CRITICAL_PAYLOAD, 5 INVALID_MAJOR_VERSION, 7 INVALID_SYNTAX, 14 NO_PROPOSAL_CHOSEN,
        // 17 INVALID_KE_PAYLOAD, 24 AUTHENTICATION_FAILED, 34 SINGLE_PAIR_REQUIRED, 35 NO_ADDITIONAL_SAS, 36 INTERNAL_ADDRESS_FAILURE,
        // 37 FAILED_CP_REQUIRED, 38 TS_UNACCEPTABLE, 43 TEMPORARY_FAILURE
        private static readonly int[] s_notify = { 0, 0, 7, 1, 5, 0, 0, 0, 24, 24, 14, 14, 17, 7, 38, 0, 14, 0, 35, 43, 0, 0, 0, 0, 0, 34, 14, 24, 24, 24, 24, 38, 43, 38, 0, 36, 37, 43, 43 };

        private static readonly string[] s_text =
        {
            "", "no IKE message", "a message breaks the rules of its payloads", "an unknown payload is marked critical",
            "the peer speaks a higher version", "no such IKE SA", "a message id out of turn",
            "a message does not verify",
            "the peer does not prove the shared secret: compare the files of -h on both sides",
            "the peer shows an identity that is not expected: compare -f here with -g there",
            "no 'ike remote' line accepts this version from the peer: check -r, -z and -u",
            "no proposal in common: compare -e -a -p -d ('ike remote') or -e -a ('ipsec policy') on both sides",
            "the peer wants another Diffie-Hellman group",
            "the peer's Diffie-Hellman value is no good one", "traffic selectors do not fit: compare -s -d -p of 'ipsec policy' on both sides",
            "the answer is wider than what was asked", "transport or tunnel: compare -m of 'ipsec policy' on both sides",
            "the peer does not answer: check -r, and that UDP 500 and 4500 pass",
            "no room for more", "a failure of our own", "the policy names a remote that is not configured: add its 'ike remote' line",
            "the peer refuses", "our own message came back", "a message before its time", "the lifetime is over",
            "the peer asks for more than one flow: compare clone= of 'ipsec policy' on both sides",
            "a NAT stands between us and the peer, and AH covers the addresses that it changes: use -t ESP",
            "the peer shows no certificate that can be used", "the peer's certificate is not trusted",
            "the peer's signature does not verify", "the peer proves itself by another method: compare -m on both sides",
            "another peer has the SA for this traffic: clone=dst gives each its own; behind one NAT other ports or protocols, or -m tunnel",
            "what the peer rekeys is being closed",
            "who proves nothing (-m NULLAUTH) asks for traffic of a peer that must prove itself: compare -s -d of the policies of both",
            "the peer gives us no address: compare vip= of 'ike remote' on both sides", "no address of vip=pool is free",
            "the peer asks for no address and must: vip=request there, or no vip=pool here",
            "as much is being computed as this board does at once, the peer may try again", "this board has no random numbers: its entropy source has failed"
        };

        /// <summary>What a shared secret that was not computed came to: the native side says XE_BAD_PARAM of the peer's value, all else
        /// is ours.</summary>
        public static int OfSharedSecret(int status)
        {
            return status == Base.Status.XE_BAD_PARAM ? BadPublicValue : OwnFault;
        }

        /// <summary>A job that did not start: no place for it, or another failure of ours.</summary>
        public static int OfJob(int status)
        {
            return status == Base.Status.NFI_BUSY ? Busy : OwnFault;
        }

        public static int Notify(int fault)
        {
            return s_notify[fault];
        }

        /// <summary>The cause and, where a line of the configuration can mend it, that line.</summary>
        public static string Text(int fault)
        {
            return s_text[fault];
        }
    }
}
