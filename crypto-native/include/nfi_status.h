/* Result codes shared by C and C#. A native call returns a value >= 0, or the negated code of what went wrong.
 * 1..33 are the XE_ codes of the IPsec interface, in the order of the error table; 64 and up are native faults.
 * The C# face is firmware/base/Status.cs; tools/api-check compares the two. */
#ifndef NFI_STATUS_H
#define NFI_STATUS_H

enum nfi_status {
    XE_OK = 0,
    XE_AH_DIGEST_MISMATCH = 1,
    XE_BAD_ADDR_RANGE = 2,
    XE_BAD_AH_SPI = 3,
    XE_BAD_ESP_SPI = 4,
    XE_BAD_ID_TYPE = 5,
    XE_BAD_PAD_DATA = 6,
    XE_BAD_PARAM = 7,
    XE_BAD_PORT_NUMBER = 8,
    XE_BAD_SEQUENCE_NUMBER = 9,
    XE_BAD_SESS_ERR = 10,
    XE_DST_OUT_OF_DATA = 11,
    XE_DST_OUT_OF_SPACE = 12,
    XE_ESP_DIGEST_MISMATCH = 13,
    XE_EXIST = 14,
    XE_EXPECTED_AH_PROTO = 15,
    XE_EXPECTED_ESP_PROTO = 16,
    XE_INBOUND_EXPECTED_SECURE_PACKET = 17,
    XE_INBOUND_POLICY_FAILURE = 18,
    XE_INBOUND_UNEXPECTED_SECURED_PACKET = 19,
    XE_KEYNEG_INPROGRESS = 20,
    XE_MTU_EXCEEDED = 21,
    XE_NOMEM = 22,
    XE_NO_DATA = 23,
    XE_OUT_OF_PACKETS = 24,
    XE_OUT_OF_POLICIES = 25,
    XE_OUT_OF_REQS = 26,
    XE_OUT_OF_SESSIONS = 27,
    XE_POLICY_NOT_FOUND = 28,
    XE_SA_NOT_FOUND = 29,
    XE_SESS_UNAVL_FOR_DUMMY_TX = 30,
    XE_SRC_OUT_OF_DATA = 31,
    XE_UNKNOWN_ALGORITHM = 32,
    XE_UNKNOWN_IP_PROTOCOL = 33,

    NFI_BAD_HANDLE = 64,      /* not a live handle of that kind */
    NFI_NO_RANDOM = 65,       /* the entropy source failed: nothing secret is made */
    NFI_CRYPTO_FAULT = 66,    /* the crypto library refused or failed */
    NFI_BUSY = 67,            /* a bounded queue is full; try again */
    NFI_FORBIDDEN = 68,       /* not in this build (key export outside debug builds) */
    NFI_NOT_STARTED = 69,
    NFI_SELF_TEST = 70,       /* a known answer came out wrong: the library refuses to work */
    NFI_BAD_ENCODING = 71,    /* neither PEM nor DER of what is wanted, or its contents contradict X.509 */
    NFI_UNSUPPORTED = 72,     /* well formed, with something in it that must be understood and is not */
    NFI_ENCRYPTED = 73,       /* a private key under a passphrase */
    NFI_SEVERAL = 74,         /* more than one in a file that may hold one */
    NFI_KEY_MISMATCH = 75,    /* the private key is not that of the certificate */
    NFI_BAD_SIGNATURE = 76,
    NFI_TOO_MANY = 77         /* well formed, with more of something than a bound of this build */
};

#define NFI_XE_COUNT 34       /* counters are indexed by XE_ code; index 0 counts successes */

#endif
