/* What a router may pass on, and the ICMP errors it sends. */
#include <stdio.h>
#include <string.h>
#include "describe.h"
#include "packet_check.h"
#include "packet_make.h"
#include "transit.h"

static uint8_t packet[2048], error[1400];
static int32_t info[NFI_INFO_WORDS], ends[NFI_INFO_WORDS];
static nfi_layout layout;
static uint32_t now = 1000000;

static void six(uint8_t address[16], uint32_t first, uint32_t last)
{
    memset(address, 0, 16);
    put32(address, first);
    put32(address + 12, last);
}

static size_t make_six(uint32_t source, uint32_t destination, uint8_t next, uint8_t type, size_t length)
{
    uint8_t from[16], to[16], payload[1500] = { type };
    six(from, source, source ? 1 : 0);
    six(to, destination, 2);
    length = make_ip6(packet, from, to, next, 64, NULL, 0, payload, length);
    CHECK_IS(nfi_describe(packet, length, length, info, &layout), 0);
    return length;
}

static size_t make_four(uint32_t source, uint32_t destination, uint32_t protocol, uint8_t type, uint32_t fragment, size_t length)
{
    uint8_t payload[1500] = { type };
    ip4_header header = { source, destination, 7, fragment, protocol, 64, NULL, 0 };
    length = make_ip4(packet, &header, payload, length);
    CHECK_IS(nfi_describe(packet, length, length, info, &layout), 0);
    return length;
}

static void only_hosts_beyond_the_link_are_routed(void)
{
    static const struct { uint32_t source, destination; int32_t good; } cases[] = {
        { 0x20010db8, 0x20010db9, 1 }, { 0xfd000000, 0xfd010000, 1 }, { 0xfe800000, 0x20010db8, 0 }, { 0x20010db8, 0xfe800000, 0 },
        { 0xff020000, 0x20010db8, 0 }, { 0x20010db8, 0xff0e0000, 0 }, { 0, 0x20010db8, 0 }, { 0x20010db8, 0, 0 }, { 0xfebf0000, 0x20010db8, 0 },
        { 0xfec00000, 0x20010db8, 1 } };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        make_six(cases[i].source, cases[i].destination, 17 + 200, 0, 20);
        if (!CHECK_IS(nfi_transit_good(packet, info, &layout), cases[i].good))
            printf("case %zu\n", i);
    }
}

static void errors_are_never_sent_about(void)
{
    static const struct { int32_t version; uint32_t source, protocol; uint8_t type; uint32_t fragment; int32_t due; } cases[] = {
        { 4, IP4(10, 1, 0, 5), 17 + 200, 0, 0, 1 }, { 4, IP4(10, 1, 0, 5), 1, 8, 0, 1 }, { 4, IP4(10, 1, 0, 5), 1, 3, 0, 0 },
        { 4, IP4(10, 1, 0, 5), 1, 11, 0, 0 }, { 4, IP4(10, 1, 0, 5), 1, 12, 0, 0 }, { 4, IP4(10, 1, 0, 5), 1, 5, 0, 0 }, { 4, IP4(10, 1, 0, 5), 1, 4, 0, 0 },
        { 4, IP4(10, 1, 0, 5), 217, 0, 0x2001, 0 }, { 4, IP4(10, 1, 0, 5), 217, 0, 0x2000, 1 }, { 4, IP4(127, 0, 0, 1), 217, 0, 0, 0 },
        { 4, IP4(224, 0, 0, 1), 217, 0, 0, 0 }, { 4, 0, 217, 0, 0, 0 }, { 6, 0x20010db8, 58, 128, 0, 1 }, { 6, 0x20010db8, 58, 1, 0, 0 },
        { 6, 0x20010db8, 58, 127, 0, 0 }, { 6, 0x20010db8, 58, 137, 0, 0 }, { 6, 0xff020000, 217, 0, 0, 0 } };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (cases[i].version == 4)
            make_four(cases[i].source, IP4(10, 2, 0, 7), cases[i].protocol, cases[i].type, cases[i].fragment, 64);
        else
            make_six(cases[i].source, 0x20010db9, (uint8_t)cases[i].protocol, cases[i].type, 64);
        if (!CHECK_IS(nfi_icmp_error_due(info, &layout, now += 1000), cases[i].due))
            printf("case %zu\n", i);
    }
}

static void a_flood_is_told_of_ten_at_once_and_ten_a_second(void)
{
    int32_t due = 0;
    make_four(IP4(10, 1, 0, 5), IP4(10, 2, 0, 7), 217, 0, 0, 64);
    now += 5000;
    for (int32_t i = 0; i < 1000; i++)
        due += nfi_icmp_error_due(info, &layout, now);
    CHECK_IS(due, 10);
    for (int32_t i = 0; i < 1000; i++)
        due += nfi_icmp_error_due(info, &layout, now += 1);
    CHECK_IS(due >= 19 && due <= 20, 1);
}

static void the_error_quotes_and_its_checksums_hold(void)
{
    static const struct { int32_t version, what; size_t length, mtu; uint8_t type, code; size_t total; } cases[] = {
        { 4, NFI_ICMP_HOPS, 100, 0, 11, 0, 148 }, { 4, NFI_ICMP_NO_ROUTE, 1480, 0, 3, 0, 576 }, { 4, NFI_ICMP_TOO_BIG, 1480, 1423, 3, 4, 576 },
        { 6, NFI_ICMP_HOPS, 101, 0, 3, 0, 189 }, { 6, NFI_ICMP_NO_ROUTE, 100, 0, 1, 0, 188 }, { 6, NFI_ICMP_TOO_BIG, 1460, 1403, 2, 0, 1280 } };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int32_t four = cases[i].version == 4;
        size_t length = four ? make_four(IP4(10, 1, 0, 5), IP4(10, 2, 0, 7), 217, 0, 0, cases[i].length) : make_six(0x20010db8, 0x20010db9, 217, 0, cases[i].length);
        memcpy(ends + NFI_INFO_SOURCE, info + NFI_INFO_DESTINATION, 4 * sizeof *ends);
        memcpy(ends + NFI_INFO_DESTINATION, info + NFI_INFO_SOURCE, 4 * sizeof *ends);
        size_t total = nfi_icmp_error_length(ends, length), at = four ? 20 : 40;
        CHECK_IS(total, cases[i].total);
        nfi_icmp_error_write(error, ends, cases[i].what, cases[i].mtu, packet, length);
        CHECK_IS(error[at] == cases[i].type && error[at + 1] == cases[i].code, 1);
        CHECK_IS(get16(error + at + 6), cases[i].mtu);
        CHECK_IS(memcmp(error + at + 8, packet, total - at - 8), 0);
        uint64_t pseudo = 0;
        if (!four) {
            pseudo = 58 + total - at;
            for (size_t b = 8; b < 40; b += 2)
                pseudo += get16(error + b);
        }
        if (!CHECK_IS(plain_checksum(error + at, total - at, pseudo), 0))
            printf("case %zu\n", i);
        CHECK_IS(four ? plain_checksum(error, 20, 0) : 0, 0);
        CHECK_IS(nfi_describe(error, total, total, info, &layout), 0);
    }
}

int main(void)
{
    only_hosts_beyond_the_link_are_routed();
    errors_are_never_sent_about();
    a_flood_is_told_of_ten_at_once_and_ten_a_second();
    the_error_quotes_and_its_checksums_hold();
    return check_result("packet transit");
}
