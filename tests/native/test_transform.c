/* What makes a transform and what does not: configuration words, key lengths, handles, limits. */
#include <limits.h>
#include <string.h>
#include "esp_pair.h"
#include "nfi_crypto.h"
#include "nfi_limits.h"
#include "nfi_test.h"
#include "packet_make.h"

static char description[96];
static const esp_way tunnel = { NFI_TF_TUNNEL, 4, 0 };

static int32_t secret(int32_t length)
{
    return length == 0 ? 0 : nfi_crypto_secret_random(length);
}

static void release(int32_t handle)
{
    if (handle > 0)
        nfi_crypto_handle_free(handle);
}

/* The good configuration with one word changed. */
static int32_t create_with(int32_t word, int32_t value)
{
    int32_t config[NFI_T_WORDS];
    int32_t cipher = secret(16), mac = secret(32);
    esp_config(config, esp_suite_named("AES128-CBC + SHA256-128"), &tunnel, 0);
    config[word] = value;
    int32_t handle = nfi_packet_transform_create(config, NFI_T_WORDS, cipher, mac, 0);
    release(cipher);
    release(mac);
    return handle;
}

static void one_wrong_word_is_refused_with_its_code(void)
{
    static const struct { const char *name; int32_t word, value, expected; } cases[] = {
        { "AH without a MAC", NFI_T_FLAGS, NFI_TF_ESP | NFI_TF_AH, -XE_UNKNOWN_ALGORITHM },
        { "AH alone without a MAC", NFI_T_FLAGS, NFI_TF_AH, -XE_UNKNOWN_ALGORITHM },
        { "AH's MAC without AH", NFI_T_AH_MAC, NFI_SHA1, -XE_BAD_PARAM },
        { "neither ESP nor AH", NFI_T_FLAGS, NFI_TF_TUNNEL, -XE_BAD_PARAM },
        { "unknown flag", NFI_T_FLAGS, NFI_TF_ESP | 1 << 20, -XE_BAD_PARAM },
        { "sign bit", NFI_T_FLAGS, INT_MIN | NFI_TF_ESP, -XE_BAD_PARAM },
        { "unknown cipher", NFI_T_CIPHER, 77, -XE_UNKNOWN_ALGORITHM },
        { "negative cipher", NFI_T_CIPHER, -1, -XE_UNKNOWN_ALGORITHM },
        { "no MAC beside CBC", NFI_T_ESP_MAC, 0, -XE_UNKNOWN_ALGORITHM },
        { "unknown MAC", NFI_T_ESP_MAC, 99, -XE_UNKNOWN_ALGORITHM },
        { "ICV of no RFC", NFI_T_ESP_ICV, 15, -XE_UNKNOWN_ALGORITHM },
        { "ICV 0", NFI_T_ESP_ICV, 0, -XE_UNKNOWN_ALGORITHM },
        { "ICV negative", NFI_T_ESP_ICV, -16, -XE_UNKNOWN_ALGORITHM },
        { "SPI 0", NFI_T_SPI, 0, -XE_BAD_ESP_SPI },
        { "SPI 255", NFI_T_SPI, 255, -XE_BAD_ESP_SPI },
        { "outer version 5", NFI_T_VERSION, 5, -XE_BAD_PARAM },
        { "local end of the other family", NFI_T_LOCAL, 1, -XE_BAD_ADDR_RANGE },
        { "remote end of the other family", NFI_T_REMOTE + 2, 0, -XE_BAD_ADDR_RANGE },
        { "version 6 with IPv4 ends", NFI_T_VERSION, 6, -XE_BAD_ADDR_RANGE },
        { "hop limit 256", NFI_T_HOP_LIMIT, 256, -XE_BAD_PARAM },
        { "hop limit -1", NFI_T_HOP_LIMIT, -1, -XE_BAD_PARAM },
        { "one port alone", NFI_T_ENCAP_LOCAL, 4500, -XE_BAD_PORT_NUMBER },
        { "port 65536", NFI_T_ENCAP_REMOTE, 65536, -XE_BAD_PORT_NUMBER },
        { "port -1", NFI_T_ENCAP_REMOTE, -1, -XE_BAD_PORT_NUMBER },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        test_case = cases[i].name;
        CHECK_IS(create_with(cases[i].word, cases[i].value), cases[i].expected);
    }
    int32_t good = create_with(NFI_T_SPI, INT_MIN | 256);     /* an SPI is 32 bits, the sign bit one of them */
    CHECK(good > 0);
    CHECK_IS(nfi_packet_transform_free(good), 0);
}

