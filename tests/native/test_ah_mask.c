/* What the ICV of AH covers of the headers ahead of it: one case for each field, option and extension header (RFC 4302 3.3.3.1 and
 * appendix A). A case is what the sender has, and what both ends must compute over. */
#include <string.h>
#include "ah.h"
#include "ip.h"
#include "nfi_test.h"
#include "packet_make.h"

enum { EXTENSIONS_MOST = 64 };

/* ---- base headers ---- */

typedef struct { const char *name; size_t at; uint8_t mutable_bits; } field_case;

static const field_case fields4[] = {
    { "version and header length", 0, 0 },
    { "DSCP and ECN", 1, 0xff },
    { "total length", 2, 0 }, { "total length", 3, 0 },
    { "identification", 4, 0 }, { "identification", 5, 0 },
    { "flags and fragment offset", 6, 0xff }, { "fragment offset", 7, 0xff },
    { "time to live", 8, 0xff },
    { "protocol", 9, 0 },
    { "header checksum", 10, 0xff }, { "header checksum", 11, 0xff },
    { "source address", 12, 0 }, { "source address", 15, 0 },
    { "destination address", 16, 0 }, { "destination address", 19, 0 },
};
static const field_case fields6[] = {
    { "version and traffic class", 0, 0x0f },
    { "traffic class and flow label", 1, 0xff },
    { "flow label", 2, 0xff }, { "flow label", 3, 0xff },
    { "payload length", 4, 0 }, { "payload length", 5, 0 },
    { "next header", 6, 0 },
    { "hop limit", 7, 0xff },
    { "source address", 8, 0 }, { "source address", 23, 0 },
    { "destination address", 24, 0 }, { "destination address", 39, 0 },
};

/* Everything set where it may be, so that what is zeroed shows. */
static size_t full_header(uint8_t *dst, int32_t version)
{
    memset(dst, 0xa5, 40);
    dst[0] = version == 4 ? 0x45 : 0x6f;
    if (version == 6)
        dst[6] = 51;
    return version == 4 ? 20 : 40;
}

static void prove_fields(int32_t version, const field_case *cases, size_t count)
{
    for (int32_t direction = NFI_IP_SEAL; direction <= NFI_IP_OPEN; direction++)
        for (size_t i = 0; i < count; i++) {
            uint8_t before[40], after[40];
            size_t length = full_header(before, version);
            test_case = cases[i].name;
            memcpy(after, before, sizeof after);
            CHECK_IS(nfi_ah_mask(after, length, direction), 0);
            CHECK_IS(after[cases[i].at], before[cases[i].at] & ~cases[i].mutable_bits & 0xff);
        }
}

static void each_field_of_the_ipv4_header_is_kept_or_zero(void)
{
    prove_fields(4, fields4, sizeof fields4 / sizeof fields4[0]);
}

static void each_field_of_the_ipv6_header_is_kept_or_zero(void)
{
    prove_fields(6, fields6, sizeof fields6 / sizeof fields6[0]);
}

/* ---- IPv4 options ---- */

/* Appendix A1, the option's number being copy, class and number. Each stands between two no-operations. */
typedef struct { const char *name; uint8_t type; int32_t kept; } option_case;
static const option_case options[] = {
    { "security", 130, 1 },
    { "extended security", 133, 1 },
    { "commercial security", 134, 1 },
    { "router alert", 148, 1 },
    { "sender directed multi-destination delivery", 149, 1 },
    { "loose source route", 131, 0 },
    { "time stamp", 68, 0 },
    { "record route", 7, 0 },
    { "strict source route", 137, 0 },
    { "traceroute", 82, 0 },
    { "stream id", 136, 0 },
    { "MTU probe", 11, 0 },
    { "MTU reply", 12, 0 },
    { "extended internet protocol", 145, 0 },
    { "experimental measurement", 10, 0 },
    { "experimental flow control", 205, 0 },
    { "experimental access control", 142, 0 },
    { "15", 15, 0 },
    { "IMI traffic descriptor", 144, 0 },
    { "address extension", 147, 0 },
    { "one that nobody knows", 222, 0 },
    { "security without the copied bit: unknown", 2, 0 },
};

