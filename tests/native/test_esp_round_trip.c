/* What is sealed opens again, byte for byte, for every algorithm, mode, family and size. */
#include <string.h>
#include "esp_pair.h"
#include "nfi_crypto.h"
#include "nfi_limits.h"
#include "nfi_test.h"
#include "packet_make.h"

static const esp_way ways[] = {
    { 0, 0, 0 },
    { NFI_TF_ESN | NFI_TF_PAD_CHECK, 0, 0 },
    { NFI_TF_PAD_CHECK, 0, 1 },
    { NFI_TF_TUNNEL | NFI_TF_PAD_CHECK, 4, 0 },
    { NFI_TF_TUNNEL | NFI_TF_ESN | NFI_TF_FULL_ECN, 6, 0 },
    { NFI_TF_TUNNEL | NFI_TF_PAD_CHECK | NFI_TF_DF_COPY, 4, 1 },
    { NFI_TF_TUNNEL | NFI_TF_ESN, 6, 1 },
};
static const size_t sizes[] = { 0, 1, 2, 3, 5, 6, 7, 8, 14, 15, 16, 17, 63, 64, 100, 576, 1400, 1472 };
static char description[128];

/* Lengths that the wire demands of the sealed packet: its own header, and ESP's alignment (RFC 4303 2.4). */
static void sealed_is_well_formed(const esp_suite *s, const esp_way *w, int32_t sample, const esp_buffer *b)
{
    const uint8_t *packet = b->bytes + b->offset;
    int32_t tunnel = (w->flags & NFI_TF_TUNNEL) != 0;
    int32_t version = tunnel ? w->version : esp_sample_version(sample);
    size_t front = tunnel ? (version == 4 ? 20u : 40u) : esp_sample_front(sample);
    CHECK_IS(packet[0] >> 4, version);
    CHECK_IS(version == 4 ? get16(packet + 2) : get16(packet + 4) + 40, b->length);
    if (version == 4)
        CHECK_IS(plain_checksum(packet, front, 0), 0);
    const uint8_t *esp = packet + front + (w->encap ? 8 : 0);
    CHECK(esp[0] == 0x11 && esp[1] == 0x22 && esp[2] == 0x33 && esp[3] == 0x44);
    const nfi_cipher_traits *traits = nfi_cipher_traits_of(s->cipher);
    size_t block = traits->block > 4 ? traits->block : 4, iv = traits->iv;
    size_t text = b->length - (size_t)(esp - packet) - 8 - iv - (size_t)s->icv;
    CHECK_IS(text % block, 0);
    if (w->encap) {
        CHECK_IS(get16(packet + front), 4500);
        CHECK_IS(get16(packet + front + 2), 4500);
        CHECK_IS(get16(packet + front + 4), b->length - front);
        CHECK((get16(packet + front + 6) == 0) == (version == 4));
    }
}

static void there_and_back(esp_pair *pair, const esp_suite *s, const esp_way *w, int32_t sample, size_t size, uint32_t sequence)
{
    static esp_buffer b;
    uint8_t packet[2048];
    nfi_opened opened;
    uint32_t high = w->flags & NFI_TF_ESN ? 5 : 0;
    size_t length = esp_sample_make(sample, packet, size);
    esp_buffer_fill(&b, packet, length);
    int32_t sealed = nfi_esp_seal(pair->seal, b.bytes, sizeof b.bytes, &b.offset, &b.length, high, sequence, 0);
    if (!CHECK_IS(sealed, b.length) || sealed < 0)
        return;
    sealed_is_well_formed(s, w, sample, &b);
    int32_t result = nfi_esp_open(pair->open, b.bytes, sizeof b.bytes, &b.offset, &b.length, high, &opened);
    CHECK_IS(result, length);
    CHECK_IS(b.length, length);
    CHECK(b.length == length && memcmp(b.bytes + b.offset, packet, length) == 0);
    CHECK_IS(opened.sequence, sequence);
    CHECK_IS(opened.encap_remote, w->encap ? 4500 : 0);
    CHECK_IS(opened.next, w->flags & NFI_TF_TUNNEL ? (esp_sample_version(sample) == 4 ? 4 : 41) : sample == SAMPLE_V6_EXTENSIONS ? 60 : 17);
}

static void everything_sealed_opens_again(void)
{
    for (size_t s = 0; s < esp_suite_count; s++)
        for (size_t w = 0; w < sizeof ways / sizeof ways[0]; w++) {
            esp_pair pair;
            uint32_t sequence = 0xfffffff0u;          /* crosses no 32-bit end: at most 72 packets follow in the high half */
            sequence -= 100;
            CHECK_IS(esp_pair_open(&pair, &esp_suites[s], &ways[w]), 0);
            for (int32_t sample = 0; sample < SAMPLES; sample++)
                for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
                    snprintf(description, sizeof description, "(%s, way %zu, %s, %zu bytes)", esp_suites[s].name, w,
                             esp_sample_names[sample], sizes[i]);
                    test_case = description;
                    there_and_back(&pair, &esp_suites[s], &ways[w], sample, sizes[i], ++sequence);
                }
            esp_pair_close(&pair);
        }
}

