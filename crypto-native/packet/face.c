/* The packet face (nfi_packet.h): checks what comes from the other side of the interface, then calls the room that does it.
 * Called by the node's thread; wake by any. Drops decided here are counted here; what the caller is told of (a status) is
 * the caller's to count. */
#include <string.h>
#include "ah.h"
#include "buffer.h"
#include "counters.h"
#include "datagram.h"
#include "describe.h"
#include "nfi_packet.h"
#include "nfi_port.h"
#include "readdress.h"
#include "reassembly.h"
#include "ring.h"
#include "shim.h"
#include "transform.h"
#include "transit.h"
#include "verdicts.h"
#include "wire.h"

static int32_t started;

static int32_t good_words(const int32_t *words, int32_t cap, int32_t needed)
{
    return words != NULL && cap >= needed;
}

static int32_t good_bytes(const uint8_t *bytes, int32_t cap, int32_t offset, int32_t length)
{
    return bytes != NULL && cap >= 0 && offset >= 0 && length >= 0 && offset <= cap && length <= cap - offset;
}

/* --- life --- */

static void reset(void)
{
    nfi_pool_reset();
    nfi_ring_reset();
    nfi_counters_reset();
    nfi_verdict_reset();
    nfi_reassembly_reset();
    nfi_join_reset();
    nfi_transit_allow(0);
}

/* The second time a stack is attached, and the tables are its thread's. */
int32_t nfi_packet_start(void)
{
    int32_t status = started ? 0 : nfi_shim_commit(reset);
    started = status == 0;
    return status;
}

int32_t nfi_packet_attach(void)
{
    return started ? nfi_shim_attach() : -NFI_NOT_STARTED;
}

int32_t nfi_packet_stop(void)
{
    if (started)
        nfi_shim_close();
    started = 0;
    nfi_port_signal();
    return 0;
}

/* --- taking --- */

/* A kick is lost when the stack's mailbox is full. Where the stack spares the shim no timeout, and nothing arrives, nobody else
 * would repeat it. */
int32_t nfi_packet_wait(int32_t milliseconds)
{
    if (!started)
        return -NFI_NOT_STARTED;
    if (milliseconds < 0)
        return -XE_BAD_PARAM;
    if (nfi_ring_waits_for_stack())
        nfi_shim_kick();
    return nfi_ring_pending() ? 1 : nfi_port_wait(milliseconds);
}

int32_t nfi_packet_wake(void)
{
    nfi_port_signal();
    return 0;
}

static void fill_metadata(const nfi_buffer *b, int32_t *info)
{
    memset(info, 0, NFI_INFO_WORDS * sizeof *info);
    info[NFI_INFO_KIND] = b->kind;
    info[NFI_INFO_SLOT] = b->slot;
    info[NFI_INFO_DOMAIN] = b->domain;
    info[NFI_INFO_ROW] = b->row;
    info[NFI_INFO_GENERATION] = b->generation;
}

static int32_t describe_buffer(const nfi_buffer *b, int32_t *info)
{
    nfi_layout layout;
    fill_metadata(b, info);
    int32_t status = nfi_describe(b->bytes + b->offset, b->length, b->length, info, &layout);
    info[NFI_INFO_FLAGS] |= b->flags;
    return status;
}

static int32_t take_event(int32_t *info)
{
    memset(info, 0, NFI_INFO_WORDS * sizeof *info);
    info[NFI_INFO_ROW] = -1;
    info[NFI_INFO_KIND] = nfi_event_take(info);
    return info[NFI_INFO_KIND];
}

