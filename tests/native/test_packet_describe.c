/* Header parsing: what a packet is, and that no packet of any length or content is read past its end. */
#include <stdlib.h>
#include "packet_check.h"
#include "packet_make.h"
#include "describe.h"
#include "wire.h"

static int32_t info[NFI_INFO_WORDS];
static nfi_layout layout;

/* From a block of its own size, so that the address sanitizer sees one byte too far. */
static int32_t describe_exact(const uint8_t *packet, size_t captured, size_t total)
{
    uint8_t *copy = malloc(captured ? captured : 1);
    if (captured)
        memcpy(copy, packet, captured);
    int32_t status = nfi_describe(copy, captured, total, info, &layout);
    free(copy);
    return status;
}

static const uint8_t router_alert[] = { 0x94, 4, 0, 0 };
static const uint8_t esp[] = { 0, 0, 0x12, 0x34, 0, 0, 0, 7, 1, 2, 3, 4 };
static const uint8_t zero_spi[] = { 0, 0, 0, 0, 9, 9, 9, 9, 9 };
static const uint8_t keepalive[] = { 0xff };

static size_t sample(int32_t which, uint8_t *p)
{
    uint8_t upper[80] = { 0 };
    ip4_header h = { IP4(10, 1, 2, 3), IP4(192, 168, 0, 1), 77, 0x4000, 0, 64, NULL, 0 };
    static const uint8_t hbh_then_udp[8] = { 17, 0, 5, 2, 0, 0, 1, 0 };
    static const uint8_t all[] = { 43, 0, 1, 4, 0, 0, 0, 0,   60, 0, 4, 1, 0, 0, 0, 0,   44, 0, 1, 4, 0, 0, 0, 0,
                                   6, 0, 0, 1, 0xde, 0xad, 0xbe, 0xef };
    static const uint8_t later[] = { 60, 0, 0x05, 0xa9, 0, 0, 0, 1 };
    static const uint8_t ah[] = { 6, 4, 0, 0, 0, 0, 0x56, 0x78, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
    switch (which) {
    case 0:
        h.protocol = 17;
        return make_ip4(p, &h, upper, make_udp(upper, 500, 1024, keepalive, 1));
    case 1:
        h.protocol = 6;
        h.options = router_alert;
        h.options_length = 4;
        put16(upper, 80);
        put16(upper + 2, 1025);
        return make_ip4(p, &h, upper, 20);
    case 2:
        h.protocol = 50;
        return make_ip4(p, &h, esp, sizeof esp);
    case 3:
        h.protocol = 51;
        return make_ip4(p, &h, ah, sizeof ah);
    case 4:
        h.protocol = 17;
        return make_ip4(p, &h, upper, make_udp(upper, 4501, 4500, esp, sizeof esp));
    case 5:
        h.protocol = 17;
        return make_ip4(p, &h, upper, make_udp(upper, 4501, 4500, zero_spi, sizeof zero_spi));
    case 6:
        h.protocol = 17;
        return make_ip4(p, &h, upper, make_udp(upper, 4501, 4500, keepalive, sizeof keepalive));
    case 7:
        h.protocol = 1;
        upper[0] = 8;
        upper[1] = 3;
        return make_ip4(p, &h, upper, 8);
    case 8:
        h.protocol = 17;
        h.fragment = 0x2000 | 185;
        return make_ip4(p, &h, upper, 32);
    case 9:
        return make_ip6(p, HERE6, THERE6, 0, 64, hbh_then_udp, 8, upper, make_udp(upper, 5, 6, NULL, 0));
    case 10:
        return make_ip6(p, HERE6, THERE6, 0, 64, all, sizeof all, upper, 20);
    case 11:
        return make_ip6(p, HERE6, THERE6, 44, 64, later, sizeof later, upper, 16);
    case 12:
        return make_ip6(p, HERE6, THERE6, 51, 64, NULL, 0, ah, sizeof ah);
    case 13:
        upper[0] = 128;
        return make_ip6(p, HERE6, THERE6, 58, 255, NULL, 0, upper, 8);
    case 14:
        return make_ip6(p, HERE6, THERE6, 59, 255, NULL, 0, NULL, 0);
    default:
        return 0;
    }
}

static void each_field_is_found(void)
{
    static const struct {
        int32_t version, protocol, source_port, destination_port, spi, sequence, flags, upper, kind, encap;
    } expected[] = {
        { 4, 17, 500, 1024, 0, 0, NFI_FLAG_DF, 20, NFI_NOTHING, 0 },
        { 4, 6, 80, 1025, 0, 0, NFI_FLAG_DF, 24, NFI_NOTHING, 0 },
        { 4, 50, -1, -1, 0x1234, 7, NFI_FLAG_DF, 20, NFI_INBOUND, 0 },
        { 4, 51, -1, -1, 0x5678, 3, NFI_FLAG_DF, 20, NFI_INBOUND, 0 },
        { 4, 17, 4501, 4500, 0x1234, 7, NFI_FLAG_DF | NFI_FLAG_ENCAPSULATED, 20, NFI_INBOUND, NFI_ENCAP_ESP },
        { 4, 17, 4501, 4500, 0, 0, NFI_FLAG_DF, 20, NFI_DATAGRAM, NFI_ENCAP_IKE },
        { 4, 17, 4501, 4500, 0, 0, NFI_FLAG_DF, 20, NFI_NOTHING, NFI_ENCAP_KEEPALIVE },
        { 4, 1, NFI_ICMP_SHOWN + 8, NFI_ICMP_SHOWN + 3, 0, 0, NFI_FLAG_DF, 20, NFI_NOTHING, 0 },
        { 4, 17, -1, -1, 0, 0, NFI_FLAG_FRAGMENT, 20, NFI_NOTHING, 0 },
        { 6, 17, 5, 6, 0, 0, 0, 48, NFI_NOTHING, 0 },
        { 6, 6, 0, 0, 0, 0, NFI_FLAG_FRAGMENT, 72, NFI_NOTHING, 0 },
        { 6, 60, -1, -1, 0, 0, NFI_FLAG_FRAGMENT, 48, NFI_NOTHING, 0 },
        { 6, 51, -1, -1, 0x5678, 3, 0, 40, NFI_INBOUND, 0 },
        { 6, 58, NFI_ICMP_SHOWN + 128, NFI_ICMP_SHOWN, 0, 0, 0, 40, NFI_NOTHING, 0 },
        { 6, 59, -1, -1, 0, 0, 0, 40, NFI_NOTHING, 0 },
    };
    uint8_t p[256];
    for (int32_t i = 0; i < (int32_t)(sizeof expected / sizeof expected[0]); i++) {
        size_t length = sample(i, p);
        CHECK_IS(describe_exact(p, length, length), 0);
        CHECK_IS(info[NFI_INFO_LENGTH], length);
        CHECK_IS(info[NFI_INFO_VERSION], expected[i].version);
        CHECK_IS(info[NFI_INFO_PROTOCOL], expected[i].protocol);
        CHECK_IS(info[NFI_INFO_SOURCE_PORT], expected[i].source_port);
        CHECK_IS(info[NFI_INFO_DESTINATION_PORT], expected[i].destination_port);
        CHECK_IS(info[NFI_INFO_SPI], expected[i].spi);
        CHECK_IS(info[NFI_INFO_SEQUENCE], expected[i].sequence);
        CHECK_IS(info[NFI_INFO_FLAGS], expected[i].flags);
        CHECK_IS(layout.upper, expected[i].upper);
        CHECK_IS(layout.encap, expected[i].encap);
        CHECK_IS(nfi_describe_inbound(info, &layout), expected[i].kind);
    }
    sample(4, p);
    describe_exact(p, 256, 256);                      /* padding of the frame behind the packet is no part of it */
    CHECK_IS(info[NFI_INFO_ENCAP_REMOTE], 4501);
    CHECK_IS(info[NFI_INFO_ENCAP_LOCAL], 4500);
    CHECK_IS((uint32_t)info[NFI_INFO_SOURCE + 3], IP4(10, 1, 2, 3));
    CHECK(nfi_address_is_v4(info + NFI_INFO_DESTINATION));
}

static void the_ipv6_walk_knows_its_places(void)
{
    uint8_t p[256];
    size_t length = sample(10, p);
    describe_exact(p, length, length);
    CHECK_IS(layout.unfragmentable, 56);              /* up to the routing header (RFC 8200 4.5) */
    CHECK_IS(layout.fragment, 64);
    CHECK_IS(layout.fragment_named_at, 56);
    CHECK_IS(layout.upper_named_at, 64);
    CHECK_IS(layout.identification, 0xdeadbeef);
    CHECK_IS(layout.more, 1);
    length = sample(11, p);
    describe_exact(p, length, length);
    CHECK_IS(layout.fragment_offset, 0x05a8);
    CHECK_IS(layout.upper, 48);
}

static void wrong_packets_are_refused(void)
{
    static const struct { int32_t from; size_t at; uint8_t value; } cases[] = {
        { 0, 0, 0x35 }, { 0, 0, 0x44 }, { 0, 0, 0x4f }, { 0, 3, 19 }, { 0, 2, 0xff },   /* version, IHL, total length */
        { 0, 25, 7 }, { 0, 25, 200 },                                                    /* UDP length */
        { 1, 21, 0 }, { 1, 21, 1 }, { 1, 21, 5 },                                        /* option length */
        { 1, 0, 0x47 }, { 1, 3, 30 },                                                    /* TCP cut short */
        { 9, 4, 1 }, { 9, 41, 1 }, { 9, 40, 0 },                                         /* payload length, extension, second hop-by-hop */
        { 10, 50, 0 },                                                                   /* routing type 0 at work */
        { 10, 64, 44 },                                                                  /* fragment in fragment */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t p[256] = { 0 };
        size_t length = sample(cases[i].from, p);
        p[cases[i].at] = cases[i].value;
        if (!CHECK(describe_exact(p, length, length) < 0))
            printf("case %zu\n", i);
        CHECK_IS(info[NFI_INFO_PROTOCOL], 0);
        CHECK_IS(info[NFI_INFO_SOURCE_PORT], -1);
    }
}

static void endless_extension_chains_end(void)
{
    uint8_t p[400], extensions[8 * 12] = { 0 };
    for (size_t count = 1; count <= 12; count++) {
        for (size_t i = 0; i < count; i++)
            extensions[8 * i] = i + 1 < count ? 60 : 59;
        size_t length = make_ip6(p, HERE6, THERE6, 60, 64, extensions, 8 * count, NULL, 0);
        CHECK_IS(describe_exact(p, length, length), count <= NFI_MAX_EXTENSIONS ? 0 : -XE_NO_DATA);
    }
}

static void hop_by_hop_options_come_first_or_not_at_all(void)
{
    uint8_t p[100], extensions[16] = { 0, 0, 1, 4, 0, 0, 0, 0,   59, 0, 1, 4, 0, 0, 0, 0 };
    size_t length = make_ip6(p, HERE6, THERE6, 60, 64, extensions, 16, NULL, 0);
    CHECK_IS(describe_exact(p, length, length), -XE_NO_DATA);
    p[6] = 0;
    CHECK_IS(describe_exact(p, length, length), -XE_NO_DATA);
    p[40] = 60;
    CHECK_IS(describe_exact(p, length, length), 0);
}

static void every_truncation_is_survived(void)
{
    uint8_t p[256];
    for (int32_t i = 0; i <= 14; i++) {
        size_t length = sample(i, p);
        for (size_t cut = 0; cut < length; cut++) {
            CHECK_IS(describe_exact(p, cut, cut), -XE_NO_DATA);
            int32_t partial = describe_exact(p, cut, length);          /* there is more, but not here */
            CHECK(partial == 0 || partial == -XE_SRC_OUT_OF_DATA);
        }
    }
}

static void every_flip_is_survived(void)
{
    uint8_t p[256];
    for (int32_t round = 0; round < 60000; round++) {
        size_t length = sample(round % 15, p);
        for (uint32_t flips = 1 + dice(4); flips > 0; flips--)
            p[dice((uint32_t)length)] ^= (uint8_t)(1u << dice(8));
        size_t captured = dice(4) ? length : dice((uint32_t)length + 1);
        int32_t status = describe_exact(p, captured, length);
        CHECK(status <= 0);
        if (status == 0) {
            CHECK((size_t)info[NFI_INFO_LENGTH] <= length && layout.upper <= info[NFI_INFO_LENGTH]);
            CHECK(layout.unfragmentable <= layout.upper && layout.upper_named_at < layout.upper);
        }
    }
}

static size_t copy_flat(const void *origin, uint8_t *dst, size_t length, size_t offset)
{
    memcpy(dst, (const uint8_t *)origin + offset, length);
    return length;
}

static void a_packet_in_pieces_is_described_alike(void)
{
    static uint8_t p[2000];
    size_t length = sample(10, p);
    p[4] = 1500 >> 8;
    p[5] = 1500 & 255;
    nfi_source source = { copy_flat, p, 0, 1540 };
    CHECK(length < 1540);
    CHECK_IS(nfi_describe_source(&source, info, &layout), 0);
    CHECK_IS(info[NFI_INFO_LENGTH], 1540);
    CHECK_IS(layout.fragment, 64);
}

static size_t link_packet(uint8_t *p, int32_t v6, uint32_t source4, uint32_t destination4, uint8_t destination_top, uint8_t protocol,
                          uint8_t hop_limit, const uint8_t *upper, size_t upper_length)
{
    uint8_t source[16] = { 0xfe, 0x80 }, destination[16] = { destination_top, destination_top == 0xff ? 2 : 0x80 };
    ip4_header h = { source4, destination4, 1, 0, protocol, hop_limit, NULL, 0 };
    if (destination_top == 0x20)
        memcpy(destination, THERE6, 16);
    destination[15] = source[15] = 9;
    if (destination_top == 0xff) {                    /* the DHCPv6 servers of the link, a group as good as any for the others */
        destination[13] = 1;
        destination[15] = 2;
    }
    return v6 ? make_ip6(p, source, destination, protocol, hop_limit, NULL, 0, upper, upper_length)
              : make_ip4(p, &h, upper, upper_length);
}

static void only_the_link_protocols_pass_ahead_of_policy(void)
{
    enum { ANY4 = 0xffffffff };
    static const struct {
        int32_t v6; uint8_t protocol, hop_limit; uint32_t source_port, destination_port; int32_t inbound; uint8_t destination; int32_t passes;
    } cases[] = {                                     /* for ICMPv6: type, code */
        { 0, 17, 64, 68, 67, 0, 0, 1 }, { 0, 17, 64, 67, 68, 1, 0, 1 }, { 0, 17, 64, 68, 67, 1, 0, 0 }, { 0, 17, 64, 67, 68, 0, 0, 0 },
        { 0, 17, 64, 68, 68, 0, 0, 0 }, { 0, 6, 64, 68, 67, 0, 0, 0 }, { 0, 17, 64, 53, 67, 0, 0, 0 },
        { 1, 17, 64, 546, 547, 0, 0xff, 1 }, { 1, 17, 64, 546, 547, 0, 0x20, 0 }, { 1, 17, 64, 547, 546, 1, 0xfe, 1 },
        { 1, 17, 64, 546, 547, 1, 0xff, 0 },
        { 1, 58, 255, 133, 0, 0, 0xff, 1 }, { 1, 58, 255, 134, 0, 1, 0xff, 1 }, { 1, 58, 255, 135, 0, 0, 0xff, 1 },
        { 1, 58, 255, 136, 0, 1, 0xfe, 1 }, { 1, 58, 254, 135, 0, 1, 0xff, 0 }, { 1, 58, 255, 135, 1, 1, 0xff, 0 },
        { 1, 58, 255, 137, 0, 1, 0xfe, 0 }, { 1, 58, 255, 128, 0, 1, 0xfe, 0 }, { 1, 58, 1, 143, 0, 0, 0xff, 1 },
        { 1, 58, 1, 130, 0, 1, 0xff, 1 }, { 1, 58, 2, 143, 0, 0, 0xff, 0 }, { 1, 58, 1, 143, 0, 0, 0x20, 0 },
        { 1, 58, 1, 131, 0, 0, 0xfe, 0 }, { 1, 17, 64, 546, 547, 0, 0xfe, 0 }, { 1, 17, 64, 547, 546, 1, 0xff, 0 },
    };
    uint8_t p[128], upper[40] = { 0 };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        memset(upper, 0, sizeof upper);
        if (cases[i].protocol == 58) {
            upper[0] = (uint8_t)cases[i].source_port;
            upper[1] = (uint8_t)cases[i].destination_port;
        } else {
            make_udp(upper, cases[i].source_port, cases[i].destination_port, NULL, 0);
        }
        size_t length = link_packet(p, cases[i].v6, 0, ANY4, cases[i].destination, cases[i].protocol, cases[i].hop_limit, upper,
                                    cases[i].protocol == 6 ? 20 : 8);
        CHECK_IS(describe_exact(p, length, length), 0);
        if (!CHECK_IS(nfi_describe_builtin(info, &layout, cases[i].inbound) != 0, cases[i].passes))
            printf("case %zu\n", i);
    }
    static const struct { uint32_t destination; uint8_t ttl; int32_t passes; } igmp[] = {
        { IP4(224, 0, 0, 22), 1, 1 }, { IP4(224, 0, 0, 22), 2, 0 }, { IP4(10, 0, 0, 1), 1, 0 } };
    for (size_t i = 0; i < 3; i++) {
        size_t length = link_packet(p, 0, IP4(10, 0, 0, 9), igmp[i].destination, 0, 2, igmp[i].ttl, upper, 8);
        CHECK_IS(describe_exact(p, length, length), 0);
        CHECK_IS(nfi_describe_builtin(info, &layout, 0) != 0, igmp[i].passes);
    }
}