static size_t with_options(uint8_t *dst, const uint8_t *bytes, size_t length)
{
    ip4_header h = { .source = IP4(10, 0, 0, 1), .destination = IP4(10, 0, 0, 2), .protocol = 51, .options = bytes, .options_length = length };
    return make_ip4(dst, &h, NULL, 0);
}

static void each_ipv4_option_is_kept_or_zero_as_a_whole(void)
{
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        uint8_t packet[60];
        uint8_t bytes[12] = { 1, options[i].type, 7, 4, 0xc1, 0xc2, 0xc3, 0xc4, 1, 1, 1, 0 }, zeros[7] = { 0 };
        test_case = options[i].name;
        size_t length = with_options(packet, bytes, sizeof bytes);
        CHECK_IS(nfi_ah_mask(packet, length, NFI_IP_OPEN), 0);
        CHECK(memcmp(packet + 21, options[i].kept ? bytes + 1 : zeros, 7) == 0);
        CHECK(packet[20] == 1 && packet[28] == 1 && packet[29] == 1 && packet[30] == 1 && packet[31] == 0);
    }
}

static void what_stands_behind_the_end_of_options_is_kept(void)
{
    uint8_t packet[60];
    const uint8_t bytes[8] = { 1, 0, 131, 7, 4, 9, 9, 9 };
    size_t length = with_options(packet, bytes, sizeof bytes);
    CHECK_IS(nfi_ah_mask(packet, length, NFI_IP_SEAL), 0);
    CHECK(memcmp(packet + 20, bytes, sizeof bytes) == 0);
}

/* RFC 791 3.1: length 11, two addresses. The pointer says how far the packet has come. */
typedef struct { const char *name; uint8_t type, pointer; int32_t direction; uint32_t destination; } route_case;
static const route_case routes[] = {
    { "loose, both to visit", 131, 4, NFI_IP_SEAL, IP4(10, 2, 2, 2) },
    { "loose, one to visit", 131, 8, NFI_IP_SEAL, IP4(10, 2, 2, 2) },
    { "loose, at the end", 131, 12, NFI_IP_SEAL, IP4(10, 0, 0, 2) },
    { "strict, both to visit", 137, 4, NFI_IP_SEAL, IP4(10, 2, 2, 2) },
    { "strict, at the end", 137, 12, NFI_IP_SEAL, IP4(10, 0, 0, 2) },
    { "loose, at a receiver it was not meant for", 131, 8, NFI_IP_OPEN, IP4(10, 0, 0, 2) },
    { "loose, at the receiver", 131, 12, NFI_IP_OPEN, IP4(10, 0, 0, 2) },
    { "record route has no say", 7, 4, NFI_IP_SEAL, IP4(10, 0, 0, 2) },
};

static void a_source_route_counts_with_the_destination_it_will_arrive_at(void)
{
    for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++) {
        uint8_t packet[60], expected[4], zeros[11] = { 0 };
        uint8_t bytes[12] = { routes[i].type, 11, routes[i].pointer, 10, 1, 1, 1, 10, 2, 2, 2, 0 };
        test_case = routes[i].name;
        size_t length = with_options(packet, bytes, sizeof bytes);
        put32(expected, routes[i].destination);
        CHECK_IS(nfi_ah_mask(packet, length, routes[i].direction), 0);
        CHECK(memcmp(packet + 16, expected, 4) == 0);
        CHECK(memcmp(packet + 20, zeros, 11) == 0);
    }
}

