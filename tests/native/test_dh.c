/* Diffie-Hellman: published and computed pairs, values that must be refused (RFC 6989, RFC 8031), and the jobs around them. */
#include <string.h>
#include "dh.h"
#include "nfi_crypto.h"
#include "nfi_limits.h"
#include "nfi_port.h"
#include "nfi_test.h"
#include "primitives.h"
#include "vectors.h"

static const int32_t groups[] = { NFI_MODP768, NFI_MODP1024, NFI_MODP1536, NFI_MODP2048, NFI_MODP3072, NFI_MODP4096, NFI_MODP6144,
                                  NFI_MODP8192, NFI_ECP256, NFI_ECP384, NFI_ECP521, NFI_CURVE25519 };
#define GROUPS (sizeof groups / sizeof groups[0])

/* --- keys from vectors --- */

/* A scalar of RFC 7748 is little-endian and not clamped yet (5, decodeScalar25519). */
static void take_scalar(nfi_dh_key *key, const vector_field *f)
{
    for (size_t i = 0; i < f->length; i++)
        key->exponent[i] = f->bytes[f->length - 1 - i];
    key->exponent[31] &= 0xf8;
    key->exponent[0] = (uint8_t)((key->exponent[0] & 0x7f) | 0x40);
}

static nfi_dh_key key_of(const vector *v, const char *name)
{
    const vector_field *f = vector_get(v, name);
    nfi_dh_key key = { .group = vector_algorithm(v), .length = f->length };
    if (key.group == NFI_CURVE25519)
        take_scalar(&key, f);
    else
        memcpy(key.exponent, f->bytes, f->length);
    return key;
}

static int32_t holds(int32_t secret, const vector_field *f)
{
    const uint8_t *bytes;
    size_t length;
    return nfi_secret_view(secret, &bytes, &length) == 0 && length == f->length && memcmp(bytes, f->bytes, length) == 0;
}

static void agrees(const nfi_dh_key *key, const vector_field *peer, const vector_field *shared)
{
    int32_t secret = nfi_dh_shared(key, peer->bytes, peer->length);
    CHECK(secret > 0 && holds(secret, shared));
    nfi_crypto_handle_free(secret);
}

static void prove_side(const vector *v, const char *private_name, const char *public_name, const char *peer_name)
{
    uint8_t value[NFI_MAX_JOB_OUTPUT];
    const vector_field *mine = vector_get(v, public_name), *peer = vector_get(v, peer_name);
    if (vector_get(v, private_name)->length == 0)
        return;
    nfi_dh_key key = key_of(v, private_name);
    if (mine->length > 0) {
        CHECK_IS(nfi_crypto_dh_length(key.group), mine->length);
        CHECK_IS(nfi_dh_public(&key, value), 0);
        CHECK(memcmp(value, mine->bytes, mine->length) == 0);
    }
    agrees(&key, peer, vector_get(v, "shared"));
    key.blinded = 1;
    agrees(&key, peer, vector_get(v, "shared"));
}

static void prove_pair(const vector *v)
{
    test_case = vector_get(v, "name")->word;
    prove_side(v, "private_a", "public_a", "public_b");
    prove_side(v, "private_b", "public_b", "public_a");
}

static void pairs_agree_blinded_or_not(void)
{
    CHECK_IS(vectors_each("dh-rfc5903.txt", prove_pair), 3);
    CHECK_IS(vectors_each("dh-rfc7748.txt", prove_pair), 3);
    CHECK_IS(vectors_each("dh-modp.txt", prove_pair), 8);
}

/* --- values that are refused --- */

static void refused(const nfi_dh_key *key, const char *what, const uint8_t *value, size_t length)
{
    test_case = what;
    CHECK_IS(nfi_dh_shared(key, value, length), -XE_BAD_PARAM);
}

static void accepted(const nfi_dh_key *key, const char *what, const uint8_t *value, size_t length)
{
    test_case = what;
    int32_t secret = nfi_dh_shared(key, value, length);
    CHECK(secret > 0);
    nfi_crypto_handle_free(secret);
}

/* prime + difference, for differences that reach no further than the last byte, 0xff in every prime. */
static void near_prime(const vector_field *prime, int32_t difference, uint8_t *value)
{
    memcpy(value, prime->bytes, prime->length);
    value[prime->length - 1] = (uint8_t)(value[prime->length - 1] + difference);
}