int32_t nfi_packet_take(int32_t *info, int32_t info_cap)
{
    int32_t slot, kind;
    if (!good_words(info, info_cap, NFI_INFO_WORDS))
        return -XE_BAD_PARAM;
    if (!started)
        return -NFI_NOT_STARTED;
    if ((kind = take_event(info)) != NFI_NOTHING)
        return kind;
    while ((slot = nfi_ring_take()) != 0) {
        const nfi_buffer *b = nfi_buffer_get(slot, NFI_OWNER_NODE);
        if (b != NULL && describe_buffer(b, info) == 0)
            return b->kind;
        nfi_count(NFI_COUNT_MALFORMED);
        nfi_buffer_release(slot, NFI_OWNER_NODE);
    }
    return take_event(info);
}

/* --- sealing, opening, giving away --- */

static int32_t begin(int32_t transform, int32_t slot, nfi_transform **t, nfi_buffer **b)
{
    if (!started)
        return -NFI_NOT_STARTED;
    *t = nfi_transform_get(transform);
    *b = nfi_buffer_get(slot, NFI_OWNER_NODE);
    return *t == NULL || *b == NULL ? -NFI_BAD_HANDLE : 0;
}

int32_t nfi_packet_seal(int32_t transform, int32_t slot, int32_t sequence_high, int32_t sequence_low, int32_t tfc)
{
    nfi_transform *t;
    nfi_buffer *b;
    int32_t status = tfc < 0 ? -XE_BAD_PARAM : begin(transform, slot, &t, &b);
    if (status < 0)
        return status;
    if ((b->flags & NFI_FLAG_FORWARDED) && !(t->flags & NFI_TF_TUNNEL))
        return -XE_BAD_SESS_ERR;                      /* others' packets only in a tunnel (RFC 4301 4.1) */
    size_t offset = b->offset, length = b->length;
    status = (t->flags & NFI_TF_AH ? nfi_ah_seal : nfi_esp_seal)(t, b->bytes, b->capacity, &offset, &length,
                                                                 (uint32_t)sequence_high, (uint32_t)sequence_low, (size_t)tfc);
    if (status < 0)
        return status;
    b->offset = (uint32_t)offset;
    b->length = (uint32_t)length;
    nfi_count(XE_OK);
    return (int32_t)length;
}

static int32_t describe_opened(const nfi_buffer *b, const nfi_transform *t, const nfi_opened *opened, int32_t *info)
{
    int32_t status = describe_buffer(b, info);
    info[NFI_INFO_NEXT] = opened->next;
    info[NFI_INFO_SPI] = (int32_t)nfi_get32(t->spi);
    info[NFI_INFO_SEQUENCE] = (int32_t)opened->sequence;
    info[NFI_INFO_ENCAP_REMOTE] = opened->encap_remote;
    info[NFI_INFO_ENCAP_LOCAL] = opened->encap_local;
    info[NFI_INFO_FLAGS] &= ~NFI_FLAG_ENCAPSULATED;
    info[NFI_INFO_FLAGS] |= opened->encap_local != 0 ? NFI_FLAG_ENCAPSULATED : 0;
    info[NFI_INFO_FLAGS] |= opened->moved ? NFI_FLAG_MOVED : 0;
    memcpy(info + NFI_INFO_OUTER_SOURCE, opened->source, sizeof opened->source);
    return opened->next == NFI_NEXT_NONE ? 0 : status;    /* a dummy holds no packet to describe */
}

int32_t nfi_packet_open(int32_t transform, int32_t slot, int32_t sequence_high, int32_t *info, int32_t info_cap)
{
    nfi_transform *t;
    nfi_buffer *b;
    nfi_opened opened;
    int32_t status = good_words(info, info_cap, NFI_INFO_WORDS) ? begin(transform, slot, &t, &b) : -XE_BAD_PARAM;
    if (status < 0)
        return status;
    size_t offset = b->offset, length = b->length;
    memset(&opened, 0, sizeof opened);
    status = (t->flags & NFI_TF_AH ? nfi_ah_open : nfi_esp_open)(t, b->bytes, b->capacity, &offset, &length, (uint32_t)sequence_high,
                                                                &opened);
    if (status >= 0) {
        b->offset = (uint32_t)offset;
        b->length = (uint32_t)status;
        status = describe_opened(b, t, &opened, info);
    }
    if (status < 0) {
        info[NFI_INFO_FLAGS] = opened.verified ? NFI_FLAG_VERIFIED : 0;
        return status;
    }
    nfi_count(XE_OK);
    return (int32_t)b->length;
}

