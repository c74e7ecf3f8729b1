/* Every published vector through the face that C# calls. */
#include <string.h>
#include "nfi_crypto.h"
#include "nfi_test.h"
#include "primitives.h"
#include "vectors.h"

static int32_t cap(const vector_field *f)
{
    return (int32_t)f->length;
}

static int32_t import(const vector_field *f)
{
    int32_t secret = nfi_crypto_secret_import(f->bytes, cap(f), 0, cap(f));
    CHECK(secret > 0);
    return secret;
}

static void prove_mac(const vector *v)
{
    uint8_t out[64];
    const vector_field *text = vector_get(v, "text"), *answer = vector_get(v, "answer");
    test_case = vector_get(v, "name")->word;
    int32_t secret = import(vector_get(v, "key"));
    CHECK_IS(nfi_crypto_mac(vector_algorithm(v), secret, text->bytes, cap(text), 0, cap(text), out, sizeof out, 0, cap(answer)), cap(answer));
    CHECK(memcmp(out, answer->bytes, answer->length) == 0);
    nfi_crypto_handle_free(secret);
}

static void prove_cipher(const vector *v)
{
    uint8_t buffer[VECTOR_BYTES];
    const vector_field *iv = vector_get(v, "iv"), *text = vector_get(v, "text"), *answer = vector_get(v, "answer");
    int32_t algorithm = vector_algorithm(v);
    test_case = vector_get(v, "name")->word;
    int32_t secret = import(vector_get(v, "key"));
    memcpy(buffer, text->bytes, text->length);
    CHECK_IS(nfi_crypto_cipher(algorithm, secret, 1, iv->bytes, cap(iv), 0, buffer, sizeof buffer, 0, cap(text)), cap(text));
    CHECK(memcmp(buffer, answer->bytes, answer->length) == 0);
    CHECK_IS(nfi_crypto_cipher(algorithm, secret, 0, iv->bytes, cap(iv), 0, buffer, sizeof buffer, 0, cap(text)), cap(text));
    CHECK(memcmp(buffer, text->bytes, text->length) == 0);
    nfi_crypto_handle_free(secret);
}

static uint8_t buffer[VECTOR_BYTES + 16];

static int32_t seal(const vector *v, int32_t secret)
{
    const vector_field *nonce = vector_get(v, "nonce"), *aad = vector_get(v, "aad"), *text = vector_get(v, "text");
    memcpy(buffer, text->bytes, text->length);
    return nfi_crypto_aead_seal(vector_algorithm(v), secret, cap(vector_get(v, "tag")), nonce->bytes, cap(nonce), 0, cap(nonce),
                                aad->bytes, cap(aad), 0, cap(aad), buffer, sizeof buffer, 0, cap(text));
}

static int32_t open(const vector *v, int32_t secret)
{
    const vector_field *nonce = vector_get(v, "nonce"), *aad = vector_get(v, "aad"), *tag = vector_get(v, "tag");
    return nfi_crypto_aead_open(vector_algorithm(v), secret, cap(tag), nonce->bytes, cap(nonce), 0, cap(nonce), aad->bytes, cap(aad), 0,
                                cap(aad), buffer, sizeof buffer, 0, cap(vector_get(v, "text")) + cap(tag));
}

static void prove_aead(const vector *v)
{
    const vector_field *text = vector_get(v, "text"), *answer = vector_get(v, "answer"), *tag = vector_get(v, "tag");
    int32_t secret = import(vector_get(v, "key"));
    test_case = vector_get(v, "name")->word;
    CHECK_IS(seal(v, secret), text->length + tag->length);
    CHECK(memcmp(buffer, answer->bytes, answer->length) == 0 && memcmp(buffer + text->length, tag->bytes, tag->length) == 0);
    CHECK_IS(open(v, secret), text->length);
    CHECK(memcmp(buffer, text->bytes, text->length) == 0);
    memcpy(buffer, answer->bytes, answer->length);
    memcpy(buffer + text->length, tag->bytes, tag->length);
    buffer[text->length + tag->length - 1] ^= 1;
    CHECK_IS(open(v, secret), -XE_ESP_DIGEST_MISMATCH);
    for (size_t i = 0; i < text->length; i++)
        CHECK_IS(buffer[i], 0);
    nfi_crypto_handle_free(secret);
}

