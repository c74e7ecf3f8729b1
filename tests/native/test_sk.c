/* The SK payload: messages another implementation sealed, every damage to one, lengths that contradict each other, and IVs. */
#include <limits.h>
#include <string.h>
#include "nfi_crypto.h"
#include "nfi_test.h"
#include "primitives.h"
#include "vectors.h"

enum { HEADER = 28, ROOM = 512, AT = 3 };

typedef struct { int32_t cipher, cipher_secret, mac, mac_secret, icv, head, iv; } keys;

static keys keys_of(const vector *v)
{
    const vector_field *key = vector_get(v, "key"), *mac = vector_get(v, "mac_key");
    keys k = { vector_algorithm(v), 0, 0, 0, vector_get(v, "icv")->bytes[0], vector_get(v, "head")->bytes[0], 0 };
    if (key->length > 0)
        k.cipher_secret = nfi_crypto_secret_import(key->bytes, (int32_t)key->length, 0, (int32_t)key->length);
    k.iv = nfi_crypto_sk_iv_length(k.cipher);
    if (mac->length > 0) {
        k.mac = vector_id(v, "mac");
        k.mac_secret = nfi_crypto_secret_import(mac->bytes, (int32_t)mac->length, 0, (int32_t)mac->length);
    }
    return k;
}

static void forget(const keys *k)
{
    if (k->cipher_secret != 0)
        nfi_crypto_handle_free(k->cipher_secret);
    if (k->mac_secret != 0)
        nfi_crypto_handle_free(k->mac_secret);
}

static int32_t open(const keys *k, uint8_t *message, int32_t cap, int32_t at, int32_t length)
{
    return nfi_crypto_sk_open(k->cipher, k->cipher_secret, k->mac, k->mac_secret, k->icv, message, cap, at, HEADER, k->head, length);
}

static int32_t seal(const keys *k, uint8_t *message, int32_t cap, int32_t at, int32_t length)
{
    return nfi_crypto_sk_seal(k->cipher, k->cipher_secret, k->mac, k->mac_secret, k->icv, message, cap, at, HEADER, k->head, length);
}

static int32_t text_at(const keys *k)
{
    return HEADER + k->head + k->iv;
}

/* --- messages from elsewhere --- */

static void prove_open(const vector *v)
{
    uint8_t message[ROOM];
    const vector_field *sealed = vector_get(v, "sealed"), *text = vector_get(v, "text");
    keys k = keys_of(v);
    test_case = vector_get(v, "name")->word;
    memcpy(message + AT, sealed->bytes, sealed->length);
    CHECK_IS(open(&k, message, ROOM, AT, (int32_t)sealed->length), text->length);
    CHECK(memcmp(message + AT + text_at(&k), text->bytes, text->length) == 0);
    CHECK(memcmp(message + AT, sealed->bytes, (size_t)text_at(&k)) == 0);
    forget(&k);
}

static void messages_computed_elsewhere_open(void)
{
    CHECK_IS(vectors_each("sk-computed.txt", prove_open), 20);
}

/* Header, SK payload and text as before the seal; lengths that are to be written are wrong on purpose. */
static int32_t clear_message(const vector *v, const keys *k, uint8_t *message)
{
    const vector_field *sealed = vector_get(v, "sealed"), *text = vector_get(v, "text");
    memcpy(message, sealed->bytes, (size_t)(HEADER + k->head));
    memset(message + 24, 0x55, 4);
    memset(message + HEADER + 2, 0x55, 2);
    memset(message + HEADER + k->head, 0, (size_t)k->iv);
    memcpy(message + text_at(k), text->bytes, text->length);
    return text_at(k) + (int32_t)text->length;
}

