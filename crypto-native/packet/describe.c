#include "describe.h"
#include <string.h>
#include "wire.h"

typedef struct {
    const uint8_t *bytes;
    size_t captured;
    size_t end;               /* of the IP packet */
} view;

static int32_t need(const view *v, size_t to)
{
    if (to > v->end)
        return -XE_NO_DATA;
    return to > v->captured ? -XE_SRC_OUT_OF_DATA : 0;
}

int32_t nfi_address_is_v4(const int32_t words[4])
{
    return words[0] == 0 && words[1] == 0 && words[2] == 0xffff;
}

static void address_v4(int32_t *words, const uint8_t *bytes)
{
    words[0] = words[1] = 0;
    words[2] = 0xffff;
    words[3] = (int32_t)nfi_get32(bytes);
}

static void address_v6(int32_t *words, const uint8_t *bytes)
{
    for (int32_t i = 0; i < 4; i++)
        words[i] = (int32_t)nfi_get32(bytes + 4 * i);
}

void nfi_describe_source_address(const uint8_t *packet, int32_t words[4])
{
    if (packet[0] >> 4 == 4)
        address_v4(words, packet + 12);
    else
        address_v6(words, packet + 8);
}

static void clear(int32_t *info, nfi_layout *layout)
{
    memset(info + NFI_INFO_LENGTH, 0, (NFI_INFO_ENCAP_LOCAL - NFI_INFO_LENGTH + 1) * sizeof *info);
    info[NFI_INFO_SOURCE_PORT] = info[NFI_INFO_DESTINATION_PORT] = -1;
    memset(layout, 0, sizeof *layout);
}

/* UDP to port 4500: an SPI is never 0, four zero bytes mean IKE, one byte 0xff keeps a NAT mapping alive (RFC 3948 2). */
static int32_t describe_encapsulated(const view *v, size_t at, int32_t *info, nfi_layout *layout)
{
    if (v->end - at == 1) {
        int32_t short_capture = need(v, at + 1);
        if (short_capture == 0 && v->bytes[at] == 0xff)
            layout->encap = NFI_ENCAP_KEEPALIVE;
        return short_capture;
    }
    int32_t status = need(v, at + 4);
    if (status < 0)
        return status;
    if (nfi_get32(v->bytes + at) == 0) {
        layout->encap = NFI_ENCAP_IKE;
        return 0;
    }
    status = need(v, at + 8);
    if (status < 0)
        return status;
    layout->encap = NFI_ENCAP_ESP;
    info[NFI_INFO_SPI] = (int32_t)nfi_get32(v->bytes + at);
    info[NFI_INFO_SEQUENCE] = (int32_t)nfi_get32(v->bytes + at + 4);
    info[NFI_INFO_FLAGS] |= NFI_FLAG_ENCAPSULATED;
    info[NFI_INFO_ENCAP_REMOTE] = info[NFI_INFO_SOURCE_PORT];
    info[NFI_INFO_ENCAP_LOCAL] = info[NFI_INFO_DESTINATION_PORT];
    return 0;
}

static int32_t describe_udp(view *v, size_t at, int32_t *info, nfi_layout *layout)
{
    int32_t whole = (info[NFI_INFO_FLAGS] & NFI_FLAG_FRAGMENT) == 0;
    size_t udp_length = nfi_get16(v->bytes + at + 4);
    if (udp_length < 8 || (whole && udp_length > v->end - at))
        return -XE_NO_DATA;
    if (info[NFI_INFO_DESTINATION_PORT] != NFI_PORT_ENCAP || (whole && udp_length == 8) || v->end == at + 8)
        return 0;
    if (whole)
        v->end = at + udp_length;
    return describe_encapsulated(v, at + 8, info, layout);
}

/* The least a header must have for its ports, SPI or type to mean anything. TCP must be whole: a first fragment that ends
 * inside it hides the flags from a filter (RFC 1858 3). */
static size_t least_header(int32_t protocol)
{
    switch (protocol) {
    case NFI_PROTO_TCP: return 20;
    case NFI_PROTO_UDP: case NFI_PROTO_UDPLITE: case NFI_PROTO_ESP: return 8;
    case NFI_PROTO_AH: case NFI_PROTO_SCTP: case NFI_PROTO_DCCP: return 12;
    case NFI_PROTO_ICMP: case NFI_PROTO_ICMPV6: return 4;
    default: return 0;
    }
}

