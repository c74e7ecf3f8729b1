namespace NfIpsec.Ike.Wire
{
    /// <summary>What reading a message came to. Each result has one outcome: dropped and counted, or answered with one notify.</summary>
    public static class WireStatus
    {
        public const int Ok = 0;

        /// <summary>Not an IKE message: too short, a length field that is not the datagram's, no initiator SPI.</summary>
        public const int BadHeader = 1;

        /// <summary>A lower version: of another generation, or nobody's.</summary>
        public const int OtherVersion = 2;

        /// <summary>A version above ours (RFC 7296 2.5).</summary>
        public const int HigherVersion = 3;

        /// <summary>Payloads that do not make a chain from the header to the last byte; a payload type of IKEv1.</summary>
        public const int BadChain = 4;

        /// <summary>More payloads than <see cref="WireLimits.MaxPayloads"/>.</summary>
        public const int TooMany = 5;

        /// <summary>A payload type that we do not know and that says it must be (RFC 7296 2.5).</summary>
        public const int UnsupportedCritical = 6;

        /// <summary>In clear what may only stand inside SK.</summary>
        public const int Unprotected = 7;

        /// <summary>A payload is missing, comes too often, or has no place in this exchange.</summary>
        public const int WrongPayloads = 8;

        /// <summary>A payload whose body lies about its lengths, or holds a value the RFC forbids.</summary>
        public const int BadPayload = 9;

        public const int UnknownExchange = 10;

        /// <summary>Well formed traffic selectors, none of a type that we know.</summary>
        public const int TsUnacceptable = 11;

        /// <summary>A message in more, or longer, fragments than are put together here (RFC 7383 5).</summary>
        public const int TooLong = 12;

        /// <summary>Results are indexes of counters below this.</summary>
        public const int Count = 13;

        //                                           ok  header lower higher chain many critical clear wrong body exchange ts  long
        private static readonly byte[] s_inClear = { 0,  0,     0,    5,     0,    0,   1,       0,    7,    7,   0,       38, 0 };
        private static readonly byte[] s_inside =  { 0,  0,     0,    5,     7,    7,   1,       0,    7,    7,   7,       38, 7 };

        private static readonly string[] s_texts =
        {
            "ok", "no IKE message", "other version", "higher version", "payloads make no chain", "too many payloads", "unsupported critical payload",
            "payload in clear", "wrong payloads for the exchange", "malformed payload", "unknown exchange", "unknown traffic selectors",
            "more in fragments than one message may hold"
        };

        /// <summary>The notify that answers a request with this result, or 0: drop. An answer is never answered.</summary>
        /// <param name="authenticated">The message was protected and its integrity held. In clear, what has no valid structure gets no
        /// answer, so that nobody can be made to send (RFC 7296 2.21.4).</param>
        public static int Notify(int status, bool authenticated)
        {
            return authenticated ? s_inside[status] : s_inClear[status];
        }

        /// <summary>For a log line.</summary>
        public static string Text(int status)
        {
            return s_texts[status];
        }
    }
}