/* What the sender computes over is what the receiver sees, once the routers have moved the addresses (RFC 791 3.1). */
static void both_ends_of_a_source_route_compute_over_the_same(void)
{
    uint8_t sent[60], arrived[60];
    const uint8_t leaving[12] = { 131, 11, 4, 10, 1, 1, 1, 10, 2, 2, 2, 0 };
    const uint8_t coming[12] = { 131, 11, 12, 10, 9, 9, 9, 10, 9, 9, 8, 0 };      /* the routers' own addresses recorded */
    size_t length = with_options(sent, leaving, sizeof leaving);
    with_options(arrived, coming, sizeof coming);
    put32(arrived + 16, IP4(10, 2, 2, 2));
    arrived[8] -= 3;
    CHECK_IS(nfi_ah_mask(sent, length, NFI_IP_SEAL), 0);
    CHECK_IS(nfi_ah_mask(arrived, length, NFI_IP_OPEN), 0);
    CHECK(memcmp(sent, arrived, length) == 0);
}

typedef struct { const char *name; uint8_t bytes[8]; } broken_case;
static const broken_case broken4[] = {
    { "length 0", { 148, 0, 0, 0, 0, 0, 0, 0 } },
    { "length 1", { 148, 1, 0, 0, 0, 0, 0, 0 } },
    { "length past the header", { 148, 9, 0, 0, 0, 0, 0, 0 } },
    { "length past the header, from the middle", { 1, 1, 1, 1, 148, 5, 0, 0 } },
    { "type without a length at the very end", { 1, 1, 1, 1, 1, 1, 1, 148 } },
    { "source route without a pointer", { 131, 2, 1, 1, 1, 1, 1, 0 } },
    { "source route with a pointer into its head", { 131, 7, 3, 1, 1, 1, 1, 0 } },
    { "source route of half an address", { 131, 5, 4, 1, 1, 1, 1, 0 } },
};

static void ipv4_options_that_lie_about_their_length_are_refused(void)
{
    for (size_t i = 0; i < sizeof broken4 / sizeof broken4[0]; i++) {
        uint8_t packet[60];
        test_case = broken4[i].name;
        size_t length = with_options(packet, broken4[i].bytes, sizeof broken4[i].bytes);
        CHECK_IS(nfi_ah_mask(packet, length, NFI_IP_SEAL), -XE_NO_DATA);
    }
}

/* ---- IPv6 extension headers ---- */

typedef struct {
    const char *name;
    uint8_t first;                    /* protocol of the first extension header */
    size_t length;
    uint8_t sent[EXTENSIONS_MOST], covered[EXTENSIONS_MOST];
    int32_t expected;
} extension_case;

