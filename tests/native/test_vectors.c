/* Every published vector through the face that C# calls. */
#include <string.h>
#include "nfi_crypto.h"
#include "nfi_test.h"
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

static void prove_cbc(const vector *v)
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

static void prove_gcm(const vector *v)
{
    uint8_t buffer[VECTOR_BYTES + 16];
    const vector_field *nonce = vector_get(v, "nonce"), *aad = vector_get(v, "aad"), *text = vector_get(v, "text");
    const vector_field *answer = vector_get(v, "answer"), *tag = vector_get(v, "tag");
    int32_t sealed = cap(text) + 16;
    test_case = vector_get(v, "name")->word;
    int32_t secret = import(vector_get(v, "key"));
    memcpy(buffer, text->bytes, text->length);
    CHECK_IS(nfi_crypto_aead_seal(NFI_AES_GCM, secret, 16, nonce->bytes, cap(nonce), 0, cap(nonce), aad->bytes, cap(aad), 0, cap(aad),
                                  buffer, sizeof buffer, 0, cap(text)), sealed);
    CHECK(memcmp(buffer, answer->bytes, answer->length) == 0 && memcmp(buffer + text->length, tag->bytes, 16) == 0);
    CHECK_IS(nfi_crypto_aead_open(NFI_AES_GCM, secret, 16, nonce->bytes, cap(nonce), 0, cap(nonce), aad->bytes, cap(aad), 0, cap(aad),
                                  buffer, sizeof buffer, 0, sealed), cap(text));
    CHECK(memcmp(buffer, text->bytes, text->length) == 0);
    memcpy(buffer, answer->bytes, answer->length);
    memcpy(buffer + text->length, tag->bytes, 16);
    buffer[sealed - 1] ^= 1;
    CHECK_IS(nfi_crypto_aead_open(NFI_AES_GCM, secret, 16, nonce->bytes, cap(nonce), 0, cap(nonce), aad->bytes, cap(aad), 0, cap(aad),
                                  buffer, sizeof buffer, 0, sealed), -XE_ESP_DIGEST_MISMATCH);
    for (size_t i = 0; i < text->length; i++)
        CHECK_IS(buffer[i], 0);
    nfi_crypto_handle_free(secret);
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

static void cbc_gives_the_published_answers_both_ways(void)
{
    CHECK_IS(vectors_each("aes-fips197.txt", prove_cbc), 3);
    CHECK_IS(vectors_each("cbc-rfc3602.txt", prove_cbc), 4);
    CHECK_IS(vectors_each("cbc-sp800-38a.txt", prove_cbc), 3);
    CHECK_IS(vectors_each("tdes-nist.txt", prove_cbc), 4);
}

static void gcm_gives_the_published_answers_and_refuses_a_changed_tag(void)
{
    CHECK_IS(vectors_each("gcm-spec.txt", prove_gcm), 12);
}

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
    RULE(cbc_gives_the_published_answers_both_ways),
    RULE(gcm_gives_the_published_answers_and_refuses_a_changed_tag),
    RULE(hash_gives_the_published_answers_in_any_two_pieces),
    RULE(no_handle_is_left),
};

int main(void)
{
    return nfi_crypto_start() != 0 || RUN(rules);
}
