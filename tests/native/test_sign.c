/* RSA and ECDSA signatures: published vectors, forgeries that lax verifiers took, and round trips. Threats 22, 23, 24. */
#include <string.h>
#include <mbedtls/ecp.h>
#include <mbedtls/pk.h>
#include <mbedtls/rsa.h>
#include "digest.h"
#include "nfi_crypto.h"
#include "nfi_limits.h"
#include "nfi_test.h"
#include "primitives.h"
#include "vectors.h"
#include "x509.h"
#include "x509_files.h"

enum { ROOM = 64 + 512 };

static uint8_t text[ROOM];        /* digest, signature */
static size_t digest_length, text_length;

static void digest_of(int32_t hash, const uint8_t *message, size_t length)
{
    const mbedtls_md_info_t *md = nfi_digest(hash);
    CHECK_IS(mbedtls_md(md, message, length, text), 0);
    digest_length = text_length = mbedtls_md_get_size(md);
}

static void append(const uint8_t *signature, size_t length)
{
    memcpy(text + text_length, signature, length);
    text_length += length;
}

/* --- keys made of numbers --- */

static int32_t rsa_key(nfi_certificate *c, const uint8_t *n, size_t n_length, const uint8_t *e, size_t e_length)
{
    memset(c, 0, sizeof *c);
    c->key_type = NFI_KEY_RSA;
    mbedtls_x509_crt_init(&c->crt);
    mbedtls_pk_setup(&c->crt.pk, mbedtls_pk_info_from_type(MBEDTLS_PK_RSA));
    mbedtls_rsa_context *rsa = mbedtls_pk_rsa(c->crt.pk);
    return mbedtls_rsa_import_raw(rsa, n, n_length, NULL, 0, NULL, 0, NULL, 0, e, e_length) == 0 && mbedtls_rsa_complete(rsa) == 0;
}

/* SubjectPublicKeyInfo around a point, which mbedTLS reads. */
static void ec_key(nfi_certificate *c, int32_t type, const uint8_t *point, size_t length)
{
    static const struct { int32_t type; uint8_t length; uint8_t oid[10]; } curves[] = {
        { NFI_KEY_P256, 10, { 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7 } },
        { NFI_KEY_P384, 7, { 6, 5, 0x2b, 0x81, 4, 0, 0x22 } }, { NFI_KEY_P521, 7, { 6, 5, 0x2b, 0x81, 4, 0, 0x23 } },
    };
    static const uint8_t key_oid[] = { 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1 };
    uint8_t info[256], *p = info;
    size_t algorithm = sizeof key_oid + curves[type - NFI_KEY_P256].length, bits = length + 2, body = 2 + algorithm + 2 + (bits >= 128) + bits;
    *p++ = 0x30;
    if (body >= 128)
        *p++ = 0x81;
    *p++ = (uint8_t)body;
    *p++ = 0x30;
    *p++ = (uint8_t)algorithm;
    memcpy(p, key_oid, sizeof key_oid);
    p += sizeof key_oid;
    memcpy(p, curves[type - NFI_KEY_P256].oid, curves[type - NFI_KEY_P256].length);
    p += curves[type - NFI_KEY_P256].length;
    *p++ = 3;
    if (bits >= 128)
        *p++ = 0x81;
    *p++ = (uint8_t)bits;
    *p++ = 0;
    *p++ = 4;
    memcpy(p, point, length);
    p += length;
    memset(c, 0, sizeof *c);
    c->key_type = type;
    mbedtls_x509_crt_init(&c->crt);
    uint8_t *at = info;
    CHECK_IS(mbedtls_pk_parse_subpubkey(&at, p, &c->crt.pk), 0);
}

static void free_key(nfi_certificate *c)
{
    mbedtls_x509_crt_free(&c->crt);
}

/* --- published --- */

static int32_t passed;

static void answers(nfi_certificate *c, int32_t scheme, const vector *v)
{
    const vector_field *message = vector_get(v, "message"), *signature = vector_get(v, "signature");
    int32_t good = vector_get(v, "result")->word[0] == 'P';
    test_case = vector_get(v, "name")->word;
    digest_of(scheme & 0xff, message->bytes, message->length);
    append(signature->bytes, signature->length);
    CHECK_IS(nfi_verify(c, scheme, text, text_length), good ? 0 : -NFI_BAD_SIGNATURE);
    passed += good;
    free_key(c);
}

