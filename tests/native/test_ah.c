/* AH (RFC 4302), and AH around ESP: what is sealed opens again; where AH stands; what a peer or anyone on the way may send. */
#include <stdlib.h>
#include <string.h>
#include "ah_pair.h"
#include "ip.h"
#include "nfi_crypto.h"
#include "nfi_limits.h"
#include "nfi_test.h"
#include "packet_make.h"

enum { SIZE = 45 };
static char description[128];

static const esp_way ways[] = {
    { 0, 0, 0 },
    { NFI_TF_ESN, 0, 0 },
    { NFI_TF_TUNNEL | NFI_TF_FULL_ECN, 4, 0 },
    { NFI_TF_TUNNEL | NFI_TF_ESN, 6, 0 },
};
#define WAYS (sizeof ways / sizeof ways[0])

/* AH alone, then around each suite of ESP. */
static void each_pair(void (*prove)(esp_pair *pair, const ah_suite *ah, const esp_suite *esp, const esp_way *w))
{
    for (size_t a = 0; a < ah_suite_count; a++)
        for (size_t e = 0; e <= esp_suite_count; e++)
            for (size_t w = 0; w < WAYS; w++) {
                esp_pair pair;
                const esp_suite *esp = e == 0 ? NULL : &esp_suites[e - 1];
                snprintf(description, sizeof description, "(AH %s, %s, way %zu)", ah_suites[a].name, esp ? esp->name : "alone", w);
                test_case = description;
                CHECK_IS(ah_pair_open(&pair, &ah_suites[a], esp, &ways[w]), 0);
                prove(&pair, &ah_suites[a], esp, &ways[w]);
                esp_pair_close(&pair);
            }
}

static int32_t seal(nfi_transform *t, esp_buffer *b, uint32_t high, uint32_t low)
{
    return nfi_ah_seal(t, b->bytes, sizeof b->bytes, &b->offset, &b->length, high, low, 0);
}

static size_t seal_sample(nfi_transform *t, int32_t sample, uint8_t *dst, uint32_t high, uint32_t low)
{
    static esp_buffer b;
    uint8_t packet[256];
    esp_buffer_fill(&b, packet, esp_sample_make(sample, packet, SIZE));
    CHECK(seal(t, &b, high, low) > 0);
    memcpy(dst, b.bytes + b.offset, b.length);
    return b.length;
}

static int32_t open_status(nfi_transform *t, const uint8_t *packet, size_t length)
{
    exact e = exact_copy(packet, length);
    int32_t status = exact_open(t, &e, 0);
    free(e.bytes);
    return status;
}

static size_t front_of(const esp_way *w, int32_t sample)
{
    return w->flags & NFI_TF_TUNNEL ? (w->version == 4 ? 20u : 40u) : esp_sample_front(sample);
}

static int32_t version_of(const esp_way *w, int32_t sample)
{
    return w->flags & NFI_TF_TUNNEL ? w->version : esp_sample_version(sample);
}

/* ---- there and back ---- */

static void sealed_is_well_formed(const ah_suite *ah, const esp_suite *esp, const esp_way *w, int32_t sample, const esp_buffer *b, uint32_t low)
{
    const uint8_t *packet = b->bytes + b->offset, *at = packet + front_of(w, sample);
    int32_t version = version_of(w, sample);
    size_t length = version == 4 ? ah->length4 : ah->length6, padding = length - 12 - ah->iv - (size_t)ah->icv;
    uint8_t inner = esp_sample_version(sample) == 4 ? 4 : 41;
    uint8_t next = esp ? 50 : w->flags & NFI_TF_TUNNEL ? inner : sample == SAMPLE_V6_EXTENSIONS ? 60 : 17;
    static const uint8_t zeros[8], spi[4] = { 0x11, 0x22, 0x33, 0x44 };
    CHECK_IS(packet[0] >> 4, version);
    CHECK_IS(version == 4 ? get16(packet + 2) : get16(packet + 4) + 40, b->length);
    if (version == 4)
        CHECK_IS(plain_checksum(packet, front_of(w, sample), 0), 0);
    CHECK_IS(at[0], next);
    CHECK_IS(at[1], length / 4 - 2);
    CHECK_IS(get16(at + 2), 0);
    CHECK(memcmp(at + 4, spi, 4) == 0);
    CHECK_IS(get16(at + 8) << 16 | get16(at + 10), low);
    CHECK(memcmp(at + length - padding, zeros, padding) == 0);
    if (esp)
        CHECK(memcmp(at + length, spi, 4) == 0 && memcmp(at + length + 4, at + 8, 4) == 0);   /* one SPI, one number */
}

