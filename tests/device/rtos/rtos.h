/* What a test sets and sees of the operating system under a port. */
#ifndef TEST_RTOS_H
#define TEST_RTOS_H
#include <stdint.h>

struct rtos_seen
{
    uint32_t worker_stack, worker_priority;
    int mutexes;
    int radio;                /* set: Wi-Fi runs */
    int noise;                /* the chip's noise source is on */
    int weak_reads;           /* random bytes taken with neither */
    int mixed_reads;          /* ... with both, which the chip's manual forbids */
    int poll_fails;           /* set: the entropy source fails */
};
extern struct rtos_seen rtos_seen;

#endif
