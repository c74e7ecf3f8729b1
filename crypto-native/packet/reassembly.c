#include "reassembly.h"
#include <string.h>
#include "counters.h"
#include "pieces.h"

#define RANGES 8              /* holes + 1 that one datagram may have; more is an attack or hopeless */
#define PAYLOAD_AT (NFI_HEADROOM + 40)        /* the header is put in front of it when it comes */
_Static_assert(NFI_LARGEST_PACKET + NFI_HEADROOM + NFI_TAILROOM > NFI_SMALL_BUFFER_SIZE, "large slots are larger than small ones");

typedef struct { uint16_t from, to; } range;

typedef struct {
    nfi_datagram datagram;
    int32_t slot;             /* 0: this entry is free */
    uint32_t since;
    uint32_t total;           /* payload bytes, 0 until the last piece came */
    nfi_layout layout;        /* of the first piece */
    uint16_t header;
    uint8_t first_next;
    uint8_t ecn_seen;         /* one bit for each codepoint */
    int32_t ranges;
    range range[RANGES];      /* what has come: ascending, apart from each other */
} partial;

/* A datagram found hostile is refused as a whole, the pieces still to come included (RFC 5722 4). */
typedef struct {
    nfi_datagram datagram;
    int32_t used;
    uint32_t since;
} refusal;

static partial partials[NFI_REASSEMBLIES];
static refusal refusals[NFI_REASSEMBLIES];
static int32_t next_refusal;

static void release(partial *p)
{
    nfi_buffer_release(p->slot, NFI_OWNER_STACK);
    p->slot = 0;
}

static void give_up(partial *p, int32_t status)
{
    release(p);
    nfi_count(NFI_COUNT_REASSEMBLY_FAILED);
    nfi_count_drop(status);
}

static int32_t failed(int32_t status)
{
    nfi_count(NFI_COUNT_REASSEMBLY_FAILED);
    nfi_count_drop(status);
    return status;
}

void nfi_reassembly_reset(void)
{
    for (int32_t i = 0; i < NFI_REASSEMBLIES; i++)
        if (partials[i].slot != 0)
            release(&partials[i]);
    memset(refusals, 0, sizeof refusals);
}

void nfi_reassembly_expire(uint32_t now)
{
    for (int32_t i = 0; i < NFI_REASSEMBLIES; i++) {
        if (partials[i].slot != 0 && now - partials[i].since >= NFI_REASSEMBLY_MS)
            give_up(&partials[i], -XE_SRC_OUT_OF_DATA);
        if (refusals[i].used && now - refusals[i].since >= NFI_REASSEMBLY_MS)
            refusals[i].used = 0;
    }
}

static int32_t is_refused(const nfi_datagram *datagram)
{
    for (int32_t i = 0; i < NFI_REASSEMBLIES; i++)
        if (refusals[i].used && nfi_datagram_equal(&refusals[i].datagram, datagram))
            return 1;
    return 0;
}

static int32_t refuse(partial *p, int32_t status, uint32_t now)
{
    refusal *r = &refusals[next_refusal++ % NFI_REASSEMBLIES];
    r->datagram = p->datagram;
    r->since = now;
    r->used = 1;
    next_refusal %= NFI_REASSEMBLIES;
    give_up(p, status);
    return status;
}

static partial *find(const nfi_datagram *datagram)
{
    for (int32_t i = 0; i < NFI_REASSEMBLIES; i++)
        if (partials[i].slot != 0 && nfi_datagram_equal(&partials[i].datagram, datagram))
            return &partials[i];
    return NULL;
}

static partial *oldest(uint32_t now)
{
    partial *found = NULL;
    for (int32_t i = 0; i < NFI_REASSEMBLIES; i++)
        if (partials[i].slot != 0 && (found == NULL || now - partials[i].since > now - found->since))
            found = &partials[i];
    return found;
}

static partial *free_entry(uint32_t now)
{
    for (int32_t i = 0; i < NFI_REASSEMBLIES; i++)
        if (partials[i].slot == 0)
            return &partials[i];
    partial *p = oldest(now);
    give_up(p, -XE_SRC_OUT_OF_DATA);
    return p;
}

/* The oldest makes room, for an entry as for a buffer: half a datagram never holds up the next for long. */
static partial *start(const nfi_datagram *datagram, uint32_t now)
{
    partial *p = free_entry(now);
    int32_t slot = nfi_buffer_alloc(NFI_SHARE_INBOUND, NFI_LARGEST_PACKET);
    if (slot < 0 && oldest(now) != NULL) {
        give_up(oldest(now), -XE_SRC_OUT_OF_DATA);
        slot = nfi_buffer_alloc(NFI_SHARE_INBOUND, NFI_LARGEST_PACKET);
    }
    if (slot < 0)
        return NULL;
    memset(p, 0, sizeof *p);
    p->datagram = *datagram;
    p->slot = slot;
    p->since = now;
    return p;
}