static void prove_modp_bounds(const vector *v)
{
    uint8_t value[NFI_MAX_JOB_OUTPUT] = { 0 };
    const vector_field *prime = vector_get(v, "prime");
    size_t length = prime->length;
    nfi_dh_key key = key_of(v, "private_a");
    refused(&key, "0", value, length);
    value[length - 1] = 1;
    refused(&key, "1", value, length);
    value[length - 1] = 2;
    accepted(&key, "2", value, length);
    refused(&key, "a byte short", value, length - 1);
    refused(&key, "nothing", value, 0);
    near_prime(prime, -2, value);
    accepted(&key, "p - 2", value, length);
    near_prime(prime, -1, value);
    refused(&key, "p - 1", value, length);
    refused(&key, "p", prime->bytes, length);
    memset(value, 0xff, sizeof value);
    refused(&key, "all ones", value, length);
}

static void modp_values_outside_2_to_p_minus_2_are_refused(void)
{
    CHECK_IS(vectors_each("dh-modp.txt", prove_modp_bounds), 8);
}

static void prove_curve_bounds(const vector *v)
{
    uint8_t value[NFI_MAX_JOB_OUTPUT];
    const vector_field *good = vector_get(v, "public_b");
    nfi_dh_key key = key_of(v, "private_a");
    memcpy(value, good->bytes, good->length);
    value[good->length - 1] ^= 1;
    refused(&key, "off the curve", value, good->length);
    memset(value, 0, sizeof value);
    refused(&key, "0, 0", value, good->length);
    memset(value, 0xff, sizeof value);
    refused(&key, "coordinates above p", value, good->length);
    refused(&key, "x alone", good->bytes, good->length / 2);
    refused(&key, "a byte short", good->bytes, good->length - 1);
    value[0] = 4;
    memcpy(value + 1, good->bytes, good->length);
    refused(&key, "with the byte of SEC 1 ahead", value, good->length + 1);
}

static void points_off_the_curve_are_refused(void)
{
    CHECK_IS(vectors_each("dh-rfc5903.txt", prove_curve_bounds), 3);
}