static void prove_there_and_back(esp_pair *pair, const ah_suite *ah, const esp_suite *esp, const esp_way *w)
{
    static const size_t sizes[] = { 0, 1, 7, 100, 1400 };
    static esp_buffer b;
    uint8_t packet[2048];
    nfi_opened opened;
    uint32_t high = w->flags & NFI_TF_ESN ? 5 : 0, low = 0xffffff00u;
    for (int32_t sample = 0; sample < SAMPLES; sample++)
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
            size_t length = esp_sample_make(sample, packet, sizes[i]);
            esp_buffer_fill(&b, packet, length);
            int32_t sealed = seal(pair->seal, &b, high, ++low);
            CHECK_IS(sealed, b.length);
            sealed_is_well_formed(ah, esp, w, sample, &b, low);
            int32_t result = nfi_ah_open(pair->open, b.bytes, sizeof b.bytes, &b.offset, &b.length, high, &opened);
            CHECK_IS(result, length);
            CHECK(b.length == length && memcmp(b.bytes + b.offset, packet, length) == 0);
            CHECK(opened.sequence == low && opened.encap_local == 0);
            CHECK_IS(opened.next, w->flags & NFI_TF_TUNNEL ? (esp_sample_version(sample) == 4 ? 4 : 41) : sample == SAMPLE_V6_EXTENSIONS ? 60 : 17);
        }
}

static void everything_sealed_opens_again(void)
{
    each_pair(prove_there_and_back);
}

/* RFC 4302 3.1.1: behind hop-by-hop options, routing and the options for its stops; ahead of options for the last host. */
static void ah_stands_behind_what_routers_read(void)
{
    uint8_t sealed[512], packet[256];
    esp_pair pair;
    CHECK_IS(ah_pair_open(&pair, &ah_suites[3], NULL, &ways[0]), 0);
    seal_sample(pair.seal, SAMPLE_V6_EXTENSIONS, sealed, 0, 1);
    esp_sample_make(SAMPLE_V6_EXTENSIONS, packet, SIZE);
    CHECK_IS(sealed[6], 0);                   /* hop-by-hop */
    CHECK_IS(sealed[40], 60);
    CHECK_IS(sealed[48], 43);
    CHECK_IS(sealed[56], 51);                 /* the routing header names AH */
    CHECK_IS(sealed[64], 60);                 /* and AH the options behind it */
    CHECK(memcmp(sealed + 64 + 32, packet + 64, 8) == 0);
    esp_pair_close(&pair);
}

/* RFC 8200 4.1: options for the last host ahead of AH come from other senders; they are covered as they are. */
static void destination_options_ahead_of_ah_are_verified_too(void)
{
    uint8_t packet[256], icv[64], ah[32 + 8] = { 17, 6, 0, 0, 0x11, 0x22, 0x33, 0x44, 0, 0, 0, 9 };
    uint8_t options[8] = { 51, 0, 0x3e, 1, 9, 0x1e, 1, 9 };
    esp_pair pair;
    CHECK_IS(ah_pair_open(&pair, &ah_suites[3], NULL, &ways[0]), 0);
    make_udp(ah + 32, 7, 9, NULL, 0);
    size_t length = make_ip6(packet, HERE6, THERE6, 60, 64, options, sizeof options, ah, sizeof ah);
    CHECK_IS(nfi_ah_icv(pair.open, packet, 48, length, NFI_IP_SEAL, 0, icv), 0);
    memcpy(packet + 48 + 12, icv, 16);
    CHECK_IS(open_status(pair.open, packet, length), length - 32);
    packet[44] ^= 1;                          /* may change on the way */
    CHECK_IS(open_status(pair.open, packet, length), length - 32);
    packet[47] ^= 1;                          /* may not */
    CHECK_IS(open_status(pair.open, packet, length), -XE_AH_DIGEST_MISMATCH);
    esp_pair_close(&pair);
}

static void a_peer_may_give_ah_an_spi_of_its_own(void)
{
    int32_t config[NFI_T_WORDS];
    uint8_t sealed[512];
    esp_pair pair;
    const esp_suite *esp = esp_suite_named("AES128-CBC + SHA256-128");
    CHECK_IS(ah_pair_open(&pair, &ah_suites[3], esp, &ways[2]), 0);
    int32_t cipher = esp_make_key(16, 7), mac = esp_make_key(32, 91), ah = esp_make_key(32, 133);
    ah_config(config, &ah_suites[3], esp, &ways[2], 0);
    config[NFI_T_AH_SPI] = 0x1000;
    int32_t handle = nfi_packet_transform_create(config, NFI_T_WORDS, cipher, mac, ah);
    CHECK(handle > 0);
    size_t length = seal_sample(nfi_transform_get(handle), SAMPLE_V4, sealed, 0, 1);
    CHECK(get16(sealed + 26) == 0x1000 && get16(sealed + 20 + 28) == 0x1122);
    CHECK_IS(open_status(pair.open, sealed, length), -XE_BAD_AH_SPI);
    config[NFI_T_AH_SPI] = 255;
    CHECK_IS(nfi_packet_transform_create(config, NFI_T_WORDS, cipher, mac, ah), -XE_BAD_AH_SPI);
    nfi_packet_transform_free(handle);
    const int32_t keys[] = { cipher, mac, ah };
    for (size_t i = 0; i < 3; i++)
        nfi_crypto_handle_free(keys[i]);
    esp_pair_close(&pair);
}

