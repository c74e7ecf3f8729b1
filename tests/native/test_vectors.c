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

static uint8_t buffer[VECTOR_BYTES], tag[16];

static nfi_aead_message message_of(const vector *v)
{
    const vector_field *nonce = vector_get(v, "nonce"), *aad = vector_get(v, "aad");
    memcpy(buffer, vector_get(v, "text")->bytes, vector_get(v, "text")->length);
    return (nfi_aead_message){ nonce->bytes, aad->bytes, nonce->length, aad->length, buffer, tag, vector_get(v, "text")->length,
                               vector_get(v, "tag")->length };
}

static void prove_aead(const vector *v)
{
    nfi_aead a;
    const vector_field *key = vector_get(v, "key"), *text = vector_get(v, "text"), *answer = vector_get(v, "answer");
    nfi_aead_message m = message_of(v);
    test_case = vector_get(v, "name")->word;
    CHECK_IS(nfi_aead_init(&a, vector_algorithm(v), key->bytes, key->length), 0);
    CHECK_IS(nfi_aead_seal(&a, &m), 0);
    CHECK(memcmp(buffer, answer->bytes, answer->length) == 0 && memcmp(tag, vector_get(v, "tag")->bytes, m.tag_length) == 0);
    CHECK_IS(nfi_aead_open(&a, &m), 0);
    CHECK(memcmp(buffer, text->bytes, text->length) == 0);
    memcpy(buffer, answer->bytes, answer->length);
    tag[m.tag_length - 1] ^= 1;
    CHECK_IS(nfi_aead_open(&a, &m), -XE_ESP_DIGEST_MISMATCH);
    for (size_t i = 0; i < text->length; i++)
        CHECK_IS(buffer[i], 0);
    nfi_aead_free(&a);
}

/* RFC 7634 2: nonce 12, tag 16. GMAC has no text. No AEAD takes a key of another's length, and no cipher is one. */
static void aead_lengths_no_standard_has_are_refused(void)
{
    static const struct { const char *name; int32_t algorithm; size_t nonce, length, tag; } rows[] = {
        { "ChaCha20, nonce 11", NFI_CHACHA20_POLY1305, 11, 16, 16 }, { "ChaCha20, tag 12", NFI_CHACHA20_POLY1305, 12, 16, 12 },
        { "GMAC with a text", NFI_AES_GMAC, 12, 1, 16 },
    };
    nfi_aead a;
    uint8_t key[40] = { 1 };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        nfi_aead_message m = { key, key, rows[i].nonce, 8, buffer, tag, rows[i].length, rows[i].tag };
        test_case = rows[i].name;
        CHECK_IS(nfi_aead_init(&a, rows[i].algorithm, key, 32), 0);
        CHECK_IS(nfi_aead_seal(&a, &m), -XE_BAD_PARAM);
        CHECK_IS(nfi_aead_open(&a, &m), -XE_BAD_PARAM);
        nfi_aead_free(&a);
    }
    for (int32_t algorithm = -1; algorithm < 25; algorithm++)
        for (size_t length = 0; length <= sizeof key; length++) {
            int32_t aes = algorithm == NFI_AES_GCM || algorithm == NFI_AES_CCM || algorithm == NFI_AES_GMAC;
            int32_t good = (aes && (length == 16 || length == 24)) || ((aes || algorithm == NFI_CHACHA20_POLY1305) && length == 32);
            int32_t status = nfi_aead_init(&a, algorithm, key, length);
            CHECK_IS(status, good ? 0 : aes || algorithm == NFI_CHACHA20_POLY1305 ? -XE_BAD_PARAM : -XE_UNKNOWN_ALGORITHM);
            if (status == 0)
                nfi_aead_free(&a);
        }
}

/* The chosen implementation of the build goes through prove_aead; this is our own, on every build. */
static void prove_own_chachapoly(const vector *v)
{
    nfi_chachapoly own;
    nfi_aead_message m = message_of(v);
    const vector_field *answer = vector_get(v, "answer");
    test_case = vector_get(v, "name")->word;
    nfi_chachapoly_init(&own, vector_get(v, "key")->bytes);
    nfi_chachapoly_crypt(&own, m.nonce, buffer, m.length);
    nfi_chachapoly_tag(&own, m.nonce, m.aad, m.aad_length, buffer, m.length, tag);
    CHECK(memcmp(buffer, answer->bytes, answer->length) == 0 && memcmp(tag, vector_get(v, "tag")->bytes, sizeof tag) == 0);
    nfi_chachapoly_crypt(&own, m.nonce, buffer, m.length);
    CHECK(memcmp(buffer, vector_get(v, "text")->bytes, m.length) == 0);
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
    uint8_t key[32], nonce[12] = { 0 }, text[257], again[257];
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
            nfi_chachapoly_crypt(&own, nonce, text, length);
            nfi_chachapoly_tag(&own, nonce, key, length % 33, text, length, tag);
            CHECK_IS(mbedtls_chachapoly_auth_decrypt(&theirs, length, nonce, key, length % 33, tag, text, again), 0);
            for (size_t i = 0; i < length; i++)
                CHECK_IS(again[i], fills[f]);
            memset(text, fills[f], sizeof text);
            CHECK_IS(mbedtls_chachapoly_encrypt_and_tag(&theirs, length, nonce, key, sizeof key, text, text, tag), 0);
            uint8_t mine[16];
            nfi_chachapoly_tag(&own, nonce, key, sizeof key, text, length, mine);
            CHECK(memcmp(mine, tag, sizeof tag) == 0);
            nfi_chachapoly_crypt(&own, nonce, text, length);
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
    RULE(aead_lengths_no_standard_has_are_refused),
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
