#include "start.h"
#include <stdatomic.h>
#include "primitives.h"

enum { OFF = 0, READY = 1, FAILED = 2 };
static atomic_int state = OFF;

int32_t nfi_crypto_ready(void)
{
    switch (atomic_load(&state)) {
    case READY: return 0;
    case FAILED: return -NFI_SELF_TEST;
    default: return -NFI_NOT_STARTED;
    }
}

void nfi_crypto_fail(void)
{
    atomic_store(&state, FAILED);
}

/* A failed entropy source may recover, so start may be tried again; a wrong known answer is for good. */
int32_t nfi_crypto_start(void)
{
    if (nfi_crypto_ready() != -NFI_NOT_STARTED)
        return nfi_crypto_ready();
    int32_t status = nfi_crypto_self_test();
    if (status == 0)
        status = nfi_random_seed();
    if (status == 0)
        status = nfi_worker_run();
    if (status == 0)
        atomic_store(&state, READY);
    return status;
}

int32_t nfi_crypto_self_test(void)
{
    if (nfi_crypto_ready() == -NFI_SELF_TEST)
        return -NFI_SELF_TEST;
    if (nfi_self_test_run() == 0)
        return 0;
    nfi_crypto_fail();
    return -NFI_SELF_TEST;
}