/* The chosen implementation of the build goes through prove_aead; this is our own, on every build. */
static void prove_own_chachapoly(const vector *v)
{
    uint8_t out[16];
    nfi_chachapoly own;
    const vector_field *nonce = vector_get(v, "nonce"), *aad = vector_get(v, "aad"), *text = vector_get(v, "text");
    const vector_field *answer = vector_get(v, "answer"), *tag = vector_get(v, "tag");
    test_case = vector_get(v, "name")->word;
    nfi_chachapoly_init(&own, vector_get(v, "key")->bytes);
    memcpy(buffer, text->bytes, text->length);
    nfi_chachapoly_seal(&own, nonce->bytes, aad->bytes, aad->length, buffer, text->length, out);
    CHECK(memcmp(buffer, answer->bytes, answer->length) == 0 && memcmp(out, tag->bytes, sizeof out) == 0);
    memset(out, 0, sizeof out);
    nfi_chachapoly_tag(&own, nonce->bytes, aad->bytes, aad->length, buffer, text->length, out);
    CHECK(memcmp(out, tag->bytes, sizeof out) == 0);
    nfi_chachapoly_decrypt(&own, nonce->bytes, buffer, text->length);
    CHECK(memcmp(buffer, text->bytes, text->length) == 0);
    nfi_chachapoly_free(&own);
}

/* A MAC over two pieces, cut anywhere, twice with one context. */
static void prove_pieces(nfi_mac *m, const uint8_t *iv, const vector_field *text, const vector_field *answer)
{
    uint8_t out[64];
    for (size_t cut = 0; cut <= text->length; cut += text->length > 100 ? 61 : 1) {
        CHECK_IS(nfi_mac_start_with(m, iv), 0);
        CHECK_IS(nfi_mac_update(m, text->bytes, cut), 0);
        CHECK_IS(nfi_mac_update(m, text->bytes + cut, text->length - cut), 0);
        CHECK_IS(nfi_mac_finish(m, out), 0);
        CHECK(memcmp(out, answer->bytes, answer->length) == 0);
    }
}

static void prove_block_mac(const vector *v)
{
    nfi_mac m;
    const vector_field *key = vector_get(v, "key");
    prove_mac(v);
    CHECK_IS(nfi_mac_init(&m, vector_algorithm(v), key->bytes, key->length), 0);
    prove_pieces(&m, NULL, vector_get(v, "text"), vector_get(v, "answer"));
    nfi_mac_free(&m);
}

/* AH's GMAC, in pieces: the same tag as the AEAD's in one. */
static void prove_gmac(const vector *v)
{
    nfi_mac m;
    uint8_t key[36];
    const vector_field *aes = vector_get(v, "key"), *nonce = vector_get(v, "nonce");
    prove_aead(v);
    memcpy(key, aes->bytes, aes->length);
    memcpy(key + aes->length, nonce->bytes, 4);
    CHECK_IS(nfi_mac_init(&m, NFI_AES_GMAC_AH, key, aes->length + 4), 0);
    CHECK_IS(m.iv, 8);
    CHECK_IS(nfi_mac_start(&m), -XE_BAD_PARAM);
    prove_pieces(&m, nonce->bytes + 4, vector_get(v, "aad"), vector_get(v, "tag"));
    nfi_mac_free(&m);
}

/* In two updates cut anywhere, and again with the same handle: finish leaves it ready for the next. */
static void prove_hash(const vector *v)
{
    uint8_t out[64];
    const vector_field *text = vector_get(v, "text"), *answer = vector_get(v, "answer");
    test_case = vector_get(v, "name")->word;
    int32_t hash = nfi_crypto_hash_create(vector_algorithm(v));
    CHECK(hash > 0);
    for (int32_t cut = 0; cut <= cap(text); cut++) {
        CHECK_IS(nfi_crypto_hash_update(hash, text->bytes, VECTOR_BYTES, 0, cut), 0);
        CHECK_IS(nfi_crypto_hash_update(hash, text->bytes, VECTOR_BYTES, cut, cap(text) - cut), 0);
        CHECK_IS(nfi_crypto_hash_finish(hash, out, sizeof out, 0), cap(answer));
        CHECK(memcmp(out, answer->bytes, answer->length) == 0);
    }
    nfi_crypto_handle_free(hash);
}

static void hmac_gives_the_published_answers(void)
{
    CHECK_IS(vectors_each("hmac-rfc2202.txt", prove_mac), 14);
    CHECK_IS(vectors_each("hmac-rfc4231.txt", prove_mac), 21);
    CHECK_IS(vectors_each("hmac-rfc4868.txt", prove_mac), 30);
}

