/* nfi_port.h on STM32: ChibiOS/RT, and the chip's random number generator behind the firmware's mbedTLS entropy poll. */
#include <stdatomic.h>
#include <ch.h>
#include "nfi_status.h"
#include "nfi_port.h"
#include "wake.h"

#define WORKER_STACK 8192            /* bytes; RSA, MODP and ECC fit, the interpreter's stack would not */
#define WORKER_PRIORITY (NORMALPRIO - 2)  /* below the interpreter and lwIP: a long computation delays neither */

/* The firmware's own source for mbedTLS (RNG peripheral): 0 and *olen bytes, or an error. */
int mbedtls_hardware_poll(void *data, unsigned char *output, size_t len, size_t *olen);

static MUTEX_DECL(lock);
static BSEMAPHORE_DECL(work, true);  /* taken: nothing to do yet */
static THD_WORKING_AREA(worker_area, WORKER_STACK);
static thread_t *worker;
static atomic_int signalled;

void nfi_port_lock(void)
{
    chMtxLock(&lock);
}

void nfi_port_unlock(void)
{
    chMtxUnlock(&lock);
}

void nfi_port_signal(void)
{
    atomic_store(&signalled, 1);
    nfi_wake_interpreter();
}

/* Never sleeps: PacketNative.Wait does that with the interpreter's means. */
int32_t nfi_port_wait(int32_t ms)
{
    (void)ms;
    return atomic_exchange(&signalled, 0);
}

/* From the 64-bit time stamp: the short system time wraps with the tick counter, not with 2^32 milliseconds. */
uint32_t nfi_port_millis(void)
{
    return (uint32_t)((uint64_t)chVTGetTimeStamp() * 1000u / CH_CFG_ST_FREQUENCY);
}

int32_t nfi_port_entropy(uint8_t *dst, size_t len)
{
    size_t done = 0;

    while (done < len)
    {
        size_t got = 0;
        if (mbedtls_hardware_poll(NULL, dst + done, len - done, &got) != 0 || got == 0 || got > len - done)
            return -NFI_NO_RANDOM;
        done += got;
    }
    return 0;
}

static void worker_main(void *argument)
{
    void (*const *body)(void) = argument;
    (*body)();
}

int32_t nfi_port_worker_start(void (*body)(void))
{
    static void (*entry)(void);

    if (worker != NULL)
        return -NFI_BUSY;
    entry = body;
    worker = chThdCreateStatic(worker_area, sizeof worker_area, WORKER_PRIORITY, worker_main, (void *)&entry);
    return worker != NULL ? 0 : -XE_NOMEM;
}

void nfi_port_worker_signal(void)
{
    chBSemSignal(&work);
}

void nfi_port_worker_wait(void)
{
    (void)chBSemWait(&work);
}
