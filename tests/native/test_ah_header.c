/* What stands ahead of AH, with ESP in it or without: the tunnel's header (RFC 4301 5.1.2 and 8.1), what is set, copied, cleared or
 * counted down there, and a route (RFC 4302 appendix A2). The receiver verifies whatever routers have made of it and gives the packet
 * back as it was. */
#include <stdio.h>
#include <string.h>
#include "ah_pair.h"
#include "nfi_crypto.h"
#include "nfi_test.h"
#include "packet_make.h"

enum { SIZE = 45, DF = 0x4000, MORE = 0x2000, HOP_LIMIT = 61, CLASS = 46u << 2 };
static char description[128];
static esp_buffer buffer;

/* AH alone, and around a cipher with its own integrity and around an AEAD. */
static const char *const within[] = { NULL, "AES128-CBC + SHA256-128", "AES128-GCM16" };
enum { WITHIN = 3 };

static esp_pair make_pair(int32_t inner, int32_t flags, int32_t version)
{
    esp_pair pair;
    esp_way way = { NFI_TF_TUNNEL | flags, version, 0 };
    CHECK_IS(ah_pair_open(&pair, ah_suite_named("SHA256-128"), within[inner] ? esp_suite_named(within[inner]) : NULL, &way), 0);
    return pair;
}

static uint8_t *front(void)
{
    return buffer.bytes + buffer.offset;
}

static int32_t seal(esp_pair *pair, const uint8_t *packet, size_t length)
{
    static uint32_t sequence;
    esp_buffer_fill(&buffer, packet, length);
    return nfi_ah_seal(pair->seal, buffer.bytes, sizeof buffer.bytes, &buffer.offset, &buffer.length, 0, ++sequence, 0);
}

static void opens_to(esp_pair *pair, const uint8_t *packet, size_t length)
{
    nfi_opened opened;
    CHECK_IS(nfi_ah_open(pair->open, buffer.bytes, sizeof buffer.bytes, &buffer.offset, &buffer.length, 0, &opened), length);
    CHECK(buffer.length == length && memcmp(front(), packet, length) == 0);
}

static void mend(uint8_t *packet)
{
    put16(packet + 10, 0);
    put16(packet + 10, plain_checksum(packet, 20, 0));
}

/* RFC 4301 8.1. The inner packet's family, its flags; what stands outside, in IPv4. */
typedef struct { int32_t flags, sample; uint32_t inner, outer; } df_case;
static const df_case dfs[] = {
    { 0, SAMPLE_V4, DF, 0 }, { 0, SAMPLE_V4, 0, 0 }, { 0, SAMPLE_V6, 0, 0 },
    { NFI_TF_DF_SET, SAMPLE_V4, 0, DF }, { NFI_TF_DF_SET, SAMPLE_V4, DF, DF }, { NFI_TF_DF_SET, SAMPLE_V6, 0, DF },
    { NFI_TF_DF_COPY, SAMPLE_V4, DF, DF }, { NFI_TF_DF_COPY, SAMPLE_V4, 0, 0 }, { NFI_TF_DF_COPY, SAMPLE_V6, 0, 0 },
    { NFI_TF_DF_COPY, SAMPLE_V4, MORE, 0 },      /* a fragment may travel in a tunnel; its mark stays inside */
};

static void df_is_set_cleared_or_copied(void)
{
    for (int32_t inner = 0; inner < WITHIN; inner++)
        for (size_t i = 0; i < sizeof dfs / sizeof dfs[0]; i++) {
            uint8_t packet[128];
            esp_pair pair = make_pair(inner, dfs[i].flags, 4);
            size_t length = esp_sample_make(dfs[i].sample, packet, SIZE);
            snprintf(description, sizeof description, "case %zu around %s", i, within[inner] ? within[inner] : "the packet");
            test_case = description;
            if (dfs[i].sample == SAMPLE_V4) {
                put16(packet + 6, dfs[i].inner);
                mend(packet);
            }
            CHECK(seal(&pair, packet, length) > 0);
            CHECK_IS(get16(front() + 6), dfs[i].outer);
            CHECK_IS(plain_checksum(front(), 20, 0), 0);
            opens_to(&pair, packet, length);
            esp_pair_close(&pair);
        }
}

/* The outer limit is the configured one, whatever the inner is; routers count it down, and the inner is what it was: who passes the
 * packet on counts that one down (RFC 4301 5.1.2.1 notes 1 and 4). */
