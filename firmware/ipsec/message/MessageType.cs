namespace NfIpsec.Ipsec.Message
{
    /// <summary>The types of the message interface: requests to IPsec, then events from it.</summary>
    public static class MessageType
    {
        public const int APP_REGISTER = 1, CLONE_POLICY = 2, INITIAL_CONTACT = 3, DELETE_SPIs = 4, GET_SPI = 5, ACQUIRE_FAIL = 6, ADD_SA = 7;
        public const int GET_POLICY = 8, GET_POLICIES = 9, LOOKUP_POLICY = 10, SAFLUSH = 11, ADD_POLICY = 12, DEL_POLICY = 13, GET_SA = 14;
        public const int DEL_SA = 15, FLUSH_SPD = 16;
        public const int ACQUIRE = 17, SA_EXPIRED = 18, SA_DELETED = 19, POLICY_ADDED = 20, POLICY_DELETED = 21;

        public const int STAND_BACK = 22;

        /// <summary>Where the peer of a negotiated SA in UDP is, a request; and that it has been seen elsewhere, an event.</summary>
        public const int PEER_AT = 23, PEER_MOVED = 24;

        public const int Last = 24;
    }
}
