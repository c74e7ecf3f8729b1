/* Numbers on the wire: byte order, and the protocol and port numbers (IANA) that the packet room knows. */
#ifndef NFI_WIRE_H
#define NFI_WIRE_H
#include <stdint.h>

enum {
    NFI_PROTO_HOPOPT = 0, NFI_PROTO_ICMP = 1, NFI_PROTO_IGMP = 2, NFI_PROTO_TCP = 6, NFI_PROTO_UDP = 17, NFI_PROTO_DCCP = 33,
    NFI_PROTO_ROUTING = 43, NFI_PROTO_FRAGMENT = 44, NFI_PROTO_ESP = 50, NFI_PROTO_AH = 51, NFI_PROTO_ICMPV6 = 58,
    NFI_PROTO_NONE = 59, NFI_PROTO_DSTOPTS = 60, NFI_PROTO_SCTP = 132, NFI_PROTO_UDPLITE = 136
};
enum { NFI_PORT_IKE = 500, NFI_PORT_ENCAP = 4500 };

static inline uint16_t nfi_get16(const uint8_t *p)
{
    return (uint16_t)((uint32_t)p[0] << 8 | p[1]);
}

static inline uint32_t nfi_get32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline void nfi_put16(uint8_t *p, uint32_t value)
{
    p[0] = (uint8_t)(value >> 8);
    p[1] = (uint8_t)value;
}

static inline void nfi_put32(uint8_t *p, uint32_t value)
{
    nfi_put16(p, value >> 16);
    nfi_put16(p + 2, value);
}

#endif
