#include "ip.h"
#include "checksum.h"
#include "describe.h"
#include "nfi_status.h"
#include "wire.h"

static int32_t bounds_v4(const uint8_t *p, size_t length, nfi_ip *ip)
{
    if (length < NFI_IPV4_HEADER)
        return -XE_NO_DATA;
    ip->header = (size_t)(p[0] & 15u) * 4u;
    ip->total = nfi_get16(p + 2);
    ip->named_at = 9;
    ip->protocol = p[9];
    ip->fragment = (nfi_get16(p + 6) & 0x3fffu) != 0;
    return ip->header < NFI_IPV4_HEADER || ip->total < ip->header ? -XE_NO_DATA : 0;
}

/* A payload length of 0 ahead of hop-by-hop options is a jumbogram (RFC 2675): none of our buffers holds one. */
static int32_t bounds_v6(const uint8_t *p, size_t length, nfi_ip *ip)
{
    if (length < NFI_IPV6_HEADER)
        return -XE_NO_DATA;
    ip->header = NFI_IPV6_HEADER;
    ip->total = NFI_IPV6_HEADER + (size_t)nfi_get16(p + 4);
    ip->named_at = 6;
    ip->protocol = p[6];
    ip->fragment = 0;
    return ip->total == NFI_IPV6_HEADER && ip->protocol == NFI_PROTO_HOPOPT ? -XE_NO_DATA : 0;
}

int32_t nfi_ip_bounds(const uint8_t *packet, size_t length, nfi_ip *ip)
{
    int32_t status;
    if (length < 1)
        return -XE_NO_DATA;
    ip->version = packet[0] >> 4;
    switch (ip->version) {
    case 4: status = bounds_v4(packet, length, ip); break;
    case 6: status = bounds_v6(packet, length, ip); break;
    default: return -XE_NO_DATA;
    }
    if (status == 0 && ip->total > length)
        return -XE_SRC_OUT_OF_DATA;
    return status;
}

static int32_t is_extension(int32_t protocol)
{
    return protocol == NFI_PROTO_HOPOPT || protocol == NFI_PROTO_ROUTING || protocol == NFI_PROTO_FRAGMENT ||
           protocol == NFI_PROTO_DSTOPTS;
}

/* Length of the extension header at `at`, 0 when it reaches past the end. */
static size_t extension_length(const uint8_t *packet, const nfi_ip *ip, int32_t protocol, size_t at)
{
    if (ip->total - at < 8)
        return 0;
    size_t length = protocol == NFI_PROTO_FRAGMENT ? 8 : ((size_t)packet[at + 1] + 1) * 8;
    return length <= ip->total - at ? length : 0;
}

/* Destination options count for the clear part only once something that must be clear follows them (RFC 4303 3.1.1). */
static int32_t walk_v6(const uint8_t *packet, int32_t direction, nfi_ip *ip)
{
    size_t at = ip->header, named_at = ip->named_at;
    int32_t protocol = ip->protocol;
    for (int32_t i = 0; is_extension(protocol) && !ip->fragment; i++) {
        size_t length = extension_length(packet, ip, protocol, at);
        if (length == 0 || i == NFI_MAX_EXTENSIONS || (protocol == NFI_PROTO_HOPOPT && i != 0))
            return -XE_NO_DATA;
        if (protocol == NFI_PROTO_FRAGMENT)
            ip->fragment = (nfi_get16(packet + at + 2) & 0xfff9u) != 0;
        int32_t clear = protocol != NFI_PROTO_DSTOPTS || direction == NFI_IP_OPEN;
        named_at = at;
        protocol = packet[at];
        at += length;
        if (clear) {
            ip->header = at;
            ip->named_at = named_at;
            ip->protocol = protocol;
        }
    }
    return 0;
}

int32_t nfi_ip_walk(const uint8_t *packet, size_t length, int32_t direction, nfi_ip *ip)
{
    int32_t status = nfi_ip_bounds(packet, length, ip);
    return status == 0 && ip->version == 6 ? walk_v6(packet, direction, ip) : status;
}

/* at is even: a word of the IPv4 header. */
static void change_word(uint8_t *packet, size_t at, uint32_t value)
{
    uint16_t checksum = nfi_checksum_change(nfi_get16(packet + 10), nfi_get16(packet + at), (uint16_t)value);
    nfi_put16(packet + 10, checksum);
    nfi_put16(packet + at, value);
}

void nfi_ip_change(uint8_t *packet, const nfi_ip *ip, size_t total, int32_t protocol)
{
    if (ip->version == 4) {
        change_word(packet, 2, (uint32_t)total);
        change_word(packet, 8, (uint32_t)packet[8] << 8 | (uint32_t)protocol);
    } else {
        nfi_put16(packet + 4, (uint32_t)(total - NFI_IPV6_HEADER));
        packet[ip->named_at] = (uint8_t)protocol;
    }
}

void nfi_ip_take_hop(uint8_t *packet)
{
    if (packet[0] >> 4 == 4)
        change_word(packet, 8, (uint32_t)(packet[8] - 1) << 8 | packet[9]);
    else
        packet[7]--;
}

uint8_t nfi_ip_traffic_class(const uint8_t *packet)
{
    return packet[0] >> 4 == 4 ? packet[1] : (uint8_t)(nfi_get16(packet) >> 4);
}

void nfi_ip_change_traffic_class(uint8_t *packet, uint8_t value)
{
    if (packet[0] >> 4 == 4)
        change_word(packet, 0, (uint32_t)packet[0] << 8 | value);
    else
        nfi_put16(packet, (nfi_get16(packet) & 0xf00fu) | (uint32_t)value << 4);
}
