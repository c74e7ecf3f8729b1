/* What a peer, or anyone on the way, may send: each is refused with its code, and no refused packet leaves plain text
 * (THREATS 33, and 35 for ESP in ESP). */
#include <stdlib.h>
#include <string.h>
#include "esp_pair.h"
#include "nfi_crypto.h"
#include "nfi_test.h"
#include "packet_make.h"

enum { SIZE = 45, FRONT = 20, TEXT_AT = FRONT + 8 };
static char description[96];

/* The data of a sample packet has a run that no ciphertext repeats. */
static int32_t holds_plain(const exact *e, const uint8_t *data)
{
    for (size_t i = 0; i + 16 <= e->capacity; i++)
        if (memcmp(e->bytes + i, data, 16) == 0)
            return 1;
    return 0;
}

static size_t seal_sample(nfi_transform *t, int32_t sample, uint8_t *dst, uint32_t high, uint32_t low)
{
    static esp_buffer b;
    uint8_t packet[256];
    size_t length = esp_sample_make(sample, packet, SIZE);
    esp_buffer_fill(&b, packet, length);
    CHECK(nfi_esp_seal(t, b.bytes, sizeof b.bytes, &b.offset, &b.length, high, low, 0) > 0);
    memcpy(dst, b.bytes + b.offset, b.length);
    return b.length;
}

static const esp_way ways[] = { { NFI_TF_ESN, 0, 0 }, { NFI_TF_TUNNEL, 4, 0 }, { NFI_TF_TUNNEL | NFI_TF_PAD_CHECK, 6, 1 } };
#define WAYS (sizeof ways / sizeof ways[0])

static void each_suite_and_way(void (*prove)(esp_pair *pair, const esp_suite *s, const esp_way *w))
{
    for (size_t s = 0; s < esp_suite_count; s++)
        for (size_t w = 0; w < WAYS; w++) {
            esp_pair pair;
            snprintf(description, sizeof description, "(%s, way %zu)", esp_suites[s].name, w);
            test_case = description;
            CHECK_IS(esp_pair_open(&pair, &esp_suites[s], &ways[w]), 0);
            prove(&pair, &esp_suites[s], &ways[w]);
            esp_pair_close(&pair);
        }
}

/* Once with the header's length as it was, once with a header that fits the cut. */
static void prove_truncated(esp_pair *pair, const esp_suite *s, const esp_way *w)
{
    uint8_t sealed[512], cut[512];
    (void)s, (void)w;
    size_t length = seal_sample(pair->seal, SAMPLE_V6_EXTENSIONS, sealed, 0, 1);
    for (size_t n = 0; n < length; n++) {
        memcpy(cut, sealed, length);
        exact lying = exact_copy(cut, n);
        int32_t status = exact_open(pair->open, &lying, 0);
        CHECK(status == -XE_NO_DATA || status == -XE_SRC_OUT_OF_DATA);
        CHECK_IS(lying.length, n);
        free(lying.bytes);
        set_length(cut, n);
        exact fitting = exact_copy(cut, n);
        status = exact_open(pair->open, &fitting, 0);
        CHECK(status == -XE_NO_DATA || status == -XE_SRC_OUT_OF_DATA || status == -XE_ESP_DIGEST_MISMATCH);
        free(fitting.bytes);
    }
}

static void packet_cut_at_every_length_is_refused(void)
{
    each_suite_and_way(prove_truncated);
}

/* From the SPI to the last byte of the ICV. The headers ahead are not authenticated: there, only not to fall over counts. */
static void prove_flipped(esp_pair *pair, const esp_suite *s, const esp_way *w)
{
    uint8_t sealed[512], plain[256];
    size_t length = seal_sample(pair->seal, SAMPLE_V4, sealed, 0, 1);
    size_t data = esp_sample_make(SAMPLE_V4, plain, SIZE) - SIZE;
    size_t esp = (w->flags & NFI_TF_TUNNEL ? (w->version == 4 ? 20u : 40u) : 20u) + (w->encap ? 8u : 0u);
    for (size_t i = 0; i < length; i++) {
        uint8_t bit = (uint8_t)(1u << dice(8));
        sealed[i] ^= bit;
        exact e = exact_copy(sealed, length);
        int32_t status = exact_open(pair->open, &e, 0);
        if (i >= esp)
            CHECK_IS(status, i < esp + 4 ? -XE_BAD_ESP_SPI : -XE_ESP_DIGEST_MISMATCH);
        CHECK_IS(e.opened.verified, status > 0);      /* ahead of ESP a flip may do no harm */
        if (i >= esp && s->cipher == NFI_AES_CBC)
            CHECK(memcmp(e.bytes, sealed, length) == 0);      /* still the ciphertext that came */
        if (i >= esp && esp_suite_hides(s))
            CHECK(!holds_plain(&e, plain + data));
        free(e.bytes);
        sealed[i] ^= bit;
    }
    exact whole = exact_copy(sealed, length);
    CHECK(exact_open(pair->open, &whole, 0) > 0);
    free(whole.bytes);
}

