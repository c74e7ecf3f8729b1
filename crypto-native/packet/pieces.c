#include "pieces.h"
#include <string.h>
#include "checksum.h"
#include "wire.h"

void nfi_datagram_of(nfi_datagram *datagram, const int32_t *info, const nfi_layout *layout)
{
    memcpy(datagram->words, info + NFI_INFO_SOURCE, sizeof datagram->words);
    datagram->identification = layout->identification;
    datagram->version = info[NFI_INFO_VERSION];
    datagram->protocol = datagram->version == 4 ? info[NFI_INFO_PROTOCOL] : 0;
    datagram->domain = info[NFI_INFO_DOMAIN];
}

int32_t nfi_datagram_equal(const nfi_datagram *a, const nfi_datagram *b)
{
    return a->identification == b->identification && a->protocol == b->protocol && a->domain == b->domain
        && a->version == b->version && memcmp(a->words, b->words, sizeof a->words) == 0;
}

int32_t nfi_piece_of(nfi_piece *piece, const int32_t *info, const nfi_layout *layout)
{
    int32_t v4 = info[NFI_INFO_VERSION] == 4;
    piece->header = v4 ? layout->upper : layout->fragment;
    piece->from = v4 ? layout->upper : layout->fragment + 8u;
    piece->length = (size_t)info[NFI_INFO_LENGTH] - piece->from;
    piece->at = layout->fragment_offset;
    if (piece->length == 0 || (layout->more && piece->length % 8 != 0))
        return -XE_NO_DATA;
    if (info[NFI_INFO_PROTOCOL] == NFI_PROTO_TCP && piece->at == 8)
        return -XE_NO_DATA;                           /* would rewrite the TCP flags (RFC 1858 4.2) */
    size_t counted = v4 ? piece->header : piece->header - 40;   /* what the length field covers beside the payload */
    return counted + piece->at + piece->length > 65535 ? -XE_DST_OUT_OF_SPACE : 0;
}

void nfi_whole_header(uint8_t *packet, size_t header, size_t length, const nfi_layout *layout, uint8_t first_next)
{
    if (packet[0] >> 4 == 4) {
        nfi_put16(packet + 2, (uint32_t)length);
        nfi_put16(packet + 6, 0);
        nfi_checksum_fill_ipv4(packet, header);
    } else {
        nfi_put16(packet + 4, (uint32_t)(length - 40));
        packet[layout->fragment_named_at] = first_next;
    }
}
