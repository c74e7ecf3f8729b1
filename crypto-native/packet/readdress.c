#include "readdress.h"
#include <string.h>
#include "checksum.h"
#include "describe.h"
#include "ip.h"
#include "wire.h"

enum { ICMP_HEADER = 8, V4_SOURCE = 12, V4_DESTINATION = 16, V6_SOURCE = 8, V6_DESTINATION = 24, V4_CHECKSUM = 10 };

/* The address as it stands in a header: 4 or 16 bytes. */
typedef struct {
    uint8_t from[16], to[16];
    size_t length;
} exchange;

static void write_address(uint8_t *dst, const int32_t words[4], int32_t version)
{
    for (int32_t i = version == 4 ? 3 : 0, at = 0; i < 4; i++, at += 4)
        nfi_put32(dst + at, (uint32_t)words[i]);
}

/* Each pair of bytes that changes is taken from the checksum and put into it. */
static void mend(uint8_t *checksum, const exchange *e)
{
    uint16_t sum = nfi_get16(checksum);
    for (size_t i = 0; i < e->length; i += 2)
        sum = nfi_checksum_change(sum, nfi_get16(e->from + i), nfi_get16(e->to + i));
    nfi_put16(checksum, sum);
}

/* Of those that cover the addresses; 0 for the other protocols. */
static size_t checksum_position(int32_t protocol)
{
    switch (protocol) {
    case NFI_PROTO_TCP: return 16;
    case NFI_PROTO_UDP: case NFI_PROTO_UDPLITE: case NFI_PROTO_DCCP: return 6;
    case NFI_PROTO_ICMPV6: return 2;
    default: return 0;
    }
}

/* The checksum that covers the pseudo header, NULL when the packet shows none. */
static uint8_t *upper_checksum(uint8_t *packet, size_t length, const int32_t *info, const nfi_layout *layout)
{
    size_t at = checksum_position(info[NFI_INFO_PROTOCOL]);
    int32_t shown = at != 0 && layout->fragment_offset == 0 && layout->upper + at + 2 <= length;
    uint8_t *field = packet + layout->upper + at;
    return shown && (info[NFI_INFO_PROTOCOL] != NFI_PROTO_UDP || nfi_get16(field) != 0) ? field : NULL;   /* RFC 768: 0 means none */
}

static int32_t is_icmp_error(const uint8_t *icmp, int32_t version)
{
    return version == 4 ? icmp[0] == 3 || icmp[0] == 5 || icmp[0] == 11 || icmp[0] == 12 : icmp[0] >= 1 && icmp[0] <= 4;
}

/* What we sent is quoted with us as its source in what we get, what we got with us as its destination in what we send. An IPv4
 * header's own checksum takes up the change, so the one of ICMP stays; ICMPv6's takes it up itself. */
static void change_quoted(uint8_t *packet, size_t length, const int32_t *info, const nfi_layout *layout, const exchange *e, int32_t outbound)
{
    int32_t version = info[NFI_INFO_VERSION];
    int32_t icmp = info[NFI_INFO_PROTOCOL] == (version == 4 ? NFI_PROTO_ICMP : NFI_PROTO_ICMPV6);
    size_t header = version == 4 ? NFI_IPV4_HEADER : NFI_IPV6_HEADER;
    if (!icmp || layout->fragment_offset != 0 || length < layout->upper + ICMP_HEADER + header
        || !is_icmp_error(packet + layout->upper, version))
        return;
    uint8_t *quoted = packet + layout->upper + ICMP_HEADER;
    uint8_t *address = quoted + (version == 4 ? (outbound ? V4_DESTINATION : V4_SOURCE) : outbound ? V6_DESTINATION : V6_SOURCE);
    if (quoted[0] >> 4 != version || memcmp(address, e->from, e->length) != 0)
        return;
    memcpy(address, e->to, e->length);
    mend(version == 4 ? quoted + V4_CHECKSUM : packet + layout->upper + 2, e);
}

int32_t nfi_readdress(uint8_t *packet, size_t length, const int32_t pair[8], int32_t outbound)
{
    int32_t info[NFI_INFO_WORDS] = { 0 };
    nfi_layout layout;
    exchange e;
    if (nfi_describe(packet, length, length, info, &layout) != 0)
        return -XE_NO_DATA;
    const int32_t *from = outbound ? pair : pair + 4, *to = outbound ? pair + 4 : pair;
    int32_t version = info[NFI_INFO_VERSION];
    if (memcmp(info + (outbound ? NFI_INFO_SOURCE : NFI_INFO_DESTINATION), from, 4 * sizeof *from) != 0)
        return 0;
    e.length = version == 4 ? 4 : 16;
    write_address(e.from, from, version);
    write_address(e.to, to, version);
    size_t end = (size_t)info[NFI_INFO_LENGTH];
    memcpy(packet + (version == 4 ? (outbound ? V4_SOURCE : V4_DESTINATION) : outbound ? V6_SOURCE : V6_DESTINATION), e.to, e.length);
    if (version == 4)
        mend(packet + V4_CHECKSUM, &e);
    uint8_t *field = upper_checksum(packet, end, info, &layout);
    if (field != NULL) {
        mend(field, &e);
        if (info[NFI_INFO_PROTOCOL] == NFI_PROTO_UDP && nfi_get16(field) == 0)
            nfi_put16(field, 0xffffu);
    }
    change_quoted(packet, end, info, &layout, &e, outbound);
    return 1;
}
