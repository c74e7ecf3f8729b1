/* Cuts a packet to an MTU, piece by piece: IPv4 (RFC 791; options by their copied bit) and IPv6 (RFC 8200 4.5). The stack's
 * thread only. */
#ifndef NFI_FRAGMENT_H
#define NFI_FRAGMENT_H
#include <stddef.h>
#include <stdint.h>
#include "describe.h"

typedef struct {
    const uint8_t *packet;    /* whole, contiguous, must outlive the cutting */
    size_t length;
    size_t mtu;
    size_t position;          /* of the next payload byte, from the packet's start */
    uint32_t identification;
    nfi_layout layout;
    uint16_t later_header;    /* IPv4: header length of the pieces behind the first */
    uint8_t version;
} nfi_fragmenter;

/* info and layout are of the whole packet, as nfi_describe gave them, and are not read after. identification is used for IPv6;
 * IPv4 keeps the header's. 0; -XE_MTU_EXCEEDED: DF is set, or the MTU leaves no room for 8 bytes behind the headers;
 * -XE_NO_DATA: it would end beyond 65,535. Call it for packets longer than mtu only. */
int32_t nfi_fragment_begin(nfi_fragmenter *f, const uint8_t *packet, const int32_t *info, const nfi_layout *layout, size_t mtu,
                           uint32_t identification);
size_t nfi_fragment_size(const nfi_fragmenter *f);             /* of the next piece, 0 when all are out */
/* Writes the next piece, IPv4 header checksum filled: its length, 0 when all are out, -XE_DST_OUT_OF_SPACE. */
int32_t nfi_fragment_next(nfi_fragmenter *f, uint8_t *dst, size_t dst_cap);

#endif
