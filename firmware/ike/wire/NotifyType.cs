namespace NfIpsec.Ike.Wire
{
    /// <summary>Notify message types (RFC 7296 3.10.1 unless a line names another). Below <see cref="FirstStatus"/> they are errors.</summary>
    public static class NotifyType
    {
        public const int UnsupportedCriticalPayload = 1, InvalidIkeSpi = 4, InvalidMajorVersion = 5, InvalidSyntax = 7, InvalidMessageId = 9;
        public const int InvalidSpi = 11, NoProposalChosen = 14, InvalidKePayload = 17, AuthenticationFailed = 24, SinglePairRequired = 34;
        public const int NoAdditionalSas = 35, InternalAddressFailure = 36, FailedCpRequired = 37, TsUnacceptable = 38, InvalidSelectors = 39;
        public const int TemporaryFailure = 43, ChildSaNotFound = 44;

        public const int FirstStatus = 16384;

        public const int InitialContact = 16384, SetWindowSize = 16385, AdditionalTsPossible = 16386, IpcompSupported = 16387;
        public const int NatDetectionSourceIp = 16388, NatDetectionDestinationIp = 16389, Cookie = 16390, UseTransportMode = 16391;
        public const int HttpCertLookupSupported = 16392, RekeySa = 16393, EspTfcPaddingNotSupported = 16394, NonFirstFragmentsAlso = 16395;

        /// <summary>RFC 4555.</summary>
        public const int MobikeSupported = 16396, AdditionalIp4Address = 16397, AdditionalIp6Address = 16398, NoAdditionalAddresses = 16399;
        public const int UpdateSaAddresses = 16400, Cookie2 = 16401, NoNatsAllowed = 16402;

        /// <summary>RFC 4478, RFC 4739, RFC 5685, RFC 5998.</summary>
        public const int AuthLifetime = 16403, MultipleAuthSupported = 16404, AnotherAuthFollows = 16405, RedirectSupported = 16406;
        public const int Redirect = 16407, RedirectedFrom = 16408, EapOnlyAuthentication = 16417;

        /// <summary>RFC 6023, RFC 6290, RFC 7383, RFC 7427, RFC 8784, RFC 9242.</summary>
        public const int ChildlessIkev2Supported = 16418, QuickCrashDetection = 16419, Ikev2FragmentationSupported = 16430;
        public const int SignatureHashAlgorithms = 16431, UsePpk = 16435, PpkIdentity = 16436, NoPpkAuth = 16437, IntermediateExchangeSupported = 16438;

        private static readonly int[] s_types =
        {
            1, 4, 5, 7, 9, 11, 14, 17, 24, 34, 35, 36, 37, 38, 39, 43, 44,
            16384, 16385, 16386, 16387, 16388, 16389, 16390, 16391, 16392, 16393, 16394, 16395, 16396, 16397, 16398, 16399, 16400, 16401, 16402,
            16403, 16404, 16405, 16406, 16407, 16408, 16417, 16418, 16419, 16430, 16431, 16435, 16436, 16437, 16438
        };

        private static readonly string[] s_names =
        {
            "UNSUPPORTED_CRITICAL_PAYLOAD", "INVALID_IKE_SPI", "INVALID_MAJOR_VERSION", "INVALID_SYNTAX", "INVALID_MESSAGE_ID", "INVALID_SPI",
            "NO_PROPOSAL_CHOSEN", "INVALID_KE_PAYLOAD", "AUTHENTICATION_FAILED", "SINGLE_PAIR_REQUIRED", "NO_ADDITIONAL_SAS",
            "INTERNAL_ADDRESS_FAILURE", "FAILED_CP_REQUIRED", "TS_UNACCEPTABLE", "INVALID_SELECTORS", "TEMPORARY_FAILURE", "CHILD_SA_NOT_FOUND",
            "INITIAL_CONTACT", "SET_WINDOW_SIZE", "ADDITIONAL_TS_POSSIBLE", "IPCOMP_SUPPORTED", "NAT_DETECTION_SOURCE_IP",
            "NAT_DETECTION_DESTINATION_IP", "COOKIE", "USE_TRANSPORT_MODE", "HTTP_CERT_LOOKUP_SUPPORTED", "REKEY_SA",
            "ESP_TFC_PADDING_NOT_SUPPORTED", "NON_FIRST_FRAGMENTS_ALSO", "MOBIKE_SUPPORTED", "ADDITIONAL_IP4_ADDRESS",
            "ADDITIONAL_IP6_ADDRESS", "NO_ADDITIONAL_ADDRESSES", "UPDATE_SA_ADDRESSES", "COOKIE2", "NO_NATS_ALLOWED",
            "AUTH_LIFETIME", "MULTIPLE_AUTH_SUPPORTED", "ANOTHER_AUTH_FOLLOWS", "REDIRECT_SUPPORTED", "REDIRECT", "REDIRECTED_FROM",
            "EAP_ONLY_AUTHENTICATION", "CHILDLESS_IKEV2_SUPPORTED", "QUICK_CRASH_DETECTION", "IKEV2_FRAGMENTATION_SUPPORTED",
            "SIGNATURE_HASH_ALGORITHMS", "USE_PPK", "PPK_IDENTITY", "NO_PPK_AUTH", "INTERMEDIATE_EXCHANGE_SUPPORTED"
        };

        /// <summary>Errors and statuses that we do not know: an error fails its exchange, a status is passed over (RFC 7296 3.10.1).</summary>
        public static bool IsError(int type)
        {
            return type < FirstStatus;
        }

        /// <summary>The RFC's name, or the number.</summary>
        public static string Name(int type)
        {
            for (int i = 0; i < s_types.Length; i++)
            {
                if (s_types[i] == type)
                {
                    return s_names[i];
                }
            }
            return type.ToString();
        }
    }
}