static void prove_seal(const vector *v)
{
    uint8_t message[ROOM], again[ROOM];
    const vector_field *sealed = vector_get(v, "sealed"), *text = vector_get(v, "text");
    keys k = keys_of(v);
    test_case = vector_get(v, "name")->word;
    memset(message, 0xa5, sizeof message);
    int32_t length = clear_message(v, &k, message + AT);
    int32_t total = seal(&k, message, ROOM, AT, length);
    CHECK_IS(total, sealed->length);
    CHECK(total <= length - k.iv - 4 + nfi_crypto_sk_overhead(k.cipher, k.mac, k.icv));
    CHECK_IS(message[AT - 1], 0xa5);
    CHECK_IS(message[AT + total], 0xa5);
    CHECK(memcmp(message + AT, sealed->bytes, (size_t)(HEADER + k.head)) == 0);
    clear_message(v, &k, again);
    CHECK_IS(seal(&k, again, ROOM, 0, length), total);
    CHECK(k.iv == 0 || memcmp(message + AT + HEADER + k.head, again + HEADER + k.head, (size_t)k.iv) != 0);
    CHECK_IS(open(&k, message, ROOM, AT, total), text->length);
    CHECK(memcmp(message + AT + text_at(&k), text->bytes, text->length) == 0);
    forget(&k);
}

static void sealed_messages_have_the_same_shape_another_iv_and_open(void)
{
    CHECK_IS(vectors_each("sk-computed.txt", prove_seal), 20);
}

/* --- damage --- */

static void prove_flips(const vector *v)
{
    uint8_t message[ROOM];
    const vector_field *sealed = vector_get(v, "sealed");
    int32_t length = (int32_t)sealed->length;
    keys k = keys_of(v);
    test_case = vector_get(v, "name")->word;
    for (int32_t bit = 0; bit < length * 8; bit++) {
        int32_t at = bit / 8, said = (at >= 24 && at < 28) || at == HEADER + 2 || at == HEADER + 3;
        memcpy(message, sealed->bytes, sealed->length);
        message[at] = (uint8_t)(message[at] ^ (1 << bit % 8));
        if (!CHECK_IS(open(&k, message, ROOM, 0, length), said ? -XE_NO_DATA : -XE_ESP_DIGEST_MISMATCH))
            printf("bit %d\n", (int)bit);
    }
    forget(&k);
}

static void every_flipped_bit_is_noticed(void)
{
    CHECK_IS(vectors_each("sk-computed.txt", prove_flips), 20);
}

static void put(uint8_t *at, int32_t value, int32_t bytes)
{
    while (bytes-- > 0) {
        at[bytes] = (uint8_t)value;
        value >>= 8;
    }
}

/* Cut, once as it is and once with lengths that agree with the cut: never opened, never read beyond (the sanitizer watches). */
static void prove_cuts(const vector *v)
{
    const vector_field *sealed = vector_get(v, "sealed");
    keys k = keys_of(v);
    test_case = vector_get(v, "name")->word;
    for (int32_t length = 0; length < (int32_t)sealed->length; length++) {
        uint8_t message[ROOM];
        uint8_t *tight = message + ROOM - length;
        memcpy(tight, sealed->bytes, (size_t)length);
        CHECK_IS(open(&k, tight, length, 0, length), -XE_NO_DATA);
        if (length < HEADER + 4)
            continue;
        put(tight + 24, length, 4);
        put(tight + HEADER + 2, length - HEADER, 2);
        int32_t status = open(&k, tight, length, 0, length);
        CHECK(status == -XE_NO_DATA || status == -XE_ESP_DIGEST_MISMATCH);
    }
    forget(&k);
}

static void cut_messages_are_refused(void)
{
    CHECK_IS(vectors_each("sk-computed.txt", prove_cuts), 20);
}

/* A peer that knows the keys and lies about its padding (THREATS: pad longer than data): same code as a wrong ICV, nothing left. */
static void padding_longer_than_the_text_is_refused(void)
{
    uint8_t message[ROOM] = { 0 }, mac[64];
    keys k = { NFI_AES_CBC, nfi_crypto_secret_random(16), NFI_SHA256, nfi_crypto_secret_random(32), 16, 4, 16 };
    int32_t length = text_at(&k) + 32, total = length + 16;
    static const struct { uint8_t pad; int32_t result; } rows[] = { { 0, 31 }, { 30, 1 }, { 31, 0 }, { 32, -XE_ESP_DIGEST_MISMATCH }, { 255, -XE_ESP_DIGEST_MISMATCH } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        memset(message, 0x77, sizeof message);
        put(message + 24, total, 4);
        put(message + HEADER + 2, total - HEADER, 2);
        message[length - 1] = rows[i].pad;
        CHECK_IS(nfi_crypto_cipher(NFI_AES_CBC, k.cipher_secret, 1, message, ROOM, HEADER + 4, message, ROOM, text_at(&k), 32), 32);
        CHECK_IS(nfi_crypto_mac(NFI_SHA256, k.mac_secret, message, ROOM, 0, length, mac, 64, 0, 16), 16);
        memcpy(message + length, mac, 16);
        CHECK_IS(open(&k, message, ROOM, 0, total), rows[i].result);
        CHECK(rows[i].result >= 0 || message[text_at(&k)] == 0);
    }
    forget(&k);
}

