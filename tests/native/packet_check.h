/* Checks of the packet room's tests: a failed one says where and goes on; the program's result is theirs. */
#ifndef NFI_PACKET_CHECK_H
#define NFI_PACKET_CHECK_H
#include <stdint.h>
#include <stdio.h>
#include "nfi_packet.h"

static int32_t checks_made, checks_failed;

#define CHECK(condition) check_that(!!(condition), #condition, __FILE__, __LINE__)
#define CHECK_IS(value, expected) check_is((long long)(value), (long long)(expected), #value, __FILE__, __LINE__)

static inline int32_t check_that(int32_t good, const char *text, const char *file, int32_t line)
{
    checks_made++;
    if (!good && checks_failed++ < 20)
        printf("%s:%d: not so: %s\n", file, line, text);
    return good;
}

static inline int32_t check_is(long long value, long long expected, const char *text, const char *file, int32_t line)
{
    checks_made++;
    if (value != expected && checks_failed++ < 20)
        printf("%s:%d: %s is %lld, not %lld\n", file, line, text, value, expected);
    return value == expected;
}

static inline int check_result(const char *name)
{
    printf("%s: %d checks, %d failed\n", name, checks_made, checks_failed);
    return checks_failed != 0;
}

/* What a counter gained since the last look at it. */
static inline int32_t gained(int32_t counter)
{
    static int32_t before[NFI_COUNT_WORDS];
    int32_t now[NFI_COUNT_WORDS] = { 0 };
    nfi_packet_counters(now, NFI_COUNT_WORDS);
    int32_t gain = now[counter] - before[counter];
    before[counter] = now[counter];
    return gain;
}

/* xorshift32: the same numbers everywhere, so that a failure can be had again. */
static uint32_t dice_state = 2463534242u;
static inline uint32_t dice(uint32_t sides)
{
    dice_state ^= dice_state << 13;
    dice_state ^= dice_state >> 17;
    dice_state ^= dice_state << 5;
    return sides == 0 ? dice_state : dice_state % sides;
}

#endif
