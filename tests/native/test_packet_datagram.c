/* A datagram of the key exchange: the packet as the RFCs have it, and what is refused. */
#include <limits.h>
#include <string.h>
#include "buffer.h"
#include "checksum.h"
#include "describe.h"
#include "nfi_crypto.h"
#include "nfi_packet.h"
#include "nfi_test.h"
#include "stackless_shim.h"

static uint8_t payload[NFI_LARGE_BUFFER_SIZE];

static const struct { const char *name; int32_t version, source[4], destination[4], header; } ways[] = {
    { "IPv4", 4, { 0, 0, 0xffff, 0x0a000001 }, { 0, 0, 0xffff, 0x0a000002 }, 28 },
    { "IPv6", 6, { 0x20010db8, 0, 0, 1 }, { 0x20010db8, 0, 0, 2 }, 48 },
};
#define WAYS (sizeof ways / sizeof ways[0])

static void fill(int32_t *info, size_t way)
{
    memset(info, 0, NFI_INFO_WORDS * sizeof *info);
    memcpy(info + NFI_INFO_SOURCE, ways[way].source, sizeof ways[way].source);
    memcpy(info + NFI_INFO_DESTINATION, ways[way].destination, sizeof ways[way].destination);
    info[NFI_INFO_SOURCE_PORT] = 500;
    info[NFI_INFO_DESTINATION_PORT] = 5000;
    info[NFI_INFO_DOMAIN] = 1;
}

/* The sum over pseudo-header and datagram, checksum included, is all ones (RFC 1071). */
static int32_t udp_sum_good(const uint8_t *packet, size_t length, int32_t version)
{
    size_t header = version == 4 ? 20 : 40, addresses = version == 4 ? 12 : 8;
    uint32_t sum = nfi_checksum_add(17 + (uint32_t)(length - header), packet + addresses, header - addresses);
    return nfi_checksum_fold(nfi_checksum_add(sum, packet + header, length - header)) == 0;
}

static void packet_is_what_was_asked(size_t way, int32_t length)
{
    int32_t info[NFI_INFO_WORDS], said[NFI_INFO_WORDS] = { 0 };
    const uint8_t *packet = stackless_state.last;
    nfi_layout layout;
    fill(info, way);
    test_case = ways[way].name;
    CHECK_IS(nfi_packet_datagram_send(info, NFI_INFO_WORDS, payload, sizeof payload, 5, length), ways[way].header + length);
    CHECK_IS(stackless_state.last_length, ways[way].header + length);
    CHECK_IS(nfi_describe(packet, (size_t)stackless_state.last_length, (size_t)stackless_state.last_length, said, &layout), 0);
    CHECK_IS(said[NFI_INFO_VERSION], ways[way].version);
    CHECK_IS(said[NFI_INFO_LENGTH], ways[way].header + length);
    CHECK_IS(said[NFI_INFO_PROTOCOL], 17);
    CHECK_IS(said[NFI_INFO_SOURCE_PORT], 500);
    CHECK_IS(said[NFI_INFO_DESTINATION_PORT], 5000);
    CHECK_IS(said[NFI_INFO_FLAGS] & (NFI_FLAG_DF | NFI_FLAG_FRAGMENT), 0);
    CHECK(memcmp(said + NFI_INFO_SOURCE, info + NFI_INFO_SOURCE, 32) == 0);
    CHECK(memcmp(packet + ways[way].header, payload + 5, (size_t)length) == 0);
    CHECK(ways[way].version == 6 || nfi_checksum_ipv4_good(packet, 20));
    CHECK(udp_sum_good(packet, (size_t)stackless_state.last_length, ways[way].version));
}

static void packets_are_what_was_asked(void)
{
    static const int32_t lengths[] = { 1, 2, 28, 333, 1472, 3000 };
    for (size_t way = 0; way < WAYS; way++)
        for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++)
            packet_is_what_was_asked(way, lengths[i]);
}