static void each_header_has_a_hop_limit_of_its_own(void)
{
    for (int32_t inner = 0; inner < WITHIN; inner++)
        for (int32_t version = 4; version <= 6; version += 2)
            for (int32_t sample = 0; sample < SAMPLES; sample += 2)
                for (uint32_t limit = 0; limit <= 255; limit += 51) {
                    uint8_t packet[128];
                    esp_pair pair = make_pair(inner, 0, version);
                    size_t length = esp_sample_make(sample, packet, SIZE), outer_at = version == 4 ? 8 : 7;
                    packet[packet[0] >> 4 == 4 ? 8 : 7] = (uint8_t)limit;
                    if (packet[0] >> 4 == 4)
                        mend(packet);
                    CHECK(seal(&pair, packet, length) > 0);
                    CHECK_IS(front()[outer_at], HOP_LIMIT);
                    front()[outer_at] = 1;
                    if (version == 4)
                        mend(front());
                    opens_to(&pair, packet, length);
                    esp_pair_close(&pair);
                }
}

/* Another class, and fragments put together again, change nothing that AH covers; the inner class is not the outer's (RFC 4301 5.1.2). */
static void what_routers_may_change_outside_reaches_nobody_inside(void)
{
    for (int32_t inner = 0; inner < WITHIN; inner++) {
        uint8_t packet[128];
        esp_pair pair = make_pair(inner, NFI_TF_FULL_ECN, 4);
        size_t length = esp_sample_make(SAMPLE_V4, packet, SIZE);
        packet[1] = CLASS;
        mend(packet);
        CHECK(seal(&pair, packet, length) > 0);
        CHECK_IS(front()[1], CLASS);
        front()[1] = 0;                           /* a network that knows no classes */
        put16(front() + 6, DF);
        mend(front());
        opens_to(&pair, packet, length);
        CHECK(seal(&pair, packet, length) > 0);
        put16(front() + 4, get16(front() + 4) ^ 1);        /* identification is covered */
        mend(front());
        nfi_opened opened;
        CHECK_IS(nfi_ah_open(pair.open, buffer.bytes, sizeof buffer.bytes, &buffer.offset, &buffer.length, 0, &opened), -XE_AH_DIGEST_MISMATCH);
        esp_pair_close(&pair);
    }
}

static int32_t open_copy(esp_pair *pair, const uint8_t *packet, size_t length)
{
    static esp_buffer copy;
    nfi_opened opened;
    esp_buffer_fill(&copy, packet, length);
    return nfi_ah_open(pair->open, copy.bytes, sizeof copy.bytes, &copy.offset, &copy.length, 0, &opened);
}

/* Sealed with two hosts to visit, it opens where it arrives, every address exchanged for the next, and nowhere before. */
static void what_leaves_with_a_route_ahead_opens_where_it_arrives(void)
{
    uint8_t packet[256], route[40] = { 17, 4, 0, 2 }, udp[24];
    esp_way way = { 0, 0, 0 };
    esp_pair pair;
    CHECK_IS(ah_pair_open(&pair, ah_suite_named("SHA256-128"), NULL, &way), 0);
    memset(route + 8, 0xb1, 16);
    memset(route + 24, 0xb2, 16);
    make_udp(udp, 7, 9, (const uint8_t[16]) { 0 }, 16);
    size_t length = make_ip6(packet, HERE6, THERE6, 43, 64, route, sizeof route, udp, sizeof udp);
    CHECK(seal(&pair, packet, length) > 0);
    memcpy(packet, front(), buffer.length);
    for (uint8_t stop = 0; stop < 2; stop++) {
        uint8_t address[16];
        CHECK_IS(open_copy(&pair, packet, buffer.length), -XE_BAD_PARAM);
        memcpy(address, packet + 24, 16);
        memcpy(packet + 24, packet + 48 + 16 * stop, 16);
        memcpy(packet + 48 + 16 * stop, address, 16);
        packet[43]--;
        packet[7]--;
    }
    CHECK_IS(open_copy(&pair, packet, buffer.length), length);
    packet[48] ^= 1;
    CHECK_IS(open_copy(&pair, packet, buffer.length), -XE_AH_DIGEST_MISMATCH);
    esp_pair_close(&pair);
}

int main(void)
{
    static const nfi_rule rules[] = {
        RULE(df_is_set_cleared_or_copied),
        RULE(each_header_has_a_hop_limit_of_its_own),
        RULE(what_routers_may_change_outside_reaches_nobody_inside),
        RULE(what_leaves_with_a_route_ahead_opens_where_it_arrives),
    };
    return nfi_crypto_start() != 0 || RUN(rules);
}
