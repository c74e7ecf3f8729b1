/* What stands outside the protected text: the tunnel's header (RFC 4301 5.1.2), congestion marks (RFC 6040), UDP (RFC 3948),
 * the room a packet needs, and where ESP goes in transport mode (RFC 4303 3.1). */
#include <stdlib.h>
#include <string.h>
#include "esp_pair.h"
#include "nfi_crypto.h"
#include "nfi_limits.h"
#include "nfi_test.h"
#include "packet_make.h"

enum { NOT_ECT, ECT1, ECT0, CE, DROP };
static char description[96];
static esp_buffer buffer;
static nfi_opened opened;

static uint32_t class_of(const uint8_t *packet)
{
    return packet[0] >> 4 == 4 ? packet[1] : get16(packet) >> 4 & 0xff;
}

static void set_class(uint8_t *packet, uint32_t value)
{
    if (packet[0] >> 4 == 4) {
        packet[1] = (uint8_t)value;
        put16(packet + 10, 0);
        put16(packet + 10, plain_checksum(packet, 20, 0));
    } else {
        put16(packet, 0x6000 | value << 4);
    }
}

static int32_t seal(nfi_transform *t, const uint8_t *packet, size_t length)
{
    static uint32_t sequence;
    esp_buffer_fill(&buffer, packet, length);
    return nfi_esp_seal(t, buffer.bytes, sizeof buffer.bytes, &buffer.offset, &buffer.length, 0, ++sequence, 0);
}

static int32_t open(nfi_transform *t)
{
    return nfi_esp_open(t, buffer.bytes, sizeof buffer.bytes, &buffer.offset, &buffer.length, 0, &opened);
}

static esp_pair make_pair(int32_t flags, int32_t version, int32_t encap)
{
    esp_pair pair;
    esp_way way = { flags, version, encap };
    CHECK_IS(esp_pair_open(&pair, esp_suite_named("AES128-CBC + SHA256-128"), &way), 0);
    return pair;
}

static uint8_t *front(void)
{
    return buffer.bytes + buffer.offset;
}

/* RFC 6040 4.1, figure 3: normal mode copies, compatibility mode clears. DSCP 46 is copied by both. */
static void sender_copies_dscp_and_marks_congestion_by_its_mode(void)
{
    uint8_t packet[128];
    for (int32_t outer = 4; outer <= 6; outer += 2)
        for (int32_t full = 0; full <= 1; full++) {
            esp_pair pair = make_pair(NFI_TF_TUNNEL | (full ? NFI_TF_FULL_ECN : 0), outer, 0);
            for (int32_t sample = 0; sample < SAMPLES; sample += 2)
                for (uint32_t ecn = NOT_ECT; ecn <= CE; ecn++) {
                    size_t length = esp_sample_make(sample, packet, 8);
                    set_class(packet, 46u << 2 | ecn);
                    CHECK(seal(pair.seal, packet, length) > 0);
                    CHECK_IS(class_of(front()), 46u << 2 | (full ? ecn : NOT_ECT));
                }
            esp_pair_close(&pair);
        }
}

/* RFC 6040 4.2, figure 4. Columns: outer Not-ECT, ECT(1), ECT(0), CE. */
static const int32_t figure_4[4][4] = {
    [NOT_ECT] = { NOT_ECT, NOT_ECT, NOT_ECT, DROP },
    [ECT1] = { ECT1, ECT1, ECT1, CE },
    [ECT0] = { ECT0, ECT1, ECT0, CE },
    [CE] = { CE, CE, CE, CE },
};

static void prove_merge(esp_pair *pair, int32_t sample, uint32_t inner, uint32_t outer)
{
    uint8_t packet[128];
    int32_t expected = figure_4[inner][outer];
    size_t length = esp_sample_make(sample, packet, 8);
    set_class(packet, 10u << 2 | inner);
    CHECK(seal(pair->seal, packet, length) > 0);
    set_class(front(), 63u << 2 | outer);     /* a DSCP from outside never comes in */
    snprintf(description, sizeof description, "(%s, inner %u, outer %u)", esp_sample_names[sample], inner, outer);
    test_case = description;
    CHECK_IS(open(pair->open), expected == DROP ? -XE_INBOUND_POLICY_FAILURE : (int32_t)length);
    if (expected == DROP)
        return;
    set_class(packet, 10u << 2 | (uint32_t)expected);
    CHECK(memcmp(front(), packet, length) == 0);      /* the IPv4 checksum with it */
}