static void aes_macs_give_the_published_answers_in_any_two_pieces(void)
{
    CHECK_IS(vectors_each("xcbc-rfc3566.txt", prove_block_mac), 7);
    CHECK_IS(vectors_each("cmac-rfc4493.txt", prove_block_mac), 12);
    CHECK_IS(vectors_each("gmac-computed.txt", prove_gmac), 22);
}

static void ciphers_give_the_published_answers_both_ways(void)
{
    CHECK_IS(vectors_each("aes-fips197.txt", prove_cipher), 3);
    CHECK_IS(vectors_each("cbc-rfc3602.txt", prove_cipher), 4);
    CHECK_IS(vectors_each("cbc-sp800-38a.txt", prove_cipher), 3);
    CHECK_IS(vectors_each("ctr-rfc3686.txt", prove_cipher), 12);
    CHECK_IS(vectors_each("tdes-nist.txt", prove_cipher), 4);
    CHECK_IS(vectors_each("des-nist.txt", prove_cipher), 5);
}

static void aeads_give_the_published_answers_and_refuse_a_changed_tag(void)
{
    CHECK_IS(vectors_each("gcm-spec.txt", prove_aead), 12);
    CHECK_IS(vectors_each("ccm-rfc3610.txt", prove_aead), 13);
    CHECK_IS(vectors_each("ccm-computed.txt", prove_aead), 9);
    CHECK_IS(vectors_each("chacha-rfc8439.txt", prove_aead), 30);
}

static void chachapoly_of_our_own_gives_the_same_answers(void)
{
    CHECK_IS(vectors_each("chacha-rfc8439.txt", prove_own_chachapoly), 30);
}

#ifdef MBEDTLS_CHACHAPOLY_C
/* Whole texts of zeros and ones reach the ends of Poly1305's field; mbedTLS and we read each other. */
static void chachapoly_of_our_own_and_mbedtls_read_each_other(void)
{
    static const uint8_t fills[] = { 0x00, 0xff, 0x80, 0x01, 0xfe };
    uint8_t key[32], nonce[12] = { 0 }, tag[16], text[257], again[257];
    for (size_t f = 0; f < sizeof fills; f++)
        for (size_t length = 0; length <= sizeof text; length++) {
            nfi_chachapoly own;
            mbedtls_chachapoly_context theirs;
            memset(key, fills[(f + length) % sizeof fills], sizeof key);
            memset(text, fills[f], sizeof text);
            nonce[0] = (uint8_t)length;
            nfi_chachapoly_init(&own, key);
            mbedtls_chachapoly_init(&theirs);
            CHECK_IS(mbedtls_chachapoly_setkey(&theirs, key), 0);
            nfi_chachapoly_seal(&own, nonce, text, length % 40, text, length, tag);
            CHECK_IS(mbedtls_chachapoly_auth_decrypt(&theirs, length, nonce, (const uint8_t[40]){ 0 }, 0, tag, text, again) == 0,
                     length % 40 == 0);
            memset(text, fills[f], sizeof text);
            CHECK_IS(mbedtls_chachapoly_encrypt_and_tag(&theirs, length, nonce, key, sizeof key, text, text, tag), 0);
            uint8_t mine[16];
            nfi_chachapoly_tag(&own, nonce, key, sizeof key, text, length, mine);
            CHECK(memcmp(mine, tag, sizeof tag) == 0);
            nfi_chachapoly_decrypt(&own, nonce, text, length);
            for (size_t i = 0; i < length; i++)
                CHECK_IS(text[i], fills[f]);
            mbedtls_chachapoly_free(&theirs);
        }
}
#endif

static void hash_gives_the_published_answers_in_any_two_pieces(void)
{
    CHECK_IS(vectors_each("hash-fips180.txt", prove_hash), 10);
}

static void no_handle_is_left(void)
{
    CHECK_IS(nfi_crypto_handle_count(), 0);
}

static const nfi_rule rules[] = {
    RULE(hmac_gives_the_published_answers),
    RULE(aes_macs_give_the_published_answers_in_any_two_pieces),
    RULE(ciphers_give_the_published_answers_both_ways),
    RULE(aeads_give_the_published_answers_and_refuse_a_changed_tag),
    RULE(chachapoly_of_our_own_gives_the_same_answers),
#ifdef MBEDTLS_CHACHAPOLY_C
    RULE(chachapoly_of_our_own_and_mbedtls_read_each_other),
#endif
    RULE(hash_gives_the_published_answers_in_any_two_pieces),
    RULE(no_handle_is_left),
};

int main(void)
{
    return nfi_crypto_start() != 0 || RUN(rules);
}
