/* The ChibiOS functions that port_chibios.c calls, on POSIX threads, so that the port itself runs in tests. */
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>
#include <ch.h>
#include "rtos.h"

struct rtos_seen rtos_seen;
int mbedtls_hardware_poll(void *data, unsigned char *output, size_t len, size_t *olen);

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t work_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t work = PTHREAD_COND_INITIALIZER;
static thread_t thread;
static tfunc_t thread_body;

void chMtxLock(mutex_t *ours)
{
    pthread_mutex_lock(&mutex);
    if (ours->taken)
        abort();
    ours->taken = 1;
}

void chMtxUnlock(mutex_t *ours)
{
    if (!ours->taken)
        abort();
    ours->taken = 0;
    pthread_mutex_unlock(&mutex);
}

void chBSemSignal(binary_semaphore_t *semaphore)
{
    pthread_mutex_lock(&work_mutex);
    semaphore->taken = false;
    pthread_cond_signal(&work);
    pthread_mutex_unlock(&work_mutex);
}

msg_t chBSemWait(binary_semaphore_t *semaphore)
{
    pthread_mutex_lock(&work_mutex);
    while (semaphore->taken)
        pthread_cond_wait(&work, &work_mutex);
    semaphore->taken = true;
    pthread_mutex_unlock(&work_mutex);
    return 0;
}

systimestamp_t chVTGetTimeStamp(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (systimestamp_t)now.tv_sec * CH_CFG_ST_FREQUENCY + (systimestamp_t)now.tv_nsec / (1000000000u / CH_CFG_ST_FREQUENCY);
}

static void *thread_main(void *argument)
{
    thread_body(argument);
    return NULL;
}

thread_t *chThdCreateStatic(void *area, size_t size, tprio_t priority, tfunc_t body, void *argument)
{
    pthread_t made;

    (void)area;
    rtos_seen.worker_stack = (uint32_t)size;
    rtos_seen.worker_priority = priority;
    thread_body = body;
    return pthread_create(&made, NULL, thread_main, argument) == 0 ? &thread : NULL;
}

/* In pieces, and failing when told to, as the real one may. */
int mbedtls_hardware_poll(void *data, unsigned char *output, size_t len, size_t *olen)
{
    (void)data;
    if (rtos_seen.poll_fails)
        return -0x003C;
    *olen = len > 16 ? 16 : len;
    return getrandom(output, *olen, 0) == (ssize_t)*olen ? 0 : -0x003C;
}