/* The same packet twice: a random IV, or a nonce from the sequence number, makes two different texts. */
static void equal_packets_do_not_look_alike(void)
{
    static esp_buffer a, b;
    uint8_t packet[256];
    esp_way way = { NFI_TF_TUNNEL, 4, 0 };
    size_t length = esp_sample_make(SAMPLE_V4, packet, 100);
    for (size_t s = 0; s < esp_suite_count; s++) {
        esp_pair pair;
        if (!esp_suite_hides(&esp_suites[s]))
            continue;
        test_case = esp_suites[s].name;
        CHECK_IS(esp_pair_open(&pair, &esp_suites[s], &way), 0);
        esp_buffer_fill(&a, packet, length);
        esp_buffer_fill(&b, packet, length);
        CHECK(nfi_esp_seal(pair.seal, a.bytes, sizeof a.bytes, &a.offset, &a.length, 0, 1, 0) > 0);
        CHECK(nfi_esp_seal(pair.seal, b.bytes, sizeof b.bytes, &b.offset, &b.length, 0, 2, 0) > 0);
        CHECK(memcmp(a.bytes + a.offset + 44, b.bytes + b.offset + 44, 60) != 0);
        CHECK(get16(a.bytes + a.offset + 4) != get16(b.bytes + b.offset + 4));    /* outer identification */
        esp_pair_close(&pair);
    }
}

static void tfc_padding_is_added_where_a_length_inside_ends_it_and_stripped_again(void)
{
    static const struct { int32_t flags; int32_t sample; size_t tfc; int32_t added; } cases[] = {
        { NFI_TF_TUNNEL, SAMPLE_V4, 100, 1 }, { NFI_TF_TUNNEL, SAMPLE_V6, 255, 1 }, { 0, SAMPLE_V4, 64, 1 }, { 0, SAMPLE_V6, 1, 1 },
        { 0, SAMPLE_V6_EXTENSIONS, 200, 0 }, { NFI_TF_TUNNEL, SAMPLE_V4, 4000, 0 }, { 0, SAMPLE_V4, SIZE_MAX - 4, 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        static esp_buffer b;
        uint8_t packet[256];
        nfi_opened opened;
        esp_pair pair;
        esp_way way = { cases[i].flags, 4, 0 };
        snprintf(description, sizeof description, "(case %zu)", i);
        test_case = description;
        CHECK_IS(esp_pair_open(&pair, esp_suite_named("AES128-CBC + SHA256-128"), &way), 0);
        size_t length = esp_sample_make(cases[i].sample, packet, 33);
        esp_buffer_fill(&b, packet, length);
        int32_t without = nfi_esp_seal(pair.seal, b.bytes, sizeof b.bytes, &b.offset, &b.length, 0, 1, 0);
        esp_buffer_fill(&b, packet, length);
        int32_t with = nfi_esp_seal(pair.seal, b.bytes, sizeof b.bytes, &b.offset, &b.length, 0, 2, cases[i].tfc);
        CHECK(cases[i].added ? with >= without && (size_t)(with - without) + 16 > cases[i].tfc : with == without);
        CHECK_IS(nfi_esp_open(pair.open, b.bytes, sizeof b.bytes, &b.offset, &b.length, 0, &opened), length);
        CHECK(memcmp(b.bytes + b.offset, packet, length) == 0);
        esp_pair_close(&pair);
    }
}

/* Bytes behind the IP packet (Ethernet padding) are not part of it and do not travel. */
static void trailing_bytes_are_left_behind(void)
{
    static esp_buffer b;
    uint8_t packet[256];
    nfi_opened opened;
    esp_pair pair;
    for (int32_t flags = 0; flags <= NFI_TF_TUNNEL; flags += NFI_TF_TUNNEL) {
        esp_way way = { flags, 4, 0 };
        CHECK_IS(esp_pair_open(&pair, &esp_suites[2], &way), 0);
        size_t length = esp_sample_make(SAMPLE_V4, packet, 3);
        esp_buffer_fill(&b, packet, length);
        b.length += 15;
        CHECK(nfi_esp_seal(pair.seal, b.bytes, sizeof b.bytes, &b.offset, &b.length, 0, 1, 0) > 0);
        b.length += 9;
        CHECK_IS(nfi_esp_open(pair.open, b.bytes, sizeof b.bytes, &b.offset, &b.length, 0, &opened), length);
        CHECK(memcmp(b.bytes + b.offset, packet, length) == 0);
        esp_pair_close(&pair);
    }
}

static void nothing_is_left_behind(void)
{
    CHECK_IS(nfi_crypto_handle_count(), 0);
}

static const nfi_rule rules[] = {
    RULE(everything_sealed_opens_again),
    RULE(equal_packets_do_not_look_alike),
    RULE(tfc_padding_is_added_where_a_length_inside_ends_it_and_stripped_again),
    RULE(trailing_bytes_are_left_behind),
    RULE(nothing_is_left_behind),
};

int main(void)
{
    return nfi_crypto_start() != 0 || RUN(rules);
}