static void receiver_merges_congestion_marks_by_figure_4(void)
{
    for (int32_t version = 4; version <= 6; version += 2) {
        esp_pair pair = make_pair(NFI_TF_TUNNEL, version, 0);
        for (int32_t sample = 0; sample < SAMPLES; sample += 2)
            for (uint32_t inner = NOT_ECT; inner <= CE; inner++)
                for (uint32_t outer = NOT_ECT; outer <= CE; outer++)
                    prove_merge(&pair, sample, inner, outer);
        esp_pair_close(&pair);
    }
}

static void df_is_set_cleared_or_copied(void)
{
    static const struct { int32_t flags, sample; uint32_t inner, outer; } cases[] = {
        { 0, SAMPLE_V4, 0x4000, 0 }, { 0, SAMPLE_V4, 0, 0 }, { NFI_TF_DF_SET, SAMPLE_V4, 0, 0x4000 }, { NFI_TF_DF_SET, SAMPLE_V6, 0, 0x4000 },
        { NFI_TF_DF_COPY, SAMPLE_V4, 0x4000, 0x4000 }, { NFI_TF_DF_COPY, SAMPLE_V4, 0, 0 }, { NFI_TF_DF_COPY, SAMPLE_V6, 0, 0 },
        { NFI_TF_DF_COPY, SAMPLE_V4, 0x2000, 0 },    /* a fragment may travel in a tunnel; its mark stays inside */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t packet[128];
        esp_pair pair = make_pair(NFI_TF_TUNNEL | cases[i].flags, 4, 0);
        size_t length = esp_sample_make(cases[i].sample, packet, 8);
        if (cases[i].sample == SAMPLE_V4)
            put16(packet + 6, cases[i].inner);
        CHECK(seal(pair.seal, packet, length) > 0);
        CHECK_IS(get16(front() + 6), cases[i].outer);
        CHECK_IS(open(pair.open), length);
        CHECK(memcmp(front(), packet, length) == 0);
        esp_pair_close(&pair);
    }
}

static void tunnel_ends_and_hop_limit_are_the_configured_ones(void)
{
    static const uint8_t ends4[8] = { 192, 0, 2, 1, 192, 0, 2, 2 };
    uint8_t packet[128];
    size_t length = esp_sample_make(SAMPLE_V6, packet, 8);
    esp_pair pair = make_pair(NFI_TF_TUNNEL, 4, 0);
    CHECK(seal(pair.seal, packet, length) > 0);
    CHECK(front()[0] == 0x45 && front()[8] == 61 && front()[9] == 50 && memcmp(front() + 12, ends4, sizeof ends4) == 0);
    esp_pair_close(&pair);
    pair = make_pair(NFI_TF_TUNNEL, 6, 1);
    CHECK(seal(pair.seal, packet, length) > 0);
    CHECK(front()[6] == 17 && front()[7] == 61 && memcmp(front() + 8, HERE6, 16) == 0 && memcmp(front() + 24, THERE6, 16) == 0);
    esp_pair_close(&pair);
}

/* RFC 4303 3.1: only ESP, its trailer and ICV are new; what routers read keeps its bytes but the length and one next header. */
static void transport_mode_leaves_what_routers_read_in_front(void)
{
    for (int32_t sample = 0; sample < SAMPLES; sample++) {
        uint8_t packet[256];
        size_t length = esp_sample_make(sample, packet, 8), clear = esp_sample_front(sample);
        esp_pair pair = make_pair(0, 0, 0);
        test_case = esp_sample_names[sample];
        CHECK(seal(pair.seal, packet, length) > 0);
        size_t named_at = sample == SAMPLE_V6_EXTENSIONS ? 56 : sample == SAMPLE_V6 ? 6 : 9;
        CHECK_IS(front()[named_at], 50);
        CHECK_IS(front()[clear], 0x11);
        size_t length_at = esp_sample_version(sample) == 4 ? 2 : 4;
        memcpy(packet + length_at, front() + length_at, 2);
        packet[named_at] = 50;
        if (esp_sample_version(sample) == 4)
            memcpy(packet + 10, front() + 10, 2);
        CHECK(memcmp(front(), packet, clear) == 0);
        esp_pair_close(&pair);
    }
}