/* ---- what makes a transform ---- */

typedef struct { const char *name; int32_t word, value, esp, expected; } word_case;
static const word_case words[] = {
    { "AH alone with a cipher", NFI_T_CIPHER, NFI_AES_CBC, 0, -XE_BAD_PARAM },
    { "AH alone with a MAC of ESP", NFI_T_ESP_MAC, NFI_SHA1, 0, -XE_BAD_PARAM },
    { "AH alone, reserved SPI", NFI_T_SPI, 255, 0, -XE_BAD_AH_SPI },
    { "both, reserved SPI", NFI_T_SPI, 255, 1, -XE_BAD_ESP_SPI },
    { "both, AH's own SPI reserved", NFI_T_AH_SPI, 1, 1, -XE_BAD_AH_SPI },
    { "no MAC", NFI_T_AH_MAC, 0, 0, -XE_UNKNOWN_ALGORITHM },
    { "unknown MAC", NFI_T_AH_MAC, 99, 1, -XE_UNKNOWN_ALGORITHM },
    { "ICV of no RFC", NFI_T_AH_ICV, 15, 1, -XE_UNKNOWN_ALGORITHM },
    { "ICV 0", NFI_T_AH_ICV, 0, 0, -XE_UNKNOWN_ALGORITHM },
    { "a key of another length", NFI_T_AH_MAC, NFI_SHA512, 1, -XE_UNKNOWN_ALGORITHM },
};

static int32_t create_with(const int32_t config[NFI_T_WORDS], int32_t esp, int32_t ah_key_length)
{
    int32_t cipher = esp_make_key(esp ? 16 : 0, 7), mac = esp_make_key(esp ? 32 : 0, 91), ah = esp_make_key(ah_key_length, 133);
    int32_t handle = nfi_packet_transform_create(config, NFI_T_WORDS, cipher, mac, ah);
    const int32_t keys[] = { cipher, mac, ah };
    for (size_t i = 0; i < 3; i++)
        if (keys[i] != 0)
            nfi_crypto_handle_free(keys[i]);
    return handle;
}

static void one_wrong_word_is_refused_with_its_code(void)
{
    int32_t config[NFI_T_WORDS], before = nfi_crypto_handle_count();
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        test_case = words[i].name;
        ah_config(config, &ah_suites[3], words[i].esp ? esp_suite_named("AES128-CBC + SHA256-128") : NULL, &ways[2], 0);
        config[words[i].word] = words[i].value;
        CHECK_IS(create_with(config, words[i].esp, 32), words[i].expected);
    }
    test_case = "key of the wrong length, none";
    ah_config(config, &ah_suites[3], NULL, &ways[2], 0);
    CHECK_IS(create_with(config, 0, 31), -XE_BAD_PARAM);
    CHECK_IS(create_with(config, 0, 0), -XE_BAD_PARAM);
    CHECK_IS(create_with(config, 1, 32), -XE_BAD_PARAM);      /* keys of ESP without ESP */
    CHECK_IS(nfi_crypto_handle_count(), before);
}

/* RFC 3715 2.1: the ICV covers the addresses a NAT changes. */
static void ah_is_not_put_into_udp(void)
{
    int32_t config[NFI_T_WORDS];
    for (int32_t esp = 0; esp <= 1; esp++) {
        ah_config(config, &ah_suites[3], esp ? esp_suite_named("AES128-CBC + SHA256-128") : NULL, &ways[2], 0);
        config[NFI_T_ENCAP_LOCAL] = config[NFI_T_ENCAP_REMOTE] = 4500;
        CHECK_IS(create_with(config, esp, 32), -XE_BAD_PORT_NUMBER);
    }
}

/* An outbound AEAD key is used up by keying it; a transform that fails over its AH must not use it up. */
static void bad_ah_does_not_spend_the_key_of_esp(void)
{
    int32_t config[NFI_T_WORDS];
    int32_t cipher = esp_make_key(20, 7), ah = esp_make_key(32, 133);
    ah_config(config, &ah_suites[3], esp_suite_named("AES128-GCM16"), &ways[0], 0);
    config[NFI_T_AH_ICV] = 13;
    CHECK_IS(nfi_packet_transform_create(config, NFI_T_WORDS, cipher, 0, ah), -XE_UNKNOWN_ALGORITHM);
    config[NFI_T_AH_ICV] = 16;
    int32_t handle = nfi_packet_transform_create(config, NFI_T_WORDS, cipher, 0, ah);
    CHECK(handle > 0);
    nfi_packet_transform_free(handle);
    nfi_crypto_handle_free(cipher);
    nfi_crypto_handle_free(ah);
}

