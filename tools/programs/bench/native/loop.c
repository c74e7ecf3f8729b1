#include "loop.h"

#include <string.h>

#include "buffer.h"
#include "describe.h"
#include "ring.h"
#include "shim.h"
#include "verdicts.h"

int32_t nfi_shim_attach(void) { return 0; }
void nfi_shim_close(void) {}
void nfi_shim_kick(void) {}

int32_t nfi_shim_commit(void (*swap)(void))
{
    swap();
    return 0;
}

int32_t nfi_shim_interface(int32_t index, int32_t words[NFI_IF_WORDS])
{
    (void)index;
    memset(words, 0, NFI_IF_WORDS * sizeof words[0]);
    return 0;
}

int32_t nfi_shim_ping(const int32_t destination[4], int32_t sequence, int32_t size)
{
    (void)destination;
    (void)sequence;
    (void)size;
    return -NFI_NOT_STARTED;
}

int32_t nfi_loop_verdict(const uint8_t *packet, int32_t length)
{
    int32_t info[NFI_INFO_WORDS] = { 0 };
    nfi_layout layout;
    nfi_verdict verdict;
    int32_t status = nfi_describe(packet, (size_t)length, (size_t)length, info, &layout);
    if (status < 0) return status;
    info[NFI_INFO_DOMAIN] = 1;
    nfi_verdict_outbound(info, &verdict);
    return verdict.pass;
}

static int32_t outbound_row(const int32_t *info, nfi_buffer *buffer)
{
    nfi_verdict verdict;
    nfi_verdict_outbound(info, &verdict);
    buffer->row = verdict.row;
    buffer->generation = verdict.generation;
    return verdict.pass == NFI_VERDICT_QUEUE ? 0 : -XE_POLICY_NOT_FOUND;
}

int32_t nfi_loop_feed(int32_t kind, const uint8_t *packet, int32_t length)
{
    int32_t info[NFI_INFO_WORDS] = { 0 };
    nfi_layout layout;
    int32_t status = nfi_describe(packet, (size_t)length, (size_t)length, info, &layout);
    if (status < 0) return status;
    int32_t slot = nfi_buffer_alloc(kind == NFI_OUTBOUND ? NFI_SHARE_OUTBOUND : NFI_SHARE_INBOUND, (size_t)length);
    if (slot < 0) return slot;
    nfi_buffer *buffer = nfi_buffer_get(slot, NFI_OWNER_STACK);
    memcpy(buffer->bytes + buffer->offset, packet, (size_t)length);
    info[NFI_INFO_DOMAIN] = 1;
    buffer->domain = 1;
    status = kind == NFI_OUTBOUND ? outbound_row(info, buffer) : 0;
    if (status == 0) status = nfi_ring_to_node(slot, kind);
    if (status < 0) (void)nfi_buffer_release(slot, NFI_OWNER_STACK);
    return status;
}

int32_t nfi_loop_drain(uint8_t *last, int32_t last_cap, int32_t *last_length)
{
    int32_t count = 0;
    *last_length = 0;
    for (int32_t slot; (slot = nfi_ring_from_node()) > 0; count++) {
        const nfi_buffer *buffer = nfi_buffer_get(slot, NFI_OWNER_STACK);
        if (last != NULL && buffer->length <= (uint32_t)last_cap) {
            memcpy(last, buffer->bytes + buffer->offset, buffer->length);
            *last_length = (int32_t)buffer->length;
        }
        (void)nfi_buffer_release(slot, NFI_OWNER_STACK);
    }
    return count;
}