static void prove_rsa(const vector *v, int32_t form)
{
    nfi_certificate c;
    const vector_field *n = vector_get(v, "n"), *e = vector_get(v, "e");
    CHECK(rsa_key(&c, n->bytes, n->length, e->bytes, e->length));
    answers(&c, vector_id(v, "hash") | form, v);
}

static void prove_pkcs1(const vector *v)
{
    prove_rsa(v, NFI_SIGN_PKCS1);
}

static void prove_pss(const vector *v)
{
    prove_rsa(v, NFI_SIGN_PSS);
}

static void prove_ecdsa(const vector *v)
{
    nfi_certificate c;
    const vector_field *point = vector_get(v, "public");
    ec_key(&c, vector_algorithm(v), point->bytes, point->length);
    answers(&c, vector_id(v, "hash") | NFI_SIGN_ECDSA, v);
}

static void published_signatures_verify_and_published_damage_does_not(void)
{
    passed = 0;
    CHECK_IS(vectors_each("rsa-pkcs1-sigver.txt", prove_pkcs1), 36);
    CHECK_IS(vectors_each("rsa-pss-siggen.txt", prove_pss), 8);
    CHECK_IS(vectors_each("ecdsa-sigver.txt", prove_ecdsa), 45);
    CHECK_IS(vectors_each("ecdsa-rfc6979.txt", prove_ecdsa), 6);
    CHECK(passed > 12);
}

/* --- threat 22: PKCS#1 v1.5 ---
 * With the public exponent 1 a "signature" is the padded text itself, so a lax verifier is easily asked. A key with e = 1 cannot
 * come out of a certificate (a_key_that_anybody_can_sign_for_is_no_key); here it is built by hand. mbedTLS computes s^e mod n. */

enum { MODULUS = 256 };
static const uint8_t sha256_info[] = { 0x30, 0x31, 0x30, 0x0d, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0, 4, 32 };

/* 00 01 FF .. FF 00 info digest garbage */
static void pad(uint8_t block[MODULUS], size_t ones, const uint8_t *info, size_t info_length, size_t garbage)
{
    memset(block, 0xab, MODULUS);
    size_t at = 2 + ones;
    block[0] = 0;
    block[1] = 1;
    memset(block + 2, 0xff, ones);
    block[at++] = 0;
    memcpy(block + at, info, info_length);
    memcpy(block + at + info_length, text, 32);
    CHECK_IS(at + info_length + 32 + garbage, MODULUS);
}

static void offer(nfi_certificate *c, const uint8_t block[MODULUS], int32_t status)
{
    digest_of(NFI_SHA256, (const uint8_t *)"text", 4);
    append(block, MODULUS);
    CHECK_IS(nfi_verify(c, NFI_SHA256 | NFI_SIGN_PKCS1, text, text_length), status);
}

