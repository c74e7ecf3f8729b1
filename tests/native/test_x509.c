/* Certificates, CRLs and private keys as they are read: what is taken, what is refused and with which word. */
#include <string.h>
#include "nfi_crypto.h"
#include "nfi_limits.h"
#include "nfi_test.h"
#include "x509_files.h"

static uint8_t buffer[FILE_ROOM];
static int32_t words[NFI_CERT_WORDS];

static int32_t parse_file(int32_t (*parse)(const uint8_t *, int32_t, int32_t, int32_t), const char *name)
{
    int32_t length = file_read(name, buffer, sizeof buffer);
    CHECK(length > 0);
    return parse(buffer, (int32_t)sizeof buffer, 0, length);
}

static void a_file_that_is_no_certificate_is_refused_with_its_reason(void)
{
    static const struct { const char *file; int32_t status; } cases[] = {
        { "leaf.pem", 0 }, { "leaf.der", 0 }, { "unknown-not-critical.pem", 0 }, { "nc-link.pem", 0 }, { "p384.pem", 0 }, { "p521.pem", 0 },
        { "leaf.key", -NFI_BAD_ENCODING }, { "make.py", -NFI_BAD_ENCODING }, { "root.crl.pem", -NFI_BAD_ENCODING },
        { "two.pem", -NFI_SEVERAL }, { "unknown-critical.pem", -NFI_UNSUPPORTED }, { "ed25519.pem", -XE_UNKNOWN_ALGORITHM },
        { "k1.pem", -XE_UNKNOWN_ALGORITHM }, { "nc-malformed.pem", -NFI_BAD_ENCODING },
        { "most-names.pem", 0 }, { "most-purposes.pem", 0 }, { "more-names.pem", -NFI_TOO_MANY }, { "more-purposes.pem", -NFI_TOO_MANY },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        test_case = cases[i].file;
        int32_t handle = parse_file(nfi_crypto_certificate_parse, cases[i].file);
        CHECK_IS(handle > 0 ? 0 : handle, cases[i].status);
        nfi_crypto_handle_free(handle);
    }
    CHECK_IS(nfi_crypto_handle_count(), 0);
}

static void a_file_that_is_no_private_key_is_refused_with_its_reason(void)
{
    static const struct { const char *file; int32_t status; } cases[] = {
        { "leaf.key", 0 }, { "leaf-pkcs1.key", 0 }, { "p256.key", 0 }, { "p256-sec1.key", 0 }, { "p384-sec1.key", 0 }, { "p521-sec1.key", 0 },
        { "leaf-encrypted.key", -NFI_ENCRYPTED }, { "leaf-encrypted-pkcs1.key", -NFI_ENCRYPTED },
        { "ed25519.key", -XE_UNKNOWN_ALGORITHM }, { "leaf.pem", -NFI_BAD_ENCODING }, { "leaf.der", -NFI_BAD_ENCODING },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        test_case = cases[i].file;
        int32_t length = file_read(cases[i].file, buffer, sizeof buffer);
        int32_t handle = job_run(NFI_JOB_PRIVATE_KEY, 0, 0, buffer, (size_t)length, NULL, 0);
        CHECK_IS(handle > 0 ? 0 : handle, cases[i].status);
        nfi_crypto_handle_free(handle);
    }
    CHECK_IS(nfi_crypto_handle_count(), 0);
}

/* One for some of a CA's certificates would be taken for all. */
static void a_partial_crl_is_refused(void)
{
    int32_t crl = crl_of("root");
    CHECK(crl > 0);
    nfi_crypto_handle_free(crl);
    CHECK_IS(crl_of("root-partial"), -NFI_BAD_ENCODING);
    CHECK_IS(parse_file(nfi_crypto_crl_parse, "leaf.pem"), -NFI_BAD_ENCODING);
    CHECK_IS(parse_file(nfi_crypto_crl_parse, "leaf.der"), -NFI_BAD_ENCODING);
}