static void prove_key_lengths(const esp_suite *s, int32_t cipher_length, int32_t mac_length)
{
    int32_t config[NFI_T_WORDS];
    int32_t cipher = secret(cipher_length), mac = secret(mac_length);
    esp_config(config, s, &tunnel, 0);
    int32_t handle = nfi_packet_transform_create(config, NFI_T_WORDS, cipher, mac, 0);
    const nfi_cipher_traits *traits = nfi_cipher_traits_of(s->cipher);
    int32_t aes = s->cipher != NFI_NULL && s->cipher != NFI_DES_CBC && s->cipher != NFI_3DES_CBC && s->cipher != NFI_CHACHA20_POLY1305;
    int32_t key = cipher_length - traits->salt;
    int32_t cipher_good = aes ? key == 16 || key == 24 || key == 32 : cipher_length == s->cipher_key;
    snprintf(description, sizeof description, "(%s, %d and %d bytes)", s->name, (int)cipher_length, (int)mac_length);
    test_case = description;
    if (cipher_good && mac_length == s->mac_key)
        CHECK_IS(nfi_packet_transform_free(handle), 0);
    else
        CHECK_IS(handle, -XE_BAD_PARAM);
    release(cipher);
    release(mac);
}

/* RFC 2403, 2404, 4868: one key length for each MAC. RFC 4106: the salt belongs to the key. */
static void keys_have_the_length_of_their_algorithm(void)
{
    for (size_t s = 0; s < esp_suite_count; s++)
        for (int32_t length = 0; length <= 65; length++) {
            prove_key_lengths(&esp_suites[s], length, esp_suites[s].mac_key);
            prove_key_lengths(&esp_suites[s], esp_suites[s].cipher_key, length);
        }
}

static void triple_des_key_that_is_single_des_is_refused(void)
{
    int32_t config[NFI_T_WORDS];
    uint8_t key[24];
    esp_config(config, esp_suite_named("3DES-CBC + SHA384-192"), &tunnel, 0);
    for (int32_t alike = 0; alike < 2; alike++) {
        for (size_t i = 0; i < 24; i++)
            key[i] = (uint8_t)(17 * i + 2);
        memcpy(key + 8 * (alike + 1), key + 8 * alike, 8);
        int32_t cipher = nfi_crypto_secret_import(key, 24, 0, 24), mac = secret(48);
        CHECK_IS(nfi_packet_transform_create(config, NFI_T_WORDS, cipher, mac, 0), -XE_BAD_PARAM);
        release(cipher);
        release(mac);
    }
}