/* RFC 4543 2, RFC 8221 3: neither a number twice nor a key for a second SA, whatever ESP within does. */
static void gmac_never_seals_with_a_number_or_a_key_twice(void)
{
    static const char *const within[] = { NULL, "AES128-CBC + SHA256-128", "AES128-GCM16" };
    const ah_suite *gmac = ah_suite_named("AES128-GMAC");
    int32_t config[NFI_T_WORDS];
    static esp_buffer b;
    uint8_t packet[256];
    for (size_t i = 0; i < 3; i++) {
        esp_pair pair;
        const esp_suite *esp = within[i] ? esp_suite_named(within[i]) : NULL;
        const struct { uint32_t high, low; int32_t seals; } numbers[] = { { 0, 0, 0 }, { 0, 3, 1 }, { 0, 3, 0 }, { 0, 2, 0 }, { 1, 0, 1 }, { 0, 9, 0 } };
        CHECK_IS(ah_pair_open(&pair, gmac, esp, &ways[3]), 0);
        for (size_t n = 0; n < 6; n++) {
            esp_buffer_fill(&b, packet, esp_sample_make(SAMPLE_V4, packet, SIZE));
            int32_t status = seal(pair.seal, &b, numbers[n].high, numbers[n].low);
            CHECK(numbers[n].seals ? status > 0 : status == -XE_BAD_SEQUENCE_NUMBER);
        }
        esp_pair_close(&pair);
    }
    int32_t key = esp_make_key(20, 133);
    ah_config(config, gmac, NULL, &ways[0], 0);
    int32_t first = nfi_packet_transform_create(config, NFI_T_WORDS, 0, 0, key);
    CHECK(first > 0);
    CHECK_IS(nfi_packet_transform_create(config, NFI_T_WORDS, 0, 0, key), -XE_EXIST);
    nfi_packet_transform_free(first);
    nfi_crypto_handle_free(key);
}

/* The tag is GMAC's over what AH covers, under salt and the sequence number: computed anew here with mbedTLS' GCM in one piece. */
static void gmac_is_computed_over_the_masked_packet_under_the_number(void)
{
    static esp_buffer b;
    uint8_t packet[512], key[20], nonce[12] = { 0 }, tag[16];
    esp_pair pair;
    nfi_aead gcm;
    CHECK_IS(ah_pair_open(&pair, ah_suite_named("AES128-GMAC"), NULL, &ways[0]), 0);
    esp_buffer_fill(&b, packet, esp_sample_make(SAMPLE_V6, packet, SIZE));
    CHECK(seal(pair.seal, &b, 0, 77) > 0);
    const uint8_t *sealed = b.bytes + b.offset;
    memcpy(packet, sealed, b.length);
    memset(packet + 1, 0, 3);                 /* traffic class and flow label; the version's byte has none of the class here */
    packet[7] = 0;                            /* hop limit */
    memset(packet + 40 + 12, 0, 24);
    for (size_t i = 0; i < sizeof key; i++)
        key[i] = (uint8_t)(i * 29 + 133);
    memcpy(nonce, key + 16, 4);
    nonce[11] = 77;
    CHECK(memcmp(sealed + 40 + 12, nonce + 4, 8) == 0);
    CHECK_IS(nfi_aead_init(&gcm, NFI_AES_GMAC, key, 16), 0);
    CHECK_IS(nfi_aead_seal(&gcm, &(nfi_aead_message){ nonce, packet, 12, b.length, NULL, tag, 0, 16 }), 0);
    CHECK(memcmp(sealed + 40 + 12 + 8, tag, 16) == 0);
    nfi_aead_free(&gcm);
    esp_pair_close(&pair);
}

static void the_function_of_the_other_protocol_refuses_a_transform(void)
{
    static esp_buffer b;
    uint8_t packet[256];
    nfi_opened opened;
    esp_pair ah, esp;
    CHECK_IS(ah_pair_open(&ah, &ah_suites[3], NULL, &ways[2]), 0);
    CHECK_IS(esp_pair_open(&esp, esp_suite_named("AES128-GCM16"), &ways[2]), 0);
    esp_buffer_fill(&b, packet, esp_sample_make(SAMPLE_V4, packet, SIZE));
    CHECK_IS(seal(esp.seal, &b, 0, 1), -XE_BAD_PARAM);
    CHECK_IS(seal(ah.open, &b, 0, 1), -XE_BAD_PARAM);
    CHECK_IS(nfi_esp_seal(ah.seal, b.bytes, sizeof b.bytes, &b.offset, &b.length, 0, 1, 0), -XE_BAD_PARAM);
    CHECK_IS(nfi_ah_open(esp.open, b.bytes, sizeof b.bytes, &b.offset, &b.length, 0, &opened), -XE_BAD_PARAM);
    CHECK_IS(nfi_ah_open(ah.seal, b.bytes, sizeof b.bytes, &b.offset, &b.length, 0, &opened), -XE_BAD_PARAM);
    CHECK_IS(nfi_esp_open(ah.open, b.bytes, sizeof b.bytes, &b.offset, &b.length, 0, &opened), -XE_BAD_PARAM);
    esp_pair_close(&ah);
    esp_pair_close(&esp);
}