static void transport_mode_refuses_fragments(void)
{
    static const uint8_t later[] = { 17, 0, 0, 8, 0, 0, 0, 1 }, first[] = { 17, 0, 0, 1, 0, 0, 0, 1 }, whole[] = { 17, 0, 0, 0, 0, 0, 0, 1 };
    uint8_t packet[128], data[16] = { 0 };
    esp_pair pair = make_pair(0, 0, 0);
    size_t length = esp_sample_make(SAMPLE_V4, packet, 8);
    put16(packet + 6, 0x2000);
    CHECK_IS(seal(pair.seal, packet, length), -XE_BAD_PARAM);
    put16(packet + 6, 3);
    CHECK_IS(seal(pair.seal, packet, length), -XE_BAD_PARAM);
    CHECK_IS(seal(pair.seal, packet, make_ip6(packet, HERE6, THERE6, 44, 64, first, 8, data, 16)), -XE_BAD_PARAM);
    CHECK_IS(seal(pair.seal, packet, make_ip6(packet, HERE6, THERE6, 44, 64, later, 8, data, 16)), -XE_BAD_PARAM);
    CHECK(seal(pair.seal, packet, make_ip6(packet, HERE6, THERE6, 44, 64, whole, 8, data, 16)) > 0);  /* RFC 6946: atomic */
    esp_pair_close(&pair);
}

/* With exactly the room it needs a packet is sealed; with one byte less at either end it is refused and untouched. */
static void prove_room(esp_pair *pair, const uint8_t *packet, size_t length)
{
    uint8_t before[512], *bytes = malloc(600);
    CHECK(seal(pair->seal, packet, length) > 0);
    size_t ahead = NFI_HEADROOM - buffer.offset, behind = buffer.length - ahead - length;
    for (int32_t lack = 0; lack < 3; lack++) {
        size_t offset = ahead - (lack == 1), inner = length, capacity = offset + length + behind - (lack == 2);
        uint8_t *at = bytes + 600 - capacity;         /* the end of the block is the end of the room */
        memcpy(at + offset, packet, length);
        memcpy(before, at, capacity);
        int32_t status = nfi_esp_seal(pair->seal, at, capacity, &offset, &inner, 0, 1, 0);
        CHECK_IS(status, lack == 0 ? (int32_t)(ahead + length + behind) : -XE_DST_OUT_OF_SPACE);
        if (lack != 0)
            CHECK(memcmp(before, at, capacity) == 0 && inner == length);
    }
    free(bytes);
}

static void packet_needs_exactly_its_room(void)
{
    uint8_t packet[256];
    for (int32_t way = 0; way < 4; way++)
        for (size_t size = 0; size < 40; size++) {
            esp_pair pair = make_pair(way & 1 ? NFI_TF_TUNNEL : 0, 6, way >> 1);
            prove_room(&pair, packet, esp_sample_make(SAMPLE_V6_EXTENSIONS, packet, size));
            esp_pair_close(&pair);
        }
}

static void udp_checksum_is_zero_in_ipv4_and_right_in_ipv6(void)
{
    uint8_t packet[256];
    size_t length = esp_sample_make(SAMPLE_V4, packet, 77);
    esp_pair pair = make_pair(NFI_TF_TUNNEL, 4, 1);
    CHECK(seal(pair.seal, packet, length) > 0);
    CHECK_IS(get16(front() + 26), 0);
    esp_pair_close(&pair);
    pair = make_pair(NFI_TF_TUNNEL, 6, 1);
    CHECK(seal(pair.seal, packet, length) > 0);
    uint64_t sum = 17 + get16(front() + 44);
    for (size_t i = 8; i < 40; i += 2)
        sum += get16(front() + i);
    CHECK_IS(plain_checksum(front() + 40, buffer.length - 40, sum), 0);
    esp_pair_close(&pair);
}