static int32_t describe_upper(view *v, int32_t *info, nfi_layout *layout)
{
    int32_t protocol = info[NFI_INFO_PROTOCOL];
    int32_t status = need(v, layout->upper + least_header(protocol));
    if (status < 0)
        return status;
    const uint8_t *upper = v->bytes + layout->upper;
    switch (protocol) {
    case NFI_PROTO_TCP: case NFI_PROTO_UDP: case NFI_PROTO_UDPLITE: case NFI_PROTO_SCTP: case NFI_PROTO_DCCP:
        info[NFI_INFO_SOURCE_PORT] = nfi_get16(upper);
        info[NFI_INFO_DESTINATION_PORT] = nfi_get16(upper + 2);
        return protocol == NFI_PROTO_UDP ? describe_udp(v, layout->upper, info, layout) : 0;
    case NFI_PROTO_ICMP: case NFI_PROTO_ICMPV6:
        info[NFI_INFO_SOURCE_PORT] = NFI_ICMP_SHOWN + upper[0];
        info[NFI_INFO_DESTINATION_PORT] = NFI_ICMP_SHOWN + upper[1];
        return 0;
    case NFI_PROTO_ESP: case NFI_PROTO_AH:
        upper += protocol == NFI_PROTO_AH ? 4 : 0;
        info[NFI_INFO_SPI] = (int32_t)nfi_get32(upper);
        info[NFI_INFO_SEQUENCE] = (int32_t)nfi_get32(upper + 4);
        return 0;
    default:
        return 0;
    }
}

/* Options must tile the header (RFC 791 3.1): AH and the fragmenter walk them without looking again. */
static int32_t options_tile(const uint8_t *packet, size_t header)
{
    size_t at = 20;
    while (at < header && packet[at] != 0) {
        size_t length = packet[at] == 1 ? 1 : at + 1 < header ? packet[at + 1] : 0;
        if (length == 0 || (length == 1 && packet[at] != 1) || length > header - at)
            return 0;
        at += length;
    }
    return 1;
}

static void fill_ipv4(const uint8_t *p, size_t header, int32_t *info, nfi_layout *layout)
{
    uint32_t fragment = nfi_get16(p + 6);
    info[NFI_INFO_LENGTH] = nfi_get16(p + 2);
    info[NFI_INFO_VERSION] = 4;
    info[NFI_INFO_PROTOCOL] = p[9];
    address_v4(info + NFI_INFO_SOURCE, p + 12);
    address_v4(info + NFI_INFO_DESTINATION, p + 16);
    info[NFI_INFO_FLAGS] = (fragment & 0x4000u ? NFI_FLAG_DF : 0) | (fragment & 0x3fffu ? NFI_FLAG_FRAGMENT : 0);
    layout->upper = layout->unfragmentable = (uint16_t)header;
    layout->upper_named_at = layout->unfragmentable_named_at = 9;
    layout->more = (fragment & 0x2000u) != 0;
    layout->fragment_offset = (uint16_t)((fragment & 0x1fffu) * 8u);
    layout->hop_limit = p[8];
    layout->identification = nfi_get16(p + 4);
}

static int32_t describe_ipv4(view *v, size_t total, int32_t *info, nfi_layout *layout)
{
    int32_t status = need(v, 20);
    if (status < 0)
        return status;
    size_t header = (size_t)(v->bytes[0] & 15u) * 4u, length = nfi_get16(v->bytes + 2);
    if (header < 20 || length < header || length > total)
        return -XE_NO_DATA;
    v->end = length;
    status = need(v, header);
    if (status < 0)
        return status;
    if (!options_tile(v->bytes, header))
        return -XE_NO_DATA;
    fill_ipv4(v->bytes, header, info, layout);
    return layout->fragment_offset != 0 ? 0 : describe_upper(v, info, layout);
}

/* The walk over IPv6 extension headers stands at layout->upper, upper_named_at and PROTOCOL: takes it past a header so long. */
static void step(const uint8_t *header, size_t length, int32_t *info, nfi_layout *layout)
{
    info[NFI_INFO_PROTOCOL] = header[0];
    layout->upper_named_at = layout->upper;
    layout->upper = (uint16_t)(layout->upper + length);
}

static int32_t step_fragment(const view *v, int32_t *info, nfi_layout *layout)
{
    int32_t status = need(v, layout->upper + 8u);
    if (status < 0)
        return status;
    const uint8_t *p = v->bytes + layout->upper;
    if (layout->fragment != 0)
        return -XE_NO_DATA;
    layout->fragment = layout->upper;
    layout->fragment_named_at = layout->upper_named_at;
    layout->fragment_offset = nfi_get16(p + 2) & 0xfff8u;
    layout->more = p[3] & 1u;
    layout->identification = nfi_get32(p + 4);
    info[NFI_INFO_FLAGS] |= NFI_FLAG_FRAGMENT;
    step(p, 8, info, layout);
    return 0;
}