static void threat_22_pkcs1_with_garbage_or_another_digest_info_is_refused(void)
{
    static const uint8_t one[] = { 1 }, no_null[] = { 0x30, 0x2f, 0x30, 0x0b, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 4, 32 };
    static const uint8_t long_form[] = { 0x30, 0x81, 0x31, 0x30, 0x0d, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0, 4, 32 };
    static const uint8_t parameter[] = { 0x30, 0x33, 0x30, 0x0f, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 2, 0xaa, 0xaa, 4, 32 };
    static const uint8_t sha1_info[] = { 0x30, 0x2d, 0x30, 9, 6, 5, 0x2b, 0x0e, 3, 2, 0x1a, 5, 0, 4, 32 };
    nfi_certificate c;
    uint8_t n[MODULUS], block[MODULUS];
    memset(n, 0xff, sizeof n);    /* odd, and above every padded text */
    CHECK(rsa_key(&c, n, sizeof n, one, sizeof one));
    digest_of(NFI_SHA256, (const uint8_t *)"text", 4);
    test_case = "the padding as it must be";
    pad(block, MODULUS - 3 - sizeof sha256_info - 32, sha256_info, sizeof sha256_info, 0);
    offer(&c, block, 0);
    test_case = "garbage behind the digest";
    pad(block, 8, sha256_info, sizeof sha256_info, MODULUS - 11 - sizeof sha256_info - 32);
    offer(&c, block, -NFI_BAD_SIGNATURE);
    test_case = "one octet of garbage";
    pad(block, MODULUS - 4 - sizeof sha256_info - 32, sha256_info, sizeof sha256_info, 1);
    offer(&c, block, -NFI_BAD_SIGNATURE);
    static const struct { const char *name; const uint8_t *info; size_t length; } infos[] = {
        { "no NULL", no_null, sizeof no_null }, { "a long length", long_form, sizeof long_form },
        { "a parameter", parameter, sizeof parameter }, { "another hash", sha1_info, sizeof sha1_info },
        { "no DigestInfo", sha256_info, 0 },
    };
    for (size_t i = 0; i < sizeof infos / sizeof infos[0]; i++) {
        test_case = infos[i].name;
        pad(block, MODULUS - 3 - infos[i].length - 32, infos[i].info, infos[i].length, 0);
        offer(&c, block, -NFI_BAD_SIGNATURE);
    }
    test_case = "one 1 fewer in the padding";
    pad(block, MODULUS - 3 - sizeof sha256_info - 32, sha256_info, sizeof sha256_info, 0);
    block[20] = 0xfe;
    offer(&c, block, -NFI_BAD_SIGNATURE);
    free_key(&c);
}

/* RSA public keys with a modulus of that length in place of a certificate's. */
static int32_t type_of(size_t bits, const uint8_t *e, size_t e_length)
{
    nfi_certificate c;
    uint8_t n[1024];
    memset(n, 0xff, sizeof n);
    n[0] = (uint8_t)(0xff >> (8 - (bits % 8 == 0 ? 8 : bits % 8)));
    int32_t built = rsa_key(&c, n, (bits + 7) / 8, e, e_length);
    int32_t type = built ? nfi_key_type(&c.crt.pk, NULL, 0) : NFI_KEY_OTHER;
    free_key(&c);
    return type;
}

static void threat_22_a_key_that_anybody_can_sign_for_is_no_key(void)
{
    static const struct { const char *name; size_t bits; uint8_t e[9]; size_t e_length; int32_t type; } keys[] = {
        { "e = 65537", 2048, { 1, 0, 1 }, 3, NFI_KEY_RSA }, { "e = 3", 2048, { 3 }, 1, NFI_KEY_RSA },
        { "e = 0", 2048, { 0 }, 1, NFI_KEY_OTHER }, { "e = 1", 2048, { 1 }, 1, NFI_KEY_OTHER }, { "e even", 2048, { 1, 0, 0 }, 3, NFI_KEY_OTHER },
        { "e of 65 bits", 2048, { 1, 0, 0, 0, 0, 0, 0, 0, 1 }, 9, NFI_KEY_OTHER },
        { "512 bits", 512, { 1, 0, 1 }, 3, NFI_KEY_OTHER }, { "1016 bits", 1016, { 1, 0, 1 }, 3, NFI_KEY_OTHER },
        { "4096 bits", 4096, { 1, 0, 1 }, 3, NFI_KEY_RSA }, { "4097 bits", 4097, { 1, 0, 1 }, 3, NFI_KEY_OTHER },
    };
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        test_case = keys[i].name;
        CHECK_IS(type_of(keys[i].bits, keys[i].e, keys[i].e_length), keys[i].type);
    }
}

/* --- round trips, and what a changed bit does --- */

static const struct { const char *name; int32_t scheme; size_t length; } suites[] = {
    { "leaf", NFI_SHA1 | NFI_SIGN_PKCS1, 256 }, { "leaf", NFI_SHA256 | NFI_SIGN_PKCS1, 256 }, { "leaf", NFI_SHA512 | NFI_SIGN_PKCS1, 256 },
    { "leaf", NFI_SHA256 | NFI_SIGN_PSS, 256 }, { "leaf", NFI_SHA384 | NFI_SIGN_PSS, 256 }, { "leaf", NFI_SHA512 | NFI_SIGN_PSS, 256 },
    { "p256", NFI_SHA256 | NFI_SIGN_ECDSA, 64 }, { "p384", NFI_SHA384 | NFI_SIGN_ECDSA, 96 }, { "p521", NFI_SHA512 | NFI_SIGN_ECDSA, 132 },
    { "p256", NFI_SHA256 | NFI_SIGN_ECDSA_DER, 0 }, { "p384", NFI_SHA384 | NFI_SIGN_ECDSA_DER, 0 }, { "p521", NFI_SHA512 | NFI_SIGN_ECDSA_DER, 0 },
};
#define SUITES (sizeof suites / sizeof suites[0])