static void null_short_and_stale_arguments_are_refused(void)
{
    int32_t config[NFI_T_WORDS];
    int32_t cipher = secret(16), mac = secret(32);
    esp_config(config, esp_suite_named("AES128-CBC + SHA256-128"), &tunnel, 0);
    CHECK_IS(nfi_packet_transform_create(NULL, NFI_T_WORDS, cipher, mac, 0), -XE_BAD_PARAM);
    CHECK_IS(nfi_packet_transform_create(NULL, 0, cipher, mac, 0), -XE_BAD_PARAM);
    for (int32_t n = -1; n < NFI_T_WORDS; n++)
        CHECK_IS(nfi_packet_transform_create(config, n, cipher, mac, 0), -XE_BAD_PARAM);
    CHECK_IS(nfi_packet_transform_create(config, NFI_T_WORDS, cipher + 4096, mac, 0), -NFI_BAD_HANDLE);
    CHECK_IS(nfi_packet_transform_create(config, NFI_T_WORDS, cipher, -1, 0), -NFI_BAD_HANDLE);
    CHECK_IS(nfi_packet_transform_create(config, NFI_T_WORDS, cipher, mac, mac), -XE_BAD_PARAM);
    release(cipher);
    CHECK_IS(nfi_packet_transform_create(config, NFI_T_WORDS, cipher, mac, 0), -NFI_BAD_HANDLE);
    release(mac);
    CHECK_IS(nfi_packet_transform_free(0), -NFI_BAD_HANDLE);
    CHECK_IS(nfi_packet_transform_free(-1), -NFI_BAD_HANDLE);
    CHECK_IS(nfi_packet_transform_free(INT_MAX), -NFI_BAD_HANDLE);
}

static void freed_transform_is_gone_and_a_transform_is_no_secret(void)
{
    uint8_t bytes[32] = { 0 };
    int32_t handle = create_with(NFI_T_HOP_LIMIT, 0);
    CHECK(nfi_transform_get(handle) != NULL);
    CHECK_IS(nfi_crypto_handle_free(handle), -NFI_BAD_HANDLE);
    CHECK_IS(nfi_crypto_secret_length(handle), -NFI_BAD_HANDLE);
    CHECK_IS(nfi_crypto_hash_finish(handle, bytes, 32, 0), -NFI_BAD_HANDLE);
    CHECK_IS(nfi_packet_transform_free(handle), 0);
    CHECK_IS(nfi_packet_transform_free(handle), -NFI_BAD_HANDLE);
    CHECK(nfi_transform_get(handle) == NULL);
}

static void limit_of_transforms_is_an_error_and_frees_again(void)
{
    static int32_t handles[NFI_MAX_TRANSFORMS];
    for (int32_t i = 0; i < NFI_MAX_TRANSFORMS; i++) {
        handles[i] = create_with(NFI_T_HOP_LIMIT, 0);
        CHECK(handles[i] > 0);
    }
    CHECK_IS(create_with(NFI_T_HOP_LIMIT, 0), -XE_OUT_OF_SESSIONS);
    CHECK_IS(nfi_packet_transform_free(handles[0]), 0);
    CHECK_IS(create_with(NFI_T_CIPHER, 77), -XE_UNKNOWN_ALGORITHM);   /* a failure takes no place */
    handles[0] = create_with(NFI_T_HOP_LIMIT, 0);
    CHECK(handles[0] > 0);
    for (int32_t i = 0; i < NFI_MAX_TRANSFORMS; i++)
        CHECK_IS(nfi_packet_transform_free(handles[i]), 0);
}

static int32_t seal_with(nfi_transform *t, uint32_t high, uint32_t low)
{
    static esp_buffer b;
    uint8_t packet[128];
    esp_buffer_fill(&b, packet, esp_sample_make(SAMPLE_V4, packet, 8));
    return nfi_esp_seal(t, b.bytes, sizeof b.bytes, &b.offset, &b.length, high, low, 0);
}

/* RFC 4106 3.1: one nonce used twice gives the key stream away. */
static void prove_counting(const esp_suite *s)
{
    esp_pair pair;
    esp_way way = { NFI_TF_TUNNEL | NFI_TF_ESN, 4, 0 };
    test_case = s->name;
    CHECK_IS(esp_pair_open(&pair, s, &way), 0);
    CHECK_IS(seal_with(pair.seal, 0, 0), -XE_BAD_SEQUENCE_NUMBER);
    CHECK(seal_with(pair.seal, 0, 5) > 0);
    CHECK_IS(seal_with(pair.seal, 0, 5), -XE_BAD_SEQUENCE_NUMBER);
    CHECK_IS(seal_with(pair.seal, 0, 4), -XE_BAD_SEQUENCE_NUMBER);
    CHECK(seal_with(pair.seal, 0, UINT32_MAX) > 0);
    CHECK(seal_with(pair.seal, 1, 0) > 0);
    CHECK_IS(seal_with(pair.seal, 0, UINT32_MAX), -XE_BAD_SEQUENCE_NUMBER);
    esp_pair_close(&pair);
}