int32_t nfi_packet_put(int32_t slot, int32_t where)
{
    if (!started)
        return -NFI_NOT_STARTED;
    if (where != NFI_SEND && where != NFI_DELIVER) {
        int32_t status = nfi_buffer_release(slot, NFI_OWNER_NODE);
        return status < 0 || where == NFI_RELEASE ? status : -XE_BAD_PARAM;
    }
    int32_t status = nfi_ring_to_stack(slot, where);
    if (status == 0)
        nfi_shim_kick();
    return status;
}

/* --- buffers --- */

/* Counted here: who asks may have no counters. */
static int32_t refused(int32_t status)
{
    nfi_count_drop(status);
    return status;
}

int32_t nfi_packet_buffer_alloc(int32_t length)
{
    if (!started)
        return -NFI_NOT_STARTED;
    if (length <= 0)
        return -XE_BAD_PARAM;
    int32_t slot = nfi_buffer_alloc(NFI_SHARE_NODE, (size_t)length);
    if (slot < 0)
        return refused(slot);
    const nfi_buffer *b = nfi_buffer_hand(slot, NFI_OWNER_STACK, NFI_OWNER_NODE);
    memset(b->bytes + b->offset, 0, b->length);
    return slot;
}

/* The node's buffer when [at, at + length) lies within its packet: 0, or beyond for a range that does not. */
static int32_t reach(int32_t slot, int32_t at, int32_t length, int32_t beyond, nfi_buffer **b)
{
    if (!started)
        return -NFI_NOT_STARTED;
    *b = nfi_buffer_get(slot, NFI_OWNER_NODE);
    if (*b == NULL)
        return -NFI_BAD_HANDLE;
    if (at < 0)
        return -XE_BAD_PARAM;
    return (uint32_t)at <= (*b)->length && (uint32_t)length <= (*b)->length - (uint32_t)at ? 0 : beyond;
}

int32_t nfi_packet_buffer_write(int32_t slot, int32_t at, const uint8_t *src, int32_t src_cap, int32_t offset, int32_t length)
{
    nfi_buffer *b;
    int32_t status = good_bytes(src, src_cap, offset, length) ? reach(slot, at, length, -XE_DST_OUT_OF_DATA, &b) : -XE_BAD_PARAM;
    if (status < 0)
        return refused(status);
    memcpy(b->bytes + b->offset + at, src + offset, (size_t)length);
    return length;
}

int32_t nfi_packet_buffer_read(int32_t slot, int32_t at, uint8_t *dst, int32_t dst_cap, int32_t offset, int32_t length)
{
    nfi_buffer *b;
    int32_t status = good_bytes(dst, dst_cap, offset, length) ? reach(slot, at, length, -XE_SRC_OUT_OF_DATA, &b) : -XE_BAD_PARAM;
    if (status < 0)
        return refused(status);
    memcpy(dst + offset, b->bytes + b->offset + at, (size_t)length);
    return length;
}

int32_t nfi_packet_buffer_describe(int32_t slot, int32_t *info, int32_t info_cap)
{
    if (!good_words(info, info_cap, NFI_INFO_WORDS))
        return -XE_BAD_PARAM;
    if (!started)
        return -NFI_NOT_STARTED;
    const nfi_buffer *b = nfi_buffer_get(slot, NFI_OWNER_NODE);
    return b == NULL ? -NFI_BAD_HANDLE : describe_buffer(b, info);
}

int32_t nfi_packet_buffer_free_count(void)
{
    return started ? nfi_buffer_free_count() : -NFI_NOT_STARTED;
}