static int32_t copy(const nfi_source *source, uint8_t *dst, size_t length, size_t offset)
{
    return nfi_source_copy(source, dst, length, offset) == length ? 0 : -XE_SRC_OUT_OF_DATA;
}

static int32_t same_bytes(const nfi_source *source, size_t offset, const uint8_t *held, size_t length)
{
    static uint8_t scratch[64];
    for (size_t done = 0; done < length;) {
        size_t part = length - done < sizeof scratch ? length - done : sizeof scratch;
        if (copy(source, scratch, part, offset + done) < 0 || memcmp(scratch, held + done, part) != 0)
            return 0;
        done += part;
    }
    return 1;
}

/* The range that the piece touches, -1 when it lies in a hole. */
static int32_t touched(const partial *p, const nfi_piece *piece)
{
    for (int32_t i = 0; i < p->ranges; i++)
        if (p->range[i].from < piece->at + piece->length && piece->at < p->range[i].to)
            return i;
    return -1;
}

/* A copy of what has come, made by the network, is no overlap (RFC 8200 4.5). Anything else that touches is. */
static int32_t is_copy(const partial *p, const nfi_source *source, const nfi_piece *piece, int32_t more, const range *r)
{
    size_t end = piece->at + piece->length;
    const uint8_t *payload = nfi_buffer_get(p->slot, NFI_OWNER_STACK)->bytes + PAYLOAD_AT;
    return piece->at >= r->from && end <= r->to && more == (end != p->total)
        && same_bytes(source, piece->from, payload + piece->at, piece->length);
}

static int32_t fits_total(partial *p, const nfi_piece *piece, int32_t more)
{
    size_t end = piece->at + piece->length;
    size_t highest = p->ranges > 0 ? p->range[p->ranges - 1].to : 0;
    if (more)
        return p->total == 0 || end < p->total;
    if (p->total != 0 || highest > end)
        return 0;
    p->total = (uint32_t)end;
    return 1;
}

static void remove_range(partial *p, int32_t i)
{
    p->ranges--;
    memmove(&p->range[i], &p->range[i + 1], (size_t)(p->ranges - i) * sizeof p->range[0]);
}

static int32_t add_range(partial *p, const nfi_piece *piece)
{
    uint16_t from = (uint16_t)piece->at, to = (uint16_t)(piece->at + piece->length);
    int32_t i = 0;
    while (i < p->ranges && p->range[i].to < from)
        i++;
    if (i < p->ranges && p->range[i].to == from) {
        p->range[i].to = to;
        if (i + 1 < p->ranges && p->range[i + 1].from == to) {
            p->range[i].to = p->range[i + 1].to;
            remove_range(p, i + 1);
        }
    } else if (i < p->ranges && p->range[i].from == to) {
        p->range[i].from = from;
    } else {
        if (p->ranges == RANGES)
            return -XE_NOMEM;
        memmove(&p->range[i + 1], &p->range[i], (size_t)(p->ranges - i) * sizeof p->range[0]);
        p->range[i].from = from;
        p->range[i].to = to;
        p->ranges++;
    }
    return 0;
}

static int32_t take_header(partial *p, const nfi_source *source, const nfi_piece *piece, const nfi_layout *layout, nfi_buffer *b)
{
    if (piece->header > PAYLOAD_AT)
        return -XE_DST_OUT_OF_SPACE;
    p->header = (uint16_t)piece->header;
    p->layout = *layout;
    int32_t status = copy(source, b->bytes + PAYLOAD_AT - piece->header, piece->header, 0);
    return status < 0 || layout->fragment == 0 ? status : copy(source, &p->first_next, 1, layout->fragment);
}

static int32_t see_ecn(partial *p, const nfi_source *source)
{
    uint8_t head[2];
    int32_t status = copy(source, head, 2, 0);
    uint32_t traffic_class = head[0] >> 4 == 4 ? head[1] : (uint32_t)head[1] >> 4;
    if (status == 0)
        p->ecn_seen |= (uint8_t)(1u << (traffic_class & 3u));
    return status;
}