static void text_that_is_no_whole_block_is_refused(void)
{
    uint8_t message[ROOM] = { 0 };
    keys k = { NFI_AES_CBC, nfi_crypto_secret_random(16), NFI_SHA256, nfi_crypto_secret_random(32), 16, 4, 16 };
    for (int32_t extra = 0; extra < 40; extra++) {
        int32_t total = text_at(&k) + extra + 16;
        put(message + 24, total, 4);
        put(message + HEADER + 2, total - HEADER, 2);
        CHECK_IS(open(&k, message, ROOM, 0, total), extra == 16 || extra == 32 ? -XE_ESP_DIGEST_MISMATCH : -XE_NO_DATA);
    }
    forget(&k);
}

/* --- an IV that counts --- */

static void counted_ivs_never_repeat_whatever_the_key_and_cipher(void)
{
    enum { MESSAGES = 300 };
    static uint8_t ivs[MESSAGES][8];
    uint8_t message[ROOM] = { 0 };
    keys k[2] = { { NFI_AES_GCM, nfi_crypto_secret_random(20), 0, 0, 16, 4, 8 }, { NFI_AES_CTR, nfi_crypto_secret_random(36), NFI_SHA1, nfi_crypto_secret_random(20), 12, 4, 8 } };
    for (int32_t i = 0; i < MESSAGES; i++) {
        CHECK(seal(&k[i % 2], message, ROOM, 0, text_at(k)) > 0);
        memcpy(ivs[i], message + HEADER + 4, 8);
        for (int32_t j = 0; j < i; j++)
            CHECK(memcmp(ivs[i], ivs[j], 8) != 0);
    }
    forget(&k[0]);
    forget(&k[1]);
}

/* --- arguments --- */

static void bad_places_are_refused_and_nothing_changes(void)
{
    static const struct { const char *name; int32_t null, cap, offset, payload, head, length, result; } rows[] = {
        { "null", 1, 0, 0, 28, 4, 100, -XE_BAD_PARAM },
        { "null that claims room", 1, ROOM, 0, 28, 4, 100, -XE_BAD_PARAM },
        { "past the end", 0, 99, 0, 28, 4, 100, -XE_BAD_PARAM },
        { "negative offset", 0, ROOM, -1, 28, 4, 100, -XE_BAD_PARAM },
        { "negative length", 0, ROOM, 0, 28, 4, -1, -XE_BAD_PARAM },
        { "offset overflows", 0, ROOM, INT_MAX, 28, 4, 100, -XE_BAD_PARAM },
        { "length overflows", 0, ROOM, 1, 28, 4, INT_MAX, -XE_BAD_PARAM },
        { "payload in the header", 0, ROOM, 0, 27, 4, 100, -XE_BAD_PARAM },
        { "payload negative", 0, ROOM, 0, INT_MIN, 4, 100, -XE_BAD_PARAM },
        { "payload past the end", 0, ROOM, 0, 101, 4, 100, -XE_NO_DATA },
        { "payload far past the end", 0, ROOM, 0, INT_MAX, 8, 100, -XE_NO_DATA },
        { "no room for the IV", 0, ROOM, 0, 81, 4, 100, -XE_NO_DATA },
        { "head of 0", 0, ROOM, 0, 28, 0, 100, -XE_BAD_PARAM },
        { "head of 6", 0, ROOM, 0, 28, 6, 100, -XE_BAD_PARAM },
        { "head negative", 0, ROOM, 0, 28, -4, 100, -XE_BAD_PARAM },
    };
    uint8_t message[ROOM];
    int32_t key = nfi_crypto_secret_random(16), mac = nfi_crypto_secret_random(32);
    memset(message, 0xa5, sizeof message);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t *at = rows[i].null ? NULL : message;
        test_case = rows[i].name;
        CHECK_IS(nfi_crypto_sk_seal(NFI_AES_CBC, key, NFI_SHA256, mac, 16, at, rows[i].cap, rows[i].offset, rows[i].payload, rows[i].head, rows[i].length), rows[i].result);
        CHECK_IS(nfi_crypto_sk_open(NFI_AES_CBC, key, NFI_SHA256, mac, 16, at, rows[i].cap, rows[i].offset, rows[i].payload, rows[i].head, rows[i].length), rows[i].result);
    }
    CHECK_IS(nfi_crypto_sk_seal(NFI_AES_CBC, key, NFI_SHA256, mac, 16, message, 100 + 31, 0, 28, 4, 100), -XE_BAD_PARAM);
    for (size_t i = 0; i < sizeof message; i++)
        CHECK_IS(message[i], 0xa5);
    nfi_crypto_handle_free(key);
    nfi_crypto_handle_free(mac);
}