static void counting_ciphers_never_seal_with_a_number_twice(void)
{
    int32_t counting = 0;
    for (size_t i = 0; i < esp_suite_count; i++)
        if (nfi_cipher_traits_of(esp_suites[i].cipher)->counts) {
            prove_counting(&esp_suites[i]);
            counting++;
        }
    CHECK(counting >= 5);
}

/* The same SA made a second time, after it was deleted or while it lives: its nonces would come twice. */
static void prove_spent(const esp_suite *s)
{
    int32_t config[NFI_T_WORDS];
    int32_t key = secret(s->cipher_key), mac = secret(s->mac_key), handles = nfi_crypto_handle_count();
    test_case = s->name;
    esp_config(config, s, &tunnel, 0);
    int32_t first = nfi_packet_transform_create(config, NFI_T_WORDS, key, mac, 0);
    CHECK(first > 0);
    CHECK_IS(nfi_packet_transform_create(config, NFI_T_WORDS, key, mac, 0), -XE_EXIST);
    CHECK_IS(nfi_packet_transform_free(first), 0);
    CHECK_IS(nfi_packet_transform_create(config, NFI_T_WORDS, key, mac, 0), -XE_EXIST);
    CHECK_IS(nfi_crypto_handle_count(), handles);
    esp_config(config, s, &tunnel, 1);
    for (int32_t i = 0; i < 2; i++) {                 /* opening repeats nothing */
        int32_t open = nfi_packet_transform_create(config, NFI_T_WORDS, key, mac, 0);
        CHECK(open > 0);
        CHECK_IS(nfi_packet_transform_free(open), 0);
    }
    release(key);
    release(mac);
}

static void counting_key_seals_for_one_transform_only(void)
{
    for (size_t i = 0; i < esp_suite_count; i++)
        if (nfi_cipher_traits_of(esp_suites[i].cipher)->counts)
            prove_spent(&esp_suites[i]);
}

/* RFC 4543 5.3: AUTH_AES_GMAC is AH's alone. */
static void gmac_of_ah_is_no_mac_of_esp(void)
{
    int32_t config[NFI_T_WORDS];
    int32_t key = secret(16), mac = secret(20), handles = nfi_crypto_handle_count();
    nfi_mac m;
    esp_config(config, esp_suite_named("AES128-CBC + SHA256-128"), &tunnel, 0);
    config[NFI_T_ESP_MAC] = NFI_AES_GMAC_AH;
    CHECK_IS(nfi_packet_transform_create(config, NFI_T_WORDS, key, mac, 0), -XE_UNKNOWN_ALGORITHM);
    CHECK_IS(nfi_transform_key_mac(NFI_AES_GMAC_AH, 16, mac, &m), 0);
    CHECK_IS(m.iv, 8);
    nfi_mac_free(&m);
    CHECK_IS(nfi_transform_key_mac(NFI_AES_GMAC_AH, 12, mac, &m), -XE_UNKNOWN_ALGORITHM);
    CHECK_IS(nfi_transform_key_mac(NFI_AES_GMAC_AH, 16, key, &m), -XE_BAD_PARAM);
    CHECK_IS(nfi_crypto_handle_count(), handles);
    release(key);
    release(mac);
}