static void a_description_says_what_the_certificate_says(void)
{
    int32_t leaf = certificate_of("leaf"), link = certificate_of("link"), server = certificate_of("purpose-server");
    CHECK_IS(nfi_crypto_certificate_info(leaf, words, NFI_CERT_WORDS), 0);
    CHECK_IS(words[NFI_CERT_KEY_TYPE], NFI_KEY_RSA);
    CHECK_IS(words[NFI_CERT_KEY_BITS], 2048);
    CHECK_IS(words[NFI_CERT_FROM], 0);
    CHECK_IS(words[NFI_CERT_FROM + 1], 1735689600);           /* 2025-01-01T00:00:00Z */
    CHECK_IS((uint32_t)words[NFI_CERT_TO + 1], 2051222400);   /* 2035-01-01T00:00:00Z */
    CHECK_IS(words[NFI_CERT_AUTHORITY], 0);
    CHECK_IS(words[NFI_CERT_KEY_USAGE], 1);
    CHECK_IS(words[NFI_CERT_EXTENDED_USAGE], -1);
    CHECK_IS(words[NFI_CERT_HASH], NFI_SHA256);
    CHECK_IS(words[NFI_CERT_ALT_NAMES], 4);
    CHECK_IS(nfi_crypto_certificate_info(link, words, NFI_CERT_WORDS), 0);
    CHECK_IS(words[NFI_CERT_KEY_TYPE], NFI_KEY_P256);
    CHECK_IS(words[NFI_CERT_AUTHORITY], 1);
    CHECK_IS(words[NFI_CERT_PATH_LENGTH], 0);
    CHECK_IS(words[NFI_CERT_KEY_USAGE], 1 << 5 | 1 << 6);
    CHECK_IS(nfi_crypto_certificate_info(server, words, NFI_CERT_WORDS), 0);
    CHECK_IS(words[NFI_CERT_EXTENDED_USAGE], NFI_USAGE_SERVER);
    CHECK_IS(nfi_crypto_certificate_info(leaf, words, NFI_CERT_WORDS - 1), -XE_BAD_PARAM);
    CHECK_IS(nfi_crypto_certificate_info(0, words, NFI_CERT_WORDS), -NFI_BAD_HANDLE);
    nfi_crypto_handle_free(leaf);
    nfi_crypto_handle_free(link);
    nfi_crypto_handle_free(server);
}

static void a_certificate_gives_its_parts_as_they_stand_in_it(void)
{
    static const struct { int32_t index, length; const char *value; } names[] = {
        { 0, 18, "\x02" "board.example.com" }, { 1, 16, "\x01" "ike@example.com" }, { 2, 5, "\x07\x0a\x00\x00\x4d" },
    };
    static uint8_t der[FILE_ROOM];
    int32_t leaf = certificate_of("leaf"), length = file_read("leaf.der", der, sizeof der);
    CHECK_IS(nfi_crypto_certificate_part(leaf, NFI_PART_DER, 0, buffer, FILE_ROOM, 0), length);
    CHECK(memcmp(buffer, der, (size_t)length) == 0);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        CHECK_IS(nfi_crypto_certificate_part(leaf, NFI_PART_ALT_NAME, names[i].index, buffer, FILE_ROOM, 3), names[i].length);
        CHECK(memcmp(buffer + 3, names[i].value, (size_t)names[i].length) == 0);
    }
    CHECK_IS(nfi_crypto_certificate_part(leaf, NFI_PART_ALT_NAME, 3, buffer, FILE_ROOM, 0), 17);
    CHECK_IS(nfi_crypto_certificate_part(leaf, NFI_PART_ALT_NAME, 4, buffer, FILE_ROOM, 0), -XE_NO_DATA);
    CHECK_IS(nfi_crypto_certificate_part(leaf, NFI_PART_ALT_NAME, -1, buffer, FILE_ROOM, 0), -XE_NO_DATA);
    CHECK_IS(nfi_crypto_certificate_part(leaf, NFI_PART_KEY_HASH, 0, buffer, FILE_ROOM, 0), 20);
    CHECK_IS(nfi_crypto_certificate_part(leaf, NFI_PART_FINGERPRINT, 0, buffer, FILE_ROOM, 0), 32);
    CHECK_IS(nfi_crypto_certificate_part(leaf, NFI_PART_DER, 0, buffer, length - 1, 0), -XE_DST_OUT_OF_SPACE);
    CHECK_IS(nfi_crypto_certificate_part(leaf, NFI_PART_DER, 0, NULL, 0, 0), -XE_BAD_PARAM);
    CHECK_IS(nfi_crypto_certificate_part(leaf, 99, 0, buffer, FILE_ROOM, 0), -XE_BAD_PARAM);
    int32_t link = certificate_of("link");
    int32_t subject = nfi_crypto_certificate_part(link, NFI_PART_SUBJECT, 0, der, FILE_ROOM, 0);
    CHECK_IS(nfi_crypto_certificate_part(leaf, NFI_PART_ISSUER, 0, buffer, FILE_ROOM, 0), subject);
    CHECK(memcmp(buffer, der, (size_t)subject) == 0);
    nfi_crypto_handle_free(leaf);
    nfi_crypto_handle_free(link);
}

static void every_cut_of_a_certificate_is_refused(void)
{
    int32_t length = file_read("nc-link.pem", buffer, sizeof buffer), whole;
    int32_t handle = nfi_crypto_certificate_parse(buffer, FILE_ROOM, 0, length);
    static uint8_t der[FILE_ROOM];
    whole = nfi_crypto_certificate_part(handle, NFI_PART_DER, 0, der, FILE_ROOM, 0);
    for (int32_t cut = 0; cut < whole; cut++)
        CHECK(nfi_crypto_certificate_parse(der, cut, 0, cut) < 0);
    CHECK(nfi_crypto_certificate_parse(der, whole + 1, 0, whole + 1) < 0);
    nfi_crypto_handle_free(handle);
}