static int32_t passes_ahead(const uint8_t *p, size_t length, int32_t inbound)
{
    CHECK_IS(describe_exact(p, length, length), 0);
    return nfi_describe_builtin(info, &layout, inbound) != 0;
}

/* Whoever wants to carry data past the policy in the clothes of a link protocol has the wrong addresses for it. */
static void link_protocols_with_other_addresses_are_under_policy(void)
{
    uint8_t p[128], upper[16] = { 134 };
    size_t length = link_packet(p, 1, 0, 0, 0xff, 58, 255, upper, 8);
    CHECK(passes_ahead(p, length, 1));
    p[8] = 0x20;                                      /* a router speaks from its link-local address (RFC 4861 6.1.2) */
    CHECK(!passes_ahead(p, length, 1));
    make_udp(upper, 546, 547, NULL, 0);
    length = link_packet(p, 1, 0, 0, 0xff, 17, 64, upper, 8);
    CHECK(passes_ahead(p, length, 0));
    p[39] = 3;                                        /* another group of the link */
    CHECK(!passes_ahead(p, length, 0));
    make_udp(upper, 68, 67, NULL, 0);
    length = link_packet(p, 0, 0, IP4(239, 1, 2, 3), 0, 17, 64, upper, 8);
    CHECK(!passes_ahead(p, length, 0));
    make_udp(upper, 67, 68, NULL, 0);
    length = link_packet(p, 0, IP4(10, 0, 0, 1), IP4(224, 0, 0, 1), 0, 17, 64, upper, 8);
    CHECK(!passes_ahead(p, length, 1));
}

