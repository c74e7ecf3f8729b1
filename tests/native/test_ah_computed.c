/* Packets that another implementation protected (tests/vectors/ah_computed.py) open here; and where nothing in them is random, what
 * we seal is the same to the last byte. */
#include <string.h>
#include "ah_pair.h"
#include "nfi_crypto.h"
#include "nfi_test.h"
#include "packet_make.h"
#include "vectors.h"

enum { CASES = 26 };

static const ah_suite *ah_suite_of(int32_t mac)
{
    size_t i = 0;
    while (ah_suites[i].mac != mac || (mac == NFI_SHA256 && ah_suites[i].icv != 16))
        i++;
    return &ah_suites[i];
}

static void make_pair(const vector *v, esp_pair *pair)
{
    const vector_field *esp = vector_get(v, "esp");
    int32_t tunnel = strcmp(vector_get(v, "mode")->word, "tunnel") == 0;
    esp_way way = { (tunnel ? NFI_TF_TUNNEL : 0) | (vector_get(v, "high")->length ? NFI_TF_ESN : 0), vector_get(v, "outer")->bytes[0], 0 };
    test_case = vector_get(v, "name")->word;
    CHECK_IS(ah_pair_open(pair, ah_suite_of(vector_algorithm(v)), esp->word[0] ? esp_suite_named(esp->word) : NULL, &way), 0);
}

static uint32_t high_of(const vector *v)
{
    const vector_field *high = vector_get(v, "high");
    return high->length ? get16(high->bytes) << 16 | get16(high->bytes + 2) : 0;
}

static void prove_open(const vector *v)
{
    static esp_buffer b;
    nfi_opened opened;
    esp_pair pair;
    const vector_field *sealed = vector_get(v, "sealed"), *original = vector_get(v, "original");
    make_pair(v, &pair);
    esp_buffer_fill(&b, sealed->bytes, sealed->length);
    int32_t status = nfi_ah_open(pair.open, b.bytes, sizeof b.bytes, &b.offset, &b.length, high_of(v), &opened);
    if (strcmp(vector_get(v, "seals")->word, "leaves") == 0) {
        /* as it leaves, with its route ahead of it: not yet where it will verify */
        CHECK_IS(status, sealed->bytes[0] >> 4 == 6 ? -XE_BAD_PARAM : -XE_AH_DIGEST_MISMATCH);
    } else {
        CHECK_IS(status, original->length);
        CHECK(b.length == original->length && memcmp(b.bytes + b.offset, original->bytes, original->length) == 0);
    }
    esp_pair_close(&pair);
}

static void prove_seal(const vector *v)
{
    static esp_buffer b;
    esp_pair pair;
    const vector_field *sealed = vector_get(v, "sealed"), *original = vector_get(v, "original");
    if (strcmp(vector_get(v, "seals")->word, "no") == 0)
        return;
    make_pair(v, &pair);
    size_t at = 0;
    while (memcmp(sealed->bytes + at, "\x11\x22\x33\x44", 4) != 0)
        at++;
    uint32_t low = get16(sealed->bytes + at + 4) << 16 | get16(sealed->bytes + at + 6);
    esp_buffer_fill(&b, original->bytes, original->length);
    CHECK(nfi_ah_seal(pair.seal, b.bytes, sizeof b.bytes, &b.offset, &b.length, high_of(v), low, 0) > 0);
    CHECK(b.length == sealed->length);
    size_t from = strcmp(vector_get(v, "mode")->word, "tunnel") == 0 ? 2 : 0;     /* a tunnel's traffic class is not covered */
    CHECK(memcmp(b.bytes + b.offset + from, sealed->bytes + from, sealed->length - from) == 0);
    esp_pair_close(&pair);
}

static void packets_protected_elsewhere_open_to_their_originals(void)
{
    CHECK_IS(vectors_each("ah-computed.txt", prove_open), CASES);
}

static void originals_seal_to_the_packets_of_elsewhere(void)
{
    CHECK_IS(vectors_each("ah-computed.txt", prove_seal), CASES);
}

static const nfi_rule rules[] = {
    RULE(packets_protected_elsewhere_open_to_their_originals),
    RULE(originals_seal_to_the_packets_of_elsewhere),
};

int main(void)
{
    return nfi_crypto_start() != 0 || RUN(rules);
}