/* Nothing changes where it is refused: the port is still the old one. */
static void move_to_no_place_is_refused(void)
{
    static const int32_t four[4] = { 0, 0, 0xffff, 0x0a000001 }, six[4] = { 0x20010db8, 0, 0, 1 }, none[4] = { 0 };
    static const esp_way encap = { NFI_TF_TUNNEL, 4, 1 };
    esp_pair pair, plain;
    CHECK_IS(esp_pair_open(&pair, &esp_suites[2], &encap), 0);
    CHECK_IS(esp_pair_open(&plain, &esp_suites[2], &tunnel), 0);
    const struct { const char *name; int32_t handle; const int32_t *remote; int32_t cap, port, expected; } cases[] = {
        { "no address", pair.out, NULL, 4, 4500, -XE_BAD_PARAM },
        { "half an address", pair.out, four, 3, 4500, -XE_BAD_PARAM },
        { "port 0", pair.out, four, 4, 0, -XE_BAD_PORT_NUMBER },
        { "port -1", pair.out, four, 4, -1, -XE_BAD_PORT_NUMBER },
        { "port 65536", pair.out, four, 4, 65536, -XE_BAD_PORT_NUMBER },
        { "the other family", pair.out, six, 4, 4501, -XE_BAD_ADDR_RANGE },
        { "unspecified", pair.out, none, 4, 4501, -XE_BAD_ADDR_RANGE },
        { "not in UDP", plain.out, four, 4, 4501, -XE_BAD_PORT_NUMBER },
        { "no handle", 0, four, 4, 4501, -NFI_BAD_HANDLE },
        { "a good place", pair.out, four, 4, 4500, 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        test_case = cases[i].name;
        CHECK_IS(nfi_packet_transform_move(cases[i].handle, cases[i].remote, cases[i].cap, cases[i].port), cases[i].expected);
        CHECK_IS(pair.seal->encap_remote, 4500);
    }
    esp_pair_close(&pair);
    esp_pair_close(&plain);
}

static void transform_works_in_its_direction_only(void)
{
    esp_pair pair;
    esp_buffer b = { .length = 100 };
    nfi_opened opened;
    CHECK_IS(esp_pair_open(&pair, &esp_suites[2], &tunnel), 0);
    CHECK_IS(seal_with(pair.open, 0, 1), -XE_BAD_PARAM);
    CHECK_IS(nfi_esp_open(pair.seal, b.bytes, sizeof b.bytes, &b.offset, &b.length, 0, &opened), -XE_BAD_PARAM);
    CHECK_IS(nfi_esp_open(NULL, b.bytes, sizeof b.bytes, &b.offset, &b.length, 0, &opened), -XE_BAD_PARAM);
    CHECK_IS(nfi_esp_open(pair.open, NULL, 0, &b.offset, &b.length, 0, &opened), -XE_BAD_PARAM);
    b.length = sizeof b.bytes + 1;
    CHECK_IS(nfi_esp_open(pair.open, b.bytes, sizeof b.bytes, &b.offset, &b.length, 0, &opened), -XE_BAD_PARAM);
    b.offset = SIZE_MAX;
    CHECK_IS(nfi_esp_seal(pair.seal, b.bytes, sizeof b.bytes, &b.offset, &b.length, 0, 1, 0), -XE_BAD_PARAM);
    esp_pair_close(&pair);
}

static void nothing_is_left_behind(void)
{
    CHECK_IS(nfi_crypto_handle_count(), 0);
}

static const nfi_rule rules[] = {
    RULE(one_wrong_word_is_refused_with_its_code),
    RULE(keys_have_the_length_of_their_algorithm),
    RULE(triple_des_key_that_is_single_des_is_refused),
    RULE(null_short_and_stale_arguments_are_refused),
    RULE(freed_transform_is_gone_and_a_transform_is_no_secret),
    RULE(limit_of_transforms_is_an_error_and_frees_again),
    RULE(counting_ciphers_never_seal_with_a_number_twice),
    RULE(counting_key_seals_for_one_transform_only),
    RULE(gmac_of_ah_is_no_mac_of_esp),
    RULE(move_to_no_place_is_refused),
    RULE(transform_works_in_its_direction_only),
    RULE(nothing_is_left_behind),
};

int main(void)
{
    return nfi_crypto_start() != 0 || RUN(rules);
}
