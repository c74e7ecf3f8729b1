/* One fragment seen as a piece of a datagram, and the making of a whole packet's header from the first piece's. */
#ifndef NFI_PIECES_H
#define NFI_PIECES_H
#include <stdint.h>
#include "describe.h"

/* What tells datagrams apart: RFC 791 2.3 (with the protocol), RFC 8200 4.5 (without). Never across interfaces. */
typedef struct {
    int32_t words[8];         /* source, destination */
    uint32_t identification;
    int32_t protocol;         /* IPv4 alone, 0 for IPv6 */
    int32_t domain;
    int32_t version;
} nfi_datagram;

typedef struct {
    size_t header;            /* bytes ahead of the fragment header, or of the payload: what the whole packet keeps */
    size_t from;              /* where the payload lies in the fragment */
    size_t length;            /* of the payload */
    size_t at;                /* where it belongs in the datagram's payload */
} nfi_piece;

void nfi_datagram_of(nfi_datagram *datagram, const int32_t *info, const nfi_layout *layout);
int32_t nfi_datagram_equal(const nfi_datagram *a, const nfi_datagram *b);
/* 0, or -XE_NO_DATA (empty, or cut where no fragment may be cut), -XE_DST_OUT_OF_SPACE (would end past 65,535 bytes). */
int32_t nfi_piece_of(nfi_piece *piece, const int32_t *info, const nfi_layout *layout);
/* Mends the header at packet (length bytes with its payload) after it came from a first fragment laid out as layout says;
 * first_next is the protocol number that an IPv6 fragment header named. */
void nfi_whole_header(uint8_t *packet, size_t header, size_t length, const nfi_layout *layout, uint8_t first_next);

#endif