/* A NAT rewrote the source address and port: the text opens, and the inner checksum fits the new addresses (RFC 3948 3.1.2). */
static void checksum_under_a_nat_is_repaired_in_transport_mode(void)
{
    uint8_t packet[128];
    size_t length = esp_sample_make(SAMPLE_V4, packet, 20);
    esp_pair pair = make_pair(0, 0, 1);
    CHECK(seal(pair.seal, packet, length) > 0);
    put32(front() + 12, IP4(203, 0, 113, 9));
    put16(front() + 20, 61000);
    put16(front() + 10, 0);
    put16(front() + 10, plain_checksum(front(), 20, 0));
    CHECK_IS(open(pair.open), length);
    CHECK_IS(opened.encap_remote, 61000);
    CHECK_IS(plain_checksum(front(), 20, 0), 0);
    uint64_t sum = 17 + length - 20;
    for (size_t i = 12; i < 20; i += 2)
        sum += get16(front() + i);
    CHECK_IS(plain_checksum(front() + 20, length - 20, sum), 0);
    esp_pair_close(&pair);
}

/* Somebody on the way puts UDP in front of a packet of a session that never agreed on it, and another source: what is delivered
 * must not get a checksum that fits the forged address. */
static void checksum_is_not_repaired_where_no_nat_was_agreed_on(void)
{
    uint8_t packet[128], udp[8] = { 0xee, 0x48, 0x11, 0x94 };
    size_t length = esp_sample_make(SAMPLE_V4, packet, 20);
    esp_pair pair = make_pair(0, 0, 0);
    int32_t sealed = seal(pair.seal, packet, length);
    CHECK(sealed > 0);
    uint8_t *moved = front() - 8;
    memmove(moved, front(), 20);
    memcpy(moved + 20, udp, 8);
    put16(moved + 24, (uint32_t)sealed - 12);
    buffer.offset -= 8;
    buffer.length += 8;
    put16(moved + 2, (uint32_t)sealed + 8);
    moved[9] = 17;
    put32(moved + 12, IP4(203, 0, 113, 9));
    put16(moved + 10, 0);
    put16(moved + 10, plain_checksum(moved, 20, 0));
    CHECK_IS(open(pair.open), length);
    uint64_t sum = 17 + length - 20;
    for (size_t i = 12; i < 20; i += 2)
        sum += get16(front() + i);
    CHECK(plain_checksum(front() + 20, length - 20, sum) != 0);
    esp_pair_close(&pair);
}

/* RFC 7296 2.23: a peer may send either way at any time. */
static void packet_without_udp_opens_on_an_encapsulated_session(void)
{
    uint8_t packet[128];
    size_t length = esp_sample_make(SAMPLE_V4, packet, 20);
    esp_pair plain = make_pair(NFI_TF_TUNNEL, 4, 0), encap = make_pair(NFI_TF_TUNNEL, 4, 1);
    CHECK(seal(plain.seal, packet, length) > 0);
    CHECK_IS(open(encap.open), length);
    CHECK_IS(opened.encap_remote, 0);
    CHECK(seal(encap.seal, packet, length) > 0);
    CHECK_IS(open(plain.open), length);
    CHECK_IS(opened.encap_remote, 4500);
    esp_pair_close(&plain);
    esp_pair_close(&encap);
}

/* What the sealed packet in the buffer says of its way: the outer source's last byte and the UDP source port change as a NAT would
 * change them. */
static int32_t open_from(const esp_pair *p, uint8_t host, uint16_t port)
{
    int32_t six = front()[0] >> 4 == 6;
    front()[six ? 23 : 15] = host;
    put16(front() + (six ? 40 : 20), port);
    return open(p->open);
}

/* RFC 7296 2.23: a packet that verifies tells when it has come from elsewhere; where both directions follow, it no longer does. A
 * tunnel looks at the address too; in transport mode that is the packet's own, and the selectors judge it. */
