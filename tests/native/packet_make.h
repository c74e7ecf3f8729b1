/* Packets for the packet room's tests, made byte by byte and independent of the code under test. */
#ifndef NFI_PACKET_MAKE_H
#define NFI_PACKET_MAKE_H
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline void put16(uint8_t *p, uint32_t v) { p[0] = (uint8_t)(v >> 8); p[1] = (uint8_t)v; }
static inline void put32(uint8_t *p, uint32_t v) { put16(p, v >> 16); put16(p + 2, v); }
static inline uint32_t get16(const uint8_t *p) { return (uint32_t)p[0] << 8 | p[1]; }

#define IP4(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

/* Sum of big-endian 16-bit words in 64 bits, folded at the end: RFC 1071 by the letter. */
static inline uint16_t plain_checksum(const uint8_t *p, size_t length, uint64_t sum)
{
    for (size_t i = 0; i < length; i++)
        sum += i & 1 ? p[i] : (uint64_t)p[i] << 8;
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

typedef struct {
    uint32_t source, destination;
    uint32_t id, fragment;    /* fragment: the 16-bit flags and offset field */
    uint32_t protocol, ttl;
    const uint8_t *options;
    size_t options_length;    /* a multiple of 4 */
} ip4_header;

static inline size_t make_ip4(uint8_t *dst, const ip4_header *h, const uint8_t *payload, size_t length)
{
    size_t header = 20 + h->options_length;
    memset(dst, 0, header);
    dst[0] = (uint8_t)(0x40 | header / 4);
    put16(dst + 2, (uint32_t)(header + length));
    put16(dst + 4, h->id);
    put16(dst + 6, h->fragment);
    dst[8] = (uint8_t)(h->ttl ? h->ttl : 64);
    dst[9] = (uint8_t)h->protocol;
    put32(dst + 12, h->source);
    put32(dst + 16, h->destination);
    if (h->options_length)
        memcpy(dst + 20, h->options, h->options_length);
    put16(dst + 10, plain_checksum(dst, header, 0));
    if (length)
        memcpy(dst + header, payload, length);
    return header + length;
}

/* extensions: the extension headers' bytes with their own next-header fields; next names the first of them. */
static inline size_t make_ip6(uint8_t *dst, const uint8_t source[16], const uint8_t destination[16], uint8_t next, uint8_t hop_limit,
                              const uint8_t *extensions, size_t extensions_length, const uint8_t *payload, size_t length)
{
    memset(dst, 0, 40);
    dst[0] = 0x60;
    put16(dst + 4, (uint32_t)(extensions_length + length));
    dst[6] = next;
    dst[7] = hop_limit;
    memcpy(dst + 8, source, 16);
    memcpy(dst + 24, destination, 16);
    if (extensions_length)
        memcpy(dst + 40, extensions, extensions_length);
    if (length)
        memcpy(dst + 40 + extensions_length, payload, length);
    return 40 + extensions_length + length;
}

static inline size_t make_udp(uint8_t *dst, uint32_t source, uint32_t destination, const uint8_t *data, size_t length)
{
    put16(dst, source);
    put16(dst + 2, destination);
    put16(dst + 4, (uint32_t)(8 + length));
    put16(dst + 6, 0);
    if (length)
        memcpy(dst + 8, data, length);
    return 8 + length;
}

static const uint8_t HERE6[16] = { 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 };
static const uint8_t THERE6[16] = { 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2 };

#endif