/* ---- room ---- */

/* With exactly the room it needs a packet is sealed; with one byte less at either end it is refused, where it was. */
static void prove_room(esp_pair *pair, const ah_suite *ah, const esp_suite *esp, const esp_way *w)
{
    static esp_buffer b;
    uint8_t packet[256], *bytes = malloc(700);
    size_t length = esp_sample_make(SAMPLE_V6, packet, SIZE);
    (void)ah, (void)esp, (void)w;
    esp_buffer_fill(&b, packet, length);
    CHECK(seal(pair->seal, &b, 0, 1) > 0);
    size_t ahead = NFI_HEADROOM - b.offset, behind = b.length - ahead - length;
    for (int32_t lack = 0; lack < (behind > 0 ? 3 : 2); lack++) {
        size_t offset = ahead - (lack == 1), inner = length, capacity = offset + length + behind - (lack == 2);
        uint8_t *at = bytes + 700 - capacity;         /* the end of the block is the end of the room */
        memcpy(at + offset, packet, length);
        int32_t status = nfi_ah_seal(pair->seal, at, capacity, &offset, &inner, 0, 2u + (uint32_t)lack, 0);
        CHECK_IS(status, lack == 0 ? (int32_t)(ahead + length + behind) : -XE_DST_OUT_OF_SPACE);
        if (lack != 0)
            CHECK(offset == ahead - (lack == 1) && inner == length && memcmp(at + offset, packet, length) == 0);
    }
    free(bytes);
}

static void room_is_measured_before_anything_is_written(void)
{
    each_pair(prove_room);
}

/* What NFI_HEADROOM and NFI_TAILROOM promise: the largest of everything fits. */
static void the_longest_headers_fit_the_room_of_a_buffer(void)
{
    size_t most_ahead = 0, most_behind = 0;
    for (size_t e = 0; e < esp_suite_count; e++) {
        static esp_buffer b;
        uint8_t packet[256];
        esp_pair pair;
        CHECK_IS(ah_pair_open(&pair, &ah_suites[ah_suite_count - 1], &esp_suites[e], &ways[3]), 0);
        for (size_t size = 0; size < 16; size++) {
            size_t length = esp_sample_make(SAMPLE_V4, packet, size);
            esp_buffer_fill(&b, packet, length);
            CHECK(seal(pair.seal, &b, 0, 1u + (uint32_t)size) > 0);
            size_t ahead = NFI_HEADROOM - b.offset, behind = b.length - ahead - length;
            most_ahead = ahead > most_ahead ? ahead : most_ahead;
            most_behind = behind > most_behind ? behind : most_behind;
        }
        esp_pair_close(&pair);
    }
    CHECK_IS(most_ahead, 40 + 48 + 8 + 16);
    CHECK(most_ahead <= NFI_HEADROOM && most_behind <= NFI_TAILROOM);
}

static void transport_mode_refuses_fragments_and_routes_of_segments(void)
{
    static const uint8_t first[8] = { 17, 0, 0, 1, 0, 0, 0, 1 }, whole[8] = { 17, 0, 0, 0, 0, 0, 0, 1 }, route[24] = { 17, 2, 4, 1 };
    static esp_buffer b;
    uint8_t packet[256], data[16] = { 0 };
    esp_pair pair;
    CHECK_IS(ah_pair_open(&pair, &ah_suites[3], NULL, &ways[0]), 0);
    for (uint32_t fragment = 1; fragment <= 0x2000; fragment += 0x1fff) {
        size_t length = esp_sample_make(SAMPLE_V4, packet, SIZE);
        put16(packet + 6, fragment);
        esp_buffer_fill(&b, packet, length);
        CHECK_IS(seal(pair.seal, &b, 0, 1), -XE_BAD_PARAM);
    }
    esp_buffer_fill(&b, packet, make_ip6(packet, HERE6, THERE6, 44, 64, first, 8, data, 16));
    CHECK_IS(seal(pair.seal, &b, 0, 1), -XE_BAD_PARAM);
    esp_buffer_fill(&b, packet, make_ip6(packet, HERE6, THERE6, 44, 64, whole, 8, data, 16));
    CHECK_IS(seal(pair.seal, &b, 0, 1), -XE_BAD_PARAM);
    esp_buffer_fill(&b, packet, make_ip6(packet, HERE6, THERE6, 43, 64, route, 24, data, 16));
    CHECK_IS(seal(pair.seal, &b, 0, 1), -XE_BAD_PARAM);
    esp_pair_close(&pair);
}

