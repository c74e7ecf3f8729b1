/* nfi_port.h on Linux. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE            /* getrandom, CLOCK_MONOTONIC under -std=c11 */
#endif
#include <errno.h>
#include <pthread.h>
#include <sys/random.h>
#include <time.h>
#include "nfi_port.h"
#include "nfi_status.h"

/* A binary event: a signal that comes before the wait is not lost. */
typedef struct {
    pthread_mutex_t mutex;
    pthread_cond_t condition;
    int32_t set;
} event;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static event node = { .mutex = PTHREAD_MUTEX_INITIALIZER };
static event worker = { .mutex = PTHREAD_MUTEX_INITIALIZER };
static pthread_once_t prepared = PTHREAD_ONCE_INIT;
static void (*worker_body)(void);

/* Waits count on the monotonic clock: a step of the wall clock must not stretch one. */
static void prepare(void)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&node.condition, &attributes);
    pthread_cond_init(&worker.condition, &attributes);
    pthread_condattr_destroy(&attributes);
}

void nfi_port_lock(void)
{
    pthread_mutex_lock(&lock);
}

void nfi_port_unlock(void)
{
    pthread_mutex_unlock(&lock);
}

static void set_event(event *e)
{
    pthread_once(&prepared, prepare);
    pthread_mutex_lock(&e->mutex);
    e->set = 1;
    pthread_cond_signal(&e->condition);
    pthread_mutex_unlock(&e->mutex);
}

static struct timespec after(int32_t ms)
{
    struct timespec due;
    clock_gettime(CLOCK_MONOTONIC, &due);
    due.tv_sec += ms / 1000;
    due.tv_nsec += (ms % 1000) * 1000000L;
    if (due.tv_nsec >= 1000000000L) {
        due.tv_nsec -= 1000000000L;
        due.tv_sec++;
    }
    return due;
}

/* A negative time waits for ever. */
static int32_t wait_event(event *e, int32_t ms)
{
    pthread_once(&prepared, prepare);
    struct timespec due = after(ms < 0 ? 0 : ms);
    int error = 0;
    pthread_mutex_lock(&e->mutex);
    while (!e->set && error != ETIMEDOUT)
        error = ms < 0 ? pthread_cond_wait(&e->condition, &e->mutex) : pthread_cond_timedwait(&e->condition, &e->mutex, &due);
    int32_t signalled = e->set;
    e->set = 0;
    pthread_mutex_unlock(&e->mutex);
    return signalled;
}

void nfi_port_signal(void)
{
    set_event(&node);
}

int32_t nfi_port_wait(int32_t ms)
{
    return wait_event(&node, ms);
}

uint32_t nfi_port_millis(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint32_t)((uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u);
}

int32_t nfi_port_entropy(uint8_t *dst, size_t len)
{
    while (len > 0) {
        ssize_t got = getrandom(dst, len, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return -NFI_NO_RANDOM;
        dst += got;
        len -= (size_t)got;
    }
    return 0;
}

static void *run_worker(void *unused)
{
    (void)unused;
    worker_body();
    return NULL;
}

int32_t nfi_port_worker_start(void (*body)(void))
{
    pthread_t thread;
    worker_body = body;
    if (pthread_create(&thread, NULL, run_worker, NULL) != 0)
        return -XE_NOMEM;
    pthread_detach(thread);
    return 0;
}

void nfi_port_worker_signal(void)
{
    set_event(&worker);
}

void nfi_port_worker_wait(void)
{
    (void)wait_event(&worker, -1);
}
