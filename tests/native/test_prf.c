/* Key derivation of IKEv2 (RFC 7296 2.13 to 2.18) through the face that C# calls, and its limits. */
#include <limits.h>
#include <string.h>
#include "nfi_crypto.h"
#include "nfi_limits.h"
#include "nfi_test.h"
#include "primitives.h"
#include "vectors.h"

static uint8_t joined[512];

/* The first most bytes of each field. */
static int32_t join(const vector *v, const char *const *names, size_t count, size_t most)
{
    size_t length = 0;
    for (size_t i = 0; i < count; i++) {
        const vector_field *f = vector_get(v, names[i]);
        size_t taken = f->length < most ? f->length : most;
        memcpy(joined + length, f->bytes, taken);
        length += taken;
    }
    return (int32_t)length;
}

static int32_t import(const vector_field *f)
{
    return nfi_crypto_secret_import(f->bytes, (int32_t)f->length, 0, (int32_t)f->length);
}

static void is(int32_t secret, const vector_field *f)
{
    const uint8_t *bytes;
    size_t length;
    CHECK_IS(nfi_secret_view(secret, &bytes, &length), 0);
    CHECK(length == f->length && memcmp(bytes, f->bytes, length) == 0);
}

static void prove_case(const vector *v)
{
    static const char *const nonces[] = { "ni", "nr" }, *const all[] = { "ni", "nr", "spii", "spir" };
    int32_t prf = vector_algorithm(v), gir = import(vector_get(v, "gir")), gir_new = import(vector_get(v, "gir_new"));
    test_case = vector_get(v, "name")->word;
    int32_t aes = prf == NFI_AES_XCBC || prf == NFI_AES_CMAC;     /* RFC 7296 2.14: 64 bits of each nonce, here alone */
    int32_t length = join(v, nonces, 2, aes ? 8 : SIZE_MAX);
    int32_t skeyseed = nfi_crypto_derive(prf, 0, joined, sizeof joined, 0, length, gir, NULL, 0, 0, 0);
    is(skeyseed, vector_get(v, "skeyseed"));

    length = join(v, all, 4, SIZE_MAX);
    int32_t dkm = nfi_crypto_expand(prf, skeyseed, 0, joined, sizeof joined, 0, length, (int32_t)vector_get(v, "dkm")->length);
    is(dkm, vector_get(v, "dkm"));
    int32_t d = nfi_crypto_secret_slice(dkm, 0, nfi_mac_size(prf));
    length = join(v, nonces, 2, SIZE_MAX);
    int32_t child = nfi_crypto_expand(prf, d, 0, joined, sizeof joined, 0, length, (int32_t)vector_get(v, "child")->length);
    is(child, vector_get(v, "child"));
    int32_t child_dh = nfi_crypto_expand(prf, d, gir_new, joined, sizeof joined, 0, length, (int32_t)vector_get(v, "child_dh")->length);
    is(child_dh, vector_get(v, "child_dh"));
    int32_t rekey = nfi_crypto_derive(prf, d, NULL, 0, 0, 0, gir_new, joined, sizeof joined, 0, length);
    is(rekey, vector_get(v, "rekey"));
    for (int32_t i = 0; i < 8; i++)
        CHECK_IS(nfi_crypto_handle_free((int32_t[]){ gir, gir_new, skeyseed, dkm, d, child, child_dh, rekey }[i]), 0);
}

static void keys_are_those_of_the_published_and_computed_exchanges(void)
{
    CHECK_IS(vectors_each("ikev2-sp800-135.txt", prove_case), 1);
    CHECK_IS(vectors_each("ikev2-computed.txt", prove_case), 6);
}

static void prove_prf(const vector *v)
{
    const vector_field *text = vector_get(v, "text"), *raw = vector_get(v, "key");
    int32_t key = import(raw), cap = (int32_t)text->length;
    test_case = vector_get(v, "name")->word;
    int32_t out = nfi_crypto_derive(vector_algorithm(v), key, NULL, 0, 0, 0, 0, text->bytes, cap, 0, cap);
    is(out, vector_get(v, "answer"));
    nfi_crypto_handle_free(out);
    out = nfi_crypto_derive(vector_algorithm(v), 0, raw->bytes, VECTOR_BYTES, 0, (int32_t)raw->length, 0, text->bytes, cap, 0, cap);
    is(out, vector_get(v, "answer"));
    nfi_crypto_handle_free(out);
    nfi_crypto_handle_free(key);
}

/* RFC 4434, RFC 4615: a PSK has any length. */
static void aes_prfs_take_keys_of_any_length(void)
{
    CHECK_IS(vectors_each("prf-aes.txt", prove_prf), 6);
}

/* RFC 7296 2.15: a PSK's inner key, and prf over plain bytes; nfi_crypto_mac with the same key is the same function. */
static void derive_is_the_mac_with_a_secret_for_a_result(void)
{
    static const uint8_t psk[] = "shared", pad[] = "Key Pad for IKEv2";
    uint8_t mac[32];
    const uint8_t *bytes;
    size_t length;
    int32_t key = nfi_crypto_secret_import(psk, 6, 0, 6);
    int32_t inner = nfi_crypto_derive(NFI_SHA256, key, NULL, 0, 0, 0, 0, pad, 17, 0, 17);
    CHECK_IS(nfi_crypto_mac(NFI_SHA256, key, pad, 17, 0, 17, mac, 32, 0, 32), 32);
    CHECK_IS(nfi_secret_view(inner, &bytes, &length), 0);
    CHECK(length == 32 && memcmp(bytes, mac, 32) == 0);
    nfi_crypto_handle_free(key);
    nfi_crypto_handle_free(inner);
}

