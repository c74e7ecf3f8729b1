/* Null, short, negative and lying arguments, stale handles and handles of another kind: an error code, and no byte touched
 * (THREATS 43). */
#include <limits.h>
#include <string.h>
#include "nfi_crypto.h"
#include "nfi_limits.h"
#include "nfi_test.h"
#include "primitives.h"

static uint8_t bytes[64];
static int32_t aes_key, other_key, hash;

/* One bad place in an array of 64 bytes: where it is, and what is asked of it. */
static const struct { const char *name; int32_t null, capacity, offset, length; } places[] = {
    { "null array", 1, 0, 0, 16 },
    { "null array that claims room", 1, 64, 0, 16 },
    { "empty array", 0, 0, 0, 16 },
    { "one byte short", 0, 15, 0, 16 },
    { "offset past the end", 0, 64, 65, 0 },
    { "reaches past the end", 0, 64, 49, 16 },
    { "negative offset", 0, 64, -1, 16 },
    { "negative length", 0, 64, 0, -1 },
    { "negative capacity", 0, -1, 0, 16 },
    { "sum overflows", 0, 64, INT_MAX, 16 },
    { "length overflows", 0, 64, 16, INT_MAX },
    { "both least", 0, 64, INT_MIN, INT_MIN },
};
#define PLACES (sizeof places / sizeof places[0])

#define BAD(call) CHECK_IS(call, -XE_BAD_PARAM)
#define AT places[i].null ? NULL : bytes, places[i].capacity, places[i].offset
#define PLACE AT, places[i].length

static void bad_places_are_refused_by_every_function(void)
{
    const uint8_t iv[16] = { 0 };
    uint8_t good[64] = { 0 };
    memset(bytes, 0xa5, sizeof bytes);
    for (size_t i = 0; i < PLACES; i++) {
        test_case = places[i].name;
        BAD(nfi_crypto_random(PLACE));
        BAD(nfi_crypto_wipe(PLACE));
        BAD(nfi_crypto_compare(AT, good, 64, 0, places[i].length));
        BAD(nfi_crypto_compare(good, 64, 0, AT, places[i].length));
        BAD(nfi_crypto_secret_import(PLACE));
        BAD(nfi_crypto_hash_update(hash, PLACE));
        BAD(nfi_crypto_mac(NFI_SHA256, aes_key, PLACE, good, 64, 0, 16));
        BAD(nfi_crypto_mac(NFI_SHA256, aes_key, good, 64, 0, 16, PLACE));
        BAD(nfi_crypto_cipher(NFI_AES_CBC, aes_key, 1, iv, 16, 0, PLACE));
    }
    for (size_t i = 0; i < sizeof bytes; i++)
        CHECK_IS(bytes[i], 0xa5);
}

/* Where the length is the algorithm's and not the caller's. */
static const struct { const char *name; int32_t null, capacity, offset; } short_places[] = {
    { "null", 1, 0, 0 }, { "one short", 0, 15, 0 }, { "offset one too far", 0, 16, 1 }, { "negative", 0, 64, -1 },
    { "overflow", 0, 64, INT_MAX }, { "lying null", 1, 64, 0 },
};

static void short_iv_and_digest_places_are_refused(void)
{
    uint8_t good[16] = { 0 };
    for (size_t i = 0; i < sizeof short_places / sizeof short_places[0]; i++) {
        uint8_t *at = short_places[i].null ? NULL : bytes;
        test_case = short_places[i].name;
        BAD(nfi_crypto_cipher(NFI_AES_CBC, aes_key, 1, at, short_places[i].capacity, short_places[i].offset, good, 16, 0, 16));
        BAD(nfi_crypto_hash_finish(hash, at, short_places[i].capacity, short_places[i].offset));
    }
}

static void lengths_that_fit_the_array_but_not_the_algorithm_are_refused(void)
{
    uint8_t iv[16] = { 0 };
    BAD(nfi_crypto_cipher(NFI_AES_CBC, aes_key, 1, iv, 16, 0, bytes, 64, 0, 15));
    BAD(nfi_crypto_cipher(NFI_AES_CBC, aes_key, 0, iv, 16, 0, bytes, 64, 0, 17));
    BAD(nfi_crypto_mac(NFI_SHA256, aes_key, bytes, 64, 0, 16, bytes, 64, 0, 33));
    BAD(nfi_crypto_mac(NFI_SHA256, aes_key, bytes, 64, 0, 16, bytes, 64, 0, 0));
    BAD(nfi_crypto_secret_random(0));
    BAD(nfi_crypto_secret_random(-1));
    BAD(nfi_crypto_secret_random(NFI_MAX_SECRET + 1));
    BAD(nfi_crypto_secret_import(bytes, 64, 0, 0));
}