static void every_flipped_byte_is_found(void)
{
    each_suite_and_way(prove_flipped);
}

static void prove_other_half(esp_pair *pair, const esp_suite *s, const esp_way *w)
{
    uint8_t sealed[512];
    (void)s;
    size_t length = seal_sample(pair->seal, SAMPLE_V4, sealed, 7, 9);
    exact wrong = exact_copy(sealed, length), right = exact_copy(sealed, length);
    int32_t status = exact_open(pair->open, &wrong, 8);
    CHECK(w->flags & NFI_TF_ESN ? status == -XE_ESP_DIGEST_MISMATCH : status > 0);
    CHECK(exact_open(pair->open, &right, 7) > 0);
    free(wrong.bytes);
    free(right.bytes);
}

static void high_half_of_the_sequence_number_is_authenticated(void)
{
    each_suite_and_way(prove_other_half);
}

static void keys_of_another_session_open_nothing(void)
{
    uint8_t sealed[512];
    for (size_t s = 0; s < esp_suite_count; s++) {
        esp_pair a, b;
        esp_suite other = esp_suites[s];
        if (other.mac == 0 || other.cipher_key == 0)
            continue;
        test_case = other.name;
        CHECK_IS(esp_pair_open(&a, &esp_suites[s], &ways[1]), 0);
        other.mac = other.mac == NFI_SHA1 ? NFI_SHA256 : NFI_SHA1;
        other.icv = 12;
        other.mac_key = other.mac == NFI_SHA1 ? 20 : 32;
        CHECK_IS(esp_pair_open(&b, &other, &ways[1]), 0);
        exact e = exact_copy(sealed, seal_sample(a.seal, SAMPLE_V4, sealed, 0, 1));
        int32_t status = exact_open(b.open, &e, 0);
        CHECK(status == -XE_ESP_DIGEST_MISMATCH || status == -XE_NO_DATA);
        free(e.bytes);
        esp_pair_close(&a);
        esp_pair_close(&b);
    }
}

/* Texts with a good ICV that only a peer who has the keys, or a broken one, sends. NULL encryption shows them as they are:
 * text (TEXT bytes), then ICV. */
enum { TEXT = 48 };
static size_t forge(nfi_transform *t, const uint8_t text[TEXT], size_t text_length, uint8_t *packet)
{
    uint8_t icv[64];
    ip4_header h = { .source = IP4(192, 0, 2, 1), .destination = IP4(192, 0, 2, 2), .protocol = 50 };
    uint8_t esp[128] = { 0x11, 0x22, 0x33, 0x44, 0, 0, 0, 1 };
    memcpy(esp + 8, text, text_length);
    CHECK_IS(nfi_esp_icv(t, esp, 8 + text_length, 0, icv), 0);
    memcpy(esp + 8 + text_length, icv, t->icv_length);
    return make_ip4(packet, &h, esp, 8 + text_length + t->icv_length);
}

