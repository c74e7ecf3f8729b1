/* What nfi_crypto_start starts, in this order. All return 0 or a negated nfi_status. */
#ifndef NFI_START_H
#define NFI_START_H
#include <stdint.h>

int32_t nfi_random_seed(void);        /* first seeding from nfi_port_entropy */
int32_t nfi_random_reseed(void);      /* fresh entropy into the running generator */
int32_t nfi_self_test_run(void);      /* known answers; works before start */
int32_t nfi_worker_run(void);         /* starts the worker thread, once */
void nfi_crypto_fail(void);           /* a known answer was wrong: nothing works any more */

#endif