static void unknown_algorithms_are_named_so(void)
{
    static const int32_t unknown[] = { -1, 0, 9, 99, INT_MAX, INT_MIN };
    uint8_t iv[16] = { 0 };
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        CHECK_IS(nfi_crypto_hash_create(unknown[i]), -XE_UNKNOWN_ALGORITHM);
        CHECK_IS(nfi_crypto_mac(unknown[i], aes_key, bytes, 64, 0, 16, bytes, 64, 0, 16), -XE_UNKNOWN_ALGORITHM);
        CHECK_IS(nfi_crypto_cipher(unknown[i], aes_key, 1, iv, 16, 0, bytes, 64, 0, 16), -XE_UNKNOWN_ALGORITHM);
    }
}

static void empty_messages_are_messages(void)
{
    uint8_t out[64];
    CHECK_IS(nfi_crypto_mac(NFI_SHA256, aes_key, NULL, 0, 0, 0, out, 64, 0, 32), 32);
    CHECK_IS(nfi_crypto_hash_update(hash, NULL, 0, 0, 0), 0);
    CHECK_IS(nfi_crypto_wipe(bytes, 64, 64, 0), 0);
    CHECK_IS(nfi_crypto_compare(bytes, 64, 64, out, 64, 0, 0), 0);
}

static void compare_tells_equal_from_different_at_every_byte(void)
{
    uint8_t other[64];
    memcpy(other, bytes, sizeof other);
    CHECK_IS(nfi_crypto_compare(bytes, 64, 0, other, 64, 0, 64), 0);
    for (size_t i = 0; i < 64; i++)
        for (uint32_t bit = 1; bit < 256; bit <<= 1) {
            other[i] ^= (uint8_t)bit;
            CHECK_IS(nfi_crypto_compare(bytes, 64, 0, other, 64, 0, 64), 1);
            other[i] ^= (uint8_t)bit;
        }
}

static void wipe_clears_exactly_its_bytes(void)
{
    memset(bytes, 0xa5, sizeof bytes);
    CHECK_IS(nfi_crypto_wipe(bytes, sizeof bytes, 5, 20), 0);
    for (size_t i = 0; i < sizeof bytes; i++)
        CHECK_IS(bytes[i], i >= 5 && i < 25 ? 0 : 0xa5);
}

static void refused_by_all_that_take_a_secret(int32_t secret)
{
    uint8_t iv[16] = { 0 };
    CHECK_IS(nfi_crypto_secret_length(secret), -NFI_BAD_HANDLE);
    CHECK_IS(nfi_crypto_mac(NFI_SHA256, secret, bytes, 64, 0, 16, bytes, 64, 0, 16), -NFI_BAD_HANDLE);
    CHECK_IS(nfi_crypto_cipher(NFI_AES_CBC, secret, 1, iv, 16, 0, bytes, 64, 0, 16), -NFI_BAD_HANDLE);
}

static void stale_foreign_and_invented_handles_are_refused(void)
{
    int32_t stale = nfi_crypto_secret_random(16);
    CHECK_IS(nfi_crypto_handle_free(stale), 0);
    int32_t next = nfi_crypto_secret_random(16);      /* takes the same place */
    CHECK(next != stale);
    const int32_t handles[] = { stale, hash, 0, -1, 1, INT_MAX, INT_MIN, aes_key + 4096, aes_key + 1 };
    for (size_t i = 0; i < sizeof handles / sizeof handles[0]; i++)
        if (handles[i] != next && handles[i] != other_key)
            refused_by_all_that_take_a_secret(handles[i]);
    CHECK_IS(nfi_crypto_hash_update(aes_key, bytes, 64, 0, 16), -NFI_BAD_HANDLE);
    CHECK_IS(nfi_crypto_hash_finish(aes_key, bytes, 64, 0), -NFI_BAD_HANDLE);
    CHECK_IS(nfi_crypto_handle_free(stale), -NFI_BAD_HANDLE);
    CHECK_IS(nfi_crypto_handle_free(0), -NFI_BAD_HANDLE);
    CHECK_IS(nfi_crypto_handle_free(next), 0);
}

static void keys_of_a_wrong_length_are_refused(void)
{
    uint8_t iv[16] = { 0 };
    for (int32_t length = 1; length <= 40; length++) {
        int32_t secret = nfi_crypto_secret_random(length);
        int32_t aes = length == 16 || length == 24 || length == 32;
        CHECK_IS(nfi_crypto_cipher(NFI_AES_CBC, secret, 1, iv, 16, 0, bytes, 64, 0, 16), aes ? 16 : -XE_BAD_PARAM);
        CHECK_IS(nfi_crypto_cipher(NFI_3DES_CBC, secret, 1, iv, 16, 0, bytes, 64, 0, 16), length == 24 ? 16 : -XE_BAD_PARAM);
        nfi_crypto_handle_free(secret);
    }
}