typedef struct { const char *name; int32_t flags; int32_t at, value, at2, value2; int32_t expected; } trailer_case;
static const trailer_case trailers[] = {
    /* the inner packet has 44 bytes in 48: padding 1 2, length 2, next header */
    { "as it should be", NFI_TF_TUNNEL | NFI_TF_PAD_CHECK, 46, 2, 47, 4, 44 },
    { "pad length past the text", NFI_TF_TUNNEL, 46, 47, 47, 4, -XE_BAD_PAD_DATA },
    { "pad length 255", NFI_TF_TUNNEL, 46, 255, 47, 4, -XE_BAD_PAD_DATA },
    { "pad byte wrong, checked", NFI_TF_TUNNEL | NFI_TF_PAD_CHECK, 45, 9, 47, 4, -XE_BAD_PAD_DATA },
    { "pad byte wrong, not checked", NFI_TF_TUNNEL, 45, 9, 47, 4, 44 },
    { "pad is the whole text", NFI_TF_TUNNEL, 46, 46, 47, 4, -XE_NO_DATA },
    { "pad eats the inner packet's end", NFI_TF_TUNNEL, 46, 3, 47, 4, -XE_SRC_OUT_OF_DATA },
    { "dummy", NFI_TF_TUNNEL | NFI_TF_PAD_CHECK, 46, 2, 47, 59, 0 },
    { "dummy in transport mode", 0, 46, 2, 47, 59, 0 },
    { "IPv6 named, IPv4 inside", NFI_TF_TUNNEL, 46, 2, 47, 41, -XE_UNKNOWN_IP_PROTOCOL },
    { "IPv4 named, IPv6 inside", NFI_TF_TUNNEL, 0, 0x65, 47, 4, -XE_UNKNOWN_IP_PROTOCOL },
    { "UDP in a tunnel", NFI_TF_TUNNEL, 46, 2, 47, 17, -XE_UNKNOWN_IP_PROTOCOL },
    { "ESP in a tunnel", NFI_TF_TUNNEL, 46, 2, 47, 50, -XE_UNKNOWN_IP_PROTOCOL },
    { "next header 255", NFI_TF_TUNNEL, 46, 2, 47, 255, -XE_UNKNOWN_IP_PROTOCOL },
    { "inner header too short", NFI_TF_TUNNEL, 0, 0x44, 47, 4, -XE_NO_DATA },
    { "inner header past its end", NFI_TF_TUNNEL, 3, 20, 0, 0x46, -XE_NO_DATA },
    { "inner length past the payload", NFI_TF_TUNNEL, 3, 47, 47, 4, -XE_SRC_OUT_OF_DATA },
    { "inner length far past", NFI_TF_TUNNEL, 2, 0xff, 47, 4, -XE_SRC_OUT_OF_DATA },
    { "inner length of less than a header", NFI_TF_TUNNEL, 3, 19, 47, 4, -XE_NO_DATA },
    { "inner length short: TFC padding", NFI_TF_TUNNEL, 3, 40, 47, 4, 40 },
    /* read as IPv6 the identification, 257, is the payload length */
    { "IPv6 inside, its length past the payload", NFI_TF_TUNNEL, 0, 0x60, 47, 41, -XE_SRC_OUT_OF_DATA },
};

static void prove_trailer(const trailer_case *c)
{
    uint8_t text[TEXT] = { 0 }, packet[256];
    esp_pair pair;
    esp_way way = { c->flags, 4, 0 };
    ip4_header h = { .source = IP4(10, 0, 0, 1), .destination = IP4(10, 0, 0, 2), .id = 257, .protocol = 253 };
    uint8_t data[24] = "SIXTEEN PLAIN BYTES HERE";
    CHECK_IS(esp_pair_open(&pair, esp_suite_named("NULL + SHA1-96"), &way), 0);
    make_ip4(text, &h, data, sizeof data);
    text[44] = 1;
    text[45] = text[46] = 2;
    text[47] = 4;
    text[c->at] = (uint8_t)c->value;
    text[c->at2] = (uint8_t)c->value2;
    exact e = exact_copy(packet, forge(pair.open, text, TEXT, packet));
    CHECK_IS(exact_open(pair.open, &e, 0), c->expected);
    CHECK_IS(e.opened.verified, 1);
    if (c->expected <= 0)
        CHECK(!holds_plain(&e, data));
    if (c->expected == 0)
        CHECK(e.opened.next == NFI_NEXT_NONE && e.length == 0);
    if (c->expected > 0)
        CHECK(memcmp(e.bytes + e.offset, text, (size_t)c->expected) == 0);
    free(e.bytes);
    esp_pair_close(&pair);
}

static void what_the_text_says_of_itself_is_checked_and_a_liar_wiped(void)
{
    for (size_t i = 0; i < sizeof trailers / sizeof trailers[0]; i++) {
        test_case = trailers[i].name;
        prove_trailer(&trailers[i]);
    }
}

static void texts_of_every_short_length_are_refused(void)
{
    uint8_t text[TEXT] = { 0 }, packet[256];
    esp_pair pair;
    CHECK_IS(esp_pair_open(&pair, esp_suite_named("NULL + SHA1-96"), &ways[1]), 0);
    for (size_t n = 0; n < 20; n++) {
        exact e = exact_copy(packet, forge(pair.open, text, n, packet));
        CHECK(exact_open(pair.open, &e, 0) < 0);
        free(e.bytes);
    }
    esp_pair_close(&pair);
}

