/* nfi_port.h on an emulated board: one thread, no operating system, for tests only. The "entropy" is a fixed sequence, so that
 * runs repeat; no product is built with this file. */
#include "nfi_status.h"
#include "nfi_port.h"

static uint32_t clock_ms;
static int32_t signalled;
static uint32_t sequence = 0x9E3779B9u;

void nfi_port_lock(void)
{
}

void nfi_port_unlock(void)
{
}

void nfi_port_signal(void)
{
    signalled = 1;
}

int32_t nfi_port_wait(int32_t ms)
{
    const int32_t was = signalled;

    if (was == 0 && ms > 0)
        clock_ms += (uint32_t)ms;
    signalled = 0;
    return was;
}

uint32_t nfi_port_millis(void)
{
    return clock_ms;
}

int32_t nfi_port_entropy(uint8_t *dst, size_t len)
{
    size_t i;

    for (i = 0; i < len; i++) {
        sequence ^= sequence << 13;   /* xorshift32 */
        sequence ^= sequence >> 17;
        sequence ^= sequence << 5;
        dst[i] = (uint8_t)(sequence >> 24);
    }
    return 0;
}

/* There is no second thread: jobs stay queued. */
int32_t nfi_port_worker_start(void (*body)(void))
{
    (void)body;
    return 0;
}

void nfi_port_worker_signal(void)
{
}

void nfi_port_worker_wait(void)
{
}