static void strange_suites_and_keys_are_refused_and_nothing_changes(void)
{
    int32_t key = nfi_crypto_secret_random(16), gcm = nfi_crypto_secret_random(20), mac = nfi_crypto_secret_random(32);
    int32_t hash = nfi_crypto_hash_create(NFI_SHA256);
    const struct { const char *name; int32_t cipher, key, mac, mac_key, icv, result; } rows[] = {
        { "NULL encryption without integrity", NFI_NULL, 0, 0, 0, 0, -XE_UNKNOWN_ALGORITHM },
        { "NULL encryption with a key", NFI_NULL, key, NFI_SHA256, mac, 16, -XE_BAD_PARAM },
        { "GMAC", NFI_AES_GMAC, gcm, 0, 0, 16, -XE_UNKNOWN_ALGORITHM },
        { "GMAC of AH for a MAC", NFI_AES_CBC, key, NFI_AES_GMAC_AH, gcm, 12, -XE_UNKNOWN_ALGORITHM },
        { "ChaCha20 with a tag of 12", NFI_CHACHA20_POLY1305, gcm, 0, 0, 12, -XE_UNKNOWN_ALGORITHM },
        { "CTR without a MAC", NFI_AES_CTR, gcm, 0, 0, 16, -XE_UNKNOWN_ALGORITHM },
        { "no integrity", NFI_AES_CBC, key, 0, 0, 0, -XE_UNKNOWN_ALGORITHM },
        { "no such cipher", 99, key, NFI_SHA256, mac, 16, -XE_UNKNOWN_ALGORITHM },
        { "SHA256 cut to 4", NFI_AES_CBC, key, NFI_SHA256, mac, 4, -XE_UNKNOWN_ALGORITHM },
        { "SHA256 not cut", NFI_AES_CBC, key, NFI_SHA256, mac, 32, -XE_UNKNOWN_ALGORITHM },
        { "GCM with a MAC", NFI_AES_GCM, gcm, NFI_SHA256, mac, 16, -XE_UNKNOWN_ALGORITHM },
        { "GCM with a MAC's key", NFI_AES_GCM, gcm, 0, mac, 16, -XE_UNKNOWN_ALGORITHM },
        { "GCM, tag of 4", NFI_AES_GCM, gcm, 0, 0, 4, -XE_UNKNOWN_ALGORITHM },
        { "no key", NFI_AES_CBC, 0, NFI_SHA256, mac, 16, -NFI_BAD_HANDLE },
        { "no MAC key", NFI_AES_CBC, key, NFI_SHA256, 0, 16, -NFI_BAD_HANDLE },
        { "a hash for a key", NFI_AES_CBC, hash, NFI_SHA256, mac, 16, -NFI_BAD_HANDLE },
    };
    uint8_t message[ROOM];
    memset(message, 0xa5, sizeof message);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        test_case = rows[i].name;
        CHECK_IS(nfi_crypto_sk_seal(rows[i].cipher, rows[i].key, rows[i].mac, rows[i].mac_key, rows[i].icv, message, ROOM, 0, 28, 4, 100), rows[i].result);
        CHECK(nfi_crypto_sk_open(rows[i].cipher, rows[i].key, rows[i].mac, rows[i].mac_key, rows[i].icv, message, ROOM, 0, 28, 4, 100) < 0);
    }
    for (size_t i = 0; i < sizeof message; i++)
        CHECK_IS(message[i], 0xa5);
    CHECK_IS(nfi_crypto_sk_seal(NFI_AES_CBC, mac, NFI_SHA256, key, 16, message, ROOM, 0, 28, 4, 100), -XE_BAD_PARAM);
    CHECK_IS(nfi_crypto_sk_seal(NFI_AES_GCM, key, 0, 0, 16, message, ROOM, 0, 28, 4, 100), -XE_BAD_PARAM);
    for (int32_t i = 0; i < 4; i++)
        nfi_crypto_handle_free((int32_t[]){ key, gcm, mac, hash }[i]);
    CHECK_IS(nfi_crypto_handle_count(), 0);
}