/* Text that is no multiple of the cipher's block never reaches the cipher. */
static void odd_text_is_refused_before_decryption(void)
{
    uint8_t text[TEXT] = { 0 }, packet[256];
    esp_pair pair;
    CHECK_IS(esp_pair_open(&pair, esp_suite_named("AES128-CBC + SHA1-96"), &ways[1]), 0);
    for (size_t n = 16; n < TEXT; n++) {          /* IV and text */
        exact e = exact_copy(packet, forge(pair.open, text, n, packet));
        int32_t status = exact_open(pair.open, &e, 0);
        CHECK(n % 16 != 0 || n == 16 ? status == -XE_NO_DATA : status != -XE_ESP_DIGEST_MISMATCH);
        free(e.bytes);
    }
    esp_pair_close(&pair);
}

typedef struct { const char *name; int32_t at, value, at2, value2; int32_t expected; } header_case;
static const header_case headers_v4[] = {
    { "TCP instead of ESP", 9, 6, 9, 6, -XE_EXPECTED_ESP_PROTO },
    { "AH instead of ESP", 9, 51, 9, 51, -XE_EXPECTED_ESP_PROTO },
    { "UDP, but not to port 4500", 9, 17, 22, 1, -XE_EXPECTED_ESP_PROTO },
    { "first fragment", 6, 0x20, 6, 0x20, -XE_NO_DATA },
    { "later fragment", 7, 1, 7, 1, -XE_NO_DATA },
    { "header length 16", 0, 0x44, 0, 0x44, -XE_NO_DATA },
    { "version 5", 0, 0x55, 0, 0x55, -XE_NO_DATA },
    { "total length beyond the buffer", 2, 1, 2, 1, -XE_SRC_OUT_OF_DATA },
    { "total length 19", 2, 0, 3, 19, -XE_NO_DATA },
    { "total length of a header alone", 2, 0, 3, 20, -XE_NO_DATA },
    { "another SPI", 20, 0, 20, 0, -XE_BAD_ESP_SPI },
};

static void lying_headers_are_refused(void)
{
    uint8_t sealed[512];
    for (size_t i = 0; i < sizeof headers_v4 / sizeof headers_v4[0]; i++) {
        esp_pair pair;
        test_case = headers_v4[i].name;
        CHECK_IS(esp_pair_open(&pair, esp_suite_named("AES128-CBC + SHA1-96"), &ways[1]), 0);
        size_t length = seal_sample(pair.seal, SAMPLE_V4, sealed, 0, 1);
        sealed[headers_v4[i].at] = (uint8_t)headers_v4[i].value;
        sealed[headers_v4[i].at2] = (uint8_t)headers_v4[i].value2;
        exact e = exact_copy(sealed, length);
        CHECK_IS(exact_open(pair.open, &e, 0), headers_v4[i].expected);
        free(e.bytes);
        esp_pair_close(&pair);
    }
}

static const header_case headers_udp[] = {
    { "UDP length beyond the packet", 24, 0xff, 24, 0xff, -XE_SRC_OUT_OF_DATA },
    { "UDP length 7", 24, 0, 25, 7, -XE_NO_DATA },
    { "UDP length of a header alone", 24, 0, 25, 8, -XE_NO_DATA },
    { "another port of ours", 22, 0x11, 23, 0x95, -XE_EXPECTED_ESP_PROTO },
};

static void lying_udp_headers_are_refused(void)
{
    uint8_t sealed[512];
    esp_way way = { NFI_TF_TUNNEL, 4, 1 };
    for (size_t i = 0; i < sizeof headers_udp / sizeof headers_udp[0]; i++) {
        esp_pair pair;
        test_case = headers_udp[i].name;
        CHECK_IS(esp_pair_open(&pair, esp_suite_named("AES128-GCM16"), &way), 0);
        size_t length = seal_sample(pair.seal, SAMPLE_V4, sealed, 0, 1);
        sealed[headers_udp[i].at] = (uint8_t)headers_udp[i].value;
        sealed[headers_udp[i].at2] = (uint8_t)headers_udp[i].value2;
        exact e = exact_copy(sealed, length);
        CHECK_IS(exact_open(pair.open, &e, 0), headers_udp[i].expected);
        free(e.bytes);
        esp_pair_close(&pair);
    }
}

