#include "checksum.h"
#include "wire.h"

uint32_t nfi_checksum_add(uint32_t sum, const uint8_t *bytes, size_t length)
{
    size_t i = 0;
    for (; i + 1 < length; i += 2) {
        sum += nfi_get16(bytes + i);
        sum = (sum & 0xffffu) + (sum >> 16);
    }
    return i < length ? sum + ((uint32_t)bytes[i] << 8) : sum;
}

uint16_t nfi_checksum_fold(uint32_t sum)
{
    while (sum >> 16)
        sum = (sum & 0xffffu) + (sum >> 16);
    return (uint16_t)~sum;
}

uint16_t nfi_checksum_change(uint16_t checksum, uint16_t from, uint16_t to)
{
    return nfi_checksum_fold((uint32_t)(uint16_t)~checksum + (uint16_t)~from + to);
}

int32_t nfi_checksum_ipv4_good(const uint8_t *packet, size_t length)
{
    size_t header = length >= 20 ? (size_t)(packet[0] & 15u) * 4u : 0;
    return header >= 20 && header <= length && nfi_checksum_fold(nfi_checksum_add(0, packet, header)) == 0;
}

void nfi_checksum_fill_ipv4(uint8_t *packet, size_t header_length)
{
    nfi_put16(packet + 10, 0);
    nfi_put16(packet + 10, nfi_checksum_fold(nfi_checksum_add(0, packet, header_length)));
}

/* Pseudo-header: RFC 793 3.1, RFC 8200 8.1; the sums of both forms agree because the lengths fit 16 bits. */
static uint32_t pseudo_header(const uint8_t *packet, const int32_t *info, size_t upper_length)
{
    uint32_t sum = (uint32_t)info[NFI_INFO_PROTOCOL] + (uint32_t)upper_length;
    return info[NFI_INFO_VERSION] == 4 ? nfi_checksum_add(sum, packet + 12, 8) : nfi_checksum_add(sum, packet + 8, 32);
}

/* Where the checksum stands in the upper-layer header; 0 for a protocol that has none here. */
static size_t checksum_position(int32_t protocol)
{
    switch (protocol) {
    case NFI_PROTO_TCP: return 16;
    case NFI_PROTO_UDP: return 6;
    case NFI_PROTO_ICMP: case NFI_PROTO_ICMPV6: return 2;
    default: return 0;
    }
}

static void fill_upper(uint8_t *packet, size_t length, const int32_t *info, size_t upper)
{
    int32_t protocol = info[NFI_INFO_PROTOCOL];
    size_t position = checksum_position(protocol);
    if (position == 0 || upper + position + 2 > length)
        return;
    uint8_t *field = packet + upper + position;
    nfi_put16(field, 0);
    uint32_t sum = protocol == NFI_PROTO_ICMP ? 0 : pseudo_header(packet, info, length - upper);
    uint16_t checksum = nfi_checksum_fold(nfi_checksum_add(sum, packet + upper, length - upper));
    nfi_put16(field, checksum == 0 && protocol == NFI_PROTO_UDP ? 0xffffu : checksum);  /* RFC 768: 0 means none */
}

void nfi_checksum_fill(uint8_t *packet, size_t length, const int32_t *info, const nfi_layout *layout)
{
    size_t end = (size_t)info[NFI_INFO_LENGTH];
    if (end > length)
        return;
    if (info[NFI_INFO_VERSION] == 4)
        nfi_checksum_fill_ipv4(packet, layout->upper);
    if ((info[NFI_INFO_FLAGS] & NFI_FLAG_FRAGMENT) == 0)
        fill_upper(packet, end, info, layout->upper);
}