/* Between the ports of NAT traversal the shim must still take it for a packet: with the marker, or a keepalive (RFC 3948 2.2, 2.3). */
static void marked_datagrams_and_keepalives_are_packets(void)
{
    static const struct { const char *name; uint8_t bytes[8]; int32_t length; } rows[] = {
        { "marked", { 0, 0, 0, 0, 1, 2, 3, 4 }, 8 }, { "keepalive", { 0xff }, 1 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int32_t info[NFI_INFO_WORDS], said[NFI_INFO_WORDS] = { 0 };
        nfi_layout layout;
        fill(info, 0);
        test_case = rows[i].name;
        info[NFI_INFO_SOURCE_PORT] = info[NFI_INFO_DESTINATION_PORT] = 4500;
        CHECK_IS(nfi_packet_datagram_send(info, NFI_INFO_WORDS, rows[i].bytes, 8, 0, rows[i].length), 28 + rows[i].length);
        CHECK_IS(nfi_describe(stackless_state.last, (size_t)stackless_state.last_length, (size_t)stackless_state.last_length, said, &layout), 0);
        CHECK_IS(layout.encap, i == 0 ? NFI_ENCAP_IKE : NFI_ENCAP_KEEPALIVE);
    }
}

/* A sum that comes out as zero is sent as ones: zero would say there is none (RFC 768). */
static void udp_checksum_is_never_zero(void)
{
    int32_t info[NFI_INFO_WORDS];
    for (size_t way = 0; way < WAYS; way++) {
        uint8_t bytes[2] = { 0, 0 };
        size_t at = (size_t)ways[way].header - 2;
        fill(info, way);
        test_case = ways[way].name;
        CHECK(nfi_packet_datagram_send(info, NFI_INFO_WORDS, bytes, 2, 0, 2) > 0);
        memcpy(bytes, stackless_state.last + at, 2);
        CHECK(nfi_packet_datagram_send(info, NFI_INFO_WORDS, bytes, 2, 0, 2) > 0);
        CHECK_IS(stackless_state.last[at], 0xff);
        CHECK_IS(stackless_state.last[at + 1], 0xff);
    }
}

static void ipv4_identification_changes(void)
{
    int32_t info[NFI_INFO_WORDS];
    uint8_t first[2];
    fill(info, 0);
    CHECK(nfi_packet_datagram_send(info, NFI_INFO_WORDS, payload, 8, 0, 8) > 0);
    memcpy(first, stackless_state.last + 4, 2);
    CHECK(nfi_packet_datagram_send(info, NFI_INFO_WORDS, payload, 8, 0, 8) > 0);
    CHECK(memcmp(first, stackless_state.last + 4, 2) != 0);
}

static void bad_bytes_are_refused(void)
{
    static const struct { int32_t null, cap, offset, length; } rows[] = {
        { 1, 0, 0, 16 }, { 1, 64, 0, 16 }, { 0, 15, 0, 16 }, { 0, 64, 49, 16 }, { 0, 64, -1, 16 }, { 0, 64, 0, -1 }, { 0, 64, 0, 0 },
        { 0, 64, INT_MAX, 16 }, { 0, 64, INT_MIN, INT_MIN }, { 0, -1, 0, 1 },
    };
    int32_t info[NFI_INFO_WORDS], free_before = nfi_packet_buffer_free_count();
    fill(info, 0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CHECK_IS(nfi_packet_datagram_send(info, NFI_INFO_WORDS, rows[i].null ? NULL : payload, rows[i].cap, rows[i].offset, rows[i].length), -XE_BAD_PARAM);
    CHECK_IS(nfi_packet_datagram_send(NULL, NFI_INFO_WORDS, payload, 64, 0, 16), -XE_BAD_PARAM);
    CHECK_IS(nfi_packet_datagram_send(info, NFI_INFO_WORDS - 1, payload, 64, 0, 16), -XE_BAD_PARAM);
    CHECK_IS(nfi_packet_buffer_free_count(), free_before);
}

static void bad_addresses_and_ports_are_refused(void)
{
    static const struct { const char *name; int32_t word, value, result; } rows[] = {
        { "no source", NFI_INFO_SOURCE + 3, 0, -XE_BAD_ADDR_RANGE }, { "no destination", NFI_INFO_DESTINATION + 3, 0, -XE_BAD_ADDR_RANGE },
        { "another family", NFI_INFO_SOURCE, 0x20010db8, -XE_BAD_ADDR_RANGE }, { "port 0", NFI_INFO_SOURCE_PORT, 0, -XE_BAD_PORT_NUMBER },
        { "port below 0", NFI_INFO_DESTINATION_PORT, -1, -XE_BAD_PORT_NUMBER }, { "port above", NFI_INFO_DESTINATION_PORT, 65536, -XE_BAD_PORT_NUMBER },
    };
    int32_t info[NFI_INFO_WORDS];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        test_case = rows[i].name;
        fill(info, 0);
        info[rows[i].word] = rows[i].value;
        CHECK_IS(nfi_packet_datagram_send(info, NFI_INFO_WORDS, payload, 64, 0, 16), rows[i].result);
    }
    fill(info, 1);
    memset(info + NFI_INFO_SOURCE, 0, 16);
    CHECK_IS(nfi_packet_datagram_send(info, NFI_INFO_WORDS, payload, 64, 0, 16), -XE_BAD_ADDR_RANGE);
}

static void datagram_larger_than_any_buffer_is_refused(void)
{
    int32_t info[NFI_INFO_WORDS], most = (int32_t)NFI_LARGEST_PACKET - 28;
    fill(info, 0);
    CHECK_IS(nfi_packet_datagram_send(info, NFI_INFO_WORDS, payload, sizeof payload, 0, most + 1), -XE_DST_OUT_OF_SPACE);
    CHECK_IS(nfi_packet_datagram_send(info, NFI_INFO_WORDS, payload, sizeof payload, 0, most), most + 28);
    CHECK_IS(nfi_packet_datagram_send(info, NFI_INFO_WORDS, payload, INT_MAX, 0, INT_MAX), -XE_DST_OUT_OF_SPACE);
}

static void full_pool_is_told_and_nothing_is_lost(void)
{
    int32_t info[NFI_INFO_WORDS], before = nfi_packet_buffer_free_count(), status = 1;
    fill(info, 0);
    stackless_state.hold = 1;
    for (int32_t i = 0; i < NFI_BUFFERS && status > 0; i++)
        status = nfi_packet_datagram_send(info, NFI_INFO_WORDS, payload, 64, 0, 64);
    CHECK_IS(status, -XE_OUT_OF_PACKETS);
    stackless_state.hold = 0;
    stackless_drain();
    CHECK_IS(nfi_packet_buffer_free_count(), before);
}

static void before_start_nothing_is_sent(void)
{
    int32_t info[NFI_INFO_WORDS];
    fill(info, 0);
    CHECK_IS(nfi_packet_stop(), 0);
    CHECK_IS(nfi_packet_datagram_send(info, NFI_INFO_WORDS, payload, 64, 0, 16), -NFI_NOT_STARTED);
}

static const nfi_rule rules[] = {
    RULE(packets_are_what_was_asked),
    RULE(marked_datagrams_and_keepalives_are_packets),
    RULE(udp_checksum_is_never_zero),
    RULE(ipv4_identification_changes),
    RULE(bad_bytes_are_refused),
    RULE(bad_addresses_and_ports_are_refused),
    RULE(datagram_larger_than_any_buffer_is_refused),
    RULE(full_pool_is_told_and_nothing_is_lost),
    RULE(before_start_nothing_is_sent),
};

int main(void)
{
    for (size_t i = 0; i < sizeof payload; i++)
        payload[i] = (uint8_t)(i * 7 + 1);
    return nfi_crypto_start() != 0 || nfi_packet_start() != 0 || RUN(rules);
}
