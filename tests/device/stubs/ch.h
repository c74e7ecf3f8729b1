/* The ChibiOS/RT names port_chibios.c uses, written from those names for tests. */
#ifndef STUB_CH_H
#define STUB_CH_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct { int taken; } mutex_t;
typedef struct { bool taken; } binary_semaphore_t;
typedef struct { int running; } thread_t;
typedef uint32_t tprio_t;
typedef int32_t msg_t;
typedef uint64_t systimestamp_t;
typedef void (*tfunc_t)(void *argument);

#define LOWPRIO 2u
#define NORMALPRIO 128u
#define CH_CFG_ST_FREQUENCY 10000u
#define MUTEX_DECL(name) mutex_t name = { 0 }
#define BSEMAPHORE_DECL(name, start_taken) binary_semaphore_t name = { start_taken }
#define THD_WORKING_AREA(name, bytes) uint64_t name[((bytes) + 7) / 8]

void chMtxLock(mutex_t *mutex);
void chMtxUnlock(mutex_t *mutex);
void chBSemSignal(binary_semaphore_t *semaphore);
msg_t chBSemWait(binary_semaphore_t *semaphore);
systimestamp_t chVTGetTimeStamp(void);
thread_t *chThdCreateStatic(void *area, size_t size, tprio_t priority, tfunc_t body, void *argument);

#endif
