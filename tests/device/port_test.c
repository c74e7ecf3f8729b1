/* What nfi_port.h promises, of the port that is linked in: run once with each. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "nfi_port.h"
#include "nfi_status.h"
#include "rtos.h"
#include "wake.h"

static int passed, failed, wakes;
static volatile int rounds;

static void check(int holds, const char *name)
{
    if (holds)
        passed++;
    else {
        failed++;
        printf("FAILED %s: %s\n", TEST_PORT, name);
    }
}

void nfi_wake_interpreter(void)
{
    wakes++;
}

static void worker(void)
{
    for (;;) {
        nfi_port_worker_wait();
        rounds++;
    }
}

static int reaches(volatile int *value, int wanted)
{
    int tries;
    for (tries = 0; *value < wanted && tries < 2000; tries++)
        usleep(1000);
    return *value == wanted;
}

static void signals(void)
{
    check(nfi_port_wait(1000) == 0, "a wait without a signal returns at once: the interpreter waits, not the port");
    nfi_port_signal();
    check(wakes == 1, "a signal wakes the interpreter");
    check(nfi_port_wait(0) == 1, "a signal is seen by the next wait");
    check(nfi_port_wait(0) == 0, "and by that one alone");
}

static void workers(void)
{
    nfi_port_worker_signal();   /* before there is one: no fault */
    check(nfi_port_worker_start(worker) == 0, "the worker starts");
    check(nfi_port_worker_start(worker) == -NFI_BUSY, "there is one worker");
    check(rtos_seen.worker_stack >= 8192, "its stack is 8 KB");
    rounds = 0;
    usleep(20000);
    rounds = 0;
    nfi_port_worker_signal();
    check(reaches(&rounds, 1), "a signal is one round");
    usleep(20000);
    check(rounds == 1, "no signal, no round");
}

static void entropy(void)
{
    uint8_t a[48] = { 0 }, b[48] = { 0 };
    const uint8_t zero[48] = { 0 };

    check(nfi_port_entropy(a, sizeof a) == 0 && nfi_port_entropy(b, sizeof b) == 0, "entropy comes");
    check(memcmp(a, b, sizeof a) != 0 && memcmp(a + 32, zero, 16) != 0, "all of it, and never the same");
    rtos_seen.radio = 1;
    check(nfi_port_entropy(a, sizeof a) == 0, "also while a radio runs");
    check(rtos_seen.weak_reads == 0, "never from a generator without noise");
    check(rtos_seen.mixed_reads == 0 && rtos_seen.noise == 0, "the noise source is on for a read alone, and not under a radio");
    rtos_seen.poll_fails = TEST_POLL;
    check(nfi_port_entropy(a, sizeof a) == (TEST_POLL ? -NFI_NO_RANDOM : 0), "a failed source is an error");
}

static void time_and_lock(void)
{
    const uint32_t start = nfi_port_millis();
    uint32_t ran;

    usleep(30000);
    ran = nfi_port_millis() - start;
    check(ran >= 25 && ran < 2000, "milliseconds are milliseconds");
    nfi_port_lock();
    nfi_port_unlock();
    nfi_port_lock();
    nfi_port_unlock();
    check(rtos_seen.mutexes <= 1, "one mutex for good");
}

int main(void)
{
    time_and_lock();
    signals();
    workers();
    entropy();
    printf("%s: %d passed, %d failed\n", TEST_PORT, passed, failed);
    return failed == 0 ? 0 : 1;
}