/* ---- on the way ---- */

/* Once with the header's length as it was, once with a header that fits the cut. */
static void prove_truncated(esp_pair *pair, const ah_suite *ah, const esp_suite *esp, const esp_way *w)
{
    uint8_t sealed[512], cut[512];
    (void)ah, (void)esp, (void)w;
    size_t length = seal_sample(pair->seal, SAMPLE_V6_EXTENSIONS, sealed, 0, 1);
    for (size_t n = 0; n < length; n++) {
        memcpy(cut, sealed, length);
        int32_t status = open_status(pair->open, cut, n);
        CHECK(status == -XE_NO_DATA || status == -XE_SRC_OUT_OF_DATA);
        set_length(cut, n);
        status = open_status(pair->open, cut, n);
        CHECK(status == -XE_NO_DATA || status == -XE_SRC_OUT_OF_DATA || status == -XE_AH_DIGEST_MISMATCH);
    }
}

static void a_packet_cut_at_every_length_is_refused(void)
{
    each_pair(prove_truncated);
}

enum { LENGTHS = 1000, OPENS = 1001 };    /* LENGTHS: some refusal before the ICV */

/* What one flipped bit of the headers ahead of AH comes to. */
static int32_t outcome4(size_t at, uint8_t bit)
{
    switch (at) {
    case 0: case 2: case 3: return LENGTHS;
    case 1: case 8: case 10: case 11: return OPENS;
    case 6: return bit >= 0x40 ? OPENS : -XE_NO_DATA;         /* reserved bit, DF; the others make it a fragment */
    case 7: return -XE_NO_DATA;
    case 9: return -XE_EXPECTED_AH_PROTO;
    default: return -XE_AH_DIGEST_MISMATCH;
    }
}

static int32_t outcome6(size_t at, uint8_t bit)
{
    switch (at) {
    case 0: return bit >= 0x10 ? LENGTHS : OPENS;
    case 1: case 2: case 3: case 7: return OPENS;
    case 4: case 5: case 6: return LENGTHS;
    default: return -XE_AH_DIGEST_MISMATCH;
    }
}

/* Tunnel packets, and transport packets without options: what stands ahead of AH is the IP header alone. A tunnel's receiver reads
 * the congestion mark of its outer header, so that one bit may come to be more than ignored. */
static void prove_flipped(esp_pair *pair, const ah_suite *ah, const esp_suite *esp, const esp_way *w)
{
    uint8_t sealed[512], plain[256];
    int32_t tunnel = (w->flags & NFI_TF_TUNNEL) != 0;
    for (int32_t sample = SAMPLE_V4; sample <= SAMPLE_V6; sample += 2) {
        size_t length = seal_sample(pair->seal, sample, sealed, 0, 1u + (uint32_t)sample), front = front_of(w, sample);
        size_t data = esp_sample_make(sample, plain, SIZE) - SIZE;
        for (size_t i = 0; i < length; i++) {
            uint8_t bit = (uint8_t)(1u << dice(8));
            int32_t outcome = i < front ? (version_of(w, sample) == 4 ? outcome4(i, bit) : outcome6(i, bit))
                            : i == front + 1 ? -XE_NO_DATA
                            : i >= front + 4 && i < front + 8 ? -XE_BAD_AH_SPI : -XE_AH_DIGEST_MISMATCH;
            sealed[i] ^= bit;
            exact e = exact_copy(sealed, length);
            int32_t status = exact_open(pair->open, &e, 0);
            if (outcome == LENGTHS)
                CHECK(status < 0);
            else if (outcome != OPENS)
                CHECK_IS(status, outcome);
            else
                CHECK(status > 0 || (tunnel && i < 2 && status == -XE_INBOUND_POLICY_FAILURE));
            if (status < 0 && esp != NULL && esp_suite_hides(esp))
                for (size_t at = 0; at + 16 <= length; at++)
                    CHECK(memcmp(e.bytes + at, plain + data, 16) != 0);
            free(e.bytes);
            sealed[i] ^= bit;
        }
        CHECK(open_status(pair->open, sealed, length) > 0);
    }
    (void)ah;
}

static void every_flipped_bit_is_found_or_may_change_on_the_way(void)
{
    each_pair(prove_flipped);
}

static void prove_other_half(esp_pair *pair, const ah_suite *ah, const esp_suite *esp, const esp_way *w)
{
    uint8_t sealed[512];
    (void)ah, (void)esp;
    size_t length = seal_sample(pair->seal, SAMPLE_V4, sealed, 7, 9);
    exact wrong = exact_copy(sealed, length), right = exact_copy(sealed, length);
    int32_t status = exact_open(pair->open, &wrong, 8);
    CHECK(w->flags & NFI_TF_ESN ? status == -XE_AH_DIGEST_MISMATCH : status > 0);
    CHECK(exact_open(pair->open, &right, 7) > 0);
    free(wrong.bytes);
    free(right.bytes);
}