static void lengths_are_told_of_known_suites_only(void)
{
    CHECK_IS(nfi_crypto_sk_iv_length(NFI_AES_CBC), 16);
    CHECK_IS(nfi_crypto_sk_iv_length(NFI_3DES_CBC), 8);
    CHECK_IS(nfi_crypto_sk_iv_length(NFI_AES_GCM), 8);
    CHECK_IS(nfi_crypto_sk_iv_length(NFI_AES_CTR), 8);
    CHECK_IS(nfi_crypto_sk_iv_length(NFI_NULL), 0);
    CHECK_IS(nfi_crypto_sk_iv_length(NFI_AES_GMAC), -XE_UNKNOWN_ALGORITHM);
    CHECK_IS(nfi_crypto_sk_overhead(NFI_AES_CTR, NFI_AES_CMAC, 12), 4 + 8 + 1 + 12);
    CHECK_IS(nfi_crypto_sk_overhead(NFI_CHACHA20_POLY1305, 0, 16), 4 + 8 + 1 + 16);
    CHECK_IS(nfi_crypto_sk_overhead(NFI_AES_CBC, NFI_SHA256, 16), 4 + 16 + 16 + 16);
    CHECK_IS(nfi_crypto_sk_overhead(NFI_AES_GCM, 0, 16), 4 + 8 + 1 + 16);
    CHECK_IS(nfi_crypto_sk_overhead(NFI_AES_GCM, NFI_SHA256, 16), -XE_UNKNOWN_ALGORITHM);
}

/* 16 bits hold the SK payload's length. */
static void message_too_long_for_its_length_fields_is_refused(void)
{
    static uint8_t message[70000];
    int32_t key = nfi_crypto_secret_random(20), most = HEADER + 0xffff - 16 - 1;
    CHECK_IS(nfi_crypto_sk_seal(NFI_AES_GCM, key, 0, 0, 16, message, sizeof message, 0, HEADER, 4, most + 1), -XE_BAD_PARAM);
    CHECK_IS(nfi_crypto_sk_seal(NFI_AES_GCM, key, 0, 0, 16, message, sizeof message, 0, HEADER, 4, most), HEADER + 0xffff);
    CHECK_IS(nfi_crypto_sk_open(NFI_AES_GCM, key, 0, 0, 16, message, sizeof message, 0, HEADER, 4, HEADER + 0xffff), most - HEADER - 4 - 8);
    nfi_crypto_handle_free(key);
}

static const nfi_rule rules[] = {
    RULE(messages_computed_elsewhere_open),
    RULE(sealed_messages_have_the_same_shape_another_iv_and_open),
    RULE(every_flipped_bit_is_noticed),
    RULE(cut_messages_are_refused),
    RULE(padding_longer_than_the_text_is_refused),
    RULE(text_that_is_no_whole_block_is_refused),
    RULE(counted_ivs_never_repeat_whatever_the_key_and_cipher),
    RULE(bad_places_are_refused_and_nothing_changes),
    RULE(strange_suites_and_keys_are_refused_and_nothing_changes),
    RULE(lengths_are_told_of_known_suites_only),
    RULE(message_too_long_for_its_length_fields_is_refused),
};

int main(void)
{
    return nfi_crypto_start() != 0 || RUN(rules);
}
