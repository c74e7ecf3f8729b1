#include "counters.h"
#include <string.h>
#include "nfi_port.h"

static int32_t counters[NFI_COUNT_WORDS];

static void add(int32_t counter)
{
    counters[counter] = (int32_t)((uint32_t)counters[counter] + 1u);
}

void nfi_count(int32_t counter)
{
    if (counter < 0 || counter >= NFI_COUNT_WORDS)
        return;
    nfi_port_lock();
    add(counter);
    /* a drop like any other: it has its XE_ code as well, the direction's counter says where */
    if (counter == NFI_COUNT_RING_FULL_OUT || counter == NFI_COUNT_RING_FULL_IN)
        add(XE_OUT_OF_PACKETS);
    nfi_port_unlock();
}

void nfi_count_drop(int32_t status)
{
    if (status < 0 && status > -NFI_XE_COUNT)
        nfi_count(-status);
}

void nfi_counters_reset(void)
{
    nfi_port_lock();
    memset(counters, 0, sizeof counters);
    nfi_port_unlock();
}

int32_t nfi_counters_copy(int32_t *dst, int32_t dst_cap)
{
    int32_t count = dst_cap < NFI_COUNT_WORDS ? dst_cap : NFI_COUNT_WORDS;
    nfi_port_lock();
    memcpy(dst, counters, (size_t)count * sizeof *dst);
    nfi_port_unlock();
    return count;
}