static void the_high_half_of_the_sequence_number_is_authenticated(void)
{
    each_pair(prove_other_half);
}

/* ---- a lying or broken peer ---- */

/* A packet with a good ICV over whatever it says. */
static size_t forge(nfi_transform *t, uint8_t *packet, uint8_t next, const uint8_t *rest, size_t length)
{
    uint8_t body[512] = { 0 }, icv[64];
    ip4_header h = { .source = IP4(192, 0, 2, 1), .destination = IP4(192, 0, 2, 2), .protocol = 51 };
    size_t ah = nfi_ah_length(t, 4);
    body[0] = next;
    body[1] = (uint8_t)(ah / 4 - 2);
    put32(body + 4, ESP_SPI);
    body[11] = 1;
    memcpy(body + ah, rest, length);
    size_t total = make_ip4(packet, &h, body, ah + length);
    CHECK_IS(nfi_ah_icv(t, packet, 20, total, NFI_IP_SEAL, 0, icv), 0);
    memcpy(packet + 20 + 12, icv, t->ah_icv);
    return total;
}

typedef struct { const char *name; int32_t flags, esp; uint8_t next; uint8_t first; int32_t expected; } next_case;
static const next_case nexts[] = {
    { "tunnel, IPv4", NFI_TF_TUNNEL, 0, 4, 0x45, 73 },
    { "tunnel, named IPv6", NFI_TF_TUNNEL, 0, 41, 0x45, -XE_UNKNOWN_IP_PROTOCOL },
    { "tunnel, no IP version", NFI_TF_TUNNEL, 0, 4, 0x00, -XE_UNKNOWN_IP_PROTOCOL },
    { "tunnel, UDP in it", NFI_TF_TUNNEL, 0, 17, 0x45, -XE_UNKNOWN_IP_PROTOCOL },
    { "tunnel, a dummy", NFI_TF_TUNNEL, 0, 59, 0x45, -XE_UNKNOWN_IP_PROTOCOL },
    { "tunnel, ESP where AH was agreed alone", NFI_TF_TUNNEL, 0, 50, 0x45, -XE_UNKNOWN_IP_PROTOCOL },
    { "tunnel, inner length a lie", NFI_TF_TUNNEL, 0, 4, 0x44, -XE_NO_DATA },
    { "transport, anything", 0, 0, 17, 0x45, 93 },
    { "transport, a dummy", 0, 0, 59, 0x45, -XE_UNKNOWN_IP_PROTOCOL },
    { "transport, AH in AH: for the selectors to refuse", 0, 0, 51, 0x45, 93 },
    { "both, clear text where ESP was agreed", 0, 1, 17, 0x45, -XE_EXPECTED_ESP_PROTO },
    { "both, a tunnel without ESP", NFI_TF_TUNNEL, 1, 4, 0x45, -XE_EXPECTED_ESP_PROTO },
    { "both, AH twice", 0, 1, 51, 0x45, -XE_EXPECTED_ESP_PROTO },
    { "both, ESP of another SPI", 0, 1, 50, 0x45, -XE_BAD_ESP_SPI },
    { "both, ESP that does not verify", 0, 1, 50, 0x11, -XE_ESP_DIGEST_MISMATCH },
};

static void what_follows_a_good_ah_is_checked(void)
{
    for (size_t i = 0; i < sizeof nexts / sizeof nexts[0]; i++) {
        uint8_t packet[512], inner[256];
        esp_way way = { nexts[i].flags, 4, 0 };
        esp_pair pair;
        test_case = nexts[i].name;
        CHECK_IS(ah_pair_open(&pair, &ah_suites[3], nexts[i].esp ? esp_suite_named("NULL + SHA1-96") : NULL, &way), 0);
        size_t length = esp_sample_make(SAMPLE_V4, inner, SIZE);
        inner[0] = nexts[i].first;
        if (nexts[i].first == 0x11)
            put32(inner, ESP_SPI);
        exact e = exact_copy(packet, forge(pair.open, packet, nexts[i].next, inner, length));
        CHECK_IS(exact_open(pair.open, &e, 0), nexts[i].expected);
        CHECK_IS(e.opened.verified, 1);
        free(e.bytes);
        esp_pair_close(&pair);
    }
}

