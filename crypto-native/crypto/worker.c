#include <string.h>
#include <mbedtls/platform.h>
#include "bounds.h"
#include "nfi_limits.h"
#include "nfi_port.h"
#include "primitives.h"
#include "start.h"

/* One worker, a bounded list of jobs, oldest first. The lists are under the lock, the work itself is not. */

enum { EMPTY = 0, QUEUED, RUNNING, DONE, ABANDONED };

typedef struct {
    int32_t number;           /* grows, never reused soon: a stale number is refused */
    int32_t state;
    int32_t kind;
    int32_t a, b;
    int32_t result;
    size_t length;
    uint8_t *input;           /* a copy, wiped when the job is over */
} job;
static job jobs[NFI_MAX_JOBS];
static int32_t last_number;
static int32_t running;

static int32_t self_test(const job *j)
{
    (void)j;
    return nfi_crypto_self_test();
}

static int32_t reseed(const job *j)
{
    (void)j;
    return nfi_random_reseed();
}

static const struct { int32_t kind; int32_t (*work)(const job *); } kinds[] = {
    { NFI_JOB_SELF_TEST, self_test },
    { NFI_JOB_RESEED, reseed },
};
#define KINDS (sizeof kinds / sizeof kinds[0])

static int32_t (*find_work(int32_t kind))(const job *)
{
    for (size_t i = 0; i < KINDS; i++)
        if (kinds[i].kind == kind)
            return kinds[i].work;
    return NULL;
}

/* Under the lock; the input is handed back to be freed outside it. */
static uint8_t *clear(job *j, size_t *length)
{
    uint8_t *input = j->input;
    *length = j->length;
    memset(j, 0, sizeof *j);
    return input;
}

static void discard(uint8_t *input, size_t length)
{
    if (input == NULL)
        return;
    nfi_wipe(input, length);
    mbedtls_free(input);
}

/* Under the lock. */
static job *oldest(int32_t state)
{
    job *found = NULL;
    for (size_t i = 0; i < NFI_MAX_JOBS; i++)
        if (jobs[i].state == state && (found == NULL || jobs[i].number < found->number))
            found = &jobs[i];
    return found;
}

/* Under the lock. */
static job *numbered(int32_t number)
{
    for (size_t i = 0; i < NFI_MAX_JOBS; i++)
        if (jobs[i].state != EMPTY && jobs[i].state != ABANDONED && jobs[i].number == number)
            return &jobs[i];
    return NULL;
}

static job *begin(void)
{
    nfi_port_lock();
    job *j = oldest(QUEUED);
    if (j != NULL)
        j->state = RUNNING;
    nfi_port_unlock();
    return j;
}

/* A job cancelled while it ran leaves no result behind. */
static void end(job *j, int32_t result)
{
    uint8_t *input = NULL;
    size_t length = 0;
    nfi_port_lock();
    if (j->state == ABANDONED) {
        input = clear(j, &length);
    } else {
        j->result = result;
        j->state = DONE;
    }
    nfi_port_unlock();
    discard(input, length);
    nfi_port_signal();
}

static void body(void)
{
    for (;;) {
        nfi_port_worker_wait();
        for (job *j = begin(); j != NULL; j = begin())
            end(j, find_work(j->kind)(j));
    }
}

int32_t nfi_worker_run(void)
{
    if (running)
        return 0;
    int32_t status = nfi_port_worker_start(body);
    running = status == 0;
    return status;
}

/* Under the lock: a number > 0, or -NFI_BUSY. */
static int32_t enlist(const job *wanted)
{
    job *j = oldest(EMPTY);
    if (j == NULL)
        return -NFI_BUSY;
    *j = *wanted;
    last_number = last_number == INT32_MAX ? 1 : last_number + 1;
    j->number = last_number;
    j->state = QUEUED;
    return j->number;
}

int32_t nfi_crypto_job_start(int32_t kind, int32_t a, int32_t b, const uint8_t *src, int32_t src_cap, int32_t offset, int32_t length)
{
    job wanted = { .kind = kind, .a = a, .b = b };
    int32_t status = nfi_crypto_ready();
    if (status < 0)
        return status;
    if (find_work(kind) == NULL || !nfi_within_or_none(src, src_cap, offset, length) || length > NFI_MAX_JOB_INPUT)
        return -XE_BAD_PARAM;
    if (length > 0) {
        wanted.length = (size_t)length;
        wanted.input = mbedtls_calloc(1, wanted.length);
        if (wanted.input == NULL)
            return -XE_NOMEM;
        memcpy(wanted.input, src + offset, wanted.length);
    }
    nfi_port_lock();
    int32_t number = enlist(&wanted);
    nfi_port_unlock();
    if (number < 0)
        discard(wanted.input, wanted.length);
    else
        nfi_port_worker_signal();
    return number;
}

int32_t nfi_crypto_job_poll(void)
{
    nfi_port_lock();
    const job *j = oldest(DONE);
    int32_t number = j != NULL ? j->number : 0;
    nfi_port_unlock();
    return number;
}

/* No kind of job has output yet; dst is checked all the same. */
int32_t nfi_crypto_job_finish(int32_t number, uint8_t *dst, int32_t dst_cap, int32_t offset)
{
    uint8_t *input = NULL;
    size_t length = 0;
    int32_t result = -NFI_BAD_HANDLE;
    if (!nfi_within_or_none(dst, dst_cap, offset, 0))
        return -XE_BAD_PARAM;
    nfi_port_lock();
    job *j = numbered(number);
    if (j != NULL && j->state == DONE) {
        result = j->result;
        input = clear(j, &length);
    } else if (j != NULL) {
        result = -NFI_BUSY;
    }
    nfi_port_unlock();
    discard(input, length);
    return result;
}

int32_t nfi_crypto_job_cancel(int32_t number)
{
    uint8_t *input = NULL;
    size_t length = 0;
    nfi_port_lock();
    job *j = numbered(number);
    if (j != NULL && j->state == RUNNING)
        j->state = ABANDONED;
    else if (j != NULL)
        input = clear(j, &length);
    int32_t result = j != NULL ? 0 : -NFI_BAD_HANDLE;
    nfi_port_unlock();
    discard(input, length);
    return result;
}