/* Extension headers that loop, overrun or stand where they may not (RFC 8200 4.1). */
static void broken_extension_headers_are_refused(void)
{
    static const struct { const char *name; uint8_t bytes[16]; uint8_t first; } cases[] = {
        { "length past the end", { 60, 255 }, 0 },
        { "hop-by-hop twice", { 0, 0, 1, 4, 0, 0, 0, 0, 59, 0, 1, 4 }, 0 },
        { "hop-by-hop behind options", { 0, 0, 1, 4, 0, 0, 0, 0, 59, 0, 1, 4 }, 60 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t packet[128], payload[8] = { 0 };
        esp_pair pair;
        test_case = cases[i].name;
        CHECK_IS(esp_pair_open(&pair, esp_suite_named("AES128-CBC + SHA1-96"), &ways[0]), 0);
        size_t length = make_ip6(packet, HERE6, THERE6, cases[i].first, 64, cases[i].bytes, 16, payload, sizeof payload);
        exact e = exact_copy(packet, length);
        CHECK_IS(exact_open(pair.open, &e, 0), -XE_NO_DATA);
        CHECK_IS(nfi_esp_seal(pair.seal, e.bytes, e.capacity, &e.offset, &e.length, 0, 1, 0), -XE_NO_DATA);
        free(e.bytes);
        esp_pair_close(&pair);
    }
}

static void jumbogram_is_refused(void)
{
    uint8_t packet[128], jumbo[8] = { 17, 0, 0xc2, 4, 0, 1, 0, 0 }, data[16] = { 0 };
    for (size_t w = 0; w < WAYS; w++) {
        esp_pair pair;
        CHECK_IS(esp_pair_open(&pair, esp_suite_named("AES128-CBC + SHA1-96"), &ways[w]), 0);
        size_t length = make_ip6(packet, HERE6, THERE6, 0, 64, jumbo, sizeof jumbo, data, sizeof data);
        put16(packet + 4, 0);
        exact e = exact_copy(packet, length);
        CHECK_IS(nfi_esp_seal(pair.seal, e.bytes, e.capacity, &e.offset, &e.length, 0, 1, 0), -XE_NO_DATA);
        CHECK_IS(exact_open(pair.open, &e, 0), -XE_NO_DATA);
        free(e.bytes);
        esp_pair_close(&pair);
    }
}

/* Damaged packets by the thousand, in exact blocks: the sanitizers are the judge. */
static void prove_random_damage(esp_pair *pair, const esp_suite *s, const esp_way *w)
{
    uint8_t sealed[512], damaged[512];
    (void)s, (void)w;
    for (int32_t sample = 0; sample < SAMPLES; sample++) {
        size_t length = seal_sample(pair->seal, sample, sealed, 0, 1u + (uint32_t)sample);
        for (int32_t n = 0; n < 400; n++) {
            memcpy(damaged, sealed, length);
            for (uint32_t hits = 1 + dice(6); hits > 0; hits--)
                damaged[dice((uint32_t)(hits & 1 ? length : 72))] = (uint8_t)dice(256);
            exact e = exact_copy(damaged, n & 1 ? length : 1 + dice((uint32_t)length));
            (void)exact_open(pair->open, &e, dice(2));
            free(e.bytes);
            exact raw = exact_copy(damaged, 1 + dice((uint32_t)length));
            (void)nfi_esp_seal(pair->seal, raw.bytes, raw.capacity, &raw.offset, &raw.length, 1, (uint32_t)n + 1, dice(300));
            free(raw.bytes);
        }
    }
}

static void damaged_packets_do_no_harm(void)
{
    each_suite_and_way(prove_random_damage);
}

static const nfi_rule rules[] = {
    RULE(packet_cut_at_every_length_is_refused),
    RULE(every_flipped_byte_is_found),
    RULE(high_half_of_the_sequence_number_is_authenticated),
    RULE(keys_of_another_session_open_nothing),
    RULE(what_the_text_says_of_itself_is_checked_and_a_liar_wiped),
    RULE(texts_of_every_short_length_are_refused),
    RULE(odd_text_is_refused_before_decryption),
    RULE(lying_headers_are_refused),
    RULE(lying_udp_headers_are_refused),
    RULE(broken_extension_headers_are_refused),
    RULE(jumbogram_is_refused),
    RULE(damaged_packets_do_no_harm),
};

int main(void)
{
    return nfi_crypto_start() != 0 || RUN(rules);
}
