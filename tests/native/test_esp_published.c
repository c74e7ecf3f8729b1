/* Packets others made: sealed with their IV ours is the same, and theirs opens to its original. RFC 3602 section 4, cases 5 to 8,
 * leaves integrity out; a packet of ours never does, so an ICV stands behind the published bytes. RFC 7634 appendix A has an IV of
 * its own choice, ours is the sequence number: that one is opened only. */
#include <string.h>
#include "checksum.h"
#include "esp_pair.h"
#include "nfi_crypto.h"
#include "nfi_limits.h"
#include "nfi_test.h"
#include "packet_make.h"
#include "vectors.h"

enum { FRONT = 20, IV_AT = FRONT + 8, IV = 16, ICV = 12 };
static const uint8_t mac_key[20] = { 1, 2, 3 };
static const uint8_t *published_iv;

int32_t __real_nfi_random_bytes(uint8_t *dst, size_t length);
int32_t __wrap_nfi_random_bytes(uint8_t *dst, size_t length);
int32_t __wrap_nfi_random_bytes(uint8_t *dst, size_t length)
{
    if (published_iv == NULL)
        return __real_nfi_random_bytes(dst, length);
    memcpy(dst, published_iv, length);
    return 0;
}

static nfi_transform *make(const vector *v, int32_t inbound, int32_t *handle)
{
    int32_t config[NFI_T_WORDS];
    const vector_field *sealed = vector_get(v, "sealed"), *key = vector_get(v, "key");
    const esp_suite *suite = esp_suite_named("AES128-CBC + SHA1-96");
    esp_way way = { NFI_TF_PAD_CHECK | (strcmp(vector_get(v, "mode")->word, "tunnel") == 0 ? NFI_TF_TUNNEL : 0), 4, 0 };
    esp_config(config, suite, &way, inbound);
    config[NFI_T_SPI] = (int32_t)(get16(sealed->bytes + FRONT) << 16 | get16(sealed->bytes + FRONT + 2));
    int32_t cipher = nfi_crypto_secret_import(key->bytes, VECTOR_BYTES, 0, (int32_t)key->length);
    int32_t mac = nfi_crypto_secret_import(mac_key, sizeof mac_key, 0, sizeof mac_key);
    *handle = nfi_packet_transform_create(config, NFI_T_WORDS, cipher, mac, 0);
    CHECK(*handle > 0);
    nfi_crypto_handle_free(cipher);
    nfi_crypto_handle_free(mac);
    return nfi_transform_get(*handle);
}

static void append_icv(uint8_t *packet, size_t *length)
{
    int32_t mac = nfi_crypto_secret_import(mac_key, sizeof mac_key, 0, sizeof mac_key);
    CHECK_IS(nfi_crypto_mac(NFI_SHA1, mac, packet, (int32_t)*length, FRONT, (int32_t)*length - FRONT, packet, (int32_t)*length + ICV,
                            (int32_t)*length, ICV), ICV);
    nfi_crypto_handle_free(mac);
    *length += ICV;
    uint16_t before = (uint16_t)get16(packet + 2);
    put16(packet + 2, (uint32_t)*length);
    put16(packet + 10, nfi_checksum_change((uint16_t)get16(packet + 10), before, (uint16_t)*length));
}

static void prove_open(const vector *v)
{
    static esp_buffer b;
    nfi_opened opened;
    int32_t handle;
    const vector_field *sealed = vector_get(v, "sealed"), *original = vector_get(v, "original");
    test_case = vector_get(v, "name")->word;
    nfi_transform *t = make(v, 1, &handle);
    esp_buffer_fill(&b, sealed->bytes, sealed->length);
    append_icv(b.bytes + b.offset, &b.length);
    CHECK_IS(nfi_esp_open(t, b.bytes, sizeof b.bytes, &b.offset, &b.length, 0, &opened), original->length);
    CHECK(memcmp(b.bytes + b.offset, original->bytes, original->length) == 0);
    nfi_packet_transform_free(handle);
}

static void prove_seal(const vector *v)
{
    static esp_buffer b;
    int32_t handle;
    const vector_field *sealed = vector_get(v, "sealed"), *original = vector_get(v, "original");
    test_case = vector_get(v, "name")->word;
    nfi_transform *t = make(v, 0, &handle);
    published_iv = sealed->bytes + IV_AT;
    esp_buffer_fill(&b, original->bytes, original->length);
    uint32_t sequence = get16(sealed->bytes + FRONT + 6);
    CHECK_IS(nfi_esp_seal(t, b.bytes, sizeof b.bytes, &b.offset, &b.length, 0, sequence, 0), sealed->length + ICV);
    CHECK(memcmp(b.bytes + b.offset + FRONT, sealed->bytes + FRONT, sealed->length - FRONT) == 0);
    published_iv = NULL;
    nfi_packet_transform_free(handle);
}

/* --- any suite; the packet as a whole, in transport mode or the tunnel of RFC 7634 --- */

static int32_t import(const vector_field *f)
{
    return f->length == 0 ? 0 : nfi_crypto_secret_import(f->bytes, VECTOR_BYTES, 0, (int32_t)f->length);
}