/* x < p of a good point, moved up by p: the same point to careless code (P-256 has room for small x only, so y = x = p here). */
static void a_coordinate_that_is_p_is_refused(void)
{
    static const uint8_t p256[32] = { 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                                      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
    /* (0, y) is a point of P-256: y^2 = b. */
    static const uint8_t root[32] = { 0x66, 0x48, 0x5c, 0x78, 0x0e, 0x2f, 0x83, 0xd7, 0x24, 0x33, 0xbd, 0x5d, 0x84, 0xa0, 0x6b, 0xb6,
                                      0x54, 0x1c, 0x2a, 0xf3, 0x1d, 0xae, 0x87, 0x17, 0x28, 0xbf, 0x85, 0x6a, 0x17, 0x4f, 0x93, 0xf4 };
    uint8_t value[64] = { 0 };
    nfi_dh_key key;
    CHECK_IS(nfi_dh_make(NFI_ECP256, &key), 0);
    memcpy(value + 32, root, 32);
    accepted(&key, "0, y", value, 64);
    memcpy(value, p256, 32);
    refused(&key, "p, y", value, 64);
}

/* Values of small order, and those that only differ from one by a multiple of p or the masked bit (RFC 7748 5 and 7). */
static void curve25519_values_that_give_zero_are_refused(void)
{
    static const struct { const char *name; uint8_t first, middle, last; } small[] = {
        { "0", 0, 0, 0 }, { "1", 1, 0, 0 }, { "p - 1", 0xec, 0xff, 0x7f }, { "p", 0xed, 0xff, 0x7f }, { "p + 1", 0xee, 0xff, 0x7f },
        { "0 and the masked bit", 0, 0, 0x80 }, { "p and the masked bit", 0xed, 0xff, 0xff },
    };
    static const uint8_t order8[32] = { 0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4, 0x6a,
                                        0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00 };
    uint8_t value[32];
    nfi_dh_key key;
    CHECK_IS(nfi_dh_make(NFI_CURVE25519, &key), 0);
    for (size_t i = 0; i < sizeof small / sizeof small[0]; i++) {
        memset(value, small[i].middle, sizeof value);
        value[0] = small[i].first;
        value[31] = small[i].last;
        refused(&key, small[i].name, value, 32);
    }
    refused(&key, "order 8", order8, 32);
    refused(&key, "a byte short", order8, 31);
}

static void secrets_of(nfi_dh_key *key, const uint8_t a[32], const uint8_t b[32])
{
    const uint8_t *first, *second;
    size_t length;
    int32_t one = nfi_dh_shared(key, a, 32), other = nfi_dh_shared(key, b, 32);
    CHECK(one > 0 && other > 0);
    CHECK_IS(nfi_secret_view(one, &first, &length), 0);
    CHECK_IS(nfi_secret_view(other, &second, &length), 0);
    CHECK(memcmp(first, second, 32) == 0);
    nfi_crypto_handle_free(one);
    nfi_crypto_handle_free(other);
}

static void curve25519_reads_values_modulo_p_and_masks_the_highest_bit(void)
{
    uint8_t nine[32] = { 9 }, masked[32] = { 9 }, above[32];
    nfi_dh_key key;
    CHECK_IS(nfi_dh_make(NFI_CURVE25519, &key), 0);
    masked[31] = 0x80;
    secrets_of(&key, nine, masked);
    memset(above, 0xff, sizeof above);
    above[0] = 0xed + 9;
    above[31] = 0x7f;             /* p + 9 = 2^255 - 10 */
    secrets_of(&key, nine, above);
}

/* --- the jobs --- */

static int32_t ended(int32_t job)
{
    for (int32_t tries = 0; tries < 2000; tries++) {
        if (nfi_crypto_job_poll() == job)
            return 1;
        nfi_port_wait(10);
    }
    return 0;
}

static int32_t generate(int32_t group, uint8_t *value, int32_t cap)
{
    int32_t job = nfi_crypto_job_start(NFI_JOB_DH_GENERATE, group, 0, NULL, 0, 0, 0);
    CHECK(job > 0 && ended(job));
    return nfi_crypto_job_finish(job, value, cap, 0);
}

static int32_t shared_job(int32_t key, const uint8_t *value, int32_t length)
{
    return nfi_crypto_job_start(NFI_JOB_DH_SHARED, key, 0, value, length, 0, length);
}

static int32_t shared(int32_t key, const uint8_t *value, int32_t length)
{
    int32_t job = shared_job(key, value, length);
    if (job < 0)
        return job;
    CHECK(ended(job));
    return nfi_crypto_job_finish(job, NULL, 0, 0);
}

static void two_sides_agree_in_every_group(void)
{
    uint8_t mine[NFI_MAX_JOB_OUTPUT], yours[NFI_MAX_JOB_OUTPUT];
    for (size_t i = 0; i < GROUPS; i++) {
        int32_t length = nfi_crypto_dh_length(groups[i]), before = nfi_crypto_handle_count();
        int32_t a = generate(groups[i], mine, length), b = generate(groups[i], yours, length);
        int32_t one = shared(a, yours, length), other = shared(b, mine, length), again = shared(a, yours, length);
        const uint8_t *left, *right, *third;
        size_t bytes;
        CHECK(a > 0 && b > 0 && memcmp(mine, yours, (size_t)length) != 0);
        CHECK(nfi_secret_view(one, &left, &bytes) == 0 && nfi_secret_view(other, &right, &bytes) == 0);
        CHECK(nfi_secret_view(again, &third, &bytes) == 0);
        CHECK(memcmp(left, right, bytes) == 0 && memcmp(left, third, bytes) == 0);
        for (int32_t handle = 0; handle < 5; handle++)
            CHECK_IS(nfi_crypto_handle_free((int32_t[]){ a, b, one, other, again }[handle]), 0);
        CHECK_IS(nfi_crypto_handle_count(), before);
    }
}

static void output_without_room_is_refused_and_the_job_stays(void)
{
    uint8_t value[32] = { 0 };
    int32_t job = nfi_crypto_job_start(NFI_JOB_DH_GENERATE, NFI_CURVE25519, 0, NULL, 0, 0, 0);
    CHECK(ended(job));
    CHECK_IS(nfi_crypto_job_finish(job, NULL, 0, 0), -XE_BAD_PARAM);
    CHECK_IS(nfi_crypto_job_finish(job, value, 31, 0), -XE_BAD_PARAM);
    CHECK_IS(nfi_crypto_job_finish(job, value, 32, 1), -XE_BAD_PARAM);
    CHECK_IS(value[0] | value[31], 0);
    int32_t key = nfi_crypto_job_finish(job, value, 32, 0);
    CHECK(key > 0);
    CHECK_IS(nfi_crypto_handle_free(key), 0);
}

static void result_of_a_cancelled_job_is_freed(void)
{
    int32_t before = nfi_crypto_handle_count();
    int32_t done = nfi_crypto_job_start(NFI_JOB_DH_GENERATE, NFI_ECP256, 0, NULL, 0, 0, 0);
    CHECK(ended(done));
    CHECK_IS(nfi_crypto_handle_count(), before + 1);
    CHECK_IS(nfi_crypto_job_cancel(done), 0);
    CHECK_IS(nfi_crypto_handle_count(), before);
    int32_t at_work = nfi_crypto_job_start(NFI_JOB_DH_GENERATE, NFI_MODP4096, 0, NULL, 0, 0, 0);
    CHECK_IS(nfi_crypto_job_cancel(at_work), 0);
    int32_t behind = nfi_crypto_job_start(NFI_JOB_SELF_TEST, 0, 0, NULL, 0, 0, 0);
    CHECK(ended(behind));
    CHECK_IS(nfi_crypto_job_finish(behind, NULL, 0, 0), 0);
    CHECK_IS(nfi_crypto_handle_count(), before);
}

static void key_may_be_freed_while_its_job_waits(void)
{
    uint8_t value[32] = { 9 }, mine[32];
    int32_t key = generate(NFI_CURVE25519, mine, sizeof mine);
    int32_t ahead = nfi_crypto_job_start(NFI_JOB_DH_GENERATE, NFI_MODP2048, 0, NULL, 0, 0, 0), job = shared_job(key, value, 32);
    CHECK_IS(nfi_crypto_handle_free(key), 0);
    CHECK(ended(ahead));
    CHECK_IS(nfi_crypto_job_cancel(ahead), 0);
    CHECK(ended(job));
    int32_t secret = nfi_crypto_job_finish(job, NULL, 0, 0);
    CHECK(secret > 0);
    CHECK_IS(nfi_crypto_secret_length(secret), 32);
    CHECK_IS(nfi_crypto_handle_free(secret), 0);
}

static void bad_groups_keys_and_values_are_refused(void)
{
    uint8_t value[64] = { 0 }, mine[64];
    CHECK_IS(nfi_crypto_dh_length(0), -XE_UNKNOWN_ALGORITHM);
    CHECK_IS(nfi_crypto_dh_length(22), -XE_UNKNOWN_ALGORITHM);
    CHECK_IS(nfi_crypto_dh_length(-14), -XE_UNKNOWN_ALGORITHM);
    CHECK_IS(nfi_crypto_job_start(NFI_JOB_DH_GENERATE, 3, 0, NULL, 0, 0, 0), -XE_UNKNOWN_ALGORITHM);
    int32_t secret = nfi_crypto_secret_random(32);
    CHECK_IS(shared_job(secret, value, 32), -NFI_BAD_HANDLE);
    CHECK_IS(shared_job(0, value, 32), -NFI_BAD_HANDLE);
    int32_t key = generate(NFI_ECP256, mine, sizeof mine);
    CHECK_IS(shared(key, value, 64), -XE_BAD_PARAM);
    CHECK_IS(shared(key, mine, 63), -XE_BAD_PARAM);
    CHECK_IS(nfi_crypto_job_start(NFI_JOB_DH_SHARED, key, 0, NULL, 0, 0, 64), -XE_BAD_PARAM);
    CHECK_IS(nfi_crypto_secret_length(key), -NFI_BAD_HANDLE);
    CHECK_IS(nfi_crypto_handle_free(key), 0);
    CHECK_IS(shared_job(key, mine, 64), -NFI_BAD_HANDLE);
    nfi_crypto_handle_free(secret);
}

static void nothing_is_left(void)
{
    CHECK_IS(nfi_crypto_handle_count(), 0);
}

static const nfi_rule rules[] = {
    RULE(pairs_agree_blinded_or_not),
    RULE(modp_values_outside_2_to_p_minus_2_are_refused),
    RULE(points_off_the_curve_are_refused),
    RULE(a_coordinate_that_is_p_is_refused),
    RULE(curve25519_values_that_give_zero_are_refused),
    RULE(curve25519_reads_values_modulo_p_and_masks_the_highest_bit),
    RULE(two_sides_agree_in_every_group),
    RULE(output_without_room_is_refused_and_the_job_stays),
    RULE(result_of_a_cancelled_job_is_freed),
    RULE(key_may_be_freed_while_its_job_waits),
    RULE(bad_groups_keys_and_values_are_refused),
    RULE(nothing_is_left),
};

int main(void)
{
    return nfi_crypto_start() != 0 || RUN(rules);
}