/* ::ffff:a.b.c.d in an IPv6 header would be taken for the IPv4 address, our own among them. */
static void ipv4_mapped_addresses_in_an_ipv6_header_are_refused(void)
{
    static const uint8_t mapped[16] = { [10] = 0xff, 0xff, 10, 0, 0, 77 };
    uint8_t p[100], upper[8] = { 0 };
    size_t length = make_ip6(p, mapped, THERE6, 58, 64, NULL, 0, upper, 8);
    CHECK_IS(describe_exact(p, length, length), -XE_NO_DATA);
    length = make_ip6(p, HERE6, mapped, 50, 64, NULL, 0, esp, sizeof esp);
    CHECK_IS(describe_exact(p, length, length), -XE_NO_DATA);
    CHECK_IS(info[NFI_INFO_PROTOCOL], 0);
    p[24 + 9] = 1;                                    /* no longer the mapped prefix */
    CHECK_IS(describe_exact(p, length, length), 0);
}

/* RFC 1858 3, RFC 7112: a first piece that ends inside the headers a filter reads is no packet, whatever hides them. */
static void first_fragments_without_their_ports_are_refused(void)
{
    static const uint8_t atomic[8] = { 6, 0, 0, 0, 0, 0, 0, 1 }, options[16] = { 44, 0, 1, 4, 0, 0, 0, 0, 6, 0, 0, 1, 0, 0, 0, 1 };
    static const uint8_t behind[8] = { 60, 0, 0, 1, 0, 0, 0, 1 };
    uint8_t p[128], upper[24] = { 6, 2, 1, 4 };       /* as destination options: 24 bytes long, of which 16 come */
    ip4_header h = { IP4(10, 0, 0, 1), IP4(10, 0, 0, 2), 1, 0x2000, 6, 64, NULL, 0 };
    size_t length = make_ip4(p, &h, upper, 16);
    CHECK_IS(describe_exact(p, length, length), -XE_NO_DATA);
    length = make_ip6(p, HERE6, THERE6, 44, 64, atomic, 8, upper, 16);
    CHECK_IS(describe_exact(p, length, length), -XE_NO_DATA);
    length = make_ip6(p, HERE6, THERE6, 60, 64, options, 16, upper, 16);
    CHECK_IS(describe_exact(p, length, length), -XE_NO_DATA);
    length = make_ip6(p, HERE6, THERE6, 44, 64, behind, 8, upper, 16);
    CHECK_IS(describe_exact(p, length, length), -XE_NO_DATA);
    length = make_ip6(p, HERE6, THERE6, 44, 64, behind, 8, upper, 24);
    CHECK_IS(describe_exact(p, length, length), -XE_NO_DATA);   /* the options, but nothing behind them */
}

int main(void)
{
    link_protocols_with_other_addresses_are_under_policy();
    ipv4_mapped_addresses_in_an_ipv6_header_are_refused();
    first_fragments_without_their_ports_are_refused();
    each_field_is_found();
    the_ipv6_walk_knows_its_places();
    wrong_packets_are_refused();
    endless_extension_chains_end();
    hop_by_hop_options_come_first_or_not_at_all();
    every_truncation_is_survived();
    every_flip_is_survived();
    a_packet_in_pieces_is_described_alike();
    only_the_link_protocols_pass_ahead_of_policy();
    return check_result("packet describe");
}