static nfi_transform *make_suite(const vector *v, int32_t inbound, int32_t *handle)
{
    int32_t config[NFI_T_WORDS], cipher = import(vector_get(v, "key")), mac = import(vector_get(v, "mac_key"));
    const uint8_t *sealed = vector_get(v, "sealed")->bytes;
    esp_suite suite = { .cipher = vector_algorithm(v), .mac = mac == 0 ? 0 : vector_id(v, "mac"), .icv = vector_get(v, "icv")->bytes[0] };
    esp_way way = { NFI_TF_PAD_CHECK | (vector_get(v, "high")->length > 0 ? NFI_TF_ESN : 0), 4, 0 };
    esp_config(config, &suite, &way, inbound);
    config[NFI_T_SPI] = (int32_t)(get16(sealed + FRONT) << 16 | get16(sealed + FRONT + 2));
    *handle = nfi_packet_transform_create(config, NFI_T_WORDS, cipher, mac, 0);
    CHECK(*handle > 0);
    if (cipher != 0)
        nfi_crypto_handle_free(cipher);
    if (mac != 0)
        nfi_crypto_handle_free(mac);
    return nfi_transform_get(*handle);
}

static uint32_t high_of(const vector *v)
{
    return get16(vector_get(v, "high")->bytes + 2);
}

static void prove_suite_open(const vector *v)
{
    static esp_buffer b;
    nfi_opened opened;
    int32_t handle;
    const vector_field *sealed = vector_get(v, "sealed"), *original = vector_get(v, "original");
    test_case = vector_get(v, "name")->word;
    nfi_transform *t = make_suite(v, 1, &handle);
    esp_buffer_fill(&b, sealed->bytes, sealed->length);
    CHECK_IS(nfi_esp_open(t, b.bytes, sizeof b.bytes, &b.offset, &b.length, high_of(v), &opened), original->length);
    CHECK(memcmp(b.bytes + b.offset, original->bytes, original->length) == 0);
    nfi_packet_transform_free(handle);
}

static void prove_suite_seal(const vector *v)
{
    static esp_buffer b;
    int32_t handle;
    const vector_field *sealed = vector_get(v, "sealed"), *original = vector_get(v, "original");
    test_case = vector_get(v, "name")->word;
    nfi_transform *t = make_suite(v, 0, &handle);
    published_iv = sealed->bytes + IV_AT;
    esp_buffer_fill(&b, original->bytes, original->length);
    CHECK_IS(nfi_esp_seal(t, b.bytes, sizeof b.bytes, &b.offset, &b.length, high_of(v), get16(sealed->bytes + FRONT + 6), 0), sealed->length);
    CHECK(memcmp(b.bytes + b.offset, sealed->bytes, sealed->length) == 0);
    published_iv = NULL;
    nfi_packet_transform_free(handle);
}

/* RFC 7634 appendix A: a tunnel. */
static void prove_chacha_open(const vector *v)
{
    static esp_buffer b;
    nfi_opened opened;
    int32_t config[NFI_T_WORDS], key = import(vector_get(v, "key"));
    const vector_field *sealed = vector_get(v, "sealed"), *original = vector_get(v, "original");
    esp_way way = { NFI_TF_PAD_CHECK | NFI_TF_TUNNEL, 4, 0 };
    test_case = vector_get(v, "name")->word;
    esp_config(config, esp_suite_named("CHACHA20-POLY1305"), &way, 1);
    config[NFI_T_SPI] = 0x01020304;
    int32_t handle = nfi_packet_transform_create(config, NFI_T_WORDS, key, 0, 0);
    esp_buffer_fill(&b, sealed->bytes, sealed->length);
    CHECK_IS(nfi_esp_open(nfi_transform_get(handle), b.bytes, sizeof b.bytes, &b.offset, &b.length, 0, &opened), original->length);
    CHECK(memcmp(b.bytes + b.offset, original->bytes, original->length) == 0);
    nfi_crypto_handle_free(key);
    nfi_packet_transform_free(handle);
}

static void packets_of_every_suite_made_elsewhere_open(void)
{
    CHECK_IS(vectors_each("esp-computed.txt", prove_suite_open), 12);
    CHECK_IS(vectors_each("esp-rfc7634.txt", prove_chacha_open), 1);
}

static void originals_seal_to_the_same_packets_of_every_suite(void)
{
    CHECK_IS(vectors_each("esp-computed.txt", prove_suite_seal), 12);
}

static void published_packets_open_to_their_originals(void)
{
    CHECK_IS(vectors_each("esp-rfc3602.txt", prove_open), 4);
}

static void originals_seal_to_the_published_packets(void)
{
    CHECK_IS(vectors_each("esp-rfc3602.txt", prove_seal), 4);
}

static const nfi_rule rules[] = {
    RULE(published_packets_open_to_their_originals),
    RULE(originals_seal_to_the_published_packets),
    RULE(packets_of_every_suite_made_elsewhere_open),
    RULE(originals_seal_to_the_same_packets_of_every_suite),
};

int main(void)
{
    return nfi_crypto_start() != 0 || RUN(rules);
}