static const struct { const char *name; int32_t null, capacity, offset, length; } places[] = {
    { "null array", 1, 0, 0, 16 }, { "null array that claims room", 1, 64, 0, 16 }, { "one byte short", 0, 15, 0, 16 },
    { "reaches past the end", 0, 64, 49, 16 }, { "negative offset", 0, 64, -1, 16 }, { "negative length", 0, 64, 0, -1 },
    { "sum overflows", 0, 64, INT_MAX, 16 }, { "both least", 0, 64, INT_MIN, INT_MIN },
};

static void bad_places_are_refused(void)
{
    static uint8_t bytes[64];
    int32_t key = nfi_crypto_secret_random(32);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        const uint8_t *at = places[i].null ? NULL : bytes;
        int32_t cap = places[i].capacity, offset = places[i].offset, length = places[i].length;
        test_case = places[i].name;
        CHECK_IS(nfi_crypto_derive(NFI_SHA256, 0, at, cap, offset, length, key, NULL, 0, 0, 0), -XE_BAD_PARAM);
        CHECK_IS(nfi_crypto_derive(NFI_SHA256, key, NULL, 0, 0, 0, 0, at, cap, offset, length), -XE_BAD_PARAM);
        CHECK_IS(nfi_crypto_expand(NFI_SHA256, key, 0, at, cap, offset, length, 32), -XE_BAD_PARAM);
    }
    CHECK_IS(nfi_crypto_derive(NFI_SHA256, 0, NULL, 0, 0, 0, key, NULL, 0, 0, 0), -XE_BAD_PARAM);
    nfi_crypto_handle_free(key);
}

static void impossible_lengths_are_refused(void)
{
    static const uint8_t seed[4] = { 1, 2, 3, 4 };
    static const int32_t lengths[] = { 0, -1, INT_MIN, NFI_MAX_SECRET + 1, INT_MAX };
    int32_t key = nfi_crypto_secret_random(32);
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++)
        CHECK_IS(nfi_crypto_expand(NFI_SHA256, key, 0, seed, 4, 0, 4, lengths[i]), -XE_BAD_PARAM);
    int32_t most = nfi_crypto_expand(NFI_SHA256, key, 0, seed, 4, 0, 4, NFI_MAX_SECRET);
    CHECK_IS(nfi_crypto_secret_length(most), NFI_MAX_SECRET);
    nfi_crypto_handle_free(most);
    nfi_crypto_handle_free(key);
}

static void slices_stay_inside_their_secret(void)
{
    static const uint8_t bytes[8] = { 0, 1, 2, 3, 4, 5, 6, 7 };
    static const struct { int32_t offset, length; } outside[] = { { 0, 9 }, { 8, 1 }, { -1, 2 }, { 1, -1 }, { 4, 5 }, { 0, 0 }, { INT_MAX, 1 } };
    const uint8_t *part;
    size_t length;
    int32_t whole = nfi_crypto_secret_import(bytes, 8, 0, 8);
    for (size_t i = 0; i < sizeof outside / sizeof outside[0]; i++)
        CHECK_IS(nfi_crypto_secret_slice(whole, outside[i].offset, outside[i].length), -XE_BAD_PARAM);
    int32_t slice = nfi_crypto_secret_slice(whole, 3, 5);
    CHECK_IS(nfi_crypto_handle_free(whole), 0);
    CHECK_IS(nfi_secret_view(slice, &part, &length), 0);
    CHECK(length == 5 && memcmp(part, bytes + 3, 5) == 0);
    CHECK_IS(nfi_crypto_secret_slice(whole, 0, 1), -NFI_BAD_HANDLE);
    nfi_crypto_handle_free(slice);
}

static void strange_prfs_and_handles_are_refused(void)
{
    static const uint8_t seed[4] = { 1, 2, 3, 4 };
    int32_t key = nfi_crypto_secret_random(32), hash = nfi_crypto_hash_create(NFI_SHA256);
    CHECK_IS(nfi_crypto_derive(0, key, NULL, 0, 0, 0, 0, seed, 4, 0, 4), -XE_UNKNOWN_ALGORITHM);
    CHECK_IS(nfi_crypto_expand(NFI_AES_GMAC_AH, key, 0, seed, 4, 0, 4, 16), -XE_UNKNOWN_ALGORITHM);
    CHECK_IS(nfi_crypto_derive(NFI_SHA256, hash, NULL, 0, 0, 0, 0, seed, 4, 0, 4), -NFI_BAD_HANDLE);
    CHECK_IS(nfi_crypto_derive(NFI_SHA256, key, NULL, 0, 0, 0, hash, seed, 4, 0, 4), -NFI_BAD_HANDLE);
    CHECK_IS(nfi_crypto_expand(NFI_SHA256, 0, 0, seed, 4, 0, 4, 16), -NFI_BAD_HANDLE);
    CHECK_IS(nfi_crypto_expand(NFI_SHA256, key, -5, seed, 4, 0, 4, 16), -NFI_BAD_HANDLE);
    nfi_crypto_handle_free(key);
    nfi_crypto_handle_free(hash);
    CHECK_IS(nfi_crypto_handle_count(), 0);
}

static const nfi_rule rules[] = {
    RULE(keys_are_those_of_the_published_and_computed_exchanges),
    RULE(aes_prfs_take_keys_of_any_length),
    RULE(derive_is_the_mac_with_a_secret_for_a_result),
    RULE(bad_places_are_refused),
    RULE(impossible_lengths_are_refused),
    RULE(slices_stay_inside_their_secret),
    RULE(strange_prfs_and_handles_are_refused),
};

int main(void)
{
    return nfi_crypto_start() != 0 || RUN(rules);
}
