/* Two boards in two processes and the judge in a third; what they tell each other is in shared memory. */
#ifndef PAIR_H
#define PAIR_H
#include "audit.h"
#include "board.h"

typedef struct {
    volatile int ready, done, failed;
    char received[4][NFI_HOST_LINE];          /* what board 1's transfers said */
    volatile int received_count;
    long mark;                    /* place in board 0's capture from which the judge looks, 0 the start */
    int32_t counters[2][NFI_COUNT_WORDS];     /* board 1's all the while, board 0's at the end */
} shared;

enum { NEEDS_NOTHING, NEEDS_IPV6, NEEDS_SEVERAL, NEEDS_OWN_HEAP };  /* several interfaces; a heap of the stack's own */

typedef struct {
    const char *name;             /* the rule it proves */
    int protection, version;      /* for both boards; version of a tunnel's outside */
    int needs;                    /* of the column */
    const char *impair;
    void (*rows)(board *b);       /* both boards, at start */
    void (*steps)(board *b, shared *s);       /* board 0 */
    void (*judge)(const audit *a, shared *s);
    int peer_only;                /* only board 1 has the bad wire */
} scenario;

extern shared *together;
#define EXPECT(condition, ...) do { if (!(condition)) { \
    fprintf(stderr, "  %s:%d: %s: ", __FILE__, __LINE__, #condition); fprintf(stderr, __VA_ARGS__); fprintf(stderr, "\n"); \
    together->failed++; } } while (0)

#define PATIENCE_MS 20000         /* for what must happen: a busy machine is no failure */
int await_peer(const shared *s, int counter, int32_t count);   /* for board 0: 1 when board 1 has counted that many */
int pair_run(const scenario *what);           /* failures */

#endif