/* X.690 10.1: one octet more than a length needs. mbedTLS would read on to the name constraint behind it, and we would not. */
static void extensions_that_are_no_der_are_refused(void)
{
    static const struct { const char *what; size_t at, around; } cases[] = {
        { "extension", 1, 4 }, { "OID", 3, 5 }, { "critical", 8, 5 }, { "value", 11, 5 },     /* its length, behind the extension's tag */
    };
    static uint8_t der[FILE_ROOM], longer[FILE_ROOM];
    int32_t link = certificate_of("nc-link"), whole = nfi_crypto_certificate_part(link, NFI_PART_DER, 0, der, FILE_ROOM, 0);
    nfi_crypto_handle_free(link);
    const uint8_t *first = memmem(der, (size_t)whole, "\x30\x0f\x06\x03\x55\x1d\x13\x01\x01\xff\x04\x05", 12);   /* ahead of the constraint */
    CHECK(first != NULL);
    size_t at = (size_t)(first - der), lengths[] = { 3, 7, at - 4, at - 1, at + 1 };  /* of all around it, their last octets */
    CHECK(der[lengths[2] - 2] == 0xa3 && der[lengths[3] - 2] == 0x30);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t here = at + cases[i].at;
        test_case = cases[i].what;
        memcpy(longer, der, here);
        longer[here] = 0x81;
        memcpy(longer + here + 1, der + here, (size_t)whole - here);
        for (size_t k = 0; k < cases[i].around; k++)
            longer[lengths[k]]++;
        CHECK_IS(nfi_crypto_certificate_parse(longer, FILE_ROOM, 0, whole + 1), -NFI_BAD_ENCODING);
    }
}

/* Whatever a changed octet makes of it: an answer, and no memory touched that is not its own (the sanitizers watch). */
static void a_changed_octet_harms_nobody(void)
{
    static const char *const files[] = { "nc-link", "leaf" };
    static uint8_t der[FILE_ROOM];
    for (size_t f = 0; f < 2; f++) {
        int32_t original = certificate_of(files[f]), length = nfi_crypto_certificate_part(original, NFI_PART_DER, 0, der, FILE_ROOM, 0);
        for (int32_t at = 0; at < length; at++)
            for (int32_t bit = 0; bit < 8; bit += 3) {
                der[at] ^= (uint8_t)(1 << bit);
                int32_t handle = nfi_crypto_certificate_parse(der, length, 0, length);
                if (handle > 0) {
                    CHECK_IS(nfi_crypto_certificate_info(handle, words, NFI_CERT_WORDS), 0);
                    for (int32_t i = 0; i < words[NFI_CERT_ALT_NAMES]; i++)
                        (void)nfi_crypto_certificate_part(handle, NFI_PART_ALT_NAME, i, buffer, FILE_ROOM, 0);
                    nfi_crypto_handle_free(handle);
                }
                der[at] ^= (uint8_t)(1 << bit);
            }
        nfi_crypto_handle_free(original);
    }
}

static void a_key_fits_its_own_certificate_and_no_other(void)
{
    static const char *const names[] = { "leaf", "p256", "p384", "p521", "revoked" };     /* the last: P-256 too */
    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j < 5; j++) {
            char file[32];
            int32_t certificate = certificate_of(names[j]);
            snprintf(file, sizeof file, "%s.key", names[i]);
            int32_t length = file_read(file, buffer, sizeof buffer);
            test_case = names[i];
            int32_t key = job_run(NFI_JOB_PRIVATE_KEY, certificate, 0, buffer, (size_t)length, NULL, 0);
            CHECK_IS(key > 0 ? 0 : key, i == j ? 0 : -NFI_KEY_MISMATCH);
            nfi_crypto_handle_free(key);
            nfi_crypto_handle_free(certificate);
        }
    CHECK_IS(nfi_crypto_handle_count(), 0);
    CHECK_IS(job_run(NFI_JOB_PRIVATE_KEY, 12345, 0, buffer, 100, NULL, 0), -NFI_BAD_HANDLE);
    CHECK_IS(job_run(NFI_JOB_PRIVATE_KEY, 0, 0, buffer, 2 * NFI_MAX_PRIVATE_KEY + 1, NULL, 0), -XE_BAD_PARAM);
}

static void nothing_is_read_before_the_start(void)
{
    CHECK_IS(certificate_of("leaf"), -NFI_NOT_STARTED);
    CHECK_IS(crl_of("root"), -NFI_NOT_STARTED);
    CHECK_IS(key_of("leaf"), -NFI_NOT_STARTED);
    CHECK_IS(nfi_crypto_start(), 0);
}

int main(void)
{
    static const nfi_rule rules[] = {
        RULE(nothing_is_read_before_the_start),
        RULE(a_file_that_is_no_certificate_is_refused_with_its_reason),
        RULE(a_file_that_is_no_private_key_is_refused_with_its_reason),
        RULE(a_partial_crl_is_refused),
        RULE(a_description_says_what_the_certificate_says),
        RULE(a_certificate_gives_its_parts_as_they_stand_in_it),
        RULE(every_cut_of_a_certificate_is_refused),
        RULE(extensions_that_are_no_der_are_refused),
        RULE(a_changed_octet_harms_nobody),
        RULE(a_key_fits_its_own_certificate_and_no_other),
    };
    return RUN(rules);
}