int32_t nfi_packet_datagram_send(const int32_t *info, int32_t info_cap, const uint8_t *src, int32_t src_cap, int32_t offset, int32_t length)
{
    if (!good_words(info, info_cap, NFI_INFO_WORDS) || !good_bytes(src, src_cap, offset, length) || length < 1)
        return -XE_BAD_PARAM;
    int32_t status = started ? nfi_datagram_check(info) : -NFI_NOT_STARTED;
    if (status < 0)
        return status;
    if (length > (int32_t)NFI_LARGEST_PACKET)
        return -XE_DST_OUT_OF_SPACE;
    int32_t total = (int32_t)nfi_datagram_header(info) + length;
    int32_t slot = nfi_buffer_alloc(NFI_SHARE_NODE, (size_t)total);
    if (slot < 0)
        return slot;
    nfi_buffer *b = nfi_buffer_hand(slot, NFI_OWNER_STACK, NFI_OWNER_NODE);
    b->domain = info[NFI_INFO_DOMAIN];
    nfi_datagram_write(b->bytes + b->offset, info, src + offset, (size_t)length);
    status = nfi_packet_put(slot, NFI_SEND);
    return status < 0 ? status : total;
}

/* --- verdicts --- */

int32_t nfi_packet_row_stage(int32_t row, const int32_t *words, int32_t words_cap)
{
    if (!good_words(words, words_cap, NFI_ROW_WORDS))
        return -XE_BAD_PARAM;
    return started ? nfi_verdict_stage(row, words) : -NFI_NOT_STARTED;
}

int32_t nfi_packet_row_commit(int32_t generation)
{
    if (!started)
        return -NFI_NOT_STARTED;
    nfi_verdict_build(generation);
    return nfi_shim_commit(nfi_verdict_swap);
}

int32_t nfi_packet_row_match(const int32_t *info, int32_t info_cap, int32_t inbound)
{
    if (!good_words(info, info_cap, NFI_INFO_WORDS))
        return -XE_BAD_PARAM;
    if (!started)
        return -NFI_NOT_STARTED;
    if (info[NFI_INFO_VERSION] != 4 && info[NFI_INFO_VERSION] != 6)
        return -XE_BAD_PARAM;
    return nfi_verdict_match(info, inbound != 0);
}

/* --- what there is to see --- */

int32_t nfi_packet_counters(int32_t *dst, int32_t dst_cap)
{
    return good_words(dst, dst_cap, 0) ? nfi_counters_copy(dst, dst_cap) : -XE_BAD_PARAM;
}

int32_t nfi_packet_interface(int32_t index, int32_t *dst, int32_t dst_cap)
{
    if (!good_words(dst, dst_cap, NFI_IF_WORDS) || index < 0)
        return -XE_BAD_PARAM;
    return started ? nfi_shim_interface(index, dst) : -NFI_NOT_STARTED;
}

int32_t nfi_packet_forward(int32_t on)
{
    if (!started)
        return -NFI_NOT_STARTED;
    nfi_transit_allow(on);
    return 0;
}

int32_t nfi_packet_readdress(int32_t slot, const int32_t *pair, int32_t pair_cap, int32_t outbound)
{
    if (!good_words(pair, pair_cap, 8) || nfi_address_is_v4(pair) != nfi_address_is_v4(pair + 4))
        return -XE_BAD_PARAM;
    if (!started)
        return -NFI_NOT_STARTED;
    const nfi_buffer *b = nfi_buffer_get(slot, NFI_OWNER_NODE);
    return b == NULL ? -NFI_BAD_HANDLE : nfi_readdress(b->bytes + b->offset, b->length, pair, outbound != 0);
}

int32_t nfi_packet_ping(const int32_t *destination, int32_t destination_cap, int32_t sequence, int32_t size)
{
    if (!good_words(destination, destination_cap, 4) || size < 0 || size > 65507)
        return -XE_BAD_PARAM;
    return started ? nfi_shim_ping(destination, sequence, size) : -NFI_NOT_STARTED;
}