static int32_t sign(size_t suite, int32_t key)
{
    uint8_t signature[512];
    digest_of(suites[suite].scheme & 0xff, (const uint8_t *)"what is signed", 14);
    int32_t made = job_run(NFI_JOB_SIGN, key, suites[suite].scheme, text, digest_length, signature, sizeof signature);
    if (made > 0)
        append(signature, (size_t)made);
    return made;
}

static void what_one_signs_the_other_verifies_and_no_flipped_bit(void)
{
    for (size_t i = 0; i < SUITES; i++) {
        int32_t key = key_of(suites[i].name), certificate = certificate_of(suites[i].name), made = sign(i, key);
        test_case = suites[i].name;
        CHECK(made > 0 && (suites[i].length == 0 || made == (int32_t)suites[i].length));
        CHECK_IS(job_run(NFI_JOB_VERIFY, certificate, suites[i].scheme, text, text_length, NULL, 0), 0);
        for (size_t at = 0; at < text_length; at += 7) {
            text[at] ^= 0x10;
            CHECK_IS(job_run(NFI_JOB_VERIFY, certificate, suites[i].scheme, text, text_length, NULL, 0), -NFI_BAD_SIGNATURE);
            text[at] ^= 0x10;
        }
        CHECK_IS(job_run(NFI_JOB_VERIFY, certificate, suites[i].scheme, text, text_length - 1, NULL, 0), -NFI_BAD_SIGNATURE);
        nfi_crypto_handle_free(key);
        nfi_crypto_handle_free(certificate);
    }
    CHECK_IS(nfi_crypto_handle_count(), 0);
}

static void a_scheme_that_is_not_the_keys_is_refused(void)
{
    int32_t rsa = key_of("leaf"), ec = key_of("p256"), certificate = certificate_of("leaf");
    uint8_t signature[512];
    digest_of(NFI_SHA256, (const uint8_t *)"x", 1);
    static const int32_t schemes[] = { 0, NFI_MD5, 99, NFI_SHA256 | 1024, NFI_SHA256 | 65536, -1 };
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++)
        CHECK_IS(job_run(NFI_JOB_SIGN, rsa, schemes[i], text, 32, signature, sizeof signature), -XE_UNKNOWN_ALGORITHM);
    CHECK_IS(job_run(NFI_JOB_SIGN, rsa, NFI_SHA256 | NFI_SIGN_ECDSA, text, 32, signature, sizeof signature), -XE_UNKNOWN_ALGORITHM);
    CHECK_IS(job_run(NFI_JOB_SIGN, ec, NFI_SHA256 | NFI_SIGN_PSS, text, 32, signature, sizeof signature), -XE_UNKNOWN_ALGORITHM);
    CHECK_IS(job_run(NFI_JOB_SIGN, rsa, NFI_SHA256, text, 31, signature, sizeof signature), -XE_BAD_PARAM);
    CHECK_IS(job_run(NFI_JOB_VERIFY, certificate, NFI_SHA256 | NFI_SIGN_ECDSA, text, 96, NULL, 0), -XE_UNKNOWN_ALGORITHM);
    CHECK_IS(job_run(NFI_JOB_SIGN, certificate, NFI_SHA256, text, 32, signature, sizeof signature), -NFI_BAD_HANDLE);
    CHECK_IS(job_run(NFI_JOB_VERIFY, rsa, NFI_SHA256, text, 96, NULL, 0), -NFI_BAD_HANDLE);
}

/* --- threat 23: PSS --- */

/* A salt of another length, which the published SHA-256 cases have, and here mask generation with another hash: of one signature,
 * made for SHA-384, the verifier that takes the message's hash for SHA-256 sees an odd mask. */
