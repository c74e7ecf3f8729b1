namespace NfIpsec.Base
{
    /// <summary>Result codes: 0 is success, 1..33 the XE_ codes of the IPsec interface, 64 and up faults of the native side.
    /// Native calls return the same numbers negated.</summary>
    /// <remarks>The C face is crypto-native/include/nfi_status.h; tools/api-check compares the two.</remarks>
    public static class Status
    {
        public const int XE_OK = 0;
        public const int XE_AH_DIGEST_MISMATCH = 1;
        public const int XE_BAD_ADDR_RANGE = 2;
        public const int XE_BAD_AH_SPI = 3;
        public const int XE_BAD_ESP_SPI = 4;
        public const int XE_BAD_ID_TYPE = 5;
        public const int XE_BAD_PAD_DATA = 6;
        public const int XE_BAD_PARAM = 7;
        public const int XE_BAD_PORT_NUMBER = 8;
        public const int XE_BAD_SEQUENCE_NUMBER = 9;
        public const int XE_BAD_SESS_ERR = 10;
        public const int XE_DST_OUT_OF_DATA = 11;
        public const int XE_DST_OUT_OF_SPACE = 12;
        public const int XE_ESP_DIGEST_MISMATCH = 13;
        public const int XE_EXIST = 14;
        public const int XE_EXPECTED_AH_PROTO = 15;
        public const int XE_EXPECTED_ESP_PROTO = 16;
        public const int XE_INBOUND_EXPECTED_SECURE_PACKET = 17;
        public const int XE_INBOUND_POLICY_FAILURE = 18;
        public const int XE_INBOUND_UNEXPECTED_SECURED_PACKET = 19;
        public const int XE_KEYNEG_INPROGRESS = 20;
        public const int XE_MTU_EXCEEDED = 21;
        public const int XE_NOMEM = 22;
        public const int XE_NO_DATA = 23;
        public const int XE_OUT_OF_PACKETS = 24;
        public const int XE_OUT_OF_POLICIES = 25;
        public const int XE_OUT_OF_REQS = 26;
        public const int XE_OUT_OF_SESSIONS = 27;
        public const int XE_POLICY_NOT_FOUND = 28;
        public const int XE_SA_NOT_FOUND = 29;
        public const int XE_SESS_UNAVL_FOR_DUMMY_TX = 30;
        public const int XE_SRC_OUT_OF_DATA = 31;
        public const int XE_UNKNOWN_ALGORITHM = 32;
        public const int XE_UNKNOWN_IP_PROTOCOL = 33;
        public const int NFI_BAD_HANDLE = 64;
        public const int NFI_NO_RANDOM = 65;
        public const int NFI_CRYPTO_FAULT = 66;
        public const int NFI_BUSY = 67;
        public const int NFI_FORBIDDEN = 68;
        public const int NFI_NOT_STARTED = 69;
        public const int NFI_SELF_TEST = 70;
        public const int NFI_BAD_ENCODING = 71;
        public const int NFI_UNSUPPORTED = 72;
        public const int NFI_ENCRYPTED = 73;
        public const int NFI_SEVERAL = 74;
        public const int NFI_KEY_MISMATCH = 75;
        public const int NFI_BAD_SIGNATURE = 76;
        public const int NFI_TOO_MANY = 77;

        /// <summary>Counters are indexed by XE_ code; index 0 counts successes.</summary>
        public const int Count = 34;
    }
}
