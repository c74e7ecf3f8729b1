/* shim.h without an IP stack: nothing arrives, tables are swapped at once. For tests of what does not need lwIP. */
#include <string.h>
#include "ring.h"
#include "shim.h"

int32_t nfi_shim_attach(void)
{
    return 0;
}

void nfi_shim_close(void)
{
}

/* What the node puts goes straight back to the pool. */
void nfi_shim_kick(void)
{
    int32_t slot;

    while ((slot = nfi_ring_from_node()) > 0)
        (void)nfi_buffer_release(slot, NFI_OWNER_STACK);
}

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
    return -XE_POLICY_NOT_FOUND;
}
