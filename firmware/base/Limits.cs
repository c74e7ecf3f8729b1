namespace NfIpsec.Base
{
    /// <summary>The bounds of IPsec, the console and the certificate store; IKE has its own (IkeLimits), the native ones are in crypto-native/include/nfi_limits.h.</summary>
    public static class Limits
    {
#if NF_HOST
        public const int MaxPolicies = 2048;
        public const int MaxSessions = 2048;
        public const int MaxClones = 1024;
        public const int MaxEvents = 256;
        public const int MaxHeldPackets = 64;
        public const int MaxRequests = 64;
#else
        /// <summary>Policies; also rows of the verdict table, so not above NFI_MAX_ROWS.</summary>
        public const int MaxPolicies = 32;

        /// <summary>Sessions; a power of two, because an inbound SPI carries the slot of its session. Each needs two of
        /// NFI_MAX_TRANSFORMS.</summary>
        public const int MaxSessions = 32;

        /// <summary>Flows that one policy may spawn policies for.</summary>
        public const int MaxClones = 8;

        /// <summary>Events that wait for the key daemon.</summary>
        public const int MaxEvents = 16;

        /// <summary>Packets that wait for an SA, over all policies: each holds a buffer of the native pool.</summary>
        public const int MaxHeldPackets = 4;

        /// <summary>Requests of the asynchronous Packet API under way.</summary>
        public const int MaxRequests = 8;
#endif
        /// <summary>Policies that clones leave room for: whoever makes up flows must not keep the user, or IKE with an address that is
        /// new, from adding one.</summary>
        public const int KeptFromClones = 8;

        /// <summary>Sessions of one policy: the one in use, the one before it, and two successors when both ends rekey at once
        /// (RFC 7296 2.8.1).</summary>
        public const int MaxPolicySessions = 4;

        /// <summary>Highest interface number.</summary>
        public const int MaxDomain = 65535;

        /// <summary>Packets of one policy that wait for its SA.</summary>
        public const int MaxHeldPerPolicy = 2;

        /// <summary>How long a packet waits for an SA, and how long one ACQUIRE stands, milliseconds.</summary>
        public const int AcquireMs = 30000;

        /// <summary>A clone that nothing passed for this long goes, milliseconds.</summary>
        public const int CloneIdleMs = 300000;

        /// <summary>How long a path MTU that ICMP told stands, milliseconds (RFC 1191 6.3, RFC 8201 4); no packet is asked to be smaller
        /// than these, bytes.</summary>
        public const int PathMtuMs = 600000, MinMtu4 = 576, MinMtu6 = 1280;

        /// <summary>Applications registered for events.</summary>
        public const int MaxApplications = 2;

        /// <summary>Replay window sizes, packets (RFC 4303 3.4.3).</summary>
        public const int MinReplayWindow = 32, DefaultReplayWindow = 64, MaxReplayWindow = 1024;

        /// <summary>Console: longest line (MAXCMD) and policy name, characters; words and algorithms in a line; files that call each
        /// other.</summary>
        public const int MaxLine = 2048, MaxPolicyName = 32, MaxWords = 64, MaxAlgorithms = 8, MaxScriptDepth = 4;

        /// <summary>Longest name of a file on the board, characters; finished TCP transfers that wait to be shown.</summary>
        public const int MaxFileName = 64, MaxTransferLines = 16;

        /// <summary>DER of one certificate, bytes (NFI_MAX_CERTIFICATE).</summary>
        public const int MaxCertificate = 4096;

        /// <summary>Certificates and CRLs in the store: a chain check looks through all of them and through what the peer sent.</summary>
        public const int MaxStoredCertificates = 24;

        /// <summary>Certificates and CRLs that one chain check looks through (NFI_MAX_CHAIN).</summary>
        public const int MaxChain = 32;

        /// <summary>The longest digest, SHA-512's, bytes.</summary>
        public const int MaxDigest = 64;

        /// <summary>Jobs under way (NFI_MAX_JOBS); what one brings back at most, bytes (NFI_MAX_JOB_OUTPUT).</summary>
        public const int MaxJobs = 4, MaxJobOutput = 1024;

        /// <summary>Soft expiry comes at this share of the hard lifetime, or up to that much of it earlier, so that many SAs made at one time
        /// are not rekeyed at one time (RFC 7296 2.8).</summary>
        public const int SoftLifetimePercent = 90, SoftJitterPercent = 10;

        /// <summary>Largest message of the message interface, header included, bytes.</summary>
        public const int MaxMessage = 800;

        /// <summary>Generated policy ids start again from 1 behind this one; ids that the user gives may be any positive number.</summary>
        public const int MaxGeneratedSpid = 0x3fffffff;

        /// <summary>Dummy packets: payload bytes stay below this; the pause between two is at most that many seconds.</summary>
        public const int MaxDummyPayload = 16, MaxDummyPause = 30;

        /// <summary>TFC padding bytes stay below this.</summary>
        public const int MaxTfcPadding = 256;
    }
}