static const extension_case extensions[] = {
    { "hop-by-hop, padding", 0, 8, { 51, 0, 1, 4, 7, 7, 7, 7 }, { 51, 0, 1, 4, 7, 7, 7, 7 }, 0 },
    { "hop-by-hop, one byte of padding each", 0, 8, { 51, 0, 0, 0, 0, 0, 0, 0 }, { 51, 0, 0, 0, 0, 0, 0, 0 }, 0 },
    { "hop-by-hop, router alert does not change", 0, 8, { 51, 0, 5, 2, 0, 9, 1, 0 }, { 51, 0, 5, 2, 0, 9, 1, 0 }, 0 },
    { "hop-by-hop, an option that may change: type and length stay", 0, 8,
      { 51, 0, 0x3e, 3, 9, 8, 7, 0 }, { 51, 0, 0x3e, 3, 0, 0, 0, 0 }, 0 },
    { "hop-by-hop, the two bits above say nothing of change", 0, 8, { 51, 0, 0xde, 4, 9, 8, 7, 6 }, { 51, 0, 0xde, 4, 9, 8, 7, 6 }, 0 },
    { "hop-by-hop, changing ones between others", 0, 16,
      { 51, 1, 0x05, 2, 1, 2, 0xe1, 2, 3, 4, 0, 0x22, 1, 5, 0x0b, 0 }, { 51, 1, 0x05, 2, 1, 2, 0xe1, 2, 0, 0, 0, 0x22, 1, 0, 0x0b, 0 }, 0 },
    { "destination options, an option that may change", 60, 8, { 51, 0, 0x2b, 4, 9, 8, 7, 6 }, { 51, 0, 0x2b, 4, 0, 0, 0, 0 }, 0 },
    { "destination options, home address does not change", 60, 24,
      { 51, 2, 1, 2, 0, 0, 0xc9, 16, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 },
      { 51, 2, 1, 2, 0, 0, 0xc9, 16, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 }, 0 },
    { "routing type 0 at its end", 43, 24,
      { 51, 2, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 },
      { 51, 2, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 }, 0 },
    { "routing type 4 with a segment to visit", 43, 24, { 51, 2, 4, 1 }, { 0 }, -XE_BAD_PARAM },
    { "hop-by-hop, routing, destination options", 0, 24,
      { 43, 0, 0x3e, 4, 9, 9, 9, 9, 60, 0, 0, 0, 0, 0, 0, 0, 51, 0, 0x3f, 4, 9, 9, 9, 9 },
      { 43, 0, 0x3e, 4, 0, 0, 0, 0, 60, 0, 0, 0, 0, 0, 0, 0, 51, 0, 0x3f, 4, 0, 0, 0, 0 }, 0 },
    { "a fragment header is never ahead of AH", 44, 8, { 51, 0, 0, 0, 0, 0, 0, 1 }, { 0 }, -XE_BAD_PARAM },
    { "option longer than its header", 0, 8, { 51, 0, 1, 5, 0, 0, 0, 0 }, { 0 }, -XE_NO_DATA },
    { "option type without a length", 0, 8, { 51, 0, 1, 3, 0, 0, 0, 1 }, { 0 }, -XE_NO_DATA },
    { "option length 255", 60, 8, { 51, 0, 0x3e, 255, 0, 0, 0, 0 }, { 0 }, -XE_NO_DATA },
    { "header longer than what stands ahead of AH", 0, 8, { 51, 1, 1, 4, 0, 0, 0, 0 }, { 0 }, -XE_NO_DATA },
    { "half a header", 0, 4, { 51, 0, 1, 0 }, { 0 }, -XE_NO_DATA },
};

static void each_ipv6_extension_header_counts_as_it_arrives(void)
{
    for (int32_t direction = NFI_IP_SEAL; direction <= NFI_IP_OPEN; direction++)
        for (size_t i = 0; i < sizeof extensions / sizeof extensions[0]; i++) {
            const extension_case *c = &extensions[i];
            uint8_t packet[40 + EXTENSIONS_MOST];
            size_t length = make_ip6(packet, HERE6, THERE6, c->first, 64, c->sent, c->length, NULL, 0);
            test_case = c->name;
            CHECK_IS(nfi_ah_mask(packet, length, direction), c->expected);
            if (c->expected == 0)
                CHECK(memcmp(packet + 40, c->covered, c->length) == 0);
        }
}

/* RFC 2460 4.4, RFC 6275 6.4: from the destination (D) by way of A, B and C; each host puts the next one into the destination. */
typedef struct { const char *name; uint8_t type, size, left; const char *sent, *covered; char destination; int32_t expected; } route6_case;
static const route6_case routes6[] = {
    { "three to visit", 0, 6, 3, "ABC", "DAB", 'C', 0 },
    { "two to visit", 0, 6, 2, "ABC", "ADB", 'C', 0 },
    { "one to visit", 0, 6, 1, "ABC", "ABD", 'C', 0 },
    { "at its end", 0, 6, 0, "ABC", "ABC", 'D', 0 },
    { "home address to visit", 2, 2, 1, "A", "D", 'A', 0 },
    { "home address visited", 2, 2, 0, "A", "A", 'D', 0 },
    { "more to visit than there are", 0, 6, 4, "ABC", NULL, 0, -XE_NO_DATA },
    { "half an address", 0, 5, 1, "AB", NULL, 0, -XE_NO_DATA },
    { "no address", 0, 0, 1, "", NULL, 0, -XE_NO_DATA },
    { "segment routing (RFC 8754) says nowhere how it arrives", 4, 2, 1, "A", NULL, 0, -XE_BAD_PARAM },
};