static void packet_from_elsewhere_says_so_until_the_transform_follows(void)
{
    uint8_t packet[128];
    size_t length = esp_sample_make(SAMPLE_V4, packet, 20);
    static const esp_way ways[] = { { NFI_TF_TUNNEL, 4, 1 }, { NFI_TF_TUNNEL, 6, 1 }, { 0, 0, 1 } };
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        esp_pair pair = make_pair(ways[i].flags, ways[i].version, 1);
        int32_t tunnel = ways[i].flags != 0, six = ways[i].version == 6;
        CHECK(seal(pair.seal, packet, length) > 0);
        uint8_t host = front()[six ? 23 : 15];
        CHECK_IS(open_from(&pair, host, 4500), length);
        CHECK_IS(opened.moved, 0);
        CHECK(seal(pair.seal, packet, length) > 0);
        CHECK_IS(open_from(&pair, (uint8_t)(host + 1), 4500), length);
        CHECK_IS(opened.moved, tunnel);
        CHECK(seal(pair.seal, packet, length) > 0);
        CHECK_IS(open_from(&pair, (uint8_t)(host + 1), 61000), length);
        CHECK_IS(opened.moved, 1);
        CHECK_IS(opened.encap_remote, 61000);
        CHECK_IS(opened.source[3] & 255, host + 1);
        CHECK_IS(nfi_packet_transform_move(pair.in, opened.source, 4, 61000), 0);
        CHECK(seal(pair.seal, packet, length) > 0);
        CHECK_IS(open_from(&pair, (uint8_t)(host + 1), 61000), length);
        CHECK_IS(opened.moved, 0);
        /* and out again: its destination and port are those of the other end */
        CHECK_IS(nfi_packet_transform_move(pair.out, opened.source, 4, 61001), 0);
        CHECK(seal(pair.seal, packet, length) > 0);
        CHECK_IS(get16(front() + (six ? 42 : 22)), 61001);
        if (tunnel)
            CHECK_IS(front()[six ? 39 : 19], host + 1);
        if (!six)
            CHECK_IS(plain_checksum(front(), 20, 0), 0);
        esp_pair_close(&pair);
    }
}

/* A transform that agreed on no UDP has no place that a packet in UDP could differ from. */
static void packet_in_udp_moves_nothing_where_none_was_agreed_on(void)
{
    uint8_t packet[128];
    size_t length = esp_sample_make(SAMPLE_V4, packet, 20);
    esp_pair plain = make_pair(NFI_TF_TUNNEL, 4, 0), encap = make_pair(NFI_TF_TUNNEL, 4, 1);
    CHECK(seal(encap.seal, packet, length) > 0);
    CHECK_IS(open_from(&plain, 77, 61000), length);
    CHECK_IS(opened.moved, 0);
    esp_pair_close(&plain);
    esp_pair_close(&encap);
}

/* The IPv4 header is not authenticated: a header damaged on the way must not leave with a checksum made good by us. */
static void damaged_header_keeps_a_wrong_checksum(void)
{
    uint8_t packet[128];
    size_t length = esp_sample_make(SAMPLE_V4, packet, 20);
    esp_pair pair = make_pair(0, 0, 0);
    CHECK(seal(pair.seal, packet, length) > 0);
    front()[15] ^= 0x40;
    CHECK_IS(open(pair.open), length);
    CHECK(plain_checksum(front(), 20, 0) != 0);
    esp_pair_close(&pair);
}

static const nfi_rule rules[] = {
    RULE(sender_copies_dscp_and_marks_congestion_by_its_mode),
    RULE(receiver_merges_congestion_marks_by_figure_4),
    RULE(df_is_set_cleared_or_copied),
    RULE(tunnel_ends_and_hop_limit_are_the_configured_ones),
    RULE(transport_mode_leaves_what_routers_read_in_front),
    RULE(transport_mode_refuses_fragments),
    RULE(packet_needs_exactly_its_room),
    RULE(udp_checksum_is_zero_in_ipv4_and_right_in_ipv6),
    RULE(checksum_under_a_nat_is_repaired_in_transport_mode),
    RULE(checksum_is_not_repaired_where_no_nat_was_agreed_on),
    RULE(packet_without_udp_opens_on_an_encapsulated_session),
    RULE(packet_from_elsewhere_says_so_until_the_transform_follows),
    RULE(packet_in_udp_moves_nothing_where_none_was_agreed_on),
    RULE(damaged_header_keeps_a_wrong_checksum),
};

int main(void)
{
    return nfi_crypto_start() != 0 || RUN(rules);
}
