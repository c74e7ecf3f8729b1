namespace NfIpsec.Ipsec.Management
{
    /// <summary>Options of a policy, to be combined.</summary>
    public static class PolicyFlags
    {
        public const int SP_PROTO_AH = 0x0001;
        public const int SP_PROTO_ESP = 0x0002;
        public const int SP_CHECK_REPLAY = 0x0004;
        public const int SP_CHECK_ESP_PAD = 0x0008;
        public const int SP_FULL_ECN = 0x0010;

        /// <summary>The outer don't-fragment bit: copied, set, or with neither flag clear.</summary>
        public const int SP_DF_COPY = 0x0020, SP_DF_SET = 0x0040;

        /// <summary>No ACQUIRE is ever sent for this policy: its SA comes by hand.</summary>
        public const int SP_KEYNEG_MANUAL = 0x0080;

        public const int SP_TX_DUMMY_PKT = 0x0100;
        public const int SP_TX_TFC_PADDING = 0x0200;

        /// <summary>96-bit integrity check value for the HMAC-SHA-2 family.</summary>
        public const int SP_AUTH_SHA2_ICV_SHORT = 0x0400;

        /// <summary>Extended sequence numbers (RFC 4304); not among the reference's flags.</summary>
        public const int SP_ESN = 0x0800;

        /// <summary>Selectors that each flow's own policy takes from its first packet (RFC 4301 4.4.1.2, PFP); to be combined. The
        /// ports of ICMP are type and code.</summary>
        public const int SP_CLONE_SRC = 0x1000, SP_CLONE_DST = 0x2000, SP_CLONE_SPORT = 0x4000, SP_CLONE_DPORT = 0x8000, SP_CLONE_PROTO = 0x20000;

        /// <summary>Any of them: the policy is a pattern for others and holds no SA itself.</summary>
        public const int SP_CLONE = SP_CLONE_SRC | SP_CLONE_DST | SP_CLONE_SPORT | SP_CLONE_DPORT | SP_CLONE_PROTO;

        /// <summary>All that a caller may set.</summary>
        public const int All = 0x0fff | SP_CLONE;

        /// <summary>Installed by the product itself: flushes leave it in place.</summary>
        public const int BuiltIn = 0x10000;
    }
}
