/* Counters: enum nfi_counter of nfi_packet.h; the first NFI_XE_COUNT are drops by XE_ code. They wrap. */
#ifndef NFI_COUNTERS_H
#define NFI_COUNTERS_H
#include <stdint.h>
#include "nfi_packet.h"

void nfi_count(int32_t counter);              /* any thread; takes the port's lock */
void nfi_count_drop(int32_t status);          /* a negated status: counts its XE_ code; native faults are not counted */
void nfi_counters_reset(void);
int32_t nfi_counters_copy(int32_t *dst, int32_t dst_cap);      /* as many as fit: -> how many */

#endif