/* RFC 2451 2.3; parity bits do not count. */
static void triple_des_that_is_single_des_is_refused(void)
{
    uint8_t key[24], iv[8] = { 0 };
    for (int32_t alike = 0; alike < 3; alike++) {     /* K1 and K2, K2 and K3, K1 and K3 (that one is two-key 3DES) */
        for (size_t i = 0; i < 24; i++)
            key[i] = (uint8_t)(17 * i + 2);
        uint8_t *to = key + (alike == 0 ? 8 : 16);
        memcpy(to, key + (alike == 1 ? 8 : 0), 8);
        to[3] ^= 1;
        int32_t secret = nfi_crypto_secret_import(key, 24, 0, 24);
        CHECK_IS(nfi_crypto_cipher(NFI_3DES_CBC, secret, 1, iv, 8, 0, bytes, 64, 0, 16), alike == 2 ? 16 : -XE_BAD_PARAM);
        nfi_crypto_handle_free(secret);
    }
}

/* RFC 2405 3, FIPS 74 3.6; parity bits do not count. */
static void weak_des_keys_are_refused_whatever_their_parity(void)
{
    static const struct { int32_t status; uint8_t key[8]; } cases[] = {
        { -XE_BAD_PARAM, { 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01 } }, { -XE_BAD_PARAM, { 0 } },
        { -XE_BAD_PARAM, { 0xfe, 0xfe, 0xfe, 0xfe, 0xfe, 0xfe, 0xfe, 0xfe } }, { -XE_BAD_PARAM, { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } },
        { -XE_BAD_PARAM, { 0x1f, 0x1f, 0x1f, 0x1f, 0x0e, 0x0e, 0x0e, 0x0e } }, { -XE_BAD_PARAM, { 0x1e, 0x1f, 0x1f, 0x1f, 0x0e, 0x0e, 0x0f, 0x0e } },
        { -XE_BAD_PARAM, { 0x01, 0xfe, 0x01, 0xfe, 0x01, 0xfe, 0x01, 0xfe } }, { -XE_BAD_PARAM, { 0x00, 0xff, 0x00, 0xff, 0x00, 0xff, 0x00, 0xff } },
        { 16, { 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef } }, { 16, { 0x03, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01 } },
    };
    uint8_t iv[8] = { 0 };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int32_t secret = nfi_crypto_secret_import(cases[i].key, 8, 0, 8);
        CHECK_IS(nfi_crypto_cipher(NFI_DES_CBC, secret, 1, iv, 8, 0, bytes, 64, 0, 16), cases[i].status);
        nfi_crypto_handle_free(secret);
    }
}

static void secret_does_not_come_out_of_this_build(void)
{
    CHECK_IS(nfi_crypto_secret_export(aes_key, bytes, 64, 0), -NFI_FORBIDDEN);
}

static void full_table_says_so_and_leaks_nothing(void)
{
    static int32_t handles[NFI_MAX_HANDLES];
    int32_t before = nfi_crypto_handle_count(), made = 0;
    while (made < NFI_MAX_HANDLES && (handles[made] = nfi_crypto_secret_random(8)) > 0)
        made++;
    CHECK_IS(made, NFI_MAX_HANDLES - before);
    CHECK_IS(nfi_crypto_secret_random(8), -XE_NOMEM);
    CHECK_IS(nfi_crypto_secret_import(bytes, 64, 0, 8), -XE_NOMEM);
    CHECK_IS(nfi_crypto_hash_create(NFI_SHA256), -XE_NOMEM);
    for (int32_t i = 0; i < made; i++)
        CHECK_IS(nfi_crypto_handle_free(handles[i]), 0);
    CHECK_IS(nfi_crypto_handle_count(), before);
}

static const nfi_rule rules[] = {
    RULE(bad_places_are_refused_by_every_function),
    RULE(short_iv_and_digest_places_are_refused),
    RULE(lengths_that_fit_the_array_but_not_the_algorithm_are_refused),
    RULE(unknown_algorithms_are_named_so),
    RULE(empty_messages_are_messages),
    RULE(compare_tells_equal_from_different_at_every_byte),
    RULE(wipe_clears_exactly_its_bytes),
    RULE(stale_foreign_and_invented_handles_are_refused),
    RULE(keys_of_a_wrong_length_are_refused),
    RULE(triple_des_that_is_single_des_is_refused),
    RULE(weak_des_keys_are_refused_whatever_their_parity),
    RULE(secret_does_not_come_out_of_this_build),
    RULE(full_table_says_so_and_leaks_nothing),
};

int main(void)
{
    if (nfi_crypto_start() != 0)
        return 1;
    aes_key = nfi_crypto_secret_random(16);
    other_key = nfi_crypto_secret_random(16);
    hash = nfi_crypto_hash_create(NFI_SHA256);
    int result = RUN(rules);
    nfi_crypto_handle_free(aes_key);
    nfi_crypto_handle_free(other_key);
    nfi_crypto_handle_free(hash);
    return result || nfi_crypto_handle_count() != 0;
}