static void a_routing_header_counts_as_it_will_arrive(void)
{
    for (size_t i = 0; i < sizeof routes6 / sizeof routes6[0]; i++) {
        const route6_case *c = &routes6[i];
        uint8_t packet[40 + EXTENSIONS_MOST] = { 0 }, header[EXTENSIONS_MOST] = { 51, c->size, c->type, c->left };
        uint8_t expected[EXTENSIONS_MOST] = { 51, c->size, c->type, 0 }, last[16];
        size_t bytes = ((size_t)c->size + 1) * 8;
        test_case = c->name;
        for (size_t k = 0; c->sent[k]; k++)
            memset(header + 8 + 16 * k, c->sent[k], 16);
        for (size_t k = 0; c->covered && c->covered[k]; k++)
            memset(expected + 8 + 16 * k, c->covered[k], 16);
        size_t length = make_ip6(packet, HERE6, THERE6, 43, 64, header, bytes, NULL, 0);
        memset(packet + 24, 'D', 16);
        memset(last, c->destination, sizeof last);
        CHECK_IS(nfi_ah_mask(packet, length, NFI_IP_SEAL), c->expected);
        if (c->expected == 0) {
            CHECK(memcmp(packet + 40, expected, bytes) == 0);
            CHECK(memcmp(packet + 24, last, 16) == 0);
        }
    }
}

static void a_receiver_is_at_the_end_of_the_route(void)
{
    const uint8_t header[24] = { 51, 2, 2, 1 };
    uint8_t packet[64];
    size_t length = make_ip6(packet, HERE6, THERE6, 43, 64, header, sizeof header, NULL, 0);
    CHECK_IS(nfi_ah_mask(packet, length, NFI_IP_OPEN), -XE_BAD_PARAM);
}

static void a_head_that_is_no_ip_header_is_refused(void)
{
    uint8_t head[60] = { 0x45 };
    CHECK_IS(nfi_ah_mask(head, 0, NFI_IP_OPEN), -XE_NO_DATA);
    CHECK_IS(nfi_ah_mask(head, 19, NFI_IP_OPEN), -XE_NO_DATA);
    CHECK_IS(nfi_ah_mask(head, 24, NFI_IP_OPEN), -XE_NO_DATA);
    head[0] = 0x44;
    CHECK_IS(nfi_ah_mask(head, 16, NFI_IP_OPEN), -XE_NO_DATA);
    head[0] = 0x60;
    CHECK_IS(nfi_ah_mask(head, 39, NFI_IP_OPEN), -XE_NO_DATA);
    head[0] = 0x70;
    CHECK_IS(nfi_ah_mask(head, 40, NFI_IP_OPEN), -XE_NO_DATA);
}

int main(void)
{
    static const nfi_rule rules[] = {
        RULE(each_field_of_the_ipv4_header_is_kept_or_zero),
        RULE(each_field_of_the_ipv6_header_is_kept_or_zero),
        RULE(each_ipv4_option_is_kept_or_zero_as_a_whole),
        RULE(what_stands_behind_the_end_of_options_is_kept),
        RULE(a_source_route_counts_with_the_destination_it_will_arrive_at),
        RULE(both_ends_of_a_source_route_compute_over_the_same),
        RULE(a_routing_header_counts_as_it_will_arrive),
        RULE(a_receiver_is_at_the_end_of_the_route),
        RULE(ipv4_options_that_lie_about_their_length_are_refused),
        RULE(each_ipv6_extension_header_counts_as_it_arrives),
        RULE(a_head_that_is_no_ip_header_is_refused),
    };
    return RUN(rules);
}