static void threat_23_pss_with_another_salt_or_mask_is_refused(void)
{
    int32_t key = key_of("leaf"), certificate = certificate_of("leaf");
    uint8_t signature[512];
    digest_of(NFI_SHA384, (const uint8_t *)"x", 1);
    int32_t made = job_run(NFI_JOB_SIGN, key, NFI_SHA384 | NFI_SIGN_PSS, text, 48, signature, sizeof signature);
    CHECK_IS(made, 256);
    digest_of(NFI_SHA256, (const uint8_t *)"x", 1);
    append(signature, 256);
    CHECK_IS(job_run(NFI_JOB_VERIFY, certificate, NFI_SHA256 | NFI_SIGN_PSS, text, text_length, NULL, 0), -NFI_BAD_SIGNATURE);
    CHECK_IS(vectors_each("rsa-pss-siggen.txt", prove_pss), 8);
}

/* --- threat 24: ECDSA --- */

static void threat_24_r_or_s_out_of_range_is_refused(void)
{
    static const uint8_t order[] = {       /* of P-256 */
        0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51 };
    int32_t certificate = certificate_of("p256");
    for (int32_t r = 0; r < 4; r++)
        for (int32_t s = 0; s < 4; s++) {
            uint8_t numbers[64] = { 0 };
            digest_of(NFI_SHA256, (const uint8_t *)"x", 1);
            numbers[31] = (uint8_t)(r == 1);
            numbers[63] = (uint8_t)(s == 1);
            if (r >= 2)
                memcpy(numbers, order, 32);
            if (s >= 2)
                memcpy(numbers + 32, order, 32);
            numbers[31] = (uint8_t)(numbers[31] + (r == 3));
            numbers[63] = (uint8_t)(numbers[63] + (s == 3));
            append(numbers, 64);
            CHECK_IS(job_run(NFI_JOB_VERIFY, certificate, NFI_SHA256 | NFI_SIGN_ECDSA, text, text_length, NULL, 0), -NFI_BAD_SIGNATURE);
        }
}

static void threat_24_lax_der_is_refused(void)
{
    enum { TOO_LONG = 1, LONG_FORM, TRAILING, PADDED, NEGATIVE, INNER, CASES };
    int32_t key = key_of("p256"), certificate = certificate_of("p256");
    for (int32_t one = 0; one < CASES; one++) {
        uint8_t der[128], *p = der;
        int32_t made;
        do
            made = sign(9, key);
        while (text[digest_length + 4] >= 0x80 || text[digest_length + 4] == 0);      /* r with nothing ahead of it */
        const uint8_t *good = text + digest_length;
        size_t body = (size_t)made - 2;
        *p++ = 0x30;
        if (one == LONG_FORM)
            *p++ = 0x81;
        *p++ = (uint8_t)(body + (one == PADDED || one == INNER) + (one == TOO_LONG));
        *p++ = 2;
        *p++ = (uint8_t)(good[3] + (one == PADDED));
        if (one == PADDED)
            *p++ = 0;
        memcpy(p, good + 4, (size_t)made - 4);
        p += made - 4;
        if (one == NEGATIVE)
            der[4] |= 0x80;
        if (one == TRAILING || one == INNER)
            *p++ = 0;
        text_length = digest_length;
        append(der, (size_t)(p - der));
        CHECK_IS(job_run(NFI_JOB_VERIFY, certificate, NFI_SHA256 | NFI_SIGN_ECDSA_DER, text, text_length, NULL, 0), one == 0 ? 0 : -NFI_BAD_SIGNATURE);
    }
}

int main(void)
{
    static const nfi_rule rules[] = {
        RULE(published_signatures_verify_and_published_damage_does_not),
        RULE(threat_22_pkcs1_with_garbage_or_another_digest_info_is_refused),
        RULE(threat_22_a_key_that_anybody_can_sign_for_is_no_key),
        RULE(what_one_signs_the_other_verifies_and_no_flipped_bit),
        RULE(a_scheme_that_is_not_the_keys_is_refused),
        RULE(threat_23_pss_with_another_salt_or_mask_is_refused),
        RULE(threat_24_r_or_s_out_of_range_is_refused),
        RULE(threat_24_lax_der_is_refused),
    };
    if (nfi_crypto_start() != 0)
        return 2;
    return RUN(rules);
}
