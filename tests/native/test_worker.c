/* The worker, held at a gate so that its list fills when the test says so. */
#include <pthread.h>
#include <time.h>
#include "nfi_crypto.h"
#include "nfi_limits.h"
#include "nfi_port.h"
#include "nfi_test.h"
#include "start.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int32_t gate_open, job_gate_open = 1, in_job, signals;
static int32_t job_result;

static void set(int32_t *variable, int32_t value)
{
    pthread_mutex_lock(&mutex);
    *variable = value;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&mutex);
}

static void until(const int32_t *variable, int32_t value)
{
    pthread_mutex_lock(&mutex);
    while (*variable < value)
        pthread_cond_wait(&changed, &mutex);
    pthread_mutex_unlock(&mutex);
}

void __real_nfi_port_worker_wait(void);
void __wrap_nfi_port_worker_wait(void);
void __wrap_nfi_port_worker_wait(void)
{
    __real_nfi_port_worker_wait();
    until(&gate_open, 1);
}

void __wrap_nfi_port_signal(void);
void __wrap_nfi_port_signal(void)
{
    pthread_mutex_lock(&mutex);
    signals++;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&mutex);
}

/* The body of the RESEED job; it stays at work until the test lets it go. */
int32_t __wrap_nfi_random_reseed(void);
int32_t __wrap_nfi_random_reseed(void)
{
    set(&in_job, 1);
    until(&job_gate_open, 1);
    return job_result;
}

static int32_t start(int32_t kind)
{
    static const uint8_t input[4] = { 1, 2, 3, 4 };
    return nfi_crypto_job_start(kind, 0, 0, input, sizeof input, 0, 4);
}

static void full_list_answers_busy(void)
{
    int32_t jobs[NFI_MAX_JOBS];
    for (int32_t i = 0; i < NFI_MAX_JOBS; i++) {
        jobs[i] = start(NFI_JOB_SELF_TEST);
        CHECK(jobs[i] > 0);
    }
    CHECK_IS(start(NFI_JOB_SELF_TEST), -NFI_BUSY);
    CHECK_IS(nfi_crypto_job_poll(), 0);
    CHECK_IS(nfi_crypto_job_finish(jobs[0], NULL, 0, 0), -NFI_BUSY);
    for (int32_t i = 0; i < NFI_MAX_JOBS; i++)
        CHECK_IS(nfi_crypto_job_cancel(jobs[i]), 0);
    CHECK_IS(nfi_crypto_job_cancel(jobs[0]), -NFI_BAD_HANDLE);
}

static void job_gives_its_result_signals_once_and_is_gone(void)
{
    int32_t before = signals;
    int32_t job = start(NFI_JOB_SELF_TEST);
    set(&gate_open, 1);
    until(&signals, before + 1);
    CHECK_IS(nfi_crypto_job_poll(), job);
    CHECK_IS(nfi_crypto_job_poll(), job);
    CHECK_IS(nfi_crypto_job_finish(job, NULL, 0, 0), 0);
    CHECK_IS(nfi_crypto_job_finish(job, NULL, 0, 0), -NFI_BAD_HANDLE);
    CHECK_IS(nfi_crypto_job_poll(), 0);
    CHECK_IS(signals, before + 1);
}

static void failed_job_hands_its_error_on(void)
{
    int32_t before = signals;
    job_result = -NFI_NO_RANDOM;
    int32_t job = start(NFI_JOB_RESEED);
    until(&signals, before + 1);
    CHECK_IS(nfi_crypto_job_finish(job, NULL, 0, 0), -NFI_NO_RANDOM);
}

static void jobs_finish_in_the_order_they_came(void)
{
    int32_t before = signals;
    set(&job_gate_open, 0);
    int32_t first = start(NFI_JOB_RESEED), second = start(NFI_JOB_SELF_TEST);
    CHECK(second > first);
    set(&job_gate_open, 1);
    until(&signals, before + 2);
    CHECK_IS(nfi_crypto_job_poll(), first);
    (void)nfi_crypto_job_finish(first, NULL, 0, 0);
    CHECK_IS(nfi_crypto_job_poll(), second);
    CHECK_IS(nfi_crypto_job_finish(second, NULL, 0, 0), 0);
}

static void job_cancelled_at_work_leaves_no_result(void)
{
    int32_t before = signals;
    set(&in_job, 0);
    set(&job_gate_open, 0);
    int32_t job = start(NFI_JOB_RESEED);
    until(&in_job, 1);
    CHECK_IS(nfi_crypto_job_finish(job, NULL, 0, 0), -NFI_BUSY);
    CHECK_IS(nfi_crypto_job_cancel(job), 0);
    CHECK_IS(nfi_crypto_job_cancel(job), -NFI_BAD_HANDLE);
    set(&job_gate_open, 1);
    until(&signals, before + 1);
    CHECK_IS(nfi_crypto_job_poll(), 0);
    CHECK_IS(nfi_crypto_job_finish(job, NULL, 0, 0), -NFI_BAD_HANDLE);
}

static void bad_jobs_are_refused(void)
{
    static const uint8_t input[NFI_MAX_JOB_INPUT + 1];
    CHECK_IS(nfi_crypto_job_start(0, 0, 0, NULL, 0, 0, 0), -XE_BAD_PARAM);
    CHECK_IS(nfi_crypto_job_start(99, 0, 0, NULL, 0, 0, 0), -XE_BAD_PARAM);
    CHECK_IS(nfi_crypto_job_start(NFI_JOB_SELF_TEST, 0, 0, NULL, 0, 0, 1), -XE_BAD_PARAM);
    CHECK_IS(nfi_crypto_job_start(NFI_JOB_SELF_TEST, 0, 0, input, 4, 1, 4), -XE_BAD_PARAM);
    CHECK_IS(nfi_crypto_job_start(NFI_JOB_SELF_TEST, 0, 0, input, sizeof input, 0, sizeof input), -XE_BAD_PARAM);
    CHECK_IS(nfi_crypto_job_finish(12345, NULL, 0, 0), -NFI_BAD_HANDLE);
    CHECK_IS(nfi_crypto_job_cancel(0), -NFI_BAD_HANDLE);
    CHECK_IS(nfi_crypto_job_cancel(-1), -NFI_BAD_HANDLE);
}

/* The list has room again after all that: no slot and no copy of an input was lost (the leak check sees to the copies). */
static void every_place_is_free_again(void)
{
    int32_t jobs[NFI_MAX_JOBS];
    set(&gate_open, 0);
    for (int32_t i = 0; i < NFI_MAX_JOBS; i++) {
        jobs[i] = start(NFI_JOB_SELF_TEST);
        CHECK(jobs[i] > 0);
    }
    for (int32_t i = 0; i < NFI_MAX_JOBS; i++)
        (void)nfi_crypto_job_cancel(jobs[i]);
}

static const nfi_rule rules[] = {
    RULE(full_list_answers_busy),
    RULE(job_gives_its_result_signals_once_and_is_gone),
    RULE(failed_job_hands_its_error_on),
    RULE(jobs_finish_in_the_order_they_came),
    RULE(job_cancelled_at_work_leaves_no_result),
    RULE(bad_jobs_are_refused),
    RULE(every_place_is_free_again),
};

int main(void)
{
    return nfi_crypto_start() != 0 || RUN(rules);
}
