using NfIpsec.Base;

namespace NfIpsec.Console.Names
{
    /// <summary>Names and plain words of the result codes.</summary>
    public static class StatusText
    {
        private const int FirstFault = Status.NFI_BAD_HANDLE;

        /// <summary>"XE_BAD_PARAM", or the number when it is none of ours.</summary>
        public static string Name(int code)
        {
            string[] names = Names();
            string[] faults = Faults();
            if (code >= 0 && code < names.Length)
            {
                return names[code];
            }
            int fault = code - FirstFault;
            return fault >= 0 && fault < faults.Length ? faults[fault] : "status " + code.ToString();
        }

        /// <summary>The name and what it means.</summary>
        public static string Explain(int code)
        {
            string[] words = Words();
            return code > 0 && code < words.Length ? Name(code) + " (" + words[code] + ")" : Name(code);
        }

        private static string[] Names()
        {
            return new string[]
            {
                "XE_OK", "XE_AH_DIGEST_MISMATCH", "XE_BAD_ADDR_RANGE", "XE_BAD_AH_SPI", "XE_BAD_ESP_SPI", "XE_BAD_ID_TYPE", "XE_BAD_PAD_DATA",
                "XE_BAD_PARAM", "XE_BAD_PORT_NUMBER", "XE_BAD_SEQUENCE_NUMBER", "XE_BAD_SESS_ERR", "XE_DST_OUT_OF_DATA",
                "XE_DST_OUT_OF_SPACE", "XE_ESP_DIGEST_MISMATCH", "XE_EXIST", "XE_EXPECTED_AH_PROTO", "XE_EXPECTED_ESP_PROTO",
                "XE_INBOUND_EXPECTED_SECURE_PACKET", "XE_INBOUND_POLICY_FAILURE", "XE_INBOUND_UNEXPECTED_SECURED_PACKET",
                "XE_KEYNEG_INPROGRESS", "XE_MTU_EXCEEDED", "XE_NOMEM", "XE_NO_DATA", "XE_OUT_OF_PACKETS", "XE_OUT_OF_POLICIES",
                "XE_OUT_OF_REQS", "XE_OUT_OF_SESSIONS", "XE_POLICY_NOT_FOUND", "XE_SA_NOT_FOUND", "XE_SESS_UNAVL_FOR_DUMMY_TX",
                "XE_SRC_OUT_OF_DATA", "XE_UNKNOWN_ALGORITHM", "XE_UNKNOWN_IP_PROTOCOL"
            };
        }

        private static string[] Words()
        {
            return new string[]
            {
                "ok", "the AH integrity check failed", "bad address range", "bad AH SPI", "bad ESP SPI", "bad identity type", "bad padding",
                "bad parameter", "bad TCP or UDP port", "replayed or old sequence number", "the session cannot be used in its state",
                "no more room in the result", "the result does not fit its buffer", "the ESP integrity check failed",
                "there is one already", "AH was expected", "ESP was expected",
                "clear packet where the policy says secure", "the packet is outside the SA's selectors", "secured packet where the policy says drop or bypass",
                "the keys are still being negotiated", "larger than the MTU", "out of memory", "not enough data", "no packet buffer is free", "the policy table is full",
                "no request is free", "the session table is full", "no such policy", "no such SA", "the session cannot carry dummy packets",
                "the packet is cut short", "unknown or refused algorithm", "unknown IP protocol"
            };
        }

        private static string[] Faults()
        {
            return new string[]
            {
                "NFI_BAD_HANDLE", "NFI_NO_RANDOM", "NFI_CRYPTO_FAULT", "NFI_BUSY", "NFI_FORBIDDEN", "NFI_NOT_STARTED", "NFI_SELF_TEST",
                "NFI_BAD_ENCODING", "NFI_UNSUPPORTED", "NFI_ENCRYPTED", "NFI_SEVERAL", "NFI_KEY_MISMATCH", "NFI_BAD_SIGNATURE", "NFI_TOO_MANY"
            };
        }
    }
}