static int32_t step_extension(const view *v, int32_t *info, nfi_layout *layout)
{
    int32_t status = need(v, layout->upper + 4u), next = info[NFI_INFO_PROTOCOL];
    if (status < 0)
        return status;
    const uint8_t *p = v->bytes + layout->upper;
    size_t length = ((size_t)p[1] + 1) * 8;
    if ((status = need(v, layout->upper + length)) < 0)
        return status;
    if (next == NFI_PROTO_HOPOPT && layout->upper != 40)
        return -XE_NO_DATA;                           /* only directly behind the IPv6 header (RFC 8200 4.1) */
    if (next == NFI_PROTO_ROUTING && p[2] == 0 && p[3] != 0)
        return -XE_NO_DATA;                           /* a type 0 routing header still at work (RFC 5095) */
    step(p, length, info, layout);
    if (next != NFI_PROTO_DSTOPTS && layout->fragment == 0) {
        layout->unfragmentable = layout->upper;
        layout->unfragmentable_named_at = layout->upper_named_at;
    }
    return 0;
}

static int32_t is_extension(int32_t next)
{
    return next == NFI_PROTO_HOPOPT || next == NFI_PROTO_ROUTING || next == NFI_PROTO_DSTOPTS;
}

static int32_t walk_extensions(const view *v, int32_t *info, nfi_layout *layout)
{
    for (int32_t i = 0; i <= NFI_MAX_EXTENSIONS; i++) {
        int32_t status, next = info[NFI_INFO_PROTOCOL];
        if (layout->fragment_offset != 0 || (!is_extension(next) && next != NFI_PROTO_FRAGMENT))
            return 0;
        status = next == NFI_PROTO_FRAGMENT ? step_fragment(v, info, layout) : step_extension(v, info, layout);
        if (status < 0)
            return status;
    }
    return -XE_NO_DATA;
}

static void fill_ipv6(const uint8_t *p, int32_t *info, nfi_layout *layout)
{
    info[NFI_INFO_LENGTH] = 40 + nfi_get16(p + 4);
    info[NFI_INFO_VERSION] = 6;
    info[NFI_INFO_PROTOCOL] = p[6];
    address_v6(info + NFI_INFO_SOURCE, p + 8);
    address_v6(info + NFI_INFO_DESTINATION, p + 24);
    layout->upper = layout->unfragmentable = 40;
    layout->upper_named_at = layout->unfragmentable_named_at = 6;
    layout->hop_limit = p[7];
}

static int32_t describe_ipv6(view *v, size_t total, int32_t *info, nfi_layout *layout)
{
    int32_t status = need(v, 40);
    if (status < 0)
        return status;
    v->end = 40u + nfi_get16(v->bytes + 4);
    if (v->end > total)
        return -XE_NO_DATA;
    fill_ipv6(v->bytes, info, layout);
    if (nfi_address_is_v4(info + NFI_INFO_SOURCE) || nfi_address_is_v4(info + NFI_INFO_DESTINATION))
        return -XE_NO_DATA;                           /* never on a wire (RFC 4942 2.2); inside, it would pass for IPv4 */
    if ((status = walk_extensions(v, info, layout)) < 0)
        return status;
    return layout->fragment_offset != 0 ? 0 : describe_upper(v, info, layout);
}

int32_t nfi_describe(const uint8_t *bytes, size_t captured, size_t total, int32_t *info, nfi_layout *layout)
{
    view v = { bytes, captured < total ? captured : total, total };
    int32_t status = need(&v, 1);
    clear(info, layout);
    if (status == 0) {
        uint32_t version = bytes[0] >> 4;
        status = version == 4 ? describe_ipv4(&v, total, info, layout)
               : version == 6 ? describe_ipv6(&v, total, info, layout) : -XE_NO_DATA;
    }
    if (status < 0)
        clear(info, layout);                          /* nothing half-read is acted upon */
    return status;
}

int32_t nfi_describe_source(const nfi_source *source, int32_t *info, nfi_layout *layout)
{
    static uint8_t head[NFI_CAPTURE];
    size_t captured = source->length < NFI_CAPTURE ? source->length : NFI_CAPTURE;
    captured = nfi_source_copy(source, head, captured, 0);
    return nfi_describe(head, captured, source->length, info, layout);
}

int32_t nfi_describe_inbound(const int32_t *info, const nfi_layout *layout)
{
    int32_t protocol = info[NFI_INFO_PROTOCOL];
    if (protocol == NFI_PROTO_ESP || protocol == NFI_PROTO_AH || layout->encap == NFI_ENCAP_ESP)
        return NFI_INBOUND;
    if (protocol == NFI_PROTO_UDP && (info[NFI_INFO_DESTINATION_PORT] == NFI_PORT_IKE || layout->encap == NFI_ENCAP_IKE))
        return NFI_DATAGRAM;
    return NFI_NOTHING;
}
