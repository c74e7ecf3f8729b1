/* One UDP datagram built in a slot: IKE's way out, past any policy (RFC 4301 4.4.1 leaves the key exchange to the product). */
#include <string.h>
#include "buffer.h"
#include "checksum.h"
#include "datagram.h"
#include "describe.h"
#include "ip.h"
#include "outer.h"
#include "wire.h"

enum { UDP_HEADER = 8, HOP_LIMIT = 64 };

static int32_t unspecified(const int32_t words[4])
{
    return (words[0] | words[1] | words[2] | words[3]) == 0 || (nfi_address_is_v4(words) && words[3] == 0);
}

static int32_t good_ports(const int32_t *info)
{
    return info[NFI_INFO_SOURCE_PORT] > 0 && info[NFI_INFO_SOURCE_PORT] <= 0xffff && info[NFI_INFO_DESTINATION_PORT] > 0 &&
           info[NFI_INFO_DESTINATION_PORT] <= 0xffff;
}

int32_t nfi_datagram_check(const int32_t *info)
{
    const int32_t *source = info + NFI_INFO_SOURCE, *destination = info + NFI_INFO_DESTINATION;
    if (unspecified(source) || unspecified(destination) || nfi_address_is_v4(source) != nfi_address_is_v4(destination))
        return -XE_BAD_ADDR_RANGE;
    return good_ports(info) ? 0 : -XE_BAD_PORT_NUMBER;
}

size_t nfi_datagram_header(const int32_t *info)
{
    return (nfi_address_is_v4(info + NFI_INFO_DESTINATION) ? NFI_IPV4_HEADER : NFI_IPV6_HEADER) + UDP_HEADER;
}

static void put_address(uint8_t *dst, const int32_t words[4], size_t count)
{
    for (size_t i = 0; i < count; i++)
        nfi_put32(dst + 4 * i, (uint32_t)words[4 - count + i]);
}

/* DF stays clear: a large IKE message is cut on the way rather than lost (RFC 7296 2). */
static uint8_t *write_v4(uint8_t *packet, const int32_t *info, size_t total)
{
    memset(packet, 0, NFI_IPV4_HEADER);
    packet[0] = 0x45;
    nfi_put16(packet + 2, (uint32_t)total);
    nfi_put16(packet + 4, nfi_outer_identification());
    packet[8] = HOP_LIMIT;
    packet[9] = NFI_PROTO_UDP;
    put_address(packet + 12, info + NFI_INFO_SOURCE, 1);
    put_address(packet + 16, info + NFI_INFO_DESTINATION, 1);
    nfi_checksum_fill_ipv4(packet, NFI_IPV4_HEADER);
    return packet + NFI_IPV4_HEADER;
}

static uint8_t *write_v6(uint8_t *packet, const int32_t *info, size_t total)
{
    memset(packet, 0, NFI_IPV6_HEADER);
    packet[0] = 0x60;
    nfi_put16(packet + 4, (uint32_t)(total - NFI_IPV6_HEADER));
    packet[6] = NFI_PROTO_UDP;
    packet[7] = HOP_LIMIT;
    put_address(packet + 8, info + NFI_INFO_SOURCE, 4);
    put_address(packet + 24, info + NFI_INFO_DESTINATION, 4);
    return packet + NFI_IPV6_HEADER;
}

/* addresses: both of them, as they stand in the IP header (RFC 768, RFC 8200 8.1). */
static void fill_udp_checksum(const uint8_t *addresses, size_t addresses_length, uint8_t *udp, size_t length)
{
    uint32_t sum = nfi_checksum_add(NFI_PROTO_UDP + (uint32_t)length, addresses, addresses_length);
    uint16_t checksum = nfi_checksum_fold(nfi_checksum_add(sum, udp, length));
    nfi_put16(udp + 6, checksum == 0 ? 0xffffu : checksum);
}

void nfi_datagram_write(uint8_t *packet, const int32_t *info, const uint8_t *payload, size_t length)
{
    size_t total = nfi_datagram_header(info) + length;
    int32_t v4 = nfi_address_is_v4(info + NFI_INFO_DESTINATION);
    uint8_t *udp = v4 ? write_v4(packet, info, total) : write_v6(packet, info, total);
    nfi_put16(udp, (uint32_t)info[NFI_INFO_SOURCE_PORT]);
    nfi_put16(udp + 2, (uint32_t)info[NFI_INFO_DESTINATION_PORT]);
    nfi_put16(udp + 4, (uint32_t)(UDP_HEADER + length));
    nfi_put16(udp + 6, 0);
    memcpy(udp + UDP_HEADER, payload, length);
    fill_udp_checksum(packet + (v4 ? 12 : 8), v4 ? 8 : 32, udp, UDP_HEADER + length);
}
