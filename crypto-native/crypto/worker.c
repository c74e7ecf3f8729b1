#include <string.h>
#include <mbedtls/platform.h>
#include "bounds.h"
#include "dh.h"
#include "nfi_limits.h"
#include "nfi_port.h"
#include "primitives.h"
#include "start.h"
#include "x509.h"

/* One worker, a bounded list of jobs, oldest first. The lists are under the lock, the work itself is not. */

enum { EMPTY = 0, QUEUED, RUNNING, DONE, ABANDONED };

typedef struct {
    int32_t number;           /* grows, never reused soon: a stale number is refused */
    int32_t state;
    int32_t kind;
    int32_t a, b;
    int32_t result;
    int32_t holds;            /* 1: what it borrowed is to be given back */
    size_t lead, input, output;   /* bytes of block: what was borrowed, the caller's bytes, what it brings back */
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

/* --- Diffie-Hellman --- */

static const uint8_t *input(const job *j)
{
    return j->block + j->lead;
}

static uint8_t *output(const job *j)
{
    return j->block + j->lead + j->input;
}

static int32_t dh_generate(const job *j)
{
    return nfi_dh_generate(j->a, output(j));
}

static int32_t dh_output(const job *j)
{
    return nfi_crypto_dh_length(j->a);
}

static int32_t dh_shared(const job *j)
{
    nfi_dh_key key;
    memcpy(&key, j->block, sizeof key);
    int32_t status = nfi_dh_shared(&key, input(j), j->input);
    nfi_wipe(&key, sizeof key);
    return status;
}

/* A copy, because the handle may be freed while the job waits or runs. */
static int32_t dh_borrow(const job *j, void *lead)
{
    nfi_dh_key key;
    int32_t status = nfi_dh_borrow(j->a, &key);
    if (status == 0)
        memcpy(lead, &key, sizeof key);
    nfi_wipe(&key, sizeof key);
    return status;
}

/* --- certificates: a job is one more owner of what it works with --- */

typedef struct { nfi_private_key *key; nfi_certificate *certificate; } pair;

static void pair_drop(void *lead)
{
    pair *p = lead;
    nfi_private_key_drop(p->key);
    nfi_certificate_drop(p->certificate);
}

static int32_t owner_borrow(const job *j, void *lead)
{
    ((pair *)lead)->certificate = j->a == 0 ? NULL : nfi_certificate_hold(j->a);
    return j->a == 0 || ((pair *)lead)->certificate != NULL ? 0 : -NFI_BAD_HANDLE;
}

static int32_t signer_borrow(const job *j, void *lead)
{
    ((pair *)lead)->key = nfi_private_key_hold(j->a);
    return ((pair *)lead)->key != NULL ? 0 : -NFI_BAD_HANDLE;
}

static int32_t verifier_borrow(const job *j, void *lead)
{
    ((pair *)lead)->certificate = nfi_certificate_hold(j->a);
    return ((pair *)lead)->certificate != NULL ? 0 : -NFI_BAD_HANDLE;
}

static const pair *borrowed(const job *j)
{
    return (const pair *)(const void *)j->block;
}

static int32_t private_key(const job *j)
{
    return nfi_private_key_make(borrowed(j)->certificate, input(j), j->input);
}

static int32_t sign_output(const job *j)
{
    return nfi_sign_length(j->a, j->b);
}

static int32_t sign(const job *j)
{
    return nfi_sign(borrowed(j)->key, j->b, input(j), j->input, output(j), j->output);
}

static int32_t verify(const job *j)
{
    return nfi_verify(borrowed(j)->certificate, j->b, input(j), j->input);
}

static int32_t chain_output(const job *j)
{
    (void)j;
    return NFI_CHAIN_OUTPUT;
}

static int32_t chain_borrow(const job *j, void *lead)
{
    return nfi_chain_hold(j->a, input(j), j->input, lead);
}

static void chain_drop(void *lead)
{
    nfi_chain_drop(lead);
}

static int32_t chain(const job *j)
{
    return nfi_chain_check((const nfi_chain *)(const void *)j->block, output(j));
}

/* A job that works with an object takes a copy or a share of it along, ahead of the caller's bytes. */
typedef struct {
    int32_t kind;
    int32_t (*work)(const job *j);
    int32_t (*output)(const job *j);      /* bytes it brings back at most, or a negated nfi_status; NULL: none */
    size_t lead;
    int32_t (*borrow)(const job *j, void *lead);
    void (*give_back)(void *lead);
    int32_t makes_handle;                 /* 1: the result is a handle, freed when nobody collects it */
} kind_of_job;
static const kind_of_job kinds[] = {
    { NFI_JOB_SELF_TEST, self_test, NULL, 0, NULL, NULL, 0 },
    { NFI_JOB_RESEED, reseed, NULL, 0, NULL, NULL, 0 },
    { NFI_JOB_DH_GENERATE, dh_generate, dh_output, 0, NULL, NULL, 1 },
    { NFI_JOB_DH_SHARED, dh_shared, NULL, sizeof(nfi_dh_key), dh_borrow, NULL, 1 },
    { NFI_JOB_PRIVATE_KEY, private_key, NULL, sizeof(pair), owner_borrow, pair_drop, 1 },
    { NFI_JOB_SIGN, sign, sign_output, sizeof(pair), signer_borrow, pair_drop, 0 },
    { NFI_JOB_VERIFY, verify, NULL, sizeof(pair), verifier_borrow, pair_drop, 0 },
    { NFI_JOB_CHAIN, chain, chain_output, sizeof(nfi_chain), chain_borrow, chain_drop, 0 },
};
#define KINDS (sizeof kinds / sizeof kinds[0])

/* A private key comes as its file: base64 makes four characters of three octets. */
static int32_t most_input(int32_t kind)
{
    return kind == NFI_JOB_PRIVATE_KEY ? 2 * NFI_MAX_PRIVATE_KEY : NFI_MAX_JOB_INPUT;
}

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
    if (was->holds && find_kind(was->kind)->give_back != NULL)
        find_kind(was->kind)->give_back(was->block);
    nfi_wipe(was->block, was->lead + was->input + was->output);
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
    int32_t output = kind->output != NULL ? kind->output(j) : 0;
    if (output < 0 || output > NFI_MAX_JOB_OUTPUT)
        return output < 0 ? output : -XE_BAD_PARAM;
    j->lead = kind->lead;
    j->input = length;
    j->output = (size_t)output;
    if (j->lead + j->input + j->output == 0)
        return 0;
    j->block = mbedtls_calloc(1, j->lead + j->input + j->output);
    if (j->block == NULL)
        return -XE_NOMEM;
    if (length > 0)
        memcpy(j->block + j->lead, src, length);
    return 0;
}

static int32_t borrow(const kind_of_job *kind, job *j)
{
    int32_t status = kind->borrow != NULL ? kind->borrow(j, j->block) : 0;
    j->holds = status == 0;
    return status;
}

int32_t nfi_crypto_job_start(int32_t kind, int32_t a, int32_t b, const uint8_t *src, int32_t src_cap, int32_t offset, int32_t length)
{
    job wanted = { .kind = kind, .a = a, .b = b };
    const kind_of_job *known = find_kind(kind);
    int32_t status = nfi_crypto_ready();
    if (status < 0)
        return status;
    if (known == NULL || !nfi_within_or_none(src, src_cap, offset, length) || length > most_input(kind))
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
        memcpy(dst + offset, output(&was), was.output);
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
