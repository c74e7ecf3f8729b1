/* One UDP datagram built in a slot: IKE's way out, past any policy (RFC 4301 4.4.1 leaves the key exchange to the product). */
#include <string.h>
#include "datagram.h"
#include "describe.h"
#include "header.h"
#include "wire.h"

enum { UDP_HEADER = 8 };

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
    return nfi_header_length(info) + UDP_HEADER;
}

/* DF stays clear: a large IKE message is cut on the way rather than lost (RFC 7296 2). */
void nfi_datagram_write(uint8_t *packet, const int32_t *info, const uint8_t *payload, size_t length)
{
    uint8_t *udp = nfi_header_write(packet, info, NFI_PROTO_UDP, nfi_datagram_header(info) + length);
    nfi_put16(udp, (uint32_t)info[NFI_INFO_SOURCE_PORT]);
    nfi_put16(udp + 2, (uint32_t)info[NFI_INFO_DESTINATION_PORT]);
    nfi_put16(udp + 4, (uint32_t)(UDP_HEADER + length));
    nfi_put16(udp + 6, 0);
    memcpy(udp + UDP_HEADER, payload, length);
    uint16_t checksum = nfi_header_checksum(packet, NFI_PROTO_UDP, udp, UDP_HEADER + length);
    nfi_put16(udp + 6, checksum == 0 ? 0xffffu : checksum);
}
