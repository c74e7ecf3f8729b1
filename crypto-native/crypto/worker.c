#include <string.h>
#include <mbedtls/platform.h>
#include "bounds.h"
#include "dh.h"
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
    size_t input, output;     /* bytes of block: what the job took along, and behind it what it brings back */
    uint8_t *block;           /* wiped when the job is over */
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

static int32_t dh_generate(const job *j)
{
    return nfi_dh_generate(j->a, j->block + j->input);
}

static int32_t dh_shared(const job *j)
{
    nfi_dh_key key;
    memcpy(&key, j->block, sizeof key);
    int32_t status = nfi_dh_shared(&key, j->block + sizeof key, j->input - sizeof key);
    nfi_wipe(&key, sizeof key);
    return status;
}

/* A job that borrows a private key takes a copy along, ahead of the caller's bytes. */
typedef struct {
    int32_t kind;
    int32_t (*work)(const job *j);
    int32_t (*output)(int32_t a);         /* bytes it brings back, or a negated nfi_status; NULL: none */
    int32_t (*borrow)(int32_t a, nfi_dh_key *copy);
    int32_t makes_handle;                 /* 1: the result is a handle, freed when nobody collects it */
} kind_of_job;
static const kind_of_job kinds[] = {
    { NFI_JOB_SELF_TEST, self_test, NULL, NULL, 0 },
    { NFI_JOB_RESEED, reseed, NULL, NULL, 0 },
    { NFI_JOB_DH_GENERATE, dh_generate, nfi_crypto_dh_length, NULL, 1 },
    { NFI_JOB_DH_SHARED, dh_shared, NULL, nfi_dh_borrow, 1 },
};
#define KINDS (sizeof kinds / sizeof kinds[0])

static const kind_of_job *find_kind(int32_t kind)
{
    for (size_t i = 0; i < KINDS; i++)
        if (kinds[i].kind == kind)
            return &kinds[i];
    return NULL;
}

/* Under the lock; what the job held is handed back to be freed outside it. */
static job clear(job *j)
{
    job was = *j;
    memset(j, 0, sizeof *j);
    return was;
}

static void discard(const job *was)
{
    if (was->block == NULL)
        return;
    nfi_wipe(was->block, was->input + was->output);
    mbedtls_free(was->block);
}

/* Nobody wants the result any more. */
static void drop(const job *was)
{
    if (was->state != EMPTY && was->result > 0 && find_kind(was->kind)->makes_handle)
        (void)nfi_crypto_handle_free(was->result);
    discard(was);
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
    job was = { .state = EMPTY };
    nfi_port_lock();
    j->result = result;
    if (j->state == ABANDONED)
        was = clear(j);
    else
        j->state = DONE;
    nfi_port_unlock();
    drop(&was);
    nfi_port_signal();
}

static void body(void)
{
    for (;;) {
        nfi_port_worker_wait();
        for (job *j = begin(); j != NULL; j = begin())
            end(j, find_kind(j->kind)->work(j));
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

/* Block and sizes of a job; src holds length bytes. */
static int32_t pack(const kind_of_job *kind, job *j, const uint8_t *src, size_t length)
{
    size_t lead = kind->borrow != NULL ? sizeof(nfi_dh_key) : 0;
    int32_t output = kind->output != NULL ? kind->output(j->a) : 0;
    if (output < 0 || output > NFI_MAX_JOB_OUTPUT)
        return output < 0 ? output : -XE_BAD_PARAM;
    j->input = lead + length;
    j->output = (size_t)output;
    if (j->input + j->output == 0)
        return 0;
    j->block = mbedtls_calloc(1, j->input + j->output);
    if (j->block == NULL)
        return -XE_NOMEM;
    if (length > 0)
        memcpy(j->block + lead, src, length);
    return 0;
}

/* A copy, because the handle may be freed while the job waits or runs. */
static int32_t borrow(const kind_of_job *kind, const job *j)
{
    nfi_dh_key key;
    if (kind->borrow == NULL)
        return 0;
    int32_t status = kind->borrow(j->a, &key);
    if (status == 0)
        memcpy(j->block, &key, sizeof key);
    nfi_wipe(&key, sizeof key);
    return status;
}

int32_t nfi_crypto_job_start(int32_t kind, int32_t a, int32_t b, const uint8_t *src, int32_t src_cap, int32_t offset, int32_t length)
{
    job wanted = { .kind = kind, .a = a, .b = b };
    const kind_of_job *known = find_kind(kind);
    int32_t status = nfi_crypto_ready();
    if (status < 0)
        return status;
    if (known == NULL || !nfi_within_or_none(src, src_cap, offset, length) || length > NFI_MAX_JOB_INPUT)
        return -XE_BAD_PARAM;
    status = pack(known, &wanted, nfi_at(src, offset), (size_t)length);
    if (status == 0)
        status = borrow(known, &wanted);
    if (status == 0) {
        nfi_port_lock();
        status = enlist(&wanted);
        nfi_port_unlock();
    }
    if (status < 0)
        discard(&wanted);
    else
        nfi_port_worker_signal();
    return status;
}

int32_t nfi_crypto_job_poll(void)
{
    nfi_port_lock();
    const job *j = oldest(DONE);
    int32_t number = j != NULL ? j->number : 0;
    nfi_port_unlock();
    return number;
}

/* Under the lock: 1 when there is room for what the job brings back; one that failed brings nothing. */
static int32_t fits(const job *j, const uint8_t *dst, int32_t dst_cap, int32_t offset)
{
    return j->result < 0 || j->output == 0 || nfi_within(dst, dst_cap, offset, (int32_t)j->output);
}

int32_t nfi_crypto_job_finish(int32_t number, uint8_t *dst, int32_t dst_cap, int32_t offset)
{
    job was = { .state = EMPTY };
    int32_t result = -NFI_BAD_HANDLE;
    if (!nfi_within_or_none(dst, dst_cap, offset, 0))
        return -XE_BAD_PARAM;
    nfi_port_lock();
    job *j = numbered(number);
    if (j != NULL && j->state != DONE)
        result = -NFI_BUSY;
    else if (j != NULL && !fits(j, dst, dst_cap, offset))
        result = -XE_BAD_PARAM;
    else if (j != NULL)
        was = clear(j);
    nfi_port_unlock();
    if (was.state == EMPTY)
        return result;
    if (was.result >= 0 && was.output > 0)
        memcpy(dst + offset, was.block + was.input, was.output);
    discard(&was);
    return was.result;
}

int32_t nfi_crypto_job_cancel(int32_t number)
{
    job was = { .state = EMPTY };
    nfi_port_lock();
    job *j = numbered(number);
    int32_t result = j != NULL ? 0 : -NFI_BAD_HANDLE;
    if (j != NULL && j->state == RUNNING)
        j->state = ABANDONED;
    else if (j != NULL)
        was = clear(j);
    nfi_port_unlock();
    drop(&was);
    return result;
}
