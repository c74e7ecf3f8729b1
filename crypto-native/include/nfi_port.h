/* What the native code asks of the system under it: a lock, an event, a thread, time, entropy.
 * host/, clr/ and mcu/ each implement it once. */
#ifndef NFI_PORT_H
#define NFI_PORT_H
#include <stddef.h>
#include <stdint.h>

void nfi_port_lock(void);            /* short critical section; never held across a call out; not recursive */
void nfi_port_unlock(void);
void nfi_port_signal(void);          /* wakes the thread that waits in nfi_port_wait (ring or job ready) */
int32_t nfi_port_wait(int32_t ms);   /* 1 signalled, 0 timed out. Host only: on a board the CLR glue waits */
uint32_t nfi_port_millis(void);      /* monotonic, wraps */
int32_t nfi_port_entropy(uint8_t *dst, size_t len);          /* 0, or -NFI_NO_RANDOM; from the OS or the chip */
int32_t nfi_port_worker_start(void (*body)(void));           /* one worker thread with a stack of its own */
void nfi_port_worker_signal(void);
void nfi_port_worker_wait(void);

#endif
