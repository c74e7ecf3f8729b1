#include <string.h>
#include "counters.h"
#include "pieces.h"
#include "reassembly.h"

/* Our own stack cuts one datagram at a time and hands the pieces down in order, within one call from above. */
static struct {
    nfi_datagram datagram;
    int32_t slot;             /* 0: nothing begun */
    size_t header;
    size_t next;              /* payload bytes so far */
    nfi_layout layout;        /* of the first piece */
    uint8_t first_next;
} join;

void nfi_join_reset(void)
{
    if (join.slot != 0)
        nfi_buffer_release(join.slot, NFI_OWNER_STACK);
    join.slot = 0;
}

static int32_t failed(int32_t status)
{
    nfi_join_reset();
    nfi_count(status == -XE_OUT_OF_PACKETS ? NFI_COUNT_RING_FULL_OUT : NFI_COUNT_REASSEMBLY_FAILED);
    nfi_count_drop(status);
    return status;
}

static int32_t begin(const nfi_source *source, const nfi_datagram *datagram, const nfi_piece *piece, const nfi_layout *layout)
{
    int32_t slot = nfi_buffer_alloc(NFI_SHARE_OUTBOUND, NFI_LARGEST_PACKET);
    if (slot < 0)
        return slot;
    nfi_buffer *b = nfi_buffer_get(slot, NFI_OWNER_STACK);
    join.slot = slot;
    join.datagram = *datagram;
    join.header = piece->header;
    join.next = 0;
    join.layout = *layout;
    b->domain = datagram->domain;
    if (piece->header > NFI_LARGEST_PACKET)
        return -XE_DST_OUT_OF_SPACE;
    if (nfi_source_copy(source, b->bytes + b->offset, piece->header, 0) != piece->header)
        return -XE_SRC_OUT_OF_DATA;
    if (layout->fragment != 0 && nfi_source_copy(source, &join.first_next, 1, layout->fragment) != 1)
        return -XE_SRC_OUT_OF_DATA;
    return 0;
}

static int32_t append(const nfi_source *source, const nfi_piece *piece)
{
    nfi_buffer *b = nfi_buffer_get(join.slot, NFI_OWNER_STACK);
    size_t at = join.header + join.next;
    if (at + piece->length > NFI_LARGEST_PACKET)
        return -XE_DST_OUT_OF_SPACE;
    if (nfi_source_copy(source, b->bytes + b->offset + at, piece->length, piece->from) != piece->length)
        return -XE_SRC_OUT_OF_DATA;
    join.next += piece->length;
    return 0;
}

static int32_t finish(void)
{
    nfi_buffer *b = nfi_buffer_get(join.slot, NFI_OWNER_STACK);
    b->length = (uint32_t)(join.header + join.next);
    nfi_whole_header(b->bytes + b->offset, join.header, b->length, &join.layout, join.first_next);
    join.slot = 0;
    return b->slot;
}

int32_t nfi_join_add(const nfi_source *source, const int32_t *info, const nfi_layout *layout)
{
    static nfi_datagram datagram;                     /* the stack's thread has little stack */
    nfi_piece piece;
    int32_t status = nfi_piece_of(&piece, info, layout);
    if (status < 0)
        return failed(status);
    nfi_datagram_of(&datagram, info, layout);
    if (piece.at == 0) {
        if (join.slot != 0)
            failed(-XE_SRC_OUT_OF_DATA);              /* the one before never ended */
        status = begin(source, &datagram, &piece, layout);
    } else if (join.slot == 0 || piece.at != join.next || !nfi_datagram_equal(&join.datagram, &datagram)) {
        status = -XE_BAD_PARAM;
    }
    if (status == 0)
        status = append(source, &piece);
    if (status < 0)
        return failed(status);
    return layout->more ? 0 : finish();
}