static int32_t place(partial *p, const nfi_source *source, const nfi_piece *piece, const nfi_layout *layout)
{
    nfi_buffer *b = nfi_buffer_get(p->slot, NFI_OWNER_STACK);
    int32_t status, touching = touched(p, piece);
    if (touching >= 0)
        return is_copy(p, source, piece, layout->more, &p->range[touching]) ? 0 : -XE_BAD_PARAM;
    if (!fits_total(p, piece, layout->more))
        return -XE_BAD_PARAM;
    if (PAYLOAD_AT + piece->at + piece->length > b->capacity - NFI_TAILROOM)
        return -XE_DST_OUT_OF_SPACE;
    if (piece->at == 0 && (status = take_header(p, source, piece, layout, b)) < 0)
        return status;
    if ((status = see_ecn(p, source)) < 0 || (status = add_range(p, piece)) < 0)
        return status;
    return copy(source, b->bytes + PAYLOAD_AT + piece->at, piece->length, piece->from);
}

static int32_t is_whole(const partial *p)
{
    return p->total != 0 && p->ranges == 1 && p->range[0].from == 0 && p->range[0].to == p->total;
}

/* Congestion met by one piece is met by the datagram; pieces that disagree about ECT itself do not belong together
 * (RFC 3168 5.3). */
static int32_t mend_ecn(const partial *p, uint8_t *packet)
{
    if ((p->ecn_seen & 8u) == 0)
        return 0;
    if (p->ecn_seen & 1u)
        return -XE_BAD_PARAM;
    packet[1] |= p->datagram.version == 4 ? 3u : 0x30u;
    return 0;
}

static int32_t finish(partial *p, uint32_t now)
{
    nfi_buffer *b = nfi_buffer_get(p->slot, NFI_OWNER_STACK);
    size_t length = p->header + p->total, counted = p->datagram.version == 4 ? length : length - 40;
    uint8_t *packet = b->bytes + PAYLOAD_AT - p->header;
    int32_t status = counted > 65535 ? -XE_DST_OUT_OF_SPACE : mend_ecn(p, packet);
    if (status < 0)
        return refuse(p, status, now);
    b->offset = PAYLOAD_AT - p->header;
    b->length = (uint32_t)length;
    b->domain = p->datagram.domain;
    nfi_whole_header(packet, p->header, length, &p->layout, p->first_next);
    p->slot = 0;
    nfi_count(NFI_COUNT_REASSEMBLED);
    return b->slot;
}

/* An IPv6 fragment that is a whole datagram belongs to no other, whatever its identification (RFC 6946 4). */
static int32_t atomic(const nfi_source *source, const nfi_piece *piece, const nfi_layout *layout, int32_t domain)
{
    size_t length = piece->header + piece->length;
    int32_t slot = nfi_buffer_alloc(NFI_SHARE_INBOUND, length);
    uint8_t next = 0;
    if (slot < 0)
        return failed(slot);
    nfi_buffer *b = nfi_buffer_get(slot, NFI_OWNER_STACK);
    uint8_t *packet = b->bytes + b->offset;
    if (copy(source, packet, piece->header, 0) < 0 || copy(source, &next, 1, layout->fragment) < 0
        || copy(source, packet + piece->header, piece->length, piece->from) < 0) {
        nfi_buffer_release(slot, NFI_OWNER_STACK);
        return failed(-XE_SRC_OUT_OF_DATA);
    }
    nfi_whole_header(packet, piece->header, length, layout, next);
    b->domain = domain;
    return slot;
}

int32_t nfi_reassembly_add(const nfi_source *source, const int32_t *info, const nfi_layout *layout, uint32_t now)
{
    static nfi_datagram datagram;                     /* the stack's thread has little stack */
    nfi_piece piece;
    int32_t status = nfi_piece_of(&piece, info, layout);
    nfi_datagram_of(&datagram, info, layout);
    nfi_reassembly_expire(now);
    if (layout->fragment != 0 && layout->fragment_offset == 0 && !layout->more)
        return status < 0 ? failed(status) : atomic(source, &piece, layout, info[NFI_INFO_DOMAIN]);
    if (is_refused(&datagram)) {
        nfi_count_drop(-XE_BAD_PARAM);                /* the datagram was counted once, its pieces by their drop */
        return -XE_BAD_PARAM;
    }
    partial *p = find(&datagram);
    if (status < 0)
        return p != NULL && status == -XE_DST_OUT_OF_SPACE ? refuse(p, status, now) : failed(status);
    if (p == NULL && (p = start(&datagram, now)) == NULL)
        return failed(-XE_OUT_OF_PACKETS);
    status = place(p, source, &piece, layout);
    if (status < 0)
        return refuse(p, status, now);
    return is_whole(p) ? finish(p, now) : 0;
}
