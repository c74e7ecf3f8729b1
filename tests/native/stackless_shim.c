#include "stackless_shim.h"
#include <string.h>
#include "buffer.h"
#include "ring.h"
#include "shim.h"

stackless stackless_state;

int32_t nfi_shim_attach(void)
{
    stackless_state.attached = 1;
    return 0;
}

void nfi_shim_close(void)
{
    stackless_state.attached = 0;
}

void stackless_drain(void)
{
    int32_t slot;
    while ((slot = nfi_ring_from_node()) != 0) {
        const nfi_buffer *b = nfi_buffer_get(slot, NFI_OWNER_STACK);
        stackless_state.sent += b->where == NFI_SEND;
        stackless_state.delivered += b->where == NFI_DELIVER;
        stackless_state.last_length = (int32_t)b->length;
        memcpy(stackless_state.last, b->bytes + b->offset, b->length);
        nfi_buffer_release(slot, NFI_OWNER_STACK);
    }
}

void nfi_shim_kick(void)
{
    if (!stackless_state.hold)
        stackless_drain();
}

int32_t nfi_shim_commit(void (*swap)(void))
{
    if (stackless_state.refuse_commit)
        return -NFI_BUSY;
    if (stackless_state.commit != NULL)
        return stackless_state.commit(swap);
    swap();
    return 0;
}

int32_t nfi_shim_interface(int32_t index, int32_t words[NFI_IF_WORDS])
{
    memset(words, 0, NFI_IF_WORDS * sizeof *words);
    words[NFI_IF_DOMAIN] = 1;
    return index == 0;
}

int32_t nfi_shim_ping(const int32_t destination[4], int32_t sequence, int32_t size)
{
    (void)destination;
    (void)sequence;
    (void)size;
    stackless_state.pings++;
    return 0;
}