/* The length field of AH, whose ICV is 16 bytes: only one value is right, whatever the packet holds. */
static void an_ah_length_that_lies_is_refused(void)
{
    esp_pair pair;
    CHECK_IS(ah_pair_open(&pair, &ah_suites[3], NULL, &ways[0]), 0);
    for (int32_t sample = SAMPLE_V4; sample <= SAMPLE_V6; sample += 2) {
        uint8_t sealed[512];
        size_t length = seal_sample(pair.seal, sample, sealed, 0, 1), at = esp_sample_front(sample) + 1;
        uint8_t right = sealed[at];
        CHECK_IS(right, sample == SAMPLE_V4 ? 5 : 6);
        for (int32_t value = 0; value < 256; value++) {
            sealed[at] = (uint8_t)value;
            int32_t status = open_status(pair.open, sealed, length);
            CHECK(value == right ? status > 0 : status == -XE_NO_DATA);
        }
    }
    esp_pair_close(&pair);
}

static void another_protocol_than_ah_is_refused(void)
{
    uint8_t sealed[512], packet[512];
    esp_pair pair, esp;
    CHECK_IS(ah_pair_open(&pair, &ah_suites[3], esp_suite_named("AES128-GCM16"), &ways[2]), 0);
    CHECK_IS(esp_pair_open(&esp, esp_suite_named("AES128-GCM16"), &ways[2]), 0);
    static esp_buffer b;
    esp_buffer_fill(&b, packet, esp_sample_make(SAMPLE_V4, packet, SIZE));
    CHECK(nfi_esp_seal(esp.seal, b.bytes, sizeof b.bytes, &b.offset, &b.length, 0, 1, 0) > 0);
    CHECK_IS(open_status(pair.open, b.bytes + b.offset, b.length), -XE_EXPECTED_AH_PROTO);    /* ESP alone, of the same keys */
    size_t length = seal_sample(pair.seal, SAMPLE_V4, sealed, 0, 1);
    ip4_header h = { .source = IP4(192, 0, 2, 1), .destination = IP4(192, 0, 2, 2), .protocol = 17 };
    uint8_t udp[512];
    size_t wrapped = make_udp(udp, 4500, 4500, sealed + 20, length - 20);
    CHECK_IS(open_status(pair.open, packet, make_ip4(packet, &h, udp, wrapped)), -XE_EXPECTED_AH_PROTO);
    esp_pair_close(&pair);
    esp_pair_close(&esp);
}

/* Damaged packets by the thousand, in exact blocks: the sanitizers are the judge. */
static void prove_random_damage(esp_pair *pair, const ah_suite *ah, const esp_suite *esp, const esp_way *w)
{
    uint8_t sealed[512], damaged[512];
    (void)ah, (void)esp, (void)w;
    for (int32_t sample = 0; sample < SAMPLES; sample++) {
        uint32_t number = 100u * (1 + (uint32_t)sample);
        size_t length = seal_sample(pair->seal, sample, sealed, 0, number);
        for (int32_t n = 0; n < 60; n++) {
            memcpy(damaged, sealed, length);
            for (uint32_t hits = 1 + dice(6); hits > 0; hits--)
                damaged[dice((uint32_t)(hits & 1 ? length : 100))] = (uint8_t)dice(256);
            (void)open_status(pair->open, damaged, n & 1 ? length : 1 + dice((uint32_t)length));
            exact raw = exact_copy(damaged, 1 + dice((uint32_t)length));
            raw.offset = dice((uint32_t)raw.length);
            raw.length -= raw.offset;
            (void)nfi_ah_seal(pair->seal, raw.bytes, raw.capacity, &raw.offset, &raw.length, 0, ++number, dice(300));
            free(raw.bytes);
        }
    }
}

static void damaged_packets_do_no_harm(void)
{
    each_pair(prove_random_damage);
}

static const nfi_rule rules[] = {
    RULE(everything_sealed_opens_again),
    RULE(ah_stands_behind_what_routers_read),
    RULE(destination_options_ahead_of_ah_are_verified_too),
    RULE(a_peer_may_give_ah_an_spi_of_its_own),
    RULE(one_wrong_word_is_refused_with_its_code),
    RULE(ah_is_not_put_into_udp),
    RULE(bad_ah_does_not_spend_the_key_of_esp),
    RULE(gmac_never_seals_with_a_number_or_a_key_twice),
    RULE(gmac_is_computed_over_the_masked_packet_under_the_number),
    RULE(the_function_of_the_other_protocol_refuses_a_transform),
    RULE(room_is_measured_before_anything_is_written),
    RULE(the_longest_headers_fit_the_room_of_a_buffer),
    RULE(transport_mode_refuses_fragments_and_routes_of_segments),
    RULE(a_packet_cut_at_every_length_is_refused),
    RULE(every_flipped_bit_is_found_or_may_change_on_the_way),
    RULE(the_high_half_of_the_sequence_number_is_authenticated),
    RULE(what_follows_a_good_ah_is_checked),
    RULE(an_ah_length_that_lies_is_refused),
    RULE(another_protocol_than_ah_is_refused),
    RULE(damaged_packets_do_no_harm),
};

int main(void)
{
    return nfi_crypto_start() != 0 || RUN(rules);
}
