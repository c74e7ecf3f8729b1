#include "header.h"
#include <string.h>
#include "checksum.h"
#include "describe.h"
#include "ip.h"
#include "outer.h"
#include "wire.h"

enum { HOP_LIMIT = 64 };

static void put_address(uint8_t *dst, const int32_t words[4], size_t count)
{
    for (size_t i = 0; i < count; i++)
        nfi_put32(dst + 4 * i, (uint32_t)words[4 - count + i]);
}

static void write_v4(uint8_t *packet, const int32_t *info, uint8_t protocol, size_t total)
{
    memset(packet, 0, NFI_IPV4_HEADER);
    packet[0] = 0x45;
    nfi_put16(packet + 2, (uint32_t)total);
    nfi_put16(packet + 4, nfi_outer_identification());
    packet[8] = HOP_LIMIT;
    packet[9] = protocol;
    put_address(packet + 12, info + NFI_INFO_SOURCE, 1);
    put_address(packet + 16, info + NFI_INFO_DESTINATION, 1);
    nfi_checksum_fill_ipv4(packet, NFI_IPV4_HEADER);
}

static void write_v6(uint8_t *packet, const int32_t *info, uint8_t protocol, size_t total)
{
    memset(packet, 0, NFI_IPV6_HEADER);
    packet[0] = 0x60;
    nfi_put16(packet + 4, (uint32_t)(total - NFI_IPV6_HEADER));
    packet[6] = protocol;
    packet[7] = HOP_LIMIT;
    put_address(packet + 8, info + NFI_INFO_SOURCE, 4);
    put_address(packet + 24, info + NFI_INFO_DESTINATION, 4);
}

size_t nfi_header_length(const int32_t *info)
{
    return nfi_address_is_v4(info + NFI_INFO_DESTINATION) ? NFI_IPV4_HEADER : NFI_IPV6_HEADER;
}

uint8_t *nfi_header_write(uint8_t *packet, const int32_t *info, uint8_t protocol, size_t total)
{
    if (nfi_address_is_v4(info + NFI_INFO_DESTINATION))
        write_v4(packet, info, protocol, total);
    else
        write_v6(packet, info, protocol, total);
    return packet + nfi_header_length(info);
}

uint16_t nfi_header_checksum(const uint8_t *packet, uint8_t protocol, const uint8_t *payload, size_t length)
{
    int32_t v4 = packet[0] >> 4 == 4;
    uint32_t sum = nfi_checksum_add(protocol + (uint32_t)length, packet + (v4 ? 12 : 8), v4 ? 8 : 32);
    return nfi_checksum_fold(nfi_checksum_add(sum, payload, length));
}
